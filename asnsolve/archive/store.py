"""Solved programs on disk, each under the digest of what it depends on."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from asnsolve.archive.partition import SOLVED_SCHEMA
from asnsolve.atomic import atomic_file
from asnsolve.errors import AssociationError, Location, Problem

__all__ = ["Store"]

_KNOWN: Final = b"asnsolve"
_BATCH: Final = 20_000
_SUFFIX: Final = ".arrow"


@dataclass(frozen=True, slots=True)
class StoredRows:
    """Where the rows of a program stand.

    Parameters
    ----------
    file : Path
        A file of the store.
    start, stop : int
        Its rows.
    """

    file: Path
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Store:
    """A directory of solved programs.

    A file appears whole or not at all, and is never changed; one that cannot be read holds nothing.

    Parameters
    ----------
    directory : Path
        It must exist.
    """

    directory: Path

    def places(self) -> dict[str, StoredRows]:
        """Return where the program of each digest stands."""
        found: dict[str, StoredRows] = {}
        for file in sorted(self.directory.glob(f"*{_SUFFIX}")):
            with suppress(OSError, pa.ArrowException, ValueError, TypeError):
                found |= _places(file)
        return found

    def add(self, digests: Mapping[str, str], solved: pa.Table) -> None:
        """Keep solved programs.

        Parameters
        ----------
        digests : mapping of str to str
            The digest of each program, those without rows too.
        solved : pyarrow.Table
            Their rows, with the columns of `SOLVED_SCHEMA`, program by program.

        Raises
        ------
        AssociationError
            If they cannot be written.
        """
        runs = _runs(solved)
        places = {digest: runs.get(program, (0, 0)) for program, digest in digests.items()}
        name = blake2b("".join(sorted(places)).encode(), digest_size=16).hexdigest()
        batches = solved.combine_chunks().to_batches(_BATCH)
        starts = list(accumulate(map(len, batches), initial=0))
        known = {"programs": places, "batches": starts}
        schema = SOLVED_SCHEMA.with_metadata({_KNOWN: json.dumps(known).encode()})
        path = self.directory / f"{name}{_SUFFIX}"
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        try:
            with (
                atomic_file(path) as stream,
                pa.ipc.new_file(stream, schema, options=options) as writer,
            ):
                for batch in batches:
                    writer.write_batch(batch)
        except OSError as error:
            what = f"cannot be written: {error.strerror}"
            raise AssociationError(Problem(what, Location(str(path)))) from error

    def rows(self, places: Iterable[StoredRows], columns: Sequence[str]) -> Iterator[pa.Table]:
        """Give the rows of programs, in the order of their places, with some of their columns."""
        with ExitStack() as stack:

            @cache
            def opened(file: Path) -> StoreFile:
                return StoreFile.of(stack.enter_context(pa.memory_map(str(file))), columns)

            for place in _joined(places):
                yield from opened(place.file).rows(place.start, place.stop)

    def keep(self, places: Iterable[StoredRows]) -> None:
        """Forget the files that none of some places is in."""
        used = {place.file for place in places}
        for file in self.directory.glob(f"*{_SUFFIX}"):
            if file not in used:
                file.unlink(missing_ok=True)


class StoreFile:
    """The rows of one file; of its batches the last one read is held.

    Parameters
    ----------
    reader : pyarrow.ipc.RecordBatchFileReader
        The open file.
    starts : list of int
        The first row of each batch, and the number of rows.
    """

    def __init__(self, reader: pa.ipc.RecordBatchFileReader, starts: list[int]) -> None:
        self._reader, self._starts = reader, starts
        self._held: tuple[int, pa.RecordBatch] | None = None

    @classmethod
    def of(cls, source: pa.MemoryMappedFile, columns: Sequence[str]) -> StoreFile:
        """Open a file of a store, to read some columns."""
        wanted = [SOLVED_SCHEMA.get_field_index(name) for name in columns]
        options = pa.ipc.IpcReadOptions(included_fields=wanted)
        reader = pa.ipc.open_file(source, options=options)
        return cls(reader, _known(reader.schema)["batches"])

    def rows(self, start: int, stop: int) -> Iterator[pa.Table]:
        """Give some rows, batch by batch."""
        while start < stop:
            number = bisect_right(self._starts, start) - 1
            end = min(stop, self._starts[number + 1])
            part = self._batch(number).slice(start - self._starts[number], end - start)
            yield pa.Table.from_batches([part.replace_schema_metadata(None)])
            start = end

    def _batch(self, number: int) -> pa.RecordBatch:
        if self._held is None or self._held[0] != number:
            self._held = number, self._reader.get_batch(number)
        return self._held[1]


def _places(file: Path) -> dict[str, StoredRows]:
    with pa.memory_map(str(file)) as source:
        known = _known(pa.ipc.open_file(source).schema)["programs"]
    return {digest: StoredRows(file, start, stop) for digest, (start, stop) in known.items()}


def _known(schema: pa.Schema) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((schema.metadata or {})[_KNOWN])
    return found


def _runs(solved: pa.Table) -> dict[str, tuple[int, int]]:
    """Find the rows of each program, which stand together."""
    if not len(solved):
        return {}
    programs = solved["program"].combine_chunks().dictionary_encode()
    codes = programs.indices.to_numpy()
    starts = np.flatnonzero(np.diff(codes, prepend=-1)).tolist()
    stops = [*starts[1:], len(codes)]
    names = programs.dictionary.to_pylist()
    return {names[codes[start]]: (start, stop) for start, stop in zip(starts, stops, strict=True)}


def _joined(places: Iterable[StoredRows]) -> Iterator[StoredRows]:
    """Join places that follow one another."""
    last: StoredRows | None = None
    for place in places:
        if place.start == place.stop:
            continue
        if last is not None and (last.file, last.stop) == (place.file, place.start):
            last = StoredRows(last.file, last.start, place.stop)
            continue
        if last is not None:
            yield last
        last = place
    if last is not None:
        yield last
