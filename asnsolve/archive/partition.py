"""A pool in parts: programs never meet in an association, so parts are solved by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Unpack

import numpy as np
import pyarrow as pa

from asnsolve.naming import program_text
from asnsolve.pipeline import Options, solve
from asnsolve.pool.table import Pool
from asnsolve.rules.load import DEFAULT_RULES, RuleSource

__all__ = ["PART", "partitions", "solve_partition", "solve_partitions"]

PART = pa.schema([("file_name", pa.string()), ("association", pa.string())])
"""Columns of a solved part: the name of an association's file, and its JSON in one line."""

_PARTS_PER_JOB = 4


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
        A row for each association, in order; its columns are those of `PART`.

    Raises
    ------
    PoolError
        If the table is no pool.
    RuleError, UsageError, SearchLimitError
        As `solve` does.
    """
    solution = solve(Pool(table, name=name), rules, **options)
    parts = [
        pa.record_batch([names.array, texts.array], schema=PART)
        for names, texts in solution.lines()
    ]
    return pa.Table.from_batches(parts, schema=PART)


def partitions(pool: Pool, parts: int) -> list[pa.Table]:
    """Cut a pool into parts of whole programs, of about as many exposures each.

    Parameters
    ----------
    pool : Pool
        Any pool; where its rows stand makes no difference.
    parts : int
        How many parts are wanted; there are no more than programs.

    Returns
    -------
    list of pyarrow.Table
        In the order in which the associations of their programs stand in a solution.
    """
    codes = pool.codes("program")
    said = [program_text(value) for value in pool.values("program")]
    # Exposures without program have one name for it too, and may share it with a program.
    said.append(program_text("0"))
    order = sorted(set(said))
    place = np.array([order.index(text) for text in said], dtype=np.int64)[codes]
    sizes = np.bincount(place, minlength=len(order))
    part_of = (np.cumsum(sizes) - sizes) * parts // max(len(pool), 1)
    table = pool.to_arrow()
    rows = part_of[place]
    return [table.take(pa.array(np.flatnonzero(rows == part))) for part in np.unique(rows)]


def solve_partitions(
    pool: Pool,
    rules: RuleSource | Iterable[RuleSource] = DEFAULT_RULES,
    *,
    jobs: int,
    **options: Unpack[Options],
) -> Iterator[pa.Table]:
    """Solve a pool in several processes.

    Parameters
    ----------
    pool : Pool
        The exposures.
    rules : str, path, Rule, RuleSet, or iterable of these
        What `load_rules` takes; it must be possible to pickle it.
    jobs : int
        How many processes.
    **options
        What `solve` takes besides.

    Yields
    ------
    pyarrow.Table
        Solved parts; end to end they are what one process makes of the whole pool.
    """
    act = partial(solve_partition, rules=rules, name=pool.name, **options)
    # A process that is forked inherits locks of threads that it does not have.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as workers:
        yield from workers.map(act, partitions(pool, jobs * _PARTS_PER_JOB))
