"""What was made of files: prose, and data for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from asnsolve.associations.association import Association
from asnsolve.associations.write import to_dict
from asnsolve.from_files.associate_files import Associated
from asnsolve.plans.associations_of_plan import PlanOutcome
from asnsolve.report.data import problem_data
from asnsolve.report.tables import count_text

__all__ = [
    "associated_data",
    "associated_lines",
    "planned_lines",
    "problems_data",
    "written_data",
    "written_lines",
]


def associated_lines(found: Associated) -> Iterator[str]:
    """Say what was found, association by association, and what is left over."""
    yield from map(_line, found.associations)
    yield from _others(found)
    count = count_text(len(found.associations), "association")
    yield f"{count}, {count_text(len(found.written), 'file')} written"


def planned_lines(found: Associated, plan: Path) -> Iterator[str]:
    """Say what went into a plan, and what is left over."""
    yield from _others(found)
    count = count_text(len(found.associations), "association")
    yield f"{count} planned: {plan}"


def written_lines(found: PlanOutcome) -> Iterator[str]:
    """Say what became of a plan."""
    for one in found.associations:
        yield f"{_line(one)}{', changed' if one.file_name in found.changed else ''}"
    yield from (f"in no association any more: {file}" for file in found.lost)
    yield from map(str, found.violations)
    count = count_text(len(found.associations), "association")
    kept = "" if found.written or not found.violations else " (--force writes them all the same)"
    yield f"{count}, {count_text(len(found.written), 'file')} written{kept}"


def _line(one: Association) -> str:
    roles = Counter(member.exptype for member in one.members)
    told = ", ".join(f"{count} {role}" for role, count in roles.items())
    return f"{one.file_name}: {', '.join(product.name for product in one.products)} of {told}"


def _others(found: Associated) -> Iterator[str]:
    yield from (f"left over: {orphan}" for orphan in found.leftover)
    yield from map(str, found.problems)
    yield from (f"note: {note}" for note in found.notes)


def associated_data(found: Associated) -> dict[str, Any]:
    """Lay out the same for programs."""
    return {
        **problems_data(found),
        "associations": {one.file_name: to_dict(one) for one in found.associations},
        "written": list(map(str, found.written)),
    }


def problems_data(found: Associated) -> dict[str, Any]:
    """Lay out what is left over for programs."""
    return {
        "counts": {
            "associations": len(found.associations),
            "leftover": len(found.leftover),
            "problems": len(found.problems),
        },
        "leftover": [
            {"filename": orphan.filename, "reason": str(orphan)} for orphan in found.leftover
        ],
        "problems": list(map(problem_data, found.problems)),
        "notes": list(map(problem_data, found.notes)),
    }


def written_data(found: PlanOutcome) -> dict[str, Any]:
    """Lay out for programs what became of a plan."""
    return {
        "associations": {one.file_name: to_dict(one) for one in found.associations},
        "changed": list(found.changed),
        "violations": list(map(problem_data, found.violations)),
        "lost": list(found.lost),
        "written": list(map(str, found.written)),
    }
