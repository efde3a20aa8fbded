"""Locks on open files and directories, which the system releases when their owner ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

if sys.platform != "win32":
    import fcntl

_TRIES: Final = 50
_PAUSE: Final = 0.1
"""Seconds."""


def lock(descriptor: int, *, shared: bool = False) -> bool:
    """Lock an open file or directory.

    Parameters
    ----------
    descriptor : int
        The open file. The lock ends when it and its duplicates are closed.
    shared : bool
        Whether others may hold such a lock too.

    Returns
    -------
    bool
        Whether it is locked; False where the file system has no locks.

    Raises
    ------
    BlockingIOError
        If somebody else holds a lock that excludes this one.
    """
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        return False
    return True


@contextmanager
def in_use(directory: Path) -> Iterator[int]:
    """Tell other runs that a directory is used until the block ends; they may use it too.

    Parameters
    ----------
    directory : Path
        The directory.

    Yields
    ------
    int
        What `alone_in` takes.

    Raises
    ------
    OSError
        If the directory cannot be opened.
    """
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        _share(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def alone_in(descriptor: int) -> Iterator[bool]:
    """Keep others from beginning to use a directory until the block ends, which should be soon.

    Parameters
    ----------
    descriptor : int
        What `in_use` yielded.

    Yields
    ------
    bool
        False if others use the directory already. True where the file system has no locks.
    """
    is_alone = False
    try:
        with suppress(BlockingIOError):
            lock(descriptor)
            is_alone = True
        yield is_alone
    finally:
        _share(descriptor)


def _share(descriptor: int) -> None:
    """Share a directory as soon as nobody is alone in it; go on without after some seconds."""
    for _ in range(_TRIES):
        with suppress(BlockingIOError):
            lock(descriptor, shared=True)
            return
        time.sleep(_PAUSE)
