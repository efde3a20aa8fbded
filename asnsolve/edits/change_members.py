"""Add members or remove them, or remove products; everything else stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace as changed
from os import PathLike
from pathlib import Path, PurePath
from typing import Any

from asnsolve.associations.meaning_checks import known_roles
from asnsolve.associations.read_files import read_data
from asnsolve.edits.association_file import write_text
from asnsolve.edits.json_lists import TextSpan, changed_list, list_of, object_like
from asnsolve.errors import AssociationError, Location, Problem, UsageError
from asnsolve.naming import quoted
from asnsolve.stages import exposure_root
from asnsolve.suggest import did_you_mean


def edit_file(
    path: str | PathLike[str],
    *,
    add: Sequence[str] = (),
    role: str = "science",
    remove: Sequence[str] = (),
    ignore_suffix: bool = False,
    product: str | None = None,
    all_products: bool = False,
    remove_products: Sequence[str] = (),
    out: str | PathLike[str] | None = None,
    replace: bool = False,
) -> Path:
    """Edit the file of an association; see `edit_association`.

    Indentation and everything else that is not edited stay as they are, and so do the permissions
    of the file. Of a symbolic link, the file that it leads to is edited.

    Parameters
    ----------
    path : path-like
        The file.
    add : sequence of str
        Files that become the last members.
    role : str
        Role of the added members, in any case; it is written in lower case.
    remove : sequence of str
        Members to remove, before others are added.
    ignore_suffix : bool
        Whether members to remove may differ from their names in stage and extension.
    product : str, optional
        Name of the product whose members change; needed only if there are several.
    all_products : bool
        Whether to change the members of every product. A member to remove need not be in all of
        them.
    remove_products : sequence of str
        Names of products to remove, before members change.
    out : path-like, optional
        Where to write the edited association; by default it replaces `path`.
    replace : bool
        Whether to replace a file of other content at `out`.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    AssociationError
        If the file holds no association, or the edit cannot be made. Nothing is written.
    UsageError
        If a file cannot be read or written, the arguments do not go together, or there is a file
        of other content at `out`.
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
            all_products=all_products,
            remove_products=remove_products,
        )
    except (AssociationError, UsageError) as error:
        location = Location(file=str(source))
        problems = [changed(problem, location=location) for problem in error.problems]
        raise type(error)(problems) from error
    content = _edited_text(source, data, edited, remove_products)
    if out is None:
        # An edit in place is meant to change the file, but no link to it.
        write_text(content, source.resolve() if source.is_symlink() else source, replace=True)
        return source
    write_text(content, Path(out), replace=replace)
    return Path(out)


def _edited_text(
    source: Path,
    data: Mapping[str, Any],
    edited: Mapping[str, Any],
    remove_products: Sequence[str],
) -> str:
    """Make the same changes in the text of a file; the rest keeps its layout."""
    text = source.read_bytes().decode()
    products = list_of(text, text.index("{"), "products")
    left = iter(edited["products"])
    kept = []
    for entry, product in zip(products.entries, data["products"], strict=True):
        is_removed = product["name"] in remove_products
        kept.append(None if is_removed else _product_text(text, entry, product, next(left)))
    changed_products = changed_list(text, products, kept)
    return f"{text[: products.whole.start]}{changed_products}{text[products.whole.end :]}"


def _product_text(
    text: str, entry: TextSpan, before: Mapping[str, Any], after: Mapping[str, Any]
) -> str:
    """Write a product with the members that it has after an edit."""
    members = list_of(text, entry.start, "members")
    # Members that stay are the same objects, and only others have been made.
    staying = {id(member) for member in after["members"]}
    kept = [
        text[span.start : span.end] if id(member) in staying else None
        for span, member in zip(members.entries, before["members"], strict=True)
    ]
    known = {id(member) for member in before["members"]}
    pattern = members.entries[-1] if members.entries else None
    added = [
        object_like(text, pattern, list(member.items()))
        for member in after["members"]
        if id(member) not in known
    ]
    whole = members.whole
    listed = changed_list(text, members, kept, added)
    return f"{text[entry.start : whole.start]}{listed}{text[whole.end : entry.end]}"


def edit_association(
    data: Mapping[str, Any],
    *,
    add: Sequence[str] = (),
    role: str = "science",
    remove: Sequence[str] = (),
    ignore_suffix: bool = False,
    product: str | None = None,
    all_products: bool = False,
    remove_products: Sequence[str] = (),
) -> dict[str, Any]:
    """Remove members from a product, or from all, and add others; or remove products.

    A member is named as the association names it, or by its file name without directory if only
    one file has that. A file with two roles is removed in both.

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
        Name of the product whose members change; needed only if there are several.
    all_products : bool
        Whether to change the members of every product. A member to remove need not be in all of
        them.
    remove_products : sequence of str
        Names of products to remove, before members change.

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
    if not add and not remove and not remove_products:
        raise UsageError(Problem("there is nothing to add or remove"))
    if all_products and product is not None:
        raise UsageError(Problem("both one product and all products are to change"))
    role = _known_role(role)
    products = _without_products(data["products"], remove_products)
    if add or remove:
        numbers = (
            list(range(len(products))) if all_products else [_product_number(products, product)]
        )
        # Copy what is changed alone; `data` belongs to the caller.
        lists = {number: list(products[number]["members"]) for number in numbers}
        # Removing comes first, so that one edit can give a member another role.
        problems = _remove(list(lists.values()), remove, ignore_suffix)
        for number, members in lists.items():
            added = _add(members, add, role)
            problems += _in_product(products[number], added) if all_products else added
        problems = problems or [
            problem
            for number, members in lists.items()
            for problem in _without_science(products[number], members, len(products) == 1)
        ]
        if problems:
            raise AssociationError(problems)
        for number, members in lists.items():
            products[number] = {**products[number], "members": members}
    return {**data, "products": products}


def _without_products(
    products: Sequence[dict[str, Any]], names: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the products without those of some names; one has to be left."""
    for name in names:
        # A file of level 2 may have several products of one name, which `_product_number` refuses.
        _product_number(products, name)
    left = [product for product in products if product["name"] not in names]
    if not left:
        what = "no product would be left"
        raise AssociationError(Problem(what, advice="Delete the file instead."))
    return left


def _in_product(product: Mapping[str, Any], problems: Iterable[Problem]) -> list[Problem]:
    """Say of problems which product they are about."""
    return [
        changed(problem, what=f"product {quoted(product['name'])}: {problem.what}")
        for problem in problems
    ]


def _without_science(
    product: Mapping[str, Any], members: Iterable[Mapping[str, Any]], is_only: bool
) -> Iterator[Problem]:
    """Refuse a product without science, because the pipeline opens none."""
    if _has_science(members):
        return
    verb = "would have no science member left"
    if not _has_science(product["members"]):
        verb = "has no science member, and is given none"
    otherwise = "delete the file" if is_only else "remove the product"
    advice = f"Add one in the same edit, or {otherwise}."
    yield Problem(f"product {quoted(product['name'])} {verb}", advice=advice)


def _has_science(members: Iterable[Mapping[str, Any]]) -> bool:
    # Roles are compared without case in pipelines, and other programs write them in capitals.
    return any(str(member.get("exptype")).lower() == "science" for member in members)


def _known_role(role: str) -> str:
    """Return a role in lower case, which every pipeline understands."""
    roles = known_roles()
    if role.lower() not in roles:
        what, expected = f"the role is {quoted(role)}", f"one of {', '.join(roles)}"
        raise UsageError(Problem(what, expected=expected, advice=did_you_mean(role, roles)))
    return role.lower()


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
    lists: Sequence[list[dict[str, Any]]], names: Sequence[str], ignore_suffix: bool
) -> list[Problem]:
    """Remove members from the lists that have them; return what went wrong."""
    problems = []
    for name in names:
        matches = [_members_to_remove(members, name, ignore_suffix) for members in lists]
        for members, found in zip(lists, matches, strict=True):
            # A file may be a member in two roles, as an imprint that is self-calibration too.
            if len({member["expname"] for member in found}) == 1:
                members[:] = [member for member in members if member not in found]
            elif found:
                texts = " or ".join(map(_member_text, found))
                problems.append(Problem(f"{quoted(name)} to remove could be {texts}"))
        if not any(matches):
            known = {member["expname"] for members in lists for member in members}
            advice = did_you_mean(name, known)
            problems.append(Problem(f"{quoted(name)} to remove is no member", advice=advice))
    return problems


def _members_to_remove(
    members: Sequence[dict[str, Any]], name: str, ignore_suffix: bool
) -> list[dict[str, Any]]:
    matches = _members_named(members, name)
    # An exact name wins, so that one of several stages of an exposure can be meant.
    if ignore_suffix and not matches:
        return _members_named(members, exposure_root(name), exposure_root)
    return matches


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
