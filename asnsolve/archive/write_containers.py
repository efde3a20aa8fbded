"""Writing the associations of a solution or a container, into a container or as files.

A file appears whole or not at all, and files of other content are replaced only on request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import IO, Final, TypeVar

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from asnsolve.archive.checksums import CHECKSUM, checksums, with_checksums
from asnsolve.archive.containers import Record, read_container
from asnsolve.archive.partition import ASSOCIATION_SCHEMA
from asnsolve.associations.asn_files import formatted
from asnsolve.associations.present_files import has_content, present_names
from asnsolve.associations.shape_checks import shape_faults
from asnsolve.associations.solution import Solution
from asnsolve.associations.writable_names import name_problem
from asnsolve.atomic import draft_file
from asnsolve.errors import (
    AssociationError,
    Location,
    Problem,
    UsageError,
    occupied,
    write_errors,
)
from asnsolve.naming import parse_file_name
from asnsolve.pool.texts import Texts

Content = TypeVar("Content")

_CONTAINER_SCHEMA: Final = ASSOCIATION_SCHEMA.append(pa.field(CHECKSUM, pa.string()))

_GROUP: Final = 2_000
"""Rows of a row group. Damage to a byte costs a whole group."""


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
        Whether to replace a file that has other content.

    Returns
    -------
    int
        Number of associations in the file.

    Raises
    ------
    AssociationError
        If the file cannot be written.
    UsageError
        If the file exists with other content, and `replace` is False.
    """
    with written(Path(path), replace=replace) as stream:
        return _WRITERS[kind](parts, stream)


def container_content(parts: Iterable[pa.Table], kind: str) -> bytes:
    """Make the content of a container.

    Parameters
    ----------
    parts : iterable of pyarrow.Table
        The associations, with the columns of `ASSOCIATION_SCHEMA`.
    kind : str
        One of `asnsolve.archive.FORMATS`.

    Returns
    -------
    bytes
        What `write_container` writes into a file.
    """
    stream = BytesIO()
    _WRITERS[kind](parts, stream)
    return stream.getvalue()


@contextmanager
def written(file: Path, *, replace: bool) -> Iterator[IO[bytes]]:
    """Open a file that appears whole or not at all.

    Parameters
    ----------
    file : Path
        The file, whose directory is made if it does not exist.
    replace : bool
        Whether to replace a file that has other content.

    Yields
    ------
    binary file
        What to write to.

    Raises
    ------
    AssociationError
        If the file cannot be written.
    UsageError
        If the file exists with other content, and `replace` is False.
    """
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
        Whether to replace a file that has other content.

    Returns
    -------
    int
        Number of associations in the file.

    Raises
    ------
    AssociationError
        If the file cannot be written.
    UsageError
        If the file exists with other content, and `replace` is False.
    """
    if kind != "jsonl":
        return write_container(parts_of(solution), path, kind, replace=replace)
    # Lines are made with their file names, which saves copying every line once more.
    with written(Path(path), replace=replace) as stream:
        stream.writelines(with_checksums(lines for _, lines in solution.contained()))
    return len(solution)


def _write_lines(parts: Iterable[pa.Table], stream: IO[bytes]) -> int:
    count = 0

    def lines() -> Iterator[Texts]:
        nonlocal count
        for part in parts:
            for batch in part.to_batches():
                count += len(batch)
                yield _records(batch, "\n")

    stream.writelines(with_checksums(lines()))
    return count


def _records(batch: pa.RecordBatch, ending: str) -> Texts:
    """Write associations with their file names as JSON objects."""
    names, texts = (Texts(column) for column in batch.columns)
    pieces: list[Texts | str] = [
        '{"file_name":"',
        names.json,
        '",',
        texts.without_start(1),
        ending,
    ]
    return Texts.joined(pieces, len(names))


def _write_parquet(parts: Iterable[pa.Table], stream: IO[bytes]) -> int:
    count = 0
    # Names and associations are long and almost all distinct, which makes dictionaries and
    # statistics useless.
    with pq.ParquetWriter(
        stream,
        _CONTAINER_SCHEMA,
        compression="zstd",
        use_dictionary=False,
        write_statistics=False,
        write_page_checksum=True,
    ) as writer:
        for group in _groups(parts):
            writer.write_table(group)
            count += len(group)
    return count


# By format; each returns the number of associations.
_WRITERS: Final[Mapping[str, Callable[[Iterable[pa.Table], IO[bytes]], int]]] = MappingProxyType(
    {"jsonl": _write_lines, "parquet": _write_parquet}
)


def _with_sums(part: pa.Table) -> pa.Table:
    if CHECKSUM in part.column_names:
        return part
    sums = [text for batch in part.to_batches() for text in checksums(_records(batch, ""))]
    return part.append_column(CHECKSUM, pa.array(sums, pa.string()))


def _groups(parts: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Cut associations into row groups of one length, but for the last."""
    waiting = _CONTAINER_SCHEMA.empty_table()
    for part in parts:
        waiting = pa.concat_tables([waiting, _with_sums(part)])
        whole = len(waiting) // _GROUP * _GROUP
        for start in range(0, whole, _GROUP):
            yield waiting[start : start + _GROUP]
        waiting = waiting[whole:]
    if len(waiting):
        yield waiting


def write_files(
    parts: Callable[[], Iterable[pa.Table]],
    directory: str | PathLike[str],
    *,
    replace: bool = False,
    dry_run: bool = False,
) -> tuple[int, list[Problem]]:
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
    count : int
        Number of associations whose files are there now.
    problems : list of Problem
        Associations whose file names no file can have; the others are written.

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


def _name_problem(name: str, association: str | bytes | pa.Scalar) -> Problem | None:
    """Say why a file cannot have a name, and which rule made the association."""
    if name_problem(name) is None:
        return None
    # Parsing the association for its rule is slow, and rarely needed.
    text = association.as_py() if isinstance(association, pa.Scalar) else association
    return name_problem(name, orjson.loads(text).get("asn_rule"))


def _write_new(
    contents: Callable[[], Iterable[tuple[Path, Content]]],
    made: Callable[[Content], bytes],
    *,
    replace: bool,
    dry_run: bool = False,
) -> tuple[int, list[Problem]]:
    """Write files unless they are there already, and nothing if one has other content.

    Returns how many are there, and the problems of names that no file can have.
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
        problem = _name_problem(path.name, content)
        if problem is not None:
            unnamed[path] = problem
        elif is_present(path):
            if has_content(path, made(content)):
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
    return count, list(unnamed.values())


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
        Whether to replace files that have other content.

    Returns
    -------
    count : int
        Number of associations whose files are there now.
    problems : list of Problem
        Lines or rows that are not associations, have changed or are missing, and file names that
        occur again or that no file can have. The first association of a name is written.

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
            elif problem := _unusable(record, str(path)):
                problems.append(problem)
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

    count, unnamed = _write_new(contents, bytes, replace=replace)
    return count, [*problems, *unnamed]


def _unusable(record: Record, file: str) -> Problem | None:
    """Say why the pipelines cannot use a record. One with a checksum is as asnsolve wrote it."""
    if record.is_verified:
        return None
    faults = list(shape_faults(orjson.loads(record.content)))
    if not faults:
        return None
    more = "" if len(faults) == 1 else f", and {len(faults) - 1} more"
    what = f"{record.file_name}: {faults[0].problem.what}{more}"
    advice = "'asnsolve validate' lists all that is wrong."
    return Problem(what, Location(file=file), advice=advice)
