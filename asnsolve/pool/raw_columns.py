"""Columns of any values, written as the text that a pool holds for them."""

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
from asnsolve.pool.raw_table import RawColumn
from asnsolve.shown_values import excerpt

_EXACT: Final = 2.0**53
_MOST_BITS: Final = 10_000
_MOST_DIGITS: Final = 40
_IMPOSSIBLE: Final = "<value out of range"
"""What Arrow writes for a date that it cannot write."""

_MISSING_TYPES: Final = ("MaskedConstant", "NAType", "NaTType")


def _text_of(value: object) -> str | None:
    """Write one value as text; None if it is missing.

    Raises
    ------
    TypeError
        If a pool has no way to hold the value.
    UnicodeError
        If the value is bytes or text that UTF-8 cannot hold.
    """
    if value is None or type(value).__name__ in _MISSING_TYPES:
        return None
    match value:
        case str():
            value.encode()
            return str(value)
        case bytes():
            return value.rstrip(b"\0").decode()
        case bool() | np.bool_():
            return "t" if value else "f"
        case int() | np.integer() if int(value).bit_length() < _MOST_BITS:
            return f"{value:d}"
        case float() | np.floating():
            return _float(value)
        case Decimal():
            return _decimal(value)
        case datetime.date() | datetime.time():
            return str(value)
        case list() | tuple() | np.ndarray():
            return _pairs(list(value))
    raise TypeError(f"a {type(value).__name__}")


def _float(value: float | np.floating) -> str | None:
    """Write a number, without fraction if it is whole; None if it is NaN."""
    number = float(value)
    if math.isnan(number):
        return None
    whole = abs(number) < _EXACT and number.is_integer()
    return str(int(number)) if whole else str(value)


def _decimal(value: Decimal) -> str | None:
    """Write a decimal number without trailing zeros; None if it is NaN."""
    if value.is_nan():
        return None
    if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _pairs(values: list[object]) -> str:
    """Write a list of pairs as candidate cells are written, and other lists as lists of text."""
    parts = []
    for value in values:
        inner = list(value) if isinstance(value, list | tuple | np.ndarray) else None
        if inner is None:
            parts.append(repr(_text_of(value)))
        elif any(isinstance(part, list | tuple | np.ndarray) for part in inner):
            raise TypeError("a list of lists of lists")
        else:
            parts.append(f"({', '.join(repr(_text_of(part)) for part in inner)})")
    return f"[{', '.join(parts)}]"


def arrow_column(array: pa.ChunkedArray, where: Location) -> RawColumn:
    """Write an Arrow column as text.

    Parameters
    ----------
    array : pyarrow.ChunkedArray, shape (n,)
        Any column.
    where : Location
        Source and column, for messages.

    Returns
    -------
    RawColumn
        If a pool cannot hold values of this type, all cells are missing and there is one problem.
    """
    try:
        kind = array.type
        if pa.types.is_dictionary(kind) and not _is_text(kind.value_type):
            array, kind = array.cast(kind.value_type), kind.value_type
        if pa.types.is_dictionary(kind):
            return RawColumn(array)
        if _is_text(kind):
            return RawColumn(array.cast(pa.string()))
        if pa.types.is_duration(kind):
            return missing_column(len(array), "the column holds durations", where)
        if pa.types.is_nested(kind):
            return object_column(array.to_pylist(), where)
        if pa.types.is_temporal(kind):
            return _dates(array.cast(pa.string()), where)
        codes = pa.chunked_array([array.combine_chunks()]).dictionary_encode().combine_chunks()
    except (pa.ArrowException, OverflowError, ValueError) as error:
        return missing_column(
            len(array), f"the column of type {array.type} is not text: {error}", where
        )
    # Each distinct value is written once, and then spread over the rows.
    numeric = pa.types.is_floating(kind) or pa.types.is_integer(kind)
    values = codes.dictionary
    distinct = list(values.to_numpy(zero_copy_only=False)) if numeric else values.to_pylist()
    return _spread(distinct, pc.fill_null(codes.indices, -1).to_numpy(), where)


def _dates(texts: pa.ChunkedArray, where: Location) -> RawColumn:
    """Leave empty fractions of seconds out of dates and times, and report impossible ones."""
    bad = pc.starts_with(texts, _IMPOSSIBLE)
    clean = pc.if_else(bad, None, pc.replace_substring_regex(texts, r"\.0+$", ""))
    rows = np.flatnonzero(pc.fill_null(bad, False).to_numpy()).tolist()
    what = "the cell is a date out of range; read as missing"
    problems = (Problem(what, Location(where.file, row + 1, where.column)) for row in rows)
    return RawColumn(clean, tuple(problems))


def object_column(values: Sequence[object], where: Location) -> RawColumn:
    """Write a sequence of any values as text, one by one.

    Parameters
    ----------
    values : sequence of object, of length n
        The cells.
    where : Location
        Source and column, for messages.

    Returns
    -------
    RawColumn
        Values that a pool cannot hold are missing, with a problem each.
    """
    return _spread(values, np.arange(len(values)), where)


def missing_column(length: int, what: str, where: Location) -> RawColumn:
    """Make a column of missing cells for one that a pool cannot hold.

    Parameters
    ----------
    length : int
        Number of rows, n.
    what : str
        What is wrong with the column, as a clause.
    where : Location
        Source and column, for messages.

    Returns
    -------
    RawColumn
        With one problem.
    """
    text = pa.chunked_array([pa.nulls(length, pa.string())])
    return RawColumn(text, (Problem(f"{what}; read as missing", where, "one plain value per row"),))


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _spread(distinct: Sequence[object], indices: NDArray[np.integer], where: Location) -> RawColumn:
    """Write distinct values as text and spread them over rows; index -1 means no value.

    `indices` has shape (n,).
    """
    texts: list[str | None] = []
    refused: dict[int, str] = {}
    corrupt: dict[int, str] = {}
    for number, value in enumerate(distinct):
        try:
            texts.append(_text_of(value))
        except TypeError as error:
            texts.append(None)
            refused[number] = f"the cell is {error}, which a pool cannot hold; read as missing"
        except UnicodeError:
            texts.append(None)
            corrupt[number] = f"the cell {excerpt(value)} is not valid UTF-8"
    texts.append(None)
    # The last text is None, which is where -1 points to.
    array = pa.array(texts, pa.string()).take(pa.array(indices % len(texts)))
    return RawColumn(
        pa.chunked_array([array]),
        tuple(_problems(refused, indices, where)),
        {problem.location.row or 0: problem for problem in _problems(corrupt, indices, where)},
    )


def _problems(
    texts: dict[int, str], indices: NDArray[np.integer], where: Location
) -> list[Problem]:
    """Make a problem for each row whose index has a text."""
    rows = np.flatnonzero(np.isin(indices, list(texts))).tolist() if texts else []
    return [
        Problem(texts[int(indices[row])], Location(where.file, row + 1, where.column))
        for row in rows
    ]
