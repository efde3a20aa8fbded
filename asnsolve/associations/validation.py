"""Checks of association files: that they are JSON of the right shape, and that names agree."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import orjson

from asnsolve.errors import Location, NamingError, Problem
from asnsolve.naming import (
    exposure_root,
    parse_file_name,
    parse_product_name,
    program_text,
    quoted,
)
from asnsolve.suggest import did_you_mean

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {"string": "text", "null": "null", "array": "a list", "object": "an object"}
)


def validate_file(path: str | PathLike[str]) -> tuple[Problem, ...]:
    """Check a file of an association of level 2 or 3.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    tuple of Problem
        Everything that is wrong with the file; empty if nothing is.
    """
    file = Path(path)
    where = Location(file=str(file))
    try:
        if not file.is_file():
            return (Problem("is not a file" if file.exists() else "does not exist", where),)
        data = orjson.loads(file.read_bytes())
    except OSError as error:
        return (Problem(f"cannot be read: {error.strerror}", where),)
    except json.JSONDecodeError as error:
        there = Location(file=str(file), row=error.lineno, column=str(error.colno))
        return (Problem(f"is not JSON: {error.msg}", there),)
    if not isinstance(data, dict):
        return (Problem(f"the file holds {_in_words(data)}", where, expected="an association"),)
    return validate_data(data, str(file))


def validate_data(
    data: Mapping[str, Any], file: str | None = None, *, product_names: bool = True
) -> tuple[Problem, ...]:
    """Check an association of level 2 or 3 as read from JSON.

    Parameters
    ----------
    data : mapping
        The association, in dicts, lists, texts and numbers.
    file : str, optional
        File that it comes from; its name must then agree with the contents.
    product_names : bool
        Whether product names must follow the convention.

    Returns
    -------
    tuple of Problem
        Everything that is wrong; empty if nothing is. Names and duplicates are checked only if the
        association has the right shape.
    """
    where = Location(file=file)
    try:
        misshapen = [_refusal(error, where) for error in _schema().iter_errors(dict(data))]
    except RecursionError:
        return (Problem("the association is nested too deeply", where),)
    if misshapen:
        return tuple(dict.fromkeys(misshapen))
    return (
        *_product_problems(data, where, named=product_names),
        *_program_problems(data, where),
        *_file_problems(data, file),
    )


def known_roles() -> tuple[str, ...]:
    """Return the roles that a member may have.

    Returns
    -------
    tuple of str
        In the order of the schema.
    """
    schema: Any = _schema().schema
    return tuple(schema["$defs"]["member"]["properties"]["exptype"]["enum"])


@cache
def _schema() -> Draft202012Validator:
    from jsonschema import Draft202012Validator

    schema = files("asnsolve.associations").joinpath("schemas", "association.json")
    return Draft202012Validator(orjson.loads(schema.read_bytes()))


def _refusal(error: ValidationError, where: Location) -> Problem:
    """Put a refusal of the schema into words."""
    at = _path(error.absolute_path)
    value: Any = error.instance
    wanted: Any = error.validator_value
    match error.validator:
        case "required":
            missing = [key for key in wanted if key not in value]
            return Problem(f"{at} lacks {', '.join(missing)}", where)
        case "type":
            kinds = [wanted] if isinstance(wanted, str) else wanted
            expected = " or ".join(_KINDS[kind] for kind in kinds)
            return Problem(f"{at} is {_in_words(value)}", where, expected)
        case "enum":
            advice = did_you_mean(value.lower(), wanted) if isinstance(value, str) else ""
            expected = f"one of {', '.join(wanted)}"
            return Problem(f"{at} is {_in_words(value)}", where, expected, advice)
        case "contains":
            return Problem(f"{at} holds no science member", where)
        case _:
            return Problem(f"{at} is empty", where)


def _in_words(value: object) -> str:
    match value:
        case str():
            return quoted(value)
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case list():
            return "a list"
        case _:
            return "an object"


def _path(steps: Iterable[str | int]) -> str:
    """Write the path to a value, as ``products[0].members[3].exptype``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".") or "the association"


def _program_problems(data: Mapping[str, Any], where: Location) -> Iterator[Problem]:
    program = data["program"]
    if program != program_text(program):
        yield Problem(f"program is {quoted(program)}", where, expected=program_text(program))


def _product_problems(
    data: Mapping[str, Any], where: Location, *, named: bool
) -> Iterator[Problem]:
    """Find wrong or repeated product names, and members repeated within a product."""
    products = data["products"]
    of_exposures = str(data["asn_type"]).endswith("2")
    # The products of an exposure with its integrations combined and separate share a name.
    product_key = _science if of_exposures else None
    yield from _repeats("products", "name", products, where, product_key)
    for number, product in enumerate(products):
        at = f"products[{number}]"
        if named and of_exposures:
            yield from _exposure_name(at, product, where)
        elif named:
            yield from _combined_name(at, product["name"], data, where)
        members = product["members"]
        # At level 3 a file has two roles if two rows of the pool describe it.
        member_key = _imprint_as_selfcal(members) if of_exposures else _role
        yield from _repeats(f"{at}.members", "expname", members, where, member_key)


def _imprint_as_selfcal(
    members: Iterable[Mapping[str, Any]],
) -> Callable[[Mapping[str, Any]], object]:
    """Return a key that tells imprints from themselves in their second role, self-calibration."""
    imprints = {member["expname"] for member in members if member["exptype"] == "imprint"}
    return lambda member: member["exptype"] == "selfcal" and member["expname"] in imprints


def _role(member: Mapping[str, Any]) -> object:
    return member["exptype"]


def _science(product: Mapping[str, Any]) -> list[str]:
    return sorted(m["expname"] for m in product["members"] if m["exptype"] == "science")


def _exposure_name(at: str, product: Mapping[str, Any], where: Location) -> Iterator[Problem]:
    """Compare the name of a level 2 product with its science exposures."""
    expected = sorted({Path(exposure_root(name)).name for name in _science(product)})
    if Path(product["name"]).name not in expected:
        what = f"{at}.name is {quoted(product['name'])}"
        yield Problem(what, where, expected=f"that of its science member, {' or '.join(expected)}")


def _combined_name(
    at: str, text: str, data: Mapping[str, Any], where: Location
) -> Iterator[Problem]:
    """Read the name of a level 3 product, and compare it with the association."""
    try:
        name = parse_product_name(text)
    except NamingError as error:
        yield from (
            Problem(f"{at}: {found.what}", where, found.expected) for found in error.problems
        )
        return
    told = {"program": name.program, "asn_id": name.asn_id}
    yield from _disagreements(f"{at}.name", told, data, where)


def _repeats(
    at: str,
    key: str,
    entries: Iterable[Mapping[str, Any]],
    where: Location,
    told_apart: Callable[[Mapping[str, Any]], object] | None = None,
) -> Iterator[Problem]:
    """Find entries that repeat the text under a key and agree in what tells them apart."""
    first: dict[str, int] = {}
    for number, entry in enumerate(entries):
        other = "" if told_apart is None else told_apart(entry)
        earlier = first.setdefault(f"{entry[key]} {other}", number)
        if earlier != number:
            what = f"{at}[{number}] repeats the {key} {quoted(entry[key])} of {at}[{earlier}]"
            yield Problem(what, where)


def _file_problems(data: Mapping[str, Any], file: str | None) -> Iterator[Problem]:
    if file is None:
        return
    where = Location(file=file)
    try:
        name = parse_file_name(Path(file).name)
    except NamingError as error:
        yield from (Problem(found.what, where, found.expected) for found in error.problems)
        return
    told = {"program": name.program, "asn_id": name.asn_id, "asn_type": name.asn_type}
    yield from _disagreements("the file name", told | {"version_id": name.version_id}, data, where)


def _disagreements(
    at: str, told: Mapping[str, str | None], data: Mapping[str, Any], where: Location
) -> Iterator[Problem]:
    """Compare the parts of a name with the fields of the association, ignoring case."""
    for key, text in told.items():
        said = data.get(key)
        if (said or "").lower() != (text or ""):
            tells, says = _in_words(text), _in_words(said)
            yield Problem(f"{at} says {key} {tells}, the association {says}", where)
