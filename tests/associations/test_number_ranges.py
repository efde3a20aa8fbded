"""The numbers of the members of an association are written as a range, or as a position."""

from __future__ import annotations

import numpy as np
import pytest

from asnsolve.associations.number_ranges import ranges_by_group

NAN = float("nan")


def texts(numbers: list[list[float]], groups: list[int], count: int) -> list[str]:
    values = ranges_by_group(np.array(numbers), np.array(groups, dtype=np.int64), count)
    assert list(values.values) == sorted(values.values)
    return ["-".join(values.at(code)) for code in values.codes.tolist()]


def test_ranges() -> None:
    numbers = [[59820.0, 59812.25, 1.5, NAN, NAN, 2.0, 2.0]]
    assert texts(numbers, [0, 0, 1, 1, 2, 3, 3], 4) == ["59812.25 to 59820", "1.5", "", "2"]


def test_positions() -> None:
    numbers = [[10.0, 9.0, NAN, 350.5], [-1.0, 2.0, NAN, 0.0]]
    assert texts(numbers, [0, 0, 1, 2], 3) == ["10 -1", "", "350.5 0"]


def test_of_positions_with_one_declination_the_least_right_ascension_is_written() -> None:
    assert texts([[11.0, 10.0, 12.0, 9.0], [1.0, 1.0, 1.0, 2.0]], [0, 0, 0, 0], 1) == ["10 1"]


def test_a_member_that_leaves_the_key_open_counts_for_nothing() -> None:
    assert texts([[NAN, 3.0, 5.0, NAN]], [0, 0, 0, 1], 2) == ["3 to 5", ""]
    assert texts([[NAN, 3.0, 5.0, NAN], [NAN, 1.0, 2.0, NAN]], [0, 0, 0, 1], 2) == ["3 1", ""]


@pytest.mark.parametrize("columns", [1, 2])
def test_nothing_is_bound(columns: int) -> None:
    assert texts([[NAN, NAN]] * columns, [0, 1], 2) == ["", ""]
    assert texts([[]] * columns, [], 0) == []
