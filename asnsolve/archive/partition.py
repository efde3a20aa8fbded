"""The unit of work of an archive: from a table of whole programs to a table of associations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Unpack

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from asnsolve.archive.part_rows import ROW, programs_of_rows
from asnsolve.archive.parts import named_programs
from asnsolve.associations.solution import Solution
from asnsolve.errors import Location, Problem
from asnsolve.pipeline import Options, solve
from asnsolve.pool.from_objects import read_arrow
from asnsolve.pool.table import Pool
from asnsolve.profiles import default_profile
from asnsolve.rules.load import DEFAULT_RULES, RuleSource, load_rules

ASSOCIATION_SCHEMA = pa.schema([("file_name", pa.string()), ("association", pa.string())])
"""Columns of tables of associations: name of the file, and JSON in one line."""

SOLVED_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("program", "file_name", "association", "orphan", "problem")]
)
"""Columns of tables of solved programs. Each row has one of the last three: an association as JSON,
with its file name, the file name of an orphan, or a problem as JSON."""


def solve_partition(
    table: pa.Table,
    rules: RuleSource | Iterable[RuleSource] = DEFAULT_RULES,
    *,
    name: str = "pool",
    **options: Unpack[Options],
) -> pa.Table:
    """Solve the rows of some whole programs.

    This is a pure function of picklable arguments: any engine can run it anywhere.

    Parameters
    ----------
    table : pyarrow.Table
        Exposures with the columns of a pool: all those of each program in it. Problems name the
        rows of the table, or, if it has a column `asnsolve.archive.part_rows.ROW`, those given
        there.
    rules : str, path, Rule, RuleSet, or iterable of these
        What `load_rules` takes.
    name : str
        Name of the pool in associations.
    **options
        Further arguments of `solve`.

    Returns
    -------
    pyarrow.Table
        With the columns of `SOLVED_SCHEMA`: first the problems of the table, then, program by
        program, associations in order, orphans by file name, and problems.

    Raises
    ------
    PoolError
        If the table is not a pool.
    RuleError, UsageError
        As `solve` does.
    """
    rows = np.arange(1, len(table) + 1)
    if ROW in table.column_names:
        # Which one of several equal rows is kept depends on their order, which clusters change.
        table = table.sort_by(ROW)
        rows = table[ROW].to_numpy()
        table = table.drop_columns([ROW])
    rule_set = load_rules(rules)
    raw = read_arrow(table, name, rows)
    pool = Pool.of(raw, name, profile=rule_set.profile)
    pool = pool.with_measures(rule_set.measures, compared=rule_set.compared)
    problems = _problems(pool.problems, _programs_of_problems(pool.problems, table, rows))
    return pa.concat_tables([problems, solved_table(pool, solve(pool, rule_set, **options))])


def solved_table(pool: Pool, solution: Solution) -> pa.Table:
    """Make a table of a solution, program by program.

    Parameters
    ----------
    pool : Pool
        The exposures.
    solution : Solution
        Their solution.

    Returns
    -------
    pyarrow.Table
        As `solve_partition` returns it, without the problems of the pool.
    """
    # The problems of the pool come first in those of the solution.
    problems = solution.problems[len(pool.problems) :]
    parts = [*_associations(solution), _orphans(pool, solution), _problems(problems)]
    table = pa.concat_tables(parts)
    programs = table["program"].combine_chunks().dictionary_encode()
    # Rank of each row's program, shape (rows,): double argsort turns an order into ranks.
    ranks = np.argsort(np.argsort(np.array(programs.dictionary.to_pylist(), dtype=object)))
    ranks = ranks.astype(np.int64)[programs.indices.to_numpy()]
    if (np.diff(ranks) >= 0).all():
        return table
    return table.take(pa.array(np.argsort(ranks, kind="stable")))


def _associations(solution: Solution) -> Iterator[pa.Table]:
    for names, texts in solution.lines():
        parts = pc.extract_regex(names.array, default_profile().names.program_start)
        yield _rows(program=parts.field("program"), file_name=names.array, association=texts.array)


def _orphans(pool: Pool, solution: Solution) -> pa.Table:
    names = solution.outside
    # Orphans are known by file name alone, and are sorted by program like everything else.
    place = {name: code for code, name in enumerate(pool.values("filename"))}
    numbers, programs = named_programs(pool)
    # Program of each distinct file name; the last one where a name occurs in several.
    program_of = np.zeros(len(place), dtype=np.int64)
    np.maximum.at(program_of, pool.codes("filename"), numbers)
    program = [programs[program_of[place[name]]] for name in names]
    return _rows(program=pa.array(program, pa.string()), orphan=pa.array(names, pa.string()))


def _programs_of_problems(
    problems: Sequence[Problem], table: pa.Table, rows: NDArray[np.int64]
) -> list[str | None]:
    """Return the program of the row of each problem; None where there is no row."""
    if not problems:
        return []
    numbers, programs = programs_of_rows(table)
    program_of = dict(zip(rows.tolist(), numbers.tolist(), strict=True))
    places = [program_of.get(problem.location.row) for problem in problems]
    return [None if place is None else programs[place] for place in places]


def _problems(
    problems: Sequence[Problem], programs: Sequence[str | None] | None = None
) -> pa.Table:
    """Make rows of problems, with the programs that the problems name unless others are given."""
    if programs is None:
        programs = [problem.location.program for problem in problems]
    texts = [orjson.dumps(problem).decode() for problem in problems]
    return _rows(program=pa.array(programs, pa.string()), problem=pa.array(texts, pa.string()))


def _rows(program: pa.Array, **columns: pa.Array) -> pa.Table:
    """Make rows of `SOLVED_SCHEMA` with nulls in the other columns."""
    known = {"program": program, **columns}
    nothing = pa.nulls(len(program), pa.string())
    return pa.table(
        [known.get(name, nothing) for name in SOLVED_SCHEMA.names], schema=SOLVED_SCHEMA
    )


def problem_from_json(text: str) -> Problem:
    """Read a problem of a solved program.

    Parameters
    ----------
    text : str
        A cell of the column ``problem``.

    Returns
    -------
    Problem
    """
    return problem_from_data(orjson.loads(text))


def problem_from_data(data: Mapping[str, Any]) -> Problem:
    """Read a problem from data.

    Parameters
    ----------
    data : mapping
        What JSON has of a problem.

    Returns
    -------
    Problem
    """
    return Problem(**{**data, "location": Location(**data["location"])})
