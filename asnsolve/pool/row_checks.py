"""Check which rows of a table are exposures: with a file name, no repetition, readable cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from asnsolve.errors import Location, Problem
from asnsolve.pool import candidates
from asnsolve.pool.encode import Column, EncodedColumn, encode_column, merge_values, take_rows
from asnsolve.pool.raw_table import RawTable, SetAsideRow
from asnsolve.profiles import Profile
from asnsolve.shown_values import excerpt


@dataclass(frozen=True, slots=True)
class CheckedRows:
    """The rows of a table that are exposures, and the problems of the others.

    Parameters
    ----------
    columns : dict of str to Column
        The attributes, in the order of the source.
    problems : tuple of Problem
        First those of no row in particular, then by row.
    set_aside : tuple of SetAsideRow
        Rows that were not kept, in row order.
    rows : ndarray of int64, shape (n,)
        Line or row number of each exposure in the source, counted from 1.
    """

    columns: dict[str, Column]
    problems: tuple[Problem, ...]
    set_aside: tuple[SetAsideRow, ...]
    rows: NDArray[np.int64]


def check_rows(raw: RawTable, profile: Profile) -> CheckedRows:
    """Encode the columns of a table and set rows aside that are not exposures.

    A row is set aside if a cell holds a control character, if it has no file name, or if another
    row has the same values in every column, where 1 and 01 are the same program. Rows with one file
    name and different values are kept, with a problem each, because nothing shows which of them is
    wrong. A line break inside a cell is read as a space, and a candidate cell that is not a list of
    pairs names no candidates; each is a problem too.

    Parameters
    ----------
    raw : RawTable
        The table.
    profile : Profile
        The mission whose exposures they are.

    Returns
    -------
    CheckedRows
    """
    encoded = {
        name: encode_column(cells, profile.words.null_words)
        for name, cells in zip(raw.names, raw.columns, strict=True)
    }
    refused = {**_unreadable(raw, encoded), **raw.corrupt}
    files = encoded["filename"].column.codes
    for row in np.flatnonzero(files < 0).tolist():
        what = "the row has no file name"
        refused.setdefault(row, Problem(what, _at(raw, row, "filename")))
    columns = {name: cells.column for name, cells in encoded.items()}
    # Indices of rows that are not refused, ascending.
    good = _others(refused, len(files))
    # A program is its number: rows that write it as 1 and as 01 are of one program. The spelling in
    # a row that is refused must not appear in other rows.
    columns["program"] = merge_values(columns["program"], good, profile.names.program_text)
    refused.update(_repeated(raw, columns, good))
    good = _others(refused, len(files))
    rivals = _rivals(raw, columns, good)
    problems = [
        *raw.problems,
        *rivals,
        *_broken(raw, encoded, good),
        *_bad_candidates(raw, columns, good),
    ]
    aside = sorted([*raw.set_aside, *_set_aside(raw, refused)], key=lambda row: row.row)
    if not len(good):
        problems.insert(0, no_exposures(raw.file))
    problems += [row.problem for row in aside]
    problems.sort(key=lambda problem: problem.location.row or 0)
    if len(good) < len(files):
        columns = {name: take_rows(column, good) for name, column in columns.items()}
    return CheckedRows(columns, tuple(problems), tuple(aside), raw.rows[good])


def no_exposures(file: str) -> Problem:
    """Say that a pool is empty.

    Parameters
    ----------
    file : str
        Name of the pool.

    Returns
    -------
    Problem
    """
    return Problem("the pool holds no exposures", Location(file))


def rivals(raw: RawTable, profile: Profile) -> tuple[Problem, ...]:
    """Report rows that have the file name of another row and other values.

    Parameters
    ----------
    raw : RawTable
        Rows of exposures that all have been checked but for this.
    profile : Profile
        The mission whose exposures they are.

    Returns
    -------
    tuple of Problem
        As `check_rows` reports them of the whole table.
    """
    columns = {
        name: encode_column(cells, profile.words.null_words).column
        for name, cells in zip(raw.names, raw.columns, strict=True)
    }
    rows = np.arange(len(raw.rows))
    columns["program"] = merge_values(columns["program"], rows, profile.names.program_text)
    return tuple(_rivals(raw, columns, rows))


def is_rival(problem: Problem) -> bool:
    """Tell whether a problem is one that `rivals` reports.

    Parameters
    ----------
    problem : Problem
        The problem.

    Returns
    -------
    bool
    """
    return f" {_RIVAL} " in problem.what


_RIVAL: Final = "has the same file name, but differs in"


def _at(raw: RawTable, row: int, column: str | None = None) -> Location:
    """Return where the source has a row."""
    return Location(raw.file, int(raw.rows[row]), column)


def _cell(raw: RawTable, row: int, column: str) -> str:
    """Quote a cell as the source has it."""
    return excerpt(raw.columns[raw.names.index(column)][row].as_py())


def _others(refused: Iterable[int], length: int) -> NDArray[np.int64]:
    """Return the indices of the rows that are not refused."""
    good = np.ones(length, dtype=bool)
    good[list(refused)] = False
    return np.flatnonzero(good)


def _set_aside(raw: RawTable, refused: dict[int, Problem]) -> Iterator[SetAsideRow]:
    """Set rows aside, with their cells as the source has them."""
    if not refused:
        return
    rows = sorted(refused)
    chosen = pa.array(rows, pa.int64())
    cells = [column.take(chosen).cast(pa.string()).to_pylist() for column in raw.columns]
    for row, texts in zip(rows, zip(*cells, strict=True), strict=True):
        text = "|".join(text or "" for text in texts)
        yield SetAsideRow(int(raw.rows[row]), text, refused[row])


def _unreadable(raw: RawTable, encoded: dict[str, EncodedColumn]) -> dict[int, Problem]:
    """Find the rows with a control character in a cell."""
    problems: dict[int, Problem] = {}
    for column, cells in encoded.items():
        for row in cells.unreadable.tolist():
            what = f"the cell {_cell(raw, row, column)} holds a control character"
            problems.setdefault(row, Problem(what, _at(raw, row, column)))
    return problems


def _repeated(
    raw: RawTable, columns: dict[str, Column], good: NDArray[np.int64]
) -> Iterator[tuple[int, Problem]]:
    """Find the rows that have the same values as another row."""
    for row, first, differ in _of_one_name(columns, good):
        if not differ:
            what = f"the row repeats row {raw.rows[first]}"
            yield row, Problem(what, _at(raw, row, "filename"), "one row for each exposure")


def _rivals(
    raw: RawTable, columns: dict[str, Column], good: NDArray[np.int64]
) -> Iterator[Problem]:
    """Report rows that have the file name of another row and other values: both are kept."""
    for row, first, differ in _of_one_name(columns, good):
        names = ", ".join(raw.names[number] for number in differ)
        what = f"row {raw.rows[first]} {_RIVAL} {names}"
        yield Problem(what, _at(raw, row, "filename"), "one row for each exposure")


def _of_one_name(
    columns: dict[str, Column], good: NDArray[np.int64]
) -> Iterator[tuple[int, int, list[int]]]:
    """Compare rows of one file name with each other, each with the one before it when sorted.

    Yields a row, the other row, and the numbers of the columns in which they differ. Among equal
    rows, the other row is always the first one.
    """
    files = columns["filename"].codes
    times = np.bincount(files[good])
    # Only rows whose file name occurs again, k of them. Cells are codes, shape (columns + 1, k),
    # with the file name first; the rows are sorted by them in this order.
    rows = good[times[files[good]] > 1]
    cells = np.stack([files[rows], *(column.codes[rows] for column in columns.values())])
    order = np.lexsort(cells[::-1])
    rows, cells = rows[order], cells[:, order]
    before = 0
    for k in range(1, len(rows)):
        differ = np.flatnonzero(cells[1:, k] != cells[1:, before]).tolist()
        if cells[0, k] == cells[0, before]:
            yield int(rows[k]), int(rows[before]), differ
        if differ:
            before = k


def _broken(
    raw: RawTable, encoded: dict[str, EncodedColumn], good: NDArray[np.int64]
) -> Iterator[Problem]:
    """Report line breaks inside cells."""
    for column, cells in encoded.items():
        # Hardly any column has one, and `isin` would look at all of `good` even then.
        broken = cells.broken[np.isin(cells.broken, good)] if len(cells.broken) else cells.broken
        for row in broken.tolist():
            what = f"the cell {_cell(raw, row, column)} holds a line break, read as a space"
            yield Problem(what, _at(raw, row, column))


def _bad_candidates(
    raw: RawTable, columns: dict[str, Column], good: NDArray[np.int64]
) -> Iterator[Problem]:
    """Report candidate cells that are not lists of pairs."""
    column = columns["asn_candidate"]
    values = column.values.to_pylist()
    # One place for each value, and a last one for cells that are missing, with code -1.
    bad = np.array([*(candidates.parse(value) is None for value in values), False])
    for row in good[bad[column.codes[good]]].tolist():
        what = f"{_cell(raw, row, 'asn_candidate')} names no candidates"
        yield Problem(what, _at(raw, row, "asn_candidate"), candidates.EXPECTED)
