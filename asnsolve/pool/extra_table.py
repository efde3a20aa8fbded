"""What no header tells of an exposure, told by a table beside the files."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from os import PathLike
from pathlib import Path

from asnsolve.errors import Location, PoolError, Problem
from asnsolve.naming import exposure_of

__all__ = ["read_extra_table"]

_KEY = "filename"


def read_extra_table(path: str | PathLike[str]) -> Mapping[str, Mapping[str, str]]:
    """Read a table of columns that pools have and headers lack.

    Parameters
    ----------
    path : path-like
        Text, divided at ``|`` or ``,``; its first line names the columns, of which one is
        ``filename``: an exposure, at whatever stage. A cell that is empty says nothing.

    Returns
    -------
    mapping of str to mapping of str to str
        Columns, lower-cased, by the name of the exposure without stage.

    Raises
    ------
    PoolError
        If the table cannot be read, has no column ``filename``, has a line with more cells than
        columns, or names an exposure twice.
    """
    file = str(path)
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as stream:
            head = stream.readline()
            stream.seek(0)
            lines = list(csv.reader(stream, delimiter="|" if "|" in head else ","))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise PoolError(Problem(f"the table cannot be read: {reason}", Location(file))) from error
    names = [name.strip().lower() for name in lines[0]] if lines else []
    if _KEY not in names or len(set(names)) < len(names):
        what = f"the columns are {', '.join(names) or 'none'}"
        expected = f"different names, one of them {_KEY}"
        raise PoolError(Problem(what, Location(file, 1), expected))
    found: dict[str, Mapping[str, str]] = {}
    for number, line in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in line):
            continue
        cells = dict(zip(names, map(str.strip, line), strict=False))
        name = exposure_of(cells.pop(_KEY))
        where = Location(file, number)
        if len(line) > len(names):
            raise PoolError(Problem(f"{len(line)} cells", where, f"{len(names)} at most"))
        if name in found or not name:
            what = f"{name} is named twice" if name else "the exposure is not named"
            raise PoolError(Problem(what, where, "each exposure once"))
        found[name] = {column: cell for column, cell in cells.items() if cell}
    return found
