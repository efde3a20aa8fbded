"""An association and the files of its members, copied into one directory."""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path, PurePath
from typing import Any

from asnsolve.associations.asn_files import formatted
from asnsolve.atomic import atomic_file
from asnsolve.edits.association_file import read_data, write_data
from asnsolve.errors import AssociationError, Location, Problem, UsageError
from asnsolve.naming import quoted

__all__ = ["Gathered", "gather_files", "rename_members"]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What `gather_files` did.

    Parameters
    ----------
    association : Path
        The copied association.
    copied : tuple of Path
        The copied member files, each once, in the order of the association.
    missing : tuple of Problem
        Members that have no file; the copied association names them as before.
    """

    association: Path
    copied: tuple[Path, ...]
    missing: tuple[Problem, ...]


def gather_files(
    path: str | PathLike[str],
    directory: str | PathLike[str],
    *,
    origin: str | PathLike[str] | None = None,
) -> Gathered:
    """Copy an association and the files of its members.

    The copied association names the copies, without directory; all else in it stays as it was.
    Members without a file are reported, and the others copied all the same. A file that is there
    already with the same content is left, so that a gathering can be run again.

    Parameters
    ----------
    path : path-like
        The file of the association.
    directory : path-like
        Where the copies go; made if it does not exist.
    origin : path-like, optional
        Directory that members are found relative to; that of the association if not given.

    Raises
    ------
    AssociationError
        Before anything is copied: if the file holds no association, or different files of one
        name would meet in the directory.
    UsageError
        If a file cannot be read or written, or a file of other content is in the way.
    """
    source, folder = Path(path), Path(directory)
    data = read_data(source)
    home = source.parent if origin is None else Path(origin)
    names = dict.fromkeys(_expnames(data))
    found = {name: home / name for name in names if (home / name).is_file()}
    targets = {name: PurePath(name).name for name in found}
    edited = rename_members(data, targets)
    _refuse_clashes(found)
    copies = {folder / targets[name]: file for name, file in found.items()}
    try:
        copied = _copy(copies, edited, folder / source.name)
    except OSError as error:
        where = Location(file=str(error.filename or folder))
        raise UsageError(Problem(f"cannot be copied: {error.strerror}", where)) from error
    where = Location(file=str(source))
    missing = tuple(
        Problem(f"there is no file of member {quoted(name)}", where)
        for name in names
        if name not in found
    )
    return Gathered(folder / source.name, copied, missing)


def rename_members(data: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Give members other names, and keep all else.

    Parameters
    ----------
    data : mapping
        The association, in dicts, lists, texts and numbers; it is left as it is.
    names : mapping of str to str
        The new name of each member that gets one.
    """
    products = [
        {
            **product,
            "members": [
                {**member, "expname": names.get(member["expname"], member["expname"])}
                for member in product["members"]
            ],
        }
        for product in data["products"]
    ]
    return {**data, "products": products}


def _expnames(data: Mapping[str, Any]) -> Iterable[str]:
    for product in data["products"]:
        for member in product["members"]:
            yield member["expname"]


def _refuse_clashes(found: Mapping[str, Path]) -> None:
    """Refuse different files of one name: one copy would stand for both."""
    first: dict[str, str] = {}
    problems = []
    for name, file in found.items():
        other = first.setdefault(file.name, name)
        if found[other].resolve() != file.resolve():
            what = f"{quoted(other)} and {quoted(name)} would be one file"
            advice = "Rename one of the files, or remove that member with 'asnsolve edit'."
            problems.append(Problem(what, expected="members of different names", advice=advice))
    if problems:
        raise AssociationError(problems)


def _copy(copies: Mapping[Path, Path], data: Mapping[str, Any], target: Path) -> tuple[Path, ...]:
    """Copy files and write the association, after looking whether anything is in the way."""
    in_the_way = [
        copy
        for copy, file in copies.items()
        if copy.exists() and not filecmp.cmp(file, copy, shallow=False)
    ]
    if target in copies or (target.exists() and target.read_bytes() != formatted(data)):
        in_the_way.append(target)
    if in_the_way:
        what = "is in the way, with other content"
        raise UsageError([Problem(what, Location(file=str(path))) for path in in_the_way])
    target.parent.mkdir(parents=True, exist_ok=True)
    for copy, file in copies.items():
        if not copy.exists():
            with file.open("rb") as original, atomic_file(copy) as stream:
                shutil.copyfileobj(original, stream)
    write_data(data, target)
    return tuple(copies)
