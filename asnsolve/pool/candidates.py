"""Candidate lists: ``[('o001', 'observation'), ('c1000', 'mosaic')]``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from asnsolve.errors import Problem, UsageError
from asnsolve.pool.encode import Column, encode_column
from asnsolve.profiles import Names

EXPECTED: Final = "a list of pairs such as [('o001', 'observation')]"

_TEXT: Final = r"""(?:'[^'\\]*+'|"[^"\\]*+")"""
_BLANK: Final = r"\s*+"
_END: Final = rf"{_BLANK}(?:,{_BLANK})?+[)\]]"
_PAIR: Final = rf"[(\[]{_BLANK}({_TEXT}){_BLANK},{_BLANK}({_TEXT}){_END}"
_ANY_PAIR: Final = _PAIR.replace(f"({_TEXT})", _TEXT)
_MORE: Final = rf"(?:{_BLANK},{_BLANK}{_ANY_PAIR})*+"
_LIST: Final = rf"[(\[]{_BLANK}(?:{_ANY_PAIR}{_MORE}{_END}|[)\]])"
_CELL: Final = re.compile(f"{_ANY_PAIR}|{_LIST}")
_EACH: Final = re.compile(_PAIR)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Which exposures name which candidates.

    Parameters
    ----------
    rows : ndarray of int64, shape (p,), read-only
        The exposure of each pair of an exposure and a candidate, ascending.
    pairs : ndarray of int32, shape (p,), read-only
        The candidate of each pair, as an index into `table`, ascending within one exposure.
    table : tuple of (str, str)
        The candidates ``(id, type)``, sorted; each of them is named by an exposure.

    Examples
    --------
    >>> from asnsolve import Pool, demo_pool
    >>> pool = Pool.read(demo_pool())
    >>> pool.candidates.table[:3]
    (('c1000', 'coronagraphy'), ('c1000', 'mosaic'), ('c1001', 'ami'))
    """

    rows: NDArray[np.int64]
    pairs: NDArray[np.int32]
    table: tuple[tuple[str, str], ...]


def parse(cell: str) -> tuple[tuple[str, str], ...] | None:
    """Read one candidate cell.

    Parameters
    ----------
    cell : str
        A list of pairs such as ``[('o001', 'observation')]``, or a single pair.

    Returns
    -------
    tuple of (str, str), or None
        The candidates ``(id, type)``, sorted, each once; None if the cell is not a list of pairs.
    """
    if _CELL.fullmatch(cell) is None:
        return None
    pairs = {(i[1:-1].strip(), t[1:-1].strip()) for i, t in _EACH.findall(cell)}
    return None if any("" in pair for pair in pairs) else tuple(sorted(pairs))


def cell(pairs: Iterable[tuple[str, str]]) -> str:
    """Write a candidate cell, so that `parse` reads it back.

    Parameters
    ----------
    pairs : iterable of (str, str)
        The candidates ``(id, type)``, in any order.

    Returns
    -------
    str
        The list of the candidates, sorted, each once.
    """
    return str(sorted(set(pairs)))


def checked(asn_id: str, asn_type: str, names: Names) -> tuple[str, str]:
    """Check a candidate that a user names.

    Parameters
    ----------
    asn_id : str
        Its id, such as ``c1000``.
    asn_type : str
        Its type, such as ``background``.
    names : Names
        How the mission names products and associations.

    Returns
    -------
    (str, str)
        Id and type in lower case.

    Raises
    ------
    UsageError
        If the id is not a letter followed by digits, or the type is not a word.
    """
    pair = str(asn_id).strip().lower(), str(asn_type).strip().lower()
    if not names.is_asn_id(pair[0]):
        what = f"{asn_id!r} is not an id of a candidate"
        raise UsageError(Problem(what, expected="a letter and digits, such as c1000"))
    if re.fullmatch(r"\w+", pair[1]) is None:
        what = f"{asn_type!r} is not a type of a candidate"
        raise UsageError(Problem(what, expected="a word, such as background or mosaic"))
    return pair


def explode(codes: NDArray[np.int32], values: Sequence[str]) -> Candidates:
    """Pair exposures with the candidates that their cells name.

    Parameters
    ----------
    codes : ndarray of int32, shape (n,)
        Cell of each exposure, as an index into `values`; -1 where it is missing.
    values : sequence of str
        The distinct cells. Those that are not a list of pairs name no candidate.

    Returns
    -------
    Candidates
    """
    lists = [parse(value) or () for value in values]
    table = tuple(sorted({pair for pairs in lists for pair in pairs}))
    index = {pair: number for number, pair in enumerate(table)}
    # The candidates of all distinct cells end to end. Those of cell c begin at first[c] and are
    # counts[c]; the last count is that of a missing cell, which has code -1.
    flat = np.array([index[pair] for pairs in lists for pair in pairs], dtype=np.int32)
    counts = np.array([*(len(pairs) for pairs in lists), 0], dtype=np.int64)
    first = np.cumsum(counts) - counts
    sizes = counts[codes]
    # One place for each exposure and candidate, shape (p,); within counts from 0 in each exposure.
    rows = np.repeat(np.arange(len(codes), dtype=np.int64), sizes)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    pairs = flat[np.repeat(first[codes], sizes) + within]
    rows.setflags(write=False)
    pairs.setflags(write=False)
    return Candidates(rows, pairs, table)


def with_candidate(column: Column, asn_id: str, asn_type: str, names: Names) -> Column:
    """Add a candidate to every cell.

    Parameters
    ----------
    column : Column, shape (n,)
        The cells.
    asn_id : str
        Id of the candidate, such as ``c1000``.
    asn_type : str
        Its type, such as ``background``.
    names : Names
        How the mission names products and associations.

    Returns
    -------
    Column, shape (n,)

    Raises
    ------
    UsageError
        If the id is not a letter followed by digits, or the type is not a word.
    """
    added = checked(asn_id, asn_type, names)
    # One cell for each distinct list, and a last one for exposures without candidates (-1).
    cells = [cell((*(parse(text) or ()), added)) for text in column.listed]
    cells.append(cell((added,)))
    codes = np.arange(len(cells), dtype=np.int32)[column.codes]
    raw = pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(cells))
    return encode_column(pa.chunked_array([raw])).column
