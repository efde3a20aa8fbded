"""What entries have for a key that compares numbers, and into which parts it divides sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.nodes import LinkedSky, MeasuredKey, Spread
from asnsolve.pool.measures import turn_of
from asnsolve.solvers.arrays import Ints, Mask, combine, dense, spans, stable_order, starts_of
from asnsolve.solvers.sky import longest_chord, squared_chords, unit_vectors

OPEN_CHAIN = -1
"""In place of the number of a chain: the entry leaves the key open."""

_MARGIN = 1e-9
"""By how much the tree looks further than the chord, before distances are compared exactly."""

_APART = 8.0
"""Distance between positions of different sets in the tree: more than any two on one sphere."""


@dataclass(frozen=True, slots=True)
class KeyNumbers:
    """The numbers that n entries have for a key.

    Parameters
    ----------
    key : Linked, LinkedSky or Spread
        The key.
    numbers : ndarray of float64, shape (columns, n)
        One number of each entry for each column of the key; those of angles are from 0 to 360
        degrees. NaN where an entry leaves the key open.
    ranks : ndarray of int64, shape (n,)
        Place of the number of each entry among all distinct ones; on the sky, a number of each
        distinct position.
    """

    key: MeasuredKey
    numbers: NDArray[np.float64]
    ranks: Ints

    @classmethod
    def of(cls, key: MeasuredKey, numbers: NDArray[np.float64]) -> KeyNumbers:
        """Take the numbers that columns have.

        Parameters
        ----------
        key : Linked, LinkedSky or Spread
            The key.
        numbers : ndarray of float64, shape (columns, n)
            As `asnsolve.interpret.to_mask.to_numbers` gives them.

        Returns
        -------
        KeyNumbers
        """
        turn = 0.0 if isinstance(key, LinkedSky) else turn_of(key.unit)
        values = numbers % turn if turn else numbers
        # Sorting integers later takes less time than sorting numbers.
        ranks = [np.unique(row, return_inverse=True)[1] for row in values]
        return cls(key, values, combine(ranks))

    @property
    def is_open(self) -> Mask:
        """Which entries leave the key open, shape (n,)."""
        is_open: Mask = np.isnan(self.numbers[0])
        return is_open

    def at(self, places: Ints) -> KeyNumbers:
        """Take some of the entries.

        Parameters
        ----------
        places : ndarray of int64, shape (k,)
            The entries.

        Returns
        -------
        KeyNumbers
        """
        return replace(self, numbers=self.numbers[:, places], ranks=self.ranks[places])

    def chains(self, sets: Ints) -> Ints:
        """Divide the entries of each set that a key of chains binds into its chains.

        Parameters
        ----------
        sets : ndarray of int64, shape (n,)
            Set of each entry.

        Returns
        -------
        ndarray of int64, shape (n,)
            Number of the chain of each entry, dense from 0, in which chains of one set follow one
            another; `OPEN_CHAIN` where it leaves the key open.
        """
        bound = np.flatnonzero(~self.is_open)
        found = np.full(len(sets), OPEN_CHAIN, dtype=np.int64)
        if len(bound):
            numbers = self.numbers[:, bound]
            if isinstance(self.key, LinkedSky):
                found[bound] = _sky_chains(sets[bound], self.ranks[bound], numbers, self.key)
            else:
                order = stable_order(sets[bound], self.ranks[bound])
                width, turn = self.key.width, turn_of(self.key.unit)
                chains = _line_chains(sets[bound][order], numbers[0, order], width, turn)
                found[bound[order]] = chains
        return found

    def fits(self, sets: Ints) -> Mask:
        """Tell which sets the key does not divide.

        Parameters
        ----------
        sets : ndarray of int64, shape (n,)
            Set of each entry, dense from 0, ascending.

        Returns
        -------
        ndarray of bool, shape (number of sets,)
        """
        count = int(sets.max(initial=-1)) + 1
        if isinstance(self.key, Spread):
            bound = np.flatnonzero(~self.is_open)
            order = bound[stable_order(sets[bound], self.ranks[bound])]
            numbers, turn = self.numbers[0, order], turn_of(self.key.unit)
            fitting: Mask = _widths(sets[order], numbers, turn, count) <= self.key.width
            return fitting
        chains = self.chains(sets)
        bound = np.flatnonzero(chains != OPEN_CHAIN)
        numbered = combine([sets[bound], chains[bound]])
        set_of = np.zeros(int(numbered.max(initial=-1)) + 1, dtype=np.int64)
        set_of[numbered] = sets[bound]
        few: Mask = np.bincount(set_of, minlength=count) <= 1
        return few

    def parts(self, members: Ints) -> Iterator[Ints]:
        """Divide one set into the largest parts that satisfy the key.

        Parameters
        ----------
        members : ndarray of int64, shape (m,)
            Entries of the set, ascending.

        Yields
        ------
        ndarray of int64
            Entries of a part, ascending; those that leave the key open are in each.
        """
        own = self.at(members)
        if own.fits(np.zeros(len(members), dtype=np.int64))[0]:
            yield members
            return
        is_open = own.is_open
        if isinstance(self.key, Spread):
            inside = _windows(own.numbers[0], self.key.width, turn_of(self.key.unit))
        else:
            chains = own.chains(np.zeros(len(members), dtype=np.int64))
            inside = (chains == number for number in range(int(chains.max()) + 1))
        for is_inside in inside:
            yield members[is_inside | is_open]


def _line_chains(labels: Ints, ordered: NDArray[np.float64], width: float, turn: float) -> Ints:
    """Divide numbers at gaps that are too long; after a turn they begin again, if it is not 0.

    They are sorted by their sets, and inside a set by themselves.
    """
    begins = np.ones(len(ordered), dtype=np.bool_)
    # A gap that is too large for a number is infinite, which is too long.
    with np.errstate(over="ignore"):
        gaps = ordered[1:] - ordered[:-1]
    begins[1:] = (labels[1:] != labels[:-1]) | (gaps > width)
    chains = np.cumsum(begins, dtype=np.int64) - 1
    if turn:
        first = np.flatnonzero(np.diff(labels, prepend=labels[0] - 1))
        last = np.append(first[1:], len(labels)) - 1
        # The gap from the last number of a set on to the first one, a turn later.
        closed = turn - (ordered[last] - ordered[first]) <= width
        number = np.arange(chains[-1] + 1)
        number[chains[last[closed]]] = chains[first[closed]]
        chains = dense(number[chains])
    return chains


def _sky_chains(sets: Ints, points: Ints, positions: NDArray[np.float64], key: LinkedSky) -> Ints:
    """Divide positions, shape (2, n), where neighbours are too far apart."""
    chord = longest_chord(key.width, key.unit)
    if np.isinf(chord):
        return dense(sets)
    # Each position is looked at once in each set.
    places = combine([sets, points])
    order, starts = spans(places)
    first = order[starts]
    vectors = unit_vectors(*positions[:, first])
    own_sets = sets[first]
    # In most sets all positions are near the first one, so they are one chain. Others need a tree.
    number = dense(own_sets)
    of_first = vectors[starts_of(own_sets)][number]
    is_far = squared_chords(vectors, of_first) > chord**2
    in_tree = np.isin(number, number[is_far])
    labels = np.zeros(len(first), dtype=np.int64)
    if in_tree.any():
        labels[in_tree] = _linked_labels(vectors[in_tree], number[in_tree], chord)
    return combine([number, labels])[places]


def _linked_labels(vectors: NDArray[np.float64], sets: Ints, chord: float) -> Ints:
    """Label the chains of unit vectors, shape (n, 3), within each set; return shape (n,)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    tree = cKDTree(np.column_stack([vectors, dense(sets) * _APART]))
    pairs = tree.query_pairs(chord * (1 + _MARGIN) + _MARGIN**2, output_type="ndarray")
    is_near = squared_chords(vectors[pairs[:, 0]], vectors[pairs[:, 1]]) <= chord**2
    near = pairs[is_near]
    ones = np.ones(len(near), dtype=np.bool_)
    graph = coo_array((ones, (near[:, 0], near[:, 1])), shape=(len(sets), len(sets)))
    _, labels = connected_components(graph, directed=False)
    found: Ints = labels.astype(np.int64)
    return found


def _widths(
    labels: Ints, ordered: NDArray[np.float64], turn: float, count: int
) -> NDArray[np.float64]:
    """Return the width of the narrowest window of each set, shape (count,).

    Numbers are sorted by their sets, and inside a set by themselves.
    """
    widths = np.zeros(count)
    if not len(labels):
        return widths
    first = np.flatnonzero(np.diff(labels, prepend=labels[0] - 1))
    last = np.append(first[1:], len(labels)) - 1
    # From each number on, the last one that is met is the one before it, a turn later.
    spans_from = np.full(len(ordered), np.inf)
    if turn:
        spans_from[1:] = (ordered[:-1] - ordered[1:]) + turn
    with np.errstate(over="ignore"):
        spans_from[first] = ordered[last] - ordered[first]
    widths[labels[first]] = np.minimum.reduceat(spans_from, first)
    return widths


def _windows(numbers: NDArray[np.float64], width: float, turn: float) -> Iterator[Mask]:
    """Find which numbers lie in the window from each number on; NaN is in none."""
    previous: Mask | None = None
    for start in np.unique(numbers[~np.isnan(numbers)]).tolist():
        with np.errstate(over="ignore"):
            ahead = numbers - start
        ahead = np.where(ahead < 0, ahead + turn, ahead)
        inside: Mask = (ahead >= 0) & (ahead <= width)
        # A window that ends where the one before it ends is a part of that one.
        if previous is None or (inside & ~previous).any():
            yield inside
        previous = inside
