"""Candidate lists: ``[('o001', 'observation'), ('c1000', 'mosaic')]``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["EXPECTED", "Candidates", "explode", "parse"]

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
    """Which exposure names which candidate.

    Parameters
    ----------
    rows : ndarray of int64, shape (number of namings,), read-only
        Exposures, ascending.
    pairs : ndarray of int32, shape (number of namings,), read-only
        Index into `table`, ascending within one exposure.
    table : tuple of (str, str)
        The candidates ``(id, type)``, sorted; each of them is named.
    """

    rows: NDArray[np.int64]
    pairs: NDArray[np.int32]
    table: tuple[tuple[str, str], ...]


def parse(cell: str) -> tuple[tuple[str, str], ...] | None:
    """Read one cell; None if it is not a list of pairs."""
    if _CELL.fullmatch(cell) is None:
        return None
    found = {(i[1:-1].strip(), t[1:-1].strip()) for i, t in _EACH.findall(cell)}
    return None if any("" in pair for pair in found) else tuple(sorted(found))


def explode(codes: NDArray[np.int32], values: Sequence[str]) -> Candidates:
    """Spread candidate cells, one row for each exposure and candidate.

    Cells that are missing or not a list of pairs name no candidate.
    """
    lists = [parse(value) or () for value in values]
    table = tuple(sorted({pair for pairs in lists for pair in pairs}))
    index = {pair: number for number, pair in enumerate(table)}
    flat = np.array([index[pair] for pairs in lists for pair in pairs], dtype=np.int32)
    counts = np.array([*(len(pairs) for pairs in lists), 0], dtype=np.int64)
    first = np.cumsum(counts) - counts
    each = counts[codes]
    rows = np.repeat(np.arange(len(codes), dtype=np.int64), each)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(each) - each, each)
    pairs = flat[np.repeat(first[codes], each) + within]
    rows.setflags(write=False)
    pairs.setflags(write=False)
    return Candidates(rows, pairs, table)
