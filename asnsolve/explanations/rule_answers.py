"""What a rule says to an exposure, clause by clause."""

from __future__ import annotations

from asnsolve.explanations.answers import ClauseAnswer, RuleAnswer
from asnsolve.expr.fold import attributes
from asnsolve.expr.nodes import AllOf
from asnsolve.interpret.to_text import to_text
from asnsolve.solvers.judgement import CANDIDATE, Judgement, values_of
from asnsolve.solvers.scoped_pool import ScopedPool


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
        ClauseAnswer(clause, passes, values_of(entries, place, attributes(demand)), to_text(demand))
        for clause, demand, passes in judgement.clauses(entries, place)
        # A clause that demands nothing of one exposure is a key that may be unset.
        if demand != AllOf(()) or not passes
    ]
    if not judgement.solved(entries)[place]:
        cell = values_of(entries, place, ("asn_candidate",))
        clauses.append(ClauseAnswer(CANDIDATE, False, cell, judgement.wanted_candidate))
    role = int(entries.decide(rule.member_roles)[place])
    return RuleAnswer(
        rule=rule.name,
        variant=rule.variant,
        level=rule.base.level,
        role=rule.member_roles.results()[role],
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
    sets: set[frozenset[str]] = set()
    for place, solved in enumerate(judgement.solved(entries).tolist()):
        clauses = judgement.clauses(entries, place)
        refusing = [clause for clause, _, passes in clauses if not passes]
        sets.add(frozenset(refusing if solved else [*refusing, CANDIDATE]))
    # Names break ties, so that the answer does not depend on the order of scopes.
    return sorted(sets, key=lambda names: (len(names), sorted(names)))
