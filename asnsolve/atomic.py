"""Write files that appear whole or not at all, and that replace nothing unless asked to."""

from __future__ import annotations

import filecmp
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO


class OccupiedError(FileExistsError):
    """A file is there already, with other content."""


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
    OSError
        If the file cannot be written.
    """
    unfinished = _unfinished(path)
    try:
        with unfinished.open("wb") as stream:
            draft = Draft(stream)
            yield draft
        # A link has the content of another file, and becomes a file when it is replaced.
        replaced_link = replace and path.is_symlink()
        if not replaced_link and path.is_file() and filecmp.cmp(unfinished, path, shallow=False):
            draft.changed = False
        elif path.is_file() and not replace:
            raise OccupiedError
        else:
            unfinished.replace(path)
    except OSError as error:
        # Users know the name of their file, but not that of the unfinished one.
        if error.filename == str(unfinished):
            error.filename = str(path)
            error.filename2 = None
        raise
    finally:
        # After a success the file is gone; after an error its remains must not hide the error.
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _unfinished(path: Path) -> Path:
    # In the same directory, because only within a file system a file is replaced at once.
    return path.with_name(f".asnsolve-{secrets.token_hex(8)}.tmp")


@contextmanager
def atomic_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that replaces `path` when the block ends without an error.

    Until then it is a file in the same directory whose name begins with ``.asnsolve-``. It is not
    forced to disk (``fsync``).

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
