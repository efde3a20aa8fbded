"""Read Parquet files, whole or by row groups, so that a pool need not fit in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from asnsolve.errors import Location, PoolError, Problem
from asnsolve.input_files import is_directory, is_text
from asnsolve.pool.from_objects import read_arrow
from asnsolve.pool.raw_table import RawTable


@dataclass(frozen=True, slots=True)
class RowGroup:
    """A row group of a Parquet file.

    Parameters
    ----------
    file : str
        The file.
    number : int
        Number of the group in the file, from 0.
    first : int
        Number of its first row in the pool, from 1. Rows are numbered across the files of a
        directory.
    length : int
        Number of rows.
    """

    file: str
    number: int
    first: int
    length: int


def read_parquet(path: Path) -> RawTable:
    """Read a Parquet file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    RawTable

    Raises
    ------
    PoolError
        If it is damaged, or not a pool.
    """
    with _naming(path):
        table = _open(path).read()
    return read_arrow(table, str(path))


def row_groups(path: Path) -> tuple[RowGroup, ...]:
    """List the row groups of a Parquet file, or of all Parquet files in a directory.

    Parameters
    ----------
    path : Path
        The file or the directory.

    Returns
    -------
    tuple of RowGroup
        In the order of file names.

    Raises
    ------
    PoolError
        If there is no file, one is damaged, or the columns of one are not those of a pool.
    """
    groups: list[RowGroup] = []
    first = 1
    for file in _files(path):
        with _naming(file):
            parquet = pq.ParquetFile(file)
            lengths = [
                parquet.metadata.row_group(number).num_rows
                for number in range(parquet.metadata.num_row_groups)
            ]
            nothing = parquet.schema_arrow.empty_table()
        # An empty table is read, so that columns which no pool can have are refused here.
        read_arrow(nothing, str(file))
        for number, length in enumerate(lengths):
            groups.append(RowGroup(str(file), number, first, length))
            first += length
    return tuple(groups)


def read_group(group: RowGroup, column: str | None = None) -> pa.Table:
    """Read a row group.

    Parameters
    ----------
    group : RowGroup
        The group.
    column : str, optional
        Lower-cased name of the only column to read; its name in the file may be in any case.

    Returns
    -------
    pyarrow.Table

    Raises
    ------
    PoolError
        If the file is damaged, or gone.
    """
    file = Path(group.file)
    with _naming(file):
        parquet = _open(file)
        names = parquet.schema_arrow.names
        wanted = None if column is None else [n for n in names if n.strip().lower() == column]
        table = parquet.read_row_group(group.number, columns=wanted)
    if len(table) != group.length:
        what = f"the file is damaged: row group {group.number} has {len(table)} rows"
        raise PoolError(Problem(what, Location(group.file), str(group.length)))
    return table


def read_groups(groups: Iterable[RowGroup]) -> tuple[pa.Table, NDArray[np.int64]]:
    """Read several row groups.

    Parameters
    ----------
    groups : iterable of RowGroup
        At least one group.

    Returns
    -------
    table : pyarrow.Table
        Their n rows.
    rows : ndarray of int64, shape (n,)
        Row of the pool of each of them, counted from 1.

    Raises
    ------
    PoolError
        If a file is damaged, or gone.
    """
    parts = [(read_group(group), group) for group in groups]
    rows = [
        np.arange(group.first, group.first + group.length, dtype=np.int64) for _, group in parts
    ]
    tables = [table for table, _ in parts]
    with _naming(Path(parts[0][1].file)):
        whole = pa.concat_tables(tables, promote_options="permissive")
    return whole, np.concatenate(rows)


def _files(path: Path) -> list[Path]:
    if not is_directory(path):
        return [path]
    files = sorted(file for end in ("parquet", "pq") for file in path.rglob(f"*.{end}"))
    if not files:
        raise PoolError(Problem("the directory holds no Parquet file", Location(str(path))))
    return files


def _open(file: Path) -> pq.ParquetFile:
    """Open a file whose columns of text are read straight into dictionaries."""
    text = [field.name for field in pq.read_schema(file) if pa.types.is_string(field.type)]
    return pq.ParquetFile(file, read_dictionary=text)


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """Name the file in errors of reading it, including errors about its name."""
    if not is_text(file):
        what = "its name is not UTF-8, and Parquet files are opened by name"
        raise PoolError(Problem(what, Location(str(file)), advice="Rename it."))
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        first = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
        what = f"the file cannot be read as Parquet: {first}"
        raise PoolError(Problem(what, Location(str(file)))) from error
