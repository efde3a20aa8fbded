"""Why an exposure is in its associations, and why it is in no others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from asnsolve.associations.association import Association
from asnsolve.explanations.answers import Explanation, Membership
from asnsolve.explanations.programs import SolvedProgram
from asnsolve.explanations.relax import fewest, holding
from asnsolve.explanations.rule_answers import refusal_sets, rule_answer
from asnsolve.explanations.subject import subject_of
from asnsolve.naming import exposure_root
from asnsolve.pool.table import Pool
from asnsolve.rules.load import RuleSource, load_rules

__all__ = ["explain"]


def explain(
    pool: Pool,
    rules: RuleSource | Iterable[RuleSource],
    exposure: str,
    rule: str | None = None,
) -> Explanation:
    """Explain why an exposure is in its associations, and why it is in no others.

    Only the program of the exposure is solved.

    Parameters
    ----------
    pool : Pool
        The exposures.
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
        If there is no such exposure.
    RuleError
        If there is no such rule, or if the rules are not acceptable.
    """
    rule_set = load_rules(rules)
    subject = subject_of(pool, exposure)
    program = SolvedProgram.of(subject.pool, rule_set)
    entries = program.entries(subject.filename)
    memberships = tuple(
        _membership(association, subject.filename)
        for association in holding(program.solution, subject.filename)
    )
    joined = {membership.rule for membership in memberships}
    asked = [
        judgement
        for judgement in program.named(rule)
        if rule is not None or judgement.rule.name not in joined
    ]
    nearest_first = sorted(asked, key=lambda judgement: judgement.ranks(entries).min())
    answers = tuple(
        rule_answer(judgement, entries, joins=judgement.rule.name in joined)
        for judgement in nearest_first
    )
    explanation = Explanation(subject.filename, subject.program, memberships, answers, rule)
    # To find what would have to give takes many solves: only for the answers that matter most.
    told = {id(answer) for answer in explanation.told if not answer.joins}
    completed = tuple(
        replace(
            answer,
            to_give=fewest(subject, judgement.rule, refusal_sets(judgement, entries)),
        )
        if id(answer) in told
        else answer
        for judgement, answer in zip(nearest_first, answers, strict=True)
    )
    return replace(explanation, rules=completed)


def _membership(association: Association, filename: str) -> Membership:
    """Describe an association that holds an exposure, by the product of which it is a member."""
    root = exposure_root(filename)
    for product in association.products:
        own = [member for member in product.members if exposure_root(member.expname) == root]
        if own:
            break
    others = tuple(
        (member.expname, member.exptype)
        for member in product.members
        if exposure_root(member.expname) != root
    )
    return Membership(
        file_name=association.file_name,
        rule=association.rule,
        product=product.name,
        level=association.level,
        role=own[0].exptype,
        others=others,
        shared=tuple(association.signature.items()),
    )
