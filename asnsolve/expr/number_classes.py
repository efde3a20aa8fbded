"""Classes of numbers that no test tells apart: intervals between the limits of all tests.

The limits of the tests of a column cut the line of numbers into points and open intervals::

    above 10, between 10 and 20        (-inf, 10)  [10]  (10, 20)  [20]  (20, inf)

Every number in one of these pieces passes the same tests, so that a witness of each piece decides
exactly. Pieces with the same outcomes are one class.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from asnsolve.expr.fold import fold
from asnsolve.expr.nodes import AllOf, AnyOf, InRange, IsSet, Not, Predicate, Sources
from asnsolve.pool.measures import Measure, number_text


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """A point, or the numbers between two limits, without these.

    Parameters
    ----------
    low, high : float
        The limits; equal for a point, and infinite where there is none.
    """

    low: float
    high: float

    @property
    def is_point(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high

    def samples(self) -> tuple[str, ...]:
        """Return numbers in the piece: one of a point, and two of others that have so many."""
        if self.is_point:
            return (number_text(self.low),)
        found = list(_between(self.low, self.high))
        return tuple(map(number_text, sorted(found[:2])))


def bounds(test: InRange) -> tuple[float, float]:
    """Return the least and the greatest number in a range.

    Parameters
    ----------
    test : InRange
        The test.

    Returns
    -------
    least, most : float
        Both are in the range, if they are finite; it is empty if the least is greater.
    """
    if test.low is not None and test.high is not None:
        return test.low, test.high
    # A limit that stands alone is not in the range; the next number is.
    least = -math.inf if test.low is None else math.nextafter(test.low, math.inf)
    return least, math.inf if test.high is None else math.nextafter(test.high, -math.inf)


def pieces(tests: Iterable[InRange], measure: Measure) -> tuple[Piece, ...]:
    """Cut the numbers that a column can have at the limits of tests.

    Parameters
    ----------
    tests : iterable of InRange
        The tests of the column.
    measure : Measure
        What it measures.

    Returns
    -------
    tuple of Piece
        Ascending; each holds a number.
    """
    least, most = measure.span
    limits = {limit for test in tests for limit in (test.low, test.high) if limit is not None}
    ends = {end for end in (least, most) if math.isfinite(end)}
    # The ends of a span are numbers that the column can have.
    cuts = sorted(ends.union(limit for limit in limits if least <= limit <= most))
    edges = sorted({least, *cuts, most})
    found = [Piece(cut, cut) for cut in cuts]
    found += [Piece(low, high) for low, high in pairwise(edges)]
    return tuple(sorted(piece for piece in found if piece.samples()))


def said(
    sources: Sources,
    inside: Collection[Piece],
    outside: Collection[Piece],
    unit: str,
    *,
    unset: bool,
) -> Predicate:
    """Say that a number is in some pieces.

    Parameters
    ----------
    sources : tuple of str
        The column.
    inside, outside : collection of Piece
        Pieces, and all others of the column.
    unit : str
        Unit of their limits.
    unset : bool
        Whether the column may be unset.

    Returns
    -------
    Predicate
        Folded.
    """
    # An unset value is in no range, so exclude the other pieces instead.
    wanted, others = (outside, inside) if unset else (inside, outside)
    if others:
        told: Predicate = AnyOf(tuple(_runs(sources, wanted, others, unit)))
    else:
        told = IsSet(sources)
    return fold(Not(told) if unset else told)


def _runs(
    sources: Sources, wanted: Collection[Piece], others: Collection[Piece], unit: str
) -> Iterator[Predicate]:
    """Say for each run of neighbours among the wanted pieces that a number is in it."""
    for is_wanted, run in groupby(sorted({*wanted, *others}), key=wanted.__contains__):
        if is_wanted:
            members = list(run)
            first = members[0] if min(others) < members[0] else None
            last = members[-1] if max(others) > members[-1] else None
            yield _run(sources, first, last, unit)


def _run(sources: Sources, first: Piece | None, last: Piece | None, unit: str) -> Predicate:
    """Say that a number is in a run, of which the ends are given that have pieces beyond them."""
    if first is not None and last is not None and first.is_point and last.is_point:
        return InRange(sources, first.low, last.high, unit)
    parts: list[Predicate] = []
    if first is not None:
        at_least = Not(InRange(sources, None, first.low, unit))
        parts.append(at_least if first.is_point else InRange(sources, first.low, None, unit))
    if last is not None:
        at_most = Not(InRange(sources, last.high, None, unit))
        parts.append(at_most if last.is_point else InRange(sources, None, last.high, unit))
    # An unset value is neither above nor below a limit: ask for a value too.
    is_told = any(isinstance(part, InRange) for part in parts)
    return AllOf(tuple(parts if is_told else [IsSet(sources), *parts]))


def _between(low: float, high: float) -> Iterator[float]:
    """Yield numbers between two limits that are short to write, if there are numbers there."""
    if not math.isfinite(low) and not math.isfinite(high):
        yield from (0.0, 1.0)
    elif not math.isfinite(low):
        yield from _beyond(high, -math.inf)
    elif not math.isfinite(high):
        yield from _beyond(low, math.inf)
    else:
        middle = low / 2 + high / 2
        rounded = (float(f"{middle:.{digits}g}") for digits in range(1, 18))
        first = next((number for number in rounded if low < number < high), middle)
        if low < first < high:
            yield first
            second = first / 2 + high / 2
            others = (second, low / 2 + first / 2)
            yield from (number for number in others if low < number < high and number != first)


def _beyond(limit: float, end: float) -> Iterator[float]:
    """Yield two numbers on one side of a limit."""
    step = math.copysign(1.0, end)
    near = limit + step if limit + step != limit else math.nextafter(limit, end)
    yield from (number for number in (near, near + (near - limit)) if math.isfinite(number))
