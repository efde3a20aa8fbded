"""What containers were written from, by which a later run knows those that need not be written.

A container is taken to be as it was written as long as the file system tells the same of it: where
it is, its size, and when it was changed. One that is to have the same lines again is then left
alone without being read, and one in which few programs have changed is written by copying the rest.
"""

from __future__ import annotations

import os
import time
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

import orjson

from asnsolve.archive.digested_files import digested_files
from asnsolve.archive.store import WRITTEN, Kept, StoredRows
from asnsolve.associations.association import code_version
from asnsolve.atomic import atomic_file
from asnsolve.errors import Location, Problem

_DIGEST_SIZE: Final = 16

_TICK: Final = 0.02
"""Seconds after which a change shows in the times of a file."""


@dataclass(frozen=True, slots=True)
class Status:
    """What a file system tells of a file.

    Parameters
    ----------
    device, inode : int
        Where it is.
    size : int
        Number of bytes.
    modified, changed : int
        When its content was modified, and when anything of it was changed, in nanoseconds.
    """

    device: int
    inode: int
    size: int
    modified: int
    changed: int

    def is_renamed(self, other: Status) -> bool:
        """Tell whether a file with another status may be this one under another name.

        Parameters
        ----------
        other : Status
            The other status.

        Returns
        -------
        bool
        """
        # When a file is renamed, only the time of the change of its status is new.
        return astuple(self)[:-1] == astuple(other)[:-1]


def status_of(file: Path | int) -> Status | None:
    """Ask for the status of a file.

    Parameters
    ----------
    file : Path or int
        The file, or the descriptor of an open one.

    Returns
    -------
    Status or None
        None if there is no such file.
    """
    try:
        told = os.fstat(file) if isinstance(file, int) else file.stat()
    except OSError:
        return None
    return Status(told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns)


def is_unchanged(file: Path, before: Status | None) -> bool:
    """Tell whether a file that was to be written has been left as it was.

    Parameters
    ----------
    file : Path
        The file.
    before : Status or None
        Its status before; None if there was no such file.

    Returns
    -------
    bool
    """
    return before is not None and status_of(file) == before


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A container that was written.

    Parameters
    ----------
    status : Status
        Its status.
    kind : str
        One of `asnsolve.archive.FORMATS`.
    places : tuple of StoredRows
        Where the store had its lines, program by program.
    """

    status: Status
    kind: str
    places: tuple[StoredRows, ...]

    def is_still(self, file: Path, kind: str, places: Sequence[StoredRows]) -> bool:
        """Tell whether it still is what would be written.

        Parameters
        ----------
        file : Path
            The container.
        kind : str
            One of `asnsolve.archive.FORMATS`.
        places : sequence of StoredRows
            Where the lines are that would be written.

        Returns
        -------
        bool
        """
        same = (kind, [*map(_key, places)]) == (self.kind, [*map(_key, self.places)])
        return same and status_of(file) == self.status


_Key = tuple[str, int, int]


def _key(rows: StoredRows) -> _Key:
    # Files of a store are named by their content.
    return rows.file.name, rows.start, rows.stop


@dataclass(frozen=True, slots=True)
class Span:
    """Consecutive bytes of a container.

    Parameters
    ----------
    offset : int
        Number of bytes before them.
    size : int
        Number of bytes.
    """

    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """A container of JSON lines that was written before, and what it has of lines to be written.

    Parameters
    ----------
    file : Path
        The container.
    status : Status
        Its status when it was written.
    pieces : tuple of (Span or tuple of StoredRows)
        The lines to be written, in order: bytes of the container, or where the store has them.
    """

    file: Path
    status: Status
    pieces: tuple[Span | tuple[StoredRows, ...], ...]


def earlier(
    file: Path, before: WrittenFile | None, parts: Sequence[Sequence[StoredRows]]
) -> list[Earlier | None]:
    """Find the lines of parts in a container of JSON lines that was written before.

    Parameters
    ----------
    file : Path
        The container.
    before : WrittenFile or None
        What is known of it.
    parts : sequence of sequence of StoredRows
        For each part, where the store has its lines.

    Returns
    -------
    list of (Earlier or None)
        For each part, None if the container has nothing of it, or has been changed.
    """
    if before is None or before.kind != "jsonl" or status_of(file) != before.status:
        return [None] * len(parts)
    offsets: dict[_Key, int] = {}
    offset = 0
    # The last line has the number of all lines, which the store does not have.
    for rows in before.places[:-1]:
        offsets[_key(rows)] = offset
        offset += rows.size
    return [
        Earlier(file, before.status, found) if any(isinstance(one, Span) for one in found) else None
        for found in (_pieces(places, offsets) for places in parts)
    ]


def _pieces(
    places: Sequence[StoredRows], offsets: Mapping[_Key, int]
) -> tuple[Span | tuple[StoredRows, ...], ...]:
    found: list[Span | list[StoredRows]] = []
    for rows in places:
        start = offsets.get(_key(rows))
        match found[-1:]:
            case [Span() as last] if last.offset + last.size == start:
                found[-1] = Span(last.offset, last.size + rows.size)
            case [list() as last] if start is None:
                last.append(rows)
            case _:
                found.append([rows] if start is None else Span(start, rows.size))
    return tuple(one if isinstance(one, Span) else tuple(one) for one in found)


def discard_damaged_records(directory: Path) -> tuple[Problem, ...]:
    """Delete the damaged records in a store.

    Parameters
    ----------
    directory : Path
        Where solved programs are kept.

    Returns
    -------
    tuple of Problem
        One per deleted record. Without a record, containers are compared with the new content.
    """
    problems = []
    for file in digested_files(directory, WRITTEN):
        try:
            # The checksum of zlib shows damage.
            zlib.decompress(file.read_bytes())
        except OSError:
            # Another run has just deleted it, or it can be read later.
            continue
        except zlib.error:
            file.unlink(missing_ok=True)
            problems.append(Problem(_DAMAGED, Location(str(file))))
    return tuple(problems)


_DAMAGED: Final = "the file was damaged and has been deleted; every container is compared again"


def read_written(kept: Kept | None, directory: Path) -> dict[str, WrittenFile]:
    """Read what was written into a directory by the last run that ended.

    Parameters
    ----------
    kept : Kept or None
        Where solved programs are kept.
    directory : Path
        The directory.

    Returns
    -------
    dict of str to WrittenFile
        Containers by name; empty if nothing is known.
    """
    if kept is None:
        return {}
    try:
        data = orjson.loads(zlib.decompress(_record(kept, directory).read_bytes()))
        if data["version"] != code_version():
            return {}
        files = [kept.directory / name for name in data["files"]]
        return {
            name: WrittenFile(
                Status(*status),
                kind,
                tuple(StoredRows(files[file], *span) for file, *span in places),
            )
            for name, (status, kind, places) in data["containers"].items()
        }
    except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, zlib.error):
        # Then everything is compared, as without a record.
        return {}


def remember_written(
    kept: Kept | None, directory: Path, containers: Mapping[str, WrittenFile]
) -> None:
    """Keep what was written into a directory for the next run.

    Parameters
    ----------
    kept : Kept or None
        Where solved programs are kept; nothing is done if they are not.
    directory : Path
        The directory.
    containers : mapping of str to WrittenFile
        Containers by name. Those that have changed meanwhile are left out.
    """
    if kept is None:
        return
    # A change at this very moment would not show in the times of a file.
    time.sleep(_TICK)
    lasting = {
        name: one for name, one in containers.items() if status_of(directory / name) == one.status
    }
    files = {rows.file.name: 0 for one in lasting.values() for rows in one.places}
    files |= {name: number for number, name in enumerate(files)}
    data = {
        "version": code_version(),
        "files": [*files],
        "containers": {
            name: (
                astuple(one.status),
                one.kind,
                [(files[rows.file.name], rows.start, rows.stop, rows.size) for rows in one.places],
            )
            for name, one in lasting.items()
        },
    }
    content = zlib.compress(orjson.dumps(data), 1)
    # Without a record, the next run takes a little longer.
    with suppress(OSError), atomic_file(_record(kept, directory)) as stream:
        stream.write(content)


def _record(kept: Kept, directory: Path) -> Path:
    """Say which file tells what is in a directory; both may be moved together."""
    place = os.path.relpath(directory.resolve(), kept.directory.resolve())
    digest = blake2b(os.fsencode(place), digest_size=_DIGEST_SIZE)
    return kept.directory / f"{digest.hexdigest()}{WRITTEN}"
