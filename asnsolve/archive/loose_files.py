"""Write each association into its own file, from a run in parts or from a container."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TypeVar

import orjson
import pyarrow as pa

from asnsolve.archive.containers import Record, container_paths, read_container
from asnsolve.archive.write_containers import written
from asnsolve.associations.asn_files import formatted
from asnsolve.associations.present_files import has_content, present_names
from asnsolve.associations.shape_checks import shape_faults
from asnsolve.associations.writable_names import name_problem
from asnsolve.errors import (
    AssociationError,
    Location,
    NamingError,
    Problem,
    UsageError,
    occupied,
)
from asnsolve.file_systems import Url, path_or_url
from asnsolve.input_files import is_directory
from asnsolve.profiles import (
    DEFAULT_FIELDS,
    FileFields,
    Profile,
    beginning_of_file_name,
    default_profile,
)

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class LooseFiles:
    """What became of association files that were to be written.

    Parameters
    ----------
    count : int
        Number of associations whose files are there now, or would be.
    unchanged : int
        How many of these files had the same content before.
    problems : list of Problem
        What could not be written or read; the others are written.
    """

    count: int
    unchanged: int
    problems: list[Problem]


def write_files(
    parts: Callable[[], Iterable[pa.Table]],
    directory: str | PathLike[str],
    *,
    replace: bool = False,
    dry_run: bool = False,
) -> LooseFiles:
    """Write a file for each association.

    Parameters
    ----------
    parts : callable
        Returns the associations, as tables with the columns of `ASSOCIATION_SCHEMA`; called twice.
    directory : path-like
        Where the files go.
    replace : bool
        Whether to replace files that have other content.
    dry_run : bool
        Whether to check everything and write nothing.

    Returns
    -------
    LooseFiles
        `problems` has the associations whose file names no file can have.

    Raises
    ------
    AssociationError
        If a file cannot be written.
    UsageError
        Before anything is written, if a file has other content and may not be replaced.
    """

    def contents() -> Iterator[tuple[Path, str]]:
        for part in parts():
            names, texts = part["file_name"].to_pylist(), part["association"].to_pylist()
            yield from zip((Path(directory) / name for name in names), texts, strict=True)

    def made(text: str) -> bytes:
        return formatted(orjson.loads(text))

    return _write_new(contents, made, replace=replace, dry_run=dry_run)


def _name_problem(
    name: str, association: str | bytes | pa.Scalar, fields: FileFields
) -> Problem | None:
    """Say why a file cannot have a name, and which rule made the association."""
    if name_problem(name) is None:
        return None
    # Parsing the association for its rule is slow, and rarely needed.
    text = association.as_py() if isinstance(association, pa.Scalar) else association
    return name_problem(name, orjson.loads(text).get(fields.keys["rule"]))


def _write_new(
    contents: Callable[[], Iterable[tuple[Path, Content]]],
    made: Callable[[Content], bytes],
    *,
    replace: bool,
    dry_run: bool = False,
    fields: FileFields = DEFAULT_FIELDS,
) -> LooseFiles:
    """Write files unless they are there already, and nothing if one has other content.

    The problems are of names that no file can have.
    """
    folders: dict[Path, frozenset[str]] = {}

    def is_present(path: Path) -> bool:
        if path.parent not in folders:
            folders[path.parent] = present_names(path.parent)
        return path.name in folders[path.parent]

    unchanged: set[Path] = set()
    in_the_way: list[Problem] = []
    unnamed: dict[Path, Problem] = {}
    # Look at everything first, so that nothing is written if a file may not be replaced.
    for path, content in contents():
        problem = _name_problem(path.name, content, fields)
        if problem is not None:
            unnamed[path] = problem
        elif is_present(path):
            if has_content(path, made(content), fields):
                unchanged.add(path)
            elif not replace:
                in_the_way.append(occupied(str(path)))
    if in_the_way:
        raise UsageError(in_the_way)
    count = 0
    for path, content in contents():
        if path in unnamed:
            continue
        count += 1
        if path not in unchanged and not dry_run:
            with written(path, replace=True) as stream:
                stream.write(made(content))
    return LooseFiles(count, len(unchanged), list(unnamed.values()))


def export(
    path: str | PathLike[str] | Url,
    directory: str | PathLike[str],
    *,
    replace: bool = False,
    profile: Profile | None = None,
) -> LooseFiles:
    """Write the associations of containers as files, with a directory for each program.

    Parameters
    ----------
    path : path-like or Url
        A container, or a directory: all containers in it and below are exported, such as shards.
    directory : path-like
        Where the directories are made.
    replace : bool
        Whether to replace files that have other content.
    profile : Profile, optional
        The mission; by default `default_profile`.

    Returns
    -------
    LooseFiles
        `problems` has lines or rows that are not associations, have changed or are missing, file
        names that occur again or that no file can have, and containers of a directory that cannot
        be read. The first association of a name is written.

    Raises
    ------
    AssociationError
        If the container cannot be read, the directory holds none, or a file cannot be written.
    UsageError
        Before anything is written, if a file has other content and may not be replaced.
    """
    mission = profile or default_profile()
    problems: list[Problem] = []
    containers = _containers(path)

    def contents() -> Iterator[tuple[Path, bytes]]:
        # Containers are read twice; report the problems once.
        problems.clear()
        seen: set[str] = set()
        for file, record in _records(containers):
            found = record if isinstance(record, Problem) else _usable(record, file, seen, mission)
            if isinstance(found, Problem):
                problems.append(found)
            else:
                seen.add(found.file_name)
                yield Path(directory) / _program_of(found, mission) / found.file_name, found.content

    files = _write_new(contents, bytes, replace=replace, fields=mission.fields)
    return LooseFiles(files.count, files.unchanged, [*problems, *files.problems])


def first_name(path: str | PathLike[str] | Url) -> Iterator[str]:
    """Read the file name of the first association of containers.

    Parameters
    ----------
    path : path-like or Url
        A container, or a directory of containers.

    Yields
    ------
    str
        The name; nothing if there is no association.
    """
    for _, record in _records(_containers(path)):
        if not isinstance(record, Problem):
            yield record.file_name
            return


def _program_of(record: Record, profile: Profile) -> str:
    """Return the program of an association, as in its file name."""
    try:
        return profile.names.parse_file_name(record.file_name).program
    except NamingError:
        # The names of another mission have another prefix; what follows it is the program.
        beginning = beginning_of_file_name(record.file_name) or ""
        program = orjson.loads(record.content).get(profile.fields.keys["program"])
        told = isinstance(program, str) and program and beginning.endswith(program)
        return program if told else beginning


def _containers(path: str | PathLike[str] | Url) -> list[Path | Url]:
    found = path_or_url(path)
    if isinstance(found, Url) or not is_directory(found):
        return [found]
    files = container_paths(found)
    if not files:
        raise AssociationError(Problem("the directory holds no container", Location(str(found))))
    return [*files]


def _records(containers: Sequence[Path | Url]) -> Iterator[tuple[str, Record | Problem]]:
    """Read containers; of several, those that cannot be read do not stop the others."""
    for file in containers:
        try:
            for record in read_container(file):
                yield str(file), record
        except AssociationError as error:
            if len(containers) == 1:
                raise
            for problem in error.problems:
                yield str(file), problem


def _usable(record: Record, file: str, seen: Set[str], profile: Profile) -> Record | Problem:
    """Return a record, or say why pipelines cannot use it or that its name has been seen.

    A record with a checksum is as asnsolve wrote it.
    """
    if record.file_name in seen:
        what = f"the file name {record.file_name} occurs twice"
        return Problem(what, Location(file=file), "a different file name for each association")
    if record.is_verified:
        return record
    faults = list(shape_faults(orjson.loads(record.content), profile))
    if not faults:
        return record
    more = "" if len(faults) == 1 else f", and {len(faults) - 1} more"
    what = f"{record.file_name}: {faults[0].problem.what}{more}"
    advice = "'asnsolve validate' lists all that is wrong."
    return Problem(what, Location(file=file), advice=advice)
