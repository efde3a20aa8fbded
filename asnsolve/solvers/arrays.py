"""Grouping on arrays of codes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["combine", "dense", "ranges", "spans", "starts_of"]

Ints = NDArray[np.int64]

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
    """
    combined = parts[0].astype(np.int64)
    widest = int(combined.max(initial=0))
    for part in parts[1:]:
        width = int(part.max(initial=0)) + 1
        if width == 1:
            continue
        if widest >= _WIDEST // width:
            combined = dense(combined)
            widest = int(combined.max(initial=0))
        combined = combined * width + part
        widest = widest * width + width - 1
    return dense(combined)


def dense(codes: Ints) -> Ints:
    """Give codes numbers from 0 without gaps, in their order."""
    if len(codes) == 0:
        return codes
    if (codes[1:] >= codes[:-1]).all():
        steps = np.zeros(len(codes), dtype=np.int64)
        np.cumsum(codes[1:] != codes[:-1], out=steps[1:])
        return steps
    least, most = int(codes.min()), int(codes.max())
    if most - least <= 4 * len(codes):
        present = np.zeros(most - least + 1, dtype=np.bool_)
        present[codes - least] = True
        number = np.cumsum(present, dtype=np.int64) - 1
        return number[codes - least]
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)


def spans(labels: Ints) -> tuple[Ints, Ints]:
    """Sort by label, keeping the order inside one, and find where each label begins.

    Returns
    -------
    order : ndarray of int64, shape (n,)
        Positions, label by label.
    starts : ndarray of int64, shape (number of labels,)
        Where each label begins in `order`.
    """
    if (labels[1:] >= labels[:-1]).all():
        return np.arange(len(labels), dtype=np.int64), starts_of(labels)
    order = np.argsort(labels, kind="stable").astype(np.int64)
    return order, starts_of(labels[order])


def starts_of(labels: Ints) -> Ints:
    """Find where each label begins, in labels of which equal ones stand together."""
    begins = np.ones(len(labels), dtype=np.bool_)
    begins[1:] = labels[1:] != labels[:-1]
    return np.flatnonzero(begins).astype(np.int64)


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
    shift = starts - (np.cumsum(sizes) - sizes)
    laid: Ints = np.arange(int(sizes.sum()), dtype=np.int64) + np.repeat(shift, sizes)
    return laid
