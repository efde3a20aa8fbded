"""The closed set of things that a rule can say.

Two families that never mix. A **predicate** says something of one exposure. A **constraint** says
something of a set of exposures, each of which has a role. Both are frozen values: readers in
`asnsolve.interpret` give them meaning, and a node that a reader forgets fails the type check.

Every leaf names its *sources*: a tuple of attributes of which the first that is set gives the
value. An exposure where none is set satisfies no test of a value.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "AllOf",
    "AnyOf",
    "AtLeast",
    "Constraint",
    "Distinct",
    "IsSet",
    "Matches",
    "Named",
    "Need",
    "Not",
    "OneOf",
    "Predicate",
    "Same",
    "Sources",
    "Within",
]

Sources = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IsSet:
    """One of the sources has a value."""

    sources: Sources


@dataclass(frozen=True, slots=True)
class OneOf:
    """The value is one of a finite set: for attributes of closed vocabulary."""

    sources: Sources
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """The whole value matches a regular expression: for attributes of open vocabulary."""

    sources: Sources
    pattern: str


@dataclass(frozen=True, slots=True)
class Not:
    """The predicate does not hold."""

    predicate: Predicate


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every predicate holds; with none given, always."""

    predicates: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one predicate holds; with none given, never."""

    predicates: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """What the predicate says, under a name: a word of the rule set.

    Parameters
    ----------
    name : str
        What an exposure is that satisfies the predicate, as ``a time series``.
    predicate : Predicate
        What the name stands for.
    """

    name: str
    predicate: Predicate


Predicate = IsSet | OneOf | Matches | Not | AllOf | AnyOf | Named


@dataclass(frozen=True, slots=True)
class Same:
    """All members bound share one value: a key of the rule.

    An exposure that is not bound may stand beside any value; so may, where the key is optional, one
    that has no value, and one whose value is open.

    Parameters
    ----------
    sources : tuple of str
        Attributes; the first that is set gives the value.
    roles : tuple of str or None
        Roles bound; None binds every role.
    optional : bool
        Whether a bound exposure may have no value.
    where : Predicate or None
        What an exposure satisfies to be bound, besides its role; None: nothing.
    open_values : tuple of str
        Values that stand beside any other.
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
class AtLeast:
    """At least so many members have the role; None: whatever role they have."""

    count: int
    role: str | None


@dataclass(frozen=True, slots=True)
class Distinct:
    """The members take at least so many different values."""

    count: int
    sources: Sources


@dataclass(frozen=True, slots=True)
class Within:
    """In candidates of these types, the need is met; elsewhere nothing is asked."""

    candidate_types: tuple[str, ...]
    need: AtLeast | Distinct


Need = AtLeast | Distinct | Within
"""Constraints that a set meets or not; more members never break one."""

Constraint = Same | Need
