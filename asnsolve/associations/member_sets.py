"""Sets of members as numbers: equal sets are found by sorting, never by comparing pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from asnsolve.solvers.arrays import Ints, Mask, spans

_MOST_MARKS = 100_000
"""Sets whose members are scrambled at a time, which bounds the memory."""


def set_marks(starts: Ints, labels: Ints, counts: Mask | None = None) -> Ints:
    """Give each set of labels two numbers.

    Parameters
    ----------
    starts : ndarray of int64, shape (s + 1,)
        Set ``i`` has the labels from ``starts[i]`` up to ``starts[i + 1]``; none is empty.
    labels : ndarray of int64, shape (m,)
        The labels, set by set.
    counts : ndarray of bool, shape (m,), optional
        Labels that are in the sets; all by default.

    Returns
    -------
    ndarray of int64, shape (s, 2)
        Each is a sum of scrambled labels: two sets that differ share both with the probability of
        a collision of 128 bits.
    """
    marks = np.zeros((len(starts) - 1, 2), dtype=np.int64)
    # Some sets at a time: scrambling takes several copies of their labels.
    for first in range(0, len(marks), _MOST_MARKS):
        bounds = starts[first : first + _MOST_MARKS + 1]
        part = slice(int(bounds[0]), int(bounds[-1]))
        for at, seed in enumerate((0x9E3779B97F4A7C15, 0xD1B54A32D192ED03)):
            scrambled = _scrambled(labels[part], seed)
            if counts is not None:
                scrambled[~counts[part]] = 0
            sums = np.add.reduceat(scrambled, bounds[:-1] - bounds[0])
            marks[first : first + _MOST_MARKS, at] = sums.view(np.int64)
    return marks


def _scrambled(labels: Ints, seed: int) -> NDArray[np.uint64]:
    """Scramble numbers with the finishing steps of splitmix64."""
    mixed = labels.astype(np.uint64) + np.uint64(seed)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed ^= mixed >> np.uint64(shift)
        mixed *= np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return mixed


def labels_of_rows(*columns: Ints) -> Ints:
    """Label the distinct rows of several columns with numbers from 0.

    Parameters
    ----------
    *columns : ndarray of int64, each of shape (k,)
        The columns, the last of them a mark from `set_marks`.

    Returns
    -------
    ndarray of int64, shape (k,)
        Equal rows have equal labels. Labels are in no order, and some numbers are left out.
    """
    # The last column is a mark, which hardly differs where rows are equal and is hardly equal
    # where they differ: rows whose mark occurs once need no other column.
    order, starts = spans(columns[-1])
    labels = np.empty(len(order), dtype=np.int64)
    labels[order] = np.arange(len(order))
    sizes = np.diff(starts, append=len(order))
    shared = order[np.repeat(sizes > 1, sizes)]
    order = shared[np.lexsort(tuple(column[shared] for column in columns))]
    differs = np.zeros(len(order), dtype=np.bool_)
    for column in columns:
        in_order = column[order]
        differs[1:] |= in_order[1:] != in_order[:-1]
    # Equal rows take the label of the first of them.
    first = np.flatnonzero(np.append(True, differs[1:])[: len(order)])
    labels[order] = np.repeat(labels[order[first]], np.diff(first, append=len(order)))
    return labels


def parts_of_others(sets: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """Find the sets that are true parts of others.

    Parameters
    ----------
    sets : sequence of sequence of int
        The labels of each set, without repeats; the largest sets come first.

    Yields
    ------
    part, whole : int
        Positions of a set and of the first set that has all of it and more. The whole is itself no
        part of another.
    """
    # For each label, the sets that have it, as bits: so no pairs of sets are compared.
    holders: dict[int, int] = {}
    for at, own in enumerate(sets):
        having_all = -1
        for label in own:
            having_all &= holders.get(label, 0)
            if not having_all:
                break
        first = (having_all & -having_all).bit_length() - 1
        if first >= 0 and len(sets[first]) > len(own):
            yield at, first
            continue
        for label in own:
            holders[label] = holders.get(label, 0) | 1 << at
