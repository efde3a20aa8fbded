"""File names that rows of several programs have, which may be in different parts of a pool.

Such programs are entangled: what is found in one of them depends on the others. They are solved
once more, together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from asnsolve.archive.engines import Engine, every_result
from asnsolve.archive.part_rows import programs_of_rows
from asnsolve.archive.parts import Part
from asnsolve.errors import Problem
from asnsolve.pool.raw_table import RawTable
from asnsolve.pool.row_checks import rivals
from asnsolve.pool.table import Pool
from asnsolve.profiles import default_profile


@dataclass(frozen=True, slots=True)
class FoundRows:
    """Some exposures of a pool.

    Parameters
    ----------
    table : pyarrow.Table
        Their n rows, cleaned.
    rows : ndarray of int64, shape (n,)
        Row of each of them in the pool, counted from 1, ascending.
    """

    table: pa.Table
    rows: NDArray[np.int64]

    def raw(self, source: str) -> RawTable:
        """Return them as a reader does.

        Parameters
        ----------
        source : str
            Name of the source, for messages.

        Returns
        -------
        RawTable
        """
        columns = tuple(self.table.columns)
        return RawTable(source, tuple(self.table.column_names), columns, self.rows)


@dataclass(frozen=True, slots=True)
class _Find:
    """Finds the exposures of a part that have certain values in a column."""

    column: str
    values: frozenset[str]

    def __call__(self, part: Part) -> FoundRows:
        pool = part.pool()
        # Mark the distinct values first, then the rows; the last place is that of no value.
        named = pool.values(self.column)
        texts = pool.program_texts() if self.column == "program" else (*named, None)
        is_wanted = np.array([text in self.values for text in texts], dtype=bool)
        found = pool.take(is_wanted[pool.codes(self.column)])
        return FoundRows(found.to_arrow(), found.rows)


def find_rows(
    engine: Engine, parts: Sequence[Part], column: str, values: Iterable[str]
) -> FoundRows:
    """Find the exposures that have certain values in a column.

    Parameters
    ----------
    engine : Engine
        What reads the parts.
    parts : sequence of Part
        The parts, at least one.
    column : str
        The column.
    values : iterable of str
        The values; programs as in file names.

    Returns
    -------
    FoundRows
        In the order of the pool.
    """
    return joined_rows(every_result(engine, _Find(column, frozenset(values)), parts))


def joined_rows(found: Sequence[FoundRows]) -> FoundRows:
    """Put exposures of one pool together.

    Parameters
    ----------
    found : sequence of FoundRows
        Some exposures, and others; at least one of these.

    Returns
    -------
    FoundRows
        In the order of the pool.
    """
    tables = [one.table.cast(_as_text(one.table.schema)) for one in found]
    rows = np.concatenate([one.rows for one in found])
    order = np.argsort(rows)
    table = pa.concat_tables(tables, promote_options="default").take(pa.array(order))
    return FoundRows(table, rows[order])


def _as_text(schema: pa.Schema) -> pa.Schema:
    return pa.schema([(name, pa.string()) for name in schema.names])


@dataclass(frozen=True, slots=True)
class Entangled:
    """Programs that share file names.

    Parameters
    ----------
    programs : frozenset of str
        The programs.
    pool : Pool
        Their exposures.
    rivals : tuple of Problem
        What is to be said of rows of one file name.
    """

    programs: frozenset[str]
    pool: Pool
    rivals: tuple[Problem, ...]


def entangled_programs(
    engine: Engine,
    parts: Sequence[Part],
    strays: Iterable[tuple[str, str]],
    names: tuple[str, str],
    source: str,
) -> Entangled | None:
    """Find the programs that share file names, wherever they are.

    Parameters
    ----------
    engine : Engine
        What reads parts again, where some name may be in several programs.
    parts : sequence of Part
        The parts.
    strays : iterable of (str, str)
        File names with a program, where the name does not begin with the number of the program.
    names : tuple of (str, str)
        Names of the pool and of its file.
    source : str
        Name of the source, for messages.

    Returns
    -------
    Entangled or None
        None if there are none.
    """
    mission = default_profile().names
    known = {program for part in parts for program in part.programs}
    programs_of: dict[str, set[str]] = defaultdict(set)
    for name, program in strays:
        programs_of[name].add(program)
        # The program that the name begins with may have it too.
        home = name[len(mission.prefix) : mission.program_length]
        if name.startswith(mission.prefix) and home in known:
            programs_of[name].add(home)
    suspects = {name: programs for name, programs in programs_of.items() if len(programs) > 1}
    if not suspects:
        return None
    found = find_rows(engine, holding(parts, suspects.values()), "filename", suspects)
    numbers, programs = programs_of_rows(found.table)
    sharing: dict[str, set[str]] = defaultdict(set)
    for name, number in zip(found.table["filename"].to_pylist(), numbers.tolist(), strict=True):
        sharing[name].add(programs[number])
    shared = [own for own in sharing.values() if len(own) > 1]
    if not shared:
        return None
    entangled = frozenset[str]().union(*shared)
    found = find_rows(engine, holding(parts, [entangled]), "program", entangled)
    raw = found.raw(source)
    name, file_name = names
    found_pool = Pool.of(raw, name, file_name=file_name)
    return Entangled(entangled, found_pool, rivals(raw, found_pool.profile))


def holding(parts: Sequence[Part], programs: Iterable[Set[str]]) -> list[Part]:
    """Find the parts that have some programs.

    Parameters
    ----------
    parts : sequence of Part
        All parts.
    programs : iterable of set of str
        The programs.

    Returns
    -------
    list of Part
    """
    wanted = frozenset[str]().union(*programs)
    return [part for part in parts if not wanted.isdisjoint(part.programs)]
