"""Write the associations of a run in parts: each process writes those of the parts that it takes.

The lines of a container have their place before they are written, since it is known how many bytes
each part has. Shards and files are written as they are, one part independent of the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from os import PathLike
from pathlib import Path

import pyarrow as pa

from asnsolve.archive.checksums import with_count
from asnsolve.archive.containers import association_paths
from asnsolve.archive.engines import Engine, every_result
from asnsolve.archive.loose_files import write_files
from asnsolve.archive.runs import Run, associations_of
from asnsolve.archive.store import Store, StoredRows
from asnsolve.archive.write_containers import write_container, written
from asnsolve.associations.present_files import present_names
from asnsolve.errors import AssociationError, Location, Problem, UsageError, occupied, write_errors
from asnsolve.input_files import exists
from asnsolve.pool.texts import Texts


def write_lines(
    run: Run, path: str | PathLike[str], engine: Engine, *, replace: bool = False
) -> None:
    """Write a container of JSON lines.

    Parameters
    ----------
    run : Run
        The associations.
    path : path-like
        The file, which appears whole or not at all.
    engine : Engine
        What writes the parts.
    replace : bool
        Whether to replace a file that has other content.

    Raises
    ------
    AssociationError
        If the file cannot be written, or solved programs cannot be read again.
    UsageError
        If the file exists with other content, and `replace` is False.
    """
    file = Path(path)
    with written(file, replace=replace) as stream:
        sizes = [sum(rows.size for rows in places) for places in run.parts]
        starts = accumulate(sizes, initial=0)
        tasks = [
            _WriteLines(run.store, places, stream.name, start)
            for places, start in zip(run.parts, starts, strict=False)
            if places
        ]
        every_result(engine, _WriteLines.__call__, tasks)
        last = _last_line(run)
        stream.seek(sum(sizes) - len(last))
        stream.write(with_count(last, len(run)))


@dataclass(frozen=True, slots=True)
class _WriteLines:
    """Writes the lines of a part into a file in which each part has its place."""

    store: Store
    places: tuple[StoredRows, ...]
    file: str
    start: int

    def __call__(self) -> None:
        with Path(self.file).open("r+b") as stream:
            stream.seek(self.start)
            for lines in _lines(self.store, self.places):
                stream.write(lines.content())


def _lines(store: Store, places: Sequence[StoredRows]) -> Iterator[Texts]:
    for table in store.lines(places):
        for batch in table.to_batches():
            yield Texts(batch["line"])


def _last_line(run: Run) -> bytes:
    """Return the last line of all; empty if there is none."""
    rows = [one for places in run.parts for one in places if one.start < one.stop]
    held = b""
    for lines in _lines(run.store, rows[-1:]):
        held = lines[len(lines) - 1].encode()
    return held


def write_shards(
    run: Run, directory: Path, kind: str, engine: Engine, *, replace: bool = False
) -> None:
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

    Raises
    ------
    AssociationError
        If a file cannot be written, or solved programs cannot be read again.
    UsageError
        If a file exists with other content, or is of another run, and `replace` is False.
    """
    # Without exposures there is one container without associations.
    parts = run.parts or ((),)
    tasks = [
        _WriteShard(run.store, places, directory / f"{number:05}.{kind}", kind, replace)
        for number, places in enumerate(parts, start=1)
    ]
    others = {*_containers(directory)}.difference(task.file for task in tasks)
    if others and not replace:
        raise UsageError([occupied(str(file)) for file in sorted(others)])
    every_result(engine, _WriteShard.__call__, tasks)
    with write_errors(AssociationError, Location(file=str(directory))):
        for file in others:
            file.unlink(missing_ok=True)


def _containers(directory: Path) -> list[Path]:
    return association_paths(directory) if exists(directory) else []


@dataclass(frozen=True, slots=True)
class _WriteShard:
    """Writes the associations of one part into one container."""

    store: Store
    places: tuple[StoredRows, ...]
    file: Path
    kind: str
    replace: bool

    def __call__(self) -> None:
        if self.kind != "jsonl":
            tables = associations_of(self.store, self.places)
            write_container(tables, self.file, self.kind, replace=self.replace)
            return
        count = 0
        held = b""
        with written(self.file, replace=self.replace) as stream:
            for lines in _lines(self.store, self.places):
                # The last line says how many there are.
                stream.write(held)
                stream.write(lines[: len(lines) - 1].content())
                held = lines[len(lines) - 1].encode()
                count += len(lines)
            stream.write(with_count(held, count))


def write_association_files(
    run: Run, directory: Path, engine: Engine, *, replace: bool, strict: bool, dry_run: bool
) -> tuple[int, list[Problem]]:
    """Write a file for each association.

    Parameters
    ----------
    run : Run
        The associations.
    directory : Path
        Where the files go.
    engine : Engine
        What writes the parts.
    replace : bool
        Whether to replace files that have other content.
    strict : bool
        Whether file names that no file can have are errors.
    dry_run : bool
        Whether to check everything and write nothing.

    Returns
    -------
    count : int
        Number of associations whose files are there now, or would be.
    problems : list of Problem
        Associations whose file names no file can have.

    Raises
    ------
    AssociationError
        If a file cannot be written, or has a name that no file can have and `strict` is True.
    UsageError
        Before anything is written, if a file has other content and may not be replaced.
    """
    # A directory without files leaves nothing to compare with.
    if dry_run or strict or present_names(directory):
        checked = _each_part(run, directory, engine, replace=replace, dry_run=True)
        in_the_way = [problem for part in checked for problem in part.in_the_way]
        if in_the_way:
            raise UsageError(in_the_way)
        unnamed = [problem for part in checked for problem in part.problems]
        if unnamed and strict:
            raise AssociationError(unnamed)
        if dry_run:
            return sum(part.count for part in checked), unnamed
    parts = _each_part(run, directory, engine, replace=replace, dry_run=False)
    return sum(part.count for part in parts), [one for part in parts for one in part.problems]


@dataclass(frozen=True, slots=True)
class _WrittenPart:
    """What became of the files of a part."""

    number: int
    count: int = 0
    problems: tuple[Problem, ...] = ()
    in_the_way: tuple[Problem, ...] = ()


def _each_part(
    run: Run, directory: Path, engine: Engine, *, replace: bool, dry_run: bool
) -> list[_WrittenPart]:
    tasks = [
        _WriteFiles(number, run.store, places, directory, replace, dry_run)
        for number, places in enumerate(run.parts)
    ]
    return sorted(every_result(engine, _WriteFiles.__call__, tasks), key=lambda part: part.number)


@dataclass(frozen=True, slots=True)
class _WriteFiles:
    """Writes the files of a part, or says what is in the way."""

    number: int
    store: Store
    places: tuple[StoredRows, ...]
    directory: Path
    replace: bool
    dry_run: bool

    def __call__(self) -> _WrittenPart:
        def parts() -> Iterator[pa.Table]:
            return associations_of(self.store, self.places)

        try:
            count, problems = write_files(
                parts, self.directory, replace=self.replace, dry_run=self.dry_run
            )
        except UsageError as error:
            return _WrittenPart(self.number, in_the_way=tuple(error.problems))
        return _WrittenPart(self.number, count, tuple(problems))
