"""Parquet files, whole or by row groups, so that a pool need not fit in memory."""

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
from asnsolve.pool.from_objects import read_arrow
from asnsolve.pool.raw_table import RawTable

__all__ = ["RowGroup", "read_group", "read_groups", "read_parquet", "row_groups"]


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows that a Parquet file holds together.

    Parameters
    ----------
    file : str
        The file.
    number : int
        Which of its groups it is, from 0.
    first : int
        Row of the pool at which it begins, from 1; the files of a directory are counted through.
    length : int
        How many rows it has.
    """

    file: str
    number: int
    first: int
    length: int


def read_parquet(path: Path) -> RawTable:
    """Read a Parquet file, its text columns straight into dictionaries.

    Raises
    ------
    PoolError
        If it is damaged, or no pool.
    """
    with _said(path):
        table = _open(path).read()
    return read_arrow(table, str(path))


def row_groups(path: Path) -> tuple[RowGroup, ...]:
    """List the row groups of a Parquet file, or of those in a directory, by name.

    Raises
    ------
    PoolError
        If there is none, one is damaged, or the columns of one are not those of a pool.
    """
    groups: list[RowGroup] = []
    first = 1
    for file in _files(path):
        with _said(file):
            opened = pq.ParquetFile(file)
            lengths = [
                opened.metadata.row_group(number).num_rows
                for number in range(opened.metadata.num_row_groups)
            ]
            nothing = opened.schema_arrow.empty_table()
        read_arrow(nothing, str(file))
        for number, length in enumerate(lengths):
            groups.append(RowGroup(str(file), number, first, length))
            first += length
    return tuple(groups)


def read_group(group: RowGroup, column: str | None = None) -> pa.Table:
    """Read a row group: all of it, or one column, whatever case its name is in.

    Raises
    ------
    PoolError
        If the file is damaged, or gone.
    """
    file = Path(group.file)
    with _said(file):
        opened = _open(file)
        names = opened.schema_arrow.names
        wanted = None if column is None else [n for n in names if n.strip().lower() == column]
        return opened.read_row_group(group.number, columns=wanted)


def read_groups(groups: Iterable[RowGroup]) -> tuple[pa.Table, NDArray[np.int64]]:
    """Read row groups, and say in which row of the pool each of their rows stands."""
    parts = [(read_group(group), group) for group in groups]
    rows = [
        np.arange(group.first, group.first + group.length, dtype=np.int64) for _, group in parts
    ]
    tables = [table for table, _ in parts]
    return pa.concat_tables(tables, promote_options="permissive"), np.concatenate(rows)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for end in ("parquet", "pq") for file in path.rglob(f"*.{end}"))
    if not found:
        raise PoolError(Problem("the directory holds no Parquet file", Location(str(path))))
    return found


def _open(file: Path) -> pq.ParquetFile:
    text = [field.name for field in pq.read_schema(file) if pa.types.is_string(field.type)]
    return pq.ParquetFile(file, read_dictionary=text)


@contextmanager
def _said(file: Path) -> Iterator[None]:
    """Say which file is not what it should be."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        first = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
        what = f"the file cannot be read as Parquet: {first}"
        raise PoolError(Problem(what, Location(str(file)))) from error
