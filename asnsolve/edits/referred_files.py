"""Files that the members of an association refer to, and that the pipeline opens with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from asnsolve.errors import Location, Problem
from asnsolve.input_files import is_file
from asnsolve.pool.columns import NO_FILE
from asnsolve.pool.headers import Header, is_fits, read_header
from asnsolve.shown_values import quoted

CATALOG_KEY: Final = "tweakreg_catalog"
"""Key of a member that names its catalog of sources, as seen from the association."""

_SHUTTERS: Final = "msametfl"
"""Keyword of a member's header that names the file of its micro-shutters, without directory."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A file that a member refers to.

    Parameters
    ----------
    member : str
        Name of the member.
    name : str
        Name of the file, as the member or its header has it.
    file : Path or None
        The file; None if there is none.
    """

    member: str
    name: str
    file: Path | None


def references_of(
    member: Mapping[str, Any], file: Path | None, home: Path
) -> Iterator[Reference | Problem]:
    """Find the files that a member refers to.

    Parameters
    ----------
    member : mapping
        The member, as its association has it.
    file : Path or None
        The file of the member; None if there is none.
    home : Path
        Directory that names in the association are relative to.

    Yields
    ------
    Reference or Problem
        A reference, or why it is not known whether there is one.
    """
    name = member["expname"]
    catalog = member.get(CATALOG_KEY)
    if isinstance(catalog, str) and catalog:
        found = home / catalog
        yield Reference(name, catalog, found if is_file(found) else None)
    # Other members, such as catalogs, refer to nothing.
    if not is_fits(Path(name)):
        return
    header = Problem("there is no file") if file is None else read_header(file, {_SHUTTERS})
    if not isinstance(header, Header):
        what = f"what member {quoted(name)} refers to in its header is not known"
        yield Problem(f"{what}: {header.what}", Location(None if file is None else str(file)))
        return
    shutters = header.values.get(_SHUTTERS, "")
    if file is not None and shutters.lower() not in NO_FILE:
        beside = (folder / shutters for folder in dict.fromkeys((file.parent, home)))
        yield Reference(name, shutters, next(filter(Path.is_file, beside), None))
