"""Temporary files and folders. If a run is killed, the next one removes those that it left.

The owner of a temporary file or folder holds a lock on it, which the system releases when the owner
ends, however it ends. If nobody holds the lock, the owner is therefore gone. The name says on which
machine it was made, since not every shared file system shows locks to other machines.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from socket import gethostname
from typing import Final

from asnsolve.locks import lock

_NAME: Final = re.compile(r"\.?asnsolve-(?P<host>[0-9a-f]{8})-[0-9a-f]{16}(\.tmp)?")


@contextmanager
def temporary_file(directory: Path) -> Iterator[Path]:
    """Make an empty file that is removed when the block ends, unless it was moved away.

    Parameters
    ----------
    directory : Path
        Where to make it.

    Yields
    ------
    Path
        The file, whose name begins with ``.asnsolve-``.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    remove_left_over(directory.absolute())
    yield from _temporary(directory, ".tmp", is_hidden=True)


@contextmanager
def temporary_folder(directory: Path | None = None) -> Iterator[Path]:
    """Make a folder that is removed with its content when the block ends.

    Parameters
    ----------
    directory : Path, optional
        Where to make it; by default among the temporary files of the system.

    Yields
    ------
    Path
        The folder, whose name begins with ``asnsolve-``, or with ``.asnsolve-`` if a directory is
        given.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    place = Path(tempfile.gettempdir()) if directory is None else directory.absolute()
    remove_left_over(place)
    yield from _temporary(place, "", is_hidden=directory is not None)


# A directory may hold a hundred thousand files, one written after the other: it is listed once.
@cache
def remove_left_over(directory: Path) -> None:
    """Remove the temporary files and folders of killed runs, once per process and directory.

    What belongs to a running process, another user or another machine is left alone, and so is
    everything on a file system without locks.

    Parameters
    ----------
    directory : Path
        An absolute path; nothing happens if it is not a directory.
    """
    with suppress(OSError), os.scandir(directory) as entries:
        for entry in entries:
            match = _NAME.fullmatch(entry.name)
            if match is not None and match["host"] == _host():
                with suppress(OSError):
                    _remove_if_left(Path(entry.path))


def is_temporary(path: object) -> bool:
    """Tell from its name whether a file or folder is a temporary one.

    Parameters
    ----------
    path : object
        The path, if it is one.

    Returns
    -------
    bool
    """
    return _NAME.fullmatch(Path(str(path)).name) is not None


def _remove_if_left(path: Path) -> None:
    """Remove a file or folder of this user that nobody has locked."""
    mode = path.lstat().st_mode
    is_folder = stat.S_ISDIR(mode)
    if not (is_folder or stat.S_ISREG(mode)):
        return
    descriptor = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)
    try:
        is_own = os.fstat(descriptor).st_uid == path.lstat().st_uid == os.geteuid()
        if is_own and lock(descriptor):
            shutil.rmtree(path) if is_folder else path.unlink()
    finally:
        os.close(descriptor)


def _temporary(directory: Path, ending: str, *, is_hidden: bool) -> Iterator[Path]:
    """Yield a new file, or a folder if the ending is empty, and remove it afterwards.

    Before it is locked, another process may take it for a left-over one and remove it. Then another
    one is made.
    """
    while True:
        name = f"asnsolve-{_host()}-{secrets.token_hex(8)}{ending}"
        path = directory / (f".{name}" if is_hidden else name)
        descriptor = None
        # A signal may come at any moment. The name is therefore chosen before the file is made, and
        # the file is removed once more in case the first removal is interrupted.
        try:
            descriptor = _made_and_locked(path, is_folder=not ending)
            if descriptor is not None:
                yield path
                return
        finally:
            try:
                _remove(path, is_folder=not ending)
            finally:
                _remove(path, is_folder=not ending)
                if descriptor is not None:
                    os.close(descriptor)


def _made_and_locked(path: Path, *, is_folder: bool) -> int | None:
    """Make a file or folder and lock it; return its descriptor, or None if it has been removed."""
    if is_folder:
        path.mkdir(mode=0o700)
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            return None
    else:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
    with suppress(BlockingIOError, FileNotFoundError):
        lock(descriptor)
        if path.stat().st_ino == os.fstat(descriptor).st_ino:
            return descriptor
    os.close(descriptor)
    return None


def _remove(path: Path, *, is_folder: bool) -> None:
    # After a success the file is gone; after an error its remains must not hide the error.
    if is_folder:
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)


@cache
def _host() -> str:
    """Return eight hexadecimal digits that identify this machine."""
    return blake2b(gethostname().encode(), digest_size=4).hexdigest()
