"""Conditions that choose exposures by a header keyword or an attribute: ``FILTER=F770W,F1000W``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from asnsolve.errors import PoolError, Problem, UsageError
from asnsolve.pool.columns import NULL_WORDS
from asnsolve.profiles import Profile, profile_or_default
from asnsolve.shown_values import quoted
from asnsolve.suggest import did_you_mean

_SHAPE: Final = re.compile(r"\s*([A-Za-z0-9_-]+)\s*(!?)=(.*)", re.DOTALL)
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?")
_EXPECTED: Final = "KEY=VALUE, KEY=VALUE,VALUE or KEY!=VALUE"
_MOST_VALUES: Final = 8
"""Most values that a message lists."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What an exposure must have under one name.

    Parameters
    ----------
    name : str
        A header keyword or an attribute, in lower case.
    values : frozenset of str
        Values in the form that `_comparable` gives; an empty text means that there is no value.
    negated : bool
        Whether the exposure must have none of the values.
    text : str
        The condition as it was written, for messages.
    """

    name: str
    values: frozenset[str]
    negated: bool
    text: str

    def holds(self, cells: Mapping[str, str]) -> bool:
        """Tell whether an exposure satisfies the condition.

        Parameters
        ----------
        cells : mapping of str to str
            Values of the exposure, by keyword or attribute in lower case.

        Returns
        -------
        bool
        """
        return (_comparable(cells.get(self.name, "")) in self.values) != self.negated


def parse_conditions(texts: Iterable[str]) -> tuple[Condition, ...]:
    """Parse conditions.

    Parameters
    ----------
    texts : iterable of str
        Each is ``KEY=VALUE``, ``KEY=VALUE,VALUE`` for any of several values, or ``KEY!=VALUE`` for
        none of them. ``KEY=`` asks for exposures without a value.

    Returns
    -------
    tuple of Condition
        In the same order.

    Raises
    ------
    UsageError
        If a text is not a condition; the message lists all such texts.
    """
    conditions: list[Condition] = []
    problems: list[Problem] = []
    for text in texts:
        match = _SHAPE.fullmatch(text)
        if match is None:
            what = f"the condition {quoted(text)} cannot be read"
            problems.append(Problem(what, expected=_EXPECTED))
            continue
        name, negation, listed = match.groups()
        values = frozenset(map(_comparable, listed.split(",")))
        conditions.append(Condition(name.lower(), values, bool(negation), text.strip()))
    if problems:
        raise UsageError(problems)
    return tuple(conditions)


def _comparable(value: str) -> str:
    """Return the form in which values are compared: ``001``, ``1`` and ``1.0`` are the same."""
    text = value.strip().lower()
    if text in NULL_WORDS:
        # A flag that is false and a value that is not set are the same in pools, too.
        return ""
    if text == "true":
        return "t"
    return repr(float(text)) if _NUMBER.fullmatch(text) else text


def satisfying(
    exposures: Sequence[Mapping[str, str]],
    conditions: Sequence[Condition],
    profile: Profile | None = None,
) -> list[bool]:
    """Tell which exposures satisfy all of some conditions.

    Parameters
    ----------
    exposures : sequence of mapping of str to str
        Values of each exposure, by keyword or attribute in lower case.
    conditions : sequence of Condition
        The conditions.
    profile : Profile, optional
        The mission; by default `default_profile`.

    Returns
    -------
    list of bool
        One per exposure.

    Raises
    ------
    PoolError
        If no exposure satisfies one of the conditions; the message lists the values that there are.
    UsageError
        If a condition names neither an attribute of a pool nor a keyword that an exposure has.
    """
    # An attribute that no exposure has is known and simply has no values; any other name is a
    # mistake.
    attributes = profile_or_default(profile).words.attributes
    known = {name for cells in exposures for name in cells} | attributes
    unknown = [
        Problem(
            f"no exposure has {condition.name.upper()}, which {quoted(condition.text)} asks for",
            expected="a header keyword, or an attribute of a pool",
            advice=did_you_mean(condition.name, known),
        )
        for condition in conditions
        if condition.name not in known and exposures
    ]
    if unknown:
        raise UsageError(unknown)
    chosen = [True] * len(exposures)
    for condition in conditions:
        chosen = [
            was and condition.holds(cells) for was, cells in zip(chosen, exposures, strict=True)
        ]
        if exposures and not any(chosen):
            values = sorted({cells.get(condition.name, "") for cells in exposures} - {""})
            more = ", ..." if len(values) > _MOST_VALUES else ""
            what = f"no exposure is left that satisfies {quoted(condition.text)}"
            name = condition.name.upper()
            expected = f"{name} of {', '.join(values[:_MOST_VALUES])}{more}"
            if not values:
                expected = f"another condition: no exposure has a value of {name}"
            raise PoolError(Problem(what, expected=expected))
    return chosen
