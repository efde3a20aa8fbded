"""Find the nearest places without comparing every pair.

Each place has a *label*. Only places with the same label are compared, and places with a negative
label are never compared. The result holds all wanted pairs, but may hold others: the caller ranks
the pairs exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from asnsolve.solvers.arrays import Ints, Mask, places_in_spans, ranges, stable_order

Pairs = tuple[Ints, Ints]
"""Positions in the first places, and of places near them in the second places; shape (p,)."""

_APART = 8.0
"""Distance in the tree between different labels; points on one sphere are always closer."""

_FARTHEST = 2.0
"""The longest chord of the unit sphere."""

_MARGIN = 1e-12
"""Tolerance for rounding: how much longer a chord may be than the longest wanted one."""

_ROUNDING = 4 * np.finfo(np.float64).eps
"""Tolerance for rounding of differences between numbers, as a fraction of the numbers."""


@dataclass(frozen=True, slots=True)
class Places:
    """A set of n places, each with a label.

    Parameters
    ----------
    labels : ndarray of int64, shape (n,)
        Label of each place.
    numbers : ndarray of float64, shape (columns, n)
        The positions: no column, one column of numbers, or the coordinates of points on the unit
        sphere; NaN where a place is not known.
    names : ndarray of int64, shape (n,)
        Rank of the name of each place; equally near places are sorted by name.
    """

    labels: Ints
    numbers: NDArray[np.float64]
    names: Ints

    @property
    def is_known(self) -> Mask:
        """Which places are known, shape (n,); none if they have no numbers."""
        if not len(self.numbers):
            return np.zeros(len(self.labels), dtype=np.bool_)
        return np.asarray(~np.isnan(self.numbers).any(axis=0), dtype=np.bool_)

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
    """Pair each place with the nearest other places; unknown places come last.

    Parameters
    ----------
    asking : Places
        The places whose neighbours are wanted.
    others : Places
        The places that may be neighbours.
    count : int
        How many neighbours are wanted for each place, by distance and then by name.
    turn : float
        The period of the numbers, which are then between 0 and `turn`; 0 if they have no period,
        and for positions on the sky.

    Returns
    -------
    asking, others : ndarray of int64, shape (p,)
        Positions of the two places of each pair: all wanted pairs, and possibly more.
    """
    has_label, is_labelled = asking.labels >= 0, others.labels >= 0
    is_known, are_known = asking.is_known, others.is_known
    nothing = np.zeros(0, dtype=np.int64)
    found = [(nothing, nothing)]
    for pairs_of, one, two in (
        # All places are equally far from an unknown place.
        (_first_by_name, has_label & ~is_known, is_labelled),
        (_first_by_name, has_label & is_known, is_labelled & ~are_known),
        (_near, has_label & is_known, is_labelled & are_known),
    ):
        own, among = np.flatnonzero(one), np.flatnonzero(two)
        if len(own) and len(among):
            first, second = pairs_of(asking.take(own), others.take(among), count, turn)
            found.append((own[first], among[second]))
    return (
        np.concatenate([first for first, _ in found]),
        np.concatenate([second for _, second in found]),
    )


def _first_by_name(asking: Places, others: Places, count: int, _: float) -> Pairs:
    """Pair places with the places of the same label that come first by name."""
    order = stable_order(others.labels, others.names)
    labels = others.labels[order]
    first = np.searchsorted(labels, asking.labels)
    last = np.searchsorted(labels, asking.labels, side="right")
    return _spans_of(order, first, np.minimum(last, first + count))


def _near(asking: Places, others: Places, count: int, turn: float) -> Pairs:
    """Pair places with all others that are at most as far away as the last of the nearest."""
    few = _few_at_each(others, count)
    others = others.take(few)
    if turn:
        # On the unit circle, a longer arc also has a longer chord.
        first, second = _near_on_sphere(_on_circle(asking, turn), _on_circle(others, turn), count)
    elif len(asking.numbers) == 1:
        first, second = _near_on_line(asking, others, count)
    else:
        first, second = _near_on_sphere(asking, others, count)
    return first, few[second]


def _few_at_each(places: Places, count: int) -> Ints:
    """Sort places by label, numbers and name, and keep at most `count` with the same numbers."""
    keys = np.vstack([places.labels, places.numbers])
    order = np.asarray(np.lexsort((places.names, *keys[::-1])), dtype=np.int64)
    keys = keys[:, order]
    starts = np.flatnonzero(np.append(True, (keys[:, 1:] != keys[:, :-1]).any(axis=0)))
    return order[places_in_spans(starts, len(order)) < count]


def _on_circle(places: Places, turn: float) -> Places:
    """Turn the numbers of places into points of the unit circle."""
    angles = places.numbers[0] * (2 * np.pi / turn)
    return replace(places, numbers=np.stack([np.cos(angles), np.sin(angles)]))


def _near_on_line(asking: Places, others: Places, count: int) -> Pairs:
    """Pair places with near ones among others, which are sorted by label and number."""
    (own,), (numbers,) = asking.numbers, others.numbers
    values = np.unique(numbers)
    width = len(values) + 1
    keys = others.labels * width + np.searchsorted(values, numbers)

    def position(bound: NDArray[np.float64], side: Literal["left", "right"]) -> Ints:
        """For the label of each place, find where numbers reach or exceed a bound."""
        rank = np.searchsorted(values, bound, side=side)
        return np.asarray(np.searchsorted(keys, asking.labels * width + rank), dtype=np.int64)

    endless = np.full(len(own), np.inf)
    begin, end = position(-endless, "left"), position(endless, "right")
    # The nearest ones are among the `count` places on either side; shape (n, 2 count).
    around = position(own, "left")[:, None] + np.arange(-count, count)
    is_inside = (around >= begin[:, None]) & (around < end[:, None])
    # If a difference overflows, the numbers are infinitely far apart.
    with np.errstate(over="ignore"):
        apart = np.abs(own[:, None] - numbers[np.clip(around, 0, len(numbers) - 1)])
        apart[~is_inside] = np.inf
        reach = np.partition(apart, count - 1)[:, count - 1]
        # Rounding can make the distances of different numbers equal.
        reach += (reach + np.abs(own)) * _ROUNDING
        first, last = position(own - reach, "left"), position(own + reach, "right")
    return _spans_of(np.arange(len(numbers), dtype=np.int64), first, last)


def _near_on_sphere(asking: Places, others: Places, count: int) -> Pairs:
    """Pair points of the unit sphere or circle with near ones."""
    from scipy.spatial import cKDTree

    tree = cKDTree(np.vstack([others.numbers, others.labels * _APART]).T)
    points = np.vstack([asking.numbers, asking.labels * _APART]).T
    last, _ = tree.query(points, k=[count])
    # Places with other labels are farther away than all places with the same label.
    reach = np.minimum(last[:, 0], _FARTHEST) * (1 + _MARGIN) + _MARGIN
    near = tree.query_ball_point(points, reach)
    sizes = np.fromiter(map(len, near), np.int64, len(near))
    found = np.fromiter(chain.from_iterable(near), np.int64, int(sizes.sum()))
    return np.repeat(np.arange(len(sizes), dtype=np.int64), sizes), found


def _spans_of(order: Ints, first: NDArray[np.int64], last: NDArray[np.int64]) -> Pairs:
    """Pair each place with the places between two positions of an order."""
    sizes = np.asarray(last - first, dtype=np.int64)
    own = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
    return own, order[ranges(np.asarray(first, dtype=np.int64), sizes)]
