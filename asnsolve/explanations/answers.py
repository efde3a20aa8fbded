"""Answers about exposures, as data."""

from __future__ import annotations

from dataclasses import dataclass

from asnsolve.differences.compare import Difference
from asnsolve.rules.model import Law
from asnsolve.solvers.judgement import Values


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
    """Whether a clause of a rule lets an exposure in.

    Parameters
    ----------
    clause : str
        Name of the clause; ``candidate`` stands for the scopes in which the rule is solved.
    passes : bool
        Whether it lets the exposure in.
    values : tuple of (str, str or None)
        Attributes that it looks at, with their values; None: not set.
    expected : str
        What it asks for, in English.
    """

    clause: str
    passes: bool
    values: Values
    expected: str


@dataclass(frozen=True, slots=True)
class RuleAnswer:
    """How close an exposure comes to a rule, clause by clause.

    Parameters
    ----------
    rule, variant : str
        Name of the rule, and what tells it apart from rules of the same name.
    level : int
        Level of its products.
    role : str
        Role that it gives the exposure.
    candidate : str or None
        The candidate in which the exposure comes nearest; None: the pool as a whole.
    joins : bool
        Whether the exposure is in an association of the rule.
    clauses : tuple of ClauseAnswer
        Every clause, in the order of the rule.
    to_give : tuple of str or None
        The fewest clauses and needs without which the rule would take the exposure: clauses by
        name, a need as ``need: `` and what it asks for. Empty if the rule takes it when solved
        alone, so that its association gave way to one of another rule. None if nothing was looked
        for, or if more than two have to give besides the clauses that refuse the exposure.
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
        File name of the exposure.
    program : str
        Its program, padded to five digits.
    memberships : tuple of Membership
        The associations that it is in.
    rules : tuple of RuleAnswer
        The rules that do not take it, the nearest first: the one with the fewest refusals, where a
        refusal of the exposure type outweighs all others, and then one of what else the exposure
        is. If the question names a rule, that rule only, even if it takes the exposure.
    asked : str or None
        The rule that the question names, if any.
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
        """The answers that matter most: the nearest rule of each level that has no association."""
        if self.asked is not None:
            return self.rules
        levels = {membership.level for membership in self.memberships}
        # Rules are sorted by distance, so the first of a level is the nearest.
        nearest: dict[int, RuleAnswer] = {}
        for answer in self.rules:
            if answer.level not in levels:
                nearest.setdefault(answer.level, answer)
        return tuple(nearest.values())

    def __str__(self) -> str:
        """Return the answer as prose."""
        # Prose reads these classes, so they cannot import it when they are defined.
        from asnsolve.explanations.prose import explanation_text

        return explanation_text(self)


@dataclass(frozen=True, slots=True)
class KeyAnswer:
    """A key for which two exposures have no value in common.

    Parameters
    ----------
    clause : str
        Clause of the key.
    first, second : str
        Values of the first and of the second exposure, joined by ``or``.
    """

    clause: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class PairAnswer:
    """What a rule finds between two exposures.

    Parameters
    ----------
    rule, variant : str
        Name of the rule, and what tells it apart from rules of the same name.
    roles : tuple of (str, str)
        Roles that it gives them.
    together : tuple of str
        File names of its associations that hold both.
    refused : tuple of (str, ClauseAnswer)
        The clauses that refuse one of them, with the file name of that exposure.
    keys : tuple of KeyAnswer
        Keys for which they have no value in common.
    share_scope : bool
        Whether the rule is solved in a scope that has both.
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
        """How many obstacles are between them."""
        return len(self.refused) + len(self.keys) + (not self.share_scope)


@dataclass(frozen=True, slots=True)
class Together:
    """Why two exposures are together, or are not.

    Parameters
    ----------
    first, second : str
        File names.
    rules : tuple of PairAnswer
        What each rule finds: first the rules that have them together, then the nearest.
    """

    first: str
    second: str
    rules: tuple[PairAnswer, ...]

    def __str__(self) -> str:
        """Return the answer as prose."""
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
        How the associations without the exposure differ from those with it. Associations that lose
        the exposure alone are among them.
    orphaned : tuple of str
        File names of the exposures that are in an association only if it is there.
    """

    exposure: str
    differences: tuple[Difference, ...]
    orphaned: tuple[str, ...]

    def __str__(self) -> str:
        """Return the answer as prose."""
        from asnsolve.explanations.prose import absence_text

        return absence_text(self)
