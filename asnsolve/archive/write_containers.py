"""Writing the associations of a solution into a container.

A file appears whole or not at all, and files of other content are replaced only on request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from os import SEEK_END, PathLike
from pathlib import Path
from types import MappingProxyType
from typing import IO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from asnsolve.archive.checksums import (
    CHECKSUM,
    UNCHECKED,
    checksums,
    with_checksums,
    with_count,
)
from asnsolve.archive.partition import ASSOCIATION_SCHEMA
from asnsolve.associations.solution import Solution
from asnsolve.atomic import draft_file
from asnsolve.errors import AssociationError, Location, write_errors
from asnsolve.pool.texts import Texts

_CONTAINER_SCHEMA: Final = ASSOCIATION_SCHEMA.append(pa.field(CHECKSUM, pa.string()))

_GROUP: Final = 2_000
"""Rows of a row group. Damage to a byte costs a whole group."""

_TAIL: Final = 1 << 16
"""Bytes that are read at once, from the end of a file on."""


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
        return write_tables(parts, kind, stream)


def write_tables(parts: Iterable[pa.Table], kind: str, stream: IO[bytes]) -> int:
    """Write the content of a container into an open file.

    Parameters
    ----------
    parts : iterable of pyarrow.Table
        The associations, with the columns of `ASSOCIATION_SCHEMA`.
    kind : str
        One of `asnsolve.archive.FORMATS`.
    stream : binary file
        The file.

    Returns
    -------
    int
        Number of associations.
    """
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


def end_lines(stream: IO[bytes], count: int) -> None:
    """Write the number of lines of a container into its last line.

    Parameters
    ----------
    stream : binary file
        A file that has the lines, for reading and writing.
    count : int
        Number of lines.
    """
    start = end = stream.seek(0, SEEK_END)
    last = b""
    # Search backwards for the line break before the last line, or the start of the file.
    while start and b"\n" not in last[:-1]:
        start = max(start - _TAIL, 0)
        stream.seek(start)
        last = stream.read(end - start)
    line = last[last.rfind(b"\n", 0, -1) + 1 :]
    stream.seek(end - len(line))
    stream.write(with_count(line, count))


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
    # Lines are made with their file names and with room for their checksums, which saves copying
    # every line once more.
    with written(Path(path), replace=replace) as stream:
        stream.writelines(with_checksums(solution.contained(UNCHECKED)))
    return len(solution)


def _write_lines(parts: Iterable[pa.Table], stream: IO[bytes]) -> int:
    count = 0

    def lines() -> Iterator[Texts]:
        nonlocal count
        for part in parts:
            for batch in part.to_batches():
                count += len(batch)
                yield _records(batch, UNCHECKED)

    stream.writelines(with_checksums(lines()))
    return count


def _records(batch: pa.RecordBatch, ending: str) -> Texts:
    """Write associations with their file names as JSON objects; `ending` begins with a bracket."""
    names, texts = (Texts(column) for column in batch.columns)
    pieces: list[Texts | str] = [
        '{"file_name":"',
        names.json,
        '",',
        texts.without_start(1).without_end(1),
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
    sums = [text for batch in part.to_batches() for text in checksums(_records(batch, "}"))]
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
