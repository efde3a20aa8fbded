"""What a change of rules does: prose, and data for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from asnsolve.differences.compare import Difference
from asnsolve.proofs.rule_set_changes import RuleChanges
from asnsolve.report.differences import difference_data
from asnsolve.report.tables import count_text

__all__ = ["changes_data", "changes_lines"]


def changes_lines(
    changes: RuleChanges, differences: Sequence[Difference] | None = None
) -> Iterator[str]:
    """Say what differs between rule sets, and between what they make of a pool."""
    yield from (f"only in the old set: {rule}" for rule in changes.gone)
    yield from (f"only in the new set: {rule}" for rule in changes.new)
    for rule, parts in changes.otherwise:
        yield f"{rule} differs in {', '.join(parts)}"
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
    """Lay out the same for programs."""
    pool = None if differences is None else list(map(difference_data, differences))
    return {
        "gone": list(changes.gone),
        "new": list(changes.new),
        "otherwise": {rule: list(parts) for rule, parts in changes.otherwise},
        "taken": [
            {
                "rule": one.rule,
                "role": one.role,
                "gained": one.gained,
                "says": one.says,
                "witness": dict(one.witness),
            }
            for one in changes.taken
        ],
        "handed": [
            {
                "from": one.first,
                "to": one.second,
                "role": one.role,
                "says": one.says,
                "witness": dict(one.witness),
            }
            for one in changes.handed
        ],
        "pool": pool,
    }
