"""Solved programs on disk, found by digests of everything that they depend on."""

from __future__ import annotations

import os
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Final

import orjson
import pyarrow as pa

from asnsolve.archive.digested_files import digested_files, read_digested, write_digested
from asnsolve.archive.solved_programs import (
    LINE_SCHEMA,
    NOTHING,
    Findings,
    SolvedPrograms,
    findings_data,
    findings_of_data,
)
from asnsolve.errors import AssociationError, Location, Problem, write_errors
from asnsolve.locks import alone_in, in_use

_PROGRAMS: Final = b"asnsolve"
"""Key of the metadata that tell what was found in programs, and where their lines are."""

_BATCHES: Final = b"asnsolve.batches"
"""Key of the metadata that tell where batches begin."""

_BATCH: Final = 20_000
_SUFFIX: Final = ".arrow"

LAST_RUN: Final = ".last"
"""Suffix of the files that `asnsolve.archive.last_runs` writes."""

WRITTEN: Final = ".written"
"""Suffix of the files that `asnsolve.archive.written_files` writes."""

_FORMAT: Final = 3
"""Number of this layout of files; those of other layouts are not read."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where solved programs are kept for later runs.

    Parameters
    ----------
    directory : Path
        The directory, which several runs may use at once.
    most : int, optional
        Largest size in bytes: what was used longest ago is deleted first. If it is not given, the
        directory belongs to one pool, and programs that this run does not use are deleted.
    place : str, optional
        What the associations are written to, by any name. If it is given, what the last complete
        run to this place found is kept too; see `asnsolve.archive.last_runs`.
    """

    directory: Path
    most: int | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class StoredRows:
    """Where a store has the lines of a program.

    Parameters
    ----------
    file : Path
        A file of the store.
    start, stop : int
        The rows from `start` up to and without `stop`.
    size : int
        Number of bytes of the lines.
    """

    file: Path
    start: int
    stop: int
    size: int

    def __reduce__(self) -> tuple[type[StoredRows], tuple[Path, int, int, int]]:
        """Pickle faster than by default: processes exchange many of these."""
        return StoredRows, (self.file, self.start, self.stop, self.size)


@dataclass(frozen=True, slots=True)
class StoredProgram:
    """A program in a store.

    Parameters
    ----------
    digest : str
        Digest of everything that it depends on.
    rows : StoredRows
        Where the lines of its associations are.
    findings : Findings
        What else was found in it.
    """

    digest: str
    rows: StoredRows
    findings: Findings

    def __reduce__(self) -> tuple[type[StoredProgram], tuple[str, StoredRows, Findings]]:
        """Pickle faster than by default: processes exchange many of these."""
        return StoredProgram, (self.digest, self.rows, self.findings)


def stored_programs(
    file: Path, digests: Mapping[str, str], solved: SolvedPrograms
) -> dict[str, StoredProgram]:
    """Say where a file has the lines of programs.

    Parameters
    ----------
    file : Path
        A file with the lines of all of them.
    digests : mapping of str to str
        By program, its digest.
    solved : SolvedPrograms
        What was found in the programs.

    Returns
    -------
    dict of str to StoredProgram
        The programs by digest.
    """
    spans = solved.spans()
    return {
        digests[program]: StoredProgram(
            digests[program], StoredRows(file, *spans[program]), findings
        )
        for program, findings in solved.findings.items()
    }


@dataclass(frozen=True, slots=True)
class Listing:
    """What a store holds.

    Parameters
    ----------
    programs : dict of str to StoredProgram
        The programs by digest.
    files : frozenset of Path
        All files, damaged or not.
    damaged : tuple of Path
        The files whose content is not what was written.
    """

    programs: dict[str, StoredProgram]
    files: frozenset[Path]
    damaged: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Store:
    """A directory of solved programs.

    Files appear whole or not at all and are never changed. Whenever one is read, all of its content
    is compared with its digest first.

    Parameters
    ----------
    directory : Path
        An existing directory.
    """

    directory: Path

    def listing(self) -> Listing:
        """List the programs of the store.

        Returns
        -------
        Listing
            Without the programs of damaged files.
        """
        programs: dict[str, StoredProgram] = {}
        damaged: list[Path] = []
        files = digested_files(self.directory, _SUFFIX)
        for file in files:
            try:
                content = read_digested(file)
                if content is None:
                    damaged.append(file)
                else:
                    programs |= _programs(file, content)
            except FileNotFoundError:
                # Another run has removed it meanwhile.
                continue
            except (OSError, pa.ArrowException, ValueError, TypeError, KeyError, zlib.error):
                # It cannot be read, or another version of asnsolve wrote it differently.
                damaged.append(file)
        return Listing(programs, frozenset(files), tuple(damaged))

    def add(self, digests: Mapping[str, str], solved: SolvedPrograms) -> dict[str, StoredProgram]:
        """Add solved programs.

        Parameters
        ----------
        digests : mapping of str to str
            By program, its digest, also of programs without associations.
        solved : SolvedPrograms
            What was found.

        Returns
        -------
        dict of str to StoredProgram
            The programs by digest.

        Raises
        ------
        AssociationError
            If they cannot be written.
        """
        lines = solved.lines.combine_chunks()
        spans = solved.spans()
        data = {
            "format": _FORMAT,
            "digests": [digests[program] for program in solved.findings],
            "spans": [spans[program] for program in solved.findings],
            "findings": findings_data(
                {digests[program]: found for program, found in solved.findings.items()}
            ),
        }
        # A reader unpacks single batches, so it must know in which one a row is.
        batches = lines.to_batches(_BATCH)
        starts = list(accumulate(map(len, batches), initial=0))
        metadata = {
            _PROGRAMS: zlib.compress(orjson.dumps(data), 1),
            _BATCHES: orjson.dumps(starts),
        }
        schema = LINE_SCHEMA.with_metadata(metadata)
        options = pa.ipc.IpcWriteOptions(compression="zstd")
        content = pa.BufferOutputStream()
        with pa.ipc.new_file(content, schema, options=options) as writer:
            for batch in batches:
                writer.write_batch(batch)
        with write_errors(AssociationError, Location(str(self.directory))):
            file = write_digested(self.directory, _SUFFIX, memoryview(content.getvalue()))
        return stored_programs(file, digests, solved)

    def lines(self, places: Iterable[StoredRows]) -> Iterator[pa.Table]:
        """Read the lines of programs.

        Parameters
        ----------
        places : iterable of StoredRows
            Where they are.

        Yields
        ------
        pyarrow.Table
            Consecutive lines, in the order of `places`, with the columns of `LINE_SCHEMA`.

        Raises
        ------
        AssociationError
            If a file has been damaged or removed since it was listed or written.
        """
        joined = _joined(places)
        # A file stays in memory from its first place to its last. The files that one run wrote
        # follow one another, so about one file of each earlier run is in memory at a time.
        last = {place.file: number for number, place in enumerate(joined)}
        files: dict[Path, _StoreFile] = {}
        for number, place in enumerate(joined):
            if place.file not in files:
                files[place.file] = _StoreFile(_known_content(place.file))
            if place.stop > files[place.file].row_count:
                raise _unreadable(place.file, "it has fewer lines")
            yield from files[place.file].rows(place.start, place.stop)
            if last[place.file] == number:
                del files[place.file]

    def in_use(self) -> AbstractContextManager[int]:
        """Keep other runs from deleting files until the block ends.

        Returns
        -------
        context manager
            Yields what `keep` takes.
        """
        return in_use(self.directory)

    def keep(self, used: Set[Path], files: Iterable[Path], use: int) -> None:
        """Delete files that are not used, unless other runs use the store.

        Parameters
        ----------
        used : set of Path
            The files to keep.
        files : iterable of Path
            The files that may be deleted.
        use : int
            What `in_use` yielded.
        """
        with alone_in(use) as is_alone:
            if is_alone:
                _delete({*files} - used)

    def limit(self, used: Set[Path], most: int, use: int) -> None:
        """Delete the files that were used longest ago, until the store is small enough.

        If other runs use the store, nothing is deleted; the last of them does it.

        Parameters
        ----------
        used : set of Path
            The files that this run uses, which are kept.
        most : int
            Largest size, in bytes.
        use : int
            What `in_use` yielded.
        """
        for file in used:
            with suppress(OSError):
                os.utime(file)
        with alone_in(use) as is_alone:
            if not is_alone:
                return
            sizes: dict[Path, tuple[int, int]] = {}
            for suffix in (_SUFFIX, LAST_RUN, WRITTEN):
                for file in digested_files(self.directory, suffix):
                    with suppress(OSError):
                        status = file.stat()
                        sizes[file] = (status.st_mtime_ns, status.st_size)
            size = sum(of_file for _, of_file in sizes.values())
            for file in sorted(sizes.keys() - used, key=sizes.__getitem__):
                if size <= most:
                    return
                _delete([file])
                size -= sizes[file][1]


def _delete(files: Iterable[Path]) -> None:
    for file in files:
        with suppress(OSError):
            file.unlink(missing_ok=True)


class _StoreFile:
    """The lines of one file. The batch that was read last is kept in memory."""

    def __init__(self, content: bytes) -> None:
        self._reader = pa.ipc.open_file(pa.py_buffer(content))
        # First row of each batch, and at the end the number of rows.
        self._starts: list[int] = orjson.loads(self._reader.schema.metadata[_BATCHES])
        self._last: tuple[int, pa.RecordBatch] | None = None

    @property
    def row_count(self) -> int:
        """Number of lines."""
        return self._starts[-1]

    def rows(self, start: int, stop: int) -> Iterator[pa.Table]:
        """Read the rows from `start` up to and without `stop`, those of each batch together."""
        while start < stop:
            number = bisect_right(self._starts, start) - 1
            end = min(stop, self._starts[number + 1])
            part = self._batch(number).slice(start - self._starts[number], end - start)
            yield pa.Table.from_batches([part.replace_schema_metadata(None)])
            start = end

    def _batch(self, number: int) -> pa.RecordBatch:
        # Programs are read in order, and a batch has many of them.
        if self._last is None or self._last[0] != number:
            self._last = number, self._reader.get_batch(number)
        return self._last[1]


def _known_content(file: Path) -> bytes:
    """Read a file that was sound when it was listed."""
    try:
        content = read_digested(file)
    except OSError as error:
        raise _unreadable(file, error.strerror or str(error)) from error
    if content is None:
        raise _unreadable(file, "it is damaged")
    return content


def _unreadable(file: Path, why: str) -> AssociationError:
    what = f"the solved programs in it cannot be read again: {why}"
    return AssociationError(Problem(what, Location(str(file)), advice="Give the command again."))


def _programs(file: Path, content: bytes) -> Iterator[tuple[str, StoredProgram]]:
    schema = pa.ipc.open_file(pa.py_buffer(content)).schema
    data = orjson.loads(zlib.decompress((schema.metadata or {})[_PROGRAMS]))
    if data["format"] != _FORMAT:
        raise ValueError("another version of asnsolve wrote it")
    findings = findings_of_data(data["findings"])
    for digest, span in zip(data["digests"], data["spans"], strict=True):
        rows = StoredRows(file, *span)
        yield digest, StoredProgram(digest, rows, findings.get(digest, NOTHING))


def _joined(places: Iterable[StoredRows]) -> list[StoredRows]:
    """Merge places that follow one another in a file, so that they are read at once."""
    joined: list[StoredRows] = []
    for place in places:
        if joined and (joined[-1].file, joined[-1].stop) == (place.file, place.start):
            size = joined[-1].size + place.size
            joined[-1] = replace(joined[-1], stop=place.stop, size=size)
        elif place.start < place.stop:
            joined.append(place)
    return joined
