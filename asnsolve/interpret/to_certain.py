"""Read predicates with some attributes known: what is certain whatever the others are.

The three outcomes are ordered: never < undecided < always. "And" is then the least of its parts,
"or" the greatest, and "not" turns the order round.
"""

from __future__ import annotations

from functools import reduce
from typing import Final, assert_never

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.nodes import AllOf, AnyOf, IsSet, Matches, Named, Not, OneOf, Predicate
from asnsolve.interpret.to_mask import Columns, to_mask

_NEVER: Final = 0
_UNDECIDED: Final = 1
_ALWAYS: Final = 2


def never(predicate: Predicate, attributes: frozenset[str], columns: Columns) -> NDArray[np.bool_]:
    """Tell which exposures cannot satisfy a predicate because of some attributes alone.

    Parameters
    ----------
    predicate : Predicate
        The predicate.
    attributes : frozenset of str
        The attributes whose values are known.
    columns : Columns
        The exposures, n of them.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    is_never: NDArray[np.bool_] = _read(predicate, attributes, columns) == _NEVER
    return is_never


def _read(predicate: Predicate, attributes: frozenset[str], columns: Columns) -> NDArray[np.int8]:
    """Return the outcome for each exposure, shape (n,)."""
    match predicate:
        case IsSet(sources) | OneOf(sources, _) | Matches(sources, _):
            # Of several sources an unknown one may decide.
            if not attributes.issuperset(sources):
                return np.full(len(columns), _UNDECIDED, dtype=np.int8)
            return np.where(to_mask(predicate, columns), np.int8(_ALWAYS), np.int8(_NEVER))
        case Not(inner):
            return _ALWAYS - _read(inner, attributes, columns)
        case Named(_, inner):
            return _read(inner, attributes, columns)
        case AllOf(parts):
            everyone = np.full(len(columns), _ALWAYS, dtype=np.int8)
            outcomes = (_read(part, attributes, columns) for part in parts)
            return reduce(np.minimum, outcomes, everyone)
        case AnyOf(parts):
            nobody = np.full(len(columns), _NEVER, dtype=np.int8)
            outcomes = (_read(part, attributes, columns) for part in parts)
            return reduce(np.maximum, outcomes, nobody)
        case _:
            assert_never(predicate)
