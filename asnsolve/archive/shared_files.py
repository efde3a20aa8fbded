"""Whether another machine has the files of this one, which is found out by looking there.

A file is recognized by its size and a digest of its end, and a directory by a file of random
content that is put into it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from asnsolve.errors import AssociationError, Location, write_errors
from asnsolve.input_files import is_directory
from asnsolve.temporary import temporary_file

_END: Final = 1 << 14
"""Bytes at the end of a file that are compared. Parquet and Arrow describe a file at its end."""

_TOKEN_SIZE: Final = 32


@runtime_checkable
class OfFiles(Protocol):
    """A task, or what is done with tasks, for which files of this machine are needed."""

    def places(self) -> Iterable[Path]:
        """Return the files that are read and the directories that are written to.

        Returns
        -------
        iterable of Path
            Absolute paths.
        """

    def without_files(self) -> object:
        """Return what does the same on a machine that has none of these files.

        Returns
        -------
        object
        """


@dataclass(frozen=True, slots=True)
class FileProof:
    """What a file is recognized by.

    Parameters
    ----------
    path : Path
        The file.
    size : int
        Number of bytes.
    digest : str
        Digest of its end.
    """

    path: Path
    size: int
    digest: str

    def holds(self) -> bool:
        """Tell whether this machine has the file.

        Returns
        -------
        bool
        """
        try:
            return proof_of(self.path) == self
        except OSError:
            return False


def proof_of(path: Path) -> FileProof:
    """Look at a file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    FileProof

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(size - _END, 0))
        return FileProof(path, size, sha256(stream.read()).hexdigest())


@contextmanager
def proofs_of(places: Iterable[Path]) -> Iterator[tuple[FileProof, ...]]:
    """Make proofs of files and directories, which hold until the block ends.

    Parameters
    ----------
    places : iterable of Path
        Files, and directories that can be written to.

    Yields
    ------
    tuple of FileProof
        A machine has all these places if all the proofs hold there.

    Raises
    ------
    AssociationError
        If a directory cannot be written to.
    """
    with ExitStack() as stack:
        files = []
        for place in places:
            file = place
            if is_directory(place):
                with write_errors(AssociationError, Location(str(place))):
                    file = stack.enter_context(temporary_file(place))
                    file.write_bytes(secrets.token_bytes(_TOKEN_SIZE))
            files.append(file)
        yield tuple(map(proof_of, files))
