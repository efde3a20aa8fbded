"""Nearest places, compared with a search of all pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from asnsolve.solvers.nearest import Places, nearest_pairs
from asnsolve.solvers.sky import degrees_apart, unit_vectors

Kind = Literal["none", "line", "circle", "sky"]
Cells = tuple[float, ...]

NAN = float("nan")
TURN = 360.0
LINE = [0.0, -0.0, 1.0, 2.0, 3.0, 59000.0, 59000.5, 1e-13, 2e-13, 1e300, -1.7e308, 1.7e308, NAN]
CIRCLE = [0.0, 360.0, 1e-15, 2e-15, 359.0, 359.99999999999994, 10.0, 90.0, 180.0, 270.0, 300.0, NAN]
SKY = [
    *((0.0, 0.0), (360.0, 0.0), (359.9, 0.1), (0.1, 0.1), (180.0, 0.0), (179.9, -0.1)),
    *((0.0, 90.0), (123.0, 90.0), (10.0, 89.9), (190.0, 89.9), (10.0, -89.9), (NAN, NAN)),
    *((10.0, 1e-200), (10.0, 2e-200), (10.0, 1e-13)),
]


def drawn(kind: Kind) -> st.SearchStrategy[Cells]:
    if kind == "none":
        return st.just(())
    if kind == "sky":
        return st.sampled_from(SKY) | st.tuples(st.floats(0, 360), st.floats(-90, 90))
    if kind == "circle":
        return st.tuples(st.sampled_from(CIRCLE) | st.floats(0, TURN))
    numbers = st.floats(allow_infinity=False, allow_nan=False) | st.floats(0, 10)
    return st.tuples(st.sampled_from(LINE) | numbers)


Row = tuple[int, Cells]


@st.composite
def questions(draw: st.DrawFn) -> tuple[Kind, list[Row], list[Row], int]:
    kind: Kind = draw(st.sampled_from(["none", "line", "circle", "sky"]))
    rows = st.tuples(st.integers(-1, 2), drawn(kind))
    return (
        kind,
        draw(st.lists(rows, max_size=6)),
        draw(st.lists(rows, max_size=14)),
        draw(st.integers(1, 4)),
    )


def placed(kind: Kind, rows: Sequence[Row]) -> Places:
    """Make places; the last one is the first by name."""
    columns = {"none": 0, "sky": 2}.get(kind, 1)
    numbers = np.array([cells for _, cells in rows], dtype=np.float64).reshape(len(rows), columns).T
    return Places(
        np.array([label for label, _ in rows], dtype=np.int64),
        unit_vectors(*numbers).T if kind == "sky" else numbers,
        np.arange(len(rows), dtype=np.int64)[::-1],
    )


def distances(kind: Kind, asking: Places, others: Places, place: int) -> NDArray[np.float64]:
    """Measure how far all others are from a place, as callers do that rank them."""
    if kind == "none":
        return np.full(len(others.labels), np.nan)
    if kind == "sky":
        return degrees_apart(asking.numbers.T[[place]], others.numbers.T)
    with np.errstate(over="ignore"):
        apart = np.abs(asking.numbers[0, place] - others.numbers[0])
    found = np.minimum(apart, TURN - apart) if kind == "circle" else apart
    return np.asarray(found, dtype=np.float64)


def wanted(kind: Kind, asking: Places, others: Places, count: int) -> set[tuple[int, int]]:
    pairs = set()
    for place, label in enumerate(asking.labels.tolist()):
        ranked = np.lexsort((others.names, distances(kind, asking, others, place))).tolist()
        same = [other for other in ranked if label >= 0 and others.labels[other] == label]
        pairs |= {(place, other) for other in same[:count]}
    return pairs


def found(kind: Kind, asking: Places, others: Places, count: int) -> list[tuple[int, int]]:
    turn = TURN if kind == "circle" else 0.0
    first, second = nearest_pairs(asking, others, count, turn)
    return list(zip(first.tolist(), second.tolist(), strict=True))


@given(question=questions())
@example(question=("line", [(0, (59000.0,))], [(0, (at * 1e-13,)) for at in range(5)], 1))
@example(question=("line", [(0, (59000.0,))], [(0, (at * -1e-13,)) for at in range(5)], 1))
@example(question=("line", [(0, (1.7e308,))], [(0, (-1.7e308 + at,)) for at in range(2)], 1))
@example(question=("circle", [(0, (300.0,))], [(0, (at * 1e-15,)) for at in range(5)], 1))
@settings(max_examples=300)
def test_the_nearest_are_among_the_pairs(
    question: tuple[Kind, list[Row], list[Row], int],
) -> None:
    kind, own, among, count = question
    asking, others = placed(kind, own), placed(kind, among)
    pairs = found(kind, asking, others, count)
    assert wanted(kind, asking, others, count) <= set(pairs)
    assert len(set(pairs)) == len(pairs)
    assert all(asking.labels[one] == others.labels[two] >= 0 for one, two in pairs)


@pytest.mark.parametrize("kind", ["line", "circle", "sky"])
@pytest.mark.parametrize("count", [1, 3])
def test_few_pairs_are_looked_at(kind: Kind, count: int) -> None:
    rows: list[Row] = [
        (at % 2, (at * 0.71, at * 0.3 - 60.0) if kind == "sky" else (at * 0.71,))
        for at in range(400)
    ]
    places = placed(kind, rows)
    # Neighbours of all places are wanted; two may be as far away as the last wanted one.
    assert len(found(kind, places, places, count)) <= 400 * (count + 1)


def test_of_many_at_one_place_the_first_by_name_are_looked_at() -> None:
    places = placed("line", [(0, (5.0,))] * 50 + [(0, (6.0,))] * 50)
    one = places.take(np.array([0], dtype=np.int64))
    assert sorted(found("line", one, places, 2)) == [(0, 48), (0, 49)]
    assert sorted(found("line", one, places, 51))[-1] == (0, 99)


def rows_of(kind: Kind, count: int, seed: int, unknown: float) -> list[Row]:
    """Make rows with three labels and without a label; no two distances are equal."""
    random = np.random.default_rng(seed)
    rows: list[Row] = []
    for label in random.integers(-1, 3, count).tolist():
        cells: Cells = (random.uniform(0, 360), random.uniform(-90, 90))
        if random.uniform() < unknown:
            cells = (NAN, NAN)
        rows.append((label, () if kind == "none" else cells if kind == "sky" else cells[:1]))
    return rows


@pytest.mark.parametrize("kind", ["none", "line", "circle", "sky"])
@pytest.mark.parametrize("count", [1, 2, 5, 25])
@pytest.mark.parametrize("unknown", [0.0, 0.3, 1.0])
def test_the_pairs_are_the_nearest_and_the_first_of_those_that_are_not_known(
    kind: Kind, count: int, unknown: float
) -> None:
    for seed in range(4):
        asking = placed(kind, rows_of(kind, 12, seed, unknown))
        others = placed(kind, rows_of(kind, 40 + 8 * count, seed + 10, unknown))
        expected = wanted(kind, asking, others, count)
        for one in np.flatnonzero(asking.is_known).tolist():
            for known in (others.is_known, ~others.is_known):
                among = np.flatnonzero(known)
                near = wanted(kind, asking.take(np.array([one])), others.take(among), count)
                expected |= {(one, int(among[other])) for _, other in near}
        assert sorted(found(kind, asking, others, count)) == sorted(expected)
    nothing = placed(kind, [])
    assert found(kind, asking, nothing, count) == found(kind, nothing, others, count) == []


def test_the_nearest_on_a_line_may_all_be_on_one_side() -> None:
    for offset in (-100.0, 100.0):
        others = placed("line", [(label, (float(at),)) for label in (0, 1) for at in range(9)])
        asking = placed("line", [(0, (offset,)), (1, (offset,))])
        ends = [0, 1, 2] if offset < 0 else [6, 7, 8]
        assert sorted(found("line", asking, others, 3)) == [
            (label, 9 * label + at) for label in (0, 1) for at in ends
        ]
