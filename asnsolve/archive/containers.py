"""Containers: all associations of a run in one file, as JSON lines or as a Parquet table.

A line is the object of an association's file with ``file_name`` before its other keys. A row of the
table has the columns ``file_name`` and ``association``, which is the object in one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import IO, Any, Final

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from asnsolve.archive import FORMATS
from asnsolve.archive.partition import ASSOCIATION_SCHEMA
from asnsolve.associations.asn_files import formatted
from asnsolve.associations.solution import Solution
from asnsolve.associations.validation import validate_data
from asnsolve.atomic import atomic_file
from asnsolve.errors import AssociationError, Location, NamingError, Problem, write_errors
from asnsolve.naming import FILE_ENDING, parse_file_name
from asnsolve.pool.texts import Texts

_PARQUET_START: Final = b"PAR1"


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


def write_container(parts: Iterable[pa.Table], path: str | PathLike[str], kind: str) -> int:
    """Write associations into one file, which appears whole or not at all.

    Parameters
    ----------
    parts : iterable of pyarrow.Table
        The associations, with the columns of `ASSOCIATION_SCHEMA`.
    path : path-like
        The file; it is replaced if it exists.
    kind : str
        One of `asnsolve.archive.FORMATS`.

    Returns
    -------
    int
        Number of associations written.

    Raises
    ------
    AssociationError
        If the file cannot be written.
    """
    with _written(Path(path)) as stream:
        return {"jsonl": _write_lines, "parquet": _write_parquet}[kind](parts, stream)


@contextmanager
def _written(file: Path) -> Iterator[IO[bytes]]:
    # The directory is made inside, so that a failure to make it names the file.
    with write_errors(AssociationError, Location(file=str(file))):
        file.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(file) as stream:
            yield stream


def write_solution(solution: Solution, path: str | PathLike[str], kind: str) -> int:
    """Write the associations of a solution into one file, which appears whole or not at all.

    Parameters
    ----------
    solution : Solution
        The associations.
    path : path-like
        The file; it is replaced if it exists.
    kind : str
        One of `asnsolve.archive.FORMATS`.

    Returns
    -------
    int
        Number of associations written.

    Raises
    ------
    AssociationError
        If the file cannot be written.
    """
    if kind != "jsonl":
        return write_container(parts_of(solution), path, kind)
    # Lines are made with their file names, which saves copying every line once more.
    with _written(Path(path)) as stream:
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


def write_files(parts: Iterable[pa.Table], directory: str | PathLike[str]) -> int:
    """Write a file for each association.

    Parameters
    ----------
    parts : iterable of pyarrow.Table
        The associations, with the columns of `ASSOCIATION_SCHEMA`.
    directory : path-like
        Where the files go.

    Returns
    -------
    int
        Number of associations written.

    Raises
    ------
    AssociationError
        If a file cannot be written.
    """
    count = 0
    for part in parts:
        names, texts = part["file_name"].to_pylist(), part["association"].to_pylist()
        for name, text in zip(names, texts, strict=True):
            with _written(Path(directory) / name) as stream:
                stream.write(formatted(orjson.loads(text)))
        count += len(part)
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
        return Problem(f"the line is no JSON: {error}", where, "an association")
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
        Sorted. JSON files with names of their own are among them if they have products.
    """
    # Directories inside it too: runs over many programs write one for each program.
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


def validate_container(path: str | PathLike[str]) -> Iterator[tuple[str, tuple[Problem, ...]]]:
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
    problems : tuple of Problem
        The problems of the association, if any.

    Raises
    ------
    AssociationError
        If the file cannot be read at all.
    """
    for record in read_container(path):
        if isinstance(record, Problem):
            yield str(path), (record,)
        else:
            name = f"{path}/{record.file_name}"
            yield name, validate_data(orjson.loads(record.content), name)


def export(path: str | PathLike[str], directory: str | PathLike[str]) -> tuple[int, list[Problem]]:
    """Write the associations of a container as files, with a directory for each program.

    Parameters
    ----------
    path : path-like
        The container.
    directory : path-like
        Where the directories are made.

    Returns
    -------
    count : int
        Number of files written.
    problems : list of Problem
        Lines or rows that are not associations, and file names that occur again. The first
        association of a name is written.

    Raises
    ------
    AssociationError
        If the container cannot be read, or a file cannot be written.
    """
    problems: list[Problem] = []
    written: set[str] = set()
    for record in read_container(path):
        if isinstance(record, Problem):
            problems.append(record)
        elif record.file_name in written:
            what = f"the file {record.file_name} stands twice"
            problems.append(Problem(what, Location(file=str(path)), "one association a file"))
        else:
            written.add(record.file_name)
            program = parse_file_name(record.file_name).program
            with _written(Path(directory) / program / record.file_name) as stream:
                stream.write(record.content)
    return len(written), problems
