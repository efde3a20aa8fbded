"""Columns of text to sorted codes: cells are stripped and lower-cased once a distinct value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from asnsolve.pool.columns import NULL_WORDS

__all__ = ["Column", "Encoded", "encode", "take"]

_BREAKS: Final = r"[\n\x0b\x0c\r\x1c-\x1e\x{85}\x{2028}\x{2029}]"
_UNREADABLE: Final = r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x{84}\x{86}-\x{9f}]"


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute of every exposure.

    Parameters
    ----------
    codes : ndarray of int32, shape (number of exposures,)
        Index into `values`; -1 where the attribute is missing.
    values : pyarrow.StringArray
        The distinct values, sorted; each of them occurs.
    """

    codes: NDArray[np.int32]
    values: pa.StringArray


@dataclass(frozen=True, slots=True)
class Encoded:
    """A column, and the rows whose cell was not fit to be one.

    Parameters
    ----------
    column : Column
        The attribute.
    unreadable : ndarray of int64
        Rows whose cell holds a control character.
    broken : ndarray of int64
        Rows whose cell holds a line break, which `column` has as a space.
    """

    column: Column
    unreadable: NDArray[np.int64]
    broken: NDArray[np.int64]


def encode(raw: pa.ChunkedArray) -> Encoded:
    """Encode a column of text.

    Parameters
    ----------
    raw : pyarrow.ChunkedArray
        Text, or dictionary-encoded text; null where nothing is given.

    Returns
    -------
    Encoded
        Cells stripped and lower-cased; null words and nulls are missing. The codes depend on the
        set of values alone, not on their order in `raw`.
    """
    text, indices = _dictionary(raw)
    unreadable = _rows_with(_UNREADABLE, text, indices)
    broken = _rows_with(_BREAKS, text, indices)
    if len(broken):
        text = pc.replace_substring_regex(text, _BREAKS, " ")
    clean = pc.utf8_lower(pc.utf8_trim_whitespace(text))
    clean = pc.if_else(pc.is_in(clean, pa.array(NULL_WORDS)), None, clean).dictionary_encode()
    order = pc.array_sort_indices(clean.dictionary).to_numpy()
    rank = np.full(len(order) + 1, -1, np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    position = rank[pc.fill_null(clean.indices, -1).to_numpy()]
    codes = np.append(position, np.int32(-1))[indices]
    return Encoded(_only_occurring(codes, clean.dictionary.take(order)), unreadable, broken)


def take(column: Column, rows: NDArray[np.int64]) -> Column:
    """Keep the exposures `rows`, and of the values those that still occur."""
    return _only_occurring(column.codes[rows], column.values)


def _dictionary(raw: pa.ChunkedArray) -> tuple[pa.StringArray, NDArray[np.int32]]:
    """Return the distinct cells, and which of them each row has; one past the last if none."""
    wanted = pa.dictionary(pa.int32(), pa.string())
    raw = (raw if raw.type == wanted else raw.cast(wanted)).unify_dictionaries()
    text = raw.chunk(0).dictionary if raw.num_chunks else pa.array([], pa.string())
    indices = pa.chunked_array([chunk.indices for chunk in raw.chunks], pa.int32())
    return text, pc.fill_null(indices, len(text)).to_numpy()


def _rows_with(pattern: str, text: pa.StringArray, indices: NDArray[np.int32]) -> NDArray[np.int64]:
    """Find the rows whose cell matches a pattern."""
    found = pc.match_substring_regex(text, pattern).to_numpy(zero_copy_only=False)
    return (
        np.flatnonzero(np.append(found, False)[indices]) if found.any() else np.empty(0, np.int64)
    )


def _only_occurring(codes: NDArray[np.int32], values: pa.StringArray) -> Column:
    """Renumber codes so that every value occurs."""
    present = np.zeros(len(values) + 1, dtype=bool)
    present[codes] = True
    present[-1] = True
    if not present.all():
        number = np.cumsum(present, dtype=np.int32) - 1
        number[-1] = -1
        codes, values = number[codes], values.filter(pa.array(present[:-1]))
    return Column(codes, values)
