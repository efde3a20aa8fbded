"""The nodes of the rule language: a closed set.

There are two families, which never mix. A **predicate** is a statement about one exposure. A
**constraint** is a statement about a set of exposures, each of which has a role. Both are frozen
values. Readers in `asnsolve.interpret` give them meaning; a reader that forgets a node fails the
type check.

Every leaf names its *sources*: attributes of which the first that is set gives the value. An
exposure in which none is set satisfies no test of a value.
"""

from __future__ import annotations

from dataclasses import dataclass

Sources = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IsSet:
    """At least one of the sources has a value."""

    sources: Sources


@dataclass(frozen=True, slots=True)
class OneOf:
    """The value is one of a finite set; for attributes with a closed vocabulary."""

    sources: Sources
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """The whole value matches a regular expression; for attributes with an open vocabulary."""

    sources: Sources
    pattern: str


@dataclass(frozen=True, slots=True)
class InRange:
    """The value is a number between two limits, or on one side of one; for columns that measure.

    Parameters
    ----------
    sources : tuple of str
        Attributes; the first that is set gives the value.
    low, high : float or None
        The limits. Both limits are in the range; a limit that stands alone is not.
    unit : str
        Their unit, as `asnsolve.pool.measures` writes it. Once rules are loaded, it is that of the
        column.
    """

    sources: Sources
    low: float | None
    high: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class Not:
    """The predicate does not hold."""

    predicate: Predicate


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every predicate holds; an empty `AllOf` always holds."""

    predicates: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one predicate holds; an empty `AnyOf` never holds."""

    predicates: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A predicate under a name, which messages use instead of spelling it out.

    Parameters
    ----------
    name : str
        What an exposure that satisfies the predicate is called, such as ``a time series``.
    predicate : Predicate
        The predicate that it names.
    """

    name: str
    predicate: Predicate


Predicate = IsSet | OneOf | Matches | InRange | Not | AllOf | AnyOf | Named


@dataclass(frozen=True, slots=True)
class Same:
    """A key: all members that it binds share one value.

    An exposure leaves the key open, and goes with any value, if the key does not bind it, if the
    key is optional and the exposure has no value, or if its value is one of the open ones.

    Parameters
    ----------
    sources : tuple of str
        Attributes; the first that is set gives the value.
    roles : tuple of str or None
        Roles that are bound; None binds every role.
    optional : bool
        Whether a bound exposure may lack a value.
    where : Predicate or None
        Only exposures that satisfy it are bound; None binds all.
    open_values : tuple of str
        Values that go with any other.
    instead : tuple of (Predicate, tuple of str) or None
        Exposures that satisfy the predicate take their value from these attributes instead.
    """

    sources: Sources
    roles: tuple[str, ...] | None = None
    optional: bool = False
    where: Predicate | None = None
    open_values: tuple[str, ...] = ()
    instead: tuple[Predicate, Sources] | None = None


@dataclass(frozen=True, slots=True)
class Linked:
    """A key: the values of all members that it binds make one chain without long gaps.

    Parameters
    ----------
    sources : tuple of str
        A column that measures.
    width : float
        The longest gap between neighbours in a chain.
    unit : str
        Its unit, as `asnsolve.pool.measures` writes it; an angle is taken modulo 360 degrees.
    roles : tuple of str or None
        Roles that are bound; None binds every role.
    optional : bool
        Whether a bound exposure may lack a value; it then goes with any value.
    where : Predicate or None
        Only exposures that satisfy it are bound; None binds all.
    """

    sources: Sources
    width: float
    unit: str
    roles: tuple[str, ...] | None = None
    optional: bool = False
    where: Predicate | None = None


@dataclass(frozen=True, slots=True)
class LinkedSky:
    """A key: all members that it binds make one chain on the sky, by great-circle distances.

    Parameters
    ----------
    sources : tuple of str
        A column of right ascensions, and one of declinations.
    width : float
        The longest distance between neighbours in a chain.
    unit : str
        Its unit, as `asnsolve.pool.measures` writes it.
    roles : tuple of str or None
        Roles that are bound; None binds every role.
    optional : bool
        Whether a bound exposure may lack a value; it then goes with any value.
    where : Predicate or None
        Only exposures that satisfy it are bound; None binds all.
    """

    sources: Sources
    width: float
    unit: str
    roles: tuple[str, ...] | None = None
    optional: bool = False
    where: Predicate | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """A key: the values of all members that it binds lie within a window.

    Parameters
    ----------
    sources : tuple of str
        A column that measures.
    width : float
        Width of the window.
    unit : str
        Its unit, as `asnsolve.pool.measures` writes it; an angle is taken modulo 360 degrees.
    roles : tuple of str or None
        Roles that are bound; None binds every role.
    optional : bool
        Whether a bound exposure may lack a value; it then goes with any value.
    where : Predicate or None
        Only exposures that satisfy it are bound; None binds all.
    """

    sources: Sources
    width: float
    unit: str
    roles: tuple[str, ...] | None = None
    optional: bool = False
    where: Predicate | None = None


MeasuredKey = Linked | LinkedSky | Spread
"""Keys that compare numbers."""

Key = Same | MeasuredKey

Condition = Same | Predicate
"""What one member is preferred for, beside another one: their values agree, or it passes a test."""


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `count` members have the role, or any role if it is None."""

    count: int
    role: str | None


@dataclass(frozen=True, slots=True)
class AtMost:
    """At most `count` members have the role, or any role if it is None."""

    count: int
    role: str | None


@dataclass(frozen=True, slots=True)
class Exactly:
    """Exactly `count` members have the role, or any role if it is None."""

    count: int
    role: str | None


@dataclass(frozen=True, slots=True)
class Distinct:
    """The members of the role, or of any role, have at least `count` different values."""

    count: int
    sources: Sources
    role: str | None = None


PlainNeed = AtLeast | AtMost | Exactly | Distinct
"""A need that is the same in every scope."""


@dataclass(frozen=True, slots=True)
class Within:
    """The need must be met in candidates of these types, and nowhere else."""

    candidate_types: tuple[str, ...]
    need: PlainNeed


Need = PlainNeed | Within
"""Needs, which a set must meet after its members have been found."""

Constraint = Key | Need
