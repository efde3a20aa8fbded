"""What the last complete run to a place found, by which the next one knows what has changed.

A run may be killed at any moment: the record is replaced at the very end, when everything has been
written. The same run given again therefore compares with the same previous run.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

import orjson

from asnsolve.archive.solved_programs import NOTHING
from asnsolve.archive.store import LAST_RUN, Kept, StoredProgram, StoredRows
from asnsolve.atomic import atomic_file
from asnsolve.errors import AssociationError, Location, Problem, write_errors

_FORMAT: Final = 1
"""Number of this layout of files; those of other layouts are not read."""

_DIGEST_SIZE: Final = 16


@dataclass(frozen=True, slots=True)
class LastRun:
    """What the last complete run to a place found.

    Parameters
    ----------
    programs : mapping of str to StoredProgram
        The programs by number, without their findings; empty if there was no such run.
    damage : Problem, optional
        Why it is not known what the run found.
    """

    programs: Mapping[str, StoredProgram]
    damage: Problem | None = None


def last_run_file(kept: Kept) -> Path | None:
    """Say which file tells what the last run to a place found.

    Parameters
    ----------
    kept : Kept
        Where solved programs are kept.

    Returns
    -------
    Path or None
        The file, which need not exist; None if nothing of the kind is kept.
    """
    if kept.place is None:
        return None
    digest = blake2b(os.fsencode(kept.place), digest_size=_DIGEST_SIZE)
    return kept.directory / f"{digest.hexdigest()}{LAST_RUN}"


def last_run(kept: Kept) -> LastRun | None:
    """Read what the last complete run to a place found.

    Parameters
    ----------
    kept : Kept
        Where solved programs are kept.

    Returns
    -------
    LastRun or None
        None if nothing of the kind is kept.
    """
    file = last_run_file(kept)
    if file is None:
        return None
    try:
        programs = _listed(file)
    except FileNotFoundError:
        return LastRun({})
    except (OSError, ValueError, TypeError, KeyError, AttributeError, zlib.error):
        what = "the file is damaged, so that it is not known what the previous run found"
        return LastRun({}, damage=Problem(what, Location(str(file))))
    return LastRun(programs)


def _listed(file: Path) -> dict[str, StoredProgram]:
    # The checksum of zlib shows damage.
    data = orjson.loads(zlib.decompress(file.read_bytes()))
    if data["format"] != _FORMAT:
        raise ValueError("another version of asnsolve wrote it")
    held = data["programs"]
    # Thousands of programs are in few files.
    names = {name for _, name, *_ in held.values()}
    files = {name: _file(file.parent, name) for name in names}
    return {
        program: StoredProgram(digest, _rows(files[name], *span), NOTHING)
        for program, (digest, name, *span) in held.items()
    }


def _file(folder: Path, name: str) -> Path:
    """Name a file of the store; the record may have been changed by hand."""
    if Path(name).name != name or "\0" in name:
        raise ValueError("a file is not in the store")
    return folder / name


def _rows(file: Path, start: int, stop: int, size: int) -> StoredRows:
    if not all(isinstance(number, int) and number >= 0 for number in (start, stop, size)):
        raise ValueError("a position is not a number")
    return StoredRows(file, start, stop, size)


def remember(kept: Kept, programs: Mapping[str, StoredProgram]) -> None:
    """Keep what a run found for the next run to the same place.

    Call it when everything has been written.

    Parameters
    ----------
    kept : Kept
        Where solved programs are kept.
    programs : mapping of str to StoredProgram
        The programs by number.

    Raises
    ------
    AssociationError
        If the file cannot be written.
    """
    file = last_run_file(kept)
    if file is None:
        return
    listed = {
        number: (program.digest, rows.file.name, rows.start, rows.stop, rows.size)
        for number, program in programs.items()
        for rows in (program.rows,)
    }
    content = orjson.dumps({"format": _FORMAT, "place": kept.place, "programs": listed})
    with write_errors(AssociationError, Location(str(file))), atomic_file(file) as stream:
        stream.write(zlib.compress(content, 1))
