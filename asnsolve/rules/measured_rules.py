"""Columns that measure, in rule sets: declared once, and compared with in their own unit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Final, TypeVar

from asnsolve.expr.nodes import InRange, Linked, LinkedSky, Matches, MeasuredKey, OneOf, Spread
from asnsolve.expr.number_classes import bounds
from asnsolve.pool.columns import MANDATORY
from asnsolve.pool.measures import Measure, number_text
from asnsolve.profiles import Profile
from asnsolve.rules.field_types import Mistake, inside
from asnsolve.rules.steps import Best, Sky

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Part = TypeVar("Part")

_POSITION: Final = ["right ascension", "declination"]
"""What the columns of a position measure."""


def joined_measures(measures: Iterable[tuple[Measure, ...]]) -> tuple[Measure, ...]:
    """Join the columns that measure of several rule sets.

    Parameters
    ----------
    measures : iterable of tuple of Measure
        Those of each set.

    Returns
    -------
    tuple of Measure
        Each once, sorted by column.
    """
    distinct = dict.fromkeys(chain.from_iterable(measures))
    return tuple(sorted(distinct, key=lambda one: (one.column, one.kind, one.unit)))


def measure_mistakes(
    measures: Iterable[Measure], words: frozenset[str], profile: Profile
) -> Iterator[Mistake]:
    """Find columns that cannot measure, or that are declared in two ways.

    Parameters
    ----------
    measures : iterable of Measure
        The columns that measure.
    words : frozenset of str
        Columns that are declared without a measure.
    profile : Profile
        The mission.

    Yields
    ------
    Mistake
    """
    levels = (names for _, names in profile.hierarchy)
    identifying = frozenset({*MANDATORY, *chain.from_iterable(levels)})
    known: dict[str, Measure] = {}
    for one in measures:
        field = f"COLUMNS[{one.column!r}]"
        if one.column in identifying:
            yield Mistake(field, f"{one.column} identifies exposures", "a column that measures")
        elif one.column in words:
            yield Mistake(field, f"{one.column} is {one}, and a word too", "one of the two")
        elif known.setdefault(one.column, one) != one:
            what = f"{one.column} is {known[one.column]}, and {one} too"
            yield Mistake(field, what, "one of the two")


def measured_mistakes(
    place: str, part: object, measures: Mapping[str, Measure]
) -> Iterator[Mistake]:
    """Find comparisons with columns that do not measure, or measure something else.

    Parameters
    ----------
    place : str
        The field of the rule that holds the part.
    part : object
        A node of the language; any other part of a rule has no such mistake.
    measures : mapping of str to Measure
        What columns measure, by name.

    Yields
    ------
    Mistake
    """
    match part:
        case OneOf(sources) | Matches(sources):
            for name in sources:
                if name in measures:
                    what = f"{name} is {measures[name]}, and is compared with words"
                    yield Mistake(place, what, "between(...), above(...) or below(...)")
        case InRange():
            yield from _range_mistakes(place, part, measures)
        case Linked() | LinkedSky() | Spread():
            yield from _key_mistakes(place, part, measures)
        case Best():
            yield from _best_mistakes(place, part, measures)
        case _:
            return


def _range_mistakes(
    place: str, test: InRange, measures: Mapping[str, Measure]
) -> Iterator[Mistake]:
    """Find ranges of columns that do not measure, or measure something else."""
    for name in test.sources:
        if name not in measures:
            yield _unmeasured(place, name)
            continue
        measure, limits = measures[name], (test.low, test.high)
        if None in (_in_column(limit, test.unit, measure) for limit in limits):
            said = f"in {test.unit}" if test.unit else "without a unit"
            what = f"{name} is {measure}, and is compared with a limit {said}"
            yield Mistake(place, what, _a_limit(measure))
        elif _is_beyond(test, measure):
            what = f"{name} is {measure}, and is compared with a limit beyond that"
            wraps = measure.kind == "right ascension"
            advice = "For a range over 0 deg, join above(...) and below(...) by any_of."
            advice = advice if wraps else ""
            yield Mistake(place, what, "limits that the column can have", advice)
        elif _is_empty(test, measure):
            what = f"{name} is {measure}, which is never in the range"
            yield Mistake(place, what, "a range that some value is in")
    if len({measures[name].value_unit for name in test.sources if name in measures}) > 1:
        what = f"{' and '.join(test.sources)} are in different units"
        yield Mistake(place, what, "columns of one unit")


def _key_mistakes(
    place: str, key: MeasuredKey, measures: Mapping[str, Measure]
) -> Iterator[Mistake]:
    """Find keys of columns that do not measure, or measure something else."""
    kinds = [measures[name].kind if name in measures else "" for name in key.sources]
    for name in key.sources:
        if name not in measures:
            yield _unmeasured(place, name)
        elif measures[name].width(key.width, key.unit) is None:
            said = f"in {key.unit}" if key.unit else "without a unit"
            what = f"{name} is {measures[name]}, and is compared with a width {said}"
            yield Mistake(place, what, f"a width {_in_unit(measures[name], key.width)}")
    if isinstance(key, LinkedSky) and all(kinds) and kinds != _POSITION:
        what = f"{' and '.join(key.sources)} are not a position on the sky"
        yield Mistake(place, what, "a column of right ascensions and one of declinations")


def _best_mistakes(place: str, step: Best, measures: Mapping[str, Measure]) -> Iterator[Mistake]:
    """Find distances in columns that do not measure, or measure something else."""
    here = inside(place, "nearest")
    kinds = [measures[name].kind if name in measures else "" for name in step.columns]
    for name in step.columns:
        if name not in measures:
            yield _unmeasured(here, name)
        elif step.within is not None and measures[name].width(step.within, step.unit) is None:
            said = f"in {step.unit}" if step.unit else "without a unit"
            what = f"{name} is {measures[name]}, and is compared with a distance {said}"
            wanted = f"a distance {_in_unit(measures[name], step.within)}"
            yield Mistake(inside(place, "within"), what, wanted)
    if isinstance(step.nearest, Sky) and all(kinds) and kinds != _POSITION:
        what = f"{' and '.join(step.columns)} are not a position on the sky"
        yield Mistake(here, what, "a column of right ascensions and one of declinations")


def _unmeasured(place: str, name: str) -> Mistake:
    advice = f"Declare what it measures in COLUMNS, as number({name!r}, u.s) or time({name!r})."
    return Mistake(place, f"{name} is a column of words", "a column that measures", advice)


def _in_unit(measure: Measure, number: float) -> str:
    """Say which unit a width has, and how to write it with the number of the rule."""
    if not measure.width_unit:
        return f"without a unit, such as {number_text(number)}"
    written = {"time": "day", "right ascension": "arcmin", "declination": "arcmin"}
    unit = written.get(measure.kind, measure.width_unit)
    # Units such as km / s are not names in astropy.units.
    example = f", such as {number_text(number)} * u.{unit}" if unit.isidentifier() else ""
    return f"in {measure.width_unit}{example}"


def _a_limit(measure: Measure) -> str:
    """Say what a column can be compared with."""
    if measure.kind == "time":
        return 'a date, such as "2022-08-21", or a Time, such as Time(59812, format="mjd")'
    return f"a limit in {measure.value_unit}" if measure.value_unit else "a limit without a unit"


def _in_column(limit: float | None, unit: str, measure: Measure) -> float | None:
    """Express a limit in the unit of a column; 0 if there is no limit."""
    return 0.0 if limit is None else measure.value(limit, unit)


def _is_beyond(test: InRange, measure: Measure) -> bool:
    """Tell whether both limits of a range are angles, and one is beyond what the column can be."""
    if measure.kind not in ("right ascension", "declination"):
        return False
    converted = _converted(test, measure)
    limits = (converted.low, converted.high)
    lowest, highest = measure.span
    # A whole turn is a limit too, though no right ascension is as large.
    return None not in limits and not all(
        lowest <= limit <= math.ceil(highest) for limit in limits if limit is not None
    )


def _is_empty(test: InRange, measure: Measure) -> bool:
    least, most = bounds(_converted(test, measure))
    lowest, highest = measure.span
    return max(least, lowest) > min(most, highest)


def in_column_units(part: Part, measures: tuple[Measure, ...]) -> Part:
    """Express every limit in the unit of its column.

    Parameters
    ----------
    part : object
        A rule without mistakes, a domain, or anything that consists of nodes.
    measures : tuple of Measure
        Columns that measure.

    Returns
    -------
    object
        The part itself if nothing changes.
    """
    if not measures:
        return part
    known: dict[int, tuple[object, object]] = {}
    changed = _in_units(part, {one.column: one for one in measures}, known)
    return changed if isinstance(changed, type(part)) else part


def _in_units(
    part: object, measures: Mapping[str, Measure], known: dict[int, tuple[object, object]]
) -> object:
    """Express the limits in a part; those that are shared are walked once, by their identity."""
    if isinstance(part, InRange):
        measure = measures.get(part.sources[0])
        return part if measure is None else _converted(part, measure)
    if isinstance(part, tuple):
        parts = tuple(_in_units(one, measures, known) for one in part)
        return parts if any(a is not b for a, b in zip(part, parts, strict=True)) else part
    if not is_dataclass(part) or isinstance(part, type):
        return part
    if id(part) not in known:
        own: DataclassInstance = part
        # Of positions, a distance in minutes of arc is easier to read than one in degrees.
        if isinstance(own, Linked | Spread) and own.sources[0] in measures:
            own = _key_in_unit(own, measures[own.sources[0]])
        if isinstance(own, Best) and own.columns and own.columns[0] in measures:
            own = _best_in_unit(own, measures[own.columns[0]])
        changes = {
            each.name: changed
            for each in fields(own)
            if each.init
            and (changed := _in_units(getattr(own, each.name), measures, known))
            is not getattr(own, each.name)
        }
        known[id(part)] = part, replace(own, **changes) if changes else own
    return known[id(part)][1]


def _key_in_unit(key: MeasuredKey, measure: Measure) -> MeasuredKey:
    """Express the width of a key in the unit of its column."""
    if key.unit == measure.width_unit:
        return key
    width = measure.width(key.width, key.unit)
    return key if width is None else replace(key, width=width, unit=measure.width_unit)


def _best_in_unit(step: Best, measure: Measure) -> Best:
    """Express distances in the unit of their column; on the sky that is degrees."""
    if step.within is None:
        return replace(step, unit=measure.width_unit)
    width = measure.width(step.within, step.unit)
    return step if width is None else replace(step, within=width, unit=measure.width_unit)


def _converted(test: InRange, measure: Measure) -> InRange:
    low, high = (
        None if limit is None else measure.value(limit, test.unit)
        for limit in (test.low, test.high)
    )
    changed = InRange(test.sources, low, high, measure.value_unit)
    return test if changed == test else changed
