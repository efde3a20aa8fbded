"""Termination from outside (SIGTERM), which ends a run in the same way as Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Timer, current_thread, main_thread
from types import FrameType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_SOON: Final = 0.05
"""Seconds until a signal is sent again whose exception was lost."""


class Terminated(KeyboardInterrupt):
    """The process has been asked to end (SIGTERM).

    It is a KeyboardInterrupt so that code which lets those pass lets this pass too.
    """


def interrupted_text(arguments: Sequence[str]) -> str:
    """Say that a run was interrupted (Ctrl-C), and how to go on.

    Parameters
    ----------
    arguments : sequence of str
        The command line, without the name of the program.

    Returns
    -------
    str
    """
    if arguments[:1] == ["generate"] and "--dry-run" not in arguments:
        return "interrupted. Run the same command again to write the rest."
    return "interrupted"


@contextmanager
def terminable() -> Iterator[None]:
    """Raise `Terminated` on SIGTERM inside the block, so that temporary files are removed.

    Outside the main thread, and where SIGTERM is ignored or somebody else handles it, nothing is
    changed.

    Yields
    ------
    None
    """
    if (
        current_thread() is not main_thread()
        or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    ):
        yield
        return
    signal.signal(signal.SIGTERM, _terminate)
    try:
        with _no_interruption_lost():
            yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated


@contextmanager
def _no_interruption_lost() -> Iterator[None]:
    """Send a signal again if the exception that it raised is lost.

    The exception is raised wherever the main thread is. In ``__del__`` or the callback of a weak
    reference, as when a module is imported, Python can only report it, and the run would go on.
    """
    report = sys.unraisablehook
    timers: list[Timer] = []

    def send_again(lost: UnraisableHookArgs, /) -> None:
        if not isinstance(lost.exc_value, KeyboardInterrupt):
            report(lost)
            return
        is_term = isinstance(lost.exc_value, Terminated)
        # Later and from another thread: what is raised here would be lost as well.
        number = signal.SIGTERM if is_term else signal.SIGINT
        timer = Timer(_SOON, os.kill, (os.getpid(), number))
        timer.daemon = True
        timers.append(timer)
        timer.start()

    sys.unraisablehook = send_again
    try:
        yield
    finally:
        sys.unraisablehook = report
        for timer in timers:
            timer.cancel()
