"""Names that a file can have."""

from __future__ import annotations

import os
import unicodedata
from typing import Final

from asnsolve.errors import Location, Problem

_MOST_BYTES: Final = 255
"""Length of a file name that the file systems in use allow."""

_SHOWN: Final = 80
"""Characters of a name that a message shows."""


def name_problem(name: str, rule: str | None = None) -> Problem | None:
    """Say why a file cannot have a name.

    Parameters
    ----------
    name : str
        The name, which should have no directory.
    rule : str, optional
        Rule of the association that the file is for, for the message.

    Returns
    -------
    Problem or None
        None if the file can have the name.
    """
    shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}..."
    where = Location(file=shown if name and name.isprintable() else repr(shown), rule=rule)
    if name in ("", ".", "..") or "/" in name or "\0" in name:
        return Problem("is not a file name", where, "a name without directory")
    # A printable name, as almost all are, has no control characters.
    if not name.isprintable() and "Cc" in map(unicodedata.category, name):
        return Problem("is not a file name", where, "a name without control characters")
    try:
        length = len(os.fsencode(name))
    except UnicodeEncodeError:
        return Problem("is not a file name", where, "characters that the file system can hold")
    if length > _MOST_BYTES:
        what = f"is not written: the name of the file has {length} bytes"
        advice = "Shorten the program or the id, or write a container."
        return Problem(what, where, f"at most {_MOST_BYTES}", advice)
    return None
