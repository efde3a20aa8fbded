"""What a rule says to an exposure, clause by clause."""

from __future__ import annotations

import re
from typing import Final

from asnsolve.explanations.answers import ClauseAnswer, RuleAnswer
from asnsolve.expr.fold import attributes
from asnsolve.expr.nodes import AllOf, AnyOf, Named, Not, OneOf, Predicate
from asnsolve.interpret.to_csp import admits
from asnsolve.interpret.to_text import to_text
from asnsolve.solvers.judgement import CANDIDATE, SORT, Judgement, values_of
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.unmet import unmet

FIXED: Final = SORT | {"asn_candidate"}
"""What an exposure is, and what the proposal ties it to: ways to change these are not told."""

_MOST_LISTED, _LISTED = 4, 2


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
    exp_type = entries.value(place, "exp_type")
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
        for_its_type=bool(
            judgement.of_its_sort(entries)[place]
            or (
                judgement.of_its_type(entries)[place]
                and any(_names_type(demand, exp_type) for _, demand in rule.demands)
            )
        ),
    )


def _names_type(predicate: Predicate, exp_type: str | None) -> bool:
    """Tell whether a predicate lists an exposure type among those that it takes."""
    match predicate:
        case OneOf(sources, values):
            return sources == ("exp_type",) and exp_type in values
        case AllOf(parts) | AnyOf(parts):
            return any(_names_type(part, exp_type) for part in parts)
        case Named(_, inner):
            return _names_type(inner, exp_type)
        case _:
            return False


def _clause_answer(
    clause: str, demand: Predicate, entries: ScopedPool, place: int, *, passes: bool
) -> ClauseAnswer:
    """Say what one clause asks of an exposure, and what of that it does not meet."""
    if passes:
        values = values_of(entries, place, attributes(demand))
        return ClauseAnswer(clause, passes, values, brief_text(demand))
    exposure = {name: entries.value(place, name) for name in attributes(demand)}
    lacking = unmet(demand, lambda part: admits(part, exposure), FIXED)
    values = values_of(entries, place, attributes(lacking))
    return ClauseAnswer(clause, passes, values, brief_text(demand), brief_text(lacking))


def brief_text(predicate: Predicate) -> str:
    """Say a predicate in English, with long lists of values cut short.

    Parameters
    ----------
    predicate : Predicate
        A predicate.

    Returns
    -------
    str
        A list of more than four values ends with how many there are besides.
    """
    return re.sub(r"\b(\d+)-others\b", r"\1 others", to_text(_abridged(predicate)))


def _abridged(predicate: Predicate) -> Predicate:
    match predicate:
        case OneOf(sources, values) if len(values) > _MOST_LISTED:
            rest = f"{len(values) - _LISTED}-others"
            return OneOf(sources, (*values[:_LISTED], rest))
        case Not(inner):
            return Not(_abridged(inner))
        case AllOf(parts):
            return AllOf(tuple(map(_abridged, parts)))
        case AnyOf(parts):
            return AnyOf(tuple(map(_abridged, parts)))
        case _:
            return predicate
