"""Copy an association and the files of its members into one directory."""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path, PurePath
from typing import Any

from asnsolve.associations.asn_files import formatted
from asnsolve.associations.read_files import read_data
from asnsolve.atomic import atomic_file
from asnsolve.edits.association_file import write_data
from asnsolve.errors import AssociationError, Location, Problem, UsageError
from asnsolve.naming import quoted


@dataclass(frozen=True, slots=True)
class GatheredFiles:
    """The files that `gather_files` copied, and those it missed.

    Parameters
    ----------
    association : Path
        The copied association.
    copied : tuple of Path
        The copies of the member files, each once, in the order of the association.
    missing : tuple of Problem
        Members without a file; the copied association names them as before.
    """

    association: Path
    copied: tuple[Path, ...]
    missing: tuple[Problem, ...]


def gather_files(
    path: str | PathLike[str],
    directory: str | PathLike[str],
    *,
    origin: str | PathLike[str] | None = None,
) -> GatheredFiles:
    """Copy an association and the files of its members.

    The copied association names the copies, without directory; everything else in it stays as it
    was. Members without a file are reported, and the others are copied all the same. A copy that
    exists already with the same content is kept, so that a gathering can be run again.

    Parameters
    ----------
    path : path-like
        The file of the association.
    directory : path-like
        Where to put the copies; made if it does not exist.
    origin : path-like, optional
        Directory that the names of members are relative to; by default that of the association.

    Returns
    -------
    GatheredFiles
        What was copied.

    Raises
    ------
    AssociationError
        If the file holds no association, or different files would get one name in the directory.
        Nothing is copied.
    UsageError
        If a file cannot be read or written, or a file of other content is in the way.
    """
    source, folder = Path(path), Path(directory)
    data = read_data(source)
    home = source.parent if origin is None else Path(origin)
    names = dict.fromkeys(_expnames(data))
    # A name with an absolute path stays as it is: joining it to a directory gives the path itself.
    file_of_name = {name: home / name for name in names if (home / name).is_file()}
    targets = {name: PurePath(name).name for name in file_of_name}
    edited = rename_members(data, targets)
    _refuse_clashes(file_of_name)
    copies = {folder / targets[name]: file for name, file in file_of_name.items()}
    try:
        copied = _copy(copies, edited, folder / source.name)
    except OSError as error:
        failed = Location(file=str(error.filename or folder))
        raise UsageError(Problem(f"cannot be copied: {error.strerror}", failed)) from error
    missing = tuple(
        Problem(f"there is no file of member {quoted(name)}", Location(file=str(source)))
        for name in names
        if name not in file_of_name
    )
    return GatheredFiles(folder / source.name, copied, missing)


def rename_members(data: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Give members other names, and keep everything else.

    Parameters
    ----------
    data : mapping
        The association, in dicts, lists, texts and numbers; it is not changed.
    names : mapping of str to str
        The new names of members; members without one keep theirs.

    Returns
    -------
    dict
        The association with the new names.
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


def _refuse_clashes(file_of_name: Mapping[str, Path]) -> None:
    """Refuse different files of one name, which would overwrite one another."""
    first: dict[str, str] = {}
    problems = []
    for name, file in file_of_name.items():
        # Two names of one file (as "a" and "./a") do no harm.
        other = first.setdefault(file.name, name)
        if file_of_name[other].resolve() != file.resolve():
            what = f"{quoted(other)} and {quoted(name)} would be one file"
            advice = "Rename one of the files, or remove that member with 'asnsolve edit'."
            problems.append(Problem(what, expected="members of different names", advice=advice))
    if problems:
        raise AssociationError(problems)


def _copy(copies: Mapping[Path, Path], data: Mapping[str, Any], target: Path) -> tuple[Path, ...]:
    """Copy files and write the association, unless something is in the way."""
    # Look at everything before copying anything, so that a refusal leaves no half of a gathering.
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
