"""Constructors of the rule language: they normalise their arguments and refuse nonsense.

Rules are written with these functions, never with the nodes themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from asnsolve.errors import ExpressionError
from asnsolve.expr.arguments import (
    as_predicate,
    as_text,
    as_tuple,
    nonsense,
    role_name,
    role_names,
    source_names,
    whole_number,
    word,
)
from asnsolve.expr.build_measured import above, below, between, linked, linked_sky, spread
from asnsolve.expr.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Distinct,
    Exactly,
    IsSet,
    Matches,
    Named,
    Not,
    OneOf,
    PlainNeed,
    Predicate,
    Same,
    Sources,
    Within,
)
from asnsolve.expr.value_tests import whole_match
from asnsolve.pool.columns import NULL_WORDS
from asnsolve.shown_values import shown

# Rule files import all constructors from here.
__all__ = [
    "above",
    "all_of",
    "any_of",
    "at_least",
    "at_most",
    "below",
    "between",
    "distinct",
    "exactly",
    "is_set",
    "linked",
    "linked_sky",
    "matches",
    "named",
    "not_",
    "one_of",
    "same",
    "spread",
    "within",
]

_PLAIN_NEEDS: Final = "at_least, at_most, exactly or distinct"
_WORDS = re.compile(r"[a-z0-9-]+( [a-z0-9-]+)*")


def is_set(*sources: str) -> IsSet:
    """Say that at least one of the attributes has a value.

    Parameters
    ----------
    *sources : str
        Attributes.

    Returns
    -------
    IsSet
        The predicate.
    """
    return IsSet(source_names(sources))


def one_of(sources: str | Iterable[str], *values: str) -> OneOf:
    """Say that the value is one of `values`.

    Parameters
    ----------
    sources : str or iterable of str
        Attribute, or attributes of which the first that is set gives the value.
    *values : str
        Admitted values, in any letter case.

    Returns
    -------
    OneOf
        The predicate.

    Raises
    ------
    ExpressionError
        If no value is given, or one that a pool cannot hold: a null word is read as "not set".
    """
    names = source_names(sources)
    if not values:
        raise nonsense(f"one_of({names[0]}) admits no value", "at least one value")
    # Sorted and without repetitions, so that equal predicates are equal values.
    admitted = tuple(sorted({as_text(value).strip().lower() for value in values}))
    for value in admitted:
        if value in NULL_WORDS:
            raise nonsense(
                f"one_of({names[0]}) admits {value!r}, which a pool reads as 'not set'",
                "a value",
                "Say not_(is_set(...)) for an attribute without a value.",
            )
    return OneOf(names, admitted)


def matches(sources: str | Iterable[str], pattern: str) -> Matches:
    """Say that the whole value matches a regular expression, whatever its letter case.

    Parameters
    ----------
    sources : str or iterable of str
        Attribute, or attributes of which the first that is set gives the value.
    pattern : str
        The regular expression.

    Returns
    -------
    Matches
        The predicate.

    Raises
    ------
    ExpressionError
        If `pattern` is not a regular expression, or one that asks for more than an automaton can
        tell: what is around it, or what was matched before.
    """
    names = source_names(sources)
    try:
        whole_match(as_text(pattern))
    except ExpressionError as error:
        quoted = f"pattern {pattern!r}"
        raise ExpressionError(
            [
                replace(one, what=one.what.replace(quoted, f"{quoted} for {names[0]}", 1))
                for one in error.problems
            ]
        ) from error
    return Matches(names, pattern)


def not_(predicate: Predicate) -> Predicate:
    """Say that a predicate does not hold.

    Parameters
    ----------
    predicate : Predicate
        What does not hold.

    Returns
    -------
    Predicate
        Its negation; the inner predicate if `predicate` is a negation itself.
    """
    return predicate.predicate if isinstance(predicate, Not) else Not(as_predicate(predicate))


def all_of(*predicates: Predicate) -> Predicate:
    """Say that every predicate holds.

    Parameters
    ----------
    *predicates : Predicate
        What holds.

    Returns
    -------
    Predicate
        Their conjunction; a single predicate is returned as it is.
    """
    parts = tuple(map(as_predicate, predicates))
    return parts[0] if len(parts) == 1 else AllOf(parts)


def any_of(*predicates: Predicate) -> Predicate:
    """Say that at least one predicate holds.

    Parameters
    ----------
    *predicates : Predicate
        The alternatives.

    Returns
    -------
    Predicate
        Their disjunction; a single predicate is returned as it is.
    """
    parts = tuple(map(as_predicate, predicates))
    return parts[0] if len(parts) == 1 else AnyOf(parts)


def named(name: str, predicate: Predicate) -> Named:
    """Give a predicate a name, which messages use instead of spelling the predicate out.

    Parameters
    ----------
    name : str
        What an exposure that satisfies the predicate is called, such as ``a time series``.
    predicate : Predicate
        The predicate that it names.

    Returns
    -------
    Named
        The predicate with its name.

    Raises
    ------
    ExpressionError
        If `name` is not lower-case words.
    """
    text = as_text(name)
    if not _WORDS.fullmatch(text):
        raise nonsense(f"{name!r} is not a name of a predicate", "lower-case words")
    return Named(text, as_predicate(predicate))


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
        Roles that are bound; members in other roles go with any value.
    optional : bool
        Whether a bound exposure may lack a value; it then goes with any value.
    where : Predicate, optional
        Only exposures that satisfy it are bound; others go with any value.
    open_values : str or iterable of str
        Values that go with any other.
    instead : tuple of (Predicate, str or iterable of str), optional
        Exposures that satisfy the predicate take their value from these attributes instead.

    Returns
    -------
    Same
        The key.

    Raises
    ------
    ExpressionError
        If `roles` is empty, or an argument is of the wrong kind.
    """
    names = source_names(sources)
    bound = role_names(roles, f"same({', '.join(names)})")
    values = tuple(sorted({as_text(value).strip().lower() for value in as_tuple(open_values)}))
    bound_where = None if where is None else as_predicate(where)
    return Same(names, bound, optional, bound_where, values, _instead(instead))


def at_least(count: int, role: str | None = None) -> AtLeast:
    """Say that at least `count` members have a role.

    Parameters
    ----------
    count : int
        How many, 1 or more.
    role : str, optional
        The role; members in any role count if it is not given.

    Returns
    -------
    AtLeast
        The need.

    Raises
    ------
    ExpressionError
        If every set meets the need, or the count is not a whole number.
    """
    whole_number(count, "at_least")
    if count < 1:
        raise nonsense(f"at_least({count}, {role!r}) is always true", "a count of 1 or more")
    return AtLeast(count, None if role is None else role_name(role))


def at_most(count: int, role: str | None = None) -> AtMost:
    """Say that at most `count` members have a role.

    Parameters
    ----------
    count : int
        How many: 0 or more of a role, 1 or more of all.
    role : str, optional
        The role; members in any role count if it is not given.

    Returns
    -------
    AtMost
        The need.

    Raises
    ------
    ExpressionError
        If no set meets the need, or the count is not a whole number.
    """
    whole_number(count, "at_most")
    if count < (0 if role is not None else 1):
        expected = "a count of 1 or more" if role is None else "a count of 0 or more"
        raise nonsense(f"at_most({count}, {role!r}) is never true", expected)
    return AtMost(count, None if role is None else role_name(role))


def exactly(count: int, role: str | None = None) -> Exactly:
    """Say that exactly `count` members have a role.

    Parameters
    ----------
    count : int
        How many, 1 or more.
    role : str, optional
        The role; members in any role count if it is not given.

    Returns
    -------
    Exactly
        The need.

    Raises
    ------
    ExpressionError
        If the count is below 1, or not a whole number.
    """
    whole_number(count, "exactly")
    if count < 1:
        advice = "" if role is None else "Say at_most(0, role) for none."
        raise nonsense(f"exactly({count}, {role!r})", "a count of 1 or more", advice)
    return Exactly(count, None if role is None else role_name(role))


def distinct(count: int, *sources: str, role: str | None = None) -> Distinct:
    """Say that the members (of a role, if given) have at least `count` different values.

    Parameters
    ----------
    count : int
        How many, 2 or more.
    *sources : str
        Attributes of which the first that is set gives the value.
    role : str, optional
        The role whose members count; members in any role count if it is not given.

    Returns
    -------
    Distinct
        The need.

    Raises
    ------
    ExpressionError
        If the count is below 2, or not a whole number.
    """
    whole_number(count, "distinct")
    names = source_names(sources)
    if count < 2:
        raise nonsense(f"distinct({count}, {names[0]}) says nothing", "a count of 2 or more")
    return Distinct(count, names, None if role is None else role_name(role))


def within(candidate_types: str | Iterable[str], need: PlainNeed) -> Within:
    """Say that a need must be met in candidates of these types only.

    Parameters
    ----------
    candidate_types : str or iterable of str
        Types of candidates, such as ``mosaic``.
    need : AtLeast, AtMost, Exactly or Distinct
        What must be met there.

    Returns
    -------
    Within
        The need.

    Raises
    ------
    ExpressionError
        If no type is given, or what must be met is another `within`, or no need at all.
    """
    # Rule files are not type-checked.
    given: object = need
    if isinstance(given, Within):
        advice = "Name all types in one within(...)."
        raise nonsense("a within(...) stands inside another one", _PLAIN_NEEDS, advice)
    if not isinstance(given, PlainNeed):
        raise nonsense(f"within() holds {shown(given)}", _PLAIN_NEEDS)
    types = tuple(sorted({word(each, "a type", "mosaic") for each in as_tuple(candidate_types)}))
    if not types:
        raise nonsense("within() names no type of candidate", "at least one type")
    return Within(types, need)


def _instead(
    instead: tuple[Predicate, str | Iterable[str]] | None,
) -> tuple[Predicate, Sources] | None:
    if instead is None:
        return None
    # Rule files are not type-checked.
    if not isinstance(instead, tuple) or len(instead) != 2:
        raise nonsense(f"instead is {shown(instead)}", "(predicate, attribute)")
    return as_predicate(instead[0]), source_names(instead[1])
