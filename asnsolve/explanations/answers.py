"""Answers about exposures, as data."""

from __future__ import annotations

from dataclasses import dataclass

from asnsolve.differences.compare import Difference
from asnsolve.rules.rule import Law

__all__ = [
    "Absence",
    "ClauseAnswer",
    "DroppedMembership",
    "Explanation",
    "KeyAnswer",
    "Membership",
    "PairAnswer",
    "RuleAnswer",
    "Together",
]

Values = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Membership:
    """An association that an exposure is in.

    Parameters
    ----------
    file_name, rule, product : str
        The association, its rule and the product of which the exposure is a member.
    level : int
        Level of the product.
    role : str
        Role of the exposure.
    others : tuple of (str, str)
        The other members, with their roles.
    shared : tuple of (str, str)
        Clause and value of each key that the members share.
    """

    file_name: str
    rule: str
    product: str
    level: int
    role: str
    others: tuple[tuple[str, str], ...]
    shared: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DroppedMembership:
    """An association that an exposure was in, and that gave way to another one.

    Parameters
    ----------
    rule, asn_type, asn_id, product : str
        The association that was dropped: its rule, type and id, and the product of which the
        exposure was a member.
    role : str
        Role of the exposure.
    law : str
        The law of repeats that decided.
    gave_way_to, by_rule : str
        File name and rule of the association that stays in its place.
    """

    rule: str
    asn_type: str
    asn_id: str
    product: str
    role: str
    law: Law
    gave_way_to: str
    by_rule: str


@dataclass(frozen=True, slots=True)
class ClauseAnswer:
    """What a clause of a rule says to an exposure.

    Parameters
    ----------
    clause : str
        Name of the clause; ``candidate`` asks for a candidate of the right type, or for none.
    passes : bool
        Whether it lets the exposure in.
    values : tuple of (str, str or None)
        Attributes that it looks at, with the values they have.
    expected : str
        What it asks for, in English.
    """

    clause: str
    passes: bool
    values: Values
    expected: str


@dataclass(frozen=True, slots=True)
class RuleAnswer:
    """What a rule says to an exposure.

    Parameters
    ----------
    rule, variant : str
        The rule.
    level : int
        Level of its products.
    role : str
        Role that it gives the exposure.
    candidate : str or None
        The candidate in which the exposure came nearest; None: the pool as a whole.
    joins : bool
        Whether the exposure is in an association of the rule.
    clauses : tuple of ClauseAnswer
        Every clause, in the order of the rule.
    to_give : tuple of str or None
        The fewest clauses and needs without which the rule would take the exposure: clauses by
        name, a need as ``need: `` and what it asks for. Empty if the rule by itself takes it and
        its association gave way to one of another rule. None where it was not looked for, or where
        more than two have to give besides those that refuse the exposure itself.
    """

    rule: str
    variant: str
    level: int
    role: str
    candidate: str | None
    joins: bool
    clauses: tuple[ClauseAnswer, ...]
    to_give: tuple[str, ...] | None = None

    @property
    def refusals(self) -> tuple[ClauseAnswer, ...]:
        """The clauses that refuse the exposure."""
        return tuple(answer for answer in self.clauses if not answer.passes)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an exposure is in its associations, and in no others.

    Parameters
    ----------
    exposure : str
        File name.
    program : str
        Its program, as names have it.
    memberships : tuple of Membership
        The associations that it is in.
    rules : tuple of RuleAnswer
        The answers of the rules that do not take it, the nearest first: that of the fewest
        refusals, where one that the exposure type alone decides outweighs all others. If one rule
        is asked about, its answer alone, even if it takes the exposure.
    asked : str or None
        Name of the rule that is asked about, if it is one.
    dropped : tuple of DroppedMembership
        The associations that it was in and that gave way to others.
    """

    exposure: str
    program: str
    memberships: tuple[Membership, ...]
    rules: tuple[RuleAnswer, ...]
    asked: str | None = None
    dropped: tuple[DroppedMembership, ...] = ()

    @property
    def told(self) -> tuple[RuleAnswer, ...]:
        """The answers that matter most: the nearest of each level that is without the exposure."""
        if self.asked is not None:
            return self.rules
        levels = {one.level for one in self.memberships}
        nearest: dict[int, RuleAnswer] = {}
        for answer in self.rules:
            if answer.level not in levels:
                nearest.setdefault(answer.level, answer)
        return tuple(nearest.values())

    def __str__(self) -> str:
        """Write it as prose."""
        from asnsolve.explanations.prose import explanation_text

        return explanation_text(self)


@dataclass(frozen=True, slots=True)
class KeyAnswer:
    """A key for which two exposures have different values.

    Parameters
    ----------
    clause : str
        Clause of the key.
    first, second : str
        Their values.
    """

    clause: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class PairAnswer:
    """What a rule says to two exposures at once.

    Parameters
    ----------
    rule, variant : str
        The rule.
    roles : tuple of (str, str)
        Roles that it gives them.
    together : tuple of str
        Files of its associations that hold both.
    refused : tuple of (str, ClauseAnswer)
        The clauses that refuse one of them, with its file name.
    keys : tuple of KeyAnswer
        Keys of which they have different values.
    share_scope : bool
        Whether there is a candidate, or the pool as a whole, in which the rule looks at both.
    """

    rule: str
    variant: str
    roles: tuple[str, str]
    together: tuple[str, ...]
    refused: tuple[tuple[str, ClauseAnswer], ...]
    keys: tuple[KeyAnswer, ...]
    share_scope: bool

    @property
    def distance(self) -> int:
        """How many things are between them."""
        return len(self.refused) + len(self.keys) + (not self.share_scope)


@dataclass(frozen=True, slots=True)
class Together:
    """Why two exposures are together, or are not.

    Parameters
    ----------
    first, second : str
        File names.
    rules : tuple of PairAnswer
        Answers of the rules: those that have them together, then the nearest first.
    """

    first: str
    second: str
    rules: tuple[PairAnswer, ...]

    def __str__(self) -> str:
        """Write it as prose."""
        from asnsolve.explanations.prose import together_text

        return together_text(self)


@dataclass(frozen=True, slots=True)
class Absence:
    """What a missing exposure undoes.

    Parameters
    ----------
    exposure : str
        File name.
    differences : tuple of Difference
        What is with the exposure, and without it; what differs only in the exposure itself is
        among them.
    orphaned : tuple of str
        Exposures that are in no association without it, and are in one with it.
    """

    exposure: str
    differences: tuple[Difference, ...]
    orphaned: tuple[str, ...]

    def __str__(self) -> str:
        """Write it as prose."""
        from asnsolve.explanations.prose import absence_text

        return absence_text(self)
