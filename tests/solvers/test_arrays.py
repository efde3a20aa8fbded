"""Grouping on arrays of codes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.solvers.arrays import combine, spans


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
