"""What a rule says to an exposure, clause by clause."""

from __future__ import annotations

from asnsolve.explanations.answers import ClauseAnswer, RuleAnswer
from asnsolve.expr.nodes import AllOf
from asnsolve.interpret.to_text import to_text
from asnsolve.solvers.judgement import CANDIDATE, Judgement, values_of, wanted_candidate
from asnsolve.solvers.scoped_pool import ScopedPool

__all__ = ["refusal_sets", "rule_answer"]


def rule_answer(judgement: Judgement, entries: ScopedPool, *, joins: bool = False) -> RuleAnswer:
    """Say what each clause of a rule says to an exposure, in the scope where it is nearest.

    Parameters
    ----------
    judgement : Judgement
        The judgement of the rule.
    entries : ScopedPool
        The exposure in each of its scopes.
    joins : bool
        Whether the exposure is in an association of the rule.

    Returns
    -------
    RuleAnswer
    """
    rule = judgement.rule
    place = int(judgement.ranks(entries).argmin())
    clauses = [
        ClauseAnswer(clause.name, passed, values_of(entries, place, demand), to_text(demand))
        for passed, (clause, demand) in zip(
            judgement.passes(entries, place), rule.demands, strict=True
        )
        # A clause that demands nothing of one exposure is a key that may be unset.
        if demand != AllOf(()) or not passed
    ]
    if not judgement.solved(entries)[place]:
        cell = (("asn_candidate", entries.value(place, "asn_candidate")),)
        clauses.append(ClauseAnswer(CANDIDATE, False, cell, wanted_candidate(rule)))
    role = int(entries.decide(rule.member_roles)[place])
    return RuleAnswer(
        rule=rule.name,
        variant=rule.variant,
        level=rule.base.level,
        role=rule.member_roles.words()[role],
        candidate=entries.scopes[int(entries.entry_scopes[place])].cell,
        joins=joins,
        clauses=tuple(clauses),
    )


def refusal_sets(judgement: Judgement, entries: ScopedPool) -> list[frozenset[str]]:
    """Name the clauses that refuse an exposure, in each of its scopes.

    Parameters
    ----------
    judgement : Judgement
        The judgement of the rule.
    entries : ScopedPool
        The exposure in each of its scopes.

    Returns
    -------
    list of frozenset of str
        Without repeats, the smallest first; ``candidate`` is among the names where the rule is not
        solved in the scope.
    """
    names = [clause.name for clause, _ in judgement.rule.demands]
    sets: set[frozenset[str]] = set()
    for place, solved in enumerate(judgement.solved(entries).tolist()):
        passes = judgement.passes(entries, place)
        refusing = [name for name, passed in zip(names, passes, strict=True) if not passed]
        sets.add(frozenset(refusing if solved else [*refusing, CANDIDATE]))
    # Names break ties, so that the answer does not depend on the order of scopes.
    return sorted(sets, key=lambda names: (len(names), sorted(names)))
