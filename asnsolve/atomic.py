"""Write files that appear whole or not at all, and that replace nothing unless asked to."""

from __future__ import annotations

import errno
import filecmp
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from asnsolve.temporary import is_temporary, temporary_file, temporary_folder

_MOST_LINKS: Final = 40
"""Links to follow from one to the next, as many as Linux follows."""


class OccupiedError(FileExistsError):
    """A file already exists with other content."""


@dataclass(slots=True)
class Draft:
    """A file that is being written.

    Parameters
    ----------
    stream : binary file
        What to write to.
    changed : bool
        After the block, whether the file was written; False if it had the same content before.
    """

    stream: IO[bytes]
    changed: bool = True


@contextmanager
def draft_file(path: Path, *, replace: bool = False) -> Iterator[Draft]:
    """Open a file that takes its place when the block ends without an error; see `atomic_file`.

    A device, a named pipe or an open file such as ``/dev/stdout`` is never replaced. When the block
    has ended without an error, what it wrote is written there.

    Parameters
    ----------
    path : Path
        The file to write. If it has the same content already, it is left alone.
    replace : bool
        Whether to replace a file that has other content.

    Yields
    ------
    Draft
        What to write to, which knows afterwards whether anything changed.

    Raises
    ------
    OccupiedError
        If the file exists with other content, and `replace` is False.
    IsADirectoryError
        If the path is that of a directory.
    OSError
        If the file cannot be written.
    """
    if path.is_dir() or not path.name:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if _is_stream(path):
        # Some formats seek while they are written, which a pipe cannot.
        with temporary_folder() as folder:
            whole = folder / "content"
            with whole.open("wb") as content:
                yield Draft(content)
            with whole.open("rb") as content, _opened_stream(path) as stream:
                shutil.copyfileobj(content, stream)
        return
    with _named_after(path), temporary_file(path.parent) as unfinished:
        # It is in the same directory, because only within a file system a file is replaced at once.
        # It is empty already: ext4 writes a file that "wb" has emptied to disk when it is closed.
        with unfinished.open("r+b") as stream:
            draft = Draft(stream)
            yield draft
        draft.changed = _is_moved(unfinished, path, replace=replace)


def move_file(file: Path, path: Path, *, replace: bool = False) -> None:
    """Move a finished file to its place; see `draft_file`.

    Parameters
    ----------
    file : Path
        The file, on the same file system if possible. It is not moved if a file with the same
        content is already there.
    path : Path
        Its place.
    replace : bool
        Whether to replace a file that has other content.

    Raises
    ------
    OccupiedError
        If there is a file with other content, and `replace` is False.
    IsADirectoryError
        If the path is that of a directory.
    OSError
        If the file cannot be written.
    """
    if not path.is_dir() and not _is_stream(path):
        try:
            with _named_after(path):
                _is_moved(file, path, replace=replace)
            return
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
    with file.open("rb") as content, draft_file(path, replace=replace) as draft:
        shutil.copyfileobj(content, draft.stream)


def _is_moved(file: Path, path: Path, *, replace: bool) -> bool:
    """Move a file to its place, unless there is one of the same content; return whether it was."""
    # A link has the content of another file, and becomes a file when it is replaced.
    replaced_link = replace and path.is_symlink()
    if not replaced_link and path.is_file() and filecmp.cmp(file, path, shallow=False):
        return False
    if path.is_file() and not replace:
        raise OccupiedError
    file.replace(path)
    return True


@contextmanager
def _named_after(path: Path) -> Iterator[None]:
    """Name a file in errors of its unfinished one, whose name users do not know."""
    try:
        yield
    except OSError as error:
        if is_temporary(error.filename):
            error.filename = str(path)
            error.filename2 = None
        raise


def _is_stream(path: Path) -> bool:
    """Tell whether a path is a device, a pipe or an open file, which is not to be replaced."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) or _descriptor(path) is not None


def _opened_stream(path: Path) -> IO[bytes]:
    descriptor = _descriptor(path)
    # If stdout was redirected to a file, go on where stdout has got to, not at the start.
    return path.open("wb") if descriptor is None else os.fdopen(os.dup(descriptor), "wb")


def _descriptor(path: Path) -> int | None:
    """Return the open file of this process that a path such as ``/dev/stdout`` leads to."""
    for _ in range(_MOST_LINKS):
        if not path.is_symlink():
            return None
        if path.name.isdigit() and path.parent.resolve() == Path(f"/proc/{os.getpid()}/fd"):
            return int(path.name)
        path = path.parent / path.readlink()
    return None


@contextmanager
def atomic_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that replaces `path` when the block ends without an error.

    Until then it is a file in the same directory whose name begins with ``.asnsolve-``. It is not
    forced to disk (``fsync``). A device or a named pipe is written into; see `draft_file`.

    Parameters
    ----------
    path : Path
        The file to write.

    Yields
    ------
    binary file
        What to write to.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    with draft_file(path, replace=True) as draft:
        yield draft.stream
