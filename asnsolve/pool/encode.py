"""Columns of text to sorted codes: each distinct cell is stripped and lower-cased once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from asnsolve.pool.columns import NULL_WORDS
from asnsolve.pool.measures import plain_numbers
from asnsolve.pool.texts import Texts, sorted_codes

Codes = NDArray[np.signedinteger]

_BREAKS: Final = r"[\n\x0b\x0c\r\x1c-\x1e\x{85}\x{2028}\x{2029}]"
_UNREADABLE: Final = r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x{84}\x{86}-\x{9f}]"
_DICTIONARY: Final = pa.dictionary(pa.int32(), pa.string())
_NULL: Final = pa.nulls(1, pa.string())


@dataclass(frozen=True)
class Column:
    """One attribute of every exposure.

    Parameters
    ----------
    codes : ndarray of int8, int16 or int32, shape (number of exposures,)
        Index into `values`; -1 where the attribute is missing. Most columns have few values, so
        that one byte per exposure holds them.
    values : pyarrow.StringArray
        The distinct values, sorted; each of them occurs.
    """

    codes: Codes
    values: pa.StringArray

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """The values as strings of Python."""
        return tuple(self.values.to_pylist())

    @cached_property
    def numbers(self) -> NDArray[np.float64]:
        """The values as numbers, shape (number of values,); NaN for those that are not finite."""
        numbers = plain_numbers(self.values)
        numbers.setflags(write=False)
        return numbers

    @cached_property
    def texts(self) -> Texts:
        """The values as an array of text."""
        return Texts(self.values)


@dataclass(frozen=True, slots=True)
class EncodedColumn:
    """A column, and the rows whose cell is not fit for a pool.

    Parameters
    ----------
    column : Column
        The attribute.
    unreadable : ndarray of int64
        Rows whose cell holds a control character, ascending.
    broken : ndarray of int64
        Rows whose cell holds a line break, which `column` has as a space, ascending.
    """

    column: Column
    unreadable: NDArray[np.int64]
    broken: NDArray[np.int64]


def encode_column(raw: pa.ChunkedArray, null_words: tuple[str, ...] = ()) -> EncodedColumn:
    """Encode a column of text.

    Parameters
    ----------
    raw : pyarrow.ChunkedArray, shape (n,)
        Text, or dictionary-encoded text whose dictionary may differ from chunk to chunk; null where
        nothing is given.
    null_words : tuple of str
        Cells, in lower case, that mean "not set", besides `NULL_WORDS`.

    Returns
    -------
    EncodedColumn
        Cells stripped and lower-cased; null words and nulls are missing. The codes depend on the
        set of values alone, not on their order in `raw`.
    """
    chunks = raw.cast(_DICTIONARY).chunks
    # The dictionaries of all chunks end to end, each followed by a null, shape (d,). A value is
    # there once for each chunk that has it, so that d is far below n, except for file names.
    text = pa.concat_arrays([_NULL, *(cells for c in chunks for cells in (c.dictionary, _NULL))])
    if _is_printable(text):
        unreadable = broken = np.empty(0, np.int64)
        clean = pc.ascii_lower(pc.ascii_trim_whitespace(text))
    else:
        unreadable = _rows_with(_UNREADABLE, text, chunks)
        broken = _rows_with(_BREAKS, text, chunks)
        unbroken = pc.replace_substring_regex(text, _BREAKS, " ")
        clean = pc.utf8_lower(pc.utf8_trim_whitespace(unbroken))
    nothing = pc.is_in(clean, pa.array((*NULL_WORDS, *null_words)))
    values, codes_of_cells = sorted_codes(pc.if_else(nothing, None, clean))
    code_of_cell = codes_of_cells.astype(_smallest_type(len(values)))
    codes = np.empty(len(raw), code_of_cell.dtype)
    for rows, cells, indices in _chunk_places(chunks):
        # All indices are in range; "clip" spares numpy a buffer for the check.
        code_of_cell[cells].take(indices, out=codes[rows], mode="clip")
    return EncodedColumn(_only_occurring(codes, values), unreadable, broken)


def take_rows(column: Column, rows: NDArray[np.int64]) -> Column:
    """Keep some exposures of a column, and the values that they have.

    Parameters
    ----------
    column : Column
        The attribute.
    rows : ndarray of int64, shape (number kept,)
        The exposures, in the order wanted.

    Returns
    -------
    Column
        Its codes have the shape of `rows`.
    """
    return _only_occurring(column.codes[rows], column.values)


def merge_values(column: Column, rows: NDArray[np.int64], meaning: Callable[[str], str]) -> Column:
    """Merge the values that have the same meaning.

    Parameters
    ----------
    column : Column
        The attribute.
    rows : ndarray of int64, shape (number that count,)
        The exposures whose values count. The value of any other is missing afterwards.
    meaning : callable
        Takes a value, and returns what it means.

    Returns
    -------
    Column
        The same column if no two of its values mean the same. Otherwise it has, for each meaning,
        the shortest of the values, and the first in sort order of those that are equally short.
    """
    if len(rows) < len(column.codes):
        codes = np.full_like(column.codes, -1)
        codes[rows] = column.codes[rows]
        column = _only_occurring(codes, column.values)
    values = column.values.to_pylist()
    kept: dict[str, str] = {}
    for value in sorted(values, key=lambda value: (len(value), value)):
        kept.setdefault(meaning(value), value)
    if len(kept) == len(values):
        return column
    place = {value: code for code, value in enumerate(values)}
    # One place for each value, and a last one for cells that are missing, with code -1.
    new_codes = np.array([*(place[kept[meaning(value)]] for value in values), -1])
    return _only_occurring(new_codes.astype(column.codes.dtype)[column.codes], column.values)


def recoded(column: Column, codes: NDArray[np.int64], values: pa.StringArray) -> Column:
    """Give exposures other values, one for each value that they have.

    Parameters
    ----------
    column : Column
        The attribute, with v values.
    codes : ndarray of int64, shape (v,)
        For each value, the index of the other one into `values`; -1 where it has none.
    values : pyarrow.StringArray
        The other values, sorted and distinct.

    Returns
    -------
    Column
    """
    # Code -1 picks the last place, and stays -1.
    narrow = np.array([*codes, -1], dtype=_smallest_type(len(values)))
    return _only_occurring(narrow[column.codes], values)


def _is_printable(text: pa.StringArray) -> bool:
    """Tell quickly whether texts are ASCII without control characters."""
    content = np.frombuffer(Texts(text).content(), np.uint8)
    return not len(content) or (content.min() >= ord(" ") and content.max() <= ord("~"))


def _smallest_type(count: int) -> type[np.signedinteger]:
    """Return the smallest type that holds codes from -1 to one below a count."""
    return np.int8 if count <= 1 << 7 else np.int16 if count <= 1 << 15 else np.int32


def _chunk_places(
    chunks: list[pa.DictionaryArray],
) -> Iterator[tuple[slice, slice, NDArray[np.int32]]]:
    """Yield for each chunk its rows, its cells among the joined dictionaries, and its indices.

    The indices, shape (rows of the chunk,), count from the first cell of the chunk. The last cell
    of a chunk is the null behind its dictionary.
    """
    row, cell = 0, len(_NULL)
    for chunk in chunks:
        null = len(chunk.dictionary)
        indices = pc.fill_null(chunk.indices, null) if chunk.indices.null_count else chunk.indices
        next_row, next_cell = row + len(chunk), cell + null + len(_NULL)
        yield slice(row, next_row), slice(cell, next_cell), indices.to_numpy()
        row, cell = next_row, next_cell


def _rows_with(
    pattern: str, text: pa.StringArray, chunks: list[pa.DictionaryArray]
) -> NDArray[np.int64]:
    """Find the rows whose cell matches a pattern, among the joined dictionaries of the chunks."""
    matches = pc.fill_null(pc.match_substring_regex(text, pattern), False)
    if not pc.any(matches).as_py():
        return np.empty(0, np.int64)
    is_match = matches.to_numpy(zero_copy_only=False)
    of_rows = [is_match[cells][indices] for _, cells, indices in _chunk_places(chunks)]
    return np.flatnonzero(np.concatenate(of_rows))


def _only_occurring(codes: NDArray[Any], values: pa.StringArray) -> Column:
    """Renumber codes so that every value occurs."""
    # One place for each value, and a last one for -1, which stays -1.
    occurs = np.zeros(len(values) + 1, dtype=bool)
    occurs[codes] = True
    if not occurs[:-1].all():
        number = np.cumsum(occurs) - 1
        number[-1] = -1
        values = values.filter(pa.array(occurs[:-1]))
        codes = number.astype(_smallest_type(len(values)))[codes]
    return Column(codes, values)
