"""Patterns as automata: a value is read once, character by character, whatever the pattern.

The steps of an automaton are worked out beforehand, so matching takes one step per character. A
pattern whose automaton would be too large is refused.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, assert_never

from asnsolve.errors import ExpressionError, Problem
from asnsolve.expr.pattern_syntax import Chain, Chars, Choice, Node, Ranges, Repeat, parse_pattern

MOST_POSITIONS: Final = 500
"""How many characters a pattern may have once its repetitions are written out."""

MOST_STATES: Final = 1000
"""How many states the automaton of a pattern may have."""

_SHORTER: Final = "Write several shorter patterns, or list the values with one_of."


@dataclass(frozen=True, slots=True)
class Automaton:
    """A pattern as a table of steps. It begins in state 0.

    Parameters
    ----------
    cuts : tuple of int
        Code points from which on characters may be treated differently, ascending, from 0.
    symbols : tuple of int
        For each cut, the symbol of the characters from there on: the automaton treats characters
        of one symbol alike.
    steps : tuple of tuple of int
        For each state and symbol, the next state; -1 if nothing can match any more.
    finals : frozenset of int
        The states in which what was read matches.
    """

    cuts: tuple[int, ...]
    symbols: tuple[int, ...]
    steps: tuple[tuple[int, ...], ...]
    finals: frozenset[int]
    _known: dict[str, int] = field(default_factory=dict, init=False, compare=False)

    def symbol(self, char: str) -> int:
        """Return the symbol of a character.

        Parameters
        ----------
        char : str
            One character.

        Returns
        -------
        int
            A column of `steps`.
        """
        known = self._known.get(char)
        if known is None:
            known = self._known[char] = self.symbols[bisect_right(self.cuts, ord(char)) - 1]
        return known

    def accepts(self, value: str) -> bool:
        """Tell whether a whole value matches.

        Parameters
        ----------
        value : str
            The value, in lower case.

        Returns
        -------
        bool
        """
        state = 0
        for char in value:
            state = self.steps[state][self.symbol(char)]
            if state < 0:
                return False
        return state in self.finals


@lru_cache(maxsize=1024)
def automaton(pattern: str) -> Automaton:
    """Turn a pattern into an automaton.

    Parameters
    ----------
    pattern : str
        The pattern.

    Returns
    -------
    Automaton

    Raises
    ------
    ExpressionError
        If it is not a pattern of the rule language, or its automaton would be too large.
    """
    node = parse_pattern(pattern)
    if _size(node) > MOST_POSITIONS:
        raise _too_large(
            pattern, f"has more than {MOST_POSITIONS} characters when repetitions are written out"
        )
    positions = _Positions()
    empty, first, last = positions.add(node)
    cuts, symbols, inside = _symbols(positions.ranges)
    return _determined(pattern, positions, (empty, first, last), (cuts, symbols, inside))


def _too_large(pattern: str, what: str) -> ExpressionError:
    return ExpressionError(Problem(f"pattern {pattern!r} {what}", advice=_SHORTER))


def _size(node: Node) -> int:
    """Count the characters of a pattern whose repetitions are written out."""
    match node:
        case Chars():
            return 1
        case Chain(parts) | Choice(parts):
            return sum(map(_size, parts))
        case Repeat(part, least, most):
            return _size(part) * max(least, 1, most or 0)
        case _:
            assert_never(node)


_Ends = tuple[bool, int, int]
"""Whether a part can be empty, and the positions at which it can begin and end, as bits."""


@dataclass(slots=True)
class _Positions:
    """The characters of a pattern, numbered, and which can follow which (Glushkov's automaton).

    Parameters
    ----------
    ranges : list of Ranges
        The characters that can stand at each position.
    follow : list of int
        The positions that can come after each position, as bits.
    """

    ranges: list[Ranges] = field(default_factory=list)
    follow: list[int] = field(default_factory=list)

    def add(self, node: Node) -> _Ends:
        """Add the positions of a part."""
        match node:
            case Chars(ranges):
                self.ranges.append(ranges)
                self.follow.append(0)
                bit = 1 << (len(self.ranges) - 1)
                return False, bit, bit
            case Chain(parts):
                return self._chained(parts)
            case Choice(parts):
                ends = [self.add(part) for part in parts]
                empty, first, last = False, 0, 0
                for each in ends:
                    empty, first, last = empty or each[0], first | each[1], last | each[2]
                return empty, first, last
            case Repeat(part, least, most):
                return self._repeated(part, least, most)
            case _:
                assert_never(node)

    def _chained(self, parts: tuple[Node, ...]) -> _Ends:
        ends: _Ends = True, 0, 0
        for part in parts:
            ends = self._joined(ends, self.add(part))
        return ends

    def _joined(self, before: _Ends, after: _Ends) -> _Ends:
        """Put one part behind another."""
        self._link(before[2], after[1])
        first = before[1] | (after[1] if before[0] else 0)
        last = after[2] | (before[2] if after[0] else 0)
        return before[0] and after[0], first, last

    def _repeated(self, part: Node, least: int, most: int | None) -> _Ends:
        """Write a repetition out: what must come, then what may."""
        ends: _Ends = True, 0, 0
        for number in range(max(least, 1) if most is None else most):
            copy = self.add(part)
            if most is None and number >= least - 1:
                # The last copy can be followed by itself.
                self._link(copy[2], copy[1])
            if number >= least:
                copy = True, copy[1], copy[2]
            ends = self._joined(ends, copy)
        return ends

    def _link(self, before: int, after: int) -> None:
        for position in _bits(before):
            self.follow[position] |= after


def _bits(mask: int) -> Iterator[int]:
    """Yield the numbers of the bits that are set."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _symbols(
    sets: list[Ranges],
) -> tuple[tuple[int, ...], tuple[int, ...], list[int]]:
    """Divide all characters by the sets that they are in.

    Returns cuts and symbols as `Automaton` has them, and for each symbol its sets, as bits.
    """
    bits_of: dict[Ranges, int] = {}
    for number, ranges in enumerate(sets):
        bits_of[ranges] = bits_of.get(ranges, 0) | 1 << number
    cuts = {0}
    for ranges in bits_of:
        for first, last in ranges:
            cuts |= {first, last + 1}
    ordered = sorted(cuts)
    place = {cut: number for number, cut in enumerate(ordered)}
    masks = [0] * len(ordered)
    for ranges, bits in bits_of.items():
        for first, last in ranges:
            for number in range(place[first], place[last + 1]):
                masks[number] |= bits
    numbers: dict[int, int] = {}
    symbols = tuple(numbers.setdefault(mask, len(numbers)) for mask in masks)
    return tuple(ordered), symbols, list(numbers)


def _determined(
    pattern: str,
    positions: _Positions,
    ends: _Ends,
    characters: tuple[tuple[int, ...], tuple[int, ...], list[int]],
) -> Automaton:
    """Work out the steps between sets of positions that can be reached together."""
    empty, first, last = ends
    cuts, symbols, inside = characters
    # State 0 has read nothing; any other is the set of positions at which the last character can
    # be, as bits. `ahead` of a set are the positions at which the next one can be.
    states: dict[int, int] = {-1: 0}
    ahead = [first]
    steps: list[tuple[int, ...]] = []
    while len(steps) < len(states):
        row: list[int] = []
        for among in inside:
            reached = ahead[len(steps)] & among
            if not reached:
                row.append(-1)
                continue
            if reached not in states:
                if len(states) == MOST_STATES:
                    what = f"needs more than {MOST_STATES} states to be matched"
                    raise _too_large(pattern, what)
                states[reached] = len(states)
                union = 0
                for position in _bits(reached):
                    union |= positions.follow[position]
                ahead.append(union)
            row.append(states[reached])
        steps.append(tuple(row))
    finals = {number for reached, number in states.items() if number and reached & last}
    return Automaton(cuts, symbols, tuple(steps), frozenset({*finals, *([0] if empty else [])}))
