"""Look at files and read them, whatever they turn out to be.

A name that users give may be too long for any file, or that of a pipe that nobody writes to, or of
a device without an end. What cannot be looked at is not there, and what cannot be read raises an
`OSError` whose text says why.
"""

from __future__ import annotations

import errno
import os
import select
import stat
from collections.abc import Callable
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import Final

LARGEST: Final = 1 << 30
"""Most bytes that `read_content` reads into memory."""

PATIENCE: Final = 10.0
"""Seconds to wait for somebody who writes to a named pipe."""

_ESCAPED: Final = "backslashreplace"
_CHUNK: Final = 1 << 20


def is_file(path: str | os.PathLike[str]) -> bool:
    """Tell whether a path is that of a plain file.

    Parameters
    ----------
    path : path-like
        The path.

    Returns
    -------
    bool
        False as well if it cannot be looked at: the name is too long, or a directory is closed.
    """
    return _mode(path, stat.S_ISREG)


def is_directory(path: str | os.PathLike[str]) -> bool:
    """Tell whether a path is that of a directory.

    Parameters
    ----------
    path : path-like
        The path.

    Returns
    -------
    bool
        False as well if it cannot be looked at.
    """
    return _mode(path, stat.S_ISDIR)


def exists(path: str | os.PathLike[str]) -> bool:
    """Tell whether there is anything under a path.

    Parameters
    ----------
    path : path-like
        The path.

    Returns
    -------
    bool
        False as well if it cannot be looked at.
    """
    return _mode(path, lambda mode: True)


def _mode(path: str | os.PathLike[str], test: Callable[[int], bool]) -> bool:
    """Tell whether the mode of what is under a path passes a test."""
    try:
        return test(Path(path).stat().st_mode)
    except (OSError, ValueError):
        return False


def is_text(path: str | os.PathLike[str]) -> bool:
    """Tell whether a path is UTF-8, so that JSON and Arrow can hold it.

    Parameters
    ----------
    path : path-like
        The path.

    Returns
    -------
    bool
    """
    # In names, Python turns bytes that are not UTF-8 into halves of surrogate pairs.
    return not any("\ud800" <= char <= "\udfff" for char in os.fspath(path))


def name_as_text(path: Path) -> str:
    r"""Return the name of a file as text that JSON can hold.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        The name without directory; bytes that are not UTF-8 are escapes such as ``\xe9``.
    """
    return path.name if is_text(path.name) else os.fsencode(path.name).decode(errors=_ESCAPED)


def opened(path: Path) -> BufferedReader:
    """Open a file to read bytes.

    Parameters
    ----------
    path : Path
        A file, a device, or a pipe.

    Returns
    -------
    BufferedReader
        The open file.

    Raises
    ------
    OSError
        If it cannot be opened, or is a named pipe that nobody writes to within `PATIENCE` seconds.
    """
    # A pipe without a writer could not even be opened in the usual way.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
    except ValueError as error:
        raise OSError(errno.EINVAL, "embedded null byte", str(path)) from error
    try:
        if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            _await_writer(descriptor, path)
        if hasattr(os, "O_NONBLOCK"):
            os.set_blocking(descriptor, True)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _await_writer(descriptor: int, path: Path) -> None:
    """Wait until somebody has written to a pipe, or closed it, unless nobody has it open."""
    readable = select.poll()
    readable.register(descriptor, select.POLLIN)
    while not readable.poll(PATIENCE * 1000):
        # Open and close the pipe as a writer. If there is no other writer, it has now been closed
        # by the last one, and poll says so at once.
        with suppress(OSError):
            os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
        if readable.poll(0):
            what = f"it is a pipe, and nobody has written to it for {PATIENCE:g} seconds"
            raise OSError(errno.ETIMEDOUT, what, str(path))


def read_content(path: Path) -> bytes:
    """Read a file whole.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    bytes
        Its content.

    Raises
    ------
    OSError
        If it cannot be read, or has more than `LARGEST` bytes.
    """
    parts: list[bytes] = []
    size = 0
    with opened(path) as stream:
        while part := stream.read(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                raise OSError(errno.EFBIG, f"it has more than {LARGEST >> 20} MiB", str(path))
    return b"".join(parts)


def absolute(path: str | Path) -> str:
    """Return the absolute path of a file, so that a file has one path however it is written.

    Links are not followed, because the name of a link may tell what the file is.

    Parameters
    ----------
    path : str or Path
        The path.

    Returns
    -------
    str
    """
    return os.path.abspath(path)  # noqa: PTH100 - Path.resolve would follow links
