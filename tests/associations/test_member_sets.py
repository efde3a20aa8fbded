"""Sets of members that are parts of others."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from asnsolve.associations.member_sets import parts_of_others


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
