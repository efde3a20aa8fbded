"""What the leaves of a predicate ask of a value, and what a pattern means, in one place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.fold import Test
from asnsolve.expr.nodes import InRange, IsSet, Matches, OneOf
from asnsolve.expr.number_classes import Piece, bounds, pieces
from asnsolve.expr.pattern_automata import automaton
from asnsolve.expr.unlisted_values import unlisted_values
from asnsolve.pool.measures import Measure, plain_number, plain_numbers


@dataclass(frozen=True, slots=True)
class ValueClass:
    """Values of an attribute that no test tells apart.

    Parameters
    ----------
    values : tuple of str
        The listed values.
    unlisted : tuple of str
        Examples of values that are not listed; empty if none of these belongs to the class, and
        several if several do.
    patterns : frozenset of str
        The patterns of the tests that all of these values match.
    pieces : tuple of Piece
        The intervals of a column that measures; `unlisted` has numbers in each of them.
    """

    values: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    patterns: frozenset[str] = frozenset()
    pieces: tuple[Piece, ...] = ()

    @property
    def sample(self) -> str | None:
        """One of the values, a listed one if there is one; None if there is no value."""
        return next(iter((*self.values, *self.unlisted)), None)


def whole_match(pattern: str) -> Callable[[str], bool]:
    """Return a function that tells whether a whole value matches a pattern.

    Parameters
    ----------
    pattern : str
        Pattern; letter case makes no difference, and a dot matches any character.

    Returns
    -------
    callable
        From a value to bool. It takes one step per character, whatever the pattern.

    Raises
    ------
    ExpressionError
        If it is not a pattern of the rule language.
    """
    accepts = automaton(pattern).accepts
    return lambda value: accepts(value.lower())


def passes(test: Test) -> Callable[[str], bool]:
    """Return a function that tells whether a value passes a test.

    Parameters
    ----------
    test : IsSet, OneOf, Matches or InRange
        The test. An attribute that is not set has no value, and passes no test.

    Returns
    -------
    callable
        From a value to bool.
    """
    match test:
        case IsSet():
            return lambda value: True
        case OneOf(_, values):
            return frozenset(values).__contains__
        case Matches(_, pattern):
            return whole_match(pattern)
        case InRange():
            least, most = bounds(test)
            return lambda value: least <= plain_number(value) <= most
        case _:
            assert_never(test)


def value_classes(tests: Iterable[Test], values: Sequence[str]) -> list[int]:
    """Sort the values of an attribute into classes that no test tells apart.

    Parameters
    ----------
    tests : iterable of Test
        The tests of the attribute.
    values : sequence of str
        Its values.

    Returns
    -------
    list of int
        The class of each value; classes are numbered from 0 in the order in which they appear.
    """
    numbers: list[NDArray[np.float64]] = []

    def outcome_of(test: Test) -> list[bool]:
        if not isinstance(test, InRange):
            return list(map(passes(test), values))
        # Numbers are read once for all tests.
        numbers[:] = numbers or [plain_numbers(values)]
        least, most = bounds(test)
        inside: list[bool] = ((numbers[0] >= least) & (numbers[0] <= most)).tolist()
        return inside

    # Every value is set, so `IsSet` tells none apart; it is skipped because columns that are only
    # tested for it may have many values.
    outcomes = [outcome_of(test) for test in tests if not isinstance(test, IsSet)]
    if not outcomes:
        return [0] * len(values)
    classes: dict[tuple[bool, ...], int] = {}
    return [classes.setdefault(outcome, len(classes)) for outcome in zip(*outcomes, strict=True)]


def measured_classes(tests: Iterable[Test], measure: Measure) -> tuple[ValueClass, ...]:
    """Sort the numbers that a column can have into classes that no test tells apart.

    Parameters
    ----------
    tests : iterable of Test
        The tests of the column.
    measure : Measure
        What it measures.

    Returns
    -------
    tuple of ValueClass
        Every possible outcome of the tests, with numbers in each interval.
    """
    ranges = sorted({test for test in tests if isinstance(test, InRange)}, key=repr)
    passing = [passes(test) for test in ranges]
    alike: dict[tuple[bool, ...], list[Piece]] = {}
    for piece in pieces(ranges, measure):
        sample = piece.samples()[0]
        alike.setdefault(tuple(passed(sample) for passed in passing), []).append(piece)
    return tuple(
        ValueClass(
            unlisted=tuple(sample for piece in members for sample in piece.samples()),
            pieces=tuple(members),
        )
        for members in alike.values()
    )


def open_classes(
    tests: Collection[Test], listed: Iterable[str], examples: int = 2
) -> tuple[ValueClass, ...]:
    """Sort everything that an attribute can be set to into classes that no test tells apart.

    Parameters
    ----------
    tests : collection of Test
        The tests of the attribute.
    listed : iterable of str
        Known values. Those that tests name are added.
    examples : int
        How many values that are not listed to give of each class, at least one.

    Returns
    -------
    tuple of ValueClass
        Every possible outcome of the tests, with at least one value.

    Raises
    ------
    ExpressionError
        If the patterns of the tests are too large to be told apart.
    """
    lists: list[frozenset[str]] = []
    matches: dict[str, Callable[[str], bool]] = {}
    for test in tests:
        match test:
            case OneOf():
                lists.append(frozenset(test.values))
            case Matches():
                matches[test.pattern] = whole_match(test.pattern)
            case IsSet() | InRange():
                # Columns with ranges have classes of their own; see `measured_classes`.
                pass
            case _:
                assert_never(test)
    values = tuple(dict.fromkeys((*listed, *sorted(frozenset[str]().union(*lists)))))
    patterns = sorted(matches)
    # The key of a class: the patterns that its values match, and the lists that hold them.
    values_of: dict[tuple[frozenset[str], tuple[bool, ...]], list[str]] = {}
    for value in sorted(values):
        matched = frozenset(pattern for pattern in patterns if matches[pattern](value))
        values_of.setdefault((matched, tuple(value in each for each in lists)), []).append(value)
    in_no_list = (False,) * len(lists)
    unlisted_of = {
        (unlisted.matched, in_no_list): unlisted.examples
        for unlisted in unlisted_values(patterns, values, examples)
    }
    place = {value: number for number, value in enumerate(values)}
    return tuple(
        ValueClass(
            tuple(sorted(values_of.get(outcome, ()), key=place.__getitem__)),
            unlisted_of.get(outcome, ()),
            outcome[0],
        )
        for outcome in dict.fromkeys((*values_of, *unlisted_of))
    )
