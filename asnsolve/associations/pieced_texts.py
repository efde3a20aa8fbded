"""Texts put together from few distinct pieces, of which each is copied once into its place.

The lines of different rules have different pieces, and the lines of all rules are interleaved. So
the pieces of a part of the lines are laid out in one array, and each line is a sequence of numbers
of pieces::

    pieces   {"file_name":"   jw01_1   jw02_1   ","asn_type":"image2"...   ...
                   0             1        2               3
    codes    0  1  3  9  5  6 | 0  2  4  9  5  6  5  7 | ...
    starts   0                  6                        14

One call then copies the pieces of many lines, in the order of the lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.text_columns import Column, TextColumn
from asnsolve.pool.texts import Texts
from asnsolve.solvers.arrays import Ints


@dataclass(frozen=True)
class PieceRows:
    """Which pieces some of n texts have: r of them, all with the same columns of pieces.

    Parameters
    ----------
    positions : ndarray of int64, shape (r,)
        Which texts they are, ascending.
    pieces : sequence of TextColumn or str
        What each text begins with; columns of shape (r,).
    member_pieces : sequence of TextColumn or str
        What follows for each member of each text; columns of shape (m,).
    member_starts : ndarray of int64, shape (r + 1,)
        Where the members of each text begin in those columns.
    """

    positions: Ints
    pieces: Column
    member_pieces: Column
    member_starts: Ints

    def counts(self) -> Ints:
        """Count the pieces of each text.

        Returns
        -------
        ndarray of int64, shape (r,)
        """
        return len(self.pieces) + len(self.member_pieces) * np.diff(self.member_starts)


@dataclass(frozen=True)
class PiecedTexts:
    """Some texts that are put together from pieces; k of them.

    Parameters
    ----------
    pieces : Texts
        The distinct pieces.
    codes : ndarray of int32, shape (c,)
        The pieces of all texts, one text after the other, as indices into `pieces`.
    starts : ndarray of int64, shape (k + 1,)
        Where each text begins in `codes`, and where the last one ends.
    """

    pieces: Texts
    codes: NDArray[np.int32]
    starts: Ints

    def whole(self) -> Texts:
        """Put all texts together.

        Returns
        -------
        Texts, shape (k,)
        """
        return self.pieces.take(self.codes).runs(self.starts[:-1])

    def batches(self, most: int) -> Iterator[Texts]:
        """Put the texts together, some at a time.

        Parameters
        ----------
        most : int
            Number of pieces at a time, unless a single text has more.

        Yields
        ------
        Texts
            Consecutive texts.
        """
        for part in parts(self.starts, most):
            starts = self.starts[part.start : part.stop + 1]
            codes = self.codes[starts[0] : starts[-1]]
            yield self.pieces.take(codes).runs(starts[:-1] - starts[0])


def parts(starts: Ints, most: int) -> Iterator[slice]:
    """Cut consecutive texts into parts of not too many pieces.

    Parameters
    ----------
    starts : ndarray of int64, shape (n + 1,)
        Number of pieces before each text, and of all texts.
    most : int
        Number of pieces in a part, unless a single text has more.

    Yields
    ------
    slice
        Which texts.
    """
    start, count = 0, len(starts) - 1
    while start < count:
        stop = int(np.searchsorted(starts, starts[start] + most, side="right")) - 1
        stop = max(stop, start + 1)
        yield slice(start, stop)
        start = stop


def pieced_texts(rows_of_rules: Sequence[PieceRows], part: slice, starts: Ints) -> PiecedTexts:
    """Lay out the pieces of a part of n texts.

    Parameters
    ----------
    rows_of_rules : sequence of PieceRows
        The pieces of all n texts: each text is in one of them.
    part : slice
        Which texts are laid out.
    starts : ndarray of int64, shape (n + 1,)
        Number of pieces before each text, and of all texts.

    Returns
    -------
    PiecedTexts, of length (size of the part)
    """
    starts = starts[part.start : part.stop + 1] - starts[part.start]
    codes = np.empty(int(starts[-1]), dtype=np.int32)
    layout = _Layout([], 0)
    for rows in rows_of_rules:
        chosen = slice(*np.searchsorted(rows.positions, [part.start, part.stop]).tolist())
        if chosen.stop <= chosen.start:
            continue
        # Where the pieces of each text go, shape (chosen rows,).
        places = starts[rows.positions[chosen] - part.start]
        for number, piece in enumerate(rows.pieces):
            codes[places + number] = layout.codes(piece, chosen)
        width = len(rows.member_pieces)
        if not width:
            continue
        # Where the pieces of each member go, shape (members of the chosen rows,): the members of
        # a text lie end to end, behind its other pieces, `width` pieces each.
        bounds = rows.member_starts[chosen.start : chosen.stop + 1]
        shift = places + len(rows.pieces) - width * (bounds[:-1] - bounds[0])
        places = np.repeat(shift, np.diff(bounds))
        places += np.arange(0, width * len(places), width)
        members = slice(int(bounds[0]), int(bounds[-1]))
        for number, piece in enumerate(rows.member_pieces):
            codes[places + number] = layout.codes(piece, members)
    return PiecedTexts(Texts.end_to_end(layout.arrays), codes, starts)


@dataclass
class _Layout:
    """Arrays of pieces that are laid end to end.

    Parameters
    ----------
    arrays : list of Texts
        The arrays.
    count : int
        Number of pieces in all of them.
    """

    arrays: list[Texts]
    count: int

    def codes(self, piece: TextColumn | str, rows: slice) -> NDArray[np.int32] | int:
        """Add the texts of some rows, and return the code of each, or of all of them."""
        first = self.count
        if isinstance(piece, str):
            self._add(Texts.of([piece]))
            return first
        codes = piece.codes[rows]
        if len(piece.texts) <= len(codes):
            self._add(piece.texts)
            return codes.astype(np.int32) + np.int32(first)
        # Most of the texts are not those of these rows.
        self._add(piece.texts.take(codes))
        return np.arange(first, self.count, dtype=np.int32)

    def _add(self, texts: Texts) -> None:
        self.arrays.append(texts)
        self.count += len(texts)
