"""Shards that are written as soon as their parts are solved.

If nothing is kept for later runs, the associations of a part need not go through a store. The
process that solves the part writes its shard as a draft, on the same file system. The draft takes
its place when the whole pool has been solved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from asnsolve.archive.solved_programs import SolvedPrograms, associations_of_lines
from asnsolve.archive.store import StoredProgram, StoredRows
from asnsolve.archive.write_containers import end_lines, write_tables
from asnsolve.errors import AssociationError, Location, write_errors
from asnsolve.pool.texts import Texts
from asnsolve.temporary import temporary_folder


@dataclass(frozen=True, slots=True)
class Drafts:
    """A folder of drafts.

    Parameters
    ----------
    folder : Path
        The folder.
    shards : Path
        Directory of the shards, for messages.
    kind : str
        One of `asnsolve.archive.FORMATS`.
    """

    folder: Path
    shards: Path
    kind: str

    def write(self, digests: Mapping[str, str], solved: SolvedPrograms) -> dict[str, StoredProgram]:
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
            The programs by digest; the draft is the file that has their rows.

        Raises
        ------
        AssociationError
            If it cannot be written.
        """
        # No other part has this program. A part that is solved once more has the same draft again.
        file = self.folder / f"{min(solved.findings)}.draft"
        with write_errors(AssociationError, Location(str(self.shards))), file.open("w+b") as stream:
            if self.kind == "jsonl":
                for batch in solved.lines.to_batches():
                    stream.write(Texts(batch["line"]).content())
                end_lines(stream, len(solved.lines))
            else:
                write_tables(associations_of_lines(solved.lines), self.kind, stream)
        spans = solved.spans()
        return {
            digests[program]: StoredProgram(
                digests[program], StoredRows(file, *spans[program]), findings
            )
            for program, findings in solved.findings.items()
        }

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
        files = {rows.file for rows in places if rows.file.parent == self.folder}
        return files.pop() if files else None


@contextmanager
def drafts_of(shards: Path, kind: str) -> Iterator[Drafts]:
    """Make a folder for the drafts of shards, which is removed when the block ends.

    Parameters
    ----------
    shards : Path
        Directory of the shards, which may not exist yet.
    kind : str
        One of `asnsolve.archive.FORMATS`.

    Yields
    ------
    Drafts
        In the nearest directory above the shards that exists: from there, files can be renamed.

    Raises
    ------
    AssociationError
        If nothing can be written there.
    """
    directory = shards.resolve()
    # Not in the directory itself, where others may look for containers.
    near = next(path for path in directory.parents if path.exists())
    with ExitStack() as stack:
        with write_errors(AssociationError, Location(str(shards))):
            folder = stack.enter_context(temporary_folder(near))
        yield Drafts(folder, shards, kind)
