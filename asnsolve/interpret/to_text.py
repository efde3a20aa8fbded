"""Read the language as English.

The sentences are unambiguous: brackets stand wherever "and" and "or" meet, and a value that is
more than one plain word is quoted, so that a reader can get the predicate back.
"""

from __future__ import annotations

import json
import re
from typing import assert_never

from asnsolve.expr.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    Constraint,
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

__all__ = ["to_text"]

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_.+-]*")
_GRAMMAR = frozenset({"or", "and", "one", "of", "not", "set", "always", "never"})


def to_text(expression: Predicate | Constraint) -> str:
    """Say a predicate of one exposure, or a constraint on a set, in English.

    Returns
    -------
    str
        A clause without capital or full stop: ``exp_type is mir_image or nrc_image``.
    """
    match expression:
        case IsSet() | OneOf() | Matches():
            return _leaf(expression, negate=False)
        case Not(IsSet() | OneOf() | Matches() as leaf):
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
        case Same():
            return _key(expression)
        case AtLeast(count, role):
            verb, noun = ("is", "member") if count == 1 else ("are", "members")
            what = noun if role is None else f"{role} {noun}"
            return f"there {verb} at least {_number(count)} {what}"
        case Distinct(count, sources):
            return f"the members take at least {_number(count)} values of {_attribute(sources)}"
        case Within(types, need):
            return f"in {_words(types, 'and')} candidates, {to_text(need)}"
        case _:
            assert_never(expression)


def _key(key: Same) -> str:
    bound = "all members" if key.roles is None else f"all {_words(key.roles, 'and')} members"
    if key.where is not None:
        bound += f" for which ({to_text(key.where)})"
    if key.optional:
        bound += " that have one"
    text = f"{bound} share one {_attribute(key.sources)}"
    if key.open_values:
        text += f", beside which {_words(tuple(map(_value, key.open_values)), 'and')} may stand"
    if key.instead is not None:
        where, sources = key.instead
        text += f"; those for which ({to_text(where)}) share one {_attribute(sources)} instead"
    return text


def _leaf(leaf: IsSet | OneOf | Matches, *, negate: bool) -> str:
    verb = "is not" if negate else "is"
    match leaf:
        case IsSet(sources):
            return f"{_attribute(sources)} {verb} set"
        case OneOf(sources, values):
            words = tuple(map(_value, values))
            if negate and len(words) > 1:
                return f"{_attribute(sources)} is none of {_words(words, 'and')}"
            return f"{_attribute(sources)} {verb} {_words(words, 'or')}"
        case Matches(sources, pattern):
            verb = "does not match" if negate else "matches"
            return f"{_attribute(sources)} {verb} {json.dumps(pattern)}"
        case _:
            assert_never(leaf)


def _bracketed(predicate: Predicate) -> str:
    text = to_text(predicate)
    match predicate:
        case AllOf(parts) | AnyOf(parts):
            compound = len(parts) > 0
        case OneOf(_, values) | Not(OneOf(_, values)):
            compound = len(values) > 1
        case _:
            compound = False
    return f"({text})" if compound else text


def _attribute(sources: Sources) -> str:
    return ", else ".join(sources)


def _value(value: str) -> str:
    plain = _PLAIN.fullmatch(value) and value not in _GRAMMAR
    return value if plain else json.dumps(value)


def _words(words: tuple[str, ...], conjunction: str) -> str:
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def _number(count: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[count] if count < len(words) else str(count)
