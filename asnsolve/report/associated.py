"""The reports of `asnsolve associate`, `plan` and `write`: lines of text, and data for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from asnsolve.associations.association import Association
from asnsolve.associations.json_fields import to_dict
from asnsolve.from_files.solved_request import Associated
from asnsolve.phrases import count_text, listed
from asnsolve.plans.associations_of_plan import PlanOutcome


def associated_lines(associated: Associated) -> Iterator[str]:
    """Say what was found, association by association, and what is left over.

    Parameters
    ----------
    associated : Associated
        What `associate` gives.

    Yields
    ------
    str
        Lines.
    """
    yield from map(association_line, associated.associations)
    yield from _leftover_lines(associated)
    count = count_text(len(associated.associations), "association")
    needed = len(associated.downloads)
    download = f", {count_text(needed, 'file')} to download" if needed else ""
    yield f"{count}, {_files_text(associated.written, associated.unchanged)}{download}"


def planned_lines(associated: Associated, plan: Path) -> Iterator[str]:
    """Say how much a plan holds, and what is left over.

    Parameters
    ----------
    associated : Associated
        What the plan was made of.
    plan : Path
        The file of the plan.

    Yields
    ------
    str
        Lines.
    """
    yield from _leftover_lines(associated)
    count = count_text(len(associated.associations), "association")
    yield f"{count} planned: {plan}"


def written_lines(outcome: PlanOutcome) -> Iterator[str]:
    """Say what became of a plan.

    Parameters
    ----------
    outcome : PlanOutcome
        What `write_plan` gives.

    Yields
    ------
    str
        Lines.
    """
    for association in outcome.associations:
        changed = association.file_name in outcome.changed
        yield f"{association_line(association)}{', changed' if changed else ''}"
    # A file that an edit took out of its last association would otherwise be lost silently.
    yield from (f"no longer in any association: {file}" for file in outcome.lost)
    yield from map(str, (*outcome.violations, *outcome.problems))
    yield from (f"note: {note}" for note in outcome.notes)
    count = count_text(len(outcome.associations), "association")
    # Nothing is written if there are violations, unless forced.
    refused = outcome.violations and not outcome.written and not outcome.unchanged
    advice = " (use --force to write them anyway)" if refused else ""
    yield f"{count}, {_files_text(outcome.written, outcome.unchanged)}{advice}"


def _files_text(written: Sequence[Path], unchanged: Sequence[Path]) -> str:
    text = f"{count_text(len(written), 'file')} written"
    return f"{text}, {len(unchanged)} unchanged" if unchanged else text


def association_line(association: Association) -> str:
    """Say what an association is of: its file, its products, and how many members in each role.

    Parameters
    ----------
    association : Association
        The association.

    Returns
    -------
    str
        One line.
    """
    # Roles are in the order of the members: science first.
    counts = Counter(member.exptype for member in association.members)
    members = listed(f"{count} {role}" for role, count in counts.items())
    noun = "member" if list(counts.values())[-1:] == [1] else "members"
    products = ", ".join(product.name for product in association.products)
    return f"{association.file_name}: {products} from {members} {noun}"


def _leftover_lines(associated: Associated) -> Iterator[str]:
    # From what is lost to what is only worth knowing.
    yield from (f"left over: {orphan}" for orphan in associated.leftover)
    yield from map(str, associated.problems)
    yield from (f"note: {note}" for note in associated.notes)


def associated_data(associated: Associated) -> dict[str, Any]:
    """Lay out for programs what was found.

    Parameters
    ----------
    associated : Associated
        What `associate` gives.

    Returns
    -------
    dict
        With the keys of `problems_data`, ``associations``, ``downloads`` and ``written``.
    """
    return {
        **problems_data(associated),
        "associations": _association_data(associated.associations),
        "downloads": associated.downloads,
        "written": associated.written,
        "unchanged": associated.unchanged,
    }


def problems_data(associated: Associated) -> dict[str, Any]:
    """Lay out for programs what is left over.

    Parameters
    ----------
    associated : Associated
        What `associate` gives.

    Returns
    -------
    dict
        With the keys ``counts``, ``leftover``, ``problems``, ``notes``.
    """
    return {
        "counts": {
            "associations": len(associated.associations),
            "leftover": len(associated.leftover),
            "problems": len(associated.problems),
        },
        "leftover": [
            {"filename": orphan.filename, "reason": str(orphan)} for orphan in associated.leftover
        ],
        "problems": associated.problems,
        "notes": associated.notes,
    }


def written_data(outcome: PlanOutcome) -> dict[str, Any]:
    """Lay out for programs what became of a plan.

    Parameters
    ----------
    outcome : PlanOutcome
        What `write_plan` gives.

    Returns
    -------
    dict
        With the keys ``associations``, ``changed``, ``violations``, ``lost``, ``problems``,
        ``notes``, ``written``, ``unchanged``.
    """
    return {
        "associations": _association_data(outcome.associations),
        "changed": outcome.changed,
        "violations": outcome.violations,
        "lost": outcome.lost,
        "problems": outcome.problems,
        "notes": outcome.notes,
        "written": outcome.written,
        "unchanged": outcome.unchanged,
    }


def _association_data(associations: Sequence[Association]) -> dict[str, dict[str, Any]]:
    """Lay out associations as their files have them, by file name."""
    return {association.file_name: to_dict(association) for association in associations}
