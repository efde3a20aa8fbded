"""Solved parts, end to end, are the solution of the whole pool: however it is cut."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

import orjson
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asnsolve import Location, Pool, Problem, solve
from asnsolve.archive.engines import LostPart
from asnsolve.archive.partition import (
    ASSOCIATION_SCHEMA,
    SOLVED_SCHEMA,
    problem_from_data,
    problem_from_json,
    solve_partition,
)
from asnsolve.archive.parts import parts_of_pool
from asnsolve.archive.runs import Run, solve_partitions, solve_parts
from asnsolve.archive.write_containers import parts_of
from asnsolve.simulate import MODES, Program, simulate
from tests.strategies import small_pools

Row = Mapping[str, str]
Task = TypeVar("Task")
Result = TypeVar("Result")


def whole(pool: Pool, rules: str = "jwst", *, merge: bool = False) -> pa.Table:
    return pa.concat_tables(
        [ASSOCIATION_SCHEMA.empty_table(), *parts_of(solve(pool, rules, merge=merge))]
    )


def joined(run: Run) -> pa.Table:
    return pa.concat_tables([ASSOCIATION_SCHEMA.empty_table(), *run.associations()])


@pytest.mark.parametrize("rules", ["jwst", "level3-2017"])
@given(
    rows=st.lists(small_pools(max_exposures=8), max_size=3),
    most=st.integers(1, 20),
    merge=st.booleans(),
)
@settings(max_examples=25)
def test_partitioning_changes_nothing(
    rules: str, rows: list[list[Row]], most: int, merge: bool
) -> None:
    programs = ["9", "10", "", "0", "00009"]
    laid = [
        {**row, "PROGRAM": programs[at], "FILENAME": f"{at}_{row['FILENAME']}"}
        for at, part in enumerate(rows)
        for row in part
    ]
    if not laid:
        return
    pool = Pool(laid)
    solution = solve(pool, rules, merge=merge)
    with solve_parts(parts_of_pool(pool, most), rules, merge=merge) as run:
        assert joined(run).equals(whole(pool, rules, merge=merge))
    assert run.exposures == len(pool)
    assert sorted(run.findings.outside) == [orphan.filename for orphan in solution.orphans]
    own = solution.problems[len(pool.problems) :]
    assert set(run.problems) == set(own)


def test_a_table_is_solved_with_all_that_is_found() -> None:
    """Associations, orphans and problems, each with its program; the table's own come first."""
    rows = [
        {"filename": "jw1_a_uncal.fits", "program": "1", "exp_type": "nrc_image"},
        {"filename": "", "program": "2", "exp_type": "nrc_image"},
        {"filename": "odd.fits", "program": "3", "exp_type": "nrc_image"},
    ]
    candidates = {"asn_candidate": "[('o001', 'observation')]", "filter": "f200w", "pupil": "clear"}
    table = pa.Table.from_pylist([row | candidates | {"instrume": "nircam"} for row in rows])
    solved = solve_partition(table, "jwst", name="mine")
    assert solved.schema.equals(SOLVED_SCHEMA)
    assert solved["program"].to_pylist()[0] == "00002"
    problems = [problem_from_json(text) for text in solved["problem"].drop_null().to_pylist()]
    assert problems[0].what == "the row has no file name"
    assert problems == list(solve(Pool(table, name="mine")).problems)
    files = solved["file_name"].drop_null().to_pylist()
    assert [name[:7] for name in files] == sorted(name[:7] for name in files)
    assert pickle.loads(pickle.dumps(solve_partition)) is solve_partition


def test_programs_without_associations_leave_their_orphans() -> None:
    row = {"filename": "x_uncal.fits", "program": "7", "exp_type": "nrc_dark", "asn_candidate": ""}
    solved = solve_partition(pa.Table.from_pylist([row]))
    assert solved.select(["program", "orphan"]).to_pylist() == [
        {"program": "00007", "orphan": "x_uncal.fits"}
    ]


def test_a_pool_is_solved_in_several_processes() -> None:
    """What is sent there and back can be pickled, and all of it comes back in order."""
    modes = [MODES["nircam_wfss"], MODES["miri_mrs"], MODES["nircam_wfss"]]
    rows = simulate([Program(number=n, plans=(mode.plan(),)) for n, mode in enumerate(modes, 1)])
    pool = Pool(rows, name="mine")
    solved = pa.concat_tables(solve_partitions(pool, jobs=2, version_id="v1"))
    assert solved.equals(pa.concat_tables(parts_of(solve(pool, version_id="v1"))))


def test_a_problem_that_was_stored_before_places_had_lines_is_read() -> None:
    place = {"file": "a.csv", "row": 3, "column": None, "rule": None}
    data = {"what": "odd", "location": place, "expected": "", "advice": ""}
    assert problem_from_data(data) == Problem("odd", Location("a.csv", row=3))
    problem = Problem("odd", Location("a.json", line=3))
    assert problem_from_json(orjson.dumps(problem).decode()) == problem


def half(act: Callable[[Task], Result], parts: Sequence[Task]) -> Iterator[Result | LostPart[Task]]:
    """Do the first part, and lose the second."""
    yield act(parts[0])
    yield LostPart(parts[1], "it died")


def test_what_is_lost_is_never_passed_over() -> None:
    rows = simulate([Program(number=n, plans=(MODES["miri_mrs"].plan(),)) for n in (1, 2)])
    pool = Pool(rows)
    with solve_parts(parts_of_pool(pool, 1), engine=half) as run:
        (problem,) = run.problems
        assert problem.what == "without associations, because it died: program 00002"
        kept = joined(run)["file_name"].to_pylist()
    every = whole(pool)["file_name"].to_pylist()
    assert kept == [name for name in every if name.startswith("jw00001")]
    assert 0 < len(kept) < len(every)
