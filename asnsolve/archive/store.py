"""Solved programs on disk, found by digests of everything that they depend on."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from asnsolve.archive.digested_files import digested_files, read_digested, write_digested
from asnsolve.archive.partition import SOLVED_SCHEMA
from asnsolve.errors import AssociationError, Location, Problem, write_errors
from asnsolve.locks import alone_in, in_use

_INDEX: Final = b"asnsolve"
"""Key of the metadata that tell where programs and batches begin."""

_BATCH: Final = 20_000
_SUFFIX: Final = ".arrow"


@dataclass(frozen=True, slots=True)
class StoredRows:
    """Where a store has the rows of a program.

    Parameters
    ----------
    file : Path
        A file of the store.
    start, stop : int
        The rows from `start` up to and without `stop`.
    """

    file: Path
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Listing:
    """What a store holds.

    Parameters
    ----------
    places : mapping of str to StoredRows
        By digest, the rows of each program.
    files : frozenset of Path
        All files, damaged or not.
    damaged : tuple of Path
        The files whose content is not what was written.
    """

    places: Mapping[str, StoredRows]
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
        places: dict[str, StoredRows] = {}
        damaged: list[Path] = []
        files = digested_files(self.directory, _SUFFIX)
        for file in files:
            try:
                content = read_digested(file)
                if content is None:
                    damaged.append(file)
                else:
                    places |= _places(file, content)
            except FileNotFoundError:
                # Another run has removed it meanwhile.
                continue
            except (OSError, pa.ArrowException, ValueError, TypeError, KeyError):
                # It cannot be read, or another version of asnsolve wrote it differently.
                damaged.append(file)
        return Listing(places, frozenset(files), tuple(damaged))

    def add(self, digests: Mapping[str, str], solved: pa.Table) -> dict[str, StoredRows]:
        """Add solved programs.

        Parameters
        ----------
        digests : mapping of str to str
            By program, its digest, also of programs without rows.
        solved : pyarrow.Table
            Their rows, with the columns of `SOLVED_SCHEMA`, program by program.

        Returns
        -------
        dict of str to StoredRows
            By digest, where the store has their rows.

        Raises
        ------
        AssociationError
            If the rows cannot be written.
        """
        runs = _runs(solved)
        spans = {digest: runs.get(program, (0, 0)) for program, digest in digests.items()}
        batches = solved.combine_chunks().to_batches(_BATCH)
        starts = list(accumulate(map(len, batches), initial=0))
        index = {"programs": spans, "batches": starts}
        schema = SOLVED_SCHEMA.with_metadata({_INDEX: json.dumps(index).encode()})
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        content = pa.BufferOutputStream()
        with pa.ipc.new_file(content, schema, options=options) as writer:
            for batch in batches:
                writer.write_batch(batch)
        with write_errors(AssociationError, Location(str(self.directory))):
            file = write_digested(self.directory, _SUFFIX, memoryview(content.getvalue()))
        return {digest: StoredRows(file, *span) for digest, span in spans.items()}

    def rows(self, places: Iterable[StoredRows], columns: Sequence[str]) -> Iterator[pa.Table]:
        """Read the rows of programs.

        Parameters
        ----------
        places : iterable of StoredRows
            Where they are.
        columns : sequence of str
            The columns to read.

        Yields
        ------
        pyarrow.Table
            Consecutive rows, in the order of `places`.

        Raises
        ------
        AssociationError
            If a file has been damaged or removed since it was listed or written.
        """
        joined = _joined(places)
        # A file stays in memory from its first place to its last. The files that one run wrote
        # follow one another, so about one file of each earlier run is in memory at a time.
        last = {place.file: number for number, place in enumerate(joined)}
        files: dict[Path, StoreFile] = {}
        for number, place in enumerate(joined):
            if place.file not in files:
                files[place.file] = StoreFile(_known_content(place.file), columns)
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

    def keep(self, places: Iterable[StoredRows], files: Iterable[Path], use: int) -> None:
        """Delete the files that hold none of the given rows, unless other runs use the store.

        Parameters
        ----------
        places : iterable of StoredRows
            The rows to keep.
        files : iterable of Path
            The files that may be deleted.
        use : int
            What `in_use` yielded.
        """
        with alone_in(use) as is_alone:
            if not is_alone:
                return
            for file in {*files}.difference(place.file for place in places):
                with suppress(OSError):
                    file.unlink(missing_ok=True)


class StoreFile:
    """The rows of one file. The batch that was read last is kept in memory.

    Parameters
    ----------
    content : bytes
        The content of the file, as it was written.
    columns : sequence of str
        The columns to read.
    """

    def __init__(self, content: bytes, columns: Sequence[str]) -> None:
        wanted = [SOLVED_SCHEMA.get_field_index(name) for name in columns]
        options = pa.ipc.IpcReadOptions(included_fields=wanted)
        self._reader = pa.ipc.open_file(pa.py_buffer(content), options=options)
        # First row of each batch, and at the end the number of rows.
        self._starts: list[int] = _index(self._reader.schema)["batches"]
        self._last: tuple[int, pa.RecordBatch] | None = None

    def rows(self, start: int, stop: int) -> Iterator[pa.Table]:
        """Read some rows.

        Parameters
        ----------
        start, stop : int
            The rows from `start` up to and without `stop`.

        Yields
        ------
        pyarrow.Table
            The rows of each batch.
        """
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
        why = error.strerror
    else:
        if content is not None:
            return content
        why = "it is damaged"
    what = f"the solved programs in it cannot be read again: {why}"
    raise AssociationError(Problem(what, Location(str(file)), advice="Give the command again."))


def _places(file: Path, content: bytes) -> dict[str, StoredRows]:
    programs = _index(pa.ipc.open_file(pa.py_buffer(content)).schema)["programs"]
    return {digest: StoredRows(file, start, stop) for digest, (start, stop) in programs.items()}


def _index(schema: pa.Schema) -> dict[str, Any]:
    index: dict[str, Any] = json.loads((schema.metadata or {})[_INDEX])
    return index


def _runs(solved: pa.Table) -> dict[str, tuple[int, int]]:
    """Return the rows of each program, which lie together, as start and stop."""
    if not len(solved):
        return {}
    programs = solved["program"].combine_chunks().dictionary_encode()
    codes = programs.indices.to_numpy()
    starts = np.flatnonzero(np.diff(codes, prepend=-1)).tolist()
    stops = [*starts[1:], len(codes)]
    names = programs.dictionary.to_pylist()
    return {names[codes[start]]: (start, stop) for start, stop in zip(starts, stops, strict=True)}


def _joined(places: Iterable[StoredRows]) -> list[StoredRows]:
    """Merge places that follow one another in a file, so that they are read at once."""
    joined: list[StoredRows] = []
    for place in places:
        if joined and (joined[-1].file, joined[-1].stop) == (place.file, place.start):
            joined[-1] = replace(joined[-1], stop=place.stop)
        elif place.start < place.stop:
            joined.append(place)
    return joined
