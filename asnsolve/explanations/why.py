"""Why an exposure is in its associations, and why it is in no others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from asnsolve.associations.association import Association, Member, Product
from asnsolve.associations.solution import Solution
from asnsolve.explanations.answers import DroppedMembership, Explanation, Membership
from asnsolve.explanations.programs import Programs, subject_of
from asnsolve.explanations.relax import fewest, holding
from asnsolve.explanations.rule_answers import refusal_sets, rule_answer
from asnsolve.pool.table import Pool
from asnsolve.rules.load import RuleSource, load_rules
from asnsolve.stages import exposure_of


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
        It says which clauses would have to give for the nearest rule of each level that has no
        association with the exposure, and for `rule`. ``str`` makes it prose.

    Raises
    ------
    PoolError
        If `pool` cannot be read as a pool, or there is no such exposure.
    RuleError
        If there is no such rule, or if the rules are not acceptable.
    """
    exposures = Pool.read(pool)
    subject = subject_of(exposures, exposure)
    program = Programs(exposures, load_rules(rules)).of(subject)
    judgements = program.named(rule)
    entries = program.entries(subject.filename)
    memberships = tuple(
        _membership(association, exposure_of(subject.filename))
        for association in holding(program.solution, subject.filename)
    )
    joined = {membership.rule for membership in memberships}
    if rule is None:
        judgements = tuple(each for each in judgements if each.rule.name not in joined)
    nearest_first = sorted(judgements, key=lambda judgement: judgement.ranks(entries).min())
    answers = tuple(
        rule_answer(judgement, entries, joins=judgement.rule.name in joined)
        for judgement in nearest_first
    )
    explanation = Explanation(subject.filename, subject.program, memberships, answers, rule)
    # To find what would have to give takes many solves: only for the answers that matter most.
    told = {id(answer) for answer in explanation.told if not answer.joins}
    completed = list(answers)
    for place, judgement in enumerate(nearest_first):
        if id(answers[place]) in told:
            parts = fewest(subject, judgement.rule, refusal_sets(judgement, entries))
            completed[place] = replace(answers[place], to_give=parts)
    # Only the associations that stay decide which rules refuse the exposure.
    dropped = tuple(_dropped(program.solution, subject.filename))
    return replace(explanation, rules=tuple(completed), dropped=dropped)


def _product_of(association: Association, exposure: str) -> tuple[Product, Member]:
    """Return the product of which an exposure is a member, and that member."""
    return next(
        (product, member)
        for product in association.products
        for member in product.members
        if member.exposure == exposure
    )


def _membership(association: Association, exposure: str) -> Membership:
    product, member = _product_of(association, exposure)
    others = [other for other in product.members if other.exposure != exposure]
    return Membership(
        file_name=association.file_name,
        rule=association.rule,
        product=product.name,
        level=association.level,
        role=member.exptype,
        others=tuple((other.expname, other.exptype) for other in others),
        shared=tuple(association.signature.items()),
    )


def _dropped(solution: Solution, filename: str) -> Iterator[DroppedMembership]:
    """Find the associations of an exposure that gave way, and say to which and by which law."""
    for dropped in solution.dropped:
        association = dropped.association
        if any(holding([association], filename)):
            product, member = _product_of(association, exposure_of(filename))
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
