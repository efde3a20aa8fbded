"""Read Parquet files, whole or by row groups, so that a pool need not fit in memory.

Files may be on an object store. In a directory such as ``program=01234``, whose name is a column
and its value, all rows of the files have this value, unless the files have the column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from asnsolve.errors import Location, PoolError, Problem
from asnsolve.file_systems import (
    Url,
    files_below,
    in_threads,
    is_object,
    opened_object,
    path_or_url,
    url_errors,
)
from asnsolve.input_files import is_directory, is_text
from asnsolve.pool.from_objects import read_arrow
from asnsolve.pool.raw_table import RawTable

Cells = tuple[tuple[str, str | None], ...]

_SUFFIXES: Final = (".parquet", ".pq")
_MISSING: Final = "__HIVE_DEFAULT_PARTITION__"
"""What the name of a directory has for a missing value."""

_BYTES_OF_NUMBER: Final = 8
"""More bytes than a row takes that has the number of a text instead of the text."""


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
    cells : tuple of (str, str or None)
        Columns that the file lacks and the names of its directories give, each with the value of
        all rows.
    names : tuple of str
        Names of the columns as the file writes them, and then of those that the names of
        directories give.
    """

    file: str
    number: int
    first: int
    length: int
    cells: Cells = ()
    names: tuple[str, ...] = field(default=(), compare=False, repr=False)


def read_parquet(path: Path | Url) -> RawTable:
    """Read a Parquet file, or all Parquet files in a directory on an object store.

    Parameters
    ----------
    path : Path or Url
        The file or the directory.

    Returns
    -------
    RawTable

    Raises
    ------
    PoolError
        If it is damaged, or not a pool.
    """
    if isinstance(path, Url):
        return read_arrow(_whole(path), str(path))
    with _naming(path):
        table = _open(path).read()
    return read_arrow(table, str(path))


def _whole(url: Url) -> pa.Table:
    """Read all row groups of a pool on an object store."""
    tables = [*in_threads(read_group, row_groups(url))]
    if not tables:
        raise PoolError(Problem("the pool holds no exposures", Location(str(url))))
    with _naming(url):
        return pa.concat_tables(tables, promote_options="permissive")


def row_groups(path: Path | Url) -> tuple[RowGroup, ...]:
    """List the row groups of a Parquet file, or of all Parquet files in a directory.

    Parameters
    ----------
    path : Path or Url
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
    files = _files(path)
    # A store takes its time to answer; a local file is read at once.
    described = map(_described, files) if isinstance(path, Path) else in_threads(_described, files)
    for (file, cells), (lengths, nothing) in zip(files, described, strict=True):
        present = {name.strip().lower() for name in nothing.column_names}
        lacking = tuple(cell for cell in cells if cell[0].strip().lower() not in present)
        # An empty table is read, so that columns which no pool can have are refused here.
        whole = _with_cells(nothing, lacking)
        read_arrow(whole, str(file))
        names = tuple(whole.column_names)
        for number, length in enumerate(lengths):
            groups.append(RowGroup(str(file), number, first, length, lacking, names))
            first += length
    return tuple(groups)


def _described(one: tuple[Path | Url, Cells]) -> tuple[list[int], pa.Table]:
    """Return the lengths of the row groups of a file, and a table of its columns without rows."""
    file, _ = one
    with _naming(file), pq.ParquetFile(_source(file)) as parquet:
        metadata = parquet.metadata
        lengths = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
        return lengths, parquet.schema_arrow.empty_table()


def read_group(
    group: RowGroup, columns: Sequence[str] | None = None, *, is_compact: bool = False
) -> pa.Table:
    """Read a row group.

    Parameters
    ----------
    group : RowGroup
        The group.
    columns : sequence of str, optional
        The only columns to read, named as in `RowGroup.names`.
    is_compact : bool
        Whether to read texts into dictionaries only where they repeat. Other row groups may then
        have other types of columns.

    Returns
    -------
    pyarrow.Table

    Raises
    ------
    PoolError
        If the file is damaged, or gone.
    """
    given = dict(group.cells)
    if columns is not None and given.keys() >= {*columns}:
        # The file need not be opened, which takes several requests to a store.
        return pa.table({name: _repeated(given[name], group.length) for name in columns})
    file = path_or_url(group.file)
    with _naming(file):
        parquet = _open(file, group.number if is_compact else None)
        table = parquet.read_row_group(
            group.number, columns=None if columns is None else list(columns)
        )
    if len(table) != group.length:
        what = f"the file is damaged: row group {group.number} has {len(table)} rows"
        raise PoolError(Problem(what, Location(group.file), str(group.length)))
    table = _with_cells(table, group.cells)
    return table if columns is None else table.select(columns)


def _files(path: Path | Url) -> list[tuple[Path | Url, Cells]]:
    """Return the files of a pool, each with the columns that the names of its directories give."""
    found: list[tuple[Path | Url, Cells]]
    if isinstance(path, Url):
        with url_errors(PoolError, path):
            if is_object(path):
                return [(path, ())]
            names = [name for name in files_below(path) if _is_data(name)]
        found = [(path / name, _cells(name)) for name in names]
    elif is_directory(path):
        paths = sorted(file for end in _SUFFIXES for file in path.rglob(f"*{end}"))
        found = [(file, _cells(str(file.relative_to(path)))) for file in paths]
    else:
        return [(path, ())]
    if not found:
        advice = "" if isinstance(path, Url) else directory_advice(path)
        what = "the directory holds no Parquet file"
        raise PoolError(Problem(what, Location(str(path)), advice=advice))
    return found


def directory_advice(path: Path) -> str:
    """Say what to do with a directory that is not a pool.

    Parameters
    ----------
    path : Path
        The directory.

    Returns
    -------
    str
        A sentence.
    """
    return f"If it holds FITS files, make a pool of them: asnsolve pool {path} -o pool.csv"


def _is_data(name: str) -> bool:
    """Tell whether an object is one of a pool; names that begin with _ or . are notes on it."""
    return name.endswith(_SUFFIXES) and not any(
        part.startswith(("_", ".")) for part in name.split("/")
    )


def _cells(name: str) -> Cells:
    pairs = [part.partition("=") for part in name.split("/")[:-1] if "=" in part[1:]]
    return tuple((key, None if value == _MISSING else unquote(value)) for key, _, value in pairs)


def _with_cells(table: pa.Table, cells: Cells) -> pa.Table:
    """Append the columns that the names of directories give."""
    for name, value in cells:
        table = table.append_column(name, _repeated(value, len(table)))
    return table


def _repeated(value: str | None, length: int) -> pa.Array:
    return pa.repeat(pa.scalar(value, pa.string()), length).dictionary_encode()


def _source(file: Path | Url) -> Path | pa.NativeFile:
    return opened_object(file) if isinstance(file, Url) else file


def _open(file: Path | Url, number: int | None = None) -> pq.ParquetFile:
    """Open a file whose columns of text are read straight into dictionaries.

    With the number of a row group, only those whose texts repeat there.
    """
    source = _source(file)
    parquet = pq.ParquetFile(source)
    spelled_out = frozenset() if number is None else _spelled_out(parquet.metadata, number)
    text = [
        field.name
        for field in parquet.schema_arrow
        if pa.types.is_string(field.type) and field.name not in spelled_out
    ]
    # Of a store, what is wanted of a row group is best asked for at once.
    is_remote = isinstance(file, Url)
    return pq.ParquetFile(
        source, metadata=parquet.metadata, read_dictionary=text, pre_buffer=is_remote
    )


def _spelled_out(metadata: pq.FileMetaData, number: int) -> frozenset[str]:
    """Return the columns of a row group that have dictionaries, although texts hardly repeat."""
    group = metadata.row_group(number)
    columns = map(group.column, range(group.num_columns))
    return frozenset(
        column.path_in_schema
        for column in columns
        if "RLE_DICTIONARY" in column.encodings
        and column.total_uncompressed_size > _BYTES_OF_NUMBER * group.num_rows
    )


@contextmanager
def _naming(file: Path | Url) -> Iterator[None]:
    """Name the file in errors of reading it, including errors about its name."""
    if isinstance(file, Url):
        with url_errors(PoolError, file):
            yield
        return
    if not is_text(file):
        what = "its name is not UTF-8, and Parquet files are opened by name"
        raise PoolError(Problem(what, Location(str(file)), advice="Rename it."))
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        first = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
        what = f"the file cannot be read as Parquet: {first}"
        raise PoolError(Problem(what, Location(str(file)))) from error
