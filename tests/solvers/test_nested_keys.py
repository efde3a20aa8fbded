"""Paths to leaves are the maximal sets that the search finds."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.interpret.to_mask import OPEN
from asnsolve.rules.level3_2017 import Asn_Image
from asnsolve.solvers.fast import _disputed, _open_sets, _split
from asnsolve.solvers.maximal_sets import is_nested, maximal_sets
from asnsolve.solvers.nested_keys import KeyPaths, paths_to_leaves

Offers = list[tuple[int, ...]]

offers = st.integers(1, 3).flatmap(
    lambda keys: st.lists(
        st.tuples(*[st.sampled_from([OPEN, 0, 1, 2])] * keys), min_size=1, max_size=9
    )
)


def nested(drawn: Offers) -> Offers:
    """Leave every key open after the first that is."""
    found = []
    for offer in drawn:
        bound = next((at for at, value in enumerate(offer) if value == OPEN), len(offer))
        found.append(tuple(v if at < bound else OPEN for at, v in enumerate(offer)))
    return found


def sets_of(members: np.ndarray, sets: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(members[sets == number].tolist()) for number in np.unique(sets)}


def searched(drawn: Offers) -> set[frozenset[int]]:
    laid = np.array(drawn, dtype=np.int32)
    return {frozenset(found.tolist()) for found in maximal_sets(laid, Asn_Image) or ()}


@given(offers)
def test_open_sets_are_those_of_the_search(drawn: Offers) -> None:
    """Whatever is nested or not, in one component."""
    columns = np.array(drawn, dtype=np.int32).T
    labels = np.zeros(len(drawn), dtype=np.int64)
    sets, members, _ = _open_sets(labels, columns, Asn_Image, lambda: labels + 1)
    assert sets_of(members, sets) == searched(drawn)
    assert (np.diff(sets) >= 0).all()


@given(st.lists(offers, min_size=1, max_size=4))
def test_a_component_is_nested_whatever_lies_beside_it(drawn: list[Offers]) -> None:
    """The keys of each component have an order of their own."""
    width = max(len(offer) for part in drawn for offer in part)
    laid = [[(*offer, *[0] * (width - len(offer))) for offer in part] for part in drawn]
    columns = np.array([offer for part in laid for offer in part], dtype=np.int32).T
    components = np.repeat(np.arange(len(laid), dtype=np.int64), [len(part) for part in laid])
    found = KeyPaths.of(components, columns, _disputed(components, columns)).nested.tolist()
    assert found == [is_nested(np.array(part, dtype=np.int32)) for part in laid]


@given(offers.map(nested))
def test_what_is_nested_needs_no_search(drawn: Offers) -> None:
    columns = np.array(drawn, dtype=np.int32).T
    components = _split(np.zeros(len(drawn), dtype=np.int64), columns)
    forest = KeyPaths.of(components, columns, _disputed(components, columns))
    assert forest.nested.all()
    sets, members = paths_to_leaves(forest)
    assert sets_of(members, sets) == searched(drawn)


def test_a_path_has_the_values_of_the_keys_from_the_one_that_the_fewest_leave_open() -> None:
    """The first component agrees on its second key, and the second one on its first."""
    columns = np.array([[OPEN, 1, 2, 5, 5], [7, 7, OPEN, 3, 4]], dtype=np.int32)
    components = np.array([0, 0, 0, 1, 1], dtype=np.int64)
    paths = KeyPaths.of(components, columns, _disputed(components, columns))
    assert paths.values.tolist() == [[0, 0, 0, 0, 0], [OPEN, 1, 2, 3, 4]]
    assert paths.bound.tolist() == [[True] * 5, [False, True, True, True, True]]
    assert paths.nested.tolist() == [True, True]


def test_a_science_exposure_has_the_imprints_of_its_tile_and_all_backgrounds() -> None:
    """Keys: tile, file. Science is bound on both, imprints on the tile, backgrounds on none."""
    science = [(0, 0), (0, 1), (1, 2)]
    drawn = [*science, (0, OPEN), (1, OPEN), (OPEN, OPEN)]
    columns = np.array(drawn, dtype=np.int32).T
    labels = np.zeros(len(drawn), dtype=np.int64)
    sets, members, _ = _open_sets(labels, columns, Asn_Image, lambda: labels + 1)
    assert sets_of(members, sets) == {
        frozenset({0, 3, 5}),
        frozenset({1, 3, 5}),
        frozenset({2, 4, 5}),
    }
