"""Members added to an association, or taken out of it; all else stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path, PurePath
from typing import Any

from asnsolve.associations.validation import known_roles
from asnsolve.edits.association_file import read_data, write_data
from asnsolve.errors import AssociationError, Location, Problem, UsageError
from asnsolve.naming import exposure_root, quoted
from asnsolve.suggest import did_you_mean

__all__ = ["edit_association", "edit_file"]


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
    add, role, remove, ignore_suffix, product
        As `edit_association` takes them.
    out : path-like, optional
        Where the edited association goes; it takes the place of `path` if not given.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    AssociationError
        If the file holds no association, or the edit cannot be made: nothing is written.
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
        where = Location(file=str(source))
        raise type(error)([replace(found, location=where) for found in error.problems]) from error
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
    """Take members out of a product and add others.

    A member is named by its text in the association, or by its file name without directory where
    one member alone has it.

    Parameters
    ----------
    data : mapping
        The association, in dicts, lists, texts and numbers; it is left as it is.
    add : sequence of str
        Files that become the last members, with the directories they are given with.
    role : str
        Role of the added members.
    remove : sequence of str
        Members to take out, before others are added.
    ignore_suffix : bool
        Whether members to take out may differ from their names in stage and extension.
    product : str, optional
        Name of the product; needed only where there are several.

    Returns
    -------
    dict
        The edited association; every other key and member is kept, in its order.

    Raises
    ------
    AssociationError
        If a member to take out is not there or could be one of several, a file to add is there
        already, or no science member would be left. All such problems are told.
    UsageError
        If nothing is to be done, the role is unknown, or the product is not told.
    """
    _refuse_misuse(add, role, remove)
    number = _product_number(data["products"], product)
    chosen = data["products"][number]
    members: list[dict[str, Any]] = list(chosen["members"])
    problems = _take_out(members, remove, ignore_suffix) + _put_in(members, add, role)
    if not problems and not any(member.get("exptype") == "science" for member in members):
        what = f"product {quoted(chosen['name'])} would have no science member left"
        problems = [Problem(what, advice="Add one in the same edit, or delete the file.")]
    if problems:
        raise AssociationError(problems)
    products = list(data["products"])
    products[number] = {**chosen, "members": members}
    return {**data, "products": products}


def _refuse_misuse(add: Sequence[str], role: str, remove: Sequence[str]) -> None:
    if not add and not remove:
        raise UsageError(Problem("there is nothing to add or remove"))
    roles = known_roles()
    if role not in roles:
        what, expected = f"the role is {quoted(role)}", f"one of {', '.join(roles)}"
        raise UsageError(Problem(what, expected=expected, advice=did_you_mean(role, roles)))


def _product_number(products: Sequence[Mapping[str, Any]], name: str | None) -> int:
    """Find the product that is meant."""
    fitting = [n for n, one in enumerate(products) if name is None or one["name"] == name]
    if len(fitting) == 1:
        return fitting[0]
    names = list(dict.fromkeys(one["name"] for one in products))
    expected = f"one of {', '.join(names)}"
    if name is None:
        what = f"there are {len(products)} products, and none is named"
        raise UsageError(Problem(what, expected=expected))
    if not fitting:
        what = f"there is no product {quoted(name)}"
        raise UsageError(Problem(what, expected=expected, advice=did_you_mean(name, names)))
    raise UsageError(Problem(f"{len(fitting)} products have the name {quoted(name)}"))


def _take_out(
    members: list[dict[str, Any]], names: Sequence[str], ignore_suffix: bool
) -> list[Problem]:
    problems = []
    for name in names:
        fitting = _fitting(members, name)
        if ignore_suffix and not fitting:
            fitting = _fitting(members, exposure_root(name), exposure_root)
        if len(fitting) == 1:
            members.remove(fitting[0])
        elif fitting:
            texts = " or ".join(_in_words(member) for member in fitting)
            problems.append(Problem(f"{quoted(name)} to remove could be {texts}"))
        else:
            advice = did_you_mean(name, {member["expname"] for member in members})
            problems.append(Problem(f"{quoted(name)} to remove is no member", advice=advice))
    return problems


def _put_in(members: list[dict[str, Any]], names: Sequence[str], role: str) -> list[Problem]:
    problems = []
    for name in names:
        fitting = _fitting(members, name)
        if fitting:
            what = f"{quoted(name)} to add is a member already: {_in_words(fitting[0])}"
            advice = "Remove it in the same edit to give it another role."
            problems.append(Problem(what, advice=advice))
        else:
            members.append({"expname": name, "exptype": role})
    return problems


def _fitting(
    members: Sequence[dict[str, Any]], name: str, told: Callable[[str], str] = str
) -> list[dict[str, Any]]:
    """Find the members of that text; without any, those of that file name, if it is no path."""
    same = [member for member in members if told(member["expname"]) == name]
    if same or PurePath(name).name != name:
        return same
    return [member for member in members if told(PurePath(member["expname"]).name) == name]


def _in_words(member: Mapping[str, Any]) -> str:
    return f"{quoted(member['expname'])} ({member.get('exptype', 'no role')})"
