"""Parts of a pool: whole programs, since programs never meet in an association."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from asnsolve.archive.part_rows import ROW, PartRows, program_numbers
from asnsolve.errors import Location, PoolError, Problem
from asnsolve.file_systems import path_or_url
from asnsolve.input_files import name_as_text
from asnsolve.pool.from_objects import read_arrow
from asnsolve.pool.table import Pool

_PARTS: Final = 8
_LEAST: Final = 25_000
_MOST: Final = 100_000


class Part(Protocol):
    """Whole programs of a pool, which can be sent to another process.

    Attributes
    ----------
    programs : tuple of str
        Program numbers as in file names, sorted.
    exposures : int
        Number of rows.
    source : str or None
        Path of the pool if the part is read from there, with the problems of its rows; None if the
        whole pool has been read, and its problems are known.
    file_name : str
        Name of the file of the pool, which associations have.
    """

    @property
    def programs(self) -> tuple[str, ...]:
        """Numbers of the programs."""

    @property
    def source(self) -> str | None:
        """Path of the pool, if the part is read from there."""

    @property
    def file_name(self) -> str:
        """Name of the file of the pool, which associations have."""

    @property
    def exposures(self) -> int:
        """Number of rows."""

    def pool(self) -> Pool:
        """Return the exposures, with the problems of reading them.

        Returns
        -------
        Pool
        """


@dataclass(frozen=True, slots=True)
class PoolPart:
    """Some programs of a pool in memory.

    Parameters
    ----------
    programs : tuple of str
        Program numbers as in file names, sorted.
    taken : Pool
        Their exposures, without the problems, which have been reported with the whole pool.
    """

    programs: tuple[str, ...]
    taken: Pool

    @property
    def source(self) -> str | None:
        """None, because the whole pool has been read."""
        return None

    @property
    def file_name(self) -> str:
        """Name of the file of the pool."""
        return self.taken.file_name

    @property
    def exposures(self) -> int:
        """Number of rows."""
        return len(self.taken)

    def pool(self) -> Pool:
        """Return the exposures.

        Returns
        -------
        Pool
            Without problems.
        """
        return self.taken


@dataclass(frozen=True, slots=True)
class FilePart:
    """Some programs of a file or of a directory of files, which are read where they are solved.

    Parameters
    ----------
    programs : tuple of str
        Program numbers as in file names, sorted.
    exposures : int
        Number of rows.
    source : str
        Path or URL of the pool, whose last part is the name of the pool in associations.
    name : str
        Name of the pool in problems.
    rows : tuple of PartRows
        Where the rows are.
    columns : tuple of str
        Columns that the part has even if the files of its rows lack them, because other files of
        the pool have them.
    """

    programs: tuple[str, ...]
    exposures: int
    source: str
    name: str
    rows: tuple[PartRows, ...] = field(repr=False)
    columns: tuple[str, ...] = field(default=(), repr=False)

    @property
    def file_name(self) -> str:
        """Name of the file of the pool."""
        return name_as_text(Path(path_or_url(self.source).name))

    def pool(self) -> Pool:
        """Read the exposures.

        Returns
        -------
        Pool
            With the problems of its rows.

        Raises
        ------
        PoolError
            If a file is damaged, or gone.
        """
        table, rows = self._read()
        return _pool(table, rows, self)

    def places(self) -> tuple[Path, ...]:
        """Return the files of this machine that are read.

        Returns
        -------
        tuple of Path
        """
        files = dict.fromkeys(path_or_url(file) for some in self.rows for file in some.names)
        return tuple(file for file in files if isinstance(file, Path))

    def without_files(self) -> Part:
        """Read the rows, so that the part can be sent to a machine that does not have the files.

        Returns
        -------
        Part
            This part, if all its files are on object stores.

        Raises
        ------
        PoolError
            If a file is damaged, or gone.
        """
        if not self.places():
            return self
        table, rows = self._read()
        content = pa.BufferOutputStream()
        options = pa.ipc.IpcWriteOptions(compression="zstd")
        whole = table.append_column(ROW, pa.array(rows)).unify_dictionaries().combine_chunks()
        with pa.ipc.new_stream(content, whole.schema, options=options) as writer:
            writer.write_table(whole)
        arrow = content.getvalue().to_pybytes()
        return SentPart(self.programs, self.exposures, self.source, self.name, arrow)

    def _read(self) -> tuple[pa.Table, NDArray[np.int64]]:
        tables, numbers = zip(*(some.read(self.programs) for some in self.rows), strict=True)
        table = self._put_together(tables)
        for name in self.columns:
            if name in table.column_names:
                continue
            table = table.append_column(name, pa.nulls(len(table)))
        rows = np.concatenate(numbers)
        if (np.diff(rows) < 0).any():
            order = np.argsort(rows)
            table, rows = table.take(pa.array(order)), rows[order]
        return table, rows

    def _put_together(self, tables: Sequence[pa.Table]) -> pa.Table:
        try:
            return pa.concat_tables(_alike(tables), promote_options="permissive")
        except (pa.ArrowTypeError, pa.ArrowInvalid) as error:
            what = f"its files have different types of a column: {error}"
            advice = "Write the column in one type in all files."
            raise PoolError(Problem(what, Location(self.source), advice=advice)) from error


@dataclass(frozen=True, slots=True)
class SentPart:
    """Some programs of a file whose rows have been read, to be sent elsewhere.

    Parameters
    ----------
    programs : tuple of str
        Program numbers as in file names, sorted.
    exposures : int
        Number of rows.
    source : str
        As in `FilePart`.
    name : str
        Name of the pool in problems.
    content : bytes
        The rows as a stream of Arrow, with their numbers in the column `ROW`.
    """

    programs: tuple[str, ...]
    exposures: int
    source: str
    name: str
    content: bytes = field(repr=False)

    @property
    def file_name(self) -> str:
        """Name of the file of the pool."""
        return name_as_text(Path(path_or_url(self.source).name))

    def pool(self) -> Pool:
        """Return the exposures.

        Returns
        -------
        Pool
            With the problems of its rows.

        Raises
        ------
        PoolError
            If the rows are not those of a pool.
        """
        with pa.ipc.open_stream(self.content) as reader:
            table = reader.read_all()
        return _pool(table.drop_columns([ROW]), table[ROW].to_numpy(), self)


def _pool(table: pa.Table, rows: NDArray[np.int64], part: FilePart | SentPart) -> Pool:
    raw = read_arrow(table, part.source, rows)
    return Pool.of(raw, part.name, file_name=part.file_name)


def _alike(tables: Sequence[pa.Table]) -> list[pa.Table]:
    """Write columns in one way in all tables: values apart from the rows, or if need be not."""
    plain = {
        own.name for table in tables for own in table.schema if not pa.types.is_dictionary(own.type)
    }
    return [table.cast(_alike_schema(table.schema, plain)) for table in tables]


def _alike_schema(schema: pa.Schema, plain: Set[str]) -> pa.Schema:
    for place, own in enumerate(schema):
        if pa.types.is_dictionary(own.type):
            # Values of several tables may be too many for the few bytes that a copy has.
            values = own.type.value_type
            kind = values if own.name in plain else pa.dictionary(pa.int32(), values)
            schema = schema.set(place, own.with_type(kind))
    return schema


def named_programs(pool: Pool) -> tuple[NDArray[np.int64], list[str]]:
    """Return the program of each exposure, in the order of associations.

    Parameters
    ----------
    pool : Pool
        The exposures.

    Returns
    -------
    numbers : ndarray of int64, shape (n,)
        Program of each exposure, as an index into `programs`.
    programs : list of str
        Program numbers as in file names, sorted; some may have no exposure.
    """
    return program_numbers(pool.codes("program"), pool.values("program"))


def part_size(exposures: int) -> int:
    """Choose the size of parts.

    Parameters
    ----------
    exposures : int
        Number of exposures of the pool.

    Returns
    -------
    int
        Number of exposures per part: many enough that what a part takes whatever its size does not
        count, and few enough to fit in memory. It depends on nothing else, so that shards are the
        same however many processes there are.
    """
    return min(max(exposures // _PARTS + 1, _LEAST), _MOST)


def parts_of_pool(pool: Pool, most: int) -> list[Part]:
    """Cut a pool into parts.

    Parameters
    ----------
    pool : Pool
        Any pool; the order of its rows makes no difference.
    most : int
        Largest number of exposures of a part, unless one program has more.

    Returns
    -------
    list of Part
        In the order that the associations of their programs have in a solution.
    """
    numbers, programs = named_programs(pool)
    part_of, names = cut(np.bincount(numbers, minlength=len(programs)), programs, most)
    rows = part_of[numbers]
    # Exposures part by part, in the order of the pool within each.
    order = np.argsort(rows, kind="stable")
    ends = np.cumsum(np.bincount(rows, minlength=len(names))).tolist()
    return [
        PoolPart(programs_of_part, pool.take(order[start:end]))
        for programs_of_part, start, end in zip(names, [0, *ends], ends, strict=False)
    ]


def cut(
    sizes: NDArray[np.int64], programs: Sequence[str], most: int
) -> tuple[NDArray[np.int64], list[tuple[str, ...]]]:
    """Cut programs into parts of consecutive programs.

    Parameters
    ----------
    sizes : ndarray of int64, shape (p,)
        Number of rows of each program.
    programs : sequence of str, of length p
        Their names.
    most : int
        Largest number of rows of a part, unless one program has more.

    Returns
    -------
    part_of : ndarray of int64, shape (p,)
        Part of each program; without meaning for one that has no rows.
    names : list of tuple of str
        The programs of each part.
    """
    part_of = np.zeros(len(programs), dtype=np.int64)
    names: list[list[str]] = []
    size = 0
    for program in np.flatnonzero(sizes).tolist():
        if not names or size + sizes[program] > most:
            names.append([])
            size = 0
        names[-1].append(programs[program])
        size += sizes[program]
        part_of[program] = len(names) - 1
    return part_of, list(map(tuple, names))
