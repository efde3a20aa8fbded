"""Each deviation of docs/deviations.md, on the minimal pool that the page shows."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from asnsolve import Pool, Solution, solve
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs/deviations.md").read_text("utf-8")


def pool_text(name: str) -> str:
    """Return the pool that the page shows before it names a test."""
    section = next(part for part in PAGE.split("\n## ") if f"`{name}`" in part)
    (pool,) = re.findall(r"^```text\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    return str(pool)


@pytest.fixture
def text(request: pytest.FixtureRequest) -> str:
    """Return the text of the pool of the test that asks."""
    return pool_text(request.node.name)


@pytest.fixture
def solution(text: str, tmp_path: Path) -> Solution:
    """Return the associations of the pool of the test that asks."""
    return discovered(text, tmp_path)


def discovered(text: str, directory: Path) -> Solution:
    path = directory / "pool.csv"
    path.write_text(text, encoding="utf-8")
    return solve(Pool.read(path))


def members(solution: Solution) -> list[dict[str, str]]:
    return [
        {member.expname: member.exptype for member in association.members}
        for association in solution
    ]


def test_alternatives_match_whole_values(solution: Solution) -> None:
    assert members(solution) == [{"a_cal.fits": "science"}]
    (orphan,) = solution.orphans
    assert orphan.filename == "b_uncal.fits"
    assert orphan.refusal is not None
    assert (orphan.refusal.rule, orphan.refusal.clause) == ("Asn_MIRI_IFU", "exp_type")


def test_target_acquisition_is_spelt_so(solution: Solution) -> None:
    assert members(solution) == [{"a_cal.fits": "science", "b_cal.fits": "target_acquisition"}]


def test_wildcards_join_every_matching_part_in_any_row_order(text: str, tmp_path: Path) -> None:
    header, *rows = text.splitlines()
    for order in itertools.permutations(rows):
        found = members(discovered("\n".join([header, *order]), tmp_path))
        assert found == [
            {"a_cal.fits": "science", "w_cal.fits": "science"},
            {"b_cal.fits": "science", "w_cal.fits": "science"},
        ]


def test_a_repeated_row_makes_no_second_association(solution: Solution) -> None:
    assert members(solution) == [{"a_cal.fits": "science", "b_cal.fits": "science"}]
    (problem,) = solution.problems
    assert "the row repeats row 2" in str(problem)


def test_files_are_numbered_by_key_and_per_program(text: str, tmp_path: Path) -> None:
    header, *rows = text.splitlines()
    for order in itertools.permutations(rows):
        found = discovered("\n".join([header, *order]), tmp_path)
        assert [(a.file_name, a.products[0].name) for a in found] == [
            ("jw00001-o001_image3_001_asn.json", "jw00001-o001_t001_nircam_f200w"),
            ("jw00001-o001_image3_002_asn.json", "jw00001-o001_t001_nircam_f444w"),
            ("jw00002-o001_image3_001_asn.json", "jw00002-o001_t001_nircam_f200w"),
        ]


def test_an_exposure_of_an_invalid_group_alone_is_an_orphan(solution: Solution) -> None:
    assert members(solution) == []
    refusals = {o.filename: o.refusal.clause for o in solution.orphans if o.refusal is not None}
    assert refusals == {"a_uncal.fits": "needs", "b_uncal.fits": "needs"}


def test_a_blank_cell_is_not_set(solution: Solution) -> None:
    assert members(solution) == [{"a_cal.fits": "science", "b_cal.fits": "science"}]


def test_values_stand_in_names_as_they_are(solution: Solution) -> None:
    (association,) = solution
    assert association.products[0].name == "jw00001-o001_t001_nircam_f150w2+f162m-f.1"


def test_every_deviation_of_the_page_has_its_test() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    own = {name for name in globals() if name.startswith("test_")}
    assert named == own - {"test_every_deviation_of_the_page_has_its_test"}
