"""Constructors of the rule language for columns that measure.

Limits are numbers, quantities with a unit of astropy, or times. Rules are written with these
functions, which `asnsolve.expr.build` offers too, never with the nodes themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from asnsolve.expr.arguments import as_predicate, nonsense, role_names, source_names
from asnsolve.expr.nodes import InRange, Linked, LinkedSky, MeasuredKey, Predicate, Spread
from asnsolve.pool.measures import MJD, converted, number_text, quantity, unit_text
from asnsolve.shown_values import shown


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


def linked(
    column: str,
    *,
    within: object,
    roles: str | Iterable[str] | None = None,
    optional: bool = False,
    where: Predicate | None = None,
) -> Linked:
    """Say that the values of all members (of `roles`, if given) make one chain.

    Parameters
    ----------
    column : str
        Column that measures.
    within : number or Quantity
        The longest gap between neighbours in the chain.
    roles : str or iterable of str, optional
        Roles that are bound; members in other roles go with any value.
    optional : bool
        Whether a bound exposure may lack a value; it then goes with any value.
    where : Predicate, optional
        Only exposures that satisfy it are bound; others go with any value.

    Returns
    -------
    Linked
        The key.

    Raises
    ------
    ExpressionError
        If an argument is of the wrong kind, or the gap is negative.
    """
    name = _column(column, 'linked("expstart", within=30 * u.day)')
    key = f"linked({name})"
    width, unit = _width(within, key)
    return Linked((name,), width, unit, role_names(roles, key), optional, _where(where))


def linked_sky(
    ra: str,
    dec: str,
    *,
    within: object,
    roles: str | Iterable[str] | None = None,
    optional: bool = False,
    where: Predicate | None = None,
) -> LinkedSky:
    """Say that the positions of all members (of `roles`, if given) make one chain on the sky.

    Parameters
    ----------
    ra, dec : str
        Columns of right ascensions and of declinations.
    within : Quantity
        The longest distance between neighbours in the chain, along a great circle.
    roles : str or iterable of str, optional
        Roles that are bound; members in other roles go with any position.
    optional : bool
        Whether a bound exposure may lack a position; it then goes with any.
    where : Predicate, optional
        Only exposures that satisfy it are bound; others go with any position.

    Returns
    -------
    LinkedSky
        The key.

    Raises
    ------
    ExpressionError
        If an argument is of the wrong kind, or the distance is negative.
    """
    example = 'linked_sky("targ_ra", "targ_dec", within=2 * u.arcmin)'
    names = (_column(ra, example), _column(dec, example))
    key = f"linked_sky({', '.join(names)})"
    width, unit = _width(within, key)
    return LinkedSky(names, width, unit, role_names(roles, key), optional, _where(where))


def spread(
    column: str,
    *,
    at_most: object,
    roles: str | Iterable[str] | None = None,
    optional: bool = False,
    where: Predicate | None = None,
) -> Spread:
    """Say that the values of all members (of `roles`, if given) lie within a window.

    Parameters
    ----------
    column : str
        Column that measures.
    at_most : number or Quantity
        Width of the window.
    roles : str or iterable of str, optional
        Roles that are bound; members in other roles go with any value.
    optional : bool
        Whether a bound exposure may lack a value; it then goes with any value.
    where : Predicate, optional
        Only exposures that satisfy it are bound; others go with any value.

    Returns
    -------
    Spread
        The key.

    Raises
    ------
    ExpressionError
        If an argument is of the wrong kind, or the width is negative.
    """
    name = _column(column, 'spread("pa_v3", at_most=1 * u.deg)')
    key = f"spread({name})"
    width, unit = _width(at_most, key)
    return Spread((name,), width, unit, role_names(roles, key), optional, _where(where))


def measured_key(key: MeasuredKey) -> MeasuredKey:
    """Make a key again by the function of its kind.

    Parameters
    ----------
    key : Linked, LinkedSky or Spread
        A key, perhaps made by hand.

    Returns
    -------
    Linked, LinkedSky or Spread

    Raises
    ------
    ExpressionError
        If the function refuses what it holds.
    """
    if key.unit == MJD:
        raise nonsense("a key compares with a moment", "a duration, such as 30 * u.day")
    made = replace(
        key,
        sources=source_names(key.sources),
        width=_width(key.width, ", ".join(key.sources))[0],
        unit=unit_text(key.unit),
        roles=role_names(key.roles, "a key"),
        where=_where(key.where),
    )
    if len(made.sources) != (2 if isinstance(made, LinkedSky) else 1):
        raise nonsense(f"a key names {', '.join(made.sources)}", "one column, or two on the sky")
    return made


def _column(column: object, example: str) -> str:
    """Check the name of the one column that a key compares."""
    if not isinstance(column, str):
        what = f"a key that compares numbers has {shown(column)} in the place of a column"
        raise nonsense(what, f"the name of one column, such as {example}")
    return source_names((column,))[0]


def _width(width: object, key: str) -> tuple[float, str]:
    number, unit = quantity(width)
    if unit == MJD:
        raise nonsense(f"{key} compares with a moment", "a duration, such as 30 * u.day")
    if number < 0:
        raise nonsense(f"{key} compares with {_said(number, unit)}", "0 or more")
    return number, unit


def _where(where: Predicate | None) -> Predicate | None:
    return None if where is None else as_predicate(where)


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
