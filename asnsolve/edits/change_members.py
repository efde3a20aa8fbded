"""Add members to an association or remove them; everything else stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path, PurePath
from typing import Any

from asnsolve.associations.read_files import read_data
from asnsolve.associations.validation import known_roles
from asnsolve.edits.association_file import write_data
from asnsolve.errors import AssociationError, Location, Problem, UsageError
from asnsolve.naming import exposure_root, quoted
from asnsolve.suggest import did_you_mean


def edit_file(
    path: str | PathLike[str],
    *,
    add: Sequence[str] = (),
    role: str = "science",
    remove: Sequence[str] = (),
    ignore_suffix: bool = False,
    product: str | None = None,
    out: str | PathLike[str] | None = None,
) -> Path:
    """Edit the file of an association; see `edit_association`.

    Parameters
    ----------
    path : path-like
        The file.
    add : sequence of str
        Files that become the last members.
    role : str
        Role of the added members.
    remove : sequence of str
        Members to remove, before others are added.
    ignore_suffix : bool
        Whether members to remove may differ from their names in stage and extension.
    product : str, optional
        Name of the product; needed only if there are several.
    out : path-like, optional
        Where to write the edited association; by default it replaces `path`.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    AssociationError
        If the file holds no association, or the edit cannot be made. Nothing is written.
    UsageError
        If a file cannot be read or written, or the arguments do not go together.
    """
    source = Path(path)
    data = read_data(source)
    try:
        edited = edit_association(
            data,
            add=add,
            role=role,
            remove=remove,
            ignore_suffix=ignore_suffix,
            product=product,
        )
    except (AssociationError, UsageError) as error:
        location = Location(file=str(source))
        problems = [replace(problem, location=location) for problem in error.problems]
        raise type(error)(problems) from error
    target = source if out is None else Path(out)
    write_data(edited, target)
    return target


def edit_association(
    data: Mapping[str, Any],
    *,
    add: Sequence[str] = (),
    role: str = "science",
    remove: Sequence[str] = (),
    ignore_suffix: bool = False,
    product: str | None = None,
) -> dict[str, Any]:
    """Remove members from a product and add others.

    A member is named as the association names it, or by its file name without directory if only
    one member has that.

    Parameters
    ----------
    data : mapping
        The association, in dicts, lists, texts and numbers; it is not changed.
    add : sequence of str
        Files that become the last members; directories are kept.
    role : str
        Role of the added members.
    remove : sequence of str
        Members to remove, before others are added.
    ignore_suffix : bool
        Whether members to remove may differ from their names in stage and extension.
    product : str, optional
        Name of the product; needed only if there are several.

    Returns
    -------
    dict
        The edited association; all other keys and members are kept, in their order.

    Raises
    ------
    AssociationError
        If a member to remove does not exist or could be one of several, a file to add is a member
        already, or no science member would be left. The error lists all such problems.
    UsageError
        If there is nothing to do, the role is unknown, or it is not clear which product is meant.
    """
    _refuse_misuse(add, role, remove)
    number = _product_number(data["products"], product)
    edited = data["products"][number]
    members: list[dict[str, Any]] = list(edited["members"])
    # Removing comes first, so that one edit can give a member another role.
    problems = _remove(members, remove, ignore_suffix) + _add(members, add, role)
    # The pipeline opens no product without a science member.
    if not problems and not any(member.get("exptype") == "science" for member in members):
        what = f"product {quoted(edited['name'])} would have no science member left"
        problems = [Problem(what, advice="Add one in the same edit, or delete the file.")]
    if problems:
        raise AssociationError(problems)
    # Copy what is changed alone; `data` belongs to the caller.
    products = list(data["products"])
    products[number] = {**edited, "members": members}
    return {**data, "products": products}


def _refuse_misuse(add: Sequence[str], role: str, remove: Sequence[str]) -> None:
    if not add and not remove:
        raise UsageError(Problem("there is nothing to add or remove"))
    roles = known_roles()
    if role not in roles:
        what, expected = f"the role is {quoted(role)}", f"one of {', '.join(roles)}"
        raise UsageError(Problem(what, expected=expected, advice=did_you_mean(role, roles)))


def _product_number(products: Sequence[Mapping[str, Any]], name: str | None) -> int:
    """Return the index of the product of a name; without a name, of the only product."""
    numbers = [n for n, product in enumerate(products) if name in (None, product["name"])]
    if len(numbers) == 1:
        return numbers[0]
    names = list(dict.fromkeys(product["name"] for product in products))
    expected = f"one of {', '.join(names)}"
    if name is None:
        what = f"there are {len(products)} products, and none is named"
        raise UsageError(Problem(what, expected=expected))
    if not numbers:
        what = f"there is no product {quoted(name)}"
        raise UsageError(Problem(what, expected=expected, advice=did_you_mean(name, names)))
    raise UsageError(Problem(f"{len(numbers)} products have the name {quoted(name)}"))


def _remove(
    members: list[dict[str, Any]], names: Sequence[str], ignore_suffix: bool
) -> list[Problem]:
    """Remove members from a list; return what went wrong."""
    problems = []
    for name in names:
        matches = _members_named(members, name)
        # An exact name wins, so that one of several stages of an exposure can be meant.
        if ignore_suffix and not matches:
            matches = _members_named(members, exposure_root(name), exposure_root)
        if len(matches) == 1:
            members.remove(matches[0])
        elif matches:
            texts = " or ".join(map(_member_text, matches))
            problems.append(Problem(f"{quoted(name)} to remove could be {texts}"))
        else:
            advice = did_you_mean(name, {member["expname"] for member in members})
            problems.append(Problem(f"{quoted(name)} to remove is no member", advice=advice))
    return problems


def _add(members: list[dict[str, Any]], names: Sequence[str], role: str) -> list[Problem]:
    """Append members to a list; return what went wrong."""
    problems = []
    for name in names:
        matches = _members_named(members, name)
        if matches:
            what = f"{quoted(name)} to add is a member already: {_member_text(matches[0])}"
            advice = "Remove it in the same edit to give it another role."
            problems.append(Problem(what, advice=advice))
        else:
            members.append({"expname": name, "exptype": role})
    return problems


def _members_named(
    members: Sequence[dict[str, Any]], name: str, part: Callable[[str], str] = str
) -> list[dict[str, Any]]:
    """Find the members whose name, or a part of it, is `name`.

    If there are none and `name` has no directory, directories of members are ignored.
    """
    matches = [member for member in members if part(member["expname"]) == name]
    if matches or PurePath(name).name != name:
        return matches
    return [member for member in members if part(PurePath(member["expname"]).name) == name]


def _member_text(member: Mapping[str, Any]) -> str:
    return f"{quoted(member['expname'])} ({member.get('exptype', 'no role')})"
