"""Tables of text, ruled on a terminal and bare elsewhere; and counts in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["count_text", "print_table"]


def count_text(number: int, noun: str) -> str:
    """Say how many there are, as ``1 file`` or ``2 files``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def print_table(
    console: Console,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
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
        One word a column.
    rows : sequence of sequence of str
        Cells.
    numbers : int
        How many of the last columns hold numbers.
    total : bool
        Whether the last row sums up those above it.
    """
    from rich import box
    from rich.table import Table

    table = Table(
        box=box.SIMPLE_HEAD if console.is_terminal else None, pad_edge=False, padding=(0, 2, 0, 0)
    )
    for number, word in enumerate(header):
        right = number >= len(header) - numbers
        table.add_column(word, justify="right" if right else "left", overflow="fold")
    for number, row in enumerate(rows, start=1):
        last = total and number == len(rows)
        table.add_row(*row, style="bold" if last else None, end_section=number == len(rows) - total)
    console.print(table)
