"""Grouping on arrays of codes: combinations to numbers, labels to spans, spans to positions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
"""Codes, positions, labels and counts: every module of solvers and associations says so."""

Mask = NDArray[np.bool_]
"""Which of some exposures, entries, members or associations."""

_WIDEST = 2**62


def combine(parts: Sequence[NDArray[np.integer]]) -> Ints:
    """Give a number to each distinct combination of several codes.

    Parameters
    ----------
    parts : sequence of ndarray of int, each of shape (n,)
        Codes, none negative; at least one array.

    Returns
    -------
    ndarray of int64, shape (n,)
        Dense numbers from 0, in the lexicographic order of the combinations.

    Examples
    --------
    >>> import numpy as np
    >>> combine([np.array([1, 0, 1]), np.array([5, 9, 5])]).tolist()
    [1, 0, 1]
    """
    # Mixed radix: each part is one digit, and its width the number of its values.
    combined = parts[0].astype(np.int64)
    widest = int(combined.max(initial=0))
    for part in parts[1:]:
        width = int(part.max(initial=0)) + 1
        if width == 1:
            continue
        if widest >= _WIDEST // width:
            # The next digit could overflow 63 bits: dense numbers are below n, in the same order.
            combined = dense(combined)
            widest = int(combined.max())
        combined *= width
        combined += part
        widest = widest * width + width - 1
    return dense(combined)


def dense(codes: Ints) -> Ints:
    """Give codes numbers from 0 without gaps, in their order.

    Parameters
    ----------
    codes : ndarray of int64, shape (n,)
        Any numbers.

    Returns
    -------
    ndarray of int64, shape (n,)
    """
    if (codes[1:] >= codes[:-1]).all():
        # Ascending already: a code is the number of steps before it.
        numbers = np.zeros(len(codes), dtype=np.int64)
        np.cumsum(codes[1:] != codes[:-1], out=numbers[1:])
        return numbers
    least, most = int(codes.min()), int(codes.max())
    if most - least <= 4 * len(codes):
        # Few gaps: a table of all numbers between takes less time than sorting.
        present = np.zeros(most - least + 1, dtype=np.bool_)
        present[codes - least] = True
        number = np.cumsum(present, dtype=np.int64) - 1
        return number[codes - least]
    order = stable_order(codes)
    ordered = codes[order]
    numbers = np.empty(len(codes), dtype=np.int64)
    numbers[order] = np.cumsum(np.diff(ordered, prepend=ordered[:1]) != 0)
    return numbers


def distinct(codes: Ints) -> Ints:
    """Sort the distinct numbers of an array.

    Parameters
    ----------
    codes : ndarray of int64, shape (n,)
        Any numbers.

    Returns
    -------
    ndarray of int64, shape (number of distinct codes,)
    """
    # Sorting integers takes half the time of the hash table that numpy.unique makes.
    ordered = np.sort(codes)
    return ordered[starts_of(ordered)]


def spans(labels: Ints) -> tuple[Ints, Ints]:
    """Sort positions by label, keeping their order within a label.

    Parameters
    ----------
    labels : ndarray of int64, shape (n,)
        A label of each position.

    Returns
    -------
    order : ndarray of int64, shape (n,)
        Positions, label by label.
    starts : ndarray of int64, shape (number of labels,)
        Where each label begins in `order`.
    """
    if (labels[1:] >= labels[:-1]).all():
        return np.arange(len(labels), dtype=np.int64), starts_of(labels)
    order = stable_order(labels)
    return order, starts_of(labels[order])


def stable_order(*keys: NDArray[np.integer]) -> Ints:
    """Sort positions by keys, keeping their order where all keys are equal.

    Parameters
    ----------
    *keys : ndarray of int, each of shape (n,)
        Numbers to sort by, the most significant first (`numpy.lexsort` takes it last).

    Returns
    -------
    ndarray of int64, shape (n,)

    Examples
    --------
    >>> import numpy as np
    >>> stable_order(np.array([1, 0, 1]), np.array([5, 9, 4])).tolist()
    [1, 2, 0]
    """
    count = len(keys[0])
    widths = [int(key.max(initial=0)) - int(key.min(initial=0)) + 1 for key in keys]
    if math.prod(widths) * count > _WIDEST:
        return np.asarray(np.lexsort(keys[::-1]), dtype=np.int64)
    # One number holds all keys and the position in its last digit, so that a plain sort, which is
    # several times as fast as a sort of positions, yields the positions too.
    packed = np.zeros(count, dtype=np.int64)
    for key, width in zip(keys, widths, strict=True):
        packed *= width
        packed += key
    packed *= count
    packed += np.arange(count, dtype=np.int64)
    packed.sort()
    packed %= count
    return packed


def starts_of(labels: Ints) -> Ints:
    """Find where each label begins.

    Parameters
    ----------
    labels : ndarray of int64, shape (n,)
        Labels of which equal ones are next to each other.

    Returns
    -------
    ndarray of int64, shape (number of labels,)
    """
    begins = np.ones(len(labels), dtype=np.bool_)
    np.not_equal(labels[1:], labels[:-1], out=begins[1:])
    return np.asarray(begins.nonzero()[0], dtype=np.int64)


def sizes_of(starts: Ints, total: int) -> Ints:
    """Count how many positions each span has.

    Parameters
    ----------
    starts : ndarray of int64, shape (g,)
        Where each span begins; one ends where the next begins.
    total : int
        Where the last one ends.

    Returns
    -------
    ndarray of int64, shape (g,)

    Examples
    --------
    >>> import numpy as np
    >>> sizes_of(np.array([0, 2, 3]), 7).tolist()
    [2, 1, 4]
    """
    ends = np.empty_like(starts)
    ends[:-1] = starts[1:]
    ends[-1:] = total
    ends -= starts
    return ends


def places_in_spans(starts: Ints, total: int) -> Ints:
    """Count positions from 0 within each span.

    Parameters
    ----------
    starts : ndarray of int64, shape (g,)
        Where each span begins; one ends where the next begins.
    total : int
        Where the last one ends.

    Returns
    -------
    ndarray of int64, shape (total,)

    Examples
    --------
    >>> import numpy as np
    >>> places_in_spans(np.array([0, 2, 3]), 5).tolist()
    [0, 1, 0, 0, 1]
    """
    numbers: Ints = np.arange(total, dtype=np.int64)
    numbers -= np.repeat(starts, sizes_of(starts, total))
    return numbers


def ranges(starts: Ints, sizes: Ints) -> Ints:
    """Lay ranges of numbers end to end.

    Parameters
    ----------
    starts, sizes : ndarray of int64, shape (g,)
        First number of each range, and how many it has.

    Returns
    -------
    ndarray of int64, shape (sum of sizes,)

    Examples
    --------
    >>> import numpy as np
    >>> ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    # What has to be added to a running count so that each range begins at its own start.
    shift = starts - (np.cumsum(sizes) - sizes)
    numbers: Ints = np.arange(int(sizes.sum()), dtype=np.int64)
    numbers += np.repeat(shift, sizes)
    return numbers
