"""Constructors of the language: they put words in order and refuse nonsense.

Rules are written with these functions, never with the nodes themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from asnsolve.errors import ExpressionError, Problem
from asnsolve.expr.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    Distinct,
    IsSet,
    Matches,
    Named,
    Not,
    OneOf,
    Predicate,
    Same,
    Sources,
    Within,
)
from asnsolve.expr.value_tests import whole_match
from asnsolve.pool.columns import NULL_WORDS

__all__ = [
    "all_of",
    "any_of",
    "at_least",
    "distinct",
    "is_set",
    "matches",
    "named",
    "not_",
    "one_of",
    "same",
    "within",
]

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_WORDS = re.compile(r"[a-z0-9-]+( [a-z0-9-]+)*")


def is_set(*sources: str) -> IsSet:
    """Say that one of the attributes has a value."""
    return IsSet(_sources(sources))


def one_of(sources: str | Iterable[str], *values: str) -> OneOf:
    """Say that the value is one of `values`.

    Parameters
    ----------
    sources : str or iterable of str
        Attribute, or attributes of which the first that is set gives the value.
    *values : str
        Admitted values, in any letter case.

    Raises
    ------
    ExpressionError
        If no value is given, or one that a pool cannot hold: a null word is read as "not set".
    """
    names = _sources(sources)
    if not values:
        raise _nonsense(f"one_of({names[0]}) admits no value", "at least one value")
    words = tuple(sorted({_text(value).strip().lower() for value in values}))
    for word in words:
        if word in NULL_WORDS:
            raise _nonsense(
                f"one_of({names[0]}) admits {word!r}, which a pool reads as 'not set'",
                "a value",
                "Say not_(is_set(...)) for an attribute without a value.",
            )
    return OneOf(names, words)


def matches(sources: str | Iterable[str], pattern: str) -> Matches:
    """Say that the whole value matches a regular expression, whatever its letter case.

    Raises
    ------
    ExpressionError
        If `pattern` is not a regular expression.
    """
    names = _sources(sources)
    try:
        whole_match(_text(pattern))
    except (re.error, OverflowError) as error:
        raise _nonsense(
            f"pattern {pattern!r} for {names[0]} cannot be compiled: {error}",
            "a regular expression",
        ) from error
    return Matches(names, pattern)


def not_(predicate: Predicate) -> Predicate:
    """Say that `predicate` does not hold."""
    return predicate.predicate if isinstance(predicate, Not) else Not(_predicate(predicate))


def all_of(*predicates: Predicate) -> Predicate:
    """Say that every predicate holds; one alone is returned as it is."""
    parts = tuple(map(_predicate, predicates))
    return parts[0] if len(parts) == 1 else AllOf(parts)


def any_of(*predicates: Predicate) -> Predicate:
    """Say that at least one predicate holds; one alone is returned as it is."""
    parts = tuple(map(_predicate, predicates))
    return parts[0] if len(parts) == 1 else AnyOf(parts)


def named(name: str, predicate: Predicate) -> Named:
    """Give a predicate a name: what an exposure is that satisfies it, as ``a time series``."""
    words = _text(name)
    if not _WORDS.fullmatch(words):
        raise _nonsense(f"{name!r} is not a name of a predicate", "lower-case words")
    return Named(words, _predicate(predicate))


def same(
    *sources: str,
    roles: str | Iterable[str] | None = None,
    optional: bool = False,
    where: Predicate | None = None,
    open_values: str | Iterable[str] = (),
    instead: tuple[Predicate, str | Iterable[str]] | None = None,
) -> Same:
    """Say that all members (of `roles`, if given) share one value.

    Parameters
    ----------
    *sources : str
        Attributes of which the first that is set gives the value.
    roles : str or iterable of str, optional
        Role or roles bound; members of another role may stand beside any value.
    optional : bool
        Whether a bound exposure may have no value; it may then stand beside any value.
    where : Predicate, optional
        What an exposure satisfies to be bound; others may stand beside any value.
    open_values : str or iterable of str
        Values that stand beside any other.
    instead : tuple of (Predicate, str or iterable of str), optional
        Exposures that satisfy the predicate take their value from these attributes instead.
    """
    names = _sources(sources)
    bound = None if roles is None else tuple(sorted({_role(role) for role in _several(roles)}))
    if bound == ():
        raise _nonsense(f"same({', '.join(names)}) binds no role", "roles, or None for all")
    values = tuple(sorted({_text(value).strip().lower() for value in _several(open_values)}))
    other = None if instead is None else (_predicate(instead[0]), _sources(instead[1]))
    return Same(names, bound, optional, where and _predicate(where), values, other)


def at_least(count: int, role: str | None = None) -> AtLeast:
    """Say that at least `count` members have the role, or that there are so many members at all."""
    if count < 1:
        raise _nonsense(f"at_least({count}, {role!r}) is always true", "a count of 1 or more")
    return AtLeast(count, None if role is None else _role(role))


def distinct(count: int, *sources: str) -> Distinct:
    """Say that the members take at least `count` different values."""
    names = _sources(sources)
    if count < 2:
        raise _nonsense(f"distinct({count}, {names[0]}) says nothing", "a count of 2 or more")
    return Distinct(count, names)


def within(candidate_types: str | Iterable[str], need: AtLeast | Distinct) -> Within:
    """Say that a need is to be met in candidates of these types."""
    types = tuple(sorted({_word(each, "a type", "mosaic") for each in _several(candidate_types)}))
    if not types:
        raise _nonsense("within() names no type of candidate", "at least one type")
    return Within(types, need)


def _sources(sources: str | Iterable[str]) -> Sources:
    names = tuple(_text(name).strip().lower() for name in _several(sources))
    if not names:
        raise _nonsense("an expression names no attribute", "at least one attribute")
    for name in names:
        if not _NAME.fullmatch(name):
            raise _nonsense(f"{name!r} is not a name of an attribute", "a column name of a pool")
    if len(set(names)) < len(names):
        raise _nonsense(f"{', '.join(names)} names an attribute twice", "each attribute once")
    return names


def _role(role: str) -> str:
    return _word(role, "a role", "science")


def _word(given: str, kind: str, example: str) -> str:
    word = _text(given).strip().lower()
    if not _NAME.fullmatch(word):
        raise _nonsense(f"{given!r} is not a name of {kind}", f"one word, as {example!r}")
    return word


def _several(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _text(given: object) -> str:
    if not isinstance(given, str):
        advice = "Put a star before a list of words."
        raise _nonsense(f"{given!r} is not text", "a word", advice)
    return given


def _predicate(predicate: object) -> Predicate:
    if not isinstance(predicate, Predicate):
        raise _nonsense(f"{predicate!r} says nothing of one exposure", "a predicate")
    return predicate


def _nonsense(what: str, expected: str, advice: str = "") -> ExpressionError:
    return ExpressionError(Problem(what, expected=expected, advice=advice))
