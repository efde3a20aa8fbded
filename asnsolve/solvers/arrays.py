"""Grouping on arrays of codes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["combine", "spans"]

_WIDEST = 2**62


def combine(parts: Sequence[NDArray[np.integer]]) -> NDArray[np.int64]:
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
    for part in parts[1:]:
        width = int(part.max(initial=0)) + 1
        if int(combined.max(initial=0)) >= _WIDEST // width:
            combined = _dense(combined)
        combined = combined * width + part
    return _dense(combined)


def spans(labels: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sort by label, keeping the order inside one, and find where each label begins.

    Returns
    -------
    order : ndarray of int64, shape (n,)
        Positions, label by label.
    starts : ndarray of int64, shape (number of labels,)
        Where each label begins in `order`.
    """
    order = np.argsort(labels, kind="stable").astype(np.int64)
    ordered = labels[order]
    begins = np.ones(len(labels), dtype=np.bool_)
    begins[1:] = ordered[1:] != ordered[:-1]
    return order, np.flatnonzero(begins).astype(np.int64)


def _dense(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)
