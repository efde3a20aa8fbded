"""Shards that are written as soon as their parts are solved.

If nothing is kept for later runs, the associations of a part need not go through a store. The
process that solves the part writes its shard as a draft, on the same file system. The draft takes
its place when the whole pool has been solved.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

from asnsolve.archive.solved_programs import SolvedPrograms, associations_of_lines
from asnsolve.archive.store import StoredProgram, StoredRows, stored_programs
from asnsolve.archive.write_containers import end_lines, write_tables
from asnsolve.errors import AssociationError, Location, write_errors
from asnsolve.pool.texts import Texts
from asnsolve.temporary import temporary_folder

_NAME_SIZE: Final = 16
"""Bytes of the names of drafts."""


@dataclass(frozen=True, slots=True)
class Drafts:
    """A folder of drafts.

    Parameters
    ----------
    directory : Path
        The folder.
    shards : Path
        Directory of the shards, for messages.
    kind : str
        One of `asnsolve.archive.FORMATS`.
    """

    directory: Path
    shards: Path
    kind: str

    def add(self, digests: Mapping[str, str], solved: SolvedPrograms) -> dict[str, StoredProgram]:
        """Write the shard of a part.

        Parameters
        ----------
        digests : mapping of str to str
            By program, its digest, also of programs without associations.
        solved : SolvedPrograms
            What was found in the programs of the part, at least one.

        Returns
        -------
        dict of str to StoredProgram
            The programs by digest; the draft is the file that has their lines.

        Raises
        ------
        AssociationError
            If it cannot be written.
        """
        # No other part has this program, whose name may be long. If a part is solved once more, it
        # has the same draft.
        name = blake2b(min(solved.findings).encode(), digest_size=_NAME_SIZE).hexdigest()
        file = self.directory / f"{name}.draft"
        with write_errors(AssociationError, Location(str(self.shards))), file.open("w+b") as stream:
            if self.kind == "jsonl":
                for batch in solved.lines.to_batches():
                    stream.write(Texts(batch["line"]).content())
                end_lines(stream, len(solved.lines))
            else:
                write_tables(associations_of_lines(solved.lines), self.kind, stream)
        return stored_programs(file, digests, solved)

    def draft(self, places: Sequence[StoredRows]) -> Path | None:
        """Return the draft of a part.

        Parameters
        ----------
        places : sequence of StoredRows
            Where the associations of its programs are.

        Returns
        -------
        Path or None
            None if they are in a store.
        """
        # Thousands of programs have one file.
        files = {rows.file for rows in places}
        return next((file for file in files if file.parent == self.directory), None)


@contextmanager
def drafts_of(shards: Path, kind: str) -> Iterator[Drafts | None]:
    """Make a folder for the drafts of shards, which is removed when the block ends.

    Parameters
    ----------
    shards : Path
        Directory of the shards, which may not exist yet.
    kind : str
        One of `asnsolve.archive.FORMATS`.

    Yields
    ------
    Drafts or None
        In the directory above the shards, from where files can be renamed. None if that cannot be
        written into, but the directory of the shards exists: they have to go through a store.

    Raises
    ------
    AssociationError
        If nothing can be written there.
    """
    # Not in the directory itself, where others may look for containers.
    directory = shards.absolute().parent
    with ExitStack() as stack:
        with write_errors(AssociationError, Location(str(shards))):
            stack.enter_context(_made(directory))
            try:
                folder = stack.enter_context(temporary_folder(directory))
            except OSError:
                if not shards.is_dir():
                    raise
                folder = None
        yield None if folder is None else Drafts(folder, shards, kind)


@contextmanager
def _made(directory: Path) -> Iterator[None]:
    """Make a directory, and remove what was made of it if it is empty in the end."""
    new = [path for path in (directory, *directory.parents) if not path.exists()]
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from error
    try:
        yield
    finally:
        with suppress(OSError):
            for path in new:
                path.rmdir()
