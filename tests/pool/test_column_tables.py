"""Columns as tables of Arrow, astropy and pandas."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from asnsolve.errors import UsageError
from asnsolve.pool.column_tables import (
    arrow_table,
    astropy_table,
    coded,
    indices_and_values,
    pandas_frame,
)


def table() -> pa.Table:
    """Return a column of text, in which the longest value does not occur, and one of numbers."""
    texts = pa.DictionaryArray.from_arrays(
        pa.array([1, None, 0], pa.int32()), ["ab", "c", "longest"]
    )
    return pa.table({"text": texts, "number": [1, 2, 3]})


def test_texts_are_coded_in_the_order_in_which_they_occur() -> None:
    codes, distinct = coded(["b", None, "a", "b"])
    assert codes.tolist() == [0, -1, 1, 0]
    assert codes.dtype == np.int64
    assert distinct.list() == ["b", "a"]


def test_a_table_of_arrow_has_nulls_for_no_text() -> None:
    made = arrow_table({"text": coded(["b", None, "b"]), "flag": np.array([True, False, True])})
    assert made.to_pydict() == {"text": ["b", None, "b"], "flag": [True, False, True]}
    assert made.column("text").chunk(0).dictionary.to_pylist() == ["b"]


def test_a_table_of_astropy_masks_what_is_missing() -> None:
    made = astropy_table(table())
    assert made["text"].mask.tolist() == [False, True, False]
    assert made["text"].tolist() == ["c", None, "ab"]
    # The longest text that occurs sets the width.
    assert made["text"].dtype == np.dtype("<U2")
    assert made["number"].tolist() == [1, 2, 3]


def test_missing_cells_have_the_last_value() -> None:
    indices, values = indices_and_values(table().column("text"))
    assert (indices.tolist(), values) == ([1, 3, 0], ["ab", "c", "longest", ""])


def test_a_frame_of_pandas_has_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pandas_frame(table())
    assert frame["text"].isna().tolist() == [False, True, False]
    assert frame["text"].dropna().tolist() == ["c", "ab"]
    assert str(frame["text"].dtype) != "category"
    monkeypatch.setattr("asnsolve.pool.column_tables.find_spec", lambda _: None)
    with pytest.raises(UsageError) as caught:
        pandas_frame(table())
    assert str(caught.value) == "pandas is not installed. Install it: pip install pandas"
