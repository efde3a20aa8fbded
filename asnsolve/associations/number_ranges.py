"""The ranges of numbers that the members of associations have for a key that compares them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.text_columns import Values
from asnsolve.pool.measures import number_texts
from asnsolve.solvers.arrays import Ints, combine


def ranges_by_group(numbers: NDArray[np.float64], groups: Ints, count: int) -> Values:
    """Write the range of the numbers of each association.

    Parameters
    ----------
    numbers : ndarray of float64, shape (columns, m)
        Numbers of each member: one, or right ascension and declination; NaN where it has none.
    groups : ndarray of int64, shape (m,)
        Association of each member.
    count : int
        Number of associations, g.

    Returns
    -------
    Values
        With codes of shape (g,). The text is ``59812.25 to 59820``, or the only number; on the sky,
        the position of the member with the least declination, as ``10.68 41.27``.
    """
    bound = np.flatnonzero(~np.isnan(numbers[0]))
    codes = np.full(count, -1, dtype=np.int64)
    if not len(bound):
        return Values(codes, ())
    order = bound[np.lexsort((*numbers[:, bound], groups[bound]))]
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    first, last = order[starts], order[np.append(starts[1:], len(order)) - 1]
    is_position = len(numbers) > 1
    # Each distinct number is written once.
    distinct, which = np.unique(
        np.concatenate([numbers[0, first], numbers[1, first] if is_position else numbers[0, last]]),
        return_inverse=True,
    )
    written = number_texts(distinct).to_pylist()
    ends = which.reshape(2, -1).astype(np.int64)
    _, examples, pair_of = np.unique(combine([*ends]), return_index=True, return_inverse=True)
    between = " " if is_position else " to "
    texts = [
        written[one]
        if one == other and not is_position
        else written[one] + between + written[other]
        for one, other in zip(*ends[:, examples].tolist(), strict=True)
    ]
    values = sorted(set(texts))
    rank = {text: place for place, text in enumerate(values)}
    places = np.array([rank[text] for text in texts], dtype=np.int64)
    codes[groups[first]] = places[pair_of]
    return Values(codes, tuple(values))
