"""Columns of a pool as numbers: each distinct cell is read once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from asnsolve.errors import Location, Problem
from asnsolve.phrases import listed
from asnsolve.pool.encode import Column, recoded
from asnsolve.pool.measures import Measure, number_texts
from asnsolve.pool.texts import sorted_codes
from asnsolve.shown_values import shown

_MOST_RULES: Final = 4
"""The largest number of rules that a message names."""

ADD_COLUMN: Final = "Add the column to the pool."
"""What to do if a pool lacks a column."""


def measured(column: Column, measure: Measure) -> tuple[Column, NDArray[np.int64]]:
    """Write the cells of a column as numbers in the unit of its measure.

    Parameters
    ----------
    column : Column
        The attribute.
    measure : Measure
        What it measures.

    Returns
    -------
    column : Column
        Equal numbers have one text. Cells that cannot be read are missing.
    unread : ndarray of int64, shape (u,)
        Codes, of the column as it was, of the values that cannot be read, ascending.
    """
    numbers = measure.numbers(column.listed)
    values, codes = sorted_codes(number_texts(numbers))
    return recoded(column, codes, values), np.flatnonzero(np.isnan(numbers)).astype(np.int64)


def unread_cells(
    column: Column, measure: Measure, unread: NDArray[np.int64], rows: NDArray[np.int64], file: str
) -> Iterator[Problem]:
    """Report cells that are not what their column measures.

    Parameters
    ----------
    column : Column
        The attribute as it was read, of n exposures.
    measure : Measure
        What it measures.
    unread : ndarray of int64, shape (u,)
        Codes of the values that cannot be read.
    rows : ndarray of int64, shape (n,)
        Row of each exposure in the source, counted from 1.
    file : str
        The source.

    Yields
    ------
    Problem
        One for each row.
    """
    if not len(unread):
        return
    for at in np.flatnonzero(np.isin(column.codes, unread)).tolist():
        cell = shown(column.listed[int(column.codes[at])])
        where = Location(file, int(rows[at]), measure.column)
        advice = "The cell counts as not set."
        yield Problem(f"{cell} cannot be read", where, str(measure), advice)


def lacking_column(column: str, rules: Sequence[str], file: str) -> Problem:
    """Report a column that rules compare and that the pool does not have.

    Parameters
    ----------
    column : str
        The column.
    rules : sequence of str
        Names of the rules, at least one.
    file : str
        The source.

    Returns
    -------
    Problem
    """
    shown_rules = rules if len(rules) <= _MOST_RULES else rules[: _MOST_RULES - 1]
    rest = len(rules) - len(shown_rules)
    names = listed([*shown_rules, *([f"{rest} more rules"] if rest else [])])
    compare = "compares" if len(rules) == 1 else "compare"
    what = f"no exposure has this column, which {names} {compare}"
    advice = f"Its values count as not set. {ADD_COLUMN}"
    return Problem(what, Location(file, column=column), advice=advice)
