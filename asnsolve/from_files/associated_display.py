"""What the result of a call from files shows of itself in a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from asnsolve.displays import brief, html_table, text_lines
from asnsolve.phrases import count_text

if TYPE_CHECKING:
    from asnsolve.from_files.solved_request import Associated

_MOST = 4


def associated_text(associated: Associated) -> str:
    """Show what was found, in a few lines.

    Parameters
    ----------
    associated : Associated
        What was found.

    Returns
    -------
    str
    """
    associations = associated.associations
    notes = [
        f"{brief(one.file_name)}: {len(one.members):,} members" for one in associations[:_MOST]
    ]
    if len(associations) > _MOST:
        notes.append(f"and {len(associations) - _MOST:,} more")
    return text_lines(_title(associated), [*notes, *_notes(associated)])


def associated_html(associated: Associated) -> str:
    """Show a table of the associations.

    Parameters
    ----------
    associated : Associated
        What was found.

    Returns
    -------
    str
        HTML.
    """
    return html_table(
        _title(associated),
        ("file", "rule", "product", "members"),
        [
            (
                one.file_name,
                one.rule,
                ", ".join(product.name for product in one.products),
                len(one.members),
            )
            for one in associated.associations
        ],
        _notes(associated),
    )


def _title(associated: Associated) -> str:
    return f"Associated files: {count_text(len(associated.associations), 'association')}"


def _notes(associated: Associated) -> Iterator[str]:
    counts = {
        "files left over": associated.leftover,
        "problems": associated.problems,
        "notes": associated.notes,
        "files written": associated.written,
        "files there already": associated.unchanged,
        "files to download": associated.downloads,
    }
    told = [f"{what}: {len(found):,}" for what, found in counts.items() if found]
    if told:
        yield ", ".join(told)
