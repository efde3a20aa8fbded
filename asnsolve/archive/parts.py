"""A pool in parts: programs never meet in an association, so each part holds whole programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from asnsolve.errors import Location
from asnsolve.naming import program_text
from asnsolve.pool.encode import encode_column
from asnsolve.pool.from_objects import read_arrow
from asnsolve.pool.parquet import RowGroup, read_group, read_groups, row_groups
from asnsolve.pool.raw_columns import arrow_column
from asnsolve.pool.table import Pool

__all__ = ["Part", "named_programs", "part_size", "parts_of_parquet", "parts_of_pool"]

_ROW: Final = "row of the pool"
_MOST_READ_AGAIN: Final = 2
_PARTS_PER_JOB: Final = 4
_LEAST: Final = 10_000
_MOST: Final = 100_000


class Part(Protocol):
    """Whole programs of a pool; it can be sent to another process.

    Attributes
    ----------
    programs : tuple of str
        Their numbers, as names have them, sorted.
    exposures : int
        How many rows they have.
    """

    @property
    def programs(self) -> tuple[str, ...]:
        """Numbers of the programs."""

    @property
    def exposures(self) -> int:
        """Number of rows."""

    def pool(self) -> Pool:
        """Return the exposures, and the problems that reading them found."""


@dataclass(frozen=True, slots=True)
class PoolPart:
    """Some programs of a pool in memory, whose problems have been told."""

    programs: tuple[str, ...]
    held: Pool

    @property
    def exposures(self) -> int:
        """Number of rows."""
        return len(self.held)

    def pool(self) -> Pool:
        """Return the exposures."""
        return self.held


@dataclass(frozen=True, slots=True)
class ParquetPart:
    """Some programs of Parquet files, read where they are solved.

    Parameters
    ----------
    programs : tuple of str
        Their numbers.
    exposures : int
        How many rows they have.
    source, name : str
        The pool as problems name it, and as associations do.
    groups : tuple of RowGroup
        Row groups in which the programs stand, among others perhaps.
    """

    programs: tuple[str, ...]
    exposures: int
    source: str
    name: str
    groups: tuple[RowGroup, ...] = field(repr=False)

    def pool(self) -> Pool:
        """Read the exposures.

        Raises
        ------
        PoolError
            If a file is damaged, or gone.
        """
        table, rows = read_groups(self.groups)
        if _ROW in table.column_names:
            rows = table[_ROW].to_numpy()
            table = table.drop_columns([_ROW])
        number, programs = _programs_of(table)
        own = np.isin(programs, self.programs)[number]
        if not own.all():
            table, rows = _filtered(table, own), rows[own]
        return Pool.of(read_arrow(table, self.source, rows), self.name)


def named_programs(pool: Pool) -> tuple[NDArray[np.int64], list[str]]:
    """Tell the program of each exposure, in the order in which associations stand.

    Returns
    -------
    numbers : ndarray of int64, shape (number of exposures,)
        Index into `programs`.
    programs : list of str
        Program numbers as names have them, sorted; some may have no exposure.
    """
    return _numbered(pool.codes("program"), pool.values("program"))


def _numbered(
    codes: NDArray[np.int32], values: Sequence[str]
) -> tuple[NDArray[np.int64], list[str]]:
    # Exposures without program have one name for it too, and may share it with a program.
    said = [*map(program_text, values), program_text("0")]
    programs = sorted(set(said))
    place = {text: number for number, text in enumerate(programs)}
    return np.array([place[text] for text in said], dtype=np.int64)[codes], programs


def _programs_of(table: pa.Table) -> tuple[NDArray[np.int64], list[str]]:
    """Tell the program of each row of a table; see `named_programs`."""
    (name,) = [name for name in table.column_names if name.strip().lower() == "program"]
    column = encode_column(arrow_column(table[name], Location(column=name)).text).column
    return _numbered(column.codes, column.values.to_pylist())


def part_size(exposures: int, jobs: int) -> int:
    """Say how many exposures a part has, so that all processes have work and none has too much."""
    return min(max(exposures // (_PARTS_PER_JOB * jobs) + 1, _LEAST), _MOST)


def parts_of_pool(pool: Pool, most: int) -> list[Part]:
    """Cut a pool into parts.

    Parameters
    ----------
    pool : Pool
        Any pool; where its rows stand makes no difference.
    most : int
        Exposures that a part has at most, unless one program has more.

    Returns
    -------
    list of Part
        In the order in which the associations of their programs stand in a solution.
    """
    numbers, programs = named_programs(pool)
    part_of, names = _cut(np.bincount(numbers, minlength=len(programs)), programs, most)
    rows = part_of[numbers]
    order = np.argsort(rows, kind="stable")
    ends = np.cumsum(np.bincount(rows, minlength=len(names))).tolist()
    return [
        PoolPart(own, pool.take(order[start:end]))
        for own, start, end in zip(names, [0, *ends], ends, strict=False)
    ]


@contextmanager
def parts_of_parquet(path: Path, name: str, most: int) -> Iterator[list[Part]]:
    """Cut a Parquet file, or a directory of them, into parts that are read one by one.

    Of the whole pool only the column of programs is ever in memory. Where the rows of programs are
    scattered over the row groups, they are first copied, part by part, into temporary files.

    Parameters
    ----------
    path : Path
        The file or the directory.
    name : str
        Name of the pool, as associations have it.
    most : int
        Rows that a part has at most, unless one program has more.

    Yields
    ------
    list of Part
        As `parts_of_pool` gives them; what they are read from is there until the block ends.

    Raises
    ------
    PoolError
        If a file is damaged, or is no pool.
    """
    groups = row_groups(path)
    found = [_programs_of(read_group(group, "program")) for group in groups]
    programs = sorted({name for _, names in found for name in names})
    place = {text: number for number, text in enumerate(programs)}
    global_of = [np.array([place[text] for text in names], dtype=np.int64) for _, names in found]
    numbers = [own[number] for (number, _), own in zip(found, global_of, strict=True)]
    sizes = sum(
        (np.bincount(number, minlength=len(programs)) for number in numbers),
        np.zeros(len(programs), dtype=np.int64),
    )
    part_of, names = _cut(sizes, programs, most)
    parts = [part_of[number] for number in numbers]
    holds = [np.unique(part) for part in parts]
    lengths = np.bincount(part_of, weights=sizes, minlength=len(names)).astype(int).tolist()
    with TemporaryDirectory(prefix="asnsolve-") as folder:
        read = sum(group.length * len(has) for group, has in zip(groups, holds, strict=True))
        if read > _MOST_READ_AGAIN * sizes.sum():
            own = _sorted_out(groups, parts, len(names), Path(folder))
        else:
            own = [
                tuple(group for group, has in zip(groups, holds, strict=True) if part in has)
                for part in range(len(names))
            ]
        yield [
            ParquetPart(programs, length, str(path), name, groups)
            for programs, length, groups in zip(names, lengths, own, strict=True)
        ]


def _cut(
    sizes: NDArray[np.int64], programs: Sequence[str], most: int
) -> tuple[NDArray[np.int64], list[tuple[str, ...]]]:
    """Cut programs, in their order, into parts: the part of each, and the programs of each."""
    there = np.flatnonzero(sizes)
    part_of = np.zeros(len(programs), dtype=np.int64)
    part = size = 0
    for program in there.tolist():
        if size and size + sizes[program] > most:
            part, size = part + 1, 0
        part_of[program], size = part, size + sizes[program]
    names: list[list[str]] = [[] for _ in range(part + 1 if len(there) else 0)]
    for program in there.tolist():
        names[part_of[program]].append(programs[program])
    return part_of, list(map(tuple, names))


def _filtered(table: pa.Table, wanted: NDArray[np.bool_]) -> pa.Table:
    """Keep some rows, and of dictionaries no values of the others."""
    kept = table.filter(pa.array(wanted))
    for place, column in enumerate(kept.columns):
        if pa.types.is_dictionary(column.type):
            text = column.cast(column.type.value_type)
            kept = kept.set_column(place, kept.column_names[place], text)
    return kept


def _sorted_out(
    groups: Sequence[RowGroup], parts: Sequence[NDArray[np.int64]], count: int, folder: Path
) -> list[tuple[RowGroup, ...]]:
    """Copy the rows of each part into files of its own, one for each row group."""
    copies: list[list[RowGroup]] = [[] for _ in range(count)]
    for at, (group, part) in enumerate(zip(groups, parts, strict=True)):
        rows = np.arange(group.first, group.first + group.length, dtype=np.int64)
        table = read_group(group).append_column(_ROW, pa.array(rows))
        for number in np.unique(part).tolist():
            path = folder / f"{number}_{at}.parquet"
            pq.write_table(_filtered(table, part == number), path)
            copies[number] += row_groups(path)
    return list(map(tuple, copies))
