"""What predicates and rules say of one exposure: read directly, one value at a time.

It shares nothing with the readers of asnsolve but the nodes, and matches with Python's `re`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import assert_never

from asnsolve.expr.nodes import (
    AllOf,
    AnyOf,
    InRange,
    IsSet,
    Key,
    LinkedSky,
    Matches,
    Named,
    Not,
    OneOf,
    Predicate,
    Sources,
)
from asnsolve.rules.model import Cases, Clause, Rule

__all__ = ["Exposure", "admits", "holds", "leaves", "listed", "role_in", "takes", "value_of"]

Exposure = Mapping[str, str | None]

_FLAGS = re.IGNORECASE | re.ASCII | re.DOTALL


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, _FLAGS)


def value_of(sources: Sources, exposure: Exposure) -> str | None:
    """Return the value of the first source that is set."""
    for name in sources:
        value = exposure.get(name)
        if value is not None:
            return value
    return None


def inside(value: str, low: float | None, high: float | None) -> bool:
    """Tell whether a number is in a range: of two limits both are, and one alone is not."""
    number = float(value)
    if low is not None and high is not None:
        return low <= number <= high
    return number > low if low is not None else high is not None and number < high


def holds(predicate: Predicate, exposure: Exposure) -> bool:
    """Tell whether a predicate is true of an exposure."""
    match predicate:
        case IsSet(sources):
            return value_of(sources, exposure) is not None
        case OneOf(sources, values):
            return value_of(sources, exposure) in values
        case Matches(sources, pattern):
            value = value_of(sources, exposure)
            return value is not None and _compiled(pattern).fullmatch(value) is not None
        case InRange(sources, low, high):
            value = value_of(sources, exposure)
            return value is not None and inside(value, low, high)
        case Not(inner):
            return not holds(inner, exposure)
        case Named(_, inner):
            return holds(inner, exposure)
        case AllOf(parts):
            return all(holds(part, exposure) for part in parts)
        case AnyOf(parts):
            return any(holds(part, exposure) for part in parts)
        case _:
            assert_never(predicate)


def role_in(cases: Cases, exposure: Exposure) -> str:
    """Return the role that cases give: that of the first case that holds."""
    for predicate, role in cases.cases:
        if holds(predicate, exposure):
            return role
    return cases.otherwise


def _has_key(key: Key, role: str, exposure: Exposure) -> bool:
    """Tell whether an exposure has what a key asks of it alone: a value, if it is bound."""
    if key.optional or (key.roles is not None and role not in key.roles):
        return True
    if key.where is not None and not holds(key.where, exposure):
        return True
    if isinstance(key, LinkedSky):
        return all(exposure.get(name) is not None for name in key.sources)
    return value_of(key.sources, exposure) is not None


def admits(clause: Clause, rule: Rule, exposure: Exposure) -> bool:
    """Tell whether a clause of a rule lets an exposure in."""
    if clause.where is not None and not holds(clause.where, exposure):
        return False
    role = role_in(rule.member_roles, exposure)
    return clause.key is None or _has_key(clause.key, role, exposure)


def takes(rule: Rule, exposure: Exposure) -> str | None:
    """Return the role in which a rule takes an exposure; None if it does not."""
    if all(admits(clause, rule, exposure) for clause in rule.all_clauses):
        return role_in(rule.member_roles, exposure)
    return None


def leaves(predicate: Predicate) -> Iterator[IsSet | OneOf | Matches | InRange]:
    """Yield the tests in a predicate."""
    match predicate:
        case IsSet() | OneOf() | Matches() | InRange():
            yield predicate
        case Not(inner) | Named(_, inner):
            yield from leaves(inner)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case _:
            assert_never(predicate)


def listed(predicate: Predicate) -> Iterator[tuple[Sources, str]]:
    """Yield the values that a predicate lists outside of negations."""
    match predicate:
        case OneOf(sources, values):
            for value in values:
                yield sources, value
        case Named(_, inner):
            yield from listed(inner)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from listed(part)
        case _:
            return
