"""Exposures at distances about which keys with different widths disagree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from asnsolve.expr.nodes import LinkedSky, MeasuredKey
from asnsolve.phrases import count_text
from asnsolve.pool.measures import DEGREE, Measure, converted, number_text, plain_number
from asnsolve.proofs.findings import Exposure
from asnsolve.rules.model import Rule

_FIRST: Final[Mapping[str, float]] = {"time": 59_000.0}
"""The first number of a column by its kind; 0 of most."""

Described = tuple[str, tuple[Exposure, ...]]
"""Exposures, with what they are in English."""


def at_distances(
    science: Exposure, kind: str, rules: Sequence[Rule], measures: Sequence[Measure]
) -> Iterator[Described]:
    """List pools of exposures that differ in what keys that compare numbers look at.

    Parameters
    ----------
    science : mapping of str to str or None
        A science exposure.
    kind : str
        What it is, in English.
    rules : sequence of Rule
        Versions of a rule.
    measures : sequence of Measure
        Columns that measure.

    Yields
    ------
    tuple of (str, tuple of mapping)
        Two or three exposures at equal distances: as wide as the keys allow, between the widths of
        different versions, and beyond all of them.
    """
    keys = [key for rule in rules for _, key in rule.measured_keys]
    first_of = {one.column: _FIRST.get(one.kind, 0.0) for one in measures}
    first: dict[str, str | None] = {**science}
    for key in keys:
        for name in key.sources:
            # Without a value the key would refuse them.
            first[name] = science.get(name) or number_text(first_of.get(name, 0.0))
    for sources in sorted({key.sources for key in keys}):
        column = sources[-1]
        start = plain_number(first[column] or "")
        for distance in _distances([key for key in keys if key.sources == sources]):
            apart = f"{number_text(distance)} apart in {column}"
            for count in (2, 3):
                steps = (number_text(start + distance * step) for step in range(count))
                exposures = tuple({**first, column: number} for number in steps)
                yield f"{count_text(count, 'exposure')} {kind}, {apart}", exposures


def _distances(keys: Sequence[MeasuredKey]) -> list[float]:
    """Return distances about which keys may disagree, in the unit of their column.

    Those that are just a width come last: rounding decides about them.
    """
    widths = sorted({_width(key) for key in keys})
    between = [(one + other) / 2 for one, other in pairwise([0.0, *widths])]
    return [each for each in (*between, widths[-1] * 2 + 1, *widths) if each > 0]


def _width(key: MeasuredKey) -> float:
    if isinstance(key, LinkedSky):
        return converted(key.width, key.unit, DEGREE) or 0.0
    return key.width
