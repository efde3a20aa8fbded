"""Declarations beside a rule set: the domain of exposures, promises, and known findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from asnsolve.expr.nodes import Predicate

Kind = Literal[
    "gap",
    "overlap",
    "role overlap",
    "implied rule",
    "dead rule",
    "dead value",
    "dead clause",
    "need",
    "role",
    "name",
    "declaration",
]
"""Kinds of findings."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement that is true of every exposure.

    Parameters
    ----------
    says : str
        The fact in a sentence.
    predicate : Predicate
        The fact.
    source : str
        Where the fact is documented.
    """

    says: str
    predicate: Predicate
    source: str


@dataclass(frozen=True, slots=True)
class Domain:
    """The exposures that can exist.

    An attribute may always have a value that is not listed, or none, unless a fact forbids it.

    Parameters
    ----------
    values : mapping of str to tuple of str
        The listed values of each attribute.
    sources : mapping of str to str
        Where the values of each attribute are documented.
    facts : tuple of Fact
        Statements that are true of all exposures.

    Examples
    --------
    >>> from asnsolve import Domain
    >>> Domain(values={"my_box": ("red", "blue")}).values["my_box"]
    ('red', 'blue')
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise that some exposures are all taken, in one role, by rules of one level.

    Parameters
    ----------
    level : int
        Level of the rules.
    where : Predicate
        The exposures.
    role : str
        The role.
    says : str
        The promise in a sentence.
    """

    level: int
    where: Predicate
    role: str
    says: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Exposures that are known to break a promise, and why.

    Parameters
    ----------
    level : int
        Level of the promise.
    role : str
        Role of the promise.
    where : Predicate
        Exactly these exposures: `check` reports a gap that is smaller or larger.
    reason : str
        Why no rule takes them.
    """

    level: int
    role: str
    where: Predicate
    reason: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules of a level that are known to take the same exposures, and why.

    Parameters
    ----------
    rules : tuple of (str, str)
        Names of the rules, with a variant after a colon.
    reason : str
        Why both take these exposures.
    science : bool
        Whether it is about the exposures that both take as science. Otherwise, it is about those
        that at least one of them takes in another role.
    exposures : tuple of str
        Exactly these exposures: sentences as `check` writes them. If there are none, it is not
        checked which exposures both take.
    """

    rules: tuple[str, str]
    reason: str
    science: bool = True
    exposures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiver:
    """Another finding that is known, and why.

    Parameters
    ----------
    kind : Kind
        Kind of the finding, such as ``dead value`` or ``name``.
    rule : str
        The rule, with a variant after a colon; of a finding about several rules, one of them.
    subject : str
        Clause, value or attribute.
    reason : str
        Why it is accepted.
    """

    kind: Kind
    rule: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class Extent:
    """What a rule takes in each role, and what it makes of it, in sentences.

    Sentences are those that `asnsolve.proofs.rule_parts` writes.

    Parameters
    ----------
    rule : str
        The rule, with a variant after a colon.
    takes : tuple of str
        What every exposure that it takes satisfies.
    roles : tuple of str
        Roles with the exposures that have them; the first that holds decides.
    parts : mapping of str to tuple of str
        Keys, needs, steps, stages, reach, laws, product name, type and level.
    """

    rule: str
    takes: tuple[str, ...]
    roles: tuple[str, ...]
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Declared:
    """Everything that is declared of a rule set.

    Parameters
    ----------
    promises : tuple of Promise
        Promises.
    gaps : tuple of Gap
        Known gaps.
    overlaps : tuple of Overlap
        Known overlaps.
    waivers : tuple of Waiver
        Other known findings.
    extents : tuple of Extent
        What each rule takes; rules without an extent are not checked for it.
    words : mapping of str to str
        The meaning of the names in the sentences of extents and overlaps.

    Examples
    --------
    >>> from asnsolve import Declared
    >>> from asnsolve.expr.build import one_of
    >>> from asnsolve.rules.domain import Gap
    >>> lamps = Gap(3, "science", one_of("exp_type", "nrs_lamp"), "lamps are not combined")
    >>> Declared(gaps=(lamps,)).gaps[0].reason
    'lamps are not combined'
    """

    promises: tuple[Promise, ...] = ()
    gaps: tuple[Gap, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    extents: tuple[Extent, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
