"""Bytes to lines: which lines of a text can be read in bulk, and which need a careful look.

A line ends at LF, CR LF or CR, whatever quotes stand open, so that one stray quote never costs more
than its own line. A line is *plain* when a bulk reader cannot misread it: it has as many cells as
the header, its quotes enclose whole cells, it starts with no comment or byte order mark, and it is
valid UTF-8. Every other line is *troubled*.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["MAX_LINE", "Block", "blocks", "divide", "is_simple"]

MAX_LINE: Final = 1 << 20
"""Longest line, in bytes, that can be a row."""

_BLOCK: Final = 1 << 22
_NEWLINE, _QUOTE, _HASH, _SPACE, _TAB = b'\n"# \t'


@dataclass(frozen=True, slots=True)
class Block:
    """A run of lines, divided.

    Parameters
    ----------
    plain : bytes
        The plain lines, one after the other.
    rows : ndarray of int64
        Line numbers of the plain lines, counted from 1.
    troubled : tuple of (int, bytes)
        The other lines, with their numbers.
    """

    plain: bytes
    rows: NDArray[np.int64]
    troubled: tuple[tuple[int, bytes], ...]


def blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Cut a stream into runs of whole lines, each line ending in LF except perhaps the last."""
    parts: list[bytes] = []
    while block := stream.read(_BLOCK):
        if b"\r" in block:
            if block.endswith(b"\r"):
                block += stream.read(1)
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        end = block.rfind(b"\n") + 1
        if end:
            yield b"".join([*parts, memoryview(block)[:end]])
            parts = []
        parts.append(block[end:])
    if last := b"".join(parts):
        yield last


def is_simple(text: bytes) -> bool:
    """Tell whether lines can only be troubled by the number of their cells.

    Parameters
    ----------
    text : bytes
        Lines ending in LF; the last one may lack it.

    Returns
    -------
    bool
        Whether the text is ASCII without quotes and ``#``, and no line is longer than `MAX_LINE`.
    """
    if b'"' in text or b"#" in text or not text.isascii():
        return False
    # Jump from line end to line end, each time as far as no line that is too long can hide.
    start = 0
    while len(text) - start > MAX_LINE:
        start = text.rfind(b"\n", start, start + MAX_LINE + 1) + 1
        if not start:
            return False
    return True


def divide(text: bytes, first: int, delimiter: bytes, width: int) -> Block:
    """Divide a run of whole lines into plain and troubled ones.

    Parameters
    ----------
    text : bytes
        Lines ending in LF; the last one may lack it.
    first : int
        Number of the first line.
    delimiter : bytes
        One ASCII character.
    width : int
        Number of cells of the header.
    """
    flat = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(flat == _NEWLINE)
    if not text.endswith(b"\n"):
        ends = np.append(ends, len(flat))
    starts = np.append(0, ends[:-1] + 1)
    troubled = ends - starts > MAX_LINE
    cuts = np.flatnonzero(flat == delimiter[0])
    if b'"' in text:
        cuts, odd = _outside_quotes(flat, starts, cuts, delimiter[0])
        troubled |= odd
    counts = np.diff(np.searchsorted(cuts, np.append(starts, len(flat))))
    troubled |= counts != width - 1
    if b"#" in text:
        troubled |= np.isin(flat[np.minimum(starts, len(flat) - 1)], (_HASH, _SPACE, _TAB))
    if not text.isascii():
        troubled |= _undecodable(text, flat, starts, ends)
    if codecs.BOM_UTF8 in text:
        troubled |= flat[np.minimum(starts, len(flat) - 1)] == codecs.BOM_UTF8[0]
    numbers = np.arange(first, first + len(starts), dtype=np.int64)
    if not troubled.any():
        return Block(text, numbers, ())
    lengths = np.append(starts[1:], len(flat)) - starts
    lines = tuple((int(numbers[k]), text[starts[k] : ends[k]]) for k in np.flatnonzero(troubled))
    return Block(flat[np.repeat(~troubled, lengths)].tobytes(), numbers[~troubled], lines)


def _outside_quotes(
    flat: NDArray[np.uint8], starts: NDArray[np.int64], cuts: NDArray[np.int64], delimiter: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Find the delimiters outside quotes, and the lines whose quotes do not enclose whole cells.

    In a good line the quotes open and close in turn; each opens right after a delimiter, the line
    start or (in a doubled quote) the quote before it, and closes right before their mirror images.
    """
    quotes = np.flatnonzero(flat == _QUOTE)
    earlier = np.searchsorted(quotes, starts)
    line = np.searchsorted(starts, quotes, side="right") - 1
    opens = (np.arange(len(quotes)) - earlier[line]) % 2 == 0
    padded = np.concatenate([[_NEWLINE], flat, [_NEWLINE]])
    neighbour = np.where(opens, padded[quotes], padded[quotes + 2])
    odd = np.diff(np.append(earlier, len(quotes))) % 2 == 1
    odd[line[~np.isin(neighbour, (delimiter, _NEWLINE, _QUOTE))]] = True
    line = np.searchsorted(starts, cuts, side="right") - 1
    outside = (np.searchsorted(quotes, cuts) - earlier[line]) % 2 == 0
    return cuts[outside], odd


def _undecodable(
    text: bytes, flat: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Find the lines that are not valid UTF-8."""
    found = np.zeros(len(starts), dtype=bool)
    try:
        text.decode()
    except UnicodeDecodeError:
        high = np.searchsorted(starts, np.flatnonzero(flat > 127), side="right") - 1
        for k in np.unique(high):
            try:
                text[starts[k] : ends[k]].decode()
            except UnicodeDecodeError:
                found[k] = True
    return found
