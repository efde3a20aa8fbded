"""Columns of Arrow tables as text, whatever their type."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest

from asnsolve.errors import Location
from asnsolve.pool.raw_columns import arrow_column, object_column
from asnsolve.pool.raw_table import RawColumn

WHERE = Location("mine", None, "c")
SOME = pa.array(["a", None, "B", "a"])
NUMBERS = pa.array([1.5, None, 2.0, float("nan"), 1e20, 1.5])


def written(array: pa.Array) -> RawColumn:
    """Write an array."""
    return arrow_column(pa.chunked_array([array]), WHERE)


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        *((SOME.cast(kind), SOME.to_pylist()) for kind in (pa.string(), pa.large_string())),
        (SOME.cast(pa.string_view()), SOME.to_pylist()),
        (SOME.dictionary_encode(), SOME.to_pylist()),
        (pa.array([b"a", b"b", b"a"]), ["a", "b", "a"]),
        (pa.array([b"a", b"a"]).dictionary_encode(), ["a", "a"]),
        (pa.array([7, None, -8], pa.int8()), ["7", None, "-8"]),
        (pa.array([7, None, 8]).dictionary_encode(), ["7", None, "8"]),
        (NUMBERS, ["1.5", None, "2", None, "1e+20", "1.5"]),
        (pa.array([2.5, 1.5, 2.5]).dictionary_encode(), ["2.5", "1.5", "2.5"]),
        (pa.array([0.1, None], pa.float32()), ["0.1", None]),
        (pa.array([1.5, None], pa.float16()), ["1.5", None]),
        (pa.array([True, None, False]), ["t", None, "f"]),
        (pa.array([Decimal("1.50"), Decimal("2.00"), None]), ["1.5", "2", None]),
        (pa.array([Decimal("100"), None]), ["100", None]),
        (pa.array([dt.date(2020, 1, 2), None]), ["2020-01-02", None]),
        (pa.array([[1], None, []], pa.list_(pa.int64())), ["['1']", None, "[]"]),
        (pa.nulls(2), [None, None]),
        (pa.array([], pa.float64()), []),
    ],
)
def test_columns_of_all_types_are_text(array: pa.Array, expected: list[str | None]) -> None:
    column = written(array)
    assert column.text.to_pylist() == expected
    assert (column.problems, column.corrupt) == ((), {})


def test_what_is_no_text_is_missing_and_costs_no_other_cell() -> None:
    column = written(pa.array([b"a", b"\xff", None, b"b", b"\xff"]))
    assert column.text.to_pylist() == ["a", None, None, "b", None]
    assert column.problems == ()
    assert {row: str(problem) for row, problem in column.corrupt.items()} == {
        row: f"mine, row {row}, column c: the cell b'\\xff' is not valid UTF-8" for row in (2, 5)
    }
    column = written(pa.array([{"a": 1}, None, {"a": 2}]))
    assert column.text.to_pylist() == [None] * 3
    assert [str(problem) for problem in column.problems] == [
        f"mine, row {row}, column c: the cell is a dict, which a pool cannot hold; read as missing"
        for row in (1, 3)
    ]


def test_values_of_any_kind_are_written_one_by_one() -> None:
    column = object_column([{}, "a", None, {}, 7], WHERE)
    assert column.text.to_pylist() == [None, "a", None, None, "7"]
    assert [problem.location.row for problem in column.problems] == [1, 4]


def test_a_column_of_durations_is_one_problem() -> None:
    column = written(pa.array([dt.timedelta(1), None]))
    assert column.text.to_pylist() == [None, None]
    assert [str(problem) for problem in column.problems] == [
        "mine, column c: the column holds durations; read as missing; "
        "expected one plain value per row"
    ]
