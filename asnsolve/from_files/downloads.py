"""The files that associations need of the archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from asnsolve.associations.association import Association
from asnsolve.atomic import draft_file
from asnsolve.errors import Location, UsageError, write_errors
from asnsolve.from_files.inputs import Inputs
from asnsolve.profiles.jwst import FILES

_ADDRESS: Final = "mast:JWST/product/"
"""How the address of a file in the archive begins; its name follows."""

_MADE_AT_LEVEL_2: Final = frozenset(FILES.stages[FILES.stages.index("cal") :])


def files_to_download(associations: Iterable[Association], inputs: Inputs) -> tuple[str, ...]:
    """Find the files that associations need and that are not at hand.

    A member of level 3 that an association of level 2 makes is none of them, nor is a product of a
    direct image. Files that describe micro-shutters are.

    Parameters
    ----------
    associations : iterable of Association
        The associations.
    inputs : Inputs
        The exposures.

    Returns
    -------
    tuple of str
        Address of each file in the archive, ``mast:JWST/product/NAME``, sorted.
    """
    chosen = tuple(associations)
    made = {
        member.exposure
        for association in chosen
        if association.level == 2
        for member in association.members
        if member.exptype == "science" and not member.derived
    }
    names = {
        name
        for association in chosen
        for name in _needed(association, inputs, made if association.level == 3 else set())
    }
    return tuple(f"{_ADDRESS}{name}" for name in sorted(names))


def _needed(association: Association, inputs: Inputs, made: set[str]) -> Iterator[str]:
    """Yield the names of the files that one association needs."""
    for member in association.members:
        if member.derived or member.exposure not in inputs.absent:
            continue
        if member.exposure in made and member.stage in _MADE_AT_LEVEL_2:
            continue
        yield member.expname
        shutters = inputs.rows.get(member.exposure, {}).get("msametfl", "")
        # Level 2 alone opens it.
        if shutters and association.level == 2:
            yield shutters


def write_list(addresses: Iterable[str], path: Path, *, replace: bool = False) -> None:
    """Write the addresses of files, one per line.

    Parameters
    ----------
    addresses : iterable of str
        Addresses in the archive.
    path : Path
        The file.
    replace : bool
        Whether to replace a file with other content.

    Raises
    ------
    UsageError
        If the file cannot be written, or has other content and `replace` is False.
    """
    content = "".join(f"{address}\n" for address in addresses)
    with write_errors(UsageError, Location(str(path))):
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft_file(path, replace=replace) as draft:
            draft.stream.write(content.encode())
