"""Rows as readers return them: columns of text, row numbers in the source, and problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from asnsolve.errors import Problem


@dataclass(frozen=True, slots=True)
class SetAsideRow:
    r"""A row that could not be kept.

    Parameters
    ----------
    row : int
        Line of a text file, or row of a table, counted from 1.
    text : str
        The row as the source has it.
    problem : Problem
        Why it was not kept.

    Examples
    --------
    >>> from pathlib import Path
    >>> from asnsolve import Pool
    >>> lines = ["filename,program,exp_type,asn_candidate", "a,1,mir_image,", "b,1"]
    >>> _ = Path("pool.csv").write_text("\n".join(lines))
    >>> [row] = Pool.read("pool.csv").set_aside
    >>> row.row, row.text
    (3, 'b,1')
    """

    row: int
    text: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class RawColumn:
    """One column as text, before cells are cleaned.

    Parameters
    ----------
    text : pyarrow.ChunkedArray
        Text or dictionary-encoded text, null where the source has no value.
    problems : tuple of Problem
        Cells with a value that a pool cannot hold, which were read as missing.
    corrupt : mapping of int to Problem
        Rows, counted from 1, that cannot be kept because of this column.
    """

    text: pa.ChunkedArray
    problems: tuple[Problem, ...] = ()
    corrupt: Mapping[int, Problem] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as read, before cells are cleaned.

    Parameters
    ----------
    file : str
        Name of the source, for messages.
    names : tuple of str
        Column names, checked and lower-cased.
    columns : tuple of pyarrow.ChunkedArray
        Text or dictionary-encoded text for each name, null where the source has no value.
    rows : ndarray of int64, shape (n,)
        Line or row number of each row in the source, counted from 1, ascending.
    problems : tuple of Problem
        Problems so far.
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
