"""Columns of text and numbers as tables of Arrow, astropy and pandas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from asnsolve.errors import Problem, UsageError
from asnsolve.pool.texts import Texts

if TYPE_CHECKING:
    from astropy.table import Table
    from pandas import DataFrame

CodedTexts = tuple[NDArray[np.integer], Texts]
"""Codes, shape (n,), into distinct texts; -1 for no text."""

Cells = CodedTexts | NDArray[Any]
"""One column of n rows: coded texts, or an array of numbers or booleans."""


def coded(texts: Sequence[str | None]) -> CodedTexts:
    """Encode texts.

    Parameters
    ----------
    texts : sequence of str or None
        The n texts; None for no text.

    Returns
    -------
    codes : ndarray of int64, shape (n,)
        Index into the distinct texts; -1 for no text.
    distinct : Texts
        The distinct texts, in the order in which they first occur.
    """
    number: dict[str, int] = {}
    codes = [-1 if text is None else number.setdefault(text, len(number)) for text in texts]
    return np.array(codes, dtype=np.int64), Texts.of(number)


def arrow_table(columns: Mapping[str, Cells]) -> pa.Table:
    """Make a table of Arrow.

    Parameters
    ----------
    columns : mapping of str to cells
        The columns, of one length.

    Returns
    -------
    pyarrow.Table
        Texts are dictionary-encoded, null where missing.
    """
    return pa.table({name: _array(cells) for name, cells in columns.items()})


def _array(cells: Cells) -> pa.Array:
    if not isinstance(cells, tuple):
        return pa.array(cells)
    codes, texts = cells
    return pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int32), mask=codes < 0), texts.array
    )


def astropy_table(table: pa.Table) -> Table:
    """Convert a table to astropy.

    Parameters
    ----------
    table : pyarrow.Table
        Columns of dictionary-encoded text, null where missing, and of numbers.

    Returns
    -------
    astropy Table
        Columns of text, masked where missing, and of numbers.
    """
    from astropy.table import Column, MaskedColumn, Table

    columns = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        if not pa.types.is_dictionary(column.type):
            columns.append(Column(column.to_numpy(), name=name))
            continue
        codes, values = indices_and_values(column)
        occurs = np.zeros(len(values), dtype=np.bool_)
        occurs[codes] = True
        # The longest text that occurs sets the width.
        text = np.array([value if occurs[code] else "" for code, value in enumerate(values)])
        columns.append(MaskedColumn(text[codes], name=name, mask=codes == len(values) - 1))
    return Table(columns)


def indices_and_values(column: pa.ChunkedArray) -> tuple[NDArray[np.int32], list[str]]:
    """Return a column of dictionary-encoded text as indices and values.

    Parameters
    ----------
    column : pyarrow.ChunkedArray, shape (n,)
        The column.

    Returns
    -------
    indices : ndarray of int32, shape (n,)
        Index of each cell into the values.
    values : list of str
        The distinct values, and at the end an empty text, which missing cells have.
    """
    whole = pa.concat_arrays(column.chunks)
    values = [*whole.dictionary.to_pylist(), ""]
    return pc.fill_null(whole.indices, len(values) - 1).to_numpy(), values


def pandas_frame(table: pa.Table) -> DataFrame:
    """Convert a table to pandas.

    Parameters
    ----------
    table : pyarrow.Table
        Columns of dictionary-encoded text, null where missing, and of numbers.

    Returns
    -------
    pandas DataFrame
        Columns of text and of numbers.

    Raises
    ------
    UsageError
        If pandas is not installed.
    """
    if find_spec("pandas") is None:
        raise UsageError(
            Problem("pandas is not installed", advice="Install it: pip install pandas")
        )
    # Categories would make rows of every value in each group of a table, whether it occurs or not.
    plain = {
        name: column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        for name, column in zip(table.column_names, table.columns, strict=True)
    }
    frame: DataFrame = pa.table(plain).to_pandas()
    return frame
