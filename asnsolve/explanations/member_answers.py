"""Why members are in an association, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from asnsolve.associations.association import Match
from asnsolve.profiles import FileNames, default_profile
from asnsolve.rules.model import Law

GroundsKind = Literal["keys", "attached", "nod", "product", "unknown"]
"""What brings a member into an association; see `Grounds`."""


@dataclass(frozen=True, slots=True)
class SharedKey:
    """An attribute that a key of the rule binds, with the value that members share.

    Parameters
    ----------
    clause : str
        Clause of the key.
    attribute, value : str
        The attribute, and the value that all of `members` have for it.
    members : tuple of str
        File names in the pool of the members that the key binds; there are at least two.

    Examples
    --------
    >>> from asnsolve import Pool, demo_pool, explain, load_rules
    >>> pool = Pool.read(demo_pool())
    >>> explanation = explain(pool, load_rules(), "jw09801004001_03101_00001_mirifulong_uncal.fits")
    >>> shared = explanation.memberships[0].shared[0]
    >>> shared.attribute, shared.value
    ('program', '9801')
    """

    clause: str
    attribute: str
    value: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a member is in an association, in its role.

    Parameters
    ----------
    kind : str
        ``"keys"``: it satisfies the clauses and agrees with the other members on the keys that bind
        it. ``"attached"``: a step attaches it to one member. ``"nod"``: it is a science exposure
        of the same dither pattern, and shows the sky to another one. ``"product"``: it is made of
        an exposure, as a catalog is, and is no exposure itself. ``"unknown"``: the pool has no such
        exposure.
    decided_by : tuple of (str, str)
        Attributes with their values that give it its role; empty for science.
    shared : tuple of (str, str)
        For an attached member, the attributes with their values that it has in common with
        `beside`; a step looks at nothing else.
    beside : str
        For an attached member and a nod, file name in the pool of the science member that it is
        there for; for a product, of the exposure that it is made of. Empty if there is none.
    match : Match or None
        How good it is, if a step of the rule kept it as one of the best of its role.

    Examples
    --------
    >>> from asnsolve import Pool, demo_pool, explain, load_rules
    >>> pool = Pool.read(demo_pool())
    >>> explanation = explain(pool, load_rules(), "jw09801004001_03101_00001_mirifulong_uncal.fits")
    >>> explanation.memberships[0].grounds.kind
    'keys'
    """

    kind: GroundsKind
    decided_by: tuple[tuple[str, str], ...] = ()
    shared: tuple[tuple[str, str], ...] = ()
    beside: str = ""
    match: Match | None = None


@dataclass(frozen=True, slots=True)
class ExplainedMember:
    """A member of an association, with the reason why it is there.

    Parameters
    ----------
    file : str
        Its file, as the association has it.
    role : str
        Its role.
    grounds : Grounds
        Why it is in.
    """

    file: str
    role: str
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class ExplainedAssociation:
    """Why an association has its members.

    Parameters
    ----------
    file_name : str
        Its file; empty for one that was dropped.
    rule, title : str
        Its rule, and what the rule is for.
    asn_id, product : str
        Its id, and its first product.
    members : tuple of ExplainedMember
        The members, each with the reason why it is there.
    shared : tuple of SharedKey
        What members share.
    law : str or None
        The law of repeats by which it was dropped; None if it stays.
    gave_way_to : str
        File name of the association that stays in its place.
    files : FileNames
        How the mission names files, for the text.
    """

    file_name: str
    rule: str
    title: str
    asn_id: str
    product: str
    members: tuple[ExplainedMember, ...]
    shared: tuple[SharedKey, ...]
    law: Law | None = None
    gave_way_to: str = ""
    files: FileNames = field(
        default_factory=lambda: default_profile().files, compare=False, repr=False
    )

    def __str__(self) -> str:
        """Return the answer as prose."""
        from asnsolve.explanations.member_prose import association_text

        return association_text(self)
