"""Containers: all associations of a run in one file, as JSON lines or as a Parquet table.

A line is the object of an association's file with ``file_name`` before its other keys. A row of the
table has the columns ``file_name`` and ``association``, which is the object in one line. Both have
checksums; see `asnsolve.archive.checksums`. Containers without any can be read too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from os import SEEK_END, PathLike
from pathlib import Path
from typing import IO, Any, Final

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from asnsolve.archive import FORMATS
from asnsolve.archive.checksums import CHECKSUM, COUNT, checksum_problem
from asnsolve.archive.manifests import local_copies
from asnsolve.associations.asn_files import formatted
from asnsolve.associations.faults import Fault
from asnsolve.associations.validation import validate_data
from asnsolve.errors import (
    AssociationError,
    Location,
    NamingError,
    Problem,
)
from asnsolve.file_systems import Url, path_or_url
from asnsolve.input_files import exists, is_file
from asnsolve.profiles import FILE_ENDING, Profile, beginning_of_file_name, default_profile

_PARQUET_MARK: Final = b"PAR1"
"""What a Parquet file begins and ends with; one of them may be damaged."""

_COLUMNS: Final = ("file_name", "association")
_NOTHING: Final = f'the line {{"{COUNT}":0,...}} if there are no associations'


@dataclass(frozen=True, slots=True)
class Record:
    """One association of a container.

    Parameters
    ----------
    file_name : str
        Name of its file.
    content : bytes
        Content of that file.
    is_verified : bool
        Whether a checksum shows that it is as asnsolve wrote it.
    """

    file_name: str
    content: bytes
    is_verified: bool = False


def read_container(path: str | PathLike[str] | Url) -> Iterator[Record | Problem]:
    """Read a container of either format, which is recognized by its content.

    Parameters
    ----------
    path : path-like or Url
        The file, or a directory on an object store that `asnsolve.archive.manifests` describes.

    Yields
    ------
    Record or Problem
        Each association, byte by byte as in its own file, or a problem for lines or rows that are
        not associations, have changed, or are missing.

    Raises
    ------
    AssociationError
        If the file cannot be read at all.
    """
    file = path_or_url(path)
    if isinstance(file, Url):
        yield from _read_objects(file)
        return
    # It is read from both ends and more than once, which a pipe cannot be.
    if exists(file) and not is_file(file):
        raise AssociationError(Problem("is not a plain file", Location(file=str(file))))
    try:
        with file.open("rb") as stream:
            marks = {stream.read(len(_PARQUET_MARK)), _end(stream)}
        yield from _read_rows(file) if _PARQUET_MARK in marks else _read_lines(file)
    except (OSError, pa.ArrowException, ValueError) as error:
        what = f"cannot be read: {_reason(error)}"
        raise AssociationError(Problem(what, Location(file=str(file)))) from error


def _read_objects(url: Url) -> Iterator[Record | Problem]:
    for found in local_copies(url):
        if isinstance(found, Problem):
            yield found
            continue
        there, copy = found
        for record in read_container(copy):
            if isinstance(record, Problem):
                where = replace(record.location, file=str(there))
                yield replace(record, location=where)
            else:
                yield record


def _end(stream: IO[bytes]) -> bytes:
    stream.seek(0, SEEK_END)
    stream.seek(max(stream.tell() - len(_PARQUET_MARK), 0))
    return stream.read()


def _reason(error: Exception) -> str:
    """Say in one line why a file cannot be read."""
    text = getattr(error, "strerror", None) or str(error)
    return next(iter(text.strip().splitlines()), "") or type(error).__name__


def _read_lines(file: Path) -> Iterator[Record | Problem]:
    has_checksums = _has_checksums(file)
    where = Location(file=str(file))
    # Number of lines since the last one that says how many there are: containers may have been put
    # together.
    count = row = 0
    is_sound = False
    with file.open("rb") as stream:
        for row, line in enumerate(stream, start=1):
            where = Location(file=str(file), row=row)
            record, stated = _line_record(line, where, has_checksums=has_checksums)
            is_sound = not isinstance(record, Problem)
            if record is not None:
                count += 1
                yield record
            if is_sound and stated is not None:
                if count != stated:
                    yield Problem(f"{count} records end here", where, f"{stated}")
                count = 0
    if not row:
        yield Problem("the file is empty", where, _NOTHING)
    elif has_checksums and is_sound and count:
        expected = "more records, of which the last says how many there are"
        yield Problem("the container is cut off after this record", where, expected)


def _has_checksums(file: Path) -> bool:
    """Tell whether some line has a checksum or the number of lines, so that all must have one."""
    marks = [f'"{key}":'.encode() for key in (CHECKSUM, COUNT)]
    with file.open("rb") as stream:
        return any(mark in line for line in stream for mark in marks)


def _line_record(
    line: bytes, where: Location, *, has_checksums: bool
) -> tuple[Record | Problem | None, int | None]:
    """Make a record of a line, and return the number of records if the line says it.

    There is no record if the line says just that there are none.
    """
    try:
        data = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        if not line.endswith(b"\n"):
            return Problem("the line is cut off", where, "an association and a line break"), None
        return Problem(f"the line is not JSON: {error}", where, "an association"), None
    if not has_checksums or not isinstance(data, dict):
        return _record(data, where), None
    changed = checksum_problem(data, data.pop(CHECKSUM, None), where)
    stated = data.pop(COUNT, None)
    if changed is None and stated == 0 and not data:
        return None, 0
    return _verified(_record(data, where), changed), stated


def _read_rows(file: Path) -> Iterator[Record | Problem]:
    # Damage to the pages of the file is found by their own checksums, before they are unpacked.
    with pq.ParquetFile(file, page_checksum_verification=True) as table:
        columns = _text_columns(table.schema_arrow)
        first = 1
        for number in range(table.num_row_groups):
            length = table.metadata.row_group(number).num_rows
            yield from _read_group(file, table, number, columns, first)
            first += length
        if first - 1 != table.metadata.num_rows:
            what = f"there are {first - 1} rows"
            yield Problem(what, Location(file=str(file)), f"{table.metadata.num_rows}")


def _text_columns(schema: pa.Schema) -> list[str]:
    """Return the columns of a container; raise an error if the table is not a container."""
    names = [*_COLUMNS, *(name for name in (CHECKSUM,) if name in schema.names)]
    for name in names:
        if schema.get_field_index(name) < 0:
            raise pa.ArrowInvalid("there are no columns file_name and association")
        kind = schema.field(name).type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            raise pa.ArrowInvalid(f"the column {name} is of type {kind}; expected text")
    return names


def _read_group(
    file: Path, table: pq.ParquetFile, number: int, columns: list[str], first: int
) -> Iterator[Record | Problem]:
    """Read a row group, whose first row has the number `first` in the file."""
    row, end = first, first + table.metadata.row_group(number).num_rows
    try:
        for batch in table.iter_batches(row_groups=[number], columns=columns):
            # As bytes, because cells of other programs need not be UTF-8.
            cells = [batch[name].cast(pa.binary()).to_pylist() for name in columns]
            for name, association, *checksum in zip(*cells, strict=True):
                yield _row_record(name, association, checksum, Location(file=str(file), row=row))
                row += 1
    except (OSError, pa.ArrowException, ValueError) as error:
        what = f"rows {row} to {end - 1} cannot be read: {_reason(error)}"
        yield Problem(what, Location(file=str(file), row=row))
    else:
        if row != end:
            what = f"rows {first} to {end - 1} are {row - first}"
            yield Problem(what, Location(file=str(file), row=first), f"{end - first}")


def _row_record(
    name: bytes | None, association: bytes | None, checksum: list[bytes | None], where: Location
) -> Record | Problem:
    """Make a record of a row; `checksum` is empty in a table without checksums."""
    data = {"file_name": _text(name)} | _object(association)
    if not checksum:
        return _record(data, where)
    changed = checksum_problem(data, _text(checksum[0]), where)
    return _verified(_record(data, where), changed)


def _verified(record: Record | Problem, changed: Problem | None) -> Record | Problem:
    """Return a record whose checksum was looked at, or what is wrong with it."""
    return record if isinstance(record, Problem) else changed or replace(record, is_verified=True)


def _text(cell: bytes | None) -> str | None:
    return None if cell is None else cell.decode(errors="replace")


def _object(text: bytes | None) -> dict[str, Any]:
    """Parse a JSON object; an empty one if the text is anything else."""
    try:
        data = orjson.loads(text or b"")
    except orjson.JSONDecodeError:
        data = None
    return data if isinstance(data, dict) else {}


def _record(data: object, where: Location) -> Record | Problem:
    """Make a record of an object, or say why it is not an association."""
    name = data.pop("file_name", None) if isinstance(data, dict) else None
    if not isinstance(name, str) or not isinstance(data, dict):
        return Problem("there is no file_name", where, "an association with the name of its file")
    try:
        default_profile().names.parse_file_name(name)
    except NamingError as error:
        # Another mission has another prefix, which the container does not hold.
        is_known = name.startswith(default_profile().names.prefix)
        if is_known or beginning_of_file_name(name) is None:
            return Problem(error.problems[0].what, where, error.problems[0].expected)
    if not data:
        return Problem("there is no association", where, "an object under its file name")
    try:
        return Record(name, formatted(data))
    except orjson.JSONEncodeError:
        return Problem("the association is nested too deeply to be written", where)


def is_container(path: str | PathLike[str] | Url) -> bool:
    """Tell whether a file is a container, by its suffix.

    Parameters
    ----------
    path : path-like or Url
        The file.

    Returns
    -------
    bool
    """
    return Path(path_or_url(path).name).suffix.lower().removeprefix(".") in FORMATS


def container_paths(directory: Path) -> list[Path]:
    """Find the containers in a directory and those inside it.

    Parameters
    ----------
    directory : Path
        The directory.

    Returns
    -------
    list of Path
        Sorted.
    """
    return sorted(filter(is_container, directory.rglob("*.*")))


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
    return sorted([*json_files, *container_paths(directory)])


def _has_products(path: Path) -> bool:
    try:
        data = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return False
    return isinstance(data, dict) and "products" in data


def validate_container(
    path: str | PathLike[str], profile: Profile | None = None
) -> Iterator[tuple[str, tuple[Fault, ...]]]:
    """Check every association of a container; see `asnsolve.associations.validation.validate_file`.

    Parameters
    ----------
    path : path-like
        The container.
    profile : Profile, optional
        The mission; by default `default_profile`.

    Yields
    ------
    name : str
        Path of the association, as if the container were a directory; the path of the container
        for lines or rows that are not associations, have changed or cannot be read.
    faults : tuple of Fault
        What is wrong with the association, if anything.
    """
    try:
        for record in read_container(path):
            if isinstance(record, Problem):
                yield str(path), (Fault("error", "record", record),)
            else:
                name = f"{path}/{record.file_name}"
                yield name, validate_data(orjson.loads(record.content), name, profile=profile)
    except AssociationError as error:
        yield str(path), tuple(Fault("error", "file", problem) for problem in error.problems)
