"""Solved programs on disk, found by digests of everything that they depend on."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from asnsolve.archive.partition import SOLVED_SCHEMA
from asnsolve.atomic import atomic_file
from asnsolve.errors import AssociationError, Location, write_errors

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
class Store:
    """A directory of solved programs.

    Files appear whole or not at all and are never changed. One that cannot be read is ignored.

    Parameters
    ----------
    directory : Path
        An existing directory.
    """

    directory: Path

    def places(self) -> dict[str, StoredRows]:
        """List the programs of the store.

        Returns
        -------
        dict of str to StoredRows
            By digest, the rows of each program.
        """
        places: dict[str, StoredRows] = {}
        for file in sorted(self.directory.glob(f"*{_SUFFIX}")):
            with suppress(OSError, pa.ArrowException, ValueError, TypeError):
                places |= _places(file)
        return places

    def add(self, digests: Mapping[str, str], solved: pa.Table) -> None:
        """Add solved programs.

        Parameters
        ----------
        digests : mapping of str to str
            By program, its digest, also of programs without rows.
        solved : pyarrow.Table
            Their rows, with the columns of `SOLVED_SCHEMA`, program by program.

        Raises
        ------
        AssociationError
            If the rows cannot be written.
        """
        runs = _runs(solved)
        places = {digest: runs.get(program, (0, 0)) for program, digest in digests.items()}
        name = blake2b("".join(sorted(places)).encode(), digest_size=16).hexdigest()
        batches = solved.combine_chunks().to_batches(_BATCH)
        starts = list(accumulate(map(len, batches), initial=0))
        index = {"programs": places, "batches": starts}
        schema = SOLVED_SCHEMA.with_metadata({_INDEX: json.dumps(index).encode()})
        path = self.directory / f"{name}{_SUFFIX}"
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        with (
            write_errors(AssociationError, Location(str(path))),
            atomic_file(path) as stream,
            pa.ipc.new_file(stream, schema, options=options) as writer,
        ):
            for batch in batches:
                writer.write_batch(batch)

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
        """
        with ExitStack() as stack:

            @cache
            def store_file(file: Path) -> StoreFile:
                return StoreFile(stack.enter_context(pa.memory_map(str(file))), columns)

            for place in _joined(places):
                yield from store_file(place.file).rows(place.start, place.stop)

    def keep(self, places: Iterable[StoredRows]) -> None:
        """Delete the files in which none of some rows are.

        Parameters
        ----------
        places : iterable of StoredRows
            The rows to keep.
        """
        used = {place.file for place in places}
        for file in self.directory.glob(f"*{_SUFFIX}"):
            if file not in used:
                file.unlink(missing_ok=True)


class StoreFile:
    """The rows of one file. The batch that was read last is kept in memory.

    Parameters
    ----------
    source : pyarrow.MemoryMappedFile
        The file.
    columns : sequence of str
        The columns to read.
    """

    def __init__(self, source: pa.MemoryMappedFile, columns: Sequence[str]) -> None:
        wanted = [SOLVED_SCHEMA.get_field_index(name) for name in columns]
        options = pa.ipc.IpcReadOptions(included_fields=wanted)
        self._reader = pa.ipc.open_file(source, options=options)
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


def _places(file: Path) -> dict[str, StoredRows]:
    with pa.memory_map(str(file)) as source:
        programs = _index(pa.ipc.open_file(source).schema)["programs"]
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
