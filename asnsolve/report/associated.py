"""What was made of files: prose, and data for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from asnsolve.associations.write import to_dict
from asnsolve.plans.associate import Associated
from asnsolve.report.data import problem_data
from asnsolve.report.tables import count_text

__all__ = ["associated_data", "associated_lines"]


def associated_lines(found: Associated) -> Iterator[str]:
    """Say what was found, association by association, and what is left over."""
    for one in found.associations:
        roles = Counter(member.exptype for member in one.members)
        told = ", ".join(f"{count} {role}" for role, count in roles.items())
        yield f"{one.file_name}: {', '.join(product.name for product in one.products)} of {told}"
    yield from (f"left over: {orphan}" for orphan in found.leftover)
    yield from map(str, found.problems)
    yield from (f"note: {note}" for note in found.notes)
    count = count_text(len(found.associations), "association")
    yield f"{count}, {count_text(len(found.written), 'file')} written"


def associated_data(found: Associated) -> dict[str, Any]:
    """Lay out the same for programs."""
    return {
        "counts": {
            "associations": len(found.associations),
            "leftover": len(found.leftover),
            "problems": len(found.problems),
        },
        "associations": {one.file_name: to_dict(one) for one in found.associations},
        "leftover": [
            {"filename": orphan.filename, "reason": str(orphan)} for orphan in found.leftover
        ],
        "problems": list(map(problem_data, found.problems)),
        "notes": list(map(problem_data, found.notes)),
        "written": list(map(str, found.written)),
    }
