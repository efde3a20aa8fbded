"""The unit of work of an archive: whole programs in, solved programs out, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Unpack

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from asnsolve.archive.parts import named_programs
from asnsolve.associations.solution import Solution
from asnsolve.errors import Location, Problem
from asnsolve.pipeline import Options, solve
from asnsolve.pool.table import Pool
from asnsolve.rules.load import DEFAULT_RULES, RuleSource

__all__ = [
    "ASSOCIATION_SCHEMA",
    "SOLVED_SCHEMA",
    "problem_from_json",
    "solve_partition",
    "solved_table",
]

ASSOCIATION_SCHEMA = pa.schema([("file_name", pa.string()), ("association", pa.string())])
"""Columns of associations: the name of an association's file, and its JSON in one line."""

SOLVED_SCHEMA = pa.schema(
    [
        ("program", pa.string()),
        ("file_name", pa.string()),
        ("association", pa.string()),
        ("orphan", pa.string()),
        ("problem", pa.string()),
    ]
)
"""Columns of solved programs. Of the last three each row has one: the JSON of an association, whose
file name stands beside it; the file name of an orphan; or a problem as JSON."""

_PROGRAM_OF_FILE = r"^jw(?P<program>[^_]*)-[^-_]*_"


def solve_partition(
    table: pa.Table,
    rules: RuleSource | Iterable[RuleSource] = DEFAULT_RULES,
    *,
    name: str = "pool",
    **options: Unpack[Options],
) -> pa.Table:
    """Solve the rows of some whole programs.

    It is a pure function of what can be pickled: what runs it, and where, makes no difference.

    Parameters
    ----------
    table : pyarrow.Table
        Exposures as a pool has them, all those of each program that it holds.
    rules : str, path, Rule, RuleSet, or iterable of these
        What `load_rules` takes.
    name : str
        Name of the pool, as the associations say it.
    **options
        What `solve` takes besides.

    Returns
    -------
    pyarrow.Table
        With the columns of `SOLVED_SCHEMA`: first what is wrong with the table, then, program by
        program, associations in order, orphans by file name, problems.

    Raises
    ------
    PoolError
        If the table is no pool.
    RuleError, UsageError, SearchLimitError
        As `solve` does.
    """
    pool = Pool(table, name=name)
    solved = solved_table(pool, solve(pool, rules, **options))
    return pa.concat_tables([_told(pool.problems), solved])


def solved_table(pool: Pool, solution: Solution) -> pa.Table:
    """Lay out what solving a pool found, program by program; see `solve_partition`."""
    # What reading found stands first among the problems, and is not of the solution's making.
    problems = solution.problems[len(pool.problems) :]
    parts = [*_associations(solution), _orphans(pool, solution), _told(problems)]
    table = pa.concat_tables(parts)
    programs = table["program"].combine_chunks().dictionary_encode()
    ranks = np.argsort(np.argsort(np.array(programs.dictionary.to_pylist(), dtype=object)))
    ranks = ranks.astype(np.int64)[programs.indices.to_numpy()]
    if (np.diff(ranks) >= 0).all():
        return table
    return table.take(pa.array(np.argsort(ranks, kind="stable")))


def _associations(solution: Solution) -> Iterator[pa.Table]:
    for names, texts in solution.lines():
        found = pc.extract_regex(names.array, _PROGRAM_OF_FILE)
        yield _rows(program=found.field("program"), file_name=names.array, association=texts.array)


def _orphans(pool: Pool, solution: Solution) -> pa.Table:
    names = solution.outside
    place = {name: code for code, name in enumerate(pool.values("filename"))}
    numbers, programs = named_programs(pool)
    program_of = np.zeros(len(place), dtype=np.int64)
    np.maximum.at(program_of, pool.codes("filename"), numbers)
    own = [programs[program_of[place[name]]] for name in names]
    return _rows(program=pa.array(own, pa.string()), orphan=pa.array(names, pa.string()))


def _told(problems: Sequence[Problem]) -> pa.Table:
    programs = [problem.location.program for problem in problems]
    texts = [orjson.dumps(problem).decode() for problem in problems]
    return _rows(program=pa.array(programs, pa.string()), problem=pa.array(texts, pa.string()))


def _rows(program: pa.Array, **columns: pa.Array) -> pa.Table:
    given = {"program": program, **columns}
    nothing = pa.nulls(len(program), pa.string())
    return pa.table(
        [given.get(name, nothing) for name in SOLVED_SCHEMA.names], schema=SOLVED_SCHEMA
    )


def problem_from_json(text: str) -> Problem:
    """Read a problem of a solved program."""
    data = orjson.loads(text)
    return Problem(**{**data, "location": Location(**data["location"])})
