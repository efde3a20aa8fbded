"""Cut files into parts of whole programs, which processes read on their own.

The rows of a part are read where they are if its row groups hold few others. Otherwise processes
first copy them, sorted by program: of Parquet files some columns each, of text some lines each.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate, islice, pairwise
from pathlib import Path
from typing import IO, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from asnsolve.archive.engines import Engine, every_result, in_turn
from asnsolve.archive.part_rows import (
    Copy,
    PartRows,
    RowsInPlace,
    copying,
    program_column,
    program_order,
    programs_of_rows,
    write_copy,
)
from asnsolve.archive.parts import FilePart, Part, cut, part_size
from asnsolve.file_systems import Url, path_or_url
from asnsolve.pool.delimited_text import Header, check_refused, read_lines
from asnsolve.pool.files import stem
from asnsolve.pool.parquet import RowGroup, read_group, row_groups
from asnsolve.pool.raw_table import SetAsideRow
from asnsolve.temporary import temporary_folder

_MOST_READ_AGAIN: Final = 2

_SHARES: Final = 3
"""Shares of the columns for each process: several, because columns differ in size."""

_RANGE: Final = 1 << 24
"""Bytes of text that are read at once."""

_LINE_END: Final = re.compile(rb"\r\n|\r|\n")


@contextmanager
def parts_of_parquet(
    path: Path | Url,
    name: str,
    most: int | None = None,
    *,
    engine: Engine = in_turn,
    jobs: int = 1,
) -> Iterator[list[Part]]:
    """Cut a Parquet file, or a directory of them, into parts that are read one by one.

    Only the order of the rows is in memory for the whole pool, in four bytes per row. If the rows
    of programs are scattered over many row groups, they are first copied into temporary files.

    Parameters
    ----------
    path : Path or Url
        The file or the directory.
    name : str
        Name of the pool in problems; associations have the name of the file.
    most : int, optional
        Largest number of rows of a part, unless one program has more; see `part_size`.
    engine : Engine
        What copies rows.
    jobs : int
        Number of processes that the engine has.

    Yields
    ------
    list of Part
        As `parts_of_pool` returns them. They can be read until the block ends.

    Raises
    ------
    PoolError
        If a file is damaged, or is no pool.
    """
    groups = [*map(_read_programs, row_groups(path))]
    whole, programs_of_part = _cut([one.sizes for one in groups], most)
    # Each part has the columns of all files, so that problems do not depend on how a pool is cut.
    columns = tuple(dict.fromkeys(column for one in groups for column in one.group.names))
    in_place = _rows_in_place(groups, programs_of_part)
    if in_place is not None:
        yield _parts(path, name, whole, programs_of_part, in_place, columns=columns)
        return
    with temporary_folder() as folder:
        copies = _copied(groups, folder, engine, jobs)
        rows = _rows_of_parts(copies, programs_of_part)
        yield _parts(path, name, whole, programs_of_part, rows, columns=columns)


@contextmanager
def parts_of_text(
    path: Path,
    header: Header,
    most: int | None = None,
    *,
    engine: Engine = in_turn,
    at_once: int = _RANGE,
) -> Iterator[tuple[list[Part], list[SetAsideRow]]]:
    """Cut a plain text file into parts.

    Processes read ranges of lines and copy their rows into temporary files, sorted by program.

    Parameters
    ----------
    path : Path
        The file.
    header : Header
        Its header.
    most : int, optional
        Largest number of rows of a part, unless one program has more; see `part_size`.
    engine : Engine
        What reads lines.
    at_once : int
        Bytes of text that are read at once.

    Yields
    ------
    parts : list of Part
        As `parts_of_pool` returns them. They can be read until the block ends.
    set_aside : list of SetAsideRow
        Lines that are no rows.

    Raises
    ------
    PoolError
        If the file cannot be read, or most lines are not rows.
    """
    with temporary_folder() as folder:
        ranges = _ranges(path, header.row, at_once)
        tasks = [
            _ReadLines(str(path), start, stop, header, number, folder / f"{number}.arrow")
            for number, (start, stop) in enumerate(ranges)
        ]
        read = sorted(every_result(engine, _ReadLines.__call__, tasks), key=lambda one: one.number)
        # Number of the line before each range.
        before = list(accumulate((one.lines for one in read), initial=header.row))
        copies = [replace(one.copy, before=line) for one, line in zip(read, before, strict=False)]
        aside = [
            _moved(row, line)
            for one, line in zip(read, before, strict=False)
            for row in one.set_aside
        ]
        check_refused(len(aside), sum(sum(copy.sizes.values()) for copy in copies), str(path))
        whole, programs_of_part = _cut([copy.sizes for copy in copies], most)
        rows = _rows_of_parts(copies, programs_of_part)
        yield _parts(path, stem(path), whole, programs_of_part, rows), aside


def _anywhere(group: RowGroup) -> RowGroup:
    """Name the file of a row group so that it is found from any working directory."""
    file = path_or_url(group.file)
    return group if isinstance(file, Url) else replace(group, file=str(file.absolute()))


def _programs(group: RowGroup) -> pa.Table:
    # If the names of directories say it, the file need not be opened.
    given = [name for name, _ in group.cells if name.strip().lower() == "program"]
    return read_group(group, given or [program_column(group.names)])


def _read_programs(group: RowGroup) -> _SizedGroup:
    numbers, programs = programs_of_rows(_programs(group), group.file)
    order = program_order(numbers)
    narrow = None if order is None else order.astype(np.uint32)
    return _SizedGroup(group, _sizes(numbers, programs), narrow)


def _sizes(numbers: NDArray[np.int64], programs: Sequence[str]) -> dict[str, int]:
    """Count the rows of each program, sorted by program."""
    sizes = np.bincount(numbers, minlength=len(programs)).tolist()
    return {name: size for name, size in zip(programs, sizes, strict=True) if size}


def _cut(
    sizes: Sequence[Mapping[str, int]], most: int | None
) -> tuple[Mapping[str, int], list[tuple[str, ...]]]:
    """Cut programs into parts; `sizes` has the rows of each program in each group or copy.

    Returns the rows of each program in all of them, and the programs of each part.
    """
    whole: Counter[str] = Counter()
    for some in sizes:
        whole.update(some)
    programs = sorted(whole)
    counts = np.array([whole[program] for program in programs], dtype=np.int64)
    return whole, cut(counts, programs, most or part_size(int(counts.sum())))[1]


def _rows_in_place(
    groups: Sequence[_SizedGroup], programs_of_part: Sequence[tuple[str, ...]]
) -> list[list[PartRows]] | None:
    """Return the row groups that each part reads; None if they hold too many rows of others."""
    pairs = [
        (one.group, part)
        for one in groups
        for part, programs in enumerate(programs_of_part)
        if not one.sizes.keys().isdisjoint(programs)
    ]
    # Rows read if each part reads every group that holds a row of it.
    read = sum(group.length for group, _ in pairs)
    if read > _MOST_READ_AGAIN * sum(one.group.length for one in groups):
        return None
    rows: list[list[PartRows]] = [[] for _ in programs_of_part]
    for group, part in pairs:
        rows[part].append(RowsInPlace(_anywhere(group)))
    return rows


def _copied(groups: Sequence[_SizedGroup], folder: Path, engine: Engine, jobs: int) -> list[Copy]:
    """Copy row groups, sorted by program."""
    count = -(-_SHARES * jobs // len(groups))
    tasks: list[list[_CopyColumns]] = []
    for number, one in enumerate(groups):
        order = None
        if one.order is not None:
            order = folder / f"{number}.npy"
            with copying(order):
                np.save(order, one.order)
        tasks.append(
            [
                _CopyColumns(one.group, columns, is_last, order, folder / f"{number}_{place}.arrow")
                for place, (columns, is_last) in enumerate(_shares(one.group, count))
            ]
        )
    every_result(engine, _CopyColumns.__call__, [task for some in tasks for task in some])
    return [
        Copy(tuple(str(task.file) for task in some), one.sizes)
        for one, some in zip(groups, tasks, strict=True)
    ]


def _rows_of_parts(
    copies: Sequence[Copy], programs_of_part: Sequence[tuple[str, ...]]
) -> list[list[PartRows]]:
    """Return the rows of each part in all copies."""
    rows: list[list[PartRows]] = [[] for _ in programs_of_part]
    for copy in copies:
        for own, found in zip(rows, copy.rows_of_parts(programs_of_part), strict=True):
            if found is not None:
                own.append(found)
    return rows


def _parts(
    path: Path | Url,
    name: str,
    whole: Mapping[str, int],
    programs_of_part: Sequence[tuple[str, ...]],
    rows: Sequence[Sequence[PartRows]],
    *,
    columns: tuple[str, ...] = (),
) -> list[Part]:
    """Make parts; `whole` has the rows of each program, and `columns` those of all files."""
    counts = [sum(whole[one] for one in programs) for programs in programs_of_part]
    return [
        FilePart(programs, count, str(path), name, tuple(own), columns)
        for programs, count, own in zip(programs_of_part, counts, rows, strict=True)
    ]


def _shares(group: RowGroup, count: int) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Share out the columns of a group; the last share is to number the rows too."""
    names = group.names
    size = -(-len(names) // count)
    for start in range(0, len(names), size):
        yield names[start : start + size], start + size >= len(names)


@dataclass(frozen=True, slots=True)
class _SizedGroup:
    """A row group whose column of programs has been read.

    `sizes` has the rows of each program, and `order` what `program_order` returns.
    """

    group: RowGroup
    sizes: Mapping[str, int]
    order: NDArray[np.uint32] | None


@dataclass(frozen=True, slots=True)
class _CopyColumns:
    """Copies some columns of a row group; sorts the rows if the file `order` says how."""

    group: RowGroup
    columns: tuple[str, ...]
    with_rows: bool
    order: Path | None
    file: Path

    def __call__(self) -> None:
        first = self.group.first
        rows = np.arange(first, first + self.group.length) if self.with_rows else None
        order = None if self.order is None else np.load(self.order)
        table = read_group(self.group, self.columns, is_compact=True)
        write_copy(table, rows, order, self.file)


@dataclass(frozen=True, slots=True)
class _Lines:
    """What reading a range of lines gives: a copy of the rows, and the lines that are none."""

    number: int
    copy: Copy
    lines: int
    set_aside: tuple[SetAsideRow, ...]


@dataclass(frozen=True, slots=True)
class _ReadLines:
    """Reads the lines between two bytes of a file, and copies their rows, sorted by program."""

    path: str
    start: int
    stop: int
    header: Header
    number: int
    file: Path

    def __call__(self) -> _Lines:
        with Path(self.path).open("rb") as stream:
            stream.seek(self.start)
            content = stream.read(self.stop - self.start)
        raw, lines = read_lines(io.BytesIO(content), self.header, self.path)
        table = pa.table(list(raw.columns), names=list(raw.names))
        numbers, programs = programs_of_rows(table)
        write_copy(table, raw.rows, program_order(numbers), self.file)
        copy = Copy((str(self.file),), _sizes(numbers, programs))
        return _Lines(self.number, copy, lines, raw.set_aside)


def _moved(row: SetAsideRow, before: int) -> SetAsideRow:
    where = replace(row.problem.location, row=row.row + before)
    return replace(row, row=row.row + before, problem=replace(row.problem, location=where))


def _ranges(path: Path, header_row: int, at_once: int) -> list[tuple[int, int]]:
    """Cut the lines after the header into ranges of bytes, each of which ends with a line."""
    with path.open("rb") as stream:
        size = stream.seek(0, io.SEEK_END)
        cuts = [_after_lines(stream, header_row)]
        while cuts[-1] < size:
            stream.seek(min(cuts[-1] + at_once, size))
            # A line that ends with CR alone is no place to cut, and neither is CR LF in between.
            stream.readline()
            cuts.append(stream.tell())
    return list(pairwise(cuts))


def _after_lines(stream: IO[bytes], count: int) -> int:
    """Return the number of bytes of the first lines of a file."""
    length = 1 << 16
    while True:
        stream.seek(0)
        text = stream.read(length)
        ends = [match.end() for match in islice(_LINE_END.finditer(text), count)]
        # The last byte may be the CR of a CR LF.
        if len(text) < length:
            return ends[-1] if len(ends) == count else len(text)
        if len(ends) == count and ends[-1] < len(text):
            return ends[-1]
        length *= 4
