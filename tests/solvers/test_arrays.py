"""Grouping on arrays of codes."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.solvers.arrays import (
    combine,
    dense,
    distinct,
    places_in_spans,
    ranges,
    sizes_of,
    spans,
    stable_order,
    starts_of,
)

BIG = 2**25


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2**40), st.integers(0, 2**30))))
def test_combine_numbers_combinations_in_order(rows: list[tuple[int, int, int]]) -> None:
    parts = [np.array([row[at] for row in rows], dtype=np.int64) for at in range(3)]
    numbers = {row: number for number, row in enumerate(sorted(set(rows)))}
    assert combine(parts).tolist() == [numbers[row] for row in rows]


@given(st.lists(st.integers(0, 5)))
def test_spans_keeps_the_order_inside_a_label(labels: list[int]) -> None:
    order, starts = spans(np.array(labels, dtype=np.int64))
    groups = [part.tolist() for part in np.split(order, starts[1:])] if labels else []
    assert groups == [
        [at for at, own in enumerate(labels) if own == label] for label in sorted(set(labels))
    ]
    assert len(starts) == len(set(labels))


@pytest.mark.parametrize(
    "values",
    [
        ((0, 1), (0, 1)),
        ((0, 1), (0, 1), (0, 1)),
        ((0, 2), (0, 1), (0, 3)),
        ((0,), (0, 2), (0,), (0, 1, 2)),
        ((7,), (0,), (0, 1)),
        ((0, 1), (0,), (3, 4)),
        # Numbers of all parts together do not fit 63 bits.
        ((0, 1, BIG), (0, 1, BIG), (0, 1, BIG)),
        ((0,), (0, BIG), (0, BIG), (0, BIG)),
        ((0,), (0, 2**21), (0, 2**21), (0, 2**21)),
        ((0, 2**21), (0, 2**21), (0, 2**21)),
        ((0, 1), (0, BIG), (0, BIG), (0, 1, BIG)),
        ((0, 1, 2**40), (0, 1, 2**40)),
        ((0, 2**61), (0, 1), (0, 1), (0, 1), (0, 1)),
    ],
)
def test_combinations_have_the_numbers_of_their_order(values: tuple[tuple[int, ...], ...]) -> None:
    rows = [*product(*values)]
    order = np.random.default_rng(5).permutation(len(rows))
    parts = [np.array([rows[at][part] for at in order]) for part in range(len(values))]
    assert combine(parts).tolist() == order.tolist()
    ordered = [np.array([row[part] for row in rows]) for part in range(len(values))]
    assert combine(ordered).tolist() == list(range(len(rows)))
    assert combine([np.zeros(0, np.int64)] * len(values)).tolist() == []


@pytest.mark.parametrize(
    ("codes", "numbers"),
    [
        ([], []),
        ([5], [0]),
        ([5, 5], [0, 0]),
        ([-3, 0, 0, 9], [0, 1, 1, 2]),
        ([9, 0, -3, 0], [2, 1, 0, 1]),
        ([1, 0], [1, 0]),
        ([2, 0, 1], [2, 0, 1]),
        ([10**15, 0, -(10**15), 7, 7], [3, 1, 0, 2, 2]),
        ([3, 3, 2], [1, 1, 0]),
        ([-5, -6], [1, 0]),
    ],
)
def test_numbers_without_gaps_keep_the_order(codes: list[int], numbers: list[int]) -> None:
    found = dense(np.array(codes, dtype=np.int64))
    assert found.tolist() == numbers
    assert found.dtype == np.int64
    assert distinct(np.array(codes, dtype=np.int64)).tolist() == sorted(set(codes))


keys = st.lists(
    st.tuples(st.integers(-2, 2), st.integers(-(2**40), 2**40), st.integers(0, 3)), max_size=12
)


@given(keys)
def test_positions_are_sorted_by_keys(rows: list[tuple[int, int, int]]) -> None:
    expected = sorted(range(len(rows)), key=lambda at: rows[at])
    columns = [np.array([row[part] for row in rows], dtype=np.int64) for part in range(3)]
    assert stable_order(*columns).tolist() == expected
    expected = sorted(range(len(rows)), key=lambda at: (rows[at][0], rows[at][2]))
    assert stable_order(columns[0], columns[2]).tolist() == expected


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        ([[]], []),
        ([[3]], [0]),
        ([[1, 0, 1, 0]], [1, 3, 0, 2]),
        ([[-1, -2, -1]], [1, 0, 2]),
        ([[1, 0, 1], [5, 9, 4]], [1, 2, 0]),
        ([[1, 1, 1], [-5, 9, -6]], [2, 0, 1]),
        # One number cannot hold all keys.
        ([[2**40, 0, 2**40], [2**40, 5, -(2**40)]], [1, 2, 0]),
        ([[0, 2**61, -1], [1, 0, 0]], [2, 0, 1]),
        ([[7, 8, 7], [7, 7, 6]], [2, 0, 1]),
    ],
)
def test_the_first_key_is_the_most_significant(keys: list[list[int]], order: list[int]) -> None:
    found = stable_order(*(np.array(key, dtype=np.int64) for key in keys))
    assert found.tolist() == order
    assert found.dtype == np.int64


def test_spans_are_where_labels_change() -> None:
    assert starts_of(np.array([4, 4, 2, 2, 2, 7])).tolist() == [0, 2, 5]
    assert starts_of(np.zeros(0, np.int64)).tolist() == []
    assert sizes_of(np.array([0, 2, 5]), 6).tolist() == [2, 3, 1]
    assert sizes_of(np.zeros(0, np.int64), 0).tolist() == []
    assert places_in_spans(np.array([0, 2, 5]), 6).tolist() == [0, 1, 0, 1, 2, 0]
    assert places_in_spans(np.zeros(0, np.int64), 0).tolist() == []
    assert ranges(np.array([7, 1, 0]), np.array([2, 0, 3])).tolist() == [7, 8, 0, 1, 2]
    assert ranges(np.zeros(0, np.int64), np.zeros(0, np.int64)).tolist() == []
    order, starts = spans(np.array([4, 2, 4, 2]))
    assert (order.tolist(), starts.tolist()) == ([1, 3, 0, 2], [0, 2])
    assert starts.dtype == order.dtype == np.int64
