"""Tables of text, ruled on a terminal and plain elsewhere; and counts of things."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from asnsolve.shown_values import escaped

if TYPE_CHECKING:
    from rich.console import Console


def wrapped(text: str, width: int, indent: str = "", further: str = "  ") -> list[str]:
    """Break a text into lines.

    Parameters
    ----------
    text : str
        The text.
    width : int
        Columns of a line; a word that is longer stays whole.
    indent, further : str
        What the first line and further lines begin with.

    Returns
    -------
    list of str
        The lines.
    """
    # Names with hyphens and long file patterns must stay whole to be found by a search.
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
    )


def print_table(
    console: Console,
    header: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    numbers: int = 0,
    total: bool = False,
) -> None:
    """Print a table.

    Parameters
    ----------
    console : rich.console.Console
        Where to print.
    header : sequence of str
        Title of each column.
    rows : sequence of sequence
        Cells of each row, texts or numbers.
    numbers : int
        How many of the last columns hold numbers; these are aligned to the right.
    total : bool
        Whether the last row is a total of the rows above.

    Notes
    -----
    On a terminal that is too narrow for the table, each row is a line of its own, so that no word
    is broken.
    """
    if console.is_terminal and _width(header, rows) > console.width:
        for row in rows:
            for line in wrapped(_row_text(header, row, numbers), console.width):
                console.print(line, soft_wrap=True)
        return
    # rich is slow to import, and reports without tables do not need it.
    from rich import box
    from rich.table import Table

    # Without rules and padding the table is plain text that other programs can split.
    table = Table(
        box=box.SIMPLE_HEAD if console.is_terminal else None, pad_edge=False, padding=(0, 2, 0, 0)
    )
    for number, title in enumerate(header):
        is_number = number >= len(header) - numbers
        table.add_column(title, justify="right" if is_number else "left", overflow="fold")
    for number, row in enumerate(rows, start=1):
        style = "bold" if total and number == len(rows) else None
        # The rule above the total ends the section of the row before it.
        # A cell is as wide as its escapes, and on one line.
        cells = [escaped(str(cell)) for cell in row]
        table.add_row(*cells, style=style, end_section=number == len(rows) - total)
    console.print(table)


def _width(header: Sequence[str], rows: Sequence[Sequence[object]]) -> int:
    """Return how many columns of a terminal a table takes."""
    columns = zip(header, *rows, strict=True)
    return sum(max(len(str(cell)) for cell in column) + 2 for column in columns)


def _row_text(header: Sequence[str], row: Sequence[object], numbers: int) -> str:
    """Write a row as ``image2 Asn_Lv2Image: ids 7, associations 22``."""
    first = len(header) - numbers
    words = " ".join(str(cell) for cell in row[:first] if cell != "")
    counts = ", ".join(
        f"{title} {cell}" for title, cell in zip(header[first:], row[first:], strict=True)
    )
    return f"{words}: {counts}" if counts else words
