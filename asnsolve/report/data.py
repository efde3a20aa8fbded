"""Solutions and problems for programs: dicts, lists, texts and numbers, ready for JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from asnsolve.associations.association import Association, Product
from asnsolve.associations.solution import Dropped, Solution
from asnsolve.errors import Problem
from asnsolve.pool.raw_table import SetAsideRow
from asnsolve.solvers.refusals import Orphan


def solution_data(
    solution: Solution,
    exposures: int,
    set_aside: Sequence[SetAsideRow] = (),
    written: Sequence[Path] = (),
    *,
    in_container: bool = False,
) -> dict[str, Any]:
    """Lay out a solution for programs.

    Parameters
    ----------
    solution : Solution
        What was association.
    exposures : int
        How many exposures the pool holds.
    set_aside : sequence of SetAsideRow
        Rows of the pool that could not be kept.
    written : sequence of Path
        Files that were written.
    in_container : bool
        Whether the only file is a container. The report then leaves out what would take an object
        for each of many associations.

    Returns
    -------
    dict
        With the keys ``pool``, ``rules``, ``counts``, ``associations``, ``orphans``, ``dropped``,
        ``problems``, ``same_names``, ``set_aside``, ``written``; for a container without
        ``associations``, ``orphans``, ``dropped``, ``same_names`` and ``set_aside``.
    """
    if in_container:
        # `outside` has the names of the orphans without the reasons, which take a search.
        return {
            "pool": solution.pool,
            "rules": solution.rules,
            "counts": {
                "exposures": exposures,
                "associations": len(solution),
                "orphans": len(solution.outside),
                "problems": len(solution.problems),
            },
            "problems": list(map(problem_data, solution.problems)),
            "written": list(map(str, written)),
        }
    return {
        "pool": solution.pool,
        "rules": solution.rules,
        "counts": {
            "exposures": exposures,
            "associations": len(solution),
            "orphans": len(solution.orphans),
            "dropped": len(solution.dropped),
            "problems": len(solution.problems),
            "same_names": len(solution.same_names),
            "set_aside": len(set_aside),
        },
        "associations": list(map(_association_data, solution)),
        "orphans": list(map(_orphan_data, solution.orphans)),
        "dropped": list(map(_dropped_data, solution.dropped)),
        "problems": list(map(problem_data, solution.problems)),
        "same_names": list(map(problem_data, solution.same_names)),
        "set_aside": set_aside_data(set_aside),
        "written": list(map(str, written)),
    }


def set_aside_data(set_aside: Sequence[SetAsideRow]) -> list[dict[str, Any]]:
    """Lay out the rows of a pool that could not be kept.

    Parameters
    ----------
    set_aside : sequence of SetAsideRow
        The rows.

    Returns
    -------
    list of dict
        With the keys ``row``, ``text``, ``problem``.
    """
    return [
        {"row": row.row, "text": row.text, "problem": problem_data(row.problem)}
        for row in set_aside
    ]


def problem_data(problem: Problem) -> dict[str, Any]:
    """Lay out a problem.

    Parameters
    ----------
    problem : Problem
        The problem.

    Returns
    -------
    dict
        With the keys ``what``, ``file``, ``row``, ``column``, ``rule``, ``program``, ``expected``,
        ``advice``.
    """
    location = problem.location
    # The location is laid out flat: readers filter by file or column.
    return {
        "what": problem.what,
        "file": location.file,
        "row": location.row,
        "column": location.column,
        "rule": location.rule,
        "program": location.program,
        "expected": problem.expected,
        "advice": problem.advice,
    }


def _association_data(association: Association) -> dict[str, Any]:
    return {
        "file_name": association.file_name,
        "rule": association.rule,
        "asn_type": association.asn_type,
        "asn_id": association.asn_id,
        "program": association.program,
        "target": association.target,
        "products": [
            {"name": product.name, "members": _files_by_role(product)}
            for product in association.products
        ],
    }


def _dropped_data(dropped: Dropped) -> dict[str, Any]:
    association = _association_data(dropped.association)
    # Numbers are given to the associations that stay, so a dropped one has no file name.
    del association["file_name"]
    return {
        "association": association,
        "gave_way_to": dropped.gave_way_to.file_name,
        "law": dropped.law,
    }


def _files_by_role(product: Product) -> dict[str, list[str]]:
    files: dict[str, list[str]] = defaultdict(list)
    for member in product.members:
        files[member.exptype].append(member.expname)
    return dict(files)


def _orphan_data(orphan: Orphan) -> dict[str, Any]:
    refusal = orphan.refusal
    # Without rules nothing refuses an exposure.
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
