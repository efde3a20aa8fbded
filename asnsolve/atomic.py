"""Write files that appear whole or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


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
    # In the same directory, because only within a file system a file is replaced at once.
    unfinished = path.with_name(f".asnsolve-{secrets.token_hex(8)}.tmp")
    try:
        with unfinished.open("wb") as stream:
            yield stream
        unfinished.replace(path)
    finally:
        # After a success the file is gone; after an error its remains must not hide the error.
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
