"""A table with columns that pools have and headers lack."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from os import PathLike
from pathlib import Path

from asnsolve.errors import Location, PoolError, Problem
from asnsolve.input_files import read_content
from asnsolve.profiles import Profile, profile_or_default

_KEY = "filename"


def read_extra_table(
    path: str | PathLike[str], profile: Profile | None = None
) -> Mapping[str, Mapping[str, str]]:
    """Read a table that supplements headers.

    Parameters
    ----------
    path : path-like
        Text with cells separated by ``|`` or ``,``. The first line has the names of the columns,
        one of which is ``filename``: a file of the exposure, at any stage. Empty cells are ignored.
    profile : Profile, optional
        The mission; by default `default_profile`.

    Returns
    -------
    mapping of str to mapping of str to str
        By the name of the exposure without stage, its cells by lower-cased column.

    Raises
    ------
    PoolError
        If the table cannot be read, has no column ``filename``, has a line with more cells than
        columns, or names an exposure twice.
    """
    file, files = str(path), profile_or_default(profile).files
    try:
        text = read_content(Path(path)).decode("utf-8-sig")
        head = text.partition("\n")[0]
        reader = csv.reader(io.StringIO(text, newline=""), delimiter="|" if "|" in head else ",")
        lines = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise PoolError(Problem(f"the table cannot be read: {reason}", Location(file))) from error
    names = [name.strip().lower() for name in lines[0]] if lines else []
    if _KEY not in names or len(set(names)) < len(names):
        what = f"the columns are {', '.join(names) or 'none'}"
        expected = f"different names, one of them {_KEY}"
        raise PoolError(Problem(what, Location(file, 1), expected))
    cells_of: dict[str, Mapping[str, str]] = {}
    for number, line in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in line):
            continue
        cells = dict(zip(names, map(str.strip, line), strict=False))
        name = files.exposure_of(cells.pop(_KEY))
        where = Location(file, number)
        if len(line) > len(names):
            raise PoolError(Problem(f"{len(line)} cells", where, f"{len(names)} at most"))
        if name in cells_of or not name:
            what = f"{name} is named twice" if name else "the exposure is not named"
            raise PoolError(Problem(what, where, "each exposure once"))
        cells_of[name] = {column: cell for column, cell in cells.items() if cell}
    return cells_of
