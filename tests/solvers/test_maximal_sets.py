"""Search of one component: three ways, one answer; and where it gives up."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.errors import SearchLimitError
from asnsolve.solvers import maximal_sets as search
from asnsolve.solvers.maximal_sets import maximal, maximal_sets

ANY = -1


def found(offers: list[list[int]]) -> list[tuple[int, ...]]:
    array = np.array(offers, dtype=np.int32)
    return sorted(tuple(members.tolist()) for members in maximal_sets(array, "rule Asn_Test"))


def by_definition(offers: list[list[int]]) -> list[tuple[int, ...]]:
    columns = zip(*offers, strict=True)
    values = [sorted(set(column) - {ANY}) or [ANY] for column in columns]
    sets = {
        frozenset(
            at
            for at, offered in enumerate(offers)
            if all(own in (ANY, value) for own, value in zip(offered, signature, strict=True))
        )
        for signature in product(*values)
    }
    return sorted(tuple(sorted(s)) for s in sets if s and not any(s < other for other in sets))


def test_an_exposure_that_is_bound_to_nothing_stands_beside_each_value() -> None:
    assert found([[1, 0], [2, 0], [ANY, 0]]) == [(0, 2), (1, 2)]


def test_two_open_keys_are_searched_together() -> None:
    assert found([[1, ANY], [ANY, 5], [2, 6], [ANY, ANY]]) == [(0, 1, 3), (2, 3)]


offers_of = st.integers(1, 3).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(ANY, 3), min_size=width, max_size=width), min_size=1, max_size=9
    )
)


@given(offers_of)
def test_search_gives_the_maximal_sets(offers: list[list[int]]) -> None:
    assert found(offers) == by_definition(offers)


@given(offers_of)
def test_cliques_give_the_same_sets(offers: list[list[int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_MOST_COMBINATIONS", 0)
        assert found(offers) == by_definition(offers)


def test_many_combinations_are_left_to_cliques() -> None:
    values = range(60)
    offers = [[v, ANY] for v in values] + [[ANY, v] for v in values]
    sets = found(offers)
    assert len(sets) == 60 * 60
    assert all(len(members) == 2 for members in sets)


def test_too_many_blocks_are_refused_by_name() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_MOST_BLOCKS", 100)
        with pytest.raises(SearchLimitError, match="rule Asn_Test: a component holds 120"):
            found([[v, ANY] for v in range(60)] + [[ANY, v] for v in range(60)])


@given(st.sets(st.integers(0, 255)))
def test_maximal_keeps_what_no_other_contains(sets: set[int]) -> None:
    kept = maximal(sets)
    assert all(any(one & other == one for other in kept) for one in sets)
    assert not any(one != other and one & other == one for one in kept for other in kept)


def test_the_limit_is_the_documented_one() -> None:
    assert f"{search._MOST_BLOCKS:,} blocks" in str(maximal_sets.__doc__)
