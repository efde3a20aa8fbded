"""What objects show of themselves in a notebook: short texts, small HTML tables, public names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from asnsolve.shown_values import escaped

MOST_ROWS = 20
"""Rows of a table that are shown."""

_LONGEST = 120
"""Characters of a text or a cell that are shown."""

_LONGEST_NOTE = 400
"""Characters of a line below a table."""


def brief(text: object, most: int = _LONGEST) -> str:
    """Show a text on one line, cut short if it is long.

    Parameters
    ----------
    text : object
        A text, or anything that has one.
    most : int
        Characters that are shown.

    Returns
    -------
    str
        Control characters and marks of direction are written as escapes.

    Examples
    --------
    >>> brief("jw01234-o001_t001_nircam_f200w", 12)
    'jw01234-o...'
    """
    shown = escaped(str(text)[: most + 1])
    return shown if len(shown) <= most else f"{shown[: most - 3]}..."


def first_few(words: Sequence[str], most: int = 5) -> str:
    """List the first of some words, and say how many more there are.

    Parameters
    ----------
    words : sequence of str
        The words.
    most : int
        Words that are shown.

    Returns
    -------
    str

    Examples
    --------
    >>> first_few(["f200w", "f150w", "f770w"], 2)
    'f200w, f150w and 1 more'
    """
    shown = ", ".join(brief(word, 40) for word in words[:most])
    return f"{shown} and {len(words) - most} more" if len(words) > most else shown


def html_text(title: str, text: str) -> str:
    """Write a text as HTML that keeps its lines.

    Parameters
    ----------
    title : str
        What is shown.
    text : str
        The text.

    Returns
    -------
    str
        HTML, in which the text is escaped. It sets no colours.
    """
    kept = "\n".join(escaped(line) for line in text.splitlines())
    return f'{_title(title)}\n<div style="white-space: pre-wrap">{escape(kept)}</div>'


def text_lines(title: str, notes: Iterable[str]) -> str:
    """Show an object as a title in angle brackets, with indented notes below it.

    Parameters
    ----------
    title : str
        The title.
    notes : iterable of str
        The notes.

    Returns
    -------
    str
        One line each.

    Examples
    --------
    >>> print(text_lines("Pool demo: 5 exposures", ["problems: 1"]))
    <Pool demo: 5 exposures>
      problems: 1
    """
    return "\n".join([f"<{title}>", *(f"  {note}" for note in notes)])


def html_table(
    title: str,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    notes: Iterable[str] = (),
    *,
    total: int | None = None,
) -> str:
    """Write a small table as HTML.

    Parameters
    ----------
    title : str
        What is shown.
    header : sequence of str
        Titles of the columns.
    rows : iterable of sequence
        Cells of each row; the first `MOST_ROWS` are shown.
    notes : iterable of str
        Lines below the table.
    total : int, optional
        How many rows there are, if `rows` has only the first of them.

    Returns
    -------
    str
        HTML. All text in it is escaped, and it sets no colours, so that it can be read in dark
        notebooks as well as in light ones.
    """
    every = list(rows)
    count = len(every) if total is None else total
    shown = every[:MOST_ROWS]
    lines = [_title(title)]
    if shown:
        lines += ["<table>", f"<thead><tr>{_cells('th', header)}</tr></thead>", "<tbody>"]
        lines += [f"<tr>{_cells('td', row)}</tr>" for row in shown]
        lines += ["</tbody>", "</table>"]
    if len(shown) < count:
        lines.append(f"<div>and {count - len(shown):,} more</div>")
    lines += [f"<div>{escape(brief(note, _LONGEST_NOTE))}</div>" for note in notes]
    return "\n".join(lines)


def public_names(names: Iterable[str]) -> list[str]:
    """Keep the names that completion should offer.

    Parameters
    ----------
    names : iterable of str
        Names of attributes.

    Returns
    -------
    list of str
        Those that do not begin with an underscore, sorted.
    """
    return sorted(name for name in names if not name.startswith("_"))


def _title(title: str) -> str:
    return f"<div><strong>{escape(brief(title))}</strong></div>"


def _cells(tag: str, row: Sequence[object]) -> str:
    """Write the cells of a row, numbers to the right."""
    return "".join(
        f'<{tag} style="text-align: {_side(cell)}">{escape(_cell_text(cell))}</{tag}>'
        for cell in row
    )


def _side(cell: object) -> str:
    return "right" if isinstance(cell, int) else "left"


def _cell_text(cell: object) -> str:
    if cell is None:
        return ""
    return f"{cell:,}" if isinstance(cell, int) else brief(cell)
