"""Cut pools into parts of whole programs, since programs never meet in an association."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from asnsolve.errors import Location
from asnsolve.file_systems import Url, path_or_url
from asnsolve.input_files import name_as_text
from asnsolve.name_texts import program_text
from asnsolve.pool.encode import encode_column
from asnsolve.pool.from_objects import read_arrow
from asnsolve.pool.parquet import RowGroup, read_group, read_groups, row_groups
from asnsolve.pool.raw_columns import arrow_column
from asnsolve.pool.table import Pool
from asnsolve.temporary import temporary_folder

ROW: Final = "row_of_pool"
"""Column of the row that each exposure has in the whole pool, counted from 1; no attribute."""

_MOST_READ_AGAIN: Final = 2
_PARTS_PER_JOB: Final = 4
_LEAST: Final = 10_000
_MOST: Final = 100_000


class Part(Protocol):
    """Whole programs of a pool, which can be sent to another process.

    Attributes
    ----------
    programs : tuple of str
        Program numbers as in file names, sorted.
    exposures : int
        Number of rows.
    """

    @property
    def programs(self) -> tuple[str, ...]:
        """Numbers of the programs."""

    @property
    def exposures(self) -> int:
        """Number of rows."""

    def pool(self) -> Pool:
        """Return the exposures, with the problems of reading them.

        Returns
        -------
        Pool
        """


@dataclass(frozen=True, slots=True)
class PoolPart:
    """Some programs of a pool in memory.

    Parameters
    ----------
    programs : tuple of str
        Program numbers as in file names, sorted.
    taken : Pool
        Their exposures, without the problems, which have been reported with the whole pool.
    """

    programs: tuple[str, ...]
    taken: Pool

    @property
    def exposures(self) -> int:
        """Number of rows."""
        return len(self.taken)

    def pool(self) -> Pool:
        """Return the exposures.

        Returns
        -------
        Pool
            Without problems.
        """
        return self.taken


@dataclass(frozen=True, slots=True)
class ParquetPart:
    """Some programs of Parquet files, which are read where the part is solved.

    Parameters
    ----------
    programs : tuple of str
        Program numbers as in file names, sorted.
    exposures : int
        Number of rows.
    source : str
        Path or URL of the pool, whose last part is the name of the pool in associations.
    name : str
        Name of the pool in problems.
    groups : tuple of RowGroup
        Row groups that hold the programs, and possibly others.
    """

    programs: tuple[str, ...]
    exposures: int
    source: str
    name: str
    groups: tuple[RowGroup, ...] = field(repr=False)

    def pool(self) -> Pool:
        """Read the exposures.

        Returns
        -------
        Pool
            With the problems of its rows.

        Raises
        ------
        PoolError
            If a file is damaged, or gone.
        """
        table, rows = read_groups(self.groups)
        # A copy has a column with the rows of the pool, which its own rows are not.
        if ROW in table.column_names:
            rows = table[ROW].to_numpy()
            table = table.drop_columns([ROW])
        number, programs = programs_of_rows(table)
        # Whether each row of the groups is of this part, shape (rows of the groups,).
        is_here = np.isin(programs, self.programs)[number]
        if not is_here.all():
            table, rows = _filtered(table, is_here), rows[is_here]
        raw = read_arrow(table, self.source, rows)
        file_name = name_as_text(Path(path_or_url(self.source).name))
        return Pool.of(raw, self.name, file_name=file_name)


def named_programs(pool: Pool) -> tuple[NDArray[np.int64], list[str]]:
    """Return the program of each exposure, in the order of associations.

    Parameters
    ----------
    pool : Pool
        The exposures.

    Returns
    -------
    numbers : ndarray of int64, shape (n,)
        Program of each exposure, as an index into `programs`.
    programs : list of str
        Program numbers as in file names, sorted; some may have no exposure.
    """
    return _numbered(pool.codes("program"), pool.values("program"))


def _numbered(
    codes: NDArray[np.int32], values: Sequence[str]
) -> tuple[NDArray[np.int64], list[str]]:
    # Values that are written alike are one program. The last name is that of exposures without a
    # program, which have code -1; a program may share it.
    names = [*map(program_text, values), program_text("0")]
    programs = sorted(set(names))
    place = {text: number for number, text in enumerate(programs)}
    return np.array([place[text] for text in names], dtype=np.int64)[codes], programs


def programs_of_rows(table: pa.Table) -> tuple[NDArray[np.int64], list[str]]:
    """Return the program of each row of a table.

    Parameters
    ----------
    table : pyarrow.Table
        Exposures, with a column ``program`` whose name is in any case.

    Returns
    -------
    numbers : ndarray of int64, shape (n,)
        Program of each row, as an index into `programs`.
    programs : list of str
        Program numbers as in file names, sorted; some may have no row.
    """
    (name,) = [name for name in table.column_names if name.strip().lower() == "program"]
    column = encode_column(arrow_column(table[name], Location(column=name)).text).column
    return _numbered(column.codes, column.values.to_pylist())


def part_size(exposures: int, jobs: int) -> int:
    """Choose the size of parts.

    Parameters
    ----------
    exposures : int
        Number of exposures of the pool.
    jobs : int
        Number of processes.

    Returns
    -------
    int
        Number of exposures per part: few enough for every process to have several parts, which
        balances their work, and for a part to fit in memory.
    """
    return min(max(exposures // (_PARTS_PER_JOB * jobs) + 1, _LEAST), _MOST)


def parts_of_pool(pool: Pool, most: int) -> list[Part]:
    """Cut a pool into parts.

    Parameters
    ----------
    pool : Pool
        Any pool; the order of its rows makes no difference.
    most : int
        Largest number of exposures of a part, unless one program has more.

    Returns
    -------
    list of Part
        In the order that the associations of their programs have in a solution.
    """
    numbers, programs = named_programs(pool)
    part_of, names = _cut(np.bincount(numbers, minlength=len(programs)), programs, most)
    rows = part_of[numbers]
    # Exposures part by part, in the order of the pool within each.
    order = np.argsort(rows, kind="stable")
    ends = np.cumsum(np.bincount(rows, minlength=len(names))).tolist()
    return [
        PoolPart(programs_of_part, pool.take(order[start:end]))
        for programs_of_part, start, end in zip(names, [0, *ends], ends, strict=False)
    ]


@contextmanager
def parts_of_parquet(path: Path | Url, name: str, most: int) -> Iterator[list[Part]]:
    """Cut a Parquet file, or a directory of them, into parts that are read one by one.

    Only the column of programs is in memory for the whole pool. If the rows of programs are
    scattered over many row groups, they are first copied into temporary files, part by part.

    Parameters
    ----------
    path : Path or Url
        The file or the directory.
    name : str
        Name of the pool in problems; associations have the name of the file.
    most : int
        Largest number of rows of a part, unless one program has more.

    Yields
    ------
    list of Part
        As `parts_of_pool` returns them. They can be read until the block ends.

    Raises
    ------
    PoolError
        If a file is damaged, or is no pool.
    """
    groups = row_groups(path)
    numbered = [programs_of_rows(read_group(group, "program")) for group in groups]
    programs = sorted({name for _, names in numbered for name in names})
    place = {text: number for number, text in enumerate(programs)}
    # Each group numbers its own programs. From here on, `numbers` and `parts` have an array per
    # group, shape (rows of the group,): the program and the part of each row.
    numbers = [
        np.array([place[text] for text in names], dtype=np.int64)[number]
        for number, names in numbered
    ]
    sizes = sum(
        (np.bincount(number, minlength=len(programs)) for number in numbers),
        np.zeros(len(programs), dtype=np.int64),
    )
    part_of, names = _cut(sizes, programs, most)
    parts = [part_of[number] for number in numbers]
    parts_in_group = [np.unique(part) for part in parts]
    lengths = np.bincount(part_of, weights=sizes, minlength=len(names)).astype(int).tolist()
    with temporary_folder() as folder:
        pairs = list(zip(groups, parts_in_group, strict=True))
        # Rows read if each part reads every group that holds a row of it.
        read = sum(group.length * len(parts_here) for group, parts_here in pairs)
        if read > _MOST_READ_AGAIN * sizes.sum():
            groups_of_part = _copied_by_part(groups, parts, len(names), folder)
        else:
            groups_of_part = [
                tuple(group for group, parts_here in pairs if part in parts_here)
                for part in range(len(names))
            ]
        yield [
            ParquetPart(programs, length, str(path), name, groups)
            for programs, length, groups in zip(names, lengths, groups_of_part, strict=True)
        ]


def _cut(
    sizes: NDArray[np.int64], programs: Sequence[str], most: int
) -> tuple[NDArray[np.int64], list[tuple[str, ...]]]:
    """Cut programs into parts of consecutive programs.

    Parameters
    ----------
    sizes : ndarray of int64, shape (p,)
        Number of rows of each program.
    programs : sequence of str, of length p
        Their names.
    most : int
        Largest number of rows of a part, unless one program has more.

    Returns
    -------
    part_of : ndarray of int64, shape (p,)
        Part of each program; without meaning for one that has no rows.
    names : list of tuple of str
        The programs of each part.
    """
    part_of = np.zeros(len(programs), dtype=np.int64)
    names: list[list[str]] = []
    size = 0
    for program in np.flatnonzero(sizes).tolist():
        if not names or size + sizes[program] > most:
            names.append([])
            size = 0
        names[-1].append(programs[program])
        size += sizes[program]
        part_of[program] = len(names) - 1
    return part_of, list(map(tuple, names))


def _filtered(table: pa.Table, wanted: NDArray[np.bool_]) -> pa.Table:
    """Keep some rows, without the dictionary values of the others."""
    kept = table.filter(pa.array(wanted))
    for place, column in enumerate(kept.columns):
        if pa.types.is_dictionary(column.type):
            text = column.cast(column.type.value_type)
            kept = kept.set_column(place, kept.column_names[place], text)
    return kept


def _copied_by_part(
    groups: Sequence[RowGroup], parts: Sequence[NDArray[np.int64]], count: int, folder: Path
) -> list[tuple[RowGroup, ...]]:
    """Copy the rows of each part into files of its own, one file per row group."""
    copies: list[list[RowGroup]] = [[] for _ in range(count)]
    for at, (group, part) in enumerate(zip(groups, parts, strict=True)):
        rows = np.arange(group.first, group.first + group.length, dtype=np.int64)
        table = read_group(group).append_column(ROW, pa.array(rows))
        for number in np.unique(part).tolist():
            path = folder / f"{number}_{at}.parquet"
            pq.write_table(_filtered(table, part == number), path)
            copies[number] += row_groups(path)
    return list(map(tuple, copies))
