"""Tables on terminals of any width."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from asnsolve.report.tables import print_table

ROWS = [("Asn_Lv2Image", "An image with the dedicated backgrounds for it", 7)]
WORDS = {word for cell in ROWS[0] for word in str(cell).split()}


def printed(width: int, *, is_terminal: bool = True) -> list[str]:
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=is_terminal, color_system=None)
    print_table(console, ("rule", "title", "ids"), ROWS, numbers=1)
    return stream.getvalue().splitlines()


@pytest.mark.parametrize("width", range(34, 90, 3))
def test_no_word_is_broken_and_no_line_is_too_long(width: int) -> None:
    lines = printed(width)
    assert {word.rstrip(":") for line in lines for word in line.split()} >= WORDS
    assert max(map(len, lines)) <= width


def test_cells_are_wrapped_before_the_rules_of_a_table_are_given_up() -> None:
    ruled = [any("─" in line for line in printed(width)) for width in range(30, 90)]
    assert ruled == sorted(ruled)
    assert ruled.index(True) < 45


def test_elsewhere_a_table_is_plain() -> None:
    assert "─" not in "".join(printed(90, is_terminal=False))
