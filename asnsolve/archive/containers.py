"""Containers: all associations of a run in one file, as JSON lines or as a Parquet table.

A line is the object of an association's file with ``file_name`` before its other keys. A row of the
table has the columns ``file_name`` and ``association``, which is the object in one line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Final

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from asnsolve.archive import FORMATS
from asnsolve.associations.asn_files import formatted
from asnsolve.associations.faults import Fault
from asnsolve.associations.validation import validate_data
from asnsolve.errors import (
    AssociationError,
    Location,
    NamingError,
    Problem,
)
from asnsolve.naming import FILE_ENDING, parse_file_name

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
