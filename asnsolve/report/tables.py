"""Tables of text, ruled on a terminal and plain elsewhere; and lines of bounded width."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

from asnsolve.shown_values import escaped

if TYPE_CHECKING:
    from rich.console import Console

_BETWEEN: Final = 3
"""What rules and padding add to each column of a table on a terminal."""


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
    On a terminal, cells are wrapped between words. If it is too narrow for that, each row is a line
    of its own, so that no word is broken.
    """
    widths = _widths(header, rows, console.width) if console.is_terminal else [None] * len(header)
    if widths is None:
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
        justify: Literal["left", "right"] = "right" if is_number else "left"
        table.add_column(title, justify=justify, overflow="fold", width=widths[number])
    for number, row in enumerate(rows, start=1):
        style = "bold" if total and number == len(rows) else None
        # The rule above the total ends the section of the row before it.
        # A cell is as wide as its escapes, and on one line.
        cells = [escaped(str(cell)) for cell in row]
        table.add_row(*cells, style=style, end_section=number == len(rows) - total)
    console.print(table)


def _widths(
    header: Sequence[str], rows: Sequence[Sequence[object]], width: int
) -> list[int | None] | None:
    """Share out the columns of a terminal so that no word is broken; None if it is too narrow."""
    columns = [
        [escaped(str(cell)) for cell in column] for column in zip(header, *rows, strict=True)
    ]
    longest_words = [
        max((len(word) for cell in column for word in cell.split()), default=1)
        for column in columns
    ]
    lacking = [
        max(map(len, column)) - longest
        for column, longest in zip(columns, longest_words, strict=True)
    ]
    spare = width - _BETWEEN * len(columns) - sum(longest_words)
    if spare < 0:
        return None
    widths: list[int | None] = [*longest_words]
    # Those that lack least come first, and leave what they do not need to the others.
    for handled, at in enumerate(sorted(range(len(columns)), key=lambda at: lacking[at])):
        more = min(lacking[at], spare // (len(columns) - handled))
        widths[at] = longest_words[at] + more
        spare -= more
    return widths


def _row_text(header: Sequence[str], row: Sequence[object], numbers: int) -> str:
    """Write a row as ``image2 Asn_Lv2Image: ids 7, associations 22``."""
    first = len(header) - numbers
    words = " ".join(str(cell) for cell in row[:first] if cell != "")
    counts = ", ".join(
        f"{title} {cell}" for title, cell in zip(header[first:], row[first:], strict=True)
    )
    return f"{words}: {counts}" if counts else words
