"""Blocks of lines of a text, divided into lines for the bulk reader and lines for a careful look.

A line ends at LF, CR LF or CR, even inside quotes, so that one stray quote never spoils more than
its own line. A line is *plain* when a bulk reader cannot misread it: it has as many cells as the
header, its quotes enclose whole cells, it starts with neither a comment nor a byte order mark, and
it is valid UTF-8. Every other line is *troubled*.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

MAX_LINE: Final = 1 << 20
"""Longest line, in bytes, that can be a row."""

_BLOCK: Final = 1 << 22
_NEWLINE, _QUOTE, _HASH, _SPACE, _TAB = b'\n"# \t'


@dataclass(frozen=True, slots=True)
class Block:
    """Some consecutive lines, divided.

    Parameters
    ----------
    plain : bytes
        The plain lines, with their line ends.
    rows : ndarray of int64, shape (number of plain lines,)
        Line numbers of the plain lines, counted from 1.
    troubled : tuple of (int, bytes)
        Number and content of each other line that is not empty.
    count : int
        Number of all lines, with those that are empty.
    """

    plain: bytes
    rows: NDArray[np.int64]
    troubled: tuple[tuple[int, bytes], ...]
    count: int


def blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Cut a stream into blocks of whole lines.

    Parameters
    ----------
    stream : binary file
        The text.

    Yields
    ------
    bytes
        Whole lines, each with LF as its end; the last one may have none. A line that is far longer
        than `MAX_LINE` is cut, but remains too long to be a row.
    """
    parts: list[bytes] = []
    pending = 0
    while block := stream.read(_BLOCK):
        if b"\r" in block:
            if block.endswith(b"\r"):
                block += stream.read(1)
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        end = block.rfind(b"\n") + 1
        if end:
            # This block may begin with the rest of a line that has been cut.
            start = block.find(b"\n") if pending > MAX_LINE else 0
            yield b"".join([*parts, memoryview(block)[start:end]])
            parts, pending = [], 0
        if pending <= MAX_LINE:
            parts.append(block[end:])
            pending += len(block) - end
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
    # Jump from line end to line end, never so far that a line that is too long could be missed.
    start = 0
    while len(text) - start > MAX_LINE:
        start = text.rfind(b"\n", start, start + MAX_LINE + 1) + 1
        if not start:
            return False
    return True


def divide(text: bytes, first: int, delimiter: bytes, width: int) -> Block:
    """Divide a block into plain and troubled lines.

    Parameters
    ----------
    text : bytes
        At least one line; lines end in LF, which the last one may lack.
    first : int
        Number of the first line.
    delimiter : bytes
        One ASCII character.
    width : int
        Number of cells of the header.

    Returns
    -------
    Block
    """
    # Positions of bytes: line k is flat[starts[k]:ends[k]], and cuts are the delimiters.
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
    # Delimiters in each line, shape (number of lines,).
    counts = np.diff(np.searchsorted(cuts, np.append(starts, len(flat))))
    troubled |= counts != width - 1
    if b"#" in text:
        troubled |= np.isin(flat[starts], (_HASH, _SPACE, _TAB))
    if not text.isascii():
        troubled |= _undecodable(text, flat, starts, ends)
    if codecs.BOM_UTF8 in text:
        troubled |= flat[starts] == codecs.BOM_UTF8[0]
    numbers = np.arange(first, first + len(starts), dtype=np.int64)
    if not troubled.any():
        return Block(text, numbers, (), len(numbers))
    lengths = np.append(starts[1:], len(flat)) - starts
    # Empty lines are not rows, and there may be millions of them.
    closer = np.flatnonzero(troubled & (ends > starts))
    lines = tuple((int(numbers[k]), text[starts[k] : ends[k]]) for k in closer)
    plain = flat[np.repeat(~troubled, lengths)].tobytes()
    return Block(plain, numbers[~troubled], lines, len(numbers))


def _outside_quotes(
    flat: NDArray[np.uint8], starts: NDArray[np.int64], cuts: NDArray[np.int64], delimiter: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Find the delimiters outside quotes, and the lines whose quotes do not enclose whole cells.

    In a good line quotes open and close in turn. A quote opens right after a delimiter, the start
    of the line or, where it is doubled, a quote that closes. It closes right before a delimiter,
    the end of the line or a quote that opens.
    """
    quotes = np.flatnonzero(flat == _QUOTE)
    # Quotes before each line, and then of each quote its line and whether it opens: the first,
    # third, ... quote of a line does.
    earlier = np.searchsorted(quotes, starts)
    line = np.searchsorted(starts, quotes, side="right") - 1
    opens = (np.arange(len(quotes)) - earlier[line]) % 2 == 0
    # The byte before a quote that opens, or after one that closes; padding shifts places by one.
    padded = np.concatenate([[_NEWLINE], flat, [_NEWLINE]])
    neighbour = np.where(opens, padded[quotes], padded[quotes + 2])
    odd = np.diff(np.append(earlier, len(quotes))) % 2 == 1
    odd[line[~np.isin(neighbour, (delimiter, _NEWLINE, _QUOTE))]] = True
    # An even number of quotes between the start of the line and a delimiter: it is outside.
    line = np.searchsorted(starts, cuts, side="right") - 1
    outside = (np.searchsorted(quotes, cuts) - earlier[line]) % 2 == 0
    return cuts[outside], odd


def _undecodable(
    text: bytes, flat: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Find the lines that are not valid UTF-8."""
    undecodable = np.zeros(len(starts), dtype=bool)
    try:
        text.decode()
    except UnicodeDecodeError:
        # Only lines with a byte outside ASCII can be invalid.
        high = np.searchsorted(starts, np.flatnonzero(flat > 127), side="right") - 1
        for k in np.unique(high):
            try:
                text[starts[k] : ends[k]].decode()
            except UnicodeDecodeError:
                undecodable[k] = True
    return undecodable
