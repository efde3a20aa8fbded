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

from asnsolve.errors import Location, Problem
from asnsolve.pool.texts import Texts

CHECKSUM: Final = "crc32"
"""Key of the checksum of a record, and its column in tables."""

COUNT: Final = "records"
"""Key of the number of records, in the last record of JSON lines."""


_ENDING: Final = b',"%b":"%08x"}\n'
"""What a line has after its other keys."""

_LENGTH: Final = len(_ENDING % (CHECKSUM.encode(), 0))


def with_checksums(parts: Iterable[Texts]) -> Iterator[bytes | memoryview]:
    """Make the content of a container of JSON lines.

    Parameters
    ----------
    parts : iterable of Texts
        Consecutive records, each a JSON object that ends with a line break.

    Yields
    ------
    bytes or memoryview
        Consecutive parts of the content. Without records it is one line with their number.
    """
    count = 0
    # The last line needs their number: the last one of a part waits for the next part.
    held = b""
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
    """Add checksums to records of JSON lines of which none is the last one of a container.

    Parameters
    ----------
    lines : Texts, shape (n,)
        Records, each a JSON object that ends with a line break.

    Returns
    -------
    Texts, shape (n,)
    """
    return Texts.laid_out(_checked(lines), lines.lengths() + (_LENGTH - len("}\n")))


def with_count(line: bytes, count: int) -> bytes:
    """Make a record the last one of a container.

    Parameters
    ----------
    line : bytes
        The record, with its checksum and a line break; empty if there are no records.
    count : int
        Number of records in the container.

    Returns
    -------
    bytes
        The line that takes its place.
    """
    start = line[:-_LENGTH] + b"," if count else b"{"
    last = b'%b"%b":%d' % (start, COUNT.encode(), count)
    return last + _ending(crc32(last + b"}"))


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
        sums.append(line[-_DIGITS - 3 : -3])
    associations = Texts.laid_out(b"".join(pieces), lines.lengths() - starts - _LENGTH + 2)
    return associations, Texts.laid_out(b"".join(sums), np.full(len(sums), _DIGITS))


_DIGITS: Final = 8
"""Length of a checksum, which stands before ``"}`` and the line break."""


def _checked(lines: Texts) -> bytes:
    pieces: list[memoryview | bytes] = []
    for line in lines.views():
        pieces += (line[:-2], _ending(crc32(line[:-1])))
    return b"".join(pieces)


def _ending(checksum: int) -> bytes:
    return _ENDING % (CHECKSUM.encode(), checksum)


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
