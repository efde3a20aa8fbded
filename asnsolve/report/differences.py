"""The report of `asnsolve diff` for programs."""

from __future__ import annotations

from typing import Any, assert_never

from asnsolve.differences.compare import (
    Difference,
    MembersDiffer,
    NameDiffers,
    OnlyFirst,
    OnlySecond,
)
from asnsolve.differences.results import Result


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
    # A difference holds one result, or one of each set; the first stands for the pair.
    match difference:
        case OnlyFirst(result):
            return {
                "kind": "only in the first",
                **_result_data(result),
                "members": _members_data(result),
            }
        case OnlySecond(result):
            return {
                "kind": "only in the second",
                **_result_data(result),
                "members": _members_data(result),
            }
        case NameDiffers(first, second):
            return {"kind": "name", **_result_data(first), "then": second.product}
        case MembersDiffer(first, _, gone, new, roles):
            return {
                "kind": "members",
                **_result_data(first),
                "only_first": [{"file": file, "role": role} for file, role in gone],
                "only_second": [{"file": file, "role": role} for file, role in new],
                "roles": [{"file": file, "role": role, "then": then} for file, role, then in roles],
            }
        case _:
            assert_never(difference)


def _result_data(result: Result) -> dict[str, str]:
    return {
        "program": result.program,
        "rule": result.rule,
        "asn_type": result.asn_type,
        "asn_id": result.asn_id,
        "product": result.product,
    }


def _members_data(result: Result) -> list[dict[str, str]]:
    return [{"file": file, "role": role} for file, role in result.members]
