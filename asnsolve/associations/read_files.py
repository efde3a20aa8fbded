"""Read association files of any program."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any, Final, TypeGuard

from asnsolve.associations.association import Association, Member, Product
from asnsolve.associations.json_text import parse_json
from asnsolve.errors import AssociationError, Location, Problem, UsageError, doing
from asnsolve.input_files import read_content
from asnsolve.profiles import FileNames, Profile, default_profile

_TEXT_KEYS: Final = (
    *("asn_rule", "asn_type", "asn_id", "program", "target", "asn_pool"),
    *("constraints", "degraded_status"),
)
"""Keys of an association that hold text."""

_KNOWN: Final = frozenset({*_TEXT_KEYS, "version_id", "code_version", "products"})
_MEMBER_KEYS: Final = frozenset({"expname", "exptype", "exposerr", "asn_candidate"})


def read_association(path: str | PathLike[str], profile: Profile | None = None) -> Association:
    """Read an association file.

    `Association.write` writes it again. Nothing is lost: keys that asnsolve does not know are kept
    in `other`.

    Parameters
    ----------
    path : path-like
        The file, written by asnsolve, by the calibration pipeline, by the archive or by hand.
    profile : Profile, optional
        The mission, by which names of members are read; by default JWST.

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
    return association_of(read_data(file), file.name, profile)


def read_data(path: Path) -> dict[str, Any]:
    """Read an association file as plain JSON, with its keys in their order.

    Parameters
    ----------
    path : Path
        The file.

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
        position = Location(file=str(path), row=error.lineno, column=str(error.colno))
        raise AssociationError(Problem(f"is not JSON: {error.msg}", position)) from error
    return with_members(data, location)


def with_members(data: object, location: Location) -> dict[str, Any]:
    """Return data that is an association, as far as it is used.

    Parameters
    ----------
    data : object
        Plain JSON.
    location : Location
        Where it comes from.

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
    if not _has_members(data):
        what = "holds no products with members"
        advice = "'asnsolve validate' says what is wrong."
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
        The mission, by which names of members are read; by default `default_profile`.

    Returns
    -------
    Association
    """
    files = (profile or default_profile()).files
    texts = {key: text_of(data.get(key)) for key in _TEXT_KEYS}
    version_id = data.get("version_id")
    return Association(
        rule=texts["asn_rule"],
        asn_type=texts["asn_type"],
        asn_id=texts["asn_id"],
        program=texts["program"],
        target=texts["target"],
        asn_pool=texts["asn_pool"],
        constraints=texts["constraints"],
        degraded_status=texts["degraded_status"],
        products=tuple(map(partial(_product, files), data["products"])),
        file_name=file_name,
        version_id=None if version_id is None else text_of(version_id),
        level=2 if _is_level2(texts["asn_type"], texts["asn_rule"]) else 3,
        other=tuple((key, value) for key, value in data.items() if key not in _KNOWN),
    )


def _is_level2(asn_type: str, rule: str) -> bool:
    """Tell whether an association makes products of level 2."""
    return asn_type.endswith("2") or "Lv2" in rule or "Level2" in rule


def _product(files: FileNames, data: Mapping[str, Any]) -> Product:
    return Product(data["name"], tuple(map(partial(_member, files), data["members"])))


def _member(files: FileNames, data: Mapping[str, Any]) -> Member:
    # Files without exposure errors list only names and roles of members, and are written like that.
    is_lean = "exposerr" not in data
    return Member(
        expname=data["expname"],
        exptype=text_of(data.get("exptype")),
        exposerr=data.get("exposerr"),
        asn_candidate=data.get("asn_candidate"),
        derived=is_lean,
        exposure="" if is_lean else files.exposure_of(data["expname"]),
        stage="" if is_lean else files.stage_of(data["expname"].rpartition("/")[2]),
        other=tuple((key, value) for key, value in data.items() if key not in _MEMBER_KEYS),
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


def _has_members(data: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether data holds products, each with a name and a list of named members."""
    products = data.get("products") if isinstance(data, dict) else None
    return isinstance(products, list) and bool(products) and all(map(_is_product, products))


def _is_product(product: object) -> bool:
    return (
        isinstance(product, dict)
        and isinstance(product.get("name"), str)
        and isinstance(product.get("members"), list)
        and all(
            isinstance(member, dict) and isinstance(member.get("expname"), str)
            for member in product["members"]
        )
    )
