"""What the leaves of a predicate ask of a value, and what a pattern means, in one place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import assert_never

from asnsolve.expr.fold import Test
from asnsolve.expr.nodes import IsSet, Matches, OneOf


def whole_match(pattern: str) -> Callable[[str], bool]:
    """Return a function that tells whether a whole value matches a pattern.

    Parameters
    ----------
    pattern : str
        Regular expression; letter case makes no difference, and a dot matches a line break too.

    Returns
    -------
    callable
        From a value to bool.

    Raises
    ------
    re.error, OverflowError
        If the pattern cannot be compiled.
    """
    compiled = re.compile(pattern, re.IGNORECASE | re.DOTALL)
    return lambda value: compiled.fullmatch(value) is not None


def passes(test: Test) -> Callable[[str], bool]:
    """Return a function that tells whether a value passes a test.

    Parameters
    ----------
    test : IsSet, OneOf or Matches
        The test. An attribute that is not set has no value, and passes none.

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
    # Every value is set, so `IsSet` tells none apart; it is skipped because columns that are only
    # tested for it may have many values.
    outcomes = [list(map(passes(test), values)) for test in tests if not isinstance(test, IsSet)]
    if not outcomes:
        return [0] * len(values)
    classes: dict[tuple[bool, ...], int] = {}
    return [classes.setdefault(outcome, len(classes)) for outcome in zip(*outcomes, strict=True)]
