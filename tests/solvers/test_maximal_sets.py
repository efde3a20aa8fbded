"""Search of one component, and what is beyond its bounds."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from asnsolve.interpret.to_mask import OPEN
from asnsolve.rules.level3_2017 import Asn_Image
from asnsolve.rules.steps import Nods
from asnsolve.solvers import maximal_sets as search
from asnsolve.solvers.maximal_sets import bounds_of, maximal_sets, within_bounds
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


TANGLED = np.array([[1, OPEN], [0, OPEN], [OPEN, 1], [OPEN, 0], [0, OPEN]], dtype=np.int32)
"""Four sets of ten members, with four different offers."""


def found_in(offers: NDArray[np.int32], shared_by: int = 1) -> list[list[int]] | None:
    found = maximal_sets(offers, Asn_Image, shared_by)
    return None if found is None else [one.tolist() for one in found]


def test_sets_come_in_the_order_of_the_values_that_they_offer() -> None:
    expected = [[3, 1, 4], [3, 0], [2, 1, 4], [2, 0]]
    assert found_in(TANGLED) == [sorted(one) for one in expected]


def test_bounds_grow_with_the_entries_and_are_shared() -> None:
    assert bounds_of(1) == bounds_of(500) == (1_000, 50_000)
    assert bounds_of(2_000) == (2_000, 200_000)
    assert bounds_of(2_000, 3) == (666, 66_666)


@pytest.mark.parametrize(
    ("name", "most"), [("MOST_SETS", 5), ("MOST_MEMBERS", 10), ("MOST_STEPS", 16)]
)
def test_what_is_at_a_bound_is_solved(
    name: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_MEMBERS_EACH", 1)
    everything = found_in(TANGLED)
    assert everything is not None
    monkeypatch.setattr(search, name, most)
    assert found_in(TANGLED) == everything
    if name == "MOST_SETS":
        # There may be one set for each entry.
        assert found_in(TANGLED[:4], 1) is not None
        assert found_in(TANGLED, 2) is None
        return
    monkeypatch.setattr(search, name, most - 1)
    assert found_in(TANGLED) is None
    monkeypatch.setattr(search, name, 2 * most)
    assert found_in(TANGLED, 2) == everything
    monkeypatch.setattr(search, name, 2 * most - 1)
    assert found_in(TANGLED, 2) is None
