"""Read the English of `asnsolve.interpret.to_text` back.

::

    text      := predicate | key | need
    predicate := part | part (and part)+ | part (or part)+ | list
    part      := ( predicate ) | always | never | it is not so that ( predicate ) | leaf
    leaf      := sources is [not] set | sources is [not] value | it is [not] name
               | sources is [not] range unit?
               | sources matches string | sources does not match string
    list      := sources is value (, value)* or value
               | sources is none of value (, value)* and value
    range     := above number | below number | between number and number
    sources   := word (, else word)*
    key       := all roles? members (for which ( predicate ))? (that have one)? share one sources
                 (, beside which values may stand)?
                 (; those for which ( predicate ) share one sources instead)?
               | all roles? members (for which ( predicate ))? (that have one)? are measured
    measured  := in one chain of word (and word)? with gaps of at most number unit?
               | within number unit? of one another in word
    need      := (in types candidates ,)? (there is bound one role? member
               | there are bound number role? members | there is no role member
               | the role? members take at least number values of sources)
    bound     := at least | at most | exactly

Names are in square brackets; a glossary gives their meaning. Each function gives all readings that
begin at a place, each with the place where it ends. So `readings` finds out whether a text has
more than one reading.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, TypeVar

from asnsolve.errors import Problem, RuleError
from asnsolve.expr.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
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
    Need,
    Not,
    OneOf,
    PlainNeed,
    Predicate,
    Same,
    Sources,
    Spread,
    Within,
)

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\[[^\]]*\]|-?[a-z0-9][a-z0-9_.+-]*|[(),;]')
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]\d+)?")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_NOT_VALUES = (
    *("and", "or", "one", "of", "not", "set", "always", "never"),
    *("above", "below", "between"),
)
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

Read = TypeVar("Read")

_NO_NAMES: Mapping[str, Predicate] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Tokens:
    """Text in words and marks, and the meaning of the names in it."""

    words: Sequence[str]
    names: Mapping[str, Predicate]

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, at: int) -> str:
        return self.words[at]


def readings(text: str, names: Mapping[str, Predicate] = _NO_NAMES) -> list[Predicate | Constraint]:
    """Return every expression that a text can be read as.

    Parameters
    ----------
    text : str
        What `to_text` wrote.
    names : mapping of str to Predicate
        The meaning of each name in square brackets.

    Returns
    -------
    list of Predicate or Constraint
        One for a text of `to_text`; none for one that cannot be read.
    """
    if _TOKEN.sub("", text).strip():
        return []
    tokens = Tokens(_TOKEN.findall(text), names)
    found: list[Predicate | Constraint] = []
    for read in (_predicate, _key, _need):
        found += [node for node, end in read(tokens, 0) if end == len(tokens)]
    return found


def read_predicate(text: str, names: Mapping[str, Predicate] = _NO_NAMES) -> Predicate:
    """Read a predicate, or several that must all hold, separated by semicolons.

    Parameters
    ----------
    text : str
        As ``exp_type is nrc_image; tsovisit is not set``.
    names : mapping of str to Predicate
        The meaning of each name in square brackets.

    Returns
    -------
    Predicate
        The predicate.

    Raises
    ------
    RuleError
        If the text cannot be read.
    """
    parts: list[Predicate] = []
    for sentence in _sentences(text):
        tokens = Tokens(sentence, names)
        ends = [node for node, end in _predicate(tokens, 0) if end == len(tokens)]
        if not ends:
            what = f"{' '.join(sentence)!r} is no statement about an exposure"
            raise RuleError(Problem(what, expected="a sentence as 'asnsolve check' writes it"))
        parts.append(ends[0])
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def read_words(words: Mapping[str, str]) -> dict[str, Predicate]:
    """Read the meanings of names.

    Parameters
    ----------
    words : mapping of str to str
        The meaning of each name, which may use other names.

    Returns
    -------
    dict of str to Predicate
        The meaning of each name.

    Raises
    ------
    RuleError
        If a meaning cannot be read.
    """
    read: dict[str, Predicate] = {}

    def meaning(name: str) -> Predicate:
        if name not in read:
            inner = {other: meaning(other) for other in words if f"[{other}]" in words[name]}
            read[name] = read_predicate(words[name], inner)
        return read[name]

    return {name: meaning(name) for name in words}


def _sentences(text: str) -> list[list[str]]:
    """Split a text into sentences at its semicolons, and these into words and marks."""
    sentences: list[list[str]] = [[]]
    for word in _TOKEN.findall(text):
        if word == ";":
            sentences.append([])
        else:
            sentences[-1].append(word)
    return sentences


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
    for start in _words(tokens, at, "it is"):
        yield from _named(tokens, start)
    for start in _words(tokens, at, "it is not"):
        yield from ((Not(node), end) for node, end in _named(tokens, start))
    for sources, verb in _sources(tokens, at):
        yield from ((IsSet(sources), end) for end in _words(tokens, verb, "is set"))
        yield from ((Not(IsSet(sources)), end) for end in _words(tokens, verb, "is not set"))
        for start in _words(tokens, verb, "is"):
            yield from ((OneOf(sources, (v,)), end) for v, end in _value(tokens, start))
        for start in _words(tokens, verb, "is not"):
            yield from ((Not(OneOf(sources, (v,))), end) for v, end in _value(tokens, start))
        for start in _words(tokens, verb, "is"):
            yield from _ranges(tokens, start, sources)
        for start in _words(tokens, verb, "is not"):
            yield from ((Not(node), end) for node, end in _ranges(tokens, start, sources))
        for start in _words(tokens, verb, "matches"):
            yield from ((Matches(sources, p), end) for p, end in _string(tokens, start))
        for start in _words(tokens, verb, "does not match"):
            yield from ((Not(Matches(sources, p)), end) for p, end in _string(tokens, start))


def _ranges(tokens: Tokens, at: int, sources: Sources) -> Iterator[tuple[InRange, int]]:
    limits: list[tuple[float | None, float | None, int]] = []
    for start in _words(tokens, at, "above"):
        limits += [(low, None, end) for low, end in _decimal(tokens, start)]
    for start in _words(tokens, at, "below"):
        limits += [(None, high, end) for high, end in _decimal(tokens, start)]
    for start in _words(tokens, at, "between"):
        for low, end in _decimal(tokens, start):
            for other in _words(tokens, end, "and"):
                limits += [(low, high, last) for high, last in _decimal(tokens, other)]
    for least, most, end in limits:
        for unit, last in _or_none(tokens, end, _value):
            yield InRange(sources, least, most, unit or ""), last


def _decimal(tokens: Tokens, at: int) -> Iterator[tuple[float, int]]:
    if at < len(tokens) and _NUMBER.fullmatch(tokens[at]):
        yield float(tokens[at]), at + 1


def _named(tokens: Tokens, at: int) -> Iterator[tuple[Predicate, int]]:
    if at < len(tokens) and tokens[at].startswith("["):
        name = tokens[at][1:-1]
        if name in tokens.names:
            yield Named(name, tokens.names[name]), at + 1


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


def _key(tokens: Tokens, at: int) -> Iterator[tuple[Key, int]]:
    for bound, verb in _bound(tokens, at):
        for key in _words(tokens, verb, "share one"):
            for sources, end in _sources(tokens, key):
                yield from _exceptions(tokens, end, Same(sources, *bound))
        yield from _measured_key(tokens, verb, bound)


_Bound = tuple[tuple[str, ...] | None, bool, Predicate | None]
"""Roles that a key binds, whether it is optional, and which exposures it binds."""


def _measured_key(tokens: Tokens, at: int, bound: _Bound) -> Iterator[tuple[MeasuredKey, int]]:
    for chain in _words(tokens, at, "are in one chain of"):
        for columns, end in _columns(tokens, chain):
            for start in _words(tokens, end, "with gaps of at most"):
                for width, unit, last in _quantity(tokens, start):
                    if len(columns) == 1:
                        yield Linked(columns, width, unit, *bound), last
                    else:
                        yield LinkedSky(columns, width, unit, *bound), last
    for start in _words(tokens, at, "are within"):
        for width, unit, end in _quantity(tokens, start):
            for key in _words(tokens, end, "of one another in"):
                for column, last in _name(tokens, key):
                    yield Spread((column,), width, unit, *bound), last


def _bound(tokens: Tokens, at: int) -> Iterator[tuple[_Bound, int]]:
    """Read which members a key binds."""
    for start in _words(tokens, at, "all"):
        for roles, members in _or_none(tokens, start, _roles):
            for noun in _words(tokens, members, "members"):
                for where, verb in _or_none(tokens, noun, _where):
                    yield (roles, False, where), verb
                    for end in _words(tokens, verb, "that have one"):
                        yield (roles, True, where), end


def _columns(tokens: Tokens, at: int) -> Iterator[tuple[tuple[str, ...], int]]:
    for name, end in _name(tokens, at):
        yield (name,), end
        for start in _words(tokens, end, "and"):
            yield from (((name, other), last) for other, last in _name(tokens, start))


def _quantity(tokens: Tokens, at: int) -> Iterator[tuple[float, str, int]]:
    for number, end in _decimal(tokens, at):
        for unit, last in _or_none(tokens, end, _value):
            yield number, unit or "", last


def _exceptions(tokens: Tokens, at: int, plain: Same) -> Iterator[tuple[Same, int]]:
    """Read what follows the attributes of a key: open values, and attributes instead."""
    for values, end in _or_none(tokens, at, _open_values):
        for instead, last in _or_none(tokens, end, _instead):
            yield replace(plain, open_values=values or (), instead=instead), last


def _where(tokens: Tokens, at: int) -> Iterator[tuple[Predicate, int]]:
    for start in _words(tokens, at, "for which"):
        yield from _bracketed(tokens, start)


def _open_values(tokens: Tokens, at: int) -> Iterator[tuple[tuple[str, ...], int]]:
    for start in _words(tokens, at, ", beside which"):
        singles = (((value,), end) for value, end in _value(tokens, start))
        for values, end in (*singles, *_values(tokens, start, "and")):
            yield from ((values, last) for last in _words(tokens, end, "may stand"))


def _instead(tokens: Tokens, at: int) -> Iterator[tuple[tuple[Predicate, tuple[str, ...]], int]]:
    for start in _words(tokens, at, "; those"):
        for where, verb in _where(tokens, start):
            for key in _words(tokens, verb, "share one"):
                for sources, end in _sources(tokens, key):
                    yield from (((where, sources), last) for last in _words(tokens, end, "instead"))


def _need(tokens: Tokens, at: int) -> Iterator[tuple[Need, int]]:
    yield from _plain_need(tokens, at)
    for start in _words(tokens, at, "in"):
        for types, end in _roles(tokens, start):
            for inner in _words(tokens, end, "candidates ,"):
                yield from ((Within(types, n), last) for n, last in _plain_need(tokens, inner))


_COUNTS: Final[Mapping[str, type[AtLeast] | type[AtMost] | type[Exactly]]] = MappingProxyType(
    {"at least": AtLeast, "at most": AtMost, "exactly": Exactly}
)


def _plain_need(tokens: Tokens, at: int) -> Iterator[tuple[PlainNeed, int]]:
    for verb, noun in (("is", "member"), ("are", "members")):
        for bound, counted in _COUNTS.items():
            for start in _words(tokens, at, f"there {verb} {bound}"):
                for role, end in _or_none(tokens, start + 1, _name):
                    for last in _words(tokens, end, noun):
                        yield counted(_number(tokens[start]), role), last
    for start in _words(tokens, at, "there is no"):
        for role, end in _name(tokens, start):
            yield from ((AtMost(0, role), last) for last in _words(tokens, end, "member"))
    for start in _words(tokens, at, "the"):
        for role, end in _or_none(tokens, start, _name):
            for number in _words(tokens, end, "members take at least"):
                for key in _words(tokens, number + 1, "values of"):
                    for sources, last in _sources(tokens, key):
                        yield Distinct(_number(tokens[number]), sources, role), last


def _or_none(
    tokens: Tokens, at: int, read: Callable[[Tokens, int], Iterator[tuple[Read, int]]]
) -> Iterator[tuple[Read | None, int]]:
    """Read an optional part."""
    yield None, at
    yield from read(tokens, at)


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
    """Return the place after a phrase, if the text continues with it."""
    wanted = _TOKEN.findall(phrase)
    if list(tokens.words[at : at + len(wanted)]) == wanted:
        yield at + len(wanted)
