"""The ranges of numbers that the members of associations have for a key that compares them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.text_columns import Values
from asnsolve.pool.measures import number_texts
from asnsolve.pool.texts import Texts, sorted_codes
from asnsolve.solvers.arrays import Ints, combine, sizes_of, starts_of


def ranges_by_group(numbers: NDArray[np.float64], groups: Ints, count: int) -> Values:
    """Write the range of the numbers of each association.

    Parameters
    ----------
    numbers : ndarray of float64, shape (columns, m)
        Numbers of each member: one, or right ascension and declination; NaN where it has none.
    groups : ndarray of int64, shape (m,)
        Association of each member, ascending.
    count : int
        Number of associations, g.

    Returns
    -------
    Values
        With codes of shape (g,). The text is ``59812.25 to 59820``, or the only number; on the sky,
        the position of the member with the least declination, such as ``10.68 41.27``.
    """
    starts = starts_of(groups)
    if len(numbers) > 1:
        # Of equal declinations, the least right ascension.
        second = np.fmin.reduceat(numbers[1], starts)
        is_least = numbers[1] == np.repeat(second, sizes_of(starts, len(groups)))
        first = np.fmin.reduceat(np.where(is_least, numbers[0], np.nan), starts)
    else:
        first, second = (end.reduceat(numbers[0], starts) for end in (np.fmin, np.fmax))
    is_bound = ~np.isnan(first)
    codes = np.full(count, -1, dtype=np.int64)
    # Each distinct number is written once, and each distinct pair joined once.
    ends = np.concatenate([first[is_bound], second[is_bound]])
    distinct, which = np.unique(ends, return_inverse=True)
    pairs = which.reshape(2, -1).astype(np.int64)
    _, examples, pair_of = np.unique(combine([*pairs]), return_index=True, return_inverse=True)
    written = Texts(number_texts(distinct))
    one, other = (end[examples] for end in pairs)
    if len(numbers) > 1:
        seconds = Texts.joined([" ", written], len(written))
    else:
        # A range of one number is that number, so nothing is joined to it.
        seconds = Texts.joined([" to ", written], len(written))
        seconds = Texts.end_to_end([seconds, Texts.of([""])])
        other = np.where(one == other, len(written), other)
    texts = Texts.joined([written.take(one), seconds.take(other)], len(one))
    values, places = sorted_codes(texts.array)
    codes[groups[starts[is_bound]]] = places[pair_of]
    return Values(codes, Texts(values), texts=Texts(values))
