"""The part of a predicate that an exposure does not meet, to be said in few words."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from asnsolve.expr.fold import attributes, fold
from asnsolve.expr.nodes import AllOf, AnyOf, Predicate


def unmet(
    predicate: Predicate, holds: Callable[[Predicate], bool], fixed: Collection[str]
) -> Predicate:
    """Leave out of a predicate what an exposure meets, and ways to meet it that it cannot take.

    Parameters
    ----------
    predicate : Predicate
        A predicate that the exposure does not satisfy.
    holds : callable
        Tells whether the exposure satisfies a predicate.
    fixed : collection of str
        Attributes that say what the exposure is. An alternative that would change these is left out
        if there is another one: no exposure can become one of another type.

    Returns
    -------
    Predicate
        One that the exposure does not satisfy either.

    Examples
    --------
    For an exposure with a filter, ``filter is set and (it is a lamp or grating is set)`` becomes
    ``grating is set``.
    """
    return fold(_unmet(fold(predicate), holds, frozenset(fixed)))


def _unmet(
    predicate: Predicate, holds: Callable[[Predicate], bool], fixed: frozenset[str]
) -> Predicate:
    reduced = partial(_unmet, holds=holds, fixed=fixed)
    match predicate:
        case AllOf(parts):
            return AllOf(tuple(reduced(part) for part in parts if not holds(part)))
        case AnyOf(parts):
            ways = tuple(map(reduced, parts))
            return AnyOf(tuple(way for way in ways if _is_open(way, fixed)) or ways)
        case _:
            return predicate


def _is_open(way: Predicate, fixed: frozenset[str]) -> bool:
    """Tell whether an exposure could meet a predicate without becoming another one."""
    match way:
        case AllOf(parts):
            return all(_is_open(part, fixed) for part in parts)
        case AnyOf(parts):
            return any(_is_open(part, fixed) for part in parts)
        case _:
            return not fixed.issuperset(attributes(way))
