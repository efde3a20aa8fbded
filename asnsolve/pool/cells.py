"""Values that are not text, written as the text a pool would hold for them."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from asnsolve.errors import Location, Problem
from asnsolve.pool.raw import Cells, excerpt

__all__ = ["arrow_cells", "loose_cells", "no_cells"]

_EXACT: Final = 2.0**53
_MISSING_TYPES: Final = ("MaskedConstant", "NAType", "NaTType")


def text_of(value: object) -> str | None:
    """Write one value as text.

    Raises
    ------
    TypeError
        If a pool has no way to hold the value.
    UnicodeError
        If the value is bytes or text that UTF-8 cannot hold.
    """
    match value:
        case str():
            value.encode()
            text: str | None = str(value)
        case bytes():
            text = value.rstrip(b"\0").decode()
        case None | bool() | np.bool_():
            text = None if value is None else "t" if value else "f"
        case int() | np.integer():
            text = f"{value:d}"
        case float() | np.floating() | Decimal():
            text = _number(value)
        case list() | tuple() | np.ndarray():
            text = _pairs(list(value))
        case _ if type(value).__name__ in _MISSING_TYPES:
            text = None
        case datetime.date() | datetime.time():
            text = value.isoformat()
        case _:
            raise TypeError(f"a {type(value).__name__}")
    return text


def _number(value: float | np.floating | Decimal) -> str | None:
    """Write a number, without the fraction if it is whole; None if it is not a number."""
    if isinstance(value, Decimal):
        return None if value.is_nan() else f"{value.normalize():f}"
    number = float(value)
    if math.isnan(number):
        return None
    whole = abs(number) < _EXACT and number.is_integer()
    return str(int(number)) if whole else str(value)


def _pairs(values: list[object]) -> str:
    """Write a list of pairs the way candidate cells are written; other lists as lists of text."""
    parts = []
    for value in values:
        inner = list(value) if isinstance(value, list | tuple | np.ndarray) else None
        if inner is None:
            parts.append(repr(text_of(value)))
        elif any(isinstance(part, list | tuple | np.ndarray) for part in inner):
            raise TypeError("a list of lists of lists")
        else:
            parts.append(f"({', '.join(repr(text_of(part)) for part in inner)})")
    return f"[{', '.join(parts)}]"


def arrow_cells(array: pa.ChunkedArray, where: Location) -> Cells:
    """Write an Arrow column as text, each distinct value once where Arrow can tell them apart.

    Parameters
    ----------
    array : pyarrow.ChunkedArray
        Any column.
    where : Location
        Source and column, for messages.
    """
    kind = array.type
    if pa.types.is_dictionary(kind) and not _is_text(kind.value_type):
        array, kind = array.cast(kind.value_type), kind.value_type
    if pa.types.is_dictionary(kind) or _is_text(kind):
        return Cells(array.cast(pa.dictionary(pa.int32(), pa.string())))
    if pa.types.is_nested(kind):
        return loose_cells(array.to_pylist(), where)
    if pa.types.is_null(kind):
        return no_cells(len(array))
    codes = array.combine_chunks().dictionary_encode()
    if isinstance(codes, pa.ChunkedArray):
        codes = codes.combine_chunks()
    numeric = pa.types.is_floating(kind) or pa.types.is_integer(kind)
    distinct: Sequence[object] = (
        list(codes.dictionary.to_numpy(zero_copy_only=False))
        if numeric
        else codes.dictionary.to_pylist()
    )
    return _spread(distinct, pc.fill_null(codes.indices, -1).to_numpy(), where)


def loose_cells(values: Sequence[object], where: Location) -> Cells:
    """Write a sequence of any values as text, one by one."""
    return _spread(values, np.arange(len(values)), where)


def no_cells(length: int) -> Cells:
    """Return a column in which nothing is given."""
    return Cells(pa.chunked_array([pa.nulls(length, pa.string())]))


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _spread(distinct: Sequence[object], indices: NDArray[np.integer], where: Location) -> Cells:
    """Write the distinct values as text and lay them out; index -1 stands for nothing given."""
    texts: list[str | None] = []
    refused: dict[int, str] = {}
    corrupt: dict[int, str] = {}
    for number, value in enumerate(distinct):
        try:
            texts.append(text_of(value))
        except TypeError as error:
            texts.append(None)
            refused[number] = f"the cell is {error}, which a pool cannot hold; read as missing"
        except UnicodeError:
            texts.append(None)
            corrupt[number] = f"the cell {excerpt(value)} is not valid UTF-8"
    texts.append(None)
    array = pa.array(texts, pa.string()).take(pa.array(indices % len(texts)))
    return Cells(
        pa.chunked_array([array]),
        tuple(_each(refused, indices, where)),
        {problem.location.row or 0: problem for problem in _each(corrupt, indices, where)},
    )


def _each(what: dict[int, str], indices: NDArray[np.integer], where: Location) -> list[Problem]:
    """Make a problem for each row whose value is among those of `what`."""
    rows = np.flatnonzero(np.isin(indices, list(what))).tolist() if what else []
    return [Problem(what[int(indices[k])], Location(where.file, k + 1, where.column)) for k in rows]
