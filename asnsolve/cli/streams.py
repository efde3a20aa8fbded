"""What commands write: reports on stdout; messages and progress on stderr."""

from __future__ import annotations

import json
import os
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["WIDTH", "Clock", "Messages", "console", "print_json", "progress"]

WIDTH: Final = 100
"""Columns of a report that is not read on a terminal."""


@dataclass(frozen=True, slots=True)
class Messages:
    """What is said on stderr, one line each.

    Parameters
    ----------
    verbose : bool
        Whether notes are said too.
    dms : bool
        Whether lines are laid out as operations read them: time (UTC), level, process, source,
        context, message.
    source : str
        The command that speaks.
    context : mapping of str to str
        Facts that each such line repeats.
    """

    verbose: bool = False
    dms: bool = False
    source: str = ""
    context: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, args: Namespace) -> Messages:
        """Make what the arguments of a command ask for."""
        dms = getattr(args, "dms", False)
        return cls(getattr(args, "verbose", False) or args.debug, dms, args.command)

    def knowing(self, **facts: str) -> Messages:
        """Add facts to the context."""
        return replace(self, context={**self.context, **facts})

    def note(self, text: str) -> None:
        """Say what is being done."""
        if self.verbose:
            self._say("INFO", text)

    def warn(self, text: str) -> None:
        """Say what is wrong but does not stop the run."""
        self._say("WARNING", text)

    def error(self, text: str) -> None:
        """Say why the run stops."""
        self._say("ERROR", text)

    def _say(self, level: str, text: str) -> None:
        if self.dms:
            now = time.strftime("%Y%m%d%H%M", time.gmtime())
            parts = [now, level, f"pid={os.getpid()}", f"src=asnsolve.{self.source}"]
            parts += [f"{name}={value}" for name, value in self.context.items()]
            line = " ".join([*parts, f"msg={json.dumps(text, ensure_ascii=False)}"])
        else:
            line = f"asnsolve: {'error: ' if level == 'ERROR' else ''}{text}"
        print(line, file=sys.stderr)


@contextmanager
def console() -> Iterator[Console]:
    """Give what a report is printed with; it reaches stdout when all of it is there.

    On a terminal it is as wide as that and in colour; elsewhere plain text `WIDTH` columns wide,
    whatever the environment says.
    """
    from rich.console import Console

    if sys.stdout.isatty():
        made = Console(markup=False, highlight=False, emoji=False)
    else:
        made = Console(
            width=WIDTH,
            force_terminal=False,
            color_system=None,
            markup=False,
            highlight=False,
            emoji=False,
        )
    with made.capture() as printed:
        yield made
    sys.stdout.write("\n".join(line.rstrip(" ") for line in printed.get().split("\n")))


def print_json(data: object) -> None:
    """Print a report for programs."""
    print(json.dumps(data, indent=2))


class Clock:
    """Tells how long the stages of a run take.

    Attributes
    ----------
    seconds : dict of str to float
        Time of each stage that has ended, in the order in which they began to be told.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time that a block takes to a stage."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.add(name, time.perf_counter() - begun)

    def add(self, name: str, seconds: float) -> None:
        """Add time to a stage."""
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds

    def tell(self, exposures: int) -> None:
        """Print a line for each stage on stderr, with the exposures that it did in a second."""
        for name, seconds in self.seconds.items():
            rate = exposures / max(seconds, 1e-6)
            print(f"{name:<24}{seconds:10.2f} s{rate:14,.0f} exposures/s", file=sys.stderr)


@contextmanager
def progress(steps: int, what: str = "", delay: float = 1.0) -> Iterator[Callable[..., None]]:
    """Show on stderr how far a run is, if it is a terminal and the run takes long.

    Parameters
    ----------
    steps : int
        How many steps the run has.
    what : str
        What a step is, to be counted by the second; nothing is said of the rate otherwise.
    delay : float
        Seconds before anything is shown.

    Yields
    ------
    callable
        Called with what has been done, and how many steps that was if not one.
    """
    if not sys.stderr.isatty():
        yield lambda done, count=1: None
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

    bar = Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task("", total=steps)
    begun = time.perf_counter()

    def advance(done: str, count: int = 1) -> None:
        rate = (bar.tasks[0].completed + count) / max(time.perf_counter() - begun, 1e-6)
        told = f"{done}, {rate:,.0f} {what}/s" if what else done
        bar.update(task, advance=count, description=told)

    timer = Timer(delay, bar.start)
    timer.daemon = True
    timer.start()
    try:
        yield advance
    finally:
        timer.cancel()
        timer.join()
        bar.stop()
