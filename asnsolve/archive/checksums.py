"""Checksums of the records of containers, by which a reader notices what has changed.

The key ``crc32`` of a record is the CRC-32 of the record without that key, as JSON without spaces
in UTF-8, in eight hexadecimal digits. It detects damage, not deliberate changes. In JSON lines, the
last record also says how many there are, under the key ``records``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from zlib import crc32

import orjson

from asnsolve.errors import Location, Problem
from asnsolve.pool.texts import Texts

CHECKSUM: Final = "crc32"
"""Key of the checksum of a record, and its column in tables."""

COUNT: Final = "records"
"""Key of the number of records, in the last record of JSON lines."""


def with_checksums(parts: Iterable[Texts]) -> Iterator[bytes]:
    """Make the content of a container of JSON lines.

    Parameters
    ----------
    parts : iterable of Texts
        Consecutive records, each a JSON object that ends with a line break.

    Yields
    ------
    bytes
        Consecutive parts of the content. Without records it is one line with their number.
    """
    count = 0
    # The last line needs their number: each one is written when the next one is there.
    held: memoryview | bytes = b""
    for part in parts:
        pieces: list[memoryview | bytes] = []
        for line in part.views():
            if count:
                pieces += (held[:-2], _ending(crc32(held[:-1])))
            held = line
            count += 1
        yield b"".join(pieces)
    start = bytes(held[:-2]) + b"," if count else b"{"
    last = b'%b"%b":%d' % (start, COUNT.encode(), count)
    yield last + _ending(crc32(last + b"}"))


def _ending(checksum: int) -> bytes:
    return b',"%b":"%08x"}\n' % (CHECKSUM.encode(), checksum)


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
