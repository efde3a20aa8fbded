"""Trees and summaries on terminals of any width break no word."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from asnsolve import Solution, demo_pool, solve
from asnsolve.report.association_tree import print_trees
from asnsolve.report.summary import print_summary


@pytest.fixture(scope="module")
def found() -> Solution:
    return solve(demo_pool())


def screen(width: int) -> Console:
    return Console(
        file=io.StringIO(), width=width, force_terminal=True, color_system=None, markup=False
    )


def words_on(console: Console) -> set[str]:
    assert isinstance(console.file, io.StringIO)
    return set(console.file.getvalue().split())


@pytest.mark.parametrize("width", [20, 60, 100])
@pytest.mark.parametrize("everything", [False, True])
def test_a_tree_breaks_no_word(found: Solution, width: int, everything: bool) -> None:
    console, wide = screen(width), screen(1_000)
    for one in (console, wide):
        print_trees(one, found.select(level=3).associations, everything=everything)
    assert words_on(console) == words_on(wide)


@pytest.mark.parametrize("width", [60, 80])
def test_a_summary_breaks_no_word(found: Solution, width: int) -> None:
    console = screen(width)
    print_summary(console, found, 100, ())
    words = words_on(console)
    assert {orphan.filename for orphan in found.orphans[:3]} <= words
    assert {one.rule for one in found} <= {word.rstrip(":") for word in words}
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert all(len(line) <= width or len(line.split()) == 1 for line in lines)


def test_long_lists_of_members_are_cut_short(found: Solution) -> None:
    largest = max(found, key=lambda one: len(one.members))
    console = screen(200)
    print_trees(console, [largest] * 2)
    assert isinstance(console.file, io.StringIO)
    assert ("more (-v shows all)" in console.file.getvalue()) is (
        max(len([m for m in largest.members if m.exptype == role]) for role in ("science", "psf"))
        > 12
    )


def test_nothing_is_said_in_words() -> None:
    console = screen(80)
    print_trees(console, [])
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == "No associations.\n"
