"""Read tables in memory: mappings, sequences of mappings, Arrow, pandas and astropy tables."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence, Set, Sized
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeGuard, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from asnsolve.errors import Location, PoolError, Problem
from asnsolve.pool.columns import column_names
from asnsolve.pool.raw_columns import arrow_column, missing_column, object_column
from asnsolve.pool.raw_table import RawColumn, RawTable

if TYPE_CHECKING:
    from astropy.table import Table
    from astropy.time import Time
    from pandas import DataFrame, Series

_Cells = TypeVar("_Cells", bound=Sized)

_ARROW_UNITS: Final = tuple((unit, 1) for unit in ("D", "s", "ms", "us", "ns"))
"""Units of dates in numpy that Arrow has too."""

_FAILURES: Final = (
    *(pa.ArrowException, ArithmeticError, AttributeError, LookupError),
    *(RuntimeError, TypeError, ValueError),
)
"""Errors of libraries for values of types that they cannot convert."""


def read_object(source: object, file: str) -> RawTable:
    """Read a table in memory.

    Parameters
    ----------
    source : astropy Table, pandas DataFrame, pyarrow Table, mapping or sequence of mappings
        A mapping goes from column names to equally long sequences of cells. Rows given as mappings
        may lack columns; columns come in the order in which they first occur.
    file : str
        Name of the source, for messages.

    Returns
    -------
    RawTable
        Rows numbered from 1. Cells that a pool cannot hold are missing, with a problem each.

    Raises
    ------
    PoolError
        If `source` is none of these, if its columns differ in length, or if their names cannot be
        those of a pool.
    """
    match source:
        case pa.Table() | pa.RecordBatch():
            return read_arrow(pa.table(source), file)
        case Mapping():
            return _read_columns(source, file)
        case _ if _is_astropy_table(source):
            return read_astropy(source, file)
        case _ if _is_frame(source):
            return _read_pandas(source, file)
        case Sequence() if all(isinstance(row, Mapping) for row in source):
            names = dict.fromkeys(name for row in source for name in row)
            return _read_columns({name: [row.get(name) for row in source] for name in names}, file)
    what = f"a pool cannot be made from a {type(source).__name__}"
    expected = "a table, a mapping of columns, or a sequence of mappings"
    raise PoolError(Problem(what, Location(file), expected))


def read_arrow(table: pa.Table, file: str, rows: NDArray[np.int64] | None = None) -> RawTable:
    """Read an Arrow table.

    Parameters
    ----------
    table : pyarrow.Table
        Any table.
    file : str
        Name of the source, for messages.
    rows : ndarray of int64, shape (n,), optional
        Row of the source of each of its rows, counted from 1; by default 1 to n.

    Returns
    -------
    RawTable

    Raises
    ------
    PoolError
        If the table is damaged, or if its columns cannot be those of a pool.
    """
    names = column_names(table.column_names, file)
    try:
        table.validate(full=True)
    except pa.ArrowException as error:
        raise PoolError(Problem(f"the table is damaged: {error}", Location(file))) from error
    cells = [
        arrow_column(column, Location(file, None, name))
        for name, column in zip(names, table.columns, strict=True)
    ]
    raw = _assemble(file, names, cells)
    return raw if rows is None else _renumbered(raw, rows)


def _renumbered(raw: RawTable, rows: NDArray[np.int64]) -> RawTable:
    """Renumber the rows of a table as in a larger one: row k becomes ``rows[k - 1]``."""

    def moved(problem: Problem) -> Problem:
        where = problem.location
        row = None if where.row is None else int(rows[where.row - 1])
        return replace(problem, location=replace(where, row=row))

    corrupt = {row: moved(problem) for row, problem in raw.corrupt.items()}
    return replace(raw, rows=rows, problems=tuple(map(moved, raw.problems)), corrupt=corrupt)


def read_astropy(table: Table, file: str) -> RawTable:
    """Read an astropy table.

    Parameters
    ----------
    table : astropy Table
        Any table.
    file : str
        Name of the source, for messages.

    Returns
    -------
    RawTable
        Columns that are not plain and one-dimensional are missing, with a problem each.

    Raises
    ------
    PoolError
        If its columns cannot be those of a pool.
    """
    names = column_names(table.colnames, file)
    cells = []
    for name, key in zip(names, table.colnames, strict=True):
        column, where = table[key], Location(file, None, name)
        if _is_a(column, "astropy.time", "Time"):
            cells.append(_guarded(_time_cells, column, where))
        elif isinstance(column, np.ndarray):
            cells.append(_cells(column, where))
        else:
            kind = type(column).__name__
            cells.append(missing_column(len(column), f"the column is a {kind}", where))
    return _assemble(file, names, cells)


def _is_astropy_table(source: object) -> TypeGuard[Table]:
    return _is_a(source, "astropy.table", "Table")


def _is_frame(source: object) -> TypeGuard[DataFrame]:
    return _is_a(source, "pandas", "DataFrame")


def _is_series(source: object) -> TypeGuard[Series[Any]]:
    return _is_a(source, "pandas", "Series")


def _is_a(source: object, module: str, name: str) -> bool:
    """Tell whether an object is an instance of a class, without importing the class's module."""
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(source, getattr(loaded, name))


def _read_pandas(frame: DataFrame, file: str) -> RawTable:
    """Read a data frame, without its index."""
    names = column_names(frame.columns, file)
    cells = [
        _cells(frame.iloc[:, number], Location(file, None, name))
        for number, name in enumerate(names)
    ]
    return _assemble(file, names, cells)


def _read_columns(source: Mapping[Any, Any], file: str) -> RawTable:
    """Read a mapping of columns."""
    names = column_names(source, file)
    cells = []
    for name, values in zip(names, source.values(), strict=True):
        where = Location(file, None, name)
        # An array without dimensions is one value, although its class has a length.
        is_value = getattr(values, "shape", None) == () or not hasattr(values, "__len__")
        if is_value or isinstance(values, str | bytes | Mapping | Set):
            what = f"the column is a {type(values).__name__}"
            raise PoolError(Problem(what, where, "a sequence of cells"))
        cells.append(_cells(values, where))
    return _assemble(file, names, cells)


def _guarded(
    read: Callable[[_Cells, Location], RawColumn], values: _Cells, where: Location
) -> RawColumn:
    """Read a column; if that fails, return missing cells and a problem."""
    try:
        return read(values, where)
    except _FAILURES as error:
        first = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
        return missing_column(len(values), f"the column cannot be read: {first}", where)


def _time_cells(times: Time, where: Location) -> RawColumn:
    """Write a column of astropy times as text, missing where they are masked."""
    return _array_cells(np.asarray(times.isot), np.asarray(times.mask), where)


def _cells(values: Collection[object], where: Location) -> RawColumn:
    """Write a column of any type as text."""
    return _guarded(_cells_of, values, where)


def _cells_of(values: Collection[object], where: Location) -> RawColumn:
    if _is_series(values):
        return _series_cells(values, where)
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return arrow_column(pa.chunked_array(values), where)
    if isinstance(values, np.ndarray):
        return _array_cells(np.asarray(values), getattr(values, "mask", None), where)
    return _sequence_cells(list(values), where)


def _series_cells(series: Series[Any], where: Location) -> RawColumn:
    """Write a column of a data frame as text."""
    if isinstance(series.dtype, np.dtype):
        return _array_cells(series.to_numpy(), None, where)
    try:
        array = pa.array(series.array)
    except pa.ArrowException:
        return _sequence_cells(list(series), where)
    return arrow_column(pa.chunked_array(array), where)


def _array_cells(
    values: NDArray[Any], mask: NDArray[np.bool_] | None, where: Location
) -> RawColumn:
    """Write a numpy array as text, missing where `mask` is set."""
    if values.ndim != 1:
        shape = " x ".join(map(str, values.shape))
        return missing_column(len(values), f"the column has shape {shape}", where)
    if values.dtype.kind == "m":
        return missing_column(len(values), "the column holds durations", where)
    if values.dtype.kind == "M" and np.datetime_data(values.dtype) not in _ARROW_UNITS:
        texts = np.datetime_as_string(values)
        hidden = np.isnat(values) if mask is None else np.isnat(values) | mask
        return arrow_column(pa.chunked_array([pa.array(texts, pa.string(), mask=hidden)]), where)
    # Arrow knows these types, but not in foreign byte order and not beyond 64 bits.
    if values.dtype.kind in "biufM" and values.dtype.itemsize <= 8:
        native = values.astype(values.dtype.newbyteorder("="), copy=False)
        return arrow_column(pa.chunked_array([pa.array(native, mask=mask)]), where)
    cells = values.tolist()
    if mask is not None:
        cells = [None if hidden else cell for cell, hidden in zip(cells, mask, strict=True)]
    return _sequence_cells(cells, where)


def _sequence_cells(values: list[object], where: Location) -> RawColumn:
    """Write a list of values as text, in bulk if all of it is text or all of it is bytes."""
    match {*map(type, values)} - {type(None)}:
        case kinds if kinds <= {str}:
            kind = pa.string()
        case kinds if kinds == {bytes}:
            kind = pa.binary()
        case _:
            return object_column(values, where)
    try:
        return arrow_column(pa.chunked_array([pa.array(values, kind)]), where)
    except UnicodeEncodeError:
        return object_column(values, where)


def _assemble(file: str, names: tuple[str, ...], cells: list[RawColumn]) -> RawTable:
    """Make a table of columns that must have one length."""
    lengths = {name: len(column.text) for name, column in zip(names, cells, strict=True)}
    first = lengths[names[0]]
    for name, length in lengths.items():
        if length != first:
            what = f"column {name} has {length} rows, but column {names[0]} has {first}"
            raise PoolError(Problem(what, Location(file), "columns of one length"))
    corrupt = {row - 1: problem for column in cells for row, problem in column.corrupt.items()}
    return RawTable(
        file,
        names,
        tuple(column.text for column in cells),
        np.arange(1, first + 1, dtype=np.int64),
        tuple(problem for column in cells for problem in column.problems),
        corrupt=corrupt,
    )
