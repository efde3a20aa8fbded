"""Write a file for each association of a run: each process writes those of the parts it takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from asnsolve.archive.engines import Engine, every_result
from asnsolve.archive.loose_files import LooseFiles, write_files
from asnsolve.archive.runs import Run, associations_of
from asnsolve.archive.store import Store, StoredRows
from asnsolve.associations.present_files import present_names
from asnsolve.errors import AssociationError, Problem, UsageError


def write_association_files(
    run: Run, directory: Path, engine: Engine, *, replace: bool, strict: bool, dry_run: bool
) -> LooseFiles:
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
    LooseFiles
        `problems` has the associations whose file names no file can have.

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
        files = _of_all(checked)
        if files.problems and strict:
            raise AssociationError(files.problems)
        if dry_run:
            return files
    return _of_all(_each_part(run, directory, engine, replace=replace, dry_run=False))


@dataclass(frozen=True, slots=True)
class _WrittenPart:
    """What became of the files of a part."""

    number: int
    files: LooseFiles
    in_the_way: tuple[Problem, ...] = ()


def _of_all(parts: Sequence[_WrittenPart]) -> LooseFiles:
    return LooseFiles(
        sum(part.files.count for part in parts),
        sum(part.files.unchanged for part in parts),
        [problem for part in parts for problem in part.files.problems],
    )


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
            files = write_files(parts, self.directory, replace=self.replace, dry_run=self.dry_run)
        except UsageError as error:
            return _WrittenPart(self.number, LooseFiles(0, 0, []), tuple(error.problems))
        return _WrittenPart(self.number, files)
