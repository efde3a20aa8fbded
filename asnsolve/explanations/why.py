"""Why an exposure is in its associations, and why it is in no others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from asnsolve.associations.association import Association, Member, Product
from asnsolve.explanations.answers import (
    DroppedMembership,
    Explanation,
    Membership,
    RuleAnswer,
)
from asnsolve.explanations.better_members import left_out
from asnsolve.explanations.levels import level_reason
from asnsolve.explanations.member_grounds import Members, grounds_of, members_of, shared_keys
from asnsolve.explanations.programs import Programs, SolvedProgram, holding, subject_of
from asnsolve.explanations.remedies import attaching, remedies
from asnsolve.explanations.remedy_search import Search
from asnsolve.explanations.rule_answers import rule_answer
from asnsolve.explanations.trials import Trials
from asnsolve.explanations.unmet_needs import groups_around, keys_left_open, needs_lacking
from asnsolve.rules.load import RuleSource
from asnsolve.solvers.judgement import Judgement
from asnsolve.solvers.scoped_pool import ScopedPool

_FLAGS: Final = frozenset({"bkgdtarg", "is_imprt", "is_psf"})
"""Attributes that flag an exposure as one that is there for the sake of others."""


def explain(
    pool: object,
    rules: RuleSource | Iterable[RuleSource],
    exposure: str,
    rule: str | None = None,
) -> Explanation:
    """Explain why an exposure is in its associations, and why it is in no others.

    Only the program of the exposure is solved.

    Parameters
    ----------
    pool : Pool, or anything that `Pool.read` takes
        The exposures: a pool, the path of a pool file, or a table in memory.
    rules : str, path, Rule, RuleSet, or iterable of these
        What `load_rules` takes.
    exposure : str
        File name of the exposure, or of a file that was made from it.
    rule : str, optional
        Name of the only rule to ask why it does not take the exposure.

    Returns
    -------
    Explanation
        For the nearest rule of each level that has no association with the exposure, and for
        `rule`, it says what would let the exposure in. ``str`` makes it prose.

    Raises
    ------
    PoolError
        If `pool` cannot be read as a pool, or there is no such exposure.
    RuleError
        If there is no such rule, or if the rules are not acceptable.

    Examples
    --------
    >>> from asnsolve import Pool, demo_pool, explain, load_rules
    >>> pool = Pool.read(demo_pool())
    >>> explanation = explain(pool, load_rules(), "jw09802008001_04102_00001-seg001_nis_uncal.fits")
    >>> print(explanation.levels[0].declared)
    spectra through f277w are not flux-calibrated
    """
    return explain_in(Programs.read(pool, rules), exposure, rule)


def explain_in(
    programs: Programs,
    exposure: str,
    rule: str | None = None,
    *,
    search: bool = True,
) -> Explanation:
    """Explain an exposure of programs that may be solved already; see `explain`.

    Parameters
    ----------
    programs : Programs
        The programs, which are kept once they are solved.
    exposure : str
        File name of the exposure, or of a file that was made from it.
    rule : str, optional
        Name of the only rule to ask.
    search : bool
        Whether to try out changes that would let the exposure in. Each try solves its program.

    Returns
    -------
    Explanation

    Raises
    ------
    PoolError
        If there is no such exposure.
    RuleError
        If there is no such rule.
    """
    subject = subject_of(programs.pool, exposure)
    program = programs.of(subject)
    judgements = program.named(rule)
    entries = program.entries(subject.filename)
    own = [*holding(program.solution, subject.filename, programs.pool.profile.files)]
    members = [members_of(program, association) for association in own]
    files = programs.pool.profile.files
    memberships = tuple(
        _membership(association, among, files.exposure_of(subject.filename))
        for association, among in zip(own, members, strict=True)
    )
    if rule is None:
        joined = {membership.rule for membership in memberships}
        judgements = tuple(each for each in judgements if each.rule.name not in joined)
    judged = [
        # Of variants of one name, only those join that made an association.
        (rule_answer(each, entries, joins=any(each.rule is one.rule for one in members)), each)
        for each in judgements
    ]
    judged.sort(key=lambda pair: _farness(pair[0], pair[1], entries))
    inside = {membership.level for membership in memberships}
    explanation = Explanation(
        subject.filename,
        subject.program,
        memberships,
        tuple(answer for answer, _ in judged),
        rule,
        # Only the associations that stay decide which rules refuse the exposure.
        dropped=tuple(_dropped(program, subject.filename)),
        levels=tuple(
            level_reason(program, level, entries)
            for level in sorted({each.rule.base.level for each in program.judgements} - inside)
        ),
        files=files,
    )
    if not search:
        return explanation
    trials = Trials(subject, program.task.rules)
    searches = (
        Search(program, trials, judgement, entries, answer.level in inside)
        for answer, judgement in judged
    )
    return _with_remedies(explanation, searches)


def _with_remedies(explanation: Explanation, searches: Iterable[Search]) -> Explanation:
    """Search for what would let the exposure in, with one search for each rule of an explanation.

    Each takes many solves, so only the answers that matter most are completed.
    """
    attached = {reason.level for reason in explanation.levels if reason.attached_as}
    told = {
        id(answer)
        for answer in explanation.told
        if not answer.joins
        and (answer.for_its_type or answer.level in attached or explanation.asked is not None)
    }
    completed = (
        _completed(
            answer,
            search,
            attached=explanation.asked is None and answer.level in attached,
        )
        if id(answer) in told
        else answer
        for answer, search in zip(explanation.rules, searches, strict=True)
    )
    return replace(explanation, rules=tuple(completed))


def _farness(
    answer: RuleAnswer, judgement: Judgement, entries: ScopedPool
) -> tuple[bool, bool, bool, bool, int]:
    """Rank a rule for an exposure: the rule for its kind, in which it is science, comes first.

    The rule for grisms lets in an image as the direct image of a spectrum, for example, but what an
    image is told about is the rule for images.
    """
    of_its_sort = bool(judgement.of_its_sort(entries).any())
    # A rule for imprints is not for what has no such flag.
    for_others = any(
        refusal.values and all(name in _FLAGS and not value for name, value in refusal.values)
        for refusal in answer.refusals
    )
    return (
        not answer.for_its_type,
        not of_its_sort,
        for_others,
        of_its_sort and answer.role != "science",
        int(judgement.ranks(entries, scope_first=True).min()),
    )


def _completed(answer: RuleAnswer, search: Search, *, attached: bool) -> RuleAnswer:
    """Add to the answer of a rule what is lacking, and what would let the exposure in."""
    if attached:
        return replace(answer, remedies=attaching(search))
    rule, scoped, entries = search.judgement.rule, search.program.task.scoped, search.entries
    groups = groups_around(search.judgement, scoped, entries)
    if keys := keys_left_open(rule, scoped, entries, groups):
        return replace(answer, open_keys=tuple((key.attributes, key.filenames) for key in keys))
    lacking = needs_lacking(rule, scoped, entries, groups)
    if not lacking and (reason := left_out(rule, answer.role, scoped, entries, groups)):
        return replace(answer, left_out=reason)
    return replace(
        answer,
        unmet_needs=tuple(told for _, told in lacking),
        remedies=remedies(search, tuple(need for need, _ in lacking)),
    )


def _product_of(association: Association, exposure: str) -> tuple[Product, Member]:
    """Return the product of which an exposure is a member, and that member."""
    return next(
        (product, member)
        for product in association.products
        for member in product.members
        if member.exposure == exposure
    )


def _membership(association: Association, members: Members, exposure: str) -> Membership:
    product, member = _product_of(association, exposure)
    place = members.members.index(member)
    others = [other for other in product.members if other.exposure != exposure]
    return Membership(
        file_name=association.file_name,
        rule=association.rule,
        product=product.name,
        level=association.level,
        role=member.exptype,
        others=tuple((other.expname, other.exptype) for other in others),
        grounds=grounds_of(members, place),
        shared=shared_keys(members, place) if members.by_keys[place] else (),
    )


def _dropped(program: SolvedProgram, filename: str) -> Iterator[DroppedMembership]:
    """Find the associations of an exposure that gave way, and say to which and by which law."""
    files = program.task.scoped.pool.profile.files
    for dropped in program.solution.dropped:
        association = dropped.association
        if any(holding([association], filename, files)):
            product, member = _product_of(association, files.exposure_of(filename))
            yield DroppedMembership(
                rule=association.rule,
                asn_type=association.asn_type,
                asn_id=association.asn_id,
                product=product.name,
                role=member.exptype,
                law=dropped.law,
                gave_way_to=dropped.gave_way_to.file_name,
                by_rule=dropped.gave_way_to.rule,
            )
