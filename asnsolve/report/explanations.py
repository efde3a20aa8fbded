"""Answers about exposures: tables on a screen, and data for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from asnsolve.explanations.answers import Absence, ClauseAnswer, Explanation, RuleAnswer, Together
from asnsolve.report.differences import difference_data
from asnsolve.report.tables import print_table
from asnsolve.solvers.refusals import values_text

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["absence_data", "explanation_data", "print_clauses", "together_data"]


def print_clauses(console: Console, answer: RuleAnswer) -> None:
    """Print every clause of a rule, with what it expects and what it finds."""
    console.print()
    print_table(
        console,
        ("clause", "", "expected that", "found"),
        [
            (
                one.clause,
                "pass" if one.passes else "FAIL",
                one.expected,
                values_text(one.values),
            )
            for one in answer.clauses
        ],
    )


def explanation_data(found: Explanation) -> dict[str, Any]:
    """Lay out why an exposure is in its associations, and in no others."""
    return {
        "exposure": found.exposure,
        "program": found.program,
        "memberships": [
            {
                **asdict(one),
                "others": [{"file": file, "role": role} for file, role in one.others],
                "shared": dict(one.shared),
            }
            for one in found.memberships
        ],
        "rules": [_rule_data(answer) for answer in found.rules],
    }


def _rule_data(answer: RuleAnswer) -> dict[str, Any]:
    return {
        "rule": answer.rule,
        "variant": answer.variant,
        "level": answer.level,
        "role": answer.role,
        "candidate": answer.candidate,
        "joins": answer.joins,
        "clauses": [_clause_data(one) for one in answer.clauses],
        "to_give": None if answer.to_give is None else list(answer.to_give),
    }


def _clause_data(answer: ClauseAnswer) -> dict[str, Any]:
    return {
        "clause": answer.clause,
        "passes": answer.passes,
        "values": dict(answer.values),
        "expected": answer.expected,
    }


def together_data(found: Together) -> dict[str, Any]:
    """Lay out why two exposures are together, or are not."""
    return {
        "first": found.first,
        "second": found.second,
        "rules": [
            {
                "rule": one.rule,
                "variant": one.variant,
                "roles": list(one.roles),
                "together": list(one.together),
                "refused": [
                    {"exposure": name, **_clause_data(refusal)} for name, refusal in one.refused
                ],
                "keys": [asdict(key) for key in one.keys],
                "share_scope": one.share_scope,
            }
            for one in found.rules
        ],
    }


def absence_data(found: Absence) -> dict[str, Any]:
    """Lay out what a missing exposure undoes."""
    return {
        "exposure": found.exposure,
        "differences": list(map(difference_data, found.differences)),
        "orphaned": list(found.orphaned),
    }
