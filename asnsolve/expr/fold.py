"""Simplify predicates without changing their meaning, and list what they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import and_, or_
from typing import assert_never

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
    Sources,
)
from asnsolve.expr.values import ValueSet, value_set

Test = IsSet | OneOf | Matches | InRange
"""A leaf of a predicate: it looks at the value of one attribute."""


def fold(predicate: Predicate) -> Predicate:
    """Simplify a predicate: flat, with negations pushed to the leaves.

    Neighbouring tests of one attribute are merged into one. Named predicates are kept as they are.

    Parameters
    ----------
    predicate : Predicate
        The predicate.

    Returns
    -------
    Predicate
        An equivalent one; ``AllOf(())`` if it always holds, ``AnyOf(())`` if it never does.
    """
    return _fold(predicate, negate=False)


def _fold(predicate: Predicate, *, negate: bool) -> Predicate:
    match predicate:
        case IsSet() | OneOf() | Matches() | InRange() | Named():
            # A name is a leaf here, because messages show the name and not the predicate.
            return Not(predicate) if negate else predicate
        case Not(inner):
            return _fold(inner, negate=not negate)
        case AllOf(parts):
            # De Morgan: the negation of a conjunction is a disjunction of negations.
            return _join(parts, AnyOf if negate else AllOf, negate=negate)
        case AnyOf(parts):
            return _join(parts, AllOf if negate else AnyOf, negate=negate)
        case _:
            assert_never(predicate)


def _join(
    parts: tuple[Predicate, ...], family: type[AllOf] | type[AnyOf], *, negate: bool
) -> Predicate:
    """Fold parts and join them into one `AllOf` or `AnyOf` without nesting or repetition."""
    # One part that never holds decides an `AllOf`, one that always holds an `AnyOf`.
    absorbing: Predicate = AnyOf(()) if family is AllOf else AllOf(())
    # A dict instead of a set: it keeps the order in which a rule says things.
    flat: dict[Predicate, None] = {}
    for part in parts:
        folded = _fold(part, negate=negate)
        if folded == absorbing:
            return absorbing
        flat |= dict.fromkeys(folded.predicates if isinstance(folded, family) else (folded,))
    merged = _merge(tuple(flat), family)
    if absorbing in merged:
        return absorbing
    return merged[0] if len(merged) == 1 else family(merged)


def _merge(
    parts: tuple[Predicate, ...], family: type[AllOf] | type[AnyOf]
) -> tuple[Predicate, ...]:
    """Merge the parts that test the same sources, each at the place of the first of them."""
    sets: dict[Sources, list[ValueSet]] = {}
    places: list[Predicate | Sources] = []
    for part in parts:
        admitted = value_set(part)
        if admitted is None:
            places.append(part)
            continue
        sources, values = admitted
        if sources not in sets:
            places.append(sources)
        sets.setdefault(sources, []).append(values)
    merged: dict[Predicate, None] = {}
    for place in places:
        if not isinstance(place, tuple):
            merged[place] = None
            continue
        joined = reduce(and_ if family is AllOf else or_, sets[place]).predicate(place)
        merged |= dict.fromkeys(joined.predicates if isinstance(joined, family) else (joined,))
    return tuple(merged)


def conjuncts(predicate: Predicate) -> tuple[Predicate, ...]:
    """Split a predicate into parts that must all hold.

    Parameters
    ----------
    predicate : Predicate
        The predicate.

    Returns
    -------
    tuple of Predicate
        The parts, folded; none of them is an `AllOf`.
    """
    folded = fold(predicate)
    return folded.predicates if isinstance(folded, AllOf) else (folded,)


def attributes(predicate: Predicate) -> frozenset[str]:
    """List the attributes that a predicate looks at.

    Parameters
    ----------
    predicate : Predicate
        The predicate.

    Returns
    -------
    frozenset of str
        Names of the attributes.
    """
    match predicate:
        case IsSet(sources) | OneOf(sources) | Matches(sources) | InRange(sources):
            return frozenset(sources)
        case Not(inner) | Named(_, inner):
            return attributes(inner)
        case AllOf(parts) | AnyOf(parts):
            return frozenset().union(*map(attributes, parts))
        case _:
            assert_never(predicate)


def names(predicate: Predicate) -> dict[str, Predicate]:
    """List the named predicates inside a predicate, at any depth.

    Parameters
    ----------
    predicate : Predicate
        The predicate.

    Returns
    -------
    dict of str to Predicate
        The meaning of each name.
    """
    match predicate:
        case IsSet() | OneOf() | Matches() | InRange():
            return {}
        case Not(inner):
            return names(inner)
        case Named(name, inner):
            return {name: inner, **names(inner)}
        case AllOf(parts) | AnyOf(parts):
            return {name: meaning for part in parts for name, meaning in names(part).items()}
        case _:
            assert_never(predicate)


def tests(predicates: Iterable[Predicate]) -> Iterator[Test]:
    """List the tests that predicates are made of.

    Parameters
    ----------
    predicates : iterable of Predicate
        The predicates.

    Yields
    ------
    IsSet, OneOf, Matches or InRange
        Their leaves; equal ones may come several times.
    """
    for predicate in predicates:
        match predicate:
            case IsSet() | OneOf() | Matches() | InRange():
                yield predicate
            case Not(inner) | Named(_, inner):
                yield from tests([inner])
            case AllOf(parts) | AnyOf(parts):
                yield from tests(parts)
            case _:
                assert_never(predicate)
