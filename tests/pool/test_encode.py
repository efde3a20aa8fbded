"""Columns as codes: the cells of any chunks, in any dictionaries, are the values of their rows."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.pool.columns import NULL_WORDS
from asnsolve.pool.encode import (
    Column,
    EncodedColumn,
    encode_column,
    merge_values,
    recoded,
    take_rows,
)

words = st.sampled_from(["a", " B ", "b", "Null", "", "É", "\xa0z", "x\ny", "x\x07y", None])
chunked = st.lists(st.lists(words, max_size=4), max_size=4)


def texts(column: Column) -> list[str | None]:
    """Return the values of the rows."""
    values = [*column.values.to_pylist(), None]
    return [values[code] for code in column.codes.tolist()]


def cleaned(cell: str | None) -> str | None:
    """Return a cell as a pool has it."""
    text = (cell or "").replace("\n", " ").strip().lower()
    return None if text in NULL_WORDS else text


def check(encoded: EncodedColumn, cells: list[str | None]) -> None:
    """Compare a column with what each cell alone comes to."""
    assert texts(encoded.column) == list(map(cleaned, cells))
    values = encoded.column.values.to_pylist()
    assert values == sorted({text for text in map(cleaned, cells) if text is not None})
    assert encoded.broken.tolist() == [k for k, cell in enumerate(cells) if "\n" in (cell or "")]
    bells = [k for k, cell in enumerate(cells) if "\x07" in (cell or "")]
    assert encoded.unreadable.tolist() == bells


@given(chunked)
def test_chunks_with_dictionaries_of_their_own_make_one_column(
    chunks: list[list[str | None]],
) -> None:
    cells = [cell for chunk in chunks for cell in chunk]
    plain = pa.chunked_array([pa.array(chunk, pa.string()) for chunk in chunks], pa.string())
    check(encode_column(plain), cells)
    arrays = [pa.array(chunk, pa.string()).dictionary_encode() for chunk in chunks]
    kind = pa.dictionary(pa.int32(), pa.string())
    check(encode_column(pa.chunked_array(arrays, kind)), cells)


def test_values_that_no_row_has_are_no_values() -> None:
    array = pa.DictionaryArray.from_arrays(pa.array([2, None, 0], pa.int32()), ["c", "b", "a"])
    column = encode_column(pa.chunked_array([array])).column
    assert column.values.to_pylist() == ["a", "c"]
    assert column.codes.tolist() == [0, -1, 1]


@pytest.mark.parametrize(
    ("kept", "values", "codes"),
    [
        ([0, 1, 2, 3], ["a", "b", "c"], [0, -1, 1, 2]),
        ([0, 1, 2], ["a", "b"], [0, -1, 1]),
        ([3, 2, 3], ["b", "c"], [1, 0, 1]),
        ([3, 1, 0], ["a", "c"], [1, -1, 0]),
        ([1], [], [-1]),
        ([], [], []),
    ],
)
def test_rows_that_are_taken_have_their_values_alone(
    kept: list[int], values: list[str], codes: list[int]
) -> None:
    column = encode_column(pa.chunked_array([["a", None, "b", "c"]])).column
    taken = take_rows(column, np.array(kept, np.int64))
    assert (taken.values.to_pylist(), taken.codes.tolist()) == (values, codes)


def test_values_of_one_meaning_are_merged_into_the_shortest() -> None:
    cells = ["01", "1", None, "10", "2b", "2B ", "2a", "001"]
    column = encode_column(pa.chunked_array([cells])).column
    everything = np.arange(len(cells))
    merged = merge_values(column, everything, lambda text: text.lstrip("0")[0])
    assert texts(merged) == ["1", "1", None, "1", "2a", "2a", "2a", "1"]
    merged = merge_values(column, everything[:6], lambda text: text.lstrip("0"))
    assert texts(merged) == ["1", "1", None, "10", "2b", "2b", None, None]
    assert merged.values.to_pylist() == ["1", "10", "2b"]
    assert merged.codes.tolist() == [0, 0, -1, 1, 2, 2, -1, -1]
    assert merge_values(column, everything, lambda text: text) is column


def test_values_are_replaced() -> None:
    column = encode_column(pa.chunked_array([["a", None, "b", "c"]])).column
    other = recoded(column, np.array([2, -1, 0]), pa.array(["x", "y", "z"]))
    assert (other.values.to_pylist(), other.codes.tolist()) == (["x", "z"], [1, -1, -1, 0])


@pytest.mark.parametrize(
    ("count", "kind"),
    [(1, "int8"), (128, "int8"), (129, "int16"), (1 << 15, "int16"), ((1 << 15) + 1, "int32")],
)
def test_codes_are_as_small_as_the_number_of_values_allows(count: int, kind: str) -> None:
    cells = pa.array([f"{number:05}" for number in range(count)])
    column = encode_column(pa.chunked_array([cells])).column
    assert column.codes.dtype == np.dtype(kind)
    assert column.codes.tolist() == list(range(count))
    assert take_rows(column, np.array([count - 1])).codes.tolist() == [0]


@pytest.mark.parametrize("word", ["", "null", "--", "n", "f", "false", "n/a", " NULL ", "N/A"])
def test_null_words_are_missing(word: str) -> None:
    column = encode_column(pa.chunked_array([[word, "t"]])).column
    assert texts(column) == [None, "t"]


@pytest.mark.parametrize("word", ["no", "-", "none", "nan", "0", "t", "na"])
def test_other_words_are_values(word: str) -> None:
    assert texts(encode_column(pa.chunked_array([[word]])).column) == [word]


@pytest.mark.parametrize(
    "character", ["\x00", "\x08", "\x0e", "\x1b", "\x1f", "\x7f", "\x84", "\x9f"]
)
def test_control_characters_are_unreadable(character: str) -> None:
    encoded = encode_column(pa.chunked_array([["a", f"b{character}"]]))
    assert encoded.unreadable.tolist() == [1]
    assert encoded.broken.tolist() == []


@pytest.mark.parametrize("character", list("\n\x0b\x0c\r\x1c\x1d\x1e\x85\u2028\u2029"))
def test_line_breaks_are_spaces(character: str) -> None:
    encoded = encode_column(pa.chunked_array([["a", f"b{character}c"]]))
    assert encoded.broken.tolist() == [1]
    assert encoded.unreadable.tolist() == []
    assert texts(encoded.column) == ["a", "b c"]


@pytest.mark.parametrize("character", [" ", "~", "\t", "\xa0", "é"])
def test_other_characters_are_kept(character: str) -> None:
    encoded = encode_column(pa.chunked_array([[f"b{character}c"]]))
    assert encoded.broken.tolist() == encoded.unreadable.tolist() == []
    assert texts(encoded.column) == [f"b{character}c"]
