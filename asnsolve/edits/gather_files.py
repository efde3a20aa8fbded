"""Copy an association and the files that it needs into one directory, or link to the files."""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path, PurePath
from typing import Any

from asnsolve.associations.asn_files import formatted
from asnsolve.associations.present_files import has_content
from asnsolve.associations.read_files import read_data
from asnsolve.atomic import draft_file
from asnsolve.edits.association_file import write_data
from asnsolve.edits.referred_files import CATALOG_KEY, Reference, references_of
from asnsolve.edits.roles import known_role, role_of_member, roles_in
from asnsolve.errors import AssociationError, Location, Problem, UsageError, occupied
from asnsolve.input_files import exists, is_file
from asnsolve.shown_values import quoted


@dataclass(frozen=True, slots=True)
class GatheredFiles:
    """The files that `gather_files` copied, and those it did not find.

    Parameters
    ----------
    association : Path
        The copied association.
    copied : tuple of Path
        Copies of member files in the order of the association, then copies of the files that
        members refer to. Each file is listed once.
    missing : tuple of Problem
        Member files and files that members refer to that do not exist. The copied association still
        names them as before.
    unknown : tuple of Problem
        Members whose headers cannot be read. They may refer to other files.

    Examples
    --------
    >>> from asnsolve import association_from_list, gather_files
    >>> files = ["a_cal.fits", "b_cal.fits"]
    >>> made = association_from_list(files, product="mosaic", asn_type="image3")
    >>> gathered = gather_files(made.write("."), "run")
    >>> len(gathered.copied), len(gathered.missing)
    (0, 2)
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
    """Copy an association, its member files, and the files that members refer to.

    The copied association names the copies without a directory; everything else in it stays the
    same. Members may refer to source catalogs (``tweakreg_catalog`` in the association) and to
    micro-shutter files (``MSAMETFL`` in the header). Files that do not exist are reported, and the
    others are copied. A copy that already has the same content is left alone.

    Parameters
    ----------
    path : path-like
        The association file.
    directory : path-like
        Where to put the copies. It is created if it does not exist.
    origin : path-like, optional
        Directory that member names are relative to. By default, the directory of `path`.
    only : collection of str
        Roles of the members to gather; by default all. The copied association leaves out other
        members, and products that have no members left.
    without : collection of str
        Roles of members to leave out.
    link : bool
        Whether to make symbolic links to the files instead of copies. A link then replaces a copy
        with the same content, and without `link` a copy replaces a link.
    replace : bool
        Whether to replace files with other content, for example after reprocessing.

    Returns
    -------
    GatheredFiles
        What was copied.

    Raises
    ------
    AssociationError
        If the file holds no association, no member has one of the roles, or different files would
        have the same name in the directory. Nothing is copied.
    UsageError
        If a file cannot be read or written, a role is unknown, or a file with other content exists
        and `replace` is False.

    Examples
    --------
    >>> from pathlib import Path
    >>> from asnsolve import association_from_list, gather_files
    >>> files = ["a_cal.fits", "b_cal.fits"]
    >>> made = association_from_list(files, product="mosaic", asn_type="image3")
    >>> for member in made.members:
    ...     Path(member.expname).touch()
    >>> gathered = gather_files(made.write("."), "run")
    >>> sorted(path.name for path in gathered.copied)
    ['a_cal.fits', 'b_cal.fits']
    """
    source, folder = Path(path), Path(directory)
    chosen = _of_roles(read_data(source), only, without, source)
    needed = _needed_files(chosen, source, source.parent if origin is None else Path(origin))
    _refuse_clashes(needed.files)
    new_names = {name: PurePath(name).name for name in needed.files}
    copies = {folder / new_names[name]: file for name, file in needed.files.items()}
    edited, target = rename_members(chosen, new_names), folder / source.name
    try:
        _refuse_to_overwrite(copies, formatted(edited), target, source, replace=replace)
        folder.mkdir(parents=True, exist_ok=True)
        for copy, file in copies.items():
            _gather(copy, file, link=link)
    except OSError as error:
        failed = Location(file=str(error.filename or folder))
        raise UsageError(Problem(f"cannot be copied: {error.strerror}", failed)) from error
    write_data(edited, target, replace=replace)
    return GatheredFiles(target, tuple(copies), needed.missing, needed.unknown)


def _of_roles(
    data: dict[str, Any], only: Collection[str], without: Collection[str], source: Path
) -> dict[str, Any]:
    """Keep the members with the wanted roles, and the products that have members left."""
    if not only and not without:
        return data
    present = roles_in(data)
    wanted, unwanted = ({known_role(role, present) for role in roles} for roles in (only, without))

    def is_wanted(member: Mapping[str, Any]) -> bool:
        role = role_of_member(member)
        return (not wanted or role in wanted) and role not in unwanted

    products = [
        {**product, "members": list(filter(is_wanted, product["members"]))}
        for product in data["products"]
    ]
    products = [product for product in products if product["members"]]
    if not products:
        what = "no member has one of the roles to gather"
        raise AssociationError(Problem(what, Location(file=str(source))))
    return {**data, "products": products}


@dataclass(frozen=True, slots=True)
class _NeededFiles:
    """The files that an association needs, by the names that it or its members use."""

    files: Mapping[str, Path]
    missing: tuple[Problem, ...]
    unknown: tuple[Problem, ...]


def _needed_files(data: Mapping[str, Any], source: Path, home: Path) -> _NeededFiles:
    """Find the member files and the files that members refer to, relative to a directory."""
    members = [member for product in data["products"] for member in product["members"]]
    names = list(dict.fromkeys(member["expname"] for member in members))
    # Joining an absolute path to a directory gives the path itself.
    member_files = {name: home / name for name in names if is_file(home / name)}
    found = dict.fromkeys(
        reference
        for member in members
        for reference in references_of(member, member_files.get(member["expname"]), home)
    )
    references = [entry for entry in found if isinstance(entry, Reference)]
    where = Location(file=str(source))
    missing = [
        Problem(f"the file of member {quoted(name)} does not exist", where)
        for name in names
        if name not in member_files
    ]
    missing += [
        Problem(f"{entry.member} refers to {quoted(entry.name)}, which does not exist", where)
        for entry in references
        if entry.file is None
    ]
    # Members without a file are reported as missing already.
    unknown = [
        entry for entry in found if isinstance(entry, Problem) and entry.location.file is not None
    ]
    existing = {entry.name: entry.file for entry in references if entry.file is not None}
    return _NeededFiles({**member_files, **existing}, tuple(missing), tuple(unknown))


def rename_members(data: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Rename members and their catalogs, and keep everything else.

    Parameters
    ----------
    data : mapping
        The association as plain JSON data. It is not changed.
    names : mapping of str to str
        New names of files. Files without a new name keep the old one.

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


def _refuse_clashes(files: Mapping[str, Path]) -> None:
    """Refuse different files with the same name, which would overwrite each other."""
    first: dict[str, str] = {}
    problems = []
    for name, file in files.items():
        # Two names for one file (such as "a" and "./a") are fine.
        other = first.setdefault(file.name, name)
        if files[other].resolve() != file.resolve():
            what = f"{quoted(other)} and {quoted(name)} would be copied to the same file"
            advice = "Rename one of the files, or remove that member with 'asnsolve edit'."
            problems.append(Problem(what, advice=advice))
    if problems:
        raise AssociationError(problems)


def _refuse_to_overwrite(
    copies: Mapping[Path, Path], content: bytes, target: Path, source: Path, *, replace: bool
) -> None:
    """Refuse to overwrite the original, or without `replace` any file with other content."""
    elsewhere = "Gather into another directory."
    if target in copies:
        what = "has the same name as a file that the association needs"
        raise UsageError(Problem(what, Location(str(target)), advice=elsewhere))
    is_changed = exists(target) and not has_content(target, content)
    if is_changed and target.samefile(source):
        what = "is the original association, which 'gather' does not change"
        raise UsageError(Problem(what, Location(str(target)), advice=elsewhere))
    if replace:
        return
    changed = [copy for copy, file in copies.items() if exists(copy) and not _is_same(copy, file)]
    if is_changed:
        changed.append(target)
    if changed:
        raise UsageError([occupied(str(path)) for path in changed])


def _is_same(copy: Path, file: Path) -> bool:
    return filecmp.cmp(file, copy, shallow=False)


def _gather(copy: Path, file: Path, *, link: bool) -> None:
    """Copy a file, or link to it, unless that has been done before."""
    # A directory can be gathered into itself; a file is then its own copy.
    if copy.absolute() == file.absolute():
        return
    if link:
        if not (exists(copy) and copy.samefile(file)):
            copy.unlink(missing_ok=True)
            copy.symlink_to(file.absolute())
    # Do not copy large files that are the same already.
    elif copy.is_symlink() or not exists(copy) or not _is_same(copy, file):
        with file.open("rb") as original, draft_file(copy, replace=True) as draft:
            shutil.copyfileobj(original, draft.stream)
