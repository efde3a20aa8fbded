"""Sets of members: labels of equal ones, and those that are parts of others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.associations import member_sets
from asnsolve.associations.member_sets import labels_of_rows, parts_of_others, set_marks
from asnsolve.solvers.arrays import Ints


def column(*values: int) -> Ints:
    return np.array(values, dtype=np.int64)


@given(st.lists(st.tuples(*[st.integers(0, 2)] * 3), max_size=12), st.integers(1, 3))
def test_equal_rows_alone_have_equal_labels(rows: list[tuple[int, ...]], width: int) -> None:
    rows = [row[:width] for row in rows]
    labels = labels_of_rows(*(column(*(row[at] for row in rows)) for at in range(width))).tolist()
    for one, label in zip(rows, labels, strict=True):
        alike = [other for other, same in zip(rows, labels, strict=True) if same == label]
        assert alike == [one] * rows.count(one)


SETS = st.lists(st.sets(st.integers(0, 40), min_size=1), min_size=1, max_size=12)


@given(SETS, st.booleans())
def test_equal_sets_alone_have_equal_marks(sets: list[set[int]], some: bool) -> None:
    """Labels may be in any order, and those that do not count make no difference."""
    drawn = [sorted(own, key=lambda label: (label * 7 + at) % 41) for at, own in enumerate(sets)]
    labels = column(*(label for own in drawn for label in own))
    starts, counts = starts_of(sets), labels % 2 == 0 if some else None
    marks = set_marks(starts, labels, counts)
    counted = [{label for label in own if not some or label % 2 == 0} for own in sets]
    for first, one in zip(marks, counted, strict=True):
        for second, other in zip(marks, counted, strict=True):
            assert (first == second).tolist() == [one == other] * 2
    with pytest.MonkeyPatch.context() as patch:
        # A few sets are scrambled at a time.
        patch.setattr(member_sets, "_MOST_MARKS", 3)
        assert set_marks(starts, labels, counts).tolist() == marks.tolist()


def starts_of(sets: list[set[int]]) -> Ints:
    return np.cumsum([0, *map(len, sets)]).astype(np.int64)


def mixed(number: int) -> int:
    """Finish a number as splitmix64 does, in plain integers."""
    number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    number = (number ^ number >> 27) * 0x94D049BB133111EB % 2**64
    return number ^ number >> 31


@given(SETS)
def test_marks_are_sums_of_labels_scrambled_as_by_splitmix64(sets: list[set[int]]) -> None:
    marks = set_marks(starts_of(sets), column(*(label for own in sets for label in own)))
    seeds = (0x9E3779B97F4A7C15, 0xD1B54A32D192ED03)
    assert [[mark % 2**64 for mark in row] for row in marks.tolist()] == [
        [sum(mixed(seed + label) for label in own) % 2**64 for seed in seeds] for own in sets
    ]


def test_the_first_output_of_splitmix64_is_the_published_one() -> None:
    """Its state is 1234567 before the first step."""
    assert set_marks(column(0, 1), column(1234567))[0, 0] == 6457827717110365317


def test_a_part_is_told_with_the_first_set_that_has_all_of_it() -> None:
    sets = [[1, 2, 3], [2, 3, 4], [2, 3], [3], [4, 5], [4, 5], [4], [6]]
    assert [*parts_of_others(sets)] == [(2, 0), (3, 0), (6, 1)]


@given(st.lists(st.sets(st.integers(0, 6), min_size=1), max_size=12))
def test_parts_are_those_that_a_comparison_of_pairs_finds(drawn: list[set[int]]) -> None:
    sets = sorted(drawn, key=len, reverse=True)
    expected = [
        (part, next(at for at, other in enumerate(sets) if own < other))
        for part, own in enumerate(sets)
        if any(own < other for other in sets)
    ]
    assert [*parts_of_others([sorted(own) for own in sets])] == expected
