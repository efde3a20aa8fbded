"""Each deviation of docs/deviations.md, on the minimal pool that the page shows.

An entry of the page names its test here; the rules are those of the section that it stands in. For
a new one write the entry, its test, and in `REFERENCE` what the reference answers.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from asnsolve import Pool, Solution, solve
from asnsolve.pool.vocabulary import ATTRIBUTES
from tests.conformance.declared import DEVIATIONS
from tests.conformance.reference import INSTALLED, Answer, reference
from tests.docs.pages import ROOT

PAGE = ROOT / "docs/deviations.md"

Members = dict[str, str]

REFERENCE: dict[str, list[Members]] = {
    "test_an_association_gives_way_only_to_one_that_holds_it": [
        {"a_cal.fits": "science", "b_cal.fits": "science"}
    ],
}
"""What the reference makes of the pools of jwst, by the test of the entry."""


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
    for section in PAGE.read_text("utf-8").split("\n## Rule set ")[1:]:
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


def test_wildcards_join_every_matching_part_in_any_row_order(entry: Entry, tmp_path: Path) -> None:
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


def test_an_association_gives_way_only_to_one_that_holds_it(solution: Solution) -> None:
    assert members(solution) == [
        {"a_cal.fits": "science", "b_cal.fits": "science"},
        {"c_cal.fits": "science"},
    ]
    (problem,) = solution.same_names
    assert "2 products are named jw00001-o001_t001_nirspec_g235h" in problem.what
    assert problem.advice == "They differ in patttype (cycling, 4-point-dither)."


def test_every_deviation_of_the_page_has_its_test() -> None:
    own = {name for name in globals() if name.startswith("test_")}
    assert set(ENTRIES) == own - {
        "test_every_deviation_of_the_page_has_its_test",
        "test_entries_are_numbered_and_laid_out_alike",
        "test_the_reference_answers_as_the_page_says",
    }


def test_entries_are_numbered_and_laid_out_alike() -> None:
    names = {deviation.name for deviation in DEVIATIONS}
    for rules, number, generator in (("level3-2017", "", "Then"), ("jwst", "J", "Reference")):
        entries = [entry for entry in ENTRIES.values() if entry.rules == rules]
        for count, entry in enumerate(entries, start=1):
            assert entry.title.startswith(f"{number}{count}. ")
            labels = re.findall(r"^- (\w+): ", entry.text, re.MULTILINE)
            assert [label for label in labels if label != "Where"] == [
                *(generator, "asnsolve", "Why", "Test")
            ]
            if rules == "jwst":
                (name,) = re.findall(r"^J\d+\. `([\w-]+)`: ", entry.title)
                assert name in names


@pytest.mark.skipif(not INSTALLED, reason="the reference is not installed")
def test_the_reference_answers_as_the_page_says() -> None:
    assert set(REFERENCE) == {entry.test for entry in ENTRIES.values() if entry.rules == "jwst"}
    for test, expected in REFERENCE.items():
        header, *lines = (line.split("|") for line in ENTRIES[test].pool.splitlines())
        columns = [name.strip().lower() for name in header]
        rows = [
            dict.fromkeys(ATTRIBUTES, "null") | dict(zip(columns, cells, strict=True))
            for cells in lines
        ]
        answer = reference(rows)["all"]
        assert isinstance(answer, Answer)
        found = [dict(sorted(facts.members)) for facts in answer.facts]
        assert sorted(found, key=str) == sorted(expected, key=str)
