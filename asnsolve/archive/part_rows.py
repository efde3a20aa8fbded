"""Rows of whole programs: where a process finds those of its part, and how they are laid out.

Rows of a file are read where they are, or from a copy that is sorted by program. A copy is an Arrow
file that is not compressed, of which only the bytes of the rows that are wanted are read.
"""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from asnsolve.errors import Location, PoolError, Problem
from asnsolve.pool.encode import encode_column
from asnsolve.pool.parquet import RowGroup, read_group
from asnsolve.pool.raw_columns import arrow_column
from asnsolve.profiles import default_profile
from asnsolve.shown_values import error_text

ROW: Final = "row_of_pool"
"""Column of the row that each exposure has in the whole pool, counted from 1; no attribute."""

_MOST_VALUES: Final = 4096
"""Distinct values of a column that a copy keeps apart from its rows."""


class PartRows(Protocol):
    """Some rows of a part.

    Attributes
    ----------
    names : tuple of str
        Paths and URLs of the files that have them.
    """

    @property
    def names(self) -> tuple[str, ...]:
        """Paths and URLs of the files."""

    def read(self, programs: Collection[str]) -> tuple[pa.Table, NDArray[np.int64]]:
        """Read them.

        Parameters
        ----------
        programs : collection of str
            The programs of the part, as in file names.

        Returns
        -------
        table : pyarrow.Table
            Their n rows.
        rows : ndarray of int64, shape (n,)
            Row of the pool of each of them, counted from 1.
        """


@dataclass(frozen=True, slots=True)
class RowsInPlace:
    """The rows of a part in a row group, which may hold others.

    Parameters
    ----------
    group : RowGroup
        The row group.
    """

    group: RowGroup

    @property
    def names(self) -> tuple[str, ...]:
        """Path or URL of the file."""
        return (self.group.file,)

    def read(self, programs: Collection[str]) -> tuple[pa.Table, NDArray[np.int64]]:
        """Read the row group and keep the rows of some programs.

        Parameters
        ----------
        programs : collection of str
            The programs.

        Returns
        -------
        table : pyarrow.Table
            Their n rows.
        rows : ndarray of int64, shape (n,)
            Row of the pool of each of them.
        """
        table = read_group(self.group, is_compact=True)
        rows = np.arange(self.group.first, self.group.first + len(table), dtype=np.int64)
        numbers, names = programs_of_rows(table)
        is_here = np.isin(names, list(programs))[numbers]
        if is_here.all():
            return table, rows
        # The dictionaries of a row group have the values of all its rows.
        kept = compact(table.filter(pa.array(is_here)))
        return kept, rows[is_here]


@dataclass(frozen=True, slots=True)
class CopiedRows:
    """The rows of a part in a copy.

    Parameters
    ----------
    files : tuple of str
        The files of the copy, each with some of the columns; the last one numbers the rows.
    start, stop : int
        The rows of the copy from `start` up to and without `stop`.
    before : int
        What is added to the numbers of the rows.
    """

    files: tuple[str, ...]
    start: int
    stop: int
    before: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """Paths of the files."""
        return self.files

    def read(self, programs: Collection[str]) -> tuple[pa.Table, NDArray[np.int64]]:
        """Read them; they are of no other programs.

        Parameters
        ----------
        programs : collection of str
            The programs.

        Returns
        -------
        table : pyarrow.Table
            The n rows.
        rows : ndarray of int64, shape (n,)
            Row of the pool of each of them.
        """
        columns: dict[str, pa.Array] = {}
        for file in self.files:
            with pa.memory_map(file) as mapped:
                batch = pa.ipc.open_file(mapped).get_batch(0)
                part = batch.slice(self.start, self.stop - self.start)
                columns |= zip(part.schema.names, part.columns, strict=True)
        rows = columns.pop(ROW).to_numpy() + self.before
        return pa.table(columns), rows


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of rows, sorted by program.

    Parameters
    ----------
    files : tuple of str
        As in `CopiedRows`.
    sizes : mapping of str to int
        Number of rows of each program, in the order of the rows.
    before : int
        As in `CopiedRows`.
    """

    files: tuple[str, ...]
    sizes: Mapping[str, int]
    before: int = 0

    def rows_of_parts(self, parts: Sequence[Sequence[str]]) -> list[CopiedRows | None]:
        """Return the rows of each part.

        Parameters
        ----------
        parts : sequence of sequence of str
            The programs of each part: all of the pool from the first to the last of them.

        Returns
        -------
        list of CopiedRows or None
            None for a part of which the copy has no rows.
        """
        programs = [*self.sizes]
        # Rows before each program, and all rows, shape (p + 1,).
        before = [*accumulate(self.sizes.values(), initial=0)]
        places = [
            (before[bisect_left(programs, part[0])], before[bisect_right(programs, part[-1])])
            for part in parts
        ]
        return [
            CopiedRows(self.files, start, stop, self.before) if start < stop else None
            for start, stop in places
        ]


def write_copy(
    table: pa.Table,
    rows: NDArray[np.int64] | None,
    order: NDArray[np.integer] | None,
    file: Path,
) -> None:
    """Write rows, sorted by program.

    Parameters
    ----------
    table : pyarrow.Table
        Columns of n rows.
    rows : ndarray of int64, shape (n,), or None
        Their numbers; None if they are in another file of the copy.
    order : ndarray of int, shape (n,), or None
        What `program_order` returns.
    file : Path
        The file.
    """
    if not len(table):
        return
    whole = compact(table)
    if rows is not None:
        whole = whole.append_column(ROW, pa.array(rows))
    if order is not None:
        whole = whole.take(pa.array(order))
    (batch,) = whole.combine_chunks().to_batches()
    with (
        copying(file),
        pa.OSFile(str(file), "wb") as sink,
        pa.ipc.new_file(sink, batch.schema) as writer,
    ):
        writer.write_batch(batch)


@contextmanager
def copying(file: Path) -> Iterator[None]:
    """Raise an error that says what to do if the block cannot write a temporary file.

    Parameters
    ----------
    file : Path
        The file.

    Yields
    ------
    None

    Raises
    ------
    PoolError
        Instead of any OSError.
    """
    try:
        yield
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else error_text(error)
        what = f"rows of the pool cannot be copied there: {why}"
        advice = "Free some space, or set TMPDIR to a directory that has more."
        # Name the directory that stays: the folder of the copies is removed at the end.
        where = Location(str(file.parent.parent))
        raise PoolError(Problem(what, where, advice=advice)) from error


def program_order(numbers: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Return the order that sorts rows by program, and keeps that of the rows of one program.

    Parameters
    ----------
    numbers : ndarray of int64, shape (n,)
        Program of each row, as a rank.

    Returns
    -------
    ndarray of int64, shape (n,), or None
        None if the rows are sorted.
    """
    if (np.diff(numbers) >= 0).all():
        return None
    # NumPy sorts numbers of two bytes in linear time.
    are_few = numbers.max() <= np.iinfo(np.uint16).max
    return np.argsort(numbers.astype(np.uint16) if are_few else numbers, kind="stable")


def compact(table: pa.Table) -> pa.Table:
    """Keep values apart from rows only where they are few, and number them in few bytes.

    Parameters
    ----------
    table : pyarrow.Table
        Any table.

    Returns
    -------
    pyarrow.Table
        With the same cells.
    """
    columns = [_compact(column) for column in table.unify_dictionaries().columns]
    return pa.table(columns, names=table.column_names)


def _compact(column: pa.ChunkedArray) -> pa.ChunkedArray:
    # Arrow cannot take rows of views.
    if pa.types.is_string_view(column.type):
        return column.cast(pa.string())
    if pa.types.is_binary_view(column.type):
        return column.cast(pa.binary())
    if not pa.types.is_dictionary(column.type):
        return column
    count = len(column.chunk(0).dictionary) if column.num_chunks else 0
    if count > _MOST_VALUES:
        return column.cast(column.type.value_type)
    kind = pa.int8() if count < 128 else pa.int16()
    return column.cast(pa.dictionary(kind, column.type.value_type))


def program_column(names: Sequence[str]) -> str:
    """Return the name of the column of programs as a file writes it.

    Parameters
    ----------
    names : sequence of str
        Names of the columns of a pool.

    Returns
    -------
    str
    """
    (name,) = [name for name in names if name.strip().lower() == "program"]
    return name


def programs_of_rows(
    table: pa.Table, file: str | None = None
) -> tuple[NDArray[np.int64], list[str]]:
    """Return the program of each row of a table.

    Parameters
    ----------
    table : pyarrow.Table
        Rows of a pool, n of them.
    file : str, optional
        Where they come from, for messages.

    Returns
    -------
    numbers : ndarray of int64, shape (n,)
        Program of each row, as an index into `programs`.
    programs : list of str
        Program numbers as in file names, sorted; some may have no row.

    Raises
    ------
    PoolError
        If the column of programs is not UTF-8.
    """
    name = program_column(table.column_names)
    where = Location(file, column=name.strip().lower())
    try:
        column = encode_column(arrow_column(table[name], where).text).column
    except pa.ArrowException as error:
        raise PoolError(Problem(f"the table is damaged: {error}", where)) from error
    return program_numbers(column.codes, column.values.to_pylist())


def program_numbers(
    codes: NDArray[np.signedinteger], values: Sequence[str]
) -> tuple[NDArray[np.int64], list[str]]:
    """Give numbers to the programs that values of the column mean.

    Parameters
    ----------
    codes : ndarray of int, shape (n,)
        Value of each row; -1 where there is none.
    values : sequence of str
        The values.

    Returns
    -------
    numbers : ndarray of int64, shape (n,)
        As `programs_of_rows` returns them.
    programs : list of str
        As `programs_of_rows` returns them.
    """
    # Values that are written alike are one program. The last name is that of exposures without a
    # program, which have code -1; a program may share it.
    names = [*map(default_profile().names.program_text, (*values, "0"))]
    programs = sorted(set(names))
    place = {text: number for number, text in enumerate(programs)}
    return np.array([place[text] for text in names], dtype=np.int64)[codes], programs
