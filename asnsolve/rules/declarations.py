"""What exposures there can be: values of attributes, and facts that tie them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from asnsolve.expr.nodes import Predicate

__all__ = ["Declared", "Domain", "Extent", "Fact", "Gap", "Overlap", "Promise", "Waiver"]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something true of every exposure.

    Parameters
    ----------
    says : str
        The fact, in a sentence.
    predicate : Predicate
        The fact.
    source : str
        Where it is stated.
    """

    says: str
    predicate: Predicate
    source: str


@dataclass(frozen=True, slots=True)
class Domain:
    """The exposures that there can be.

    An attribute may always have another value than those listed, or none, unless a fact says
    otherwise.

    Parameters
    ----------
    values : mapping of str to tuple of str
        Values of attributes.
    sources : mapping of str to str
        Where the values of each attribute are listed.
    facts : tuple of Fact
        What is true of all exposures.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Promise:
    """Every exposure of some sort is taken by a rule of a level in some role.

    Parameters
    ----------
    level : int
        Level of the rules.
    where : Predicate
        The exposures.
    role : str
        The role.
    says : str
        The promise, in a sentence.
    """

    level: int
    where: Predicate
    role: str
    says: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Exposures that break a promise, and why that is known.

    Parameters
    ----------
    level : int
        Level of the promise.
    role : str
        Role of the promise.
    where : Predicate
        The exposures: all of them, and no others.
    reason : str
        Why no rule takes them.
    """

    level: int
    role: str
    where: Predicate
    reason: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """Exposures that two rules of a level take as science, and why that is wanted or known.

    Parameters
    ----------
    rules : tuple of (str, str)
        Names of the rules, with a variant after a colon.
    reason : str
        Why both take them.
    """

    rules: tuple[str, str]
    reason: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """Something else that is found in a rule, and why that is known.

    Parameters
    ----------
    kind : str
        What is found, as ``dead value`` or ``name``.
    rule : str
        The rule, with a variant after a colon.
    subject : str
        Clause, value or attribute.
    reason : str
        Why it is so.
    """

    kind: str
    rule: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class Extent:
    """The exposure types and pointings that a rule takes in a role: what it is for.

    Parameters
    ----------
    rule : str
        The rule, with a variant after a colon.
    role : str
        The role.
    exp_types : tuple of str
        The types, all of them and no others, sorted.
    pointings : tuple of str
        Values of the pointing type, all of them and no others, sorted.
    """

    rule: str
    role: str
    exp_types: tuple[str, ...]
    pointings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declared:
    """What is promised of a rule set, and which findings are known.

    Parameters
    ----------
    promises : tuple of Promise
        What is promised.
    gaps : tuple of Gap
        Known gaps.
    overlaps : tuple of Overlap
        Known overlaps.
    waivers : tuple of Waiver
        Other known findings.
    extents : tuple of Extent
        What each rule is for; rules without an extent are not checked for it.
    """

    promises: tuple[Promise, ...] = ()
    gaps: tuple[Gap, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    extents: tuple[Extent, ...] = ()
