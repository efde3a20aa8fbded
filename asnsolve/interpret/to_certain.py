"""Read predicates with one attribute known: what is certain, whatever the others are."""

from __future__ import annotations

from functools import reduce
from typing import Final, assert_never

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.nodes import AllOf, AnyOf, IsSet, Matches, Named, Not, OneOf, Predicate
from asnsolve.interpret.to_mask import Columns, to_mask

__all__ = ["never"]

_NEVER: Final = 0
_UNDECIDED: Final = 1
_ALWAYS: Final = 2


def never(predicate: Predicate, attribute: str, columns: Columns) -> NDArray[np.bool_]:
    """Tell which exposures cannot satisfy a predicate, by one attribute alone.

    Parameters
    ----------
    predicate : Predicate
        What is asked of each exposure.
    attribute : str
        The attribute whose value is looked at.
    columns : Columns
        The exposures, n of them.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    told: NDArray[np.bool_] = _read(predicate, attribute, columns) == _NEVER
    return told


def _read(predicate: Predicate, attribute: str, columns: Columns) -> NDArray[np.int8]:
    match predicate:
        case IsSet(sources) | OneOf(sources, _) | Matches(sources, _):
            if sources != (attribute,):
                return np.full(len(columns), _UNDECIDED, dtype=np.int8)
            return np.where(to_mask(predicate, columns), np.int8(_ALWAYS), np.int8(_NEVER))
        case Not(inner):
            return _ALWAYS - _read(inner, attribute, columns)
        case Named(_, inner):
            return _read(inner, attribute, columns)
        case AllOf(parts):
            whole = np.full(len(columns), _ALWAYS, dtype=np.int8)
            read = (_read(part, attribute, columns) for part in parts)
            return reduce(np.minimum, read, whole)
        case AnyOf(parts):
            whole = np.full(len(columns), _NEVER, dtype=np.int8)
            read = (_read(part, attribute, columns) for part in parts)
            return reduce(np.maximum, read, whole)
        case _:
            assert_never(predicate)
