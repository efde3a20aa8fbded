"""Reports for programs: plain dicts, lists, texts and numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from asnsolve.associations.association import Association, Product
from asnsolve.associations.solution import Solution
from asnsolve.errors import Problem
from asnsolve.pool.raw import SetAside
from asnsolve.solvers.refusals import Orphan

__all__ = ["problem_data", "set_aside_data", "solution_data"]


def solution_data(
    solution: Solution,
    exposures: int,
    set_aside: Sequence[SetAside] = (),
    written: Sequence[Path] = (),
) -> dict[str, Any]:
    """Lay out a solution.

    Parameters
    ----------
    solution : Solution
        What was found.
    exposures : int
        How many exposures the pool holds.
    set_aside : sequence of SetAside
        Rows of the pool that could not be kept.
    written : sequence of Path
        Files that were written.

    Returns
    -------
    dict
        With the keys ``pool``, ``rules``, ``counts``, ``associations``, ``orphans``, ``problems``,
        ``same_names``, ``set_aside``, ``written``.
    """
    return {
        "pool": solution.pool,
        "rules": solution.rules,
        "counts": {
            "exposures": exposures,
            "associations": len(solution),
            "orphans": len(solution.orphans),
            "problems": len(solution.problems),
            "same_names": len(solution.same_names),
            "set_aside": len(set_aside),
        },
        "associations": [_association(found) for found in solution],
        "orphans": [_orphan(orphan) for orphan in solution.orphans],
        "problems": [problem_data(problem) for problem in solution.problems],
        "same_names": [problem_data(problem) for problem in solution.same_names],
        "set_aside": set_aside_data(set_aside),
        "written": [str(path) for path in written],
    }


def set_aside_data(set_aside: Sequence[SetAside]) -> list[dict[str, Any]]:
    """Lay out the rows that could not be kept."""
    return [
        {"row": row.row, "text": row.text, "problem": problem_data(row.problem)}
        for row in set_aside
    ]


def problem_data(problem: Problem) -> dict[str, Any]:
    """Lay out a problem."""
    where = problem.location
    return {
        "what": problem.what,
        "file": where.file,
        "row": where.row,
        "column": where.column,
        "rule": where.rule,
        "program": where.program,
        "expected": problem.expected,
        "advice": problem.advice,
    }


def _association(found: Association) -> dict[str, Any]:
    return {
        "file_name": found.file_name,
        "rule": found.rule,
        "asn_type": found.asn_type,
        "asn_id": found.asn_id,
        "program": found.program,
        "target": found.target,
        "products": [
            {"name": product.name, "members": _by_role(product)} for product in found.products
        ],
    }


def _by_role(product: Product) -> dict[str, list[str]]:
    roles: dict[str, list[str]] = defaultdict(list)
    for member in product.members:
        roles[member.exptype].append(member.expname)
    return dict(roles)


def _orphan(orphan: Orphan) -> dict[str, Any]:
    refusal = orphan.refusal
    if refusal is None:
        return {"filename": orphan.filename, "reason": None}
    reason = {
        "rule": refusal.rule,
        "clause": refusal.clause,
        "expected": refusal.expected,
        "values": dict(refusal.values),
        "refusals": orphan.refusals,
    }
    return {"filename": orphan.filename, "reason": reason}
