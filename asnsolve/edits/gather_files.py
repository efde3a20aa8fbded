"""Copy an association and the files of its members into one directory, or link to the files."""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path, PurePath
from typing import Any

from asnsolve.associations.asn_files import formatted
from asnsolve.associations.meaning_checks import known_roles
from asnsolve.associations.read_files import read_data
from asnsolve.atomic import atomic_file
from asnsolve.edits.association_file import write_data
from asnsolve.edits.referred_files import CATALOG_KEY, Reference, references_of
from asnsolve.errors import AssociationError, Location, Problem, UsageError
from asnsolve.naming import quoted
from asnsolve.suggest import did_you_mean


@dataclass(frozen=True, slots=True)
class GatheredFiles:
    """The files that `gather_files` copied, and those it missed.

    Parameters
    ----------
    association : Path
        The copied association.
    copied : tuple of Path
        The copies of the member files, each once, in the order of the association, and then those
        of the files that members refer to.
    missing : tuple of Problem
        Members without a file, which the copied association names as before, and files that members
        refer to and that are not there.
    unknown : tuple of Problem
        Members of which it is not known whether they refer to other files.
    """

    association: Path
    copied: tuple[Path, ...]
    missing: tuple[Problem, ...]
    unknown: tuple[Problem, ...] = ()


def gather_files(
    path: str | PathLike[str],
    directory: str | PathLike[str],
    *,
    origin: str | PathLike[str] | None = None,
    only: Collection[str] = (),
    without: Collection[str] = (),
    link: bool = False,
    replace: bool = False,
) -> GatheredFiles:
    """Copy an association, the files of its members, and the files that these refer to.

    The copied association names the copies, without directory; everything else in it stays as it
    was. Members without a file are reported, and the others are copied all the same. A copy that
    exists already with the same content is kept, so that a gathering can be run again.

    Members refer to the catalogs that ``tweakreg_catalog`` names in the association, and to the
    files of micro-shutters that ``MSAMETFL`` names in their headers.

    Parameters
    ----------
    path : path-like
        The file of the association.
    directory : path-like
        Where to put the copies; made if it does not exist.
    origin : path-like, optional
        Directory that the names of members are relative to; by default that of the association.
    only : collection of str
        Roles of the members to gather; by default all. Other members, and products without members,
        are left out of the copied association.
    without : collection of str
        Roles of members to leave out.
    link : bool
        Whether to make symbolic links to the files instead of copies.
    replace : bool
        Whether files of other content are replaced, for a gathering after the files have changed.

    Returns
    -------
    GatheredFiles
        What was copied.

    Raises
    ------
    AssociationError
        If the file holds no association, no member has one of the roles, or different files would
        get one name in the directory. Nothing is copied.
    UsageError
        If a file cannot be read or written, a role is unknown, or a file of other content is in the
        way.
    """
    source, folder = Path(path), Path(directory)
    chosen = _of_roles(read_data(source), only, without, source)
    home = source.parent if origin is None else Path(origin)
    members = [member for product in chosen["products"] for member in product["members"]]
    names = list(dict.fromkeys(member["expname"] for member in members))
    # A name with an absolute path stays as it is: joining it to a directory gives the path itself.
    file_of_name = {name: home / name for name in names if (home / name).is_file()}
    found = dict.fromkeys(
        reference
        for member in members
        for reference in references_of(member, file_of_name.get(member["expname"]), home)
    )
    references = [entry for entry in found if isinstance(entry, Reference)]
    referred = {entry.name: entry.file for entry in references if entry.file is not None}
    files = {**file_of_name, **referred}
    _refuse_clashes(files)
    targets = {name: PurePath(name).name for name in files}
    edited = rename_members(chosen, targets)
    copies = {folder / targets[name]: file for name, file in files.items()}
    target = folder / source.name
    try:
        _refuse_what_is_in_the_way(copies, edited, target, source, replace=replace)
        _gather(copies, edited, target, link=link)
    except OSError as error:
        failed = Location(file=str(error.filename or folder))
        raise UsageError(Problem(f"cannot be copied: {error.strerror}", failed)) from error
    where = Location(file=str(source))
    missing = [
        Problem(f"there is no file of member {quoted(name)}", where)
        for name in names
        if name not in file_of_name
    ]
    missing += [
        Problem(f"there is no file {quoted(entry.name)}, to which {entry.member} refers", where)
        for entry in references
        if entry.file is None
    ]
    # Members without a file are missing, which says enough.
    unknown = [
        entry for entry in found if isinstance(entry, Problem) and entry.location.file is not None
    ]
    return GatheredFiles(target, tuple(copies), tuple(missing), tuple(unknown))


def _of_roles(
    data: dict[str, Any], only: Collection[str], without: Collection[str], source: Path
) -> dict[str, Any]:
    """Leave out members by their roles, and products that have no members left."""
    roles = known_roles()
    for role in (*only, *without):
        if role not in roles:
            what, expected = f"the role is {quoted(role)}", f"one of {', '.join(roles)}"
            raise UsageError(Problem(what, expected=expected, advice=did_you_mean(role, roles)))
    if not only and not without:
        return data

    def is_wanted(member: Mapping[str, Any]) -> bool:
        role = str(member.get("exptype")).lower()
        return (not only or role in only) and role not in without

    products = [
        {**product, "members": list(filter(is_wanted, product["members"]))}
        for product in data["products"]
    ]
    products = [product for product in products if product["members"]]
    if not products:
        what = "no member has a role that is to be gathered"
        raise AssociationError(Problem(what, Location(file=str(source))))
    return {**data, "products": products}


def rename_members(data: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Give members, and the catalogs that they name, other names, and keep everything else.

    Parameters
    ----------
    data : mapping
        The association, in dicts, lists, texts and numbers; it is not changed.
    names : mapping of str to str
        The new names of files; files without one keep theirs.

    Returns
    -------
    dict
        The association with the new names.
    """
    products = [
        {
            **product,
            "members": [
                {
                    key: names.get(value, value) if key in ("expname", CATALOG_KEY) else value
                    for key, value in member.items()
                }
                for member in product["members"]
            ],
        }
        for product in data["products"]
    ]
    return {**data, "products": products}


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


def _refuse_what_is_in_the_way(
    copies: Mapping[Path, Path],
    data: Mapping[str, Any],
    target: Path,
    source: Path,
    *,
    replace: bool,
) -> None:
    """Refuse to replace files of other content, and never replace the original."""
    in_the_way = [
        copy
        for copy, file in copies.items()
        if not replace and copy.exists() and not filecmp.cmp(file, copy, shallow=False)
    ]
    is_other = target.exists() and target.read_bytes() != formatted(data)
    is_original = is_other and target.samefile(source)
    if target in copies or is_original or (is_other and not replace):
        in_the_way.append(target)
    if in_the_way:
        what = "is in the way, with other content"
        advice = "Gather into another directory." if replace else "Replace it with '--replace'."
        raise UsageError(
            [Problem(what, Location(file=str(path)), advice=advice) for path in in_the_way]
        )


def _gather(
    copies: Mapping[Path, Path], data: Mapping[str, Any], target: Path, *, link: bool
) -> None:
    """Copy files, or link to them, and write the association."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for copy, file in copies.items():
        # A directory may be gathered into itself; a file is then its own copy.
        if copy.absolute() == file.absolute() or (link and _is_linked(copy, file)):
            continue
        if link:
            _link(copy, file)
        elif copy.is_symlink() or not copy.exists() or not filecmp.cmp(file, copy, shallow=False):
            with file.open("rb") as original, atomic_file(copy) as stream:
                shutil.copyfileobj(original, stream)
    write_data(data, target)


def _is_linked(copy: Path, file: Path) -> bool:
    return copy.exists() and copy.samefile(file)


def _link(copy: Path, file: Path) -> None:
    """Put a symbolic link in the place of a copy."""
    copy.unlink(missing_ok=True)
    copy.symlink_to(file.absolute())
