"""What clusters call is what they can call; `tests/clusters` runs them."""

from __future__ import annotations

from inspect import getfullargspec
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from distributed.protocol.pickle import dumps, loads

from asnsolve import Pool, PoolError, RuleError, solve
from asnsolve.archive.clusters import PART, SPARK_SCHEMA, part_solver, with_parts
from asnsolve.archive.part_rows import ROW
from asnsolve.archive.partition import SOLVED_SCHEMA, problem_from_json, solve_partition
from asnsolve.simulate import MODES, Program, simulate


def table_of(*numbers: int) -> pa.Table:
    plans = (MODES["miri_mrs"].plan(),)
    return pa.Table.from_pylist(simulate([Program(number=n, plans=plans) for n in numbers]))


def test_a_solver_takes_one_table_and_can_be_sent() -> None:
    table = table_of(1, 2, 3)
    solver = part_solver("level3-2017", name="mine", discover=False)
    assert getfullargspec(solver).args == ["table"]
    solved = loads(dumps(solver))(with_parts(table, 1))
    assert solved.equals(solve_partition(table, "level3-2017", name="mine", discover=False))
    assert SPARK_SCHEMA.split(", ") == [f"{name} string" for name in SOLVED_SCHEMA.names]


def test_rules_are_read_where_the_solver_is_made(tmp_path: Path) -> None:
    with pytest.raises(RuleError):
        part_solver(tmp_path / "missing.py")


def pool_of(programs: pa.Array) -> pa.Table:
    """Return a pool with nothing but programs."""
    nothing = pa.nulls(len(programs), pa.string())
    others = dict.fromkeys(("filename", "exp_type", "asn_candidate"), nothing)
    return pa.table({"Program": programs, **others})


@pytest.mark.parametrize("kind", [pa.Table, pa.RecordBatch])
def test_a_program_is_in_one_part_however_it_is_written(kind: Any) -> None:
    pool = pool_of(pa.array([" 1", "00001", "2", None, "0"]))
    numbered = with_parts(pool if kind is pa.Table else pool.to_batches()[0], 1_000)
    assert isinstance(numbered, kind)
    parts = numbered.column(PART).to_pylist()
    assert parts[0] == parts[1] != parts[2]
    assert parts[3] == parts[4]


@pytest.mark.parametrize("programs", [pa.array([1, 20]), pa.array([1.0, 20.0])])
def test_numbers_of_programs_need_not_be_text(programs: pa.Array) -> None:
    numbered = with_parts(pool_of(programs), 1_000)
    assert numbered[PART].equals(with_parts(pool_of(pa.array(["1", "20"])), 1_000)[PART])


def test_a_table_that_is_no_pool_is_told() -> None:
    with pytest.raises(PoolError, match="program"):
        with_parts(pa.table({"a": [1]}), 10)


def test_problems_name_the_rows_of_the_pool_and_their_programs() -> None:
    table = table_of(1, 2)
    table = pa.concat_tables([table, table.slice(3, 1), table.slice(len(table) - 1)])
    rows = pa.array(range(1, len(table) + 1))
    shuffled = table.append_column(ROW, rows).take(pa.array([*range(len(table))][::-1]))
    solved = part_solver(name="mine")(shuffled)
    assert solved.equals(solve_partition(table, name="mine"))
    problems = solved.filter(solved["problem"].is_valid())
    assert problems["program"].to_pylist() == ["00001", "00002"]
    found = tuple(map(problem_from_json, problems["problem"].to_pylist()))
    assert found == solve(Pool(table, name="mine")).problems
    assert found[0].what == "the row repeats row 4"
