"""What each clause of a rule says about an exposure."""

from __future__ import annotations

from asnsolve.explanations.answers import ClauseAnswer, RuleAnswer
from asnsolve.expr.fold import attributes
from asnsolve.expr.nodes import AllOf, Predicate
from asnsolve.interpret.to_text import brief_text
from asnsolve.solvers.judgement import CANDIDATE, Judgement, values_of
from asnsolve.solvers.refusals import unmet_by
from asnsolve.solvers.scoped_pool import ScopedPool


def rule_answer(judgement: Judgement, entries: ScopedPool, *, joins: bool = False) -> RuleAnswer:
    """Ask each clause of a rule about an exposure, in the scope where it comes nearest.

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
        _clause_answer(clause, demand, entries, place, passes=passes)
        for clause, demand, passes in judgement.clauses(entries, place)
        # A clause that demands nothing of one exposure is a key that may be unset.
        if demand != AllOf(()) or not passes
    ]
    if not judgement.solved(entries)[place]:
        cell = values_of(entries, place, ("asn_candidate",))
        wanted = judgement.wanted_candidate
        clauses.append(ClauseAnswer(CANDIDATE, False, cell, wanted, wanted))
    role = int(entries.decide(rule.member_roles)[place])
    return RuleAnswer(
        rule=rule.name,
        variant=rule.variant,
        level=rule.base.level,
        role=rule.member_roles.results()[role],
        candidate=entries.scopes[int(entries.entry_scopes[place])].cell,
        joins=joins,
        clauses=tuple(clauses),
        for_its_type=bool(judgement.for_its_type(entries)[place]),
        only_in=_only_in(judgement, entries),
    )


def _only_in(judgement: Judgement, entries: ScopedPool) -> tuple[str, ...]:
    """Name the candidates in which a rule is solved; none if it is solved in whole programs too."""
    scopes = entries.entry_scopes[judgement.solved(entries)].tolist()
    named = [entries.scopes[scope].candidate for scope in scopes]
    ids = [candidate[0] for candidate in named if candidate is not None]
    return tuple(sorted(ids)) if len(ids) == len(named) else ()


def _clause_answer(
    clause: str, demand: Predicate, entries: ScopedPool, place: int, *, passes: bool
) -> ClauseAnswer:
    """Say what one clause asks of an exposure, and what of that it does not meet."""
    if passes:
        values = values_of(entries, place, attributes(demand))
        return ClauseAnswer(clause, passes, values, brief_text(demand))
    lacking = unmet_by(demand, entries, place)
    values = values_of(entries, place, attributes(lacking))
    return ClauseAnswer(clause, passes, values, brief_text(demand), brief_text(lacking))
