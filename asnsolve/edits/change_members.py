"""Add members to associations, or remove members or products; keep everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace as changed
from os import PathLike
from pathlib import Path, PurePath
from typing import Any

from asnsolve.associations.read_files import read_data
from asnsolve.edits.association_file import write_text
from asnsolve.edits.json_lists import TextSpan, changed_list, list_of, object_like
from asnsolve.edits.roles import known_role, role_of_member, roles_in
from asnsolve.errors import AssociationError, Location, Problem, UsageError, not_utf8
from asnsolve.input_files import is_text, read_content
from asnsolve.profiles.jwst import FILES
from asnsolve.shown_values import quoted
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
    """Edit an association file; see `edit_association`.

    The layout of the file and its permissions stay as they are. If `path` is a symbolic link, the
    file that it points to is edited.

    Parameters
    ----------
    path : path-like
        The file.
    add : sequence of str
        Files to add after the last member. Directories are kept.
    role : str
        Role of the added members, in any case. It is written in lower case.
    remove : sequence of str
        Members to remove. They are removed before others are added.
    ignore_suffix : bool
        Whether to ignore stage and extension when looking for members to remove.
    product : str, optional
        Name of the product to change. Required only if there are several.
    all_products : bool
        Whether to change every product. A member to remove need not be in all of them.
    remove_products : sequence of str
        Names of products to remove. They are removed before members change.
    out : path-like, optional
        Where to write the edited association. By default, `path` is edited in place.
    replace : bool
        Whether to replace `out` if it is a file with other content.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    AssociationError
        If the file holds no association, or the edit cannot be made. Nothing is written.
    UsageError
        If a file cannot be read or written, the arguments contradict each other, or `out` is a file
        with other content.

    Examples
    --------
    >>> from asnsolve import association_from_list, edit_file, read_association
    >>> files = ["a_cal.fits", "b_cal.fits"]
    >>> made = association_from_list(files, product="mosaic", asn_type="image3")
    >>> _ = made.write(".")
    >>> path = edit_file("mosaic_asn.json", remove=["b_cal.fits"])
    >>> len(read_association(path).members)
    1
    """
    source = Path(path)
    data = read_data(source)
    if bad_names := [name for name in add if not is_text(name)]:
        raise UsageError(list(map(not_utf8, bad_names)))
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
        # Replace the file itself, not a link to it.
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
    """Make the changes in the text of a file, so that the rest keeps its layout."""
    text = read_content(source).decode()
    products = list_of(text, text.index("{"), "products")
    remaining = iter(edited["products"])
    kept = []
    for entry, product in zip(products.entries, data["products"], strict=True):
        is_removed = product["name"] in remove_products
        kept.append(None if is_removed else _product_text(text, entry, product, next(remaining)))
    changed_products = changed_list(text, products, kept)
    return f"{text[: products.whole.start]}{changed_products}{text[products.whole.end :]}"


def _product_text(
    text: str, entry: TextSpan, before: Mapping[str, Any], after: Mapping[str, Any]
) -> str:
    """Write a product with the members that it has after an edit."""
    members = list_of(text, entry.start, "members")
    # An edit keeps the objects of members that stay.
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
    """Add members to an association, or remove members or products.

    Name a member to remove as the association does, or by its file name without the directory if
    only one file has that name. A file with two roles is removed from both.

    Parameters
    ----------
    data : mapping
        The association, in dicts, lists, texts and numbers; it is not changed.
    add : sequence of str
        Files to add after the last member. Directories are kept.
    role : str
        Role of the added members, in any case. It is written in lower case.
    remove : sequence of str
        Members to remove. They are removed before others are added.
    ignore_suffix : bool
        Whether to ignore stage and extension when looking for members to remove.
    product : str, optional
        Name of the product to change. Required only if there are several.
    all_products : bool
        Whether to change every product. A member to remove need not be in all of them.
    remove_products : sequence of str
        Names of products to remove, before members change.

    Returns
    -------
    dict
        The edited association. Other keys and members are kept, in their order.

    Raises
    ------
    AssociationError
        If a member to remove does not exist or is ambiguous, a file to add is already a member, or
        no science member would be left. The error lists all such problems.
    UsageError
        If there is nothing to do, the role is unknown, or it is not clear which product to change.

    Examples
    --------
    >>> from asnsolve import association_from_list, edit_association
    >>> files = ["a_cal.fits", "b_cal.fits"]
    >>> made = association_from_list(files, product="mosaic", asn_type="image3")
    >>> edited = edit_association(made.to_dict(), add=["sky_x1d.fits"], role="background")
    >>> [member["exptype"] for member in edited["products"][0]["members"]]
    ['science', 'science', 'background']
    """
    if not add and not remove and not remove_products:
        raise UsageError(Problem("there is nothing to add or remove"))
    if all_products and product is not None:
        raise UsageError(Problem("either one product or all products can change, not both"))
    role = known_role(role, roles_in(data))
    products = _without_products(data["products"], remove_products)
    if add or remove:
        everything = range(len(products))
        numbers = everything if all_products else (_product_number(products, product),)
        lists = {number: list(products[number]["members"]) for number in numbers}
        # Remove first, so that one edit can change the role of a member.
        problems = _remove(list(lists.values()), remove, ignore_suffix)
        problems += _add_to_each(products, lists, add, role)
        _raise_problems(problems, products, lists)
        # `data` belongs to the caller, so the products that change are copied.
        for number, members in lists.items():
            products[number] = {**products[number], "members": members}
    return {**data, "products": products}


def _without_products(
    products: Sequence[dict[str, Any]], names: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the products except those with the given names; at least one must be left."""
    for name in names:
        # At level 2 several products may share a name; `_product_number` refuses that name.
        _product_number(products, name)
    left = [product for product in products if product["name"] not in names]
    if not left:
        what = "no product would be left"
        raise AssociationError(Problem(what, advice="Delete the file instead."))
    return left


def _raise_problems(
    problems: Sequence[Problem],
    products: Sequence[Mapping[str, Any]],
    lists: Mapping[int, Sequence[Mapping[str, Any]]],
) -> None:
    """Raise an error if members could not be changed, or if no science member is left."""
    reported = problems or [
        problem
        for number, members in lists.items()
        for problem in _without_science(products[number], members, len(products) == 1)
    ]
    if reported:
        raise AssociationError(reported)


def _without_science(
    product: Mapping[str, Any], members: Iterable[Mapping[str, Any]], is_only: bool
) -> Iterator[Problem]:
    """Report a product without science members, which the pipeline cannot process."""
    if _has_science(members):
        return
    verb = "would have no science member left"
    if not _has_science(product["members"]):
        verb = "has no science member"
    otherwise = "delete the file" if is_only else "remove the product"
    advice = f"Add one in the same edit, or {otherwise}."
    yield Problem(f"product {quoted(product['name'])} {verb}", advice=advice)


def _has_science(members: Iterable[Mapping[str, Any]]) -> bool:
    # Pipelines ignore the case of roles, and other programs write them in upper case.
    return any(role_of_member(member) == "science" for member in members)


def _product_number(products: Sequence[Mapping[str, Any]], name: str | None) -> int:
    """Return the index of the product of a name; without a name, of the only product."""
    numbers = [n for n, product in enumerate(products) if name in (None, product["name"])]
    if len(numbers) == 1:
        return numbers[0]
    names = list(dict.fromkeys(product["name"] for product in products))
    expected = f"one of {', '.join(names)}"
    if name is None:
        what = f"there are {len(products)} products; say which one to change"
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
        for members, matching in zip(lists, matches, strict=True):
            # A file may have two roles: an imprint can be used for self-calibration as well.
            if len({member["expname"] for member in matching}) == 1:
                members[:] = [member for member in members if member not in matching]
            elif matching:
                texts = " or ".join(map(_member_text, matching))
                what = f"cannot tell which member to remove: {quoted(name)} could be {texts}"
                problems.append(Problem(what))
        if not any(matches):
            known = {member["expname"] for members in lists for member in members}
            advice = did_you_mean(name, known)
            problems.append(
                Problem(f"cannot remove {quoted(name)}: it is not a member", advice=advice)
            )
    return problems


def _members_to_remove(
    members: Sequence[dict[str, Any]], name: str, ignore_suffix: bool
) -> list[dict[str, Any]]:
    matches = _members_named(members, name)
    # An exact name comes first, so that users can choose one of several stages.
    if ignore_suffix and not matches:
        return _members_named(members, FILES.root_of(name), FILES.root_of)
    return matches


def _add_to_each(
    products: Sequence[Mapping[str, Any]],
    lists: Mapping[int, list[dict[str, Any]]],
    names: Sequence[str],
    role: str,
) -> list[Problem]:
    """Append members to each list; return what went wrong, and in which of several products."""
    problems = []
    for number, members in lists.items():
        of_product = _add(members, names, role)
        if len(lists) > 1:
            where = f"product {quoted(products[number]['name'])}"
            of_product = [
                changed(problem, what=f"{where}: {problem.what}") for problem in of_product
            ]
        problems += of_product
    return problems


def _add(members: list[dict[str, Any]], names: Sequence[str], role: str) -> list[Problem]:
    """Append members to a list; return what went wrong."""
    problems = []
    for name in names:
        matches = _members_named(members, name)
        if matches:
            what = f"cannot add {quoted(name)}: {_member_text(matches[0])} is already a member"
            advice = "To change its role, remove it in the same edit."
            problems.append(Problem(what, advice=advice))
        else:
            members.append({"expname": name, "exptype": role})
    return problems


def _members_named(
    members: Sequence[dict[str, Any]], name: str, part: Callable[[str], str] = str
) -> list[dict[str, Any]]:
    """Find the members whose name, or the part of it that `part` returns, is `name`.

    If there are none and `name` has no directory, ignore the directories of members.
    """
    matches = [member for member in members if part(member["expname"]) == name]
    if matches or PurePath(name).name != name:
        return matches
    return [member for member in members if part(PurePath(member["expname"]).name) == name]


def _member_text(member: Mapping[str, Any]) -> str:
    return f"{quoted(member['expname'])} ({member.get('exptype', 'no role')})"
