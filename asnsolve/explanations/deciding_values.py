"""Which attributes decide that an exposure satisfies a predicate, or what it offers for a key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from asnsolve.expr.fold import attributes
from asnsolve.expr.nodes import (
    AllOf,
    AnyOf,
    InRange,
    IsSet,
    Matches,
    Named,
    Not,
    OneOf,
    Predicate,
    Same,
    Sources,
)
from asnsolve.interpret.to_csp import Exposure, admits


def supporting_values(predicate: Predicate, exposure: Exposure) -> tuple[tuple[str, str], ...]:
    """Return the values by which an exposure satisfies a predicate.

    Parameters
    ----------
    predicate : Predicate
        A predicate that it satisfies.
    exposure : mapping of str to str or None
        Values of the exposure.

    Returns
    -------
    tuple of (str, str)
        Attributes with their values. PNTGTYPE science, which almost all have, is left out if there
        are others.
    """
    pairs = tuple(dict.fromkeys(_supporting(predicate, exposure)))
    return tuple(pair for pair in pairs if pair != ("pntgtype", "science")) or pairs


def _supporting(predicate: Predicate, exposure: Exposure) -> Iterator[tuple[str, str]]:
    """Find the values by which an exposure satisfies a predicate; those not set are left out."""
    match predicate:
        case IsSet(sources) | OneOf(sources) | Matches(sources) | InRange(sources):
            attribute = source_of(sources, exposure)
            if attribute is not None:
                yield attribute, exposure[attribute] or ""
        case Named(_, inner):
            yield from _supporting(inner, exposure)
        case AllOf(parts):
            for part in parts:
                yield from _supporting(part, exposure)
        case AnyOf(parts):
            # The simplest of the parts that hold says why.
            holding = [[*_supporting(part, exposure)] for part in parts if admits(part, exposure)]
            yield from min(filter(None, holding), key=len, default=[])
        case Not():
            return
        case _:
            assert_never(predicate)


def source_of(sources: Sources, exposure: Exposure) -> str | None:
    """Return the first attribute that is set.

    Parameters
    ----------
    sources : tuple of str
        Attributes, the most important first.
    exposure : mapping of str to str or None
        Values of an exposure.

    Returns
    -------
    str or None
        None if none is set.
    """
    return next((name for name in sources if exposure.get(name) is not None), None)


def sources_for(key: Same, exposure: Exposure) -> Sources:
    """Return the attributes from which an exposure takes its value of a key.

    Parameters
    ----------
    key : Same
        The key.
    exposure : mapping of str to str or None
        Values of the exposure, of all `key_attributes`.

    Returns
    -------
    tuple of str
    """
    if key.instead is not None and admits(key.instead[0], exposure):
        return key.instead[1]
    return key.sources


def key_attributes(key: Same) -> frozenset[str]:
    """Return the attributes that decide what an exposure offers for a key, but its role.

    Parameters
    ----------
    key : Same
        The key.

    Returns
    -------
    frozenset of str
    """
    instead = () if key.instead is None else (*attributes(key.instead[0]), *key.instead[1])
    where = attributes(key.where) if key.where is not None else ()
    return frozenset((*key.sources, *instead, *where))
