"""Files that are named after a digest of their content, so that damage is detected."""

from __future__ import annotations

import errno
import re
from hashlib import sha256
from pathlib import Path
from typing import Final

from asnsolve.atomic import atomic_file
from asnsolve.input_files import exists, is_directory, is_file

_DIGITS: Final = 32
"""Hexadecimal digits in a name: the first half of the SHA-256 of the content."""


def write_digested(directory: Path, suffix: str, content: bytes | memoryview) -> Path:
    """Write a file, under the name that its content gives it.

    Parameters
    ----------
    directory : Path
        Where to write it.
    suffix : str
        Suffix of the name, with its dot.
    content : bytes or memoryview
        The content.

    Returns
    -------
    Path
        The file, which appears whole or not at all.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    path = directory / f"{_digest(content)}{suffix}"
    # A pipe of this name would be written into, and might block for ever. A directory is removed
    # only if nothing is in it.
    if exists(path) and not is_file(path):
        (path.rmdir if is_directory(path) else path.unlink)()
    with atomic_file(path) as stream:
        stream.write(content)
    return path


def read_digested(path: Path) -> bytes | None:
    """Read a file that `write_digested` wrote.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    bytes or None
        Its content; None if it is not what was written.

    Raises
    ------
    OSError
        If it cannot be read, or is no plain file.
    """
    if exists(path) and not is_file(path):
        raise OSError(errno.EINVAL, "it is not a plain file", str(path))
    content = path.read_bytes()
    return content if _digest(content) == path.stem else None


def digested_files(directory: Path, suffix: str) -> list[Path]:
    """List the files that `write_digested` may have written, by their names.

    Parameters
    ----------
    directory : Path
        The directory.
    suffix : str
        Their suffix, with its dot.

    Returns
    -------
    list of Path
        Sorted by name.
    """
    name = re.compile(rf"[0-9a-f]{{{_DIGITS}}}{re.escape(suffix)}")
    return sorted(path for path in directory.glob(f"*{suffix}") if name.fullmatch(path.name))


def _digest(content: bytes | memoryview) -> str:
    # Processors have instructions for SHA-256, which make it faster than blake2.
    return sha256(content).hexdigest()[:_DIGITS]
