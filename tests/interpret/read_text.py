"""Read the English of `asnsolve.interpret.to_text` back, in every way that it can be read.

::

    text      := predicate | constraint
    predicate := part | part (and part)+ | part (or part)+ | list
    part      := ( predicate ) | always | never | it is not so that ( predicate ) | leaf
    leaf      := sources is [not] set | sources is [not] value
               | sources matches string | sources does not match string
    list      := sources is value (, value)* or value
               | sources is none of value (, value)* and value
    sources   := name (, else name)*

Each function gives all readings that begin at a place, each with the place where it ends: text
that has two readings is ambiguous, and shows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from asnsolve.expr.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    Constraint,
    Distinct,
    IsSet,
    Matches,
    Not,
    OneOf,
    Predicate,
    Same,
)

__all__ = ["readings"]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[a-z0-9][a-z0-9_.+-]*|[(),]')
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_NOT_VALUES = ("and", "or", "one", "of", "not", "set", "always", "never")
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

Tokens = Sequence[str]


def readings(text: str) -> list[Predicate | Constraint]:
    """Return every expression that the text can be read as."""
    tokens = _TOKEN.findall(text)
    assert not _TOKEN.sub("", text).strip(), text
    found: list[Predicate | Constraint] = []
    found += [node for node, end in _predicate(tokens, 0) if end == len(tokens)]
    found += [node for node, end in _constraint(tokens, 0) if end == len(tokens)]
    return found


def _predicate(tokens: Tokens, at: int) -> Iterator[tuple[Predicate, int]]:
    yield from _list(tokens, at)
    for first, end in _part(tokens, at):
        yield first, end
        for rest, last in _further(tokens, end, "and"):
            yield AllOf((first, *rest)), last
        for rest, last in _further(tokens, end, "or"):
            yield AnyOf((first, *rest)), last


def _further(tokens: Tokens, at: int, word: str) -> Iterator[tuple[tuple[Predicate, ...], int]]:
    for start in _words(tokens, at, word):
        for part, end in _part(tokens, start):
            yield (part,), end
            for rest, last in _further(tokens, end, word):
                yield (part, *rest), last


def _part(tokens: Tokens, at: int) -> Iterator[tuple[Predicate, int]]:
    yield from _bracketed(tokens, at)
    for start in _words(tokens, at, "it is not so that"):
        yield from ((Not(inner), end) for inner, end in _bracketed(tokens, start))
    yield from ((AllOf(()), end) for end in _words(tokens, at, "always"))
    yield from ((AnyOf(()), end) for end in _words(tokens, at, "never"))
    yield from _leaf(tokens, at)


def _bracketed(tokens: Tokens, at: int) -> Iterator[tuple[Predicate, int]]:
    for start in _words(tokens, at, "("):
        for inner, end in _predicate(tokens, start):
            yield from ((inner, last) for last in _words(tokens, end, ")"))


def _leaf(tokens: Tokens, at: int) -> Iterator[tuple[Predicate, int]]:
    for sources, verb in _sources(tokens, at):
        yield from ((IsSet(sources), end) for end in _words(tokens, verb, "is set"))
        yield from ((Not(IsSet(sources)), end) for end in _words(tokens, verb, "is not set"))
        for start in _words(tokens, verb, "is"):
            yield from ((OneOf(sources, (v,)), end) for v, end in _value(tokens, start))
        for start in _words(tokens, verb, "is not"):
            yield from ((Not(OneOf(sources, (v,))), end) for v, end in _value(tokens, start))
        for start in _words(tokens, verb, "matches"):
            yield from ((Matches(sources, p), end) for p, end in _string(tokens, start))
        for start in _words(tokens, verb, "does not match"):
            yield from ((Not(Matches(sources, p)), end) for p, end in _string(tokens, start))


def _list(tokens: Tokens, at: int) -> Iterator[tuple[Predicate, int]]:
    for sources, verb in _sources(tokens, at):
        for start in _words(tokens, verb, "is"):
            yield from ((OneOf(sources, v), end) for v, end in _values(tokens, start, "or"))
        for start in _words(tokens, verb, "is none of"):
            yield from ((Not(OneOf(sources, v)), end) for v, end in _values(tokens, start, "and"))


def _values(tokens: Tokens, at: int, last: str) -> Iterator[tuple[tuple[str, ...], int]]:
    for value, end in _value(tokens, at):
        for start in _words(tokens, end, ","):
            yield from (((value, *rest), stop) for rest, stop in _values(tokens, start, last))
        for start in _words(tokens, end, last):
            yield from (((value, final), stop) for final, stop in _value(tokens, start))


def _value(tokens: Tokens, at: int) -> Iterator[tuple[str, int]]:
    yield from _string(tokens, at)
    if at < len(tokens) and tokens[at][0].isalnum() and tokens[at] not in _NOT_VALUES:
        yield tokens[at], at + 1


def _string(tokens: Tokens, at: int) -> Iterator[tuple[str, int]]:
    if at < len(tokens) and tokens[at].startswith('"'):
        yield json.loads(tokens[at]), at + 1


def _sources(tokens: Tokens, at: int) -> Iterator[tuple[tuple[str, ...], int]]:
    for name, end in _name(tokens, at):
        yield (name,), end
        for start in _words(tokens, end, ", else"):
            yield from (((name, *rest), stop) for rest, stop in _sources(tokens, start))


def _name(tokens: Tokens, at: int) -> Iterator[tuple[str, int]]:
    if at < len(tokens) and _NAME.fullmatch(tokens[at]):
        yield tokens[at], at + 1


def _constraint(tokens: Tokens, at: int) -> Iterator[tuple[Constraint, int]]:
    for start in _words(tokens, at, "all"):
        for roles, end in ((None, start), *_roles(tokens, start)):
            for wording, optional in (("share one", False), ("that have one share one", True)):
                for key in _words(tokens, end, f"members {wording}"):
                    for sources, last in _sources(tokens, key):
                        yield Same(sources, roles, optional), last
    for verb, noun in (("is", "member"), ("are", "members")):
        for start in _words(tokens, at, f"there {verb} at least"):
            for role, end in _name(tokens, start + 1):
                for last in _words(tokens, end, noun):
                    yield AtLeast(_number(tokens[start]), role), last
    for start in _words(tokens, at, "the members take at least"):
        for key in _words(tokens, start + 1, "values of"):
            for sources, last in _sources(tokens, key):
                yield Distinct(_number(tokens[start]), sources), last


def _roles(tokens: Tokens, at: int) -> Iterator[tuple[tuple[str, ...], int]]:
    for role, end in _name(tokens, at):
        yield (role,), end
        for start in _words(tokens, end, "and"):
            yield from (((role, last), stop) for last, stop in _name(tokens, start))
        for start in _words(tokens, end, ","):
            for rest, stop in _roles(tokens, start):
                if len(rest) > 1:
                    yield (role, *rest), stop


def _number(word: str) -> int:
    return _NUMBERS.index(word) + 1 if word in _NUMBERS else int(word)


def _words(tokens: Tokens, at: int, phrase: str) -> Iterator[int]:
    """Give the place after a phrase, if it stands here."""
    wanted = re.findall(r"[^\s,()]+|[,()]", phrase)
    if list(tokens[at : at + len(wanted)]) == wanted:
        yield at + len(wanted)
