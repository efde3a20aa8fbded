"""Solved parts, end to end, are the solution of the whole pool: however it is cut."""

from __future__ import annotations

import pickle
from collections.abc import Mapping

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asnsolve import Pool, solve
from asnsolve.archive.containers import parts_of
from asnsolve.archive.partition import PART, partitions, solve_partition, solve_partitions
from asnsolve.simulate import MODES, Program, scaled, simulate
from tests.strategies import small_pools

Row = Mapping[str, str]


def whole(pool: Pool, rules: str) -> pa.Table:
    return pa.concat_tables([PART.empty_table(), *parts_of(solve(pool, rules))])


def parted(pool: Pool, rules: str, parts: int) -> pa.Table:
    solved = (solve_partition(table, rules, name=pool.name) for table in partitions(pool, parts))
    return pa.concat_tables([PART.empty_table(), *solved])


@pytest.mark.parametrize("rules", ["jwst", "level3-2017"])
@given(rows=st.lists(small_pools(max_exposures=8), max_size=3), parts=st.integers(1, 5))
@settings(max_examples=25)
def test_partitioning_changes_no_byte(rules: str, rows: list[list[Row]], parts: int) -> None:
    programs = ["9", "10", "", "0", "00009"]
    laid = [
        {**row, "PROGRAM": programs[at], "FILENAME": f"{at}_{row['FILENAME']}"}
        for at, part in enumerate(rows)
        for row in part
    ]
    if not laid:
        return
    pool = Pool(laid)
    assert parted(pool, rules, parts).equals(whole(pool, rules))


def test_parts_are_whole_programs_of_about_one_size() -> None:
    pool = Pool(simulate(scaled(600, seed=2)))
    tables = partitions(pool, 4)
    assert sum(map(len, tables)) == len(pool)
    programs = [set(table["program"].to_pylist()) for table in tables]
    assert len(set().union(*programs)) == sum(map(len, programs))
    assert 1 < len(tables) <= 4


def test_a_part_is_solved_in_another_process() -> None:
    """What is sent there and back can be pickled, and all of it comes back in order."""
    modes = [MODES["nircam_wfss"], MODES["miri_mrs"], MODES["nircam_wfss"]]
    rows = simulate([Program(number=n, plans=(mode.plan(),)) for n, mode in enumerate(modes, 1)])
    pool = Pool(rows, name="mine")
    assert pickle.loads(pickle.dumps(solve_partition)) is solve_partition
    solved = pa.concat_tables(solve_partitions(pool, jobs=2, version_id="v1"))
    assert solved.equals(pa.concat_tables(parts_of(solve(pool, version_id="v1"))))
