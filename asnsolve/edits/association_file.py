"""Association files as they stand: keys that asnsolve does not know are kept, in their order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from asnsolve.associations.asn_files import formatted
from asnsolve.atomic import atomic_file
from asnsolve.errors import AssociationError, Location, Problem, UsageError

__all__ = ["read_data", "write_data"]


def read_data(path: Path) -> dict[str, Any]:
    """Read the object of an association file.

    Raises
    ------
    UsageError
        If the file cannot be read.
    AssociationError
        If it holds no products with members.
    """
    where = Location(file=str(path))
    try:
        data = orjson.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(Problem(f"cannot be read: {error.strerror}", where)) from error
    except json.JSONDecodeError as error:
        there = Location(file=str(path), row=error.lineno, column=str(error.colno))
        raise AssociationError(Problem(f"is not JSON: {error.msg}", there)) from error
    if not _has_members(data):
        what = "holds no products with members"
        advice = "'asnsolve validate' says what is wrong."
        raise AssociationError(Problem(what, where, "an association", advice))
    return dict(data)


def write_data(data: Mapping[str, Any], path: Path) -> None:
    """Write an association file, whole or not at all.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    try:
        with atomic_file(path) as stream:
            stream.write(formatted(data))
    except OSError as error:
        where = Location(file=str(path))
        raise UsageError(Problem(f"cannot be written: {error.strerror}", where)) from error


def _has_members(data: object) -> bool:
    """Tell whether there are products, each with a name and a list of named members."""
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
