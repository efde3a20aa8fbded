"""Constructors of the rule language for columns that measure.

Limits are numbers, quantities with a unit of astropy, or times. Rules are written with these
functions, which `asnsolve.expr.build` offers too, never with the nodes themselves.
"""

from __future__ import annotations

from collections.abc import Iterable

from asnsolve.expr.arguments import nonsense, source_names
from asnsolve.expr.nodes import InRange
from asnsolve.pool.measures import MJD, converted, number_text, quantity, unit_text


def between(sources: str | Iterable[str], low: object, high: object) -> InRange:
    """Say that the value is not below one limit and not above another.

    Parameters
    ----------
    sources : str or iterable of str
        Column that measures, or columns of which the first that is set gives the value.
    low, high : number, Quantity, Time or str
        The limits, which are in the range; a text is a date.

    Returns
    -------
    InRange
        The predicate.

    Raises
    ------
    ExpressionError
        If the limits are swapped, or are of different quantities.
    """
    names = source_names(sources)
    (least, unit), (number, other) = quantity(low), quantity(high)
    most = number if unit == other else _converted(number, other, unit)
    if most is None:
        what = f"between({names[0]}) goes from {_said(least, unit)} to {_said(number, other)}"
        raise nonsense(what, "two limits of one quantity")
    if least > most:
        what = f"between({names[0]}) goes from {_said(least, unit)} to {_said(most, unit)}"
        raise nonsense(what, "the smaller limit first", "Swap the limits.")
    return InRange(names, least, most, unit)


def above(sources: str | Iterable[str], limit: object) -> InRange:
    """Say that the value is greater than a limit.

    Parameters
    ----------
    sources : str or iterable of str
        Column that measures, or columns of which the first that is set gives the value.
    limit : number, Quantity, Time or str
        The limit; a text is a date.

    Returns
    -------
    InRange
        The predicate.
    """
    names, (number, unit) = source_names(sources), quantity(limit)
    return InRange(names, number, None, unit)


def below(sources: str | Iterable[str], limit: object) -> InRange:
    """Say that the value is smaller than a limit.

    Parameters
    ----------
    sources : str or iterable of str
        Column that measures, or columns of which the first that is set gives the value.
    limit : number, Quantity, Time or str
        The limit; a text is a date.

    Returns
    -------
    InRange
        The predicate.
    """
    names, (number, unit) = source_names(sources), quantity(limit)
    return InRange(names, None, number, unit)


def in_range(
    sources: str | Iterable[str], low: float | None, high: float | None, unit: str
) -> InRange:
    """Make the test that `between`, `above` and `below` make, of limits in one unit.

    Parameters
    ----------
    sources : str or iterable of str
        Columns.
    low, high : float or None
        The limits.
    unit : str
        Their unit.

    Returns
    -------
    InRange

    Raises
    ------
    ExpressionError
        If there is no limit, one is not finite, or they are swapped.
    """
    if low is None and high is None:
        raise nonsense("a range has no limit", "at least one")
    text = MJD if unit == MJD else unit_text(unit)
    if low is not None and high is not None and low > high:
        raise nonsense(f"a range goes from {low} to {high}", "the smaller limit first")
    least, most = (None if limit is None else quantity(limit)[0] for limit in (low, high))
    return InRange(source_names(sources), least, most, text)


def _converted(number: float, unit: str, to: str) -> float | None:
    return None if MJD in (unit, to) else converted(number, unit, to)


def _said(number: float, unit: str) -> str:
    return f"{number_text(number)} {unit}".rstrip()
