"""Containers: all associations of a run in one file, as JSON lines or as a Parquet table.

A line is the object of an association's file with ``file_name`` before its other keys. A row of the
table has the columns ``file_name`` and ``association``, which is the object in one line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import IO, Any, Final, TypeVar

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from asnsolve.archive import FORMATS
from asnsolve.archive.partition import ASSOCIATION_SCHEMA
from asnsolve.associations.asn_files import formatted
from asnsolve.associations.faults import Fault
from asnsolve.associations.present_files import has_content, present_names
from asnsolve.associations.solution import Solution
from asnsolve.associations.validation import validate_data
from asnsolve.atomic import draft_file
from asnsolve.errors import (
    AssociationError,
    Location,
    NamingError,
    Problem,
    UsageError,
    occupied,
    write_errors,
)
from asnsolve.naming import FILE_ENDING, parse_file_name
from asnsolve.pool.texts import Texts

_PARQUET_START: Final = b"PAR1"

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Record:
    """One association of a container.

    Parameters
    ----------
    file_name : str
        Name of its file.
    content : bytes
        Content of that file.
    """

    file_name: str
    content: bytes


def parts_of(solution: Solution) -> Iterator[pa.Table]:
    """Make tables of the associations of a solution.

    Parameters
    ----------
    solution : Solution
        The solution.

    Yields
    ------
    pyarrow.Table
        Consecutive associations, with the columns of `ASSOCIATION_SCHEMA`.
    """
    for names, texts in solution.lines():
        yield pa.table([names.array, texts.array], schema=ASSOCIATION_SCHEMA)


def write_container(
    parts: Iterable[pa.Table], path: str | PathLike[str], kind: str, *, replace: bool = False
) -> int:
    """Write associations into one file, which appears whole or not at all.

    Parameters
    ----------
    parts : iterable of pyarrow.Table
        The associations, with the columns of `ASSOCIATION_SCHEMA`.
    path : path-like
        The file.
    kind : str
        One of `asnsolve.archive.FORMATS`.
    replace : bool
        Whether to replace a file of other content.

    Returns
    -------
    int
        Number of associations in the file.

    Raises
    ------
    AssociationError
        If the file cannot be written.
    UsageError
        If there is a file of other content that may not be replaced.
    """
    with _written(Path(path), replace=replace) as stream:
        return {"jsonl": _write_lines, "parquet": _write_parquet}[kind](parts, stream)


@contextmanager
def _written(file: Path, *, replace: bool) -> Iterator[IO[bytes]]:
    # The directory is made inside, so that a failure to make it names the file.
    with write_errors(AssociationError, Location(file=str(file))):
        file.parent.mkdir(parents=True, exist_ok=True)
        with draft_file(file, replace=replace) as draft:
            yield draft.stream


def write_solution(
    solution: Solution, path: str | PathLike[str], kind: str, *, replace: bool = False
) -> int:
    """Write the associations of a solution into one file, which appears whole or not at all.

    Parameters
    ----------
    solution : Solution
        The associations.
    path : path-like
        The file.
    kind : str
        One of `asnsolve.archive.FORMATS`.
    replace : bool
        Whether to replace a file of other content.

    Returns
    -------
    int
        Number of associations in the file.

    Raises
    ------
    AssociationError
        If the file cannot be written.
    UsageError
        If there is a file of other content that may not be replaced.
    """
    if kind != "jsonl":
        return write_container(parts_of(solution), path, kind, replace=replace)
    # Lines are made with their file names, which saves copying every line once more.
    with _written(Path(path), replace=replace) as stream:
        for lines in solution.contained():
            stream.write(lines.content())
    return len(solution)


def _write_lines(parts: Iterable[pa.Table], stream: IO[bytes]) -> int:
    count = 0
    for part in parts:
        for batch in part.to_batches():
            names, texts = (Texts(column) for column in batch.columns)
            pieces: list[Texts | str] = [
                '{"file_name":"',
                names.json,
                '",',
                texts.without_start(1),
                "\n",
            ]
            stream.write(Texts.joined(pieces, len(names)).content())
            count += len(names)
    return count


def _write_parquet(parts: Iterable[pa.Table], stream: IO[bytes]) -> int:
    count = 0
    with pq.ParquetWriter(stream, ASSOCIATION_SCHEMA, compression="zstd") as writer:
        for part in parts:
            if len(part):
                writer.write_table(part)
            count += len(part)
    return count


def write_files(
    parts: Callable[[], Iterable[pa.Table]],
    directory: str | PathLike[str],
    *,
    replace: bool = False,
) -> int:
    """Write a file for each association.

    Parameters
    ----------
    parts : callable
        Returns the associations, as tables with the columns of `ASSOCIATION_SCHEMA`; called twice
        if there are files in the directory.
    directory : path-like
        Where the files go.
    replace : bool
        Whether to replace files of other content.

    Returns
    -------
    int
        Number of associations whose files are there now.

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

    return _write_new(contents, lambda text: formatted(orjson.loads(text)), replace=replace)


def _write_new(
    contents: Callable[[], Iterable[tuple[Path, Content]]],
    made: Callable[[Content], bytes],
    *,
    replace: bool,
) -> int:
    """Write files unless they are there already, and nothing if one has other content."""
    folders: dict[Path, frozenset[str]] = {}

    def is_present(path: Path) -> bool:
        if path.parent not in folders:
            folders[path.parent] = present_names(path.parent)
        return path.name in folders[path.parent]

    unchanged: set[Path] = set()
    in_the_way: list[Problem] = []
    # Look at everything first, so that nothing is written if a file may not be replaced.
    for path, content in contents():
        if is_present(path):
            if has_content(path, made(content)):
                unchanged.add(path)
            elif not replace:
                in_the_way.append(occupied(str(path)))
    if in_the_way:
        raise UsageError(in_the_way)
    count = 0
    for path, content in contents():
        count += 1
        if path not in unchanged:
            with _written(path, replace=True) as stream:
                stream.write(made(content))
    return count


def read_container(path: str | PathLike[str]) -> Iterator[Record | Problem]:
    """Read a container of either format, which is recognized by its content.

    Parameters
    ----------
    path : path-like
        The file.

    Yields
    ------
    Record or Problem
        Each association, byte by byte as in its own file, or a problem for a line or row that is
        not an association.

    Raises
    ------
    AssociationError
        If the file cannot be read at all.
    """
    file = Path(path)
    try:
        with file.open("rb") as stream:
            is_parquet = stream.read(len(_PARQUET_START)) == _PARQUET_START
        lines = _parquet_objects(file) if is_parquet else _line_objects(file)
        for row, text in enumerate(lines, start=1):
            yield _record(text, Location(file=str(file), row=row))
    except (OSError, pa.ArrowException) as error:
        what = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise AssociationError(Problem(what, Location(file=str(file)))) from error


def _line_objects(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        yield from stream


def _parquet_objects(file: Path) -> Iterator[bytes]:
    with pq.ParquetFile(file) as table:
        for batch in table.iter_batches():
            columns = batch.to_pydict()
            names, texts = columns.get("file_name"), columns.get("association")
            if names is None or texts is None:
                raise pa.ArrowInvalid("there are no columns file_name and association")
            for name, text in zip(names, texts, strict=True):
                yield orjson.dumps({"file_name": name} | _object(text))


def _object(text: object) -> dict[str, Any]:
    """Parse a JSON object; an empty one if the text is anything else."""
    try:
        data = orjson.loads(text) if isinstance(text, str) else None
    except orjson.JSONDecodeError:
        data = None
    return data if isinstance(data, dict) else {}


def _record(text: bytes, where: Location) -> Record | Problem:
    """Make a record of a line, or say why it is not an association."""
    try:
        data = orjson.loads(text)
        name = data.pop("file_name")
        parse_file_name(name)
    except orjson.JSONDecodeError as error:
        return Problem(f"the line is not JSON: {error}", where, "an association")
    except (AttributeError, KeyError, TypeError):
        return Problem("there is no file_name", where, "an association with the name of its file")
    except NamingError as error:
        return Problem(error.problems[0].what, where, error.problems[0].expected)
    if not data:
        return Problem("there is no association", where, "an object under its file name")
    return Record(name, formatted(data))


def is_container(path: str | PathLike[str]) -> bool:
    """Tell whether a file is a container, by its suffix.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    bool
    """
    return Path(path).suffix.lower().removeprefix(".") in FORMATS


def association_paths(directory: Path) -> list[Path]:
    """Find the association files and the containers in a directory and those inside it.

    Parameters
    ----------
    directory : Path
        The directory.

    Returns
    -------
    list of Path
        Sorted. JSON files with other names are included if they have products.
    """
    # Runs over many programs write a directory for each program.
    json_files = (
        path
        for path in directory.rglob("*.json")
        if path.name.endswith(FILE_ENDING) or _has_products(path)
    )
    return sorted([*json_files, *filter(is_container, directory.rglob("*.*"))])


def _has_products(path: Path) -> bool:
    try:
        data = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return False
    return isinstance(data, dict) and "products" in data


def validate_container(path: str | PathLike[str]) -> Iterator[tuple[str, tuple[Fault, ...]]]:
    """Check every association of a container; see `asnsolve.associations.validation.validate_file`.

    Parameters
    ----------
    path : path-like
        The container.

    Yields
    ------
    name : str
        Path of the association, as if the container were a directory; the path of the container
        for a line or row that is not an association.
    faults : tuple of Fault
        What is wrong with the association, if anything.

    Raises
    ------
    AssociationError
        If the file cannot be read at all.
    """
    for record in read_container(path):
        if isinstance(record, Problem):
            yield str(path), (Fault("error", "record", record),)
        else:
            name = f"{path}/{record.file_name}"
            yield name, validate_data(orjson.loads(record.content), name)


def export(
    path: str | PathLike[str], directory: str | PathLike[str], *, replace: bool = False
) -> tuple[int, list[Problem]]:
    """Write the associations of a container as files, with a directory for each program.

    Parameters
    ----------
    path : path-like
        The container.
    directory : path-like
        Where the directories are made.
    replace : bool
        Whether to replace files of other content.

    Returns
    -------
    count : int
        Number of associations whose files are there now.
    problems : list of Problem
        Lines or rows that are not associations, and file names that occur again. The first
        association of a name is written.

    Raises
    ------
    AssociationError
        If the container cannot be read, or a file cannot be written.
    UsageError
        Before anything is written, if a file has other content and may not be replaced.
    """
    problems: list[Problem] = []

    def contents() -> Iterator[tuple[Path, bytes]]:
        # The container is read twice, and its problems are those of one reading.
        problems.clear()
        seen: set[str] = set()
        for record in read_container(path):
            if isinstance(record, Problem):
                problems.append(record)
            elif record.file_name in seen:
                what = f"the file name {record.file_name} occurs twice"
                problems.append(
                    Problem(
                        what, Location(file=str(path)), "a different file name for each association"
                    )
                )
            else:
                seen.add(record.file_name)
                program = parse_file_name(record.file_name).program
                yield Path(directory) / program / record.file_name, record.content

    return _write_new(contents, bytes, replace=replace), problems
