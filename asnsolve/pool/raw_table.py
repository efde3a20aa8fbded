"""What every reader hands on: named columns of text, where each row stood, what was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from asnsolve.errors import Problem

__all__ = ["RawColumn", "RawTable", "SetAsideRow", "excerpt"]

_EXCERPT: Final = 120


@dataclass(frozen=True, slots=True)
class SetAsideRow:
    """A row that could not be kept.

    Parameters
    ----------
    row : int
        Line of a text file, or row of a table, counted from 1.
    text : str
        The row as it stood.
    problem : Problem
        Why it was not kept.
    """

    row: int
    text: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class RawColumn:
    """One column as text, before any meaning is given to it.

    Parameters
    ----------
    text : pyarrow.ChunkedArray
        Text or dictionary-encoded text, null where nothing is given.
    problems : tuple of Problem
        Cells that were read as missing though something stood there.
    corrupt : mapping of int to Problem
        Rows, counted from 1, that cannot be kept because of this column.
    """

    text: pa.ChunkedArray
    problems: tuple[Problem, ...] = ()
    corrupt: Mapping[int, Problem] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawTable:
    """Rows as read, before any meaning is given to them.

    Parameters
    ----------
    file : str
        Name of the source, for messages.
    names : tuple of str
        Column names, checked and lower-cased.
    columns : tuple of pyarrow.ChunkedArray
        One a name: text or dictionary-encoded text, null where nothing is given.
    rows : ndarray of int64, shape (number of rows,)
        Line or row number of each row in the source, counted from 1, ascending.
    problems : tuple of Problem
        What reading found so far.
    set_aside : tuple of SetAsideRow
        Rows of the source that are not in `columns`; their problems are not in `problems`.
    corrupt : mapping of int to Problem
        Rows of `columns`, counted from 0, that cannot be kept.
    """

    file: str
    names: tuple[str, ...]
    columns: tuple[pa.ChunkedArray, ...]
    rows: NDArray[np.int64]
    problems: tuple[Problem, ...] = ()
    set_aside: tuple[SetAsideRow, ...] = ()
    corrupt: Mapping[int, Problem] = field(default_factory=dict)


def excerpt(value: object) -> str:
    """Quote a value in a message; of a long one, its beginning and its length."""
    if isinstance(value, str | bytes) and len(value) > _EXCERPT:
        return f"{value[:_EXCERPT]!r}... ({len(value):,} characters)"
    return repr(value)
