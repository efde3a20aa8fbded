"""Termination from outside (SIGTERM), which ends a run in the same way as Ctrl-C."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType


class Terminated(KeyboardInterrupt):
    """The process has been asked to end (SIGTERM).

    It is a KeyboardInterrupt so that code which lets those pass lets this pass too.
    """


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
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated
