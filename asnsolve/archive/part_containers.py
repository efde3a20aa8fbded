"""Write the containers of a run: each process writes the lines of the parts that it takes.

The lines of a container have their place before they are written, since it is known how many bytes
each part has. Shards are independent of one another; if nothing is kept for later runs, they have
been written already, see `asnsolve.archive.drafts`. What a container of an earlier run has is
copied from there, see `asnsolve.archive.written_files`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from os import PathLike
from pathlib import Path
from typing import IO, Final, NamedTuple

from asnsolve.archive.containers import association_paths
from asnsolve.archive.engines import Engine, every_result
from asnsolve.archive.runs import Run, associations_of
from asnsolve.archive.store import Store, StoredRows
from asnsolve.archive.write_containers import end_lines, write_tables, written
from asnsolve.archive.written_files import (
    Earlier,
    Span,
    Status,
    WrittenFile,
    earlier,
    is_unchanged,
    read_written,
    remember_written,
    status_of,
)
from asnsolve.atomic import move_file
from asnsolve.errors import AssociationError, Location, Problem, UsageError, write_errors
from asnsolve.input_files import exists
from asnsolve.phrases import and_more
from asnsolve.pool.texts import Texts

_COPIED_AT_ONCE: Final = 1 << 20
"""Bytes."""


def write_whole(
    run: Run, path: str | PathLike[str], kind: str, engine: Engine, *, replace: bool = False
) -> int:
    """Write one container.

    Parameters
    ----------
    run : Run
        The associations.
    path : path-like
        The file, which appears whole or not at all.
    kind : str
        One of `asnsolve.archive.FORMATS`.
    engine : Engine
        What writes the parts.
    replace : bool
        Whether to replace a file that has other content.

    Returns
    -------
    int
        Number of its associations if the file had the same content before; else 0.

    Raises
    ------
    AssociationError
        If the file cannot be written, or solved programs cannot be read again.
    UsageError
        If the file exists with other content, and `replace` is False.
    """
    file = Path(path)
    before = read_written(run.kept, file.parent).get(file.name)
    parts = [*map(_with_lines, run.parts)]
    container = _Container(run.store, (*chain.from_iterable(parts),), file, kind)

    def write(stream: IO[bytes]) -> None:
        if kind != "jsonl":
            write_tables(associations_of(run.store, container.places), kind, stream)
            return
        # Each part gets its place in the file first, so that processes can write at the same time.
        starts = accumulate((sum(rows.size for rows in places) for places in parts), initial=0)
        present = earlier(file, before, parts)
        tasks = [
            _WriteLines(run.store, places, stream.name, start, found)
            for places, start, found in zip(parts, starts, present, strict=False)
            if places
        ]
        every_result(engine, _WriteLines.__call__, tasks)
        end_lines(stream, container.count)

    status = status_of(file)
    done = container.written(write, before, replace=replace)
    remember_written(run.kept, file.parent, {} if done is None else {file.name: done})
    return container.count if is_unchanged(file, status) else 0


def write_shards(
    run: Run, directory: Path, kind: str, engine: Engine, *, replace: bool = False
) -> int:
    """Write a container for each part, named by numbers in the order of the associations.

    Parameters
    ----------
    run : Run
        The associations.
    directory : Path
        Where the containers go; made if it does not exist.
    kind : str
        One of `asnsolve.archive.FORMATS`.
    engine : Engine
        What writes the parts.
    replace : bool
        Whether to replace files that have other content, and to delete containers of an earlier run
        that had more parts.

    Returns
    -------
    int
        Number of associations in the files that had the same content before.

    Raises
    ------
    AssociationError
        If a file cannot be written, or solved programs cannot be read again.
    UsageError
        If a file exists with other content, or is of another run, and `replace` is False.
    """
    before = read_written(run.kept, directory)
    # Without exposures there is one container without associations.
    parts = [*map(_with_lines, run.parts)] or [()]
    files = [directory / f"{number:05}.{kind}" for number in range(1, len(parts) + 1)]
    drafts = [None if run.drafts is None else run.drafts.draft(places) for places in run.parts]
    tasks = [
        _WriteShard(_Container(run.store, places, file, kind), before.get(file.name), replace)
        if draft is None
        else _MoveShard(draft, file, replace)
        for places, file, draft in zip(parts, files, drafts or [None], strict=True)
    ]
    others = {*_containers(directory)}.difference(files)
    if others and not replace:
        named = and_more(min(others).name, len(others))
        what = f"has containers that this run does not write: {named}"
        advice = "Choose another place, or delete them with --replace (in Python replace=True)."
        raise UsageError(Problem(what, Location(str(directory)), advice=advice))
    shards = {shard.name: shard for shard in every_result(engine, _do, tasks)}
    done = {
        file.name: WrittenFile(status, kind, places)
        for places, file in zip(parts, files, strict=True)
        if (status := shards[file.name].status) is not None
    }
    with write_errors(AssociationError, Location(file=str(directory))):
        for file in others:
            file.unlink(missing_ok=True)
    remember_written(run.kept, directory, done)
    return sum(
        _count(places)
        for places, file in zip(parts, files, strict=True)
        if shards[file.name].is_unchanged
    )


def _count(places: Iterable[StoredRows]) -> int:
    return sum(rows.stop - rows.start for rows in places)


def _with_lines(places: Iterable[StoredRows]) -> tuple[StoredRows, ...]:
    return tuple(rows for rows in places if rows.start < rows.stop)


def _containers(directory: Path) -> list[Path]:
    return association_paths(directory) if exists(directory) else []


@dataclass(frozen=True, slots=True)
class _Container:
    """A container that is to be written."""

    store: Store
    places: tuple[StoredRows, ...]
    file: Path
    kind: str

    def written(
        self, write: Callable[[IO[bytes]], None], before: WrittenFile | None, *, replace: bool
    ) -> WrittenFile | None:
        """Write it, unless nothing has changed; return what is known of it, if it is sure."""
        if before is not None and before.is_still(self.file, self.kind, self.places):
            return before
        present = status_of(self.file)
        with written(self.file, replace=replace) as stream:
            write(stream)
            stream.flush()
            own = status_of(stream.fileno())
        now = status_of(self.file)
        # A file of the same content is left alone. Another run may write the same file.
        is_sure = now is not None and (now == present or (own is not None and now.is_renamed(own)))
        return WrittenFile(now, self.kind, self.places) if now is not None and is_sure else None

    @property
    def count(self) -> int:
        """Number of associations."""
        return _count(self.places)


def _lines(store: Store, places: Sequence[StoredRows]) -> Iterator[Texts]:
    for table in store.lines(places):
        for batch in table.to_batches():
            yield Texts(batch["line"])


@dataclass(frozen=True, slots=True)
class _WriteLines:
    """Writes the lines of a part into a file in which each part has its place."""

    store: Store
    places: tuple[StoredRows, ...]
    file: str
    start: int
    earlier: Earlier | None

    def __call__(self) -> None:
        with Path(self.file).open("r+b") as stream:
            if self.earlier is not None and self._is_copied(self.earlier, stream):
                return
            stream.seek(self.start)
            self._write(self.places, stream)

    def _write(self, places: Sequence[StoredRows], stream: IO[bytes]) -> None:
        for lines in _lines(self.store, places):
            stream.write(lines.content())

    def _is_copied(self, source: Earlier, stream: IO[bytes]) -> bool:
        """Copy what an earlier container has; return whether it is still as it was written."""
        stream.seek(self.start)
        try:
            opened = source.file.open("rb")
        except OSError:
            return False
        with opened:
            for piece in source.pieces:
                if not isinstance(piece, Span):
                    self._write(piece, stream)
                elif not _is_copied(opened, piece, stream):
                    return False
            return status_of(opened.fileno()) == source.status


def _is_copied(source: IO[bytes], span: Span, target: IO[bytes]) -> bool:
    """Copy bytes to where another file has been written to; return whether there are so many."""
    source.seek(span.offset)
    left = span.size
    while left:
        content = source.read(min(left, _COPIED_AT_ONCE))
        if not content:
            return False
        target.write(content)
        left -= len(content)
    return True


class _Shard(NamedTuple):
    """A shard that is in its place, and its status if it is sure that this run has written it."""

    name: str
    status: Status | None
    is_unchanged: bool


@dataclass(frozen=True, slots=True)
class _WriteShard:
    """Writes the associations of one part into one container."""

    container: _Container
    before: WrittenFile | None
    replace: bool

    def __call__(self) -> _Shard:
        file = self.container.file
        present = status_of(file)
        done = self.container.written(self._write, self.before, replace=self.replace)
        # The caller knows the rest, so the places of thousands of programs are not sent back.
        status = None if done is None else done.status
        return _Shard(file.name, status, is_unchanged(file, present))

    def _write(self, stream: IO[bytes]) -> None:
        own = self.container
        if own.kind != "jsonl":
            write_tables(associations_of(own.store, own.places), own.kind, stream)
            return
        (found,) = earlier(own.file, self.before, [own.places])
        _WriteLines(own.store, own.places, stream.name, 0, found)()
        end_lines(stream, own.count)


@dataclass(frozen=True, slots=True)
class _MoveShard:
    """Moves a draft to its place."""

    draft: Path
    file: Path
    replace: bool

    def __call__(self) -> _Shard:
        present = status_of(self.file)
        with write_errors(AssociationError, Location(file=str(self.file))):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            move_file(self.draft, self.file, replace=self.replace)
        return _Shard(self.file.name, None, is_unchanged(self.file, present))


def _do(task: _WriteShard | _MoveShard) -> _Shard:
    return task()
