"""Make a pool smaller that breaks a law: leave out rows, columns and cells that do not matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from asnsolve.pool.columns import MANDATORY
from asnsolve.pool.table import Pool

Row = dict[str, str | None]
Item = TypeVar("Item")

_KEPT: Final = "filename"
"""A row without it is no exposure."""


def smallest(pool: Pool, breaks: Callable[[Pool], bool]) -> Pool:
    """Leave out of a pool what is not needed to break a law.

    Parameters
    ----------
    pool : Pool
        A pool that breaks the law.
    breaks : callable
        Tells whether a pool breaks it.

    Returns
    -------
    Pool
        It breaks the law too, and no longer does if any row, column or cell is left out.
    """
    # Hypothesis would simplify what was drawn: the rule, the mode of the simulator. A user looks at
    # rows and cells, of which simulated pools have many that nobody drew.
    rows: list[Row] = pool.to_arrow().to_pylist()

    def still(some: Sequence[Row]) -> bool:
        return bool(some) and breaks(Pool(_table(some), name=pool.name, profile=pool.profile))

    size = (-1, -1)
    while size != (now := (len(rows), _count(rows))):
        size = now
        rows = _needed(rows, still)
        rows = _with_columns(rows, still)
        rows = _with_cells(rows, still)
    return Pool(_table(rows), name=pool.name, profile=pool.profile)


def _with_columns(rows: list[Row], still: Callable[[Sequence[Row]], bool]) -> list[Row]:
    """Leave out columns."""

    def of(names: Sequence[str]) -> list[Row]:
        return [{name: row.get(name) for name in (_KEPT, *names)} for row in rows]

    used = {name for row in rows for name, cell in row.items() if cell is not None}
    return of(_needed(sorted(used - {_KEPT}), lambda names: still(of(names))))


def _with_cells(rows: list[Row], still: Callable[[Sequence[Row]], bool]) -> list[Row]:
    """Leave out single cells."""

    def of(places: Sequence[tuple[int, str]]) -> list[Row]:
        wanted = set(places)
        return [
            {
                name: cell if name == _KEPT or (number, name) in wanted else None
                for name, cell in row.items()
            }
            for number, row in enumerate(rows)
        ]

    places = [
        (number, name)
        for number, row in enumerate(rows)
        for name, cell in row.items()
        if name != _KEPT and cell is not None
    ]
    return of(_needed(places, lambda places: still(of(places))))


def _needed(items: Sequence[Item], still: Callable[[list[Item]], bool]) -> list[Item]:
    """Leave out items, many at once where possible, until each that is left is needed."""
    left, size = list(items), max(len(items) // 2, 1)
    while True:
        start, shorter = 0, False
        while start < len(left):
            fewer = left[:start] + left[start + size :]
            if still(fewer):
                left, shorter = fewer, True
            else:
                start += size
        if size == 1 and not shorter:
            return left
        size = max(size // 2, 1)


def _count(rows: Sequence[Row]) -> int:
    return sum(cell is not None for row in rows for cell in row.values())


def _table(rows: Sequence[Row]) -> list[Row]:
    """Return rows with the columns that every pool has."""
    missing: Row = dict.fromkeys(MANDATORY)
    return [{**missing, **row} for row in rows]
