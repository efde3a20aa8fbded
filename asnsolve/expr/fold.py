"""Simplify predicates without changing what they say, and list what they look at."""

from __future__ import annotations

from typing import assert_never

from asnsolve.expr.nodes import AllOf, AnyOf, IsSet, Matches, Not, OneOf, Predicate

__all__ = ["attributes", "conjuncts", "fold"]


def fold(predicate: Predicate) -> Predicate:
    """Return an equivalent predicate: flat, without repetition, negation pushed to the leaves.

    An `AllOf` with nothing in it is always true, an `AnyOf` with nothing in it never.
    """
    return _fold(predicate, negate=False)


def _fold(predicate: Predicate, *, negate: bool) -> Predicate:
    match predicate:
        case IsSet() | OneOf() | Matches():
            return Not(predicate) if negate else predicate
        case Not(inner):
            return _fold(inner, negate=not negate)
        case AllOf(parts):
            return _join(parts, AnyOf if negate else AllOf, negate=negate)
        case AnyOf(parts):
            return _join(parts, AllOf if negate else AnyOf, negate=negate)
        case _:
            assert_never(predicate)


def _join(
    parts: tuple[Predicate, ...], family: type[AllOf] | type[AnyOf], *, negate: bool
) -> Predicate:
    absorbing: Predicate = AnyOf(()) if family is AllOf else AllOf(())
    flat: dict[Predicate, None] = {}
    for part in parts:
        folded = _fold(part, negate=negate)
        if folded == absorbing:
            return absorbing
        flat |= dict.fromkeys(folded.predicates if isinstance(folded, family) else (folded,))
    return next(iter(flat)) if len(flat) == 1 else family(tuple(flat))


def conjuncts(predicate: Predicate) -> tuple[Predicate, ...]:
    """Return the predicates that must all hold for `predicate` to hold."""
    folded = fold(predicate)
    return folded.predicates if isinstance(folded, AllOf) else (folded,)


def attributes(predicate: Predicate) -> frozenset[str]:
    """Return the attributes that `predicate` looks at."""
    match predicate:
        case IsSet(sources) | OneOf(sources, _) | Matches(sources, _):
            return frozenset(sources)
        case Not(inner):
            return attributes(inner)
        case AllOf(parts) | AnyOf(parts):
            return frozenset().union(*map(attributes, parts))
        case _:
            assert_never(predicate)
