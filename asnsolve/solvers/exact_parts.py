"""The definition of keys that compare numbers, written down without shortcuts.

A set *fits* a key of chains if the members that it binds are connected by steps from one to the
next that are not too long, and a key of windows if some window holds them. A set is divided into
the largest parts that fit one key, each part again by all keys, until every part fits all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from asnsolve.expr.nodes import Linked, LinkedSky, MeasuredKey, Spread
from asnsolve.pool.measures import turn_of
from asnsolve.solvers.sky import longest_chord, squared_chords, unit_vectors

Numbers = Mapping[int, tuple[float, ...] | None]
"""What the members of a set have for a key, by their indices; None if they leave it open."""

Set = frozenset[int]


def fitting_sets(sets: Sequence[Set], keys: Sequence[tuple[MeasuredKey, Numbers]]) -> list[Set]:
    """Find the maximal sets that fit every key inside some sets.

    Parameters
    ----------
    sets : sequence of frozenset of int
        Indices of members.
    keys : sequence of (Linked, LinkedSky or Spread, mapping)
        The keys, each with the numbers of all members.

    Returns
    -------
    list of frozenset of int
        No one is inside another one.
    """
    found = {part for members in sets for part in _fitting(members, keys)}
    return sorted((part for part in found if not any(part < other for other in found)), key=sorted)


def fits(members: Set, key: MeasuredKey, numbers: Numbers) -> bool:
    """Tell whether a set fits a key.

    Parameters
    ----------
    members : frozenset of int
        Indices of the members.
    key : Linked, LinkedSky or Spread
        The key.
    numbers : mapping of int to tuple of float, or None
        What the members have for the key.

    Returns
    -------
    bool
    """
    return _divided(members, key, numbers) == {members}


def _fitting(members: Set, keys: Sequence[tuple[MeasuredKey, Numbers]]) -> Iterator[Set]:
    for key, numbers in keys:
        parts = _divided(members, key, numbers)
        if parts != {members}:
            for part in parts:
                yield from _fitting(part, keys)
            return
    yield members


def _divided(members: Set, key: MeasuredKey, numbers: Numbers) -> set[Set]:
    """Divide a set into the largest parts that fit one key; who leaves it open is in each."""
    bound = {member: own for member in sorted(members) if (own := numbers[member]) is not None}
    left_open = members - bound.keys()
    match key:
        case Linked(_, width, unit):
            turn = turn_of(unit)
            values = {member: own[0] % turn if turn else own[0] for member, own in bound.items()}
            parts = _connected(
                values.keys(), lambda one, two: _gap(values[one], values[two], turn) <= width
            )
        case LinkedSky(_, width, unit):
            ra, dec = np.array([*bound.values()], dtype=np.float64).reshape(-1, 2).T
            # Compare chords of unit vectors, as the other solver does, so that both round alike.
            points = dict(zip(bound, unit_vectors(ra, dec), strict=True))
            chord = longest_chord(width, unit)
            parts = _connected(
                points.keys(),
                lambda one, two: bool(
                    squared_chords(points[one][None], points[two][None])[0] <= chord**2
                ),
            )
        case Spread(_, width, unit):
            turn = turn_of(unit)
            values = {member: own[0] % turn if turn else own[0] for member, own in bound.items()}
            # Windows that begin at a value are enough: any other can be moved to its next value.
            windows = {
                frozenset(
                    member
                    for member, value in values.items()
                    if 0 <= _ahead(start, value, turn) <= width
                )
                for start in values.values()
            }
            parts = {one for one in windows if not any(one < other for other in windows)}
    return {part | left_open for part in parts} or {members}


def _gap(one: float, two: float, turn: float) -> float:
    """Return how far two values are apart: around the circle, if they begin again."""
    apart = abs(one - two)
    return min(apart, turn - apart) if turn else apart


def _ahead(start: float, value: float, turn: float) -> float:
    """Return how far a value is ahead of another one."""
    ahead = value - start
    return ahead + turn if turn and ahead < 0 else ahead


def _connected(members: Iterable[int], is_near: Callable[[int, int], bool]) -> set[Set]:
    """Find the components of the graph of members that are near one another."""
    import networkx

    graph: networkx.Graph[int] = networkx.Graph()
    graph.add_nodes_from(members)
    graph.add_edges_from(pair for pair in combinations(list(members), 2) if is_near(*pair))
    return {*map(frozenset, networkx.connected_components(graph))}
