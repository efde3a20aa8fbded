"""Answers about exposures, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from asnsolve.associations.association import Match
from asnsolve.displays import public_names
from asnsolve.explanations.explanation_display import explanation_brief, explanation_html
from asnsolve.explanations.member_answers import Grounds, SharedKey
from asnsolve.profiles import FileNames, default_profile
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
    grounds : Grounds
        Why the exposure is in, in its role.
    shared : tuple of SharedKey
        The keys that bind the exposure and at least one other member.

    Examples
    --------
    >>> from asnsolve import Pool, demo_pool, explain, load_rules
    >>> pool = Pool.read(demo_pool())
    >>> explanation = explain(pool, load_rules(), "jw09801004001_03101_00001_mirifulong_uncal.fits")
    >>> membership = explanation.memberships[0]
    >>> membership.file_name, membership.role
    ('jw09801-c1001_spec2_00001_asn.json', 'science')
    """

    file_name: str
    rule: str
    product: str
    level: int
    role: str
    others: tuple[tuple[str, str], ...]
    grounds: Grounds
    shared: tuple[SharedKey, ...]


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

    Examples
    --------
    >>> from asnsolve import Pool, demo_pool, explain, load_rules
    >>> pool = Pool.read(demo_pool())
    >>> explanation = explain(pool, load_rules(), "jw09801004001_03101_00001_mirifulong_uncal.fits")
    >>> [(dropped.asn_id, dropped.law) for dropped in explanation.dropped]
    [('a3001', 'one membership'), ('o004', 'one product')]
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
        Name of the clause; ``candidate`` for the scopes in which the rule is solved.
    passes : bool
        Whether it lets the exposure in.
    values : tuple of (str, str or None)
        Attributes that it looks at, with their values; None: not set.
    expected : str
        What it asks for, in English, with long lists of values cut short.
    unmet : str
        The part of it that the exposure does not meet; empty if it passes.

    Examples
    --------
    >>> from asnsolve import Pool, demo_pool, explain, load_rules
    >>> pool = Pool.read(demo_pool())
    >>> exposure = "jw09802008001_04102_00001-seg001_nis_uncal.fits"
    >>> explanation = explain(pool, load_rules(), exposure, rule="Asn_Lv2SpecTSO")
    >>> [refused] = [clause for clause in explanation.rules[0].clauses if not clause.passes]
    >>> refused.clause, refused.expected
    ('calibrated_soss', 'exp_type is not nis_soss or (filter is set and filter is not f277w)')
    """

    clause: str
    passes: bool
    values: Values
    expected: str
    unmet: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A value that an exposure would have to have.

    Parameters
    ----------
    attribute : str
        The attribute.
    value : str or None
        The value; None: not set.
    like : str
        File name of an exposure of the program that has this value; empty if none has.

    Examples
    --------
    >>> from asnsolve import Pool, demo_pool, explain, load_rules
    >>> pool = Pool.read(demo_pool())
    >>> exposure = "jw09802008001_04102_00001-seg001_nis_uncal.fits"
    >>> explanation = explain(pool, load_rules(), exposure, rule="Asn_Lv2SpecTSO")
    >>> change = explanation.rules[0].remedies[0].changes[0]
    >>> change.attribute, change.value
    ('filter', 'clear')
    """

    attribute: str
    value: str | None
    like: str = ""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would let an exposure in: tried out with `solve` before it is offered.

    Parameters
    ----------
    changes : tuple of Change
        What would have to be different in the exposure or, if `added_role` is given, in a copy of
        it that is added to the pool with another name.
    added_role : str or None
        Role of the exposure that would have to be added; None if none has to be.

    Examples
    --------
    >>> from asnsolve import Pool, demo_pool, explain, load_rules
    >>> pool = Pool.read(demo_pool())
    >>> exposure = "jw09802008001_04102_00001-seg001_nis_uncal.fits"
    >>> explanation = explain(pool, load_rules(), exposure, rule="Asn_Lv2SpecTSO")
    >>> explanation.rules[0].remedies[0].changes[0].attribute
    'filter'
    """

    changes: tuple[Change, ...]
    added_role: str | None = None


@dataclass(frozen=True, slots=True)
class UnmetNeed:
    """What the members that an exposure could join lack.

    Parameters
    ----------
    need : str
        The need, in English.
    found, wanted : int
        How many members, or values, there are, and how many there have to be.
    counted : str
        What is counted, such as ``science members`` or ``values of obs_num``.
    bound : "at least", "at most" or "exactly"
        Whether there may be more, or fewer.

    Examples
    --------
    >>> from asnsolve import UnmetNeed
    >>> need = UnmetNeed("there is at least one psf member", 0, 1, "psf members")
    >>> need.wanted - need.found
    1
    """

    need: str
    found: int
    wanted: int
    counted: str
    bound: Literal["at least", "at most", "exactly"] = "at least"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why a step that keeps the best members of a role leaves an exposure out.

    Parameters
    ----------
    match : Match
        How good the exposure is.
    at_most : int
        How many members the step keeps for each science member.
    kept : tuple of (str, Match)
        The exposures that it keeps, without directory, stage and extension, and how good they are.

    Examples
    --------
    >>> from asnsolve import LeftOut, Match
    >>> far, near = (Match("a", nearest=("expstart",), distance=days) for days in (2.0, 1.0))
    >>> LeftOut(far, 1, (("b", near),)).kept[0][0]
    'b'
    """

    match: Match
    at_most: int
    kept: tuple[tuple[str, Match], ...]


@dataclass(frozen=True, slots=True)
class LevelReason:
    """Why a level has no association with an exposure, apart from what each rule refuses.

    Parameters
    ----------
    level : int
        The level.
    declared : str
        The reason that is declared beside the rule set; empty if none is.
    attached_by : tuple of (str, str)
        If rules attach such exposures to associations: the attributes in which a member would have
        to agree with it, with the values of the exposure.
    attached_as : str
        The role in which they attach it; empty if they do not.

    Examples
    --------
    >>> from asnsolve import Pool, demo_pool, explain, load_rules
    >>> pool = Pool.read(demo_pool())
    >>> explanation = explain(pool, load_rules(), "jw09802008001_04102_00001-seg001_nis_uncal.fits")
    >>> explanation.levels[0].declared
    'spectra through f277w are not flux-calibrated'
    """

    level: int
    declared: str = ""
    attached_by: tuple[tuple[str, str], ...] = ()
    attached_as: str = ""


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
    for_its_type : bool
        Whether the rule takes exposures of this type; if not, no rule of the level does.
    unmet_needs : tuple of UnmetNeed
        Needs that are not met where no clause refuses the exposure.
    remedies : tuple of Remedy
        What would let the exposure in; empty if nothing was looked for, or if no small change does.
    open_keys : tuple of (str, tuple of str)
        If there are too many groups that the exposure could join, and the rule leaves them
        unsolved: the attributes of each key that exposures leave open, such as ``PUPIL or
        GRATING``, and these exposures. No remedies are looked for then.
    left_out : LeftOut or None
        If a step leaves the exposure out because others are better: how good it is.
    only_in : tuple of str
        If the rule is solved only inside candidates: the ids of the exposure's candidates in which
        it is solved. Empty if the rule is also solved in a whole program or in the whole pool.

    Examples
    --------
    >>> from asnsolve import Pool, demo_pool, explain, load_rules
    >>> pool = Pool.read(demo_pool())
    >>> exposure = "jw09802008001_04102_00001-seg001_nis_uncal.fits"
    >>> explanation = explain(pool, load_rules(), exposure, rule="Asn_Lv2SpecTSO")
    >>> answer = explanation.rules[0]
    >>> answer.rule, answer.joins
    ('Asn_Lv2SpecTSO', False)
    """

    rule: str
    variant: str
    level: int
    role: str
    candidate: str | None
    joins: bool
    clauses: tuple[ClauseAnswer, ...]
    for_its_type: bool = True
    unmet_needs: tuple[UnmetNeed, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    open_keys: tuple[tuple[str, tuple[str, ...]], ...] = ()
    left_out: LeftOut | None = None
    only_in: tuple[str, ...] = ()

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
        Its associations that gave way to others.
    levels : tuple of LevelReason
        What is known of the levels that have no association with it.
    files : FileNames
        How the mission names files, for the text.

    Examples
    --------
    >>> from asnsolve import Pool, demo_pool, explain, load_rules
    >>> pool = Pool.read(demo_pool())
    >>> explanation = explain(pool, load_rules(), "jw09802008001_04102_00001-seg001_nis_uncal.fits")
    >>> explanation.program, len(explanation.memberships)
    ('09802', 0)
    >>> explanation.rules[0].rule
    'Asn_Lv2SpecTSO'
    """

    exposure: str
    program: str
    memberships: tuple[Membership, ...]
    rules: tuple[RuleAnswer, ...]
    asked: str | None = None
    dropped: tuple[DroppedMembership, ...] = ()
    levels: tuple[LevelReason, ...] = ()
    files: FileNames = field(
        default_factory=lambda: default_profile().files, compare=False, repr=False
    )

    def __repr__(self) -> str:
        """Show the associations, and the nearest rules that refuse the exposure."""
        return explanation_brief(self)

    def _repr_html_(self) -> str:
        """Show more of it in a notebook."""
        return explanation_html(self)

    def __dir__(self) -> list[str]:
        """List the public names, for completion."""
        return public_names(object.__dir__(self))

    @property
    def told(self) -> tuple[RuleAnswer, ...]:
        """The answers that matter most: the nearest rule of each level without an association."""
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
