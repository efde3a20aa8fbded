"""The parts that the reports of solved pools have in common, printed on a console."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asnsolve.errors import Problem
from asnsolve.phrases import count_text
from asnsolve.report.tables import wrapped
from asnsolve.shown_values import escaped

if TYPE_CHECKING:
    from rich.console import Console

_SHOWN_PROBLEMS: Final = 10


@dataclass(frozen=True, slots=True)
class Printer:
    """Prints a report line by line.

    On a terminal long lines are wrapped between words; a word is never broken. Elsewhere lines are
    not wrapped, however long they are, so that they can be searched for.

    Parameters
    ----------
    console : rich.console.Console
        Where to print.
    everything : bool
        Whether to print long lists in full.
    """

    console: Console
    everything: bool

    def line(self, text: str = "", style: str | None = None) -> None:
        """Print one line.

        Parameters
        ----------
        text : str
            The line.
        style : str, optional
            A style of rich, such as ``bold``.
        """
        lines = [escaped(text)]
        if self.console.is_terminal and text:
            words = lines[0].lstrip()
            indent = lines[0][: -len(words)]
            lines = wrapped(words, self.console.width, indent, f"{indent}    ")
        for line in lines:
            self.console.print(line, style=style, soft_wrap=True)

    def header(self, pool: str, exposures: int, rules: str) -> None:
        """Print what was solved.

        Parameters
        ----------
        pool : str
            Name of the pool.
        exposures : int
            How many exposures the pool holds.
        rules : str
            Name of the rule set.
        """
        self.line(f"Pool {pool}: {count_text(exposures, 'exposure')}, rules {rules}")

    def title(self, text: str) -> None:
        """Begin a section: print a blank line and a title.

        Parameters
        ----------
        text : str
            The title.
        """
        self.line()
        self.line(text, "bold")

    def first(self, lines: Sequence[str], most: int, indent: str) -> None:
        """Print the first lines of a list, and how many more there are.

        Parameters
        ----------
        lines : sequence of str
            The list.
        most : int
            How many lines to print, unless the report shows everything.
        indent : str
            Put before each line.
        """
        shown = lines if self.everything else lines[:most]
        for text in shown:
            self.line(indent + text)
        if len(shown) < len(lines):
            self.line(f"{indent}and {len(lines) - len(shown)} more (-v shows all)")

    def problems(self, title: str, problems: Sequence[Problem]) -> None:
        """Print a section of problems, if there are any.

        Parameters
        ----------
        title : str
            Title of the section; the number of problems is added to it.
        problems : sequence of Problem
            The problems.
        """
        if problems:
            self.title(f"{title}: {len(problems)}")
            self.first(list(map(str, problems)), _SHOWN_PROBLEMS, "  ")

    def count(self, title: str, problems: Sequence[Problem]) -> None:
        """Print how many problems there are, if any; they themselves go to standard error.

        Parameters
        ----------
        title : str
            What they are.
        problems : sequence of Problem
            The problems.
        """
        if problems:
            self.title(f"{title}: {len(problems)} (on standard error)")

    def closing(self, text: str) -> None:
        """Print the last line of a report, after a blank line.

        Parameters
        ----------
        text : str
            The line.
        """
        self.line()
        self.line(text)
