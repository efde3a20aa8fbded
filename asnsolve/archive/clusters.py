"""Functions that clusters such as Spark and Ray call to solve the parts of a pool."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeVar, Unpack
from zlib import crc32

import numpy as np
import pyarrow as pa

from asnsolve.archive.part_rows import programs_of_rows
from asnsolve.archive.partition import SOLVED_SCHEMA, solve_partition
from asnsolve.archive.whole_programs import refuse_across_programs
from asnsolve.pipeline import Options
from asnsolve.pool.columns import column_names
from asnsolve.rules.load import DEFAULT_RULES, RuleSource, load_rules

Exposures = TypeVar("Exposures", pa.Table, pa.RecordBatch)

PART: Final = "part_of_pool"
"""Column with the number that `with_parts` gives to the part of each exposure."""

SPARK_SCHEMA: Final = ", ".join(f"{name} string" for name in SOLVED_SCHEMA.names)
"""The columns of `SOLVED_SCHEMA` as Spark writes them."""


def with_parts(exposures: Exposures, parts: int) -> Exposures:
    """Add the number of the part of each exposure, so that a cluster can group exposures by it.

    Parameters
    ----------
    exposures : pyarrow.Table or RecordBatch
        Any rows of a pool.
    parts : int
        Number of parts of whole programs into which to cut the pool.

    Returns
    -------
    pyarrow.Table or RecordBatch
        The exposures, with a column `PART` of int64. All exposures of a program have the same
        number, even if their numbers of the program are written differently.

    Raises
    ------
    PoolError
        If the columns cannot be those of a pool.

    Examples
    --------
    >>> names = ("filename", "exp_type", "asn_candidate")
    >>> table = pa.table({"program": ["1", "00001", "2"], **dict.fromkeys(names, [None] * 3)})
    >>> with_parts(table, 100)[PART].to_pylist()
    [59, 59, 69]
    """
    column_names(exposures.schema.names, "exposures")
    is_batch = isinstance(exposures, pa.RecordBatch)
    table = pa.Table.from_batches([exposures]) if is_batch else exposures
    numbers, programs = programs_of_rows(table)
    # The hash of Python differs from process to process.
    part_of = np.array([crc32(name.encode()) % parts for name in programs], dtype=np.int64)
    columns = [*exposures.columns, pa.array(part_of[numbers])]
    return type(exposures).from_arrays(columns, names=[*exposures.schema.names, PART])


def part_solver(
    rules: RuleSource | Iterable[RuleSource] = DEFAULT_RULES,
    *,
    name: str = "pool",
    **options: Unpack[Options],
) -> Callable[[pa.Table], pa.Table]:
    """Make the function that solves a part of a pool on a cluster.

    Parameters
    ----------
    rules : str, path, Rule, RuleSet, or iterable of these
        What `load_rules` takes. Files of rules are read here, and need not be on the workers.
    name : str
        Name of the pool in associations.
    **options
        Further arguments of `solve`.

    Returns
    -------
    callable
        Takes a pyarrow.Table of exposures, all those of each program in it, and returns what
        `solve_partition` returns. It has this one parameter, as ``applyInArrow`` of Spark and
        ``map_groups`` of Ray want it, and can be pickled by cloudpickle.

    Raises
    ------
    RuleError
        If the rules cannot be used.
    """
    rule_set = load_rules(rules)
    refuse_across_programs(rule_set, options.get("together", ()))

    def solve_part(table: pa.Table) -> pa.Table:
        if PART in table.column_names:
            table = table.drop_columns([PART])
        return solve_partition(table, rule_set, name=name, **options)

    return solve_part
