"""Read association files of any program."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, Final, TypeGuard

from asnsolve.associations.association import Association, Member, Product
from asnsolve.associations.json_text import parse_json
from asnsolve.errors import AssociationError, Location, Problem, UsageError, doing
from asnsolve.input_files import read_content
from asnsolve.profiles import OF_EXPOSURES, FileField, Profile, default_profile

_TEXTS: Final = (
    *("rule", "asn_type", "asn_id", "program", "target", "asn_pool"),
    *("constraints", "degraded_status"),
)
"""Attributes of an association that hold text."""


def read_association(path: str | PathLike[str], profile: Profile | None = None) -> Association:
    """Read an association file.

    `Association.write` writes it again. Nothing is lost: keys that asnsolve does not know are kept
    in `other`.

    Parameters
    ----------
    path : path-like
        The file, written by asnsolve, by the calibration pipeline, by the archive or by hand.
    profile : Profile, optional
        The mission; by default `default_profile`.

    Returns
    -------
    Association
        The association. Texts that the file does not have are empty.

    Raises
    ------
    AssociationError
        If the file holds no products with members.
    UsageError
        If the file cannot be read.

    Examples
    --------
    >>> from asnsolve import association_from_list, read_association
    >>> files = ["a_cal.fits", "b_cal.fits"]
    >>> made = association_from_list(files, product="mosaic", asn_type="image3")
    >>> _ = made.write(".")
    >>> read_association("mosaic_asn.json").products[0].name
    'mosaic'
    """
    file = Path(path)
    return association_of(read_data(file, profile), file.name, profile)


def read_data(path: Path, profile: Profile | None = None) -> dict[str, Any]:
    """Read an association file as plain JSON, with its keys in their order.

    Parameters
    ----------
    path : Path
        The file.
    profile : Profile, optional
        The mission; by default `default_profile`.

    Returns
    -------
    dict
        The association, in dicts, lists, texts and numbers. Each product has a name and a list of
        named members; nothing else is checked.

    Raises
    ------
    UsageError
        If the file cannot be read.
    AssociationError
        If it holds no products with members.
    """
    location = Location(file=str(path))
    try:
        with doing(f"reading {path}"):
            data = parse_json(read_content(path))
    except OSError as error:
        raise UsageError(Problem(f"cannot be read: {error.strerror}", location)) from error
    except json.JSONDecodeError as error:
        position = Location(file=str(path), line=error.lineno, column=str(error.colno))
        raise AssociationError(Problem(f"is not JSON: {error.msg}", position)) from error
    return with_members(data, location, profile)


def with_members(
    data: object, location: Location, profile: Profile | None = None
) -> dict[str, Any]:
    """Return data that is an association, as far as it is used.

    Parameters
    ----------
    data : object
        Plain JSON.
    location : Location
        Where it comes from.
    profile : Profile, optional
        The mission; by default `default_profile`.

    Returns
    -------
    dict
        The data. Each product has a name and a list of named members; nothing else is checked,
        because associations that break other rules of the schema can be edited.

    Raises
    ------
    AssociationError
        If it holds no products with members.
    """
    if not _has_members(data, (profile or default_profile()).fields.keys["expname"]):
        what = "holds no products with members"
        advice = "'asnsolve validate' says what is wrong; use -r for files of another mission."
        raise AssociationError(Problem(what, location, "an association", advice))
    return data


def association_of(
    data: Mapping[str, Any], file_name: str, profile: Profile | None = None
) -> Association:
    """Make an association of the data of its file.

    Parameters
    ----------
    data : mapping
        The association, as `read_data` returns it.
    file_name : str
        Name of the file, without directory.
    profile : Profile, optional
        The mission; by default `default_profile`.

    Returns
    -------
    Association
    """
    mission = profile or default_profile()
    keys = mission.fields.keys
    # Files of some missions do not have all keys.
    texts = {name: text_of(data.get(keys[name])) if name in keys else "" for name in _TEXTS}
    version_id = data.get(keys["version_id"]) if "version_id" in keys else None
    level = 2 if is_of_level2(texts["asn_type"], texts["rule"]) else 3
    return Association(
        rule=texts["rule"],
        asn_type=texts["asn_type"],
        asn_id=texts["asn_id"],
        program=texts["program"],
        target=texts["target"],
        asn_pool=texts["asn_pool"],
        constraints=texts["constraints"],
        degraded_status=texts["degraded_status"],
        products=tuple(_product(product, level, mission) for product in data["products"]),
        file_name=file_name,
        version_id=None if version_id is None else text_of(version_id),
        level=level,
        other=_other(data, _written(mission.fields.association) | {"products": ""}),
        fields=mission.fields,
    )


def is_of_level2(asn_type: str, rule: str) -> bool:
    """Tell whether the products of an association are of level 2.

    Parameters
    ----------
    asn_type, rule : str
        Its type and rule.

    Returns
    -------
    bool
    """
    return asn_type.endswith("2") or "Lv2" in rule or "Level2" in rule


def _product(data: Mapping[str, Any], level: int, profile: Profile) -> Product:
    fields, files = profile.fields, profile.files
    file, role = fields.keys["expname"], fields.keys["exptype"]
    error, candidate = (fields.keys.get(name, "") for name in ("exposerr", "asn_candidate"))
    written = _written(fields.member)
    # Files without exposure errors list only names and roles of members, and are written like that.
    marks = [field.key for field in fields.members_at(level) if field.holds in OF_EXPOSURES]
    members = []
    for member in data["members"]:
        is_lean = bool(marks) and marks[0] not in member
        name = member[file]
        members.append(
            Member(
                expname=name,
                exptype=text_of(member.get(role)),
                exposerr=member.get(error),
                asn_candidate=member.get(candidate),
                derived=is_lean,
                exposure="" if is_lean else files.exposure_of(name),
                stage="" if is_lean else files.stage_of(name),
                other=_other(member, written),
            )
        )
    return Product(data["name"], tuple(members))


def _written(fields: Iterable[FileField]) -> dict[str, str]:
    """Return the keys that are written again, with the values of those that are constant."""
    return {field.key: field.constant for field in fields}


def _other(data: Mapping[str, Any], written: Mapping[str, str]) -> tuple[tuple[str, Any], ...]:
    """Return the other keys, which are lost when a file is written again unless they are kept."""
    return tuple(
        (key, value)
        for key, value in data.items()
        if key not in written or (written[key] and value != written[key])
    )


def text_of(value: object) -> str:
    """Return a value of JSON as text.

    Parameters
    ----------
    value : object
        The value.

    Returns
    -------
    str
        Empty for null.
    """
    return "" if value is None else str(value)


def _has_members(data: object, key: str) -> TypeGuard[dict[str, Any]]:
    """Tell whether data holds products with a name and with members that are named by a key."""
    products = data.get("products") if isinstance(data, dict) else None
    return (
        isinstance(products, list)
        and bool(products)
        and all(_is_product(product, key) for product in products)
    )


def _is_product(product: object, key: str) -> bool:
    return (
        isinstance(product, dict)
        and isinstance(product.get("name"), str)
        and isinstance(product.get("members"), list)
        and all(
            isinstance(member, dict) and isinstance(member.get(key), str)
            for member in product["members"]
        )
    )
