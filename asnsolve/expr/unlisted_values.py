"""Values that are not listed: which combinations of patterns they match, with examples.

The languages of patterns are intersected and subtracted with automata-lib, over an alphabet with
one character for all that no pattern tells apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, islice, product
from typing import TYPE_CHECKING, Final

from asnsolve.errors import ExpressionError, Problem
from asnsolve.expr.pattern_automata import Automaton, automaton
from asnsolve.expr.pattern_syntax import LAST
from asnsolve.pool.columns import NULL_WORDS

if TYPE_CHECKING:
    from automata.fa.dfa import DFA

_LARGEST: Final = 200_000
_READABLE: Final = "abcdefghijklmnopqrstuvwxyz0123456789-_"
_SPACES: Final = tuple(char for char in map(chr, range(0x3001)) if char.isspace())
_PLAIN: Final = "other"


@dataclass(frozen=True, slots=True)
class Unlisted:
    """Values that the same patterns match.

    Parameters
    ----------
    matched : frozenset of str
        Those patterns.
    examples : tuple of str
        Some of the values, the shortest first; fewer than were asked for only if there are no more.
    """

    matched: frozenset[str]
    examples: tuple[str, ...]


def unlisted_values(
    patterns: Collection[str], listed: Iterable[str], examples: int = 2
) -> tuple[Unlisted, ...]:
    """Find every combination of patterns that a value outside of a list can match.

    Values are what a cell of a pool can hold: in lower case, without blanks around it, without
    control characters, and not a null word.

    Parameters
    ----------
    patterns : collection of str
        The patterns.
    listed : iterable of str
        Values to leave out.
    examples : int
        How many values to give of each combination.

    Returns
    -------
    tuple of Unlisted
        Each with at least one value; combinations that no value matches are left out.

    Raises
    ------
    ExpressionError
        If a pattern is not acceptable, or the patterns are too large to be told apart.
    """
    names = tuple(dict.fromkeys(patterns))
    return _found(names, frozenset(listed).union(NULL_WORDS), examples)


@lru_cache(maxsize=256)
def _found(names: tuple[str, ...], known: frozenset[str], examples: int) -> tuple[Unlisted, ...]:
    """Find the combinations; they are kept, because both levels of a rule set need the same."""
    if not names:
        # Any text will do, so take one that readers understand: other, other-2, ...
        plain = (f"{_PLAIN}-{number}" if number > 1 else _PLAIN for number in count(1))
        return (Unlisted(frozenset(), tuple(_outside(plain, known, examples))),)
    automata = [automaton(name) for name in names]
    letters = _letters(automata)
    # This many characters of a letter give enough values, whichever of them are listed.
    enough = len(known) + examples
    found: list[Unlisted] = []
    for matched, language in _combinations(names, automata, letters):
        words = tuple(_outside(_words(language, letters, enough), known, examples))
        if words:
            found.append(Unlisted(matched, words))
    return tuple(found)


def _outside(words: Iterable[str], known: frozenset[str], wanted: int) -> Iterator[str]:
    return islice((word for word in words if word not in known), wanted)


@dataclass(frozen=True, slots=True)
class _Letter:
    """Characters that no pattern tells apart; all of them are blanks, or none is.

    Parameters
    ----------
    symbols : tuple of int
        Their symbol in each automaton.
    ranges : tuple of (int, int)
        Code points among which they are.
    blank : bool
        Whether they are blanks.
    """

    symbols: tuple[int, ...]
    ranges: tuple[tuple[int, int], ...]
    blank: bool

    def chars(self) -> Iterator[str]:
        """Yield the characters, readable ones first."""
        if self.blank:
            yield from (char for char in _SPACES if self._holds(char) and _fits(char))
            return
        yield from filter(self._holds, _READABLE)
        for first, last in self.ranges:
            for char in map(chr, range(first, last + 1)):
                if char not in _READABLE and not char.isspace() and _fits(char):
                    yield char

    def _holds(self, char: str) -> bool:
        return any(first <= ord(char) <= last for first, last in self.ranges)


def _fits(char: str) -> bool:
    """Tell whether a value of a pool can have a character."""
    if char.isascii():
        return char == "\t" or (char.isprintable() and not char.isupper())
    is_control = "\x7f" <= char <= "\x9f" or char in "\u2028\u2029" or "\ud800" <= char <= "\udfff"
    return not is_control and char == char.lower()


_Letters = dict[str, _Letter]
"""Letters by their first character, their symbol in the automata; readable ones first."""


def _letters(automata: Sequence[Automaton]) -> _Letters:
    """Divide the characters of values into letters that some automaton tells apart."""
    cuts = sorted({cut for each in automata for cut in each.cuts if cut <= LAST})
    ranges_of: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    for first, after in zip(cuts, [*cuts[1:], LAST + 1], strict=True):
        symbols = tuple(each.symbol(chr(first)) for each in automata)
        ranges_of.setdefault(symbols, []).append((first, after - 1))
    letters: _Letters = {}
    for symbols, ranges in ranges_of.items():
        for blank in (False, True):
            letter = _Letter(symbols, tuple(ranges), blank)
            char = next(letter.chars(), None)
            if char is not None:
                letters[char] = letter
    return dict(sorted(letters.items(), key=lambda item: _rank(item[0])))


def _rank(char: str) -> tuple[int, str]:
    """Put readable characters first."""
    return _READABLE.find(char) % (len(_READABLE) + 1), char


def _combinations(
    names: Sequence[str], automata: Sequence[Automaton], letters: _Letters
) -> Iterator[tuple[frozenset[str], DFA]]:
    """Yield the sets of patterns that a value can match, with the language of these values."""
    parts: list[tuple[frozenset[str], DFA]] = [(frozenset(), _values(letters))]
    for number, name in enumerate(names):
        language = _language(automata[number], number, letters)
        divided: list[tuple[frozenset[str], DFA]] = []
        for matched, part in parts:
            if len(part.states) * len(language.states) > _LARGEST:
                what = f"the patterns {' and '.join(map(repr, names))} are too large to be compared"
                advice = "Write shorter patterns, or list the values with one_of."
                raise ExpressionError(Problem(what, advice=advice))
            divided += [(matched | {name}, part & language), (matched, part - language)]
        parts = [(matched, part) for matched, part in divided if not part.isempty()]
    yield from parts


def _values(letters: _Letters) -> DFA:
    """Return the language of values: not empty, and no blank at the beginning or the end."""
    from automata.fa.dfa import DFA

    solid = {char: 1 for char, letter in letters.items() if not letter.blank}
    blank = {char: 2 for char, letter in letters.items() if letter.blank}
    steps = {0: solid, 1: solid | blank, 2: solid | blank}
    return DFA(
        states={0, 1, 2},
        input_symbols=set(letters),
        transitions=steps,
        initial_state=0,
        final_states={1},
        allow_partial=True,
    )


def _language(pattern: Automaton, number: int, letters: _Letters) -> DFA:
    """Return the language of a pattern, the one with this number among the automata."""
    from automata.fa.dfa import DFA

    steps = {
        state: {
            char: row[letter.symbols[number]]
            for char, letter in letters.items()
            if row[letter.symbols[number]] >= 0
        }
        for state, row in enumerate(pattern.steps)
    }
    return DFA(
        states=set(steps),
        input_symbols=set(letters),
        transitions=steps,
        initial_state=0,
        final_states=set(pattern.finals),
        allow_partial=True,
    )


def _words(language: DFA, letters: _Letters, most: int) -> Iterator[str]:
    """Yield the values of a language that is not empty, the shortest first.

    Of the characters that no pattern tells apart, no more than `most` are used.
    """
    chars = {char: tuple(islice(letter.chars(), most)) for char, letter in letters.items()}
    steps_of = {
        state: [(char, steps[char]) for char in letters if char in steps]
        for state, steps in language.transitions.items()
    }
    longest = language.maximum_word_length()
    # For each length, the states from which some word of this length leads to the end. A search
    # that stays among them never has to turn back.
    leading = [frozenset(language.final_states)]

    for length in count():
        if longest is not None and length > longest:
            return
        begun = [("", language.initial_state)] if language.initial_state in leading[length] else []
        while begun:
            word, state = begun.pop()
            if len(word) == length:
                yield from map("".join, product(*(chars[char] for char in word)))
                continue
            still = leading[length - len(word) - 1]
            # Backwards, because the last one is taken first.
            for char, reached in reversed(steps_of[state]):
                if reached in still:
                    begun.append((word + char, reached))
        leading.append(
            frozenset(
                state
                for state, steps in steps_of.items()
                if any(reached in leading[length] for _, reached in steps)
            )
        )
