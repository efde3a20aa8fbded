"""Read the language as English.

The sentences are unambiguous: there are brackets wherever "and" and "or" meet, and a value that is
not one plain word is quoted, so that the predicate can be read back from its sentence.
"""

from __future__ import annotations

import json
import re
from typing import Final, assert_never

from asnsolve.expr.fold import Test
from asnsolve.expr.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Condition,
    Constraint,
    Distinct,
    Exactly,
    InRange,
    IsSet,
    Key,
    Linked,
    LinkedSky,
    Matches,
    MeasuredKey,
    Named,
    Not,
    OneOf,
    Predicate,
    Same,
    Sources,
    Spread,
    Within,
)
from asnsolve.phrases import listed
from asnsolve.pool.measures import number_text

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_.+-]*")
_GRAMMAR = frozenset(
    {"or", "and", "one", "of", "not", "set", "always", "never", "above", "below", "between"}
)

_MOST_LISTED: Final = 4
_LISTED: Final = 2
"""Values that a brief text lists: all of up to four, and the first two of more."""


def to_text(expression: Predicate | Constraint) -> str:
    """Say a predicate or a constraint in English.

    Parameters
    ----------
    expression : Predicate or Constraint
        What is asked of one exposure, or of a set of exposures.

    Returns
    -------
    str
        A clause without capital letter and full stop.

    Examples
    --------
    >>> from asnsolve.expr.nodes import OneOf
    >>> to_text(OneOf(("exp_type",), ("mir_image", "nrc_image")))
    'exp_type is mir_image or nrc_image'
    """
    match expression:
        case IsSet() | OneOf() | Matches() | InRange():
            return _leaf(expression, negate=False)
        case Not(IsSet() | OneOf() | Matches() | InRange() as leaf):
            return _leaf(leaf, negate=True)
        case Named(name, _):
            return f"it is [{name}]"
        case Not(Named(name, _)):
            return f"it is not [{name}]"
        case Not(inner):
            return f"it is not so that ({to_text(inner)})"
        case AllOf(parts):
            return " and ".join(map(_bracketed, parts)) if parts else "always"
        case AnyOf(parts):
            return " or ".join(map(_bracketed, parts)) if parts else "never"
        case _:
            return _constraint(expression)


def condition_text(condition: tuple[Condition, ...]) -> str:
    """Say in English what one member is preferred for, beside another one.

    Parameters
    ----------
    condition : tuple of Condition
        Keys whose value is compared, and predicates; all must hold.

    Returns
    -------
    str
        As ``the same detector``; predicates are in brackets.
    """
    return " and ".join(
        f"the same {', else '.join(part.sources)}"
        if isinstance(part, Same)
        else f"({to_text(part)})"
        for part in condition
    )


def brief_text(predicate: Predicate) -> str:
    """Say a predicate in English, with long lists of values cut short.

    Parameters
    ----------
    predicate : Predicate
        What is asked of one exposure.

    Returns
    -------
    str
        What `to_text` returns, but a list of more than four values names two and counts the others.

    Examples
    --------
    >>> from asnsolve.expr.nodes import OneOf
    >>> brief_text(OneOf(("band",), ("a", "b", "c", "d", "e")))
    'band is a, b or 3 others'
    """
    return re.sub(r"\b(\d+)-others\b", r"\1 others", to_text(_abridged(predicate)))


def _constraint(constraint: Constraint) -> str:
    match constraint:
        case Same():
            return _key(constraint)
        case Linked() | LinkedSky() | Spread():
            return _measured_key(constraint)
        case AtMost(0, role):
            return f"there is no {role} member"
        case AtLeast(count, role):
            return _counted("at least", count, role)
        case AtMost(count, role):
            return _counted("at most", count, role)
        case Exactly(count, role):
            return _counted("exactly", count, role)
        case Distinct(count, sources, role):
            members = "members" if role is None else f"{role} members"
            values = f"at least {_number(count)} values of {_attribute(sources)}"
            return f"the {members} take {values}"
        case Within(types, need):
            return f"in {listed(types, 'and')} candidates, {to_text(need)}"
        case _:
            assert_never(constraint)


def _counted(bound: str, count: int, role: str | None) -> str:
    verb, noun = ("is", "member") if count == 1 else ("are", "members")
    what = noun if role is None else f"{role} {noun}"
    return f"there {verb} {bound} {_number(count)} {what}"


def _abridged(predicate: Predicate) -> Predicate:
    match predicate:
        case OneOf(sources, values) if len(values) > _MOST_LISTED:
            # With a hyphen it is one plain word, which `to_text` does not quote.
            return OneOf(sources, (*values[:_LISTED], f"{len(values) - _LISTED}-others"))
        case Not(inner):
            return Not(_abridged(inner))
        case AllOf(parts):
            return AllOf(tuple(map(_abridged, parts)))
        case AnyOf(parts):
            return AnyOf(tuple(map(_abridged, parts)))
        case _:
            return predicate


def _bound(key: Key) -> str:
    bound = "all members" if key.roles is None else f"all {listed(key.roles, 'and')} members"
    if key.where is not None:
        bound += f" for which ({to_text(key.where)})"
    return f"{bound} that have one" if key.optional else bound


def _measured_key(key: MeasuredKey) -> str:
    columns, width = " and ".join(key.sources), f"{number_text(key.width)}{_unit(key.unit)}"
    if isinstance(key, Spread):
        return f"{_bound(key)} are within {width} of one another in {columns}"
    return f"{_bound(key)} are in one chain of {columns} with gaps of at most {width}"


def _key(key: Same) -> str:
    bound = _bound(key)
    text = f"{bound} share one {_attribute(key.sources)}"
    if key.open_values:
        text += f", beside which {listed(tuple(map(_value, key.open_values)), 'and')} may stand"
    if key.instead is not None:
        where, sources = key.instead
        text += f"; those for which ({to_text(where)}) share one {_attribute(sources)} instead"
    return text


def _leaf(leaf: Test, *, negate: bool) -> str:
    verb = "is not" if negate else "is"
    match leaf:
        case IsSet(sources):
            return f"{_attribute(sources)} {verb} set"
        case OneOf(sources, values):
            texts = tuple(map(_value, values))
            # "is not a or b" could be read as "(is not a) or (is b)".
            if negate and len(texts) > 1:
                return f"{_attribute(sources)} is none of {listed(texts, 'and')}"
            return f"{_attribute(sources)} {verb} {listed(texts, 'or')}"
        case Matches(sources, pattern):
            verb = "does not match" if negate else "matches"
            return f"{_attribute(sources)} {verb} {json.dumps(pattern)}"
        case InRange(sources, low, high, unit):
            return f"{_attribute(sources)} {verb} {_range(low, high)}{_unit(unit)}"
        case _:
            assert_never(leaf)


def _range(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"between {number_text(low)} and {number_text(high)}"
    return f"above {number_text(low)}" if low is not None else f"below {number_text(high or 0.0)}"


def _unit(unit: str) -> str:
    """Write a unit after a number, in quotes where it could be taken for a part of the sentence."""
    return f" {_value(unit)}" if unit else ""


def _bracketed(predicate: Predicate) -> str:
    """Say a part of a predicate, in brackets if it has an "and" or an "or" of its own."""
    text = to_text(predicate)
    # A list of values has an "or" as well; an empty conjunction is one word.
    match predicate:
        case AllOf(parts) | AnyOf(parts):
            compound = len(parts) > 0
        case OneOf(_, values) | Not(OneOf(_, values)):
            compound = len(values) > 1
        case InRange(_, low, high) | Not(InRange(_, low, high)):
            compound = low is not None and high is not None
        case _:
            compound = False
    return f"({text})" if compound else text


def _attribute(sources: Sources) -> str:
    return ", else ".join(sources)


def _value(value: str) -> str:
    """Write a value, in quotes where it could be taken for a part of the sentence."""
    plain = _PLAIN.fullmatch(value) and value not in _GRAMMAR
    return value if plain else json.dumps(value)


def _number(count: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[count] if count < len(words) else str(count)
