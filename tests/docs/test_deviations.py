"""Each deviation of level3-2017 on docs/deviations.md, on the pool that the page shows.

An entry of the page names its test here.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from asnsolve import Pool, Solution, solve
from tests.docs.pages import ROOT

PAGE = ROOT / "docs/deviations.md"

Members = dict[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One deviation: its rule set, title, text, pool and test."""

    rules: str
    title: str
    text: str
    pool: str
    test: str


def read_entries() -> dict[str, Entry]:
    """Read the page, by test."""
    found = {}
    for section in PAGE.read_text("utf-8").split("\n## Rule set ")[1:2]:
        rules, *entries = section.split("\n### ")
        for entry in entries:
            (pool,) = re.findall(r"^```text\n(.*?)^```$", entry, re.MULTILINE | re.DOTALL)
            (test,) = re.findall(r"^- Test: `(test_\w+)`$", entry, re.MULTILINE)
            title = entry.partition("\n")[0]
            found[test] = Entry(rules.partition("\n")[0], title, entry, pool, test)
    return found


ENTRIES = read_entries()


@pytest.fixture
def entry(request: pytest.FixtureRequest) -> Entry:
    """Return the entry of the test that asks."""
    return ENTRIES[request.node.name]


@pytest.fixture
def solution(entry: Entry, tmp_path: Path) -> Solution:
    """Return the associations of the pool of the test that asks."""
    return solved(entry.pool, entry.rules, tmp_path)


def solved(pool: str, rules: str, directory: Path) -> Solution:
    path = directory / "pool.csv"
    path.write_text(pool, encoding="utf-8")
    return solve(Pool.read(path), rules)


def members(solution: Solution) -> list[Members]:
    return [
        {member.expname: member.exptype for member in association.members}
        for association in solution
    ]


def test_alternatives_match_whole_values(solution: Solution) -> None:
    assert members(solution) == [{"a_cal.fits": "science"}]
    (orphan,) = solution.orphans
    assert orphan.filename == "b_uncal.fits"


def test_target_acquisition_is_spelt_so(solution: Solution) -> None:
    assert members(solution) == [{"a_cal.fits": "science", "b_cal.fits": "target_acquisition"}]


def test_open_keys_join_every_matching_part_in_any_row_order(entry: Entry, tmp_path: Path) -> None:
    header, *rows = entry.pool.splitlines()
    for order in itertools.permutations(rows):
        found = members(solved("\n".join([header, *order]), entry.rules, tmp_path))
        assert found == [
            {"a_cal.fits": "science", "w_cal.fits": "science"},
            {"b_cal.fits": "science", "w_cal.fits": "science"},
        ]


def test_a_repeated_row_makes_no_second_association(solution: Solution) -> None:
    assert members(solution) == [{"a_cal.fits": "science", "b_cal.fits": "science"}]
    (problem,) = solution.problems
    assert "the row repeats row 2" in str(problem)


def test_files_are_numbered_by_key_and_per_program(entry: Entry, tmp_path: Path) -> None:
    header, *rows = entry.pool.splitlines()
    for order in itertools.permutations(rows):
        found = solved("\n".join([header, *order]), entry.rules, tmp_path)
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
    own = {name for name in globals() if name.startswith("test_")}
    assert set(ENTRIES) == own - {
        "test_every_deviation_of_the_page_has_its_test",
        "test_entries_are_numbered_and_laid_out_alike",
    }


def test_entries_are_numbered_and_laid_out_alike() -> None:
    for count, entry in enumerate(ENTRIES.values(), start=1):
        assert entry.title.startswith(f"{count}. ")
        labels = re.findall(r"^- (\w+): ", entry.text, re.MULTILINE)
        assert [label for label in labels if label != "Where"] == [
            *("Then", "asnsolve", "Why", "Test")
        ]
