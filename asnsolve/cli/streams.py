"""What commands write: reports to stdout; messages and progress to stderr."""

from __future__ import annotations

import json
import os
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from asnsolve.cli.safe_streams import LAYOUT, unwrapped, write_styled
from asnsolve.report.to_json import to_json
from asnsolve.shown_values import escaped, json_escaped

if TYPE_CHECKING:
    from rich.console import Console

    from asnsolve.errors import Problem

_SHOWN_PROBLEMS: Final = 10

WIDTH: Final = 100
"""Width of a report, in columns, when stdout is not a terminal."""


@dataclass(frozen=True, slots=True)
class MessageLog:
    """Writes messages to stderr, one per line.

    Parameters
    ----------
    verbose : bool
        Whether to write notes as well as warnings and errors.
    dms : bool
        Whether to write lines in the format that operations parse: time (UTC), level, process,
        source, context, message.
    source : str
        Name of the command.
    context : mapping of str to str
        Facts repeated in every line of the operations format.
    """

    verbose: bool = False
    dms: bool = False
    source: str = ""
    context: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, args: Namespace) -> MessageLog:
        """Make the log that the arguments of a command ask for.

        Parameters
        ----------
        args : argparse.Namespace
            The parsed arguments; ``verbose`` and ``dms`` may be missing.

        Returns
        -------
        MessageLog
            A log without context.
        """
        dms = getattr(args, "dms", False)
        return cls(getattr(args, "verbose", False) or args.debug, dms, args.command)

    def with_context(self, **facts: str) -> MessageLog:
        """Add facts to the context.

        Parameters
        ----------
        **facts : str
            The facts, by name.

        Returns
        -------
        MessageLog
            A new log.
        """
        return replace(self, context={**self.context, **facts})

    def note(self, text: str) -> None:
        """Write what is being done, if the log is verbose.

        Parameters
        ----------
        text : str
            The message.
        """
        if self.verbose:
            self._write("INFO", text)

    def warn(self, text: str) -> None:
        """Write what is wrong but does not stop the run.

        Parameters
        ----------
        text : str
            The message.
        """
        self._write("WARNING", text)

    def problems(self, problems: Sequence[Problem]) -> None:
        """Write what is wrong with the input: the first problems, or all if the log is verbose.

        Parameters
        ----------
        problems : sequence of Problem
            The problems.
        """
        # Programs that read the lines of operations count on all of them.
        shown = problems if self.verbose or self.dms else problems[:_SHOWN_PROBLEMS]
        for problem in shown:
            self.warn(str(problem))
        if len(shown) < len(problems):
            self.warn(f"and {len(problems) - len(shown)} more problems (-v shows all)")

    def error(self, text: str) -> None:
        """Write why the run stops.

        Parameters
        ----------
        text : str
            The message.
        """
        self._write("ERROR", text)

    def _write(self, level: str, text: str) -> None:
        if self.dms:
            now = time.strftime("%Y%m%d%H%M", time.gmtime())
            parts = [now, level, f"pid={os.getpid()}", f"src=asnsolve.{self.source}"]
            parts += [f"{name}={value}" for name, value in self.context.items()]
            message = json_escaped(json.dumps(text, ensure_ascii=False))
            line = escaped(" ".join([*parts, f"msg={message}"]))
        else:
            line = f"asnsolve: {'error: ' if level == 'ERROR' else ''}{escaped(text, LAYOUT)}"
        print(line, file=sys.stderr)


@contextmanager
def console() -> Iterator[Console]:
    """Open a console for a report, which reaches stdout once the block ends without an error.

    On a terminal the report is in colour and as wide as the terminal. Elsewhere it is plain text
    `WIDTH` columns wide, whatever environment variables say, so that scripts can rely on it.
    Control characters in what is printed are written as escapes.

    Yields
    ------
    rich.console.Console
        Where to print.
    """
    from rich.console import Console

    from asnsolve.cli.consoles import escaping

    # Texts are printed as they are: rich would take "[o001]" for markup and ":star:" for an emoji.
    literal_console = partial(Console, markup=False, highlight=False, emoji=False)
    if sys.stdout.isatty():
        screen = literal_console()
    else:
        screen = literal_console(width=WIDTH, force_terminal=False, color_system=None)
    with escaping(screen).capture() as printed:
        yield screen
    # rich pads the cells of tables; trailing blanks would only show up in diffs.
    text = "\n".join(line.rstrip(" ") for line in printed.get().split("\n"))
    write_styled(sys.stdout, text)


def print_json(data: object) -> None:
    """Print a report for programs.

    Parameters
    ----------
    data : object
        What `to_json` takes.
    """
    print(to_json(data))


def print_report(args: Namespace, data: object, lines: Iterable[object]) -> None:
    """Print a report: for programs if the command was given ``--json``, otherwise as text.

    Parameters
    ----------
    args : argparse.Namespace
        The arguments of the command.
    data : object
        What `to_json` takes.
    lines : iterable
        The report as text; each item is printed on a line.
    """
    if args.json:
        print_json(data)
        return
    for line in lines:
        print(line)


class StageTimer:
    """Measures how long the stages of a run take.

    Attributes
    ----------
    seconds : dict of str to float
        Time that each stage has taken, in seconds, in the order in which the stages ended.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time that a block takes to a stage.

        Parameters
        ----------
        name : str
            Name of the stage.

        Yields
        ------
        None
        """
        start = time.perf_counter()
        try:
            yield
        finally:
            self.add(name, time.perf_counter() - start)

    def add(self, name: str, seconds: float) -> None:
        """Add time to a stage.

        Parameters
        ----------
        name : str
            Name of the stage.
        seconds : float
            Time to add, in seconds.
        """
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds

    def print_rates(self, exposures: int) -> None:
        """Print a line for each stage to stderr: its time, and exposures per second.

        Parameters
        ----------
        exposures : int
            How many exposures the run has.
        """
        for name, seconds in self.seconds.items():
            rate = exposures / max(seconds, 1e-6)
            print(f"{name:<24}{seconds:10.2f} s{rate:14,.0f} exposures/s", file=sys.stderr)


@contextmanager
def progress(
    steps: int, what: str = "", delay: float = 1.0, *, quiet: bool = False
) -> Iterator[Callable[..., None]]:
    """Show progress on stderr, if it is a terminal and the run takes long.

    Parameters
    ----------
    steps : int
        How many steps the run has.
    what : str
        What a step is, in the plural, to show the rate as ``exposures/s``; no rate is shown if
        empty.
    delay : float
        Seconds before anything is shown.
    quiet : bool
        Whether to show nothing.

    Yields
    ------
    callable
        To be called after each step with a description of what was done, and with the number of
        steps if it is not one.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda description, count=1: None
        return
    from threading import Timer

    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    from asnsolve.cli.consoles import escaping

    bar = Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
        console=escaping(Console(file=unwrapped(sys.stderr))),
        transient=True,
    )
    task = bar.add_task("", total=steps)
    start = time.perf_counter()

    def advance(description: str, count: int = 1) -> None:
        rate = (bar.tasks[0].completed + count) / max(time.perf_counter() - start, 1e-6)
        text = f"{description}, {rate:,.0f} {what}/s" if what else description
        bar.update(task, advance=count, description=escaped(text))

    timer = Timer(delay, bar.start)
    # An error elsewhere must not leave the interpreter waiting for a bar that nobody needs.
    timer.daemon = True
    timer.start()
    try:
        yield advance
    finally:
        timer.cancel()
        # The timer may be starting the bar at this moment: stop only after it has.
        timer.join()
        bar.stop()
