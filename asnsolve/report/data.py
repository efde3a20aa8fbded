"""The report of a solution for programs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from asnsolve.associations.association import Association, Product
from asnsolve.associations.dropped import Dropped
from asnsolve.associations.solution import Solution
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
        ``problems``, ``same_names``, ``renamed``, ``set_aside``, ``written``; for a container
        without ``associations``, ``orphans``, ``dropped``, ``same_names``, ``renamed`` and
        ``set_aside``.
    """
    # `outside` has the names of the orphans without the reasons, which take a search.
    counts = {
        "exposures": exposures,
        "associations": len(solution),
        "orphans": len(solution.outside),
    }
    lists: dict[str, Sequence[object]] = {"problems": solution.problems}
    if not in_container:
        lists = {
            "associations": list(map(_association_data, solution)),
            "orphans": list(map(orphan_data, solution.orphans)),
            "dropped": list(map(_dropped_data, solution.dropped)),
            "problems": solution.problems,
            "same_names": solution.same_names,
            "renamed": solution.renamed,
            "set_aside": set_aside,
        }
    return {
        "pool": solution.pool,
        "rules": solution.rules,
        "counts": counts | {name: len(items) for name, items in lists.items()},
        **lists,
        "written": written,
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


def orphan_data(orphan: Orphan) -> dict[str, Any]:
    """Lay out an orphan for programs.

    Parameters
    ----------
    orphan : Orphan
        The orphan.

    Returns
    -------
    dict
        With the keys ``filename`` and ``reason``.
    """
    # Without rules nothing refuses an exposure.
    reason = orphan.refusal and {
        "rule": orphan.refusal.rule,
        "clause": orphan.refusal.clause,
        "expected": orphan.refusal.expected,
        "values": dict(orphan.refusal.values),
        "refusals": orphan.refusals,
    }
    return {"filename": orphan.filename, "reason": reason}
