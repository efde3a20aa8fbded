"""Lines of JSON made from columns say what the objects say, byte by byte."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings

from asnsolve import Pool, Solution, solve
from asnsolve.associations.asn_files import contained_line, to_line
from asnsolve.simulate import every_mode, simulate
from tests.strategies import small_pools

Row = Mapping[str, str]


def lines(solution: Solution) -> list[tuple[str, str]]:
    parts = solution.lines()
    return [pair for names, texts in parts for pair in zip(names.list(), texts.list(), strict=True)]


def check(pool: Pool, **options: Any) -> None:
    solution = solve(pool, **options)
    told = [(association.file_name, to_line(association)) for association in solution]
    assert lines(solution) == told


@pytest.mark.parametrize("rules", ["jwst", "level3-2017"])
@pytest.mark.parametrize("options", [{}, {"version_id": "V1", "candidates": "none"}], ids=str)
def test_lines_of_every_mode_are_the_objects_as_json(rules: str, options: dict[str, str]) -> None:
    check(Pool(simulate(every_mode())), rules=rules, **options)


@pytest.mark.parametrize("rules", ["jwst", "level3-2017"])
@given(rows=small_pools())
@settings(max_examples=20)
def test_lines_of_any_pool_are_the_objects_as_json(rules: str, rows: list[Row]) -> None:
    check(Pool(rows), rules=rules)


def test_what_json_must_escape_is_escaped() -> None:
    rows = simulate(every_mode())[:40]
    odd = [{**row, "TARGETID": 'a"b\\c', "EXPOSERR": 'a "jitter"'} for row in rows]
    check(Pool(odd, name='my "pool"'))


def test_lines_of_known_associations_are_those_of_their_objects() -> None:
    found = solve(Pool(simulate(every_mode())[:30]))
    known = Solution.of("pool", "rules", found.associations)
    assert lines(known) == [(one.file_name, to_line(one)) for one in found]


def test_a_solution_can_be_sent_to_another_process() -> None:
    found = solve(Pool(simulate(every_mode())[:30]))
    again = pickle.loads(pickle.dumps(found))
    assert again == found
    assert (len(again), again.same_names) == (len(found), found.same_names)
    assert hash(again) == hash(found)
    assert repr(again) == repr(found)
    assert again != Solution.of("pool", "jwst")


def test_another_process_hears_of_the_problems_too() -> None:
    rows = simulate(every_mode())[:30]
    found = solve(Pool([{**rows[0], "ASN_CANDIDATE": "1000"}, *rows[1:]]))
    again = pickle.loads(pickle.dumps(found))
    assert found.problems
    assert again.problems == found.problems


def test_no_association_makes_no_line() -> None:
    assert lines(Solution.of("pool", "rules")) == []
    assert lines(solve(Pool(simulate(every_mode())[:30]), ids=["c9999"])) == []


def test_keys_of_candidates_are_those_of_the_scope_and_not_of_the_pool() -> None:
    pairs = {
        (association.asn_id, association.signature["acdirect"])
        for association in solve(Pool(simulate(every_mode())))
        if association.signature.get("acdirect")
    }
    assert pairs
    assert all(f"[('{asn_id}', " in cell for asn_id, cell in pairs)


def test_a_solution_knows_what_was_solved() -> None:
    pool = Pool(simulate(every_mode())[:20])
    solution = solve(pool, "jwst")
    for found in (solution, solution.merged(), solution.discovered()):
        assert found.exposures is pool
        assert found.rule_set is not None
        assert found.rule_set.name == "jwst"
    # Another process gets what was found, but not what it was found in.
    assert pickle.loads(pickle.dumps(solution)).exposures is None


@pytest.mark.parametrize("rules", ["jwst", "level3-2017"])
def test_lines_of_containers_are_those_of_the_objects(rules: str) -> None:
    solution = solve(Pool(simulate(every_mode())), rules)
    told = [contained_line(association, ending="}?") for association in solution]
    assert [line for lines in solution.contained("}?") for line in lines] == told
    named = [
        pair
        for names, lines in solution.named_contained("}?")
        for pair in zip(names, lines, strict=True)
    ]
    names = [association.file_name for association in solution]
    assert named == list(zip(names, told, strict=True))
    known = Solution.of("pool", rules, solution.associations)
    assert [line for lines in known.contained("}?") for line in lines] == told
