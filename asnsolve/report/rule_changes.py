"""The report of `asnsolve rules diff`: lines of text, and data for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from asnsolve.differences.compare import Difference
from asnsolve.phrases import count_text
from asnsolve.proofs.changes import RuleChanges
from asnsolve.proofs.witness_pools import LARGEST
from asnsolve.report.differences import difference_data
from asnsolve.report.tables import wrapped

_WIDTH: Final = 100
_INDENTS: Final = ("    ", "      ")


def changes_lines(
    changes: RuleChanges, differences: Sequence[Difference] | None = None
) -> Iterator[str]:
    """Say what differs between two rule sets, and between what they make of a pool.

    Parameters
    ----------
    changes : RuleChanges
        How the rule sets differ.
    differences : sequence of Difference, optional
        How their associations of a pool differ; None if no pool was compared.

    Yields
    ------
    str
        Lines.
    """
    for which, rules in (("old", changes.gone), ("new", changes.new)):
        for rule in rules:
            yield f"only in the {which} set: {rule}"
            for role, boxes in changes.alone.get(rule, {}).items():
                yield from wrapped(f"as {role}: {'; or '.join(boxes)}", _WIDTH, *_INDENTS)
    for rule, parts in changes.otherwise:
        yield from (f"{rule} differs in {part}" for part in parts)
        if rule in changes.shown:
            pool = changes.shown[rule]
            none = f"no pool of up to {LARGEST} exposures that was tried shows a difference"
            yield f"    {none if pool is None else f'for example, {pool}'}"
    yield from map(str, changes.taken)
    yield from map(str, changes.handed)
    if changes.are_none:
        yield "The rules take the same exposures, and make the same of them."
    if differences is not None:
        yield f"On the pool: {count_text(len(differences), 'difference')}"
        yield from map(str, differences)


def changes_data(
    changes: RuleChanges, differences: Sequence[Difference] | None = None
) -> dict[str, Any]:
    """Lay out the report for programs.

    Parameters
    ----------
    changes : RuleChanges
        How the rule sets differ.
    differences : sequence of Difference, optional
        How their associations of a pool differ; None if no pool was compared.

    Returns
    -------
    dict
        With the keys ``gone``, ``new``, ``alone``, ``otherwise``, ``shown``, ``taken``, ``handed``
        and ``pool``.
    """
    return {
        "gone": changes.gone,
        "new": changes.new,
        "alone": changes.alone,
        "otherwise": dict(changes.otherwise),
        "shown": changes.shown,
        "taken": changes.taken,
        "handed": [
            {
                "from": change.first,
                "to": change.second,
                "role": change.role,
                "says": change.says,
                "witness": change.witness,
            }
            for change in changes.handed
        ],
        # None says that no pool was compared; an empty list, that the pool shows no difference.
        "pool": None if differences is None else list(map(difference_data, differences)),
    }
