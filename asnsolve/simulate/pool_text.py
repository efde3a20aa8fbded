"""Write pools as text, in the way of the archive."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from os import PathLike
from pathlib import Path

from asnsolve.atomic import atomic_file
from asnsolve.errors import Location, PoolError, Problem


def write_pool(rows: Iterable[Mapping[str, str]], path: str | PathLike[str]) -> None:
    """Write a pool: one header line and one line per row, with cells separated by ``|``.

    The file appears whole or not at all. Rows may come from a generator and are not collected in
    memory.

    Parameters
    ----------
    rows : iterable of mapping of str to str
        At least one row. All have the same columns, and the first one defines their order.
    path : str or path-like
        The file, which is replaced if it exists.

    Raises
    ------
    PoolError
        If there are no rows, or a row has other columns than the first.
    """
    path = Path(path)
    iterator = iter(rows)
    first = next(iterator, None)
    if first is None:
        raise PoolError(Problem("there are no rows to write", Location(file=path.name)))
    with atomic_file(path) as stream, io.TextIOWrapper(stream, "utf-8", newline="") as text:
        writer = csv.writer(text, delimiter="|", lineterminator="\n")
        header = list(first)
        writer.writerow(header)
        writer.writerows(_cells(chain([first], iterator), header, path.name))


# The same columns in another order are accepted, since cells are looked up by name.
def _cells(rows: Iterable[Mapping[str, str]], header: list[str], file: str) -> Iterator[list[str]]:
    columns = set(header)
    for number, row in enumerate(rows, start=1):
        if row.keys() != columns:
            odd = sorted(row.keys() ^ columns)
            raise PoolError(
                Problem(
                    f"the row has other columns than the first row: {', '.join(odd)}",
                    Location(file=file, row=number),
                    expected="the same columns in every row",
                )
            )
        yield [row[column] for column in header]
