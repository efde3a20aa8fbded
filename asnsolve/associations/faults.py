"""What is wrong with an association, by how much it matters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from asnsolve.errors import Location, Problem

Weight = Literal["error", "finding", "remark"]
"""
error
    The pipelines cannot use the association.
finding
    They can, but will hardly do what was meant.
remark
    Something is not named or written the way the archive does it.
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of thing that is wrong with an association.

    Parameters
    ----------
    weight : "error", "finding" or "remark"
        How much it matters.
    kind : str
        The check that found it, and the key that it looked at.
    problem : Problem
        What is wrong, where, and what was expected.

    Examples
    --------
    >>> from pathlib import Path
    >>> from asnsolve import validate_file
    >>> _ = Path("mine_asn.json").write_text("[]")
    >>> fault = validate_file("mine_asn.json")[0]
    >>> fault.weight
    'error'
    """

    weight: Weight
    kind: str
    problem: Problem

    def __str__(self) -> str:
        """Write the problem as one line."""
        return str(self.problem)


def fault(weight: Weight, kind: str, what: str, expected: str = "", advice: str = "") -> Fault:
    """Make a fault whose file is not known yet.

    Parameters
    ----------
    weight : "error", "finding" or "remark"
        How much it matters.
    kind : str
        The check that found it, and the key that it looked at.
    what, expected, advice : str
        As in `Problem`.

    Returns
    -------
    Fault
    """
    return Fault(weight, kind, Problem(what, expected=expected, advice=advice))


def one_of_each_kind(faults: Iterable[Fault], where: Location) -> tuple[Fault, ...]:
    """Keep the first fault of each kind, which says how many more there are.

    Parameters
    ----------
    faults : iterable of Fault
        The faults, in the order found.
    where : Location
        The file, for the messages.

    Returns
    -------
    tuple of Fault
        Errors first, then findings, then remarks.
    """
    # The schema reports a place that lacks two keys twice, in the same words.
    distinct = list(dict.fromkeys(faults))
    counts = Counter((fault.weight, fault.kind) for fault in distinct)
    firsts: dict[tuple[Weight, str], Fault] = {}
    for each in distinct:
        firsts.setdefault((each.weight, each.kind), each)
    summaries = []
    for key, first in firsts.items():
        more = f" (and {counts[key] - 1} more like it)" if counts[key] > 1 else ""
        problem = replace(first.problem, what=f"{first.problem.what}{more}", location=where)
        summaries.append(replace(first, problem=problem))
    # The weights sort as they matter.
    return tuple(sorted(summaries, key=lambda each: each.weight))
