"""Weaken predicates to what some attributes alone decide."""

from __future__ import annotations

from typing import assert_never

from asnsolve.expr.fold import fold
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
)


def possible(predicate: Predicate, attributes: frozenset[str]) -> Predicate:
    """Say when a predicate may hold, if only some attributes of an exposure are known.

    Parameters
    ----------
    predicate : Predicate
        The predicate.
    attributes : frozenset of str
        The attributes whose values are known.

    Returns
    -------
    Predicate
        A folded predicate that tests these attributes only. Where it does not hold, neither does
        `predicate`, whatever the other attributes are.
    """
    return fold(_with_outcome(predicate, attributes, outcome=True))


def _with_outcome(predicate: Predicate, attributes: frozenset[str], *, outcome: bool) -> Predicate:
    """Put one outcome in the place of the tests that look at other attributes."""
    match predicate:
        case IsSet(sources) | OneOf(sources) | Matches(sources) | InRange(sources):
            # Of several sources an unknown one may decide.
            if attributes.issuperset(sources):
                return predicate
            return AllOf(()) if outcome else AnyOf(())
        case Not(inner):
            # A negation may hold where its part may fail.
            return Not(_with_outcome(inner, attributes, outcome=not outcome))
        case Named(_, inner):
            return _with_outcome(inner, attributes, outcome=outcome)
        case AllOf(parts):
            return AllOf(tuple(_with_outcome(part, attributes, outcome=outcome) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_with_outcome(part, attributes, outcome=outcome) for part in parts))
        case _:
            assert_never(predicate)
