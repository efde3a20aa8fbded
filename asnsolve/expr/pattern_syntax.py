r"""The patterns of the rule language: the regular part of Python's regular expressions.

A pattern may have characters, sets, groups, alternatives and repetitions. Looking around and
references to groups are refused: without them, a pattern is an automaton, which reads a value once
and can be reasoned about. Letter case makes no difference, and ``\d``, ``\s`` and ``\w`` match
ASCII characters only.
"""

from __future__ import annotations

import re
import sys
import warnings
from dataclasses import dataclass, field
from typing import Final

from asnsolve.errors import ExpressionError, Problem

Ranges = tuple[tuple[int, int], ...]
"""Code points as ranges with both ends, ascending, with a gap between two of them."""

LAST: Final = sys.maxunicode

_DIGITS: Final[Ranges] = ((0x30, 0x39),)
_SPACES: Final[Ranges] = ((0x09, 0x0D), (0x20, 0x20))
_WORDS: Final[Ranges] = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
_CONTROLS: Final = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_HEXADECIMAL: Final = {"x": 2, "u": 4, "U": 8}
_COUNT: Final = re.compile(r"\{(?:(\d+)|(\d*),(\d*))\}")
_NESTED: Final = 50

_WHOLE: Final = "A pattern is always for the whole value: leave this out."
_COMBINE: Final = "Combine patterns with all_of, any_of and not_ instead."
_REFUSED: Final = (
    ("(?=", "looks ahead", _COMBINE),
    ("(?!", "looks ahead", _COMBINE),
    ("(?<", "looks behind", _COMBINE),
    ("(?(", "asks whether a group has matched", _COMBINE),
    ("(?>", "has an atomic group", "Write a plain group, (?:...)."),
    ("(?#", "has a comment", "Leave it out."),
    ("(?P=", "refers to a group", _COMBINE),
    ("(?", "sets flags", "Letter case makes no difference anyway: leave it out."),
)


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Chain:
    """One part after the other; an empty chain is the empty text."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part from `least` to `most` times; None means no limit."""

    part: Node
    least: int
    most: int | None


Node = Chars | Chain | Choice | Repeat


def parse_pattern(pattern: str) -> Node:
    """Read a pattern.

    Parameters
    ----------
    pattern : str
        The pattern.

    Returns
    -------
    Chars, Chain, Choice or Repeat
        What it is made of, for values in lower case.

    Raises
    ------
    ExpressionError
        If it is not a regular expression, or one that asks for more than an automaton can tell.
    """
    try:
        with warnings.catch_warnings():
            # Python warns of sets that future versions will read in another way.
            warnings.simplefilter("error")
            re.compile(pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        what = f"pattern {pattern!r} cannot be compiled: {error}"
        raise ExpressionError(Problem(what, expected="a regular expression")) from error
    return _Reader(pattern).whole()


def complement(ranges: Ranges) -> Ranges:
    """Return the characters that are not in a set.

    Parameters
    ----------
    ranges : tuple of (int, int)
        The set.

    Returns
    -------
    tuple of (int, int)
    """
    outside: list[tuple[int, int]] = []
    start = 0
    for first, last in ranges:
        if start < first:
            outside.append((start, first - 1))
        start = last + 1
    return (*outside, (start, LAST)) if start <= LAST else tuple(outside)


def _union(ranges: list[tuple[int, int]]) -> Ranges:
    """Join ranges that overlap or touch."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    return tuple(joined)


def _lowered(first: int, last: int) -> list[tuple[int, int]]:
    """Return a range with the lower-case forms of its letters: values are in lower case."""
    lower = (chr(point).lower() for point in range(first, last + 1))
    return [(first, last), *((ord(char), ord(char)) for char in lower if len(char) == 1)]


_CLASSES: Final = {
    "d": _DIGITS,
    "s": _SPACES,
    "w": _WORDS,
    "D": complement(_DIGITS),
    "S": complement(_SPACES),
    "W": complement(_WORDS),
}


@dataclass(slots=True)
class _Reader:
    """Reads a pattern that Python can compile, from left to right."""

    text: str
    at: int = 0
    depth: int = field(default=0, init=False)

    def whole(self) -> Node:
        return self._choice()

    def _choice(self) -> Node:
        parts = [self._chain()]
        while self._take("|"):
            parts.append(self._chain())
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _chain(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else Chain(tuple(parts))

    def _repeated(self, part: Node) -> Node:
        count = _COUNT.match(self.text, self.at)
        if self._take("*"):
            part = Repeat(part, 0, None)
        elif self._take("+"):
            part = Repeat(part, 1, None)
        elif self._take("?"):
            part = Repeat(part, 0, 1)
        elif count:
            self.at = count.end()
            exactly, least, most = count.groups()
            most = exactly or most
            part = Repeat(part, int(exactly or least or 0), int(most) if most else None)
        else:
            return part
        if self._take("+"):
            raise self._refused("repeats without giving back", "Leave out the second '+'.")
        # A question mark makes the repetition as short as possible, which changes nothing for a
        # whole value.
        self._take("?")
        return part

    def _atom(self) -> Node:
        char = self.text[self.at]
        if char == "(":
            return self._group()
        self.at += 1
        match char:
            case ".":
                return Chars(((0, LAST),))
            case "[":
                return Chars(self._set())
            case "\\":
                ranges, _ = self._escaped()
                return Chars(ranges)
            case "^" | "$":
                raise self._refused(f"has the anchor {char}", _WHOLE)
            case "{":
                raise self._refused("has a brace that counts nothing", "Write it as \\{.")
            case _:
                return Chars(_union(_lowered(ord(char), ord(char))))

    def _group(self) -> Node:
        for opening, what, advice in _REFUSED:
            if self.text.startswith(opening, self.at):
                if opening == "(?" and (named := self._named_group_end()):
                    self.at = named
                    break
                raise self._refused(what, advice)
        else:
            self.at += 1
        self.depth += 1
        if self.depth > _NESTED:
            raise self._refused("nests groups too deeply", "Leave out brackets that group nothing.")
        inside = self._choice()
        self.depth -= 1
        self.at += 1
        return inside

    def _named_group_end(self) -> int | None:
        """Return where the content of a group begins that is opened by ``(?:`` or ``(?P<name>``."""
        opened = re.compile(r"\(\?(?::|P<\w+>)").match(self.text, self.at)
        return opened.end() if opened else None

    def _set(self) -> Ranges:
        negated = self._take("^")
        ranges: list[tuple[int, int]] = []
        start = self.at
        # A bracket in the first place is a character of the set.
        while self.at == start or self.text[self.at] != "]":
            inside, first = self._member()
            if first is not None and self.text[self.at] == "-" and self.text[self.at + 1] != "]":
                self.at += 1
                _, last = self._member()
                inside = _union(_lowered(first, first if last is None else last))
            ranges += inside
        self.at += 1
        return complement(_union(ranges)) if negated else _union(ranges)

    def _member(self) -> tuple[Ranges, int | None]:
        """Read a character or a class inside of a set; None for the code point of a class."""
        char = self.text[self.at]
        self.at += 1
        if char == "\\":
            return self._escaped(in_set=True)
        return _union(_lowered(ord(char), ord(char))), ord(char)

    def _escaped(self, *, in_set: bool = False) -> tuple[Ranges, int | None]:
        """Read what follows a backslash; None for the code point of a class."""
        char = self.text[self.at]
        self.at += 1
        if char in _CLASSES:
            return _CLASSES[char], None
        if char in _HEXADECIMAL:
            end = self.at + _HEXADECIMAL[char]
            point = int(self.text[self.at : end], 16)
            self.at = end
        elif char in _CONTROLS:
            point = ord(_CONTROLS[char])
        elif char in "AZzbB" and not in_set:
            raise self._refused(f"has the anchor \\{char}", _WHOLE)
        elif char.isdigit() and not in_set:
            raise self._refused("refers to a group", _COMBINE)
        elif char.isascii() and char.isalnum():
            raise self._refused(f"has the escape \\{char}", "Write the character itself.")
        else:
            point = ord(char)
        return _union(_lowered(point, point)), point

    def _take(self, char: str) -> bool:
        """Skip a character if it comes next."""
        found = self.text.startswith(char, self.at)
        self.at += found
        return found

    def _refused(self, what: str, advice: str) -> ExpressionError:
        expected = "characters, sets, groups, alternatives and repetitions alone"
        problem = Problem(f"pattern {self.text!r} {what}", expected=expected, advice=advice)
        return ExpressionError(problem)
