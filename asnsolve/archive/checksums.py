"""Checksums of the records of containers, by which a reader notices what has changed.

The key ``crc32`` of a record is the CRC-32 of the record without that key, as JSON without spaces
in UTF-8, in eight hexadecimal digits. It detects damage, not deliberate changes. In JSON lines, the
last record also says how many there are, under the key ``records``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from zlib import crc32

import numpy as np
import orjson
from numpy.typing import NDArray

from asnsolve.errors import Location, Problem
from asnsolve.pool.texts import Texts

CHECKSUM: Final = "crc32"
"""Key of the checksum of a record, and its column in tables."""

COUNT: Final = "records"
"""Key of the number of records, in the last record of JSON lines."""


_DIGITS: Final = 8
"""Length of a checksum."""

UNCHECKED: Final = f',"{CHECKSUM}":"{"0" * _DIGITS}"}}\n'
"""What lines end with, from their closing bracket on, until they have their checksums."""

_LENGTH: Final = len(UNCHECKED)
_PLACE: Final = _DIGITS + len('"}\n')
"""How far before the end of a line its checksum begins."""

_HEXADECIMAL: Final = np.frombuffer(b"0123456789abcdef", np.uint8)


def with_checksums(parts: Iterable[Texts]) -> Iterator[bytes | bytearray | memoryview]:
    """Make the content of a container of JSON lines.

    Parameters
    ----------
    parts : iterable of Texts
        Consecutive lines, each a JSON object that ends with `UNCHECKED`.

    Yields
    ------
    bytes, bytearray or memoryview
        Consecutive parts of the content. Without records it is one line with their number.
    """
    count = 0
    # The last line needs their number: the last one of a part waits for the next part.
    held: bytes | bytearray = b""
    for part in parts:
        if len(part):
            content = _checked(part)
            start = content.rfind(b"\n", 0, -1) + 1
            yield held
            yield memoryview(content)[:start]
            held = content[start:]
            count += len(part)
    yield with_count(held, count)


def checked_lines(lines: Texts) -> Texts:
    """Fill in the checksums of lines of which none is the last one of a container.

    Parameters
    ----------
    lines : Texts, shape (n,)
        Lines, each a JSON object that ends with `UNCHECKED`.

    Returns
    -------
    Texts, shape (n,)
    """
    return Texts.laid_out(_checked(lines), lines.lengths())


def with_count(line: bytes | bytearray, count: int) -> bytes:
    """Make a record the last one of a container.

    Parameters
    ----------
    line : bytes or bytearray
        The record, with its checksum and a line break; empty if there are no records.
    count : int
        Number of records in the container.

    Returns
    -------
    bytes
        The line that takes its place.
    """
    start = bytes(line[:-_LENGTH]) + b"," if count else b"{"
    last = b'%b"%b":%d' % (start, COUNT.encode(), count)
    return last + b',"%b":"%08x"}\n' % (CHECKSUM.encode(), crc32(last + b"}"))


def taken_apart(names: Texts, lines: Texts) -> tuple[Texts, Texts]:
    """Take lines with checksums apart.

    Parameters
    ----------
    names : Texts, shape (n,)
        File names of the records.
    lines : Texts, shape (n,)
        What `checked_lines` returned for them.

    Returns
    -------
    associations : Texts, shape (n,)
        The records without file name and checksum.
    checksums : Texts, shape (n,)
        Their checksums.
    """
    starts = names.json.lengths() + len('{"file_name":"",')
    pieces: list[memoryview | bytes] = []
    sums: list[memoryview] = []
    for line, start in zip(lines.views(), starts.tolist(), strict=True):
        pieces += (b"{", line[start:-_LENGTH], b"}")
        sums.append(line[-_PLACE : _DIGITS - _PLACE])
    associations = Texts.laid_out(b"".join(pieces), lines.lengths() - starts - _LENGTH + 2)
    return associations, Texts.laid_out(b"".join(sums), np.full(len(sums), _DIGITS))


def _checked(lines: Texts) -> bytearray:
    """Return lines end to end, with their checksums filled in."""
    content = bytearray(lines.content())
    view, ends = memoryview(content), np.cumsum(lines.lengths(), dtype=np.int64)
    starts = np.append(0, ends[:-1])
    # A checksum is that of the line without it, so of what is before it and the closing bracket.
    sums = [
        crc32(b"}", crc32(view[start:end]))
        for start, end in zip(starts.tolist(), (ends - _LENGTH).tolist(), strict=True)
    ]
    places = (ends - _PLACE)[:, np.newaxis] + np.arange(_DIGITS)
    np.frombuffer(content, np.uint8)[places] = _hexadecimal(np.array(sums, dtype=np.uint32))
    return content


def _hexadecimal(numbers: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Return the hexadecimal digits of n numbers as ASCII characters, shape (n, `_DIGITS`)."""
    shifts = np.arange(4 * (_DIGITS - 1), -1, -4, dtype=np.uint32)
    digits: NDArray[np.uint8] = _HEXADECIMAL[numbers[:, np.newaxis] >> shifts & 0xF]
    return digits


def checksums(lines: Texts) -> list[str]:
    """Compute the checksums of records.

    Parameters
    ----------
    lines : Texts, shape (n,)
        The records without checksums, each a JSON object without a line break.

    Returns
    -------
    list of str, of length n
    """
    return [f"{crc32(line):08x}" for line in lines.views()]


def checksum_problem(
    record: Mapping[str, Any], checksum: object, where: Location
) -> Problem | None:
    """Compare a record with its checksum.

    Parameters
    ----------
    record : mapping of str to object
        The record without its checksum.
    checksum : object
        The checksum that came with it; None if there was none.
    where : Location
        Where the record is.

    Returns
    -------
    Problem or None
        A problem if the record is not what was written.
    """
    try:
        found = f"{crc32(orjson.dumps(record)):08x}"
    except orjson.JSONEncodeError:
        # It is nested too deeply to be written, which readers say themselves.
        return None
    if checksum == found:
        return None
    name = record.get("file_name", "the record")
    if checksum is None:
        return Problem(f"{name} has no checksum", where, f"the key {CHECKSUM}, which others have")
    what = f"{name} has changed since it was written: its CRC-32 is {found}"
    return Problem(what, where, str(checksum))
