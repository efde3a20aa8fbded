"""Which places are among the nearest of their kind, without a look at every pair.

Places have a *label*: only places of one label are compared, and those with a negative label with
none. What is returned may be more than asked for, and never less: who asks ranks the pairs exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from asnsolve.solvers.arrays import Ints, Mask, ranges, stable_order

Pairs = tuple[Ints, Ints]
"""Positions among the places that are asked about, and among those that are near; shape (p,)."""

_APART = 8.0
"""Distance between places of different labels in the tree: more than any two on one sphere."""

_MARGIN = 1e-9
"""By how much the tree looks further than the last place that is wanted."""

_FARTHEST = 2.0
"""The longest chord of the unit sphere."""


@dataclass(frozen=True, slots=True)
class Places:
    """Labelled places; n of them.

    Parameters
    ----------
    labels : ndarray of int64, shape (n,)
        Their labels.
    numbers : ndarray of float64, shape (columns, n)
        Their numbers, or points of the unit sphere; NaN where a place is not known.
    names : ndarray of int64, shape (n,)
        Ranks of their names, by which equally near places are sorted.
    """

    labels: Ints
    numbers: NDArray[np.float64]
    names: Ints

    @property
    def is_known(self) -> Mask:
        """Which places are known, shape (n,)."""
        unknown = np.isnan(self.numbers).any(axis=0)
        return np.asarray(~unknown, dtype=np.bool_)

    def take(self, places: Ints) -> Places:
        """Return some of the places.

        Parameters
        ----------
        places : ndarray of int64, shape (k,)
            Their positions.

        Returns
        -------
        Places
        """
        return Places(self.labels[places], self.numbers[:, places], self.names[places])


def nearest_pairs(asking: Places, others: Places, count: int, turn: float) -> Pairs:
    """Pair places with the nearest ones, and after them with those that are not known.

    Parameters
    ----------
    asking : Places
        The places that are asked about.
    others : Places
        The places that may be near.
    count : int
        How many nearest ones are wanted of each label, by distance and then by name.
    turn : float
        After how much numbers begin again; 0 if they never do, and on the sky.

    Returns
    -------
    asking, others : ndarray of int64, shape (p,)
        Positions of the pairs: all pairs with a wanted place, and possibly more, or one twice.
    """
    has_label, is_labelled = asking.labels >= 0, others.labels >= 0
    is_known, are_known = asking.is_known, others.is_known
    known = np.flatnonzero(has_label & is_known), np.flatnonzero(is_labelled & are_known)
    found: list[tuple[Callable[[Places, Places, int], Pairs], Ints, Ints]] = [
        # A place that is not known is equally far from all, and all from it.
        (_first_by_name, np.flatnonzero(has_label & ~is_known), np.flatnonzero(is_labelled)),
        (_first_by_name, known[0], np.flatnonzero(is_labelled & ~are_known)),
    ]
    if len(asking.numbers) and len(known[0]) and len(known[1]):
        near = _near_on_sky if len(asking.numbers) > 1 else partial(_near_on_line, turn=turn)
        found.append((near, *known))
    first, second = [], []
    for pairs_of, own, among in found:
        ones, others_of = pairs_of(asking.take(own), others.take(among), count)
        first.append(own[ones])
        second.append(among[others_of])
    return np.concatenate(first), np.concatenate(second)


def _first_by_name(asking: Places, others: Places, count: int) -> Pairs:
    """Pair places with the first of their label by name."""
    order = stable_order(others.labels, others.names)
    labels = others.labels[order]
    first = np.searchsorted(labels, asking.labels, side="left")
    last = np.searchsorted(labels, asking.labels, side="right")
    return _windows(order, first, np.minimum(last, first + count))


def _windows(order: Ints, first: NDArray[np.int64], last: NDArray[np.int64]) -> Pairs:
    """Pair each place with what lies between two positions of an order."""
    sizes = (last - first).astype(np.int64)
    own = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
    return own, order[ranges(first.astype(np.int64), sizes)]


def _few_at_each(places: Places, count: int) -> Ints:
    """Sort places by label, number and name, and keep the first few at each number."""
    keys = (places.names, *places.numbers[::-1], places.labels)
    order = np.lexsort(keys).astype(np.int64, copy=False)
    is_new = np.ones(len(order), dtype=np.bool_)
    is_new[1:] = places.labels[order[1:]] != places.labels[order[:-1]]
    for row in places.numbers:
        is_new[1:] |= row[order[1:]] != row[order[:-1]]
    starts = is_new.nonzero()[0]
    number = np.arange(len(order)) - np.repeat(starts, np.diff(starts, append=len(order)))
    return order[number < count]


def _near_on_line(asking: Places, others: Places, count: int, turn: float) -> Pairs:
    """Pair places with the nearest ones ahead of them and behind them."""
    wanted, among = asking.numbers[0], np.arange(len(others.labels), dtype=np.int64)
    if turn:
        # Around the circle, each place is met once more a turn before, and a turn later.
        wanted, around = wanted % turn, others.numbers % turn
        among = np.tile(among, 3)
        around = np.concatenate([around - turn, around, around + turn], axis=1)
        others = replace(others.take(among), numbers=around)
    order = _few_at_each(others, count)
    numbers = np.concatenate([others.numbers[0, order], wanted])
    ranks = np.unique(numbers, return_inverse=True)[1].reshape(-1).astype(np.int64)
    width = int(ranks.max()) + 1
    keys, asked = others.labels[order] * width + ranks[: len(order)], asking.labels * width
    at = np.searchsorted(keys, asked + ranks[len(order) :])
    begin, end = np.searchsorted(keys, asked), np.searchsorted(keys, asked + width)
    # Ahead, the first ones are the nearest. Behind, the farthest number that is looked at may have
    # `count` places, of which the first by name are wanted.
    first = np.maximum(at - 2 * count + 1, begin)
    return _windows(among[order], first, np.minimum(at + count, end))


def _near_on_sky(asking: Places, others: Places, count: int) -> Pairs:
    """Pair places with all that are not farther away than the last of the nearest ones."""
    from scipy.spatial import cKDTree

    few = _few_at_each(others, count)
    tree = cKDTree(np.column_stack([others.numbers[:, few].T, others.labels[few] * _APART]))
    points = np.column_stack([asking.numbers.T, asking.labels * _APART])
    last, _ = tree.query(points, k=[count])
    # Places of other labels are farther away than any of the same label.
    reach = np.minimum(last[:, 0], _FARTHEST) * (1 + _MARGIN) + _MARGIN**2
    near = tree.query_ball_point(points, reach)
    sizes = np.fromiter(map(len, near), np.int64, len(near))
    found = np.fromiter(chain.from_iterable(near), np.int64, int(sizes.sum()))
    return np.repeat(np.arange(len(sizes), dtype=np.int64), sizes), few[found]
