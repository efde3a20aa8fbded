"""Search of one component, and what is beyond its bounds."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.rules.steps import Nods
from asnsolve.solvers import maximal_sets as search
from asnsolve.solvers.maximal_sets import maximal_sets, within_bounds
from tests.associations.small import stepped

ANY = -1
RULE = stepped()
NODDED = stepped(Nods("primary point"))


def found(offers: list[list[int]]) -> list[tuple[int, ...]]:
    array = np.array(offers, dtype=np.int32)
    return sorted(tuple(members.tolist()) for members in maximal_sets(array, RULE) or ())


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


@given(offers_of, st.integers(1, 9))
def test_a_component_is_beyond_a_bound_if_its_sets_are(offers: list[list[int]], most: int) -> None:
    """However the search goes: not while it has more sets on the way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "bounds_of", lambda size, shared_by: (most, 100))
        sets = by_definition(offers)
        assert (maximal_sets(np.array(offers, dtype=np.int32), RULE) is None) == (len(sets) > most)


@given(offers_of, st.integers(1, 20))
def test_a_component_is_beyond_a_bound_if_its_members_are(
    offers: list[list[int]], most: int
) -> None:
    sets = by_definition(offers)
    for rule, power in ((RULE, 1), (NODDED, 2)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(search, "bounds_of", lambda size, shared_by: (100, most))
            found_sets = maximal_sets(np.array(offers, dtype=np.int32), rule)
        members = sum(len(members) ** power for members in sets)
        # A component that is one set needs no search.
        assert (found_sets is None) == (members > most and len(sets) > 1)


def crossed(*counts: int) -> list[list[int]]:
    """Offer values for one key each, and leave the others open."""
    return [
        [value if at == key else ANY for at in range(len(counts))]
        for key, count in enumerate(counts)
        for value in range(count)
    ]


def test_keys_that_are_left_open_crosswise_have_the_product_of_their_values() -> None:
    sets = found(crossed(20, 30))
    assert len(sets) == 20 * 30
    assert all(len(members) == 2 for members in sets)


@pytest.mark.parametrize("counts", [(40, 40, 40, 40), (60, 60), (2,) * 11, (1500, 1500)])
def test_too_many_sets_are_not_found(counts: tuple[int, ...]) -> None:
    offers = np.array(crossed(*counts), dtype=np.int32)
    assert not within_bounds(offers, RULE)
    assert not within_bounds(offers[::-1], RULE)


def test_as_many_sets_as_exposures_are_found() -> None:
    """A large component may have many: each exposure of a pattern is in a set of its own."""
    offers = np.array([*crossed(1200, 2), *[[value, 0] for value in range(1200)]], dtype=np.int32)
    sets = maximal_sets(offers, RULE)
    assert sets is not None
    assert len(sets) == 2400


def test_nested_keys_have_no_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "bounds_of", lambda size, shared_by: (1, 1))
    offers = np.array([[0, 0], [0, 1], [1, 2], [0, ANY], [1, ANY], [ANY, ANY]], dtype=np.int32)
    assert within_bounds(offers, RULE)
    assert within_bounds(offers[:, ::-1], RULE)
    crosswise = np.array([[0, ANY], [1, ANY], [ANY, 0], [ANY, 1]], dtype=np.int32)
    assert not within_bounds(crosswise, RULE)


def test_large_components_are_bounded_by_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    offers = np.array(crossed(5, 5), dtype=np.int32)
    monkeypatch.setattr(search, "MOST_STEPS", 10 * 25)
    assert within_bounds(offers, RULE)
    monkeypatch.setattr(search, "MOST_STEPS", 10 * 25 - 1)
    assert not within_bounds(offers, RULE)


def test_the_bounds_are_the_documented_ones() -> None:
    bounds = (search.MOST_SETS, search.MOST_MEMBERS, search.MOST_MEMBERS_EACH, search.MOST_STEPS)
    assert all(f"{bound:,}" in str(within_bounds.__doc__) for bound in bounds)
