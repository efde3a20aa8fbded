"""Association files as plain JSON; unknown keys and their order are kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from asnsolve.associations.asn_files import formatted
from asnsolve.atomic import atomic_file
from asnsolve.errors import AssociationError, Location, Problem, UsageError, write_errors


def read_association(path: Path) -> dict[str, Any]:
    """Read an association file.

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
        data = orjson.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(Problem(f"cannot be read: {error.strerror}", location)) from error
    except json.JSONDecodeError as error:
        position = Location(file=str(path), row=error.lineno, column=str(error.colno))
        raise AssociationError(Problem(f"is not JSON: {error.msg}", position)) from error
    # Associations that break other rules of the schema can be edited: check only what is used.
    if not _has_members(data):
        what = "holds no products with members"
        advice = "'asnsolve validate' says what is wrong."
        raise AssociationError(Problem(what, location, "an association", advice))
    return dict(data)


def write_association(data: Mapping[str, Any], path: Path) -> None:
    """Write an association file, whole or not at all.

    Parameters
    ----------
    data : mapping
        The association, in dicts, lists, texts and numbers.
    path : Path
        The file; it is replaced if it exists.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    with write_errors(UsageError, Location(file=str(path))), atomic_file(path) as stream:
        stream.write(formatted(data))


def _has_members(data: object) -> bool:
    """Tell whether data holds products, each with a name and a list of named members."""
    products = data.get("products") if isinstance(data, dict) else None
    return bool(products) and isinstance(products, list) and all(map(_is_product, products))


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
