"""The report of `asnsolve diff` for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, assert_never

from asnsolve.differences.compare import Difference, MembersDiffer, NameDiffers, OnlyIn
from asnsolve.differences.results import Result
from asnsolve.report.to_json import fields_data


def difference_data(difference: Difference) -> dict[str, Any]:
    """Lay out a difference for programs.

    Parameters
    ----------
    difference : Difference
        The difference.

    Returns
    -------
    dict
        With the key ``kind``, the keys of the association, and those of the kind.
    """
    # A difference has one result, or one of each set; a pair is listed under the first.
    match difference:
        case OnlyIn(which, result):
            data = {"kind": f"only in the {which}", **_result_data(result)}
            return {**data, "members": members_data(result.members)}
        case NameDiffers(first, _):
            then = {name: value for name, _, value in difference.fields}
            kind = "name" if then.keys() == {"product"} else "fields"
            return {"kind": kind, **_result_data(first), "then": then}
        case MembersDiffer(first, second, gone, new, roles):
            return {
                "kind": "members",
                **_result_data(first),
                "then": {"product": second.product} if difference.renamed else {},
                "only_first": members_data(gone),
                "only_second": members_data(new),
                "roles": [{"file": file, "role": role, "then": then} for file, role, then in roles],
            }
        case _:
            assert_never(difference)


def members_data(members: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Lay out members for programs.

    Parameters
    ----------
    members : iterable of (str, str)
        File and role of each member.

    Returns
    -------
    list of dict
        With the keys ``file`` and ``role``.
    """
    return [{"file": file, "role": role} for file, role in members]


def _result_data(result: Result) -> dict[str, Any]:
    """Lay out what identifies a result: everything but its members."""
    return {name: value for name, value in fields_data(result).items() if name != "members"}
