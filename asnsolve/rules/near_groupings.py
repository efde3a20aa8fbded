"""Groupings by nearness: rules of level 3 with a key more that compares numbers.

``sky=2arcmin``, ``time=30d`` and ``pa=1deg`` say how close exposures must be to one another. Each
becomes a key of columns that measure, so nothing else needs to know of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from asnsolve.errors import Location, PoolError, Problem, UsageError
from asnsolve.expr.nodes import AllOf, Linked, LinkedSky, MeasuredKey, Predicate, Spread
from asnsolve.phrases import listed
from asnsolve.pool.measures import (
    DEGREE,
    Measure,
    declination,
    read_quantity,
    right_ascension,
    time,
)
from asnsolve.rules.clauses import Clause
from asnsolve.rules.measured_rules import in_column_units, joined_measures
from asnsolve.rules.model import Rule
from asnsolve.rules.rule_set import RuleSet
from asnsolve.shown_values import quoted
from asnsolve.suggest import did_you_mean

Width = tuple[float, str]
"""How close exposures must be: a number and its unit."""

Widths = Mapping[str, Width]
"""Widths by the names of `NEARNESS`."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """One way to be near.

    Parameters
    ----------
    kind : type
        The kind of its key.
    measures : tuple of Measure
        The columns that are compared.
    example : str
        A width, for messages.
    width : str
        What the width is, for messages.
    units : str
        Units that it can have, for messages.
    replaces : tuple of str
        Attributes whose keys it replaces.
    """

    kind: type[Linked] | type[LinkedSky] | type[Spread]
    measures: tuple[Measure, ...]
    example: str
    width: str
    units: str
    replaces: tuple[str, ...] = ()

    def compares(self, column: str) -> bool:
        """Tell whether a column is one of those that are compared.

        Parameters
        ----------
        column : str
            Its name.

        Returns
        -------
        bool
        """
        return any(measure.column == column for measure in self.measures)

    def key(
        self, width: Width, roles: tuple[str, ...] | None, where: Predicate | None
    ) -> MeasuredKey:
        """Make the key.

        Parameters
        ----------
        width : tuple of (float, str)
            How close exposures must be.
        roles : tuple of str or None
            Roles that are bound; None for all.
        where : Predicate or None
            What bound exposures satisfy.

        Returns
        -------
        Linked, LinkedSky or Spread
        """
        columns = tuple(measure.column for measure in self.measures)
        return self.kind(columns, *width, roles, where=where)


_ANGLES: Final = "arcsec, arcmin, deg or rad"
_DURATIONS: Final = "s, min, h, d, wk or yr"

NEARNESS: Final[Mapping[str, Nearness]] = MappingProxyType(
    {
        # Where exposures are says more than which number their target has.
        "sky": Nearness(
            LinkedSky,
            (right_ascension("targ_ra"), declination("targ_dec")),
            "sky=2arcmin",
            "an angle",
            _ANGLES,
            replaces=("targetid",),
        ),
        "time": Nearness(Linked, (time("expstart"),), "time=30d", "a duration", _DURATIONS),
        # `number` would import the units of astropy, which most runs do not need.
        "pa": Nearness(Spread, (Measure("pa_v3", unit=DEGREE),), "pa=1deg", "an angle", _ANGLES),
    }
)
"""The ways to be near: chains on the sky, chains in time, and windows of the position angle.

They bind science alone, so that a background or a reference serves all parts. The position binds
what the target bound.
"""

EXAMPLES: Final = tuple(nearness.example for nearness in NEARNESS.values())
"""A width of each kind, for messages."""

_SCIENCE: Final = ("science",)


def near(together: Iterable[str]) -> tuple[str, ...]:
    """Name the ways to be near that are asked for.

    Parameters
    ----------
    together : iterable of str
        Groupings, such as ``visit`` and ``sky=2arcmin``.

    Returns
    -------
    tuple of str
        Names of `NEARNESS`.
    """
    return tuple(text.partition("=")[0].strip() for text in together if "=" in text)


def widths_of(texts: Iterable[str]) -> dict[str, Width]:
    """Read how close exposures must be.

    Parameters
    ----------
    texts : iterable of str
        Texts such as ``sky=2arcmin``.

    Returns
    -------
    dict of str to (float, str)
        By the names of `NEARNESS`.

    Raises
    ------
    UsageError
        If a name is unknown or given twice, or a width has the wrong unit.
    """
    widths: dict[str, Width] = {}
    for text in texts:
        name, _, width = (part.strip() for part in text.partition("="))
        if name not in NEARNESS:
            what = f"--together {text}: {quoted(name)} is not a kind of distance"
            advice = did_you_mean(name, NEARNESS)
            raise UsageError(Problem(what, expected=" or ".join(EXAMPLES), advice=advice))
        if name in widths:
            raise UsageError(Problem(f"--together {text}: {name} is given twice", expected="one"))
        widths[name] = _width(text, width, NEARNESS[name])
    return widths


def _width(text: str, width: str, nearness: Nearness) -> Width:
    """Read a width such as ``2arcmin``."""
    read = read_quantity(width)
    if read is None:
        fault = "is not a number with a unit"
    elif read[1] == "":
        fault = "has no unit"
    elif nearness.measures[0].width(*read) is None:
        fault = f"is not {nearness.width}"
    elif read[0] < 0:
        fault = "is below 0"
    else:
        return read
    what = f"--together {text}: {quoted(width)} {fault}"
    expected = f"{nearness.width} in {nearness.units}, such as {nearness.example}"
    raise UsageError(Problem(what, expected=expected))


def far_combined(together: Collection[str]) -> tuple[Problem, ...]:
    """Note that fields of several programs are combined, however far apart they are.

    Parameters
    ----------
    together : collection of str
        Groupings, such as ``program`` and ``sky=2arcmin``.

    Returns
    -------
    tuple of Problem
        Empty unless programs and targets are combined without a distance on the sky.
    """
    if not {"program", "target"} <= {*together} or "sky" in near(together):
        return ()
    what = "--together program target combines fields of all programs, however far apart they are"
    advice = "To combine only what is near on the sky, use --together program sky=2arcmin."
    return (Problem(what, advice=advice),)


def only_split(together: Collection[str], wider: Sequence[str]) -> tuple[Problem, ...]:
    """Note that widths alone split what the rules take together, and combine nothing.

    Parameters
    ----------
    together : collection of str
        Groupings, such as ``visit`` and ``sky=2arcmin``.
    wider : sequence of str
        Groupings that would combine more exposures.

    Returns
    -------
    tuple of Problem
        Empty if a grouping combines exposures, as a distance on the sky does with targets.
    """
    names = near(together)
    if not names or "sky" in names or len(names) < len(together):
        return ()
    what = f"--together {' '.join(together)} only splits products, and combines no more exposures"
    advice = f"To combine more, add {listed(wider, 'or')} to --together."
    return (Problem(what, advice=advice),)


def with_nearness(rules: RuleSet, widths: Widths) -> RuleSet:
    """Let rules of level 3 combine only what is near.

    Parameters
    ----------
    rules : RuleSet
        The rules.
    widths : mapping of str to (float, str)
        What `widths_of` returns.

    Returns
    -------
    RuleSet
        The rules of other levels stay as they are. The columns that are compared are among its
        measures.

    Raises
    ------
    UsageError
        If the rules declare one of the columns as something else.
    """
    if not widths:
        return rules
    declared = {measure.column: str(measure) for measure in rules.measures}
    declared |= dict.fromkeys(rules.columns, "a column of words")
    needed = tuple(measure for name in widths for measure in NEARNESS[name].measures)
    for measure in needed:
        said = declared.get(measure.column, str(measure))
        if said != str(measure):
            what = f"--together compares {measure.column.upper()}, which the rules declare as "
            advice = "Change COLUMNS in the file of rules."
            raise UsageError(Problem(what + said, expected=str(measure), advice=advice))
    nearer = (_nearer(rule, widths) if rule.base.level == 3 else rule for rule in rules)
    measures = joined_measures((rules.measures, needed))
    return replace(rules, rules=in_column_units(tuple(nearer), measures), measures=measures)


def _nearer(rule: Rule, widths: Widths) -> Rule:
    """Add a key for each width, in the place of the keys that it replaces."""
    clauses = {clause.name: clause for clause in rule.clauses}
    for name, width in widths.items():
        nearness = NEARNESS[name]
        roles: tuple[str, ...] | None = _SCIENCE
        where: Predicate | None = None
        for clause in rule.all_clauses:
            if clause.shared is not None and {*clause.shared.sources} & {*nearness.replaces}:
                roles, where = clause.shared.roles, clause.shared.where
                # The clause keeps its predicate; one of the rule replaces that of a mixin.
                clauses[clause.name] = Clause(clause.name, clause.where or AllOf(()))
        taken = any(clause.name == name for clause in rule.all_clauses)
        added = f"{name}_together" if taken else name
        clauses[added] = Clause(added, None, nearness.key(width, roles, where))
    return replace(rule, clauses=tuple(clauses.values()))


def check_columns(widths: Iterable[str], columns: Collection[str], pool: str, advice: str) -> None:
    """Refuse a pool without the columns that are compared.

    Parameters
    ----------
    widths : iterable of str
        Names of `NEARNESS`.
    columns : collection of str
        Columns of the pool.
    pool : str
        Name of the pool.
    advice : str
        What to do, with ``{columns}`` in the place of those that are missing.

    Raises
    ------
    PoolError
        If a column is missing.
    """
    absent = {
        measure.column.upper(): NEARNESS[name].example
        for name in widths
        for measure in NEARNESS[name].measures
        if measure.column not in columns
    }
    said = advice.format(columns=" ".join(absent))
    problems = [
        Problem(
            f"--together {example.partition('=')[0]} compares {column}, and no exposure has it",
            Location(pool, column=column),
            advice=said,
        )
        for column, example in absent.items()
    ]
    if problems:
        raise PoolError(problems)
