"""Answers about exposures: tables on a screen, and data for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asnsolve.explanations.answers import ClauseAnswer, Explanation, LeftOut, RuleAnswer
from asnsolve.explanations.member_answers import ExplainedAssociation, Grounds
from asnsolve.explanations.pair_answers import Absence, Together
from asnsolve.report.differences import difference_data, members_data
from asnsolve.report.tables import print_table
from asnsolve.report.to_json import fields_data
from asnsolve.solvers.refusals import values_text

if TYPE_CHECKING:
    from rich.console import Console


def print_clauses(console: Console, answer: RuleAnswer) -> None:
    """Print every clause of a rule, with what it expects and what it finds.

    Parameters
    ----------
    console : Console
        Where to print.
    answer : RuleAnswer
        The answer of the rule.
    """
    rows = [
        (each.clause, "pass" if each.passes else "FAIL", each.expected, values_text(each.values))
        for each in answer.clauses
    ]
    console.print()
    print_table(console, ("clause", "", "expected that", "found"), rows)


def explanation_data(explanation: Explanation) -> dict[str, Any]:
    """Lay out why an exposure is in its associations, and in no others.

    Parameters
    ----------
    explanation : Explanation
        The answer.

    Returns
    -------
    dict of str to Any
        With the keys ``exposure``, ``program``, ``memberships``, ``dropped``, ``levels``,
        ``rules``.
    """
    return {
        "exposure": explanation.exposure,
        "program": explanation.program,
        "memberships": [
            {
                **fields_data(membership),
                "others": members_data(membership.others),
                "grounds": _grounds_data(membership.grounds),
            }
            for membership in explanation.memberships
        ],
        "dropped": explanation.dropped,
        "levels": [
            {**fields_data(reason), "attached_by": dict(reason.attached_by)}
            for reason in explanation.levels
        ],
        "rules": [
            {
                **fields_data(answer),
                "clauses": list(map(_clause_data, answer.clauses)),
                "left_out": None if answer.left_out is None else _left_out_data(answer.left_out),
            }
            for answer in explanation.rules
        ],
    }


def association_data(association: ExplainedAssociation) -> dict[str, Any]:
    """Lay out why an association has its members.

    Parameters
    ----------
    association : ExplainedAssociation
        The answer.

    Returns
    -------
    dict of str to Any
        With the keys ``file_name``, ``rule``, ``title``, ``asn_id``, ``product``, ``members``,
        ``shared``, ``law`` and ``gave_way_to``.
    """
    return {
        **fields_data(association),
        "members": [
            {"file": member.file, "role": member.role, **_grounds_data(member.grounds)}
            for member in association.members
        ],
    }


def _grounds_data(grounds: Grounds) -> dict[str, Any]:
    return {
        **fields_data(grounds),
        "decided_by": dict(grounds.decided_by),
        "shared": dict(grounds.shared),
    }


def _left_out_data(left_out: LeftOut) -> dict[str, Any]:
    kept = [{"exposure": name, "match": match} for name, match in left_out.kept]
    return {**fields_data(left_out), "kept": kept}


def _clause_data(answer: ClauseAnswer) -> dict[str, Any]:
    # Pairs of names and values are an object in JSON, not a list of lists.
    return {**fields_data(answer), "values": dict(answer.values)}


def together_data(pair: Together) -> dict[str, Any]:
    """Lay out why two exposures are together, or are not.

    Parameters
    ----------
    pair : Together
        The answer.

    Returns
    -------
    dict of str to Any
        With the keys ``first``, ``second``, ``rules``.
    """
    rules = [
        {
            **fields_data(answer),
            "refused": [
                {"exposure": name, **_clause_data(refusal)} for name, refusal in answer.refused
            ],
        }
        for answer in pair.rules
    ]
    return {"first": pair.first, "second": pair.second, "rules": rules}


def absence_data(absence: Absence) -> dict[str, Any]:
    """Lay out what a missing exposure undoes.

    Parameters
    ----------
    absence : Absence
        The answer.

    Returns
    -------
    dict of str to Any
        With the keys ``exposure``, ``differences``, ``orphaned``.
    """
    return {
        "exposure": absence.exposure,
        "differences": list(map(difference_data, absence.differences)),
        "orphaned": absence.orphaned,
    }
