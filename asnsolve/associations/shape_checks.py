"""What the pipelines need of an association file: without it they cannot use the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import orjson

from asnsolve.associations.faults import Fault, fault
from asnsolve.profiles import FileField, FileFields, Profile, default_profile
from asnsolve.shown_values import quoted

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {"string": "text", "array": "a list", "object": "an object"}
)


def shape_faults(data: Mapping[str, Any], profile: Profile | None = None) -> Iterator[Fault]:
    """Find what keeps the pipelines from using an association.

    Parameters
    ----------
    data : mapping
        The association, in dicts, lists, texts and numbers.
    profile : Profile, optional
        The mission; by default `default_profile`.

    Yields
    ------
    Fault
        All of them errors. If there is none, the other checks can rely on the shape.
    """
    try:
        errors = [_refusal(error) for error in schema(profile).iter_errors(dict(data))]
    except RecursionError:
        errors = [fault("error", "depth", "the association is nested too deeply")]
    if errors:
        yield from errors
        return
    fields = (profile or default_profile()).fields
    asn_type = data.get(fields.keys["asn_type"], "")
    # The pipelines of these types need the pool and the product name of an association.
    needs_all = asn_type in fields.types_with_pool
    if needs_all and (pool := fields.keys["asn_pool"]) not in data:
        yield fault("error", f"lacks {pool}", f"the association lacks {pool}, for {asn_type}")
    if needs_all or asn_type.endswith("2"):
        for number, product in enumerate(data["products"]):
            if "name" not in product:
                yield fault("error", "lacks name", f"products[{number}] lacks name, for {asn_type}")


def schema(profile: Profile | None = None) -> Draft202012Validator:
    """Return the schema of the association files of a mission.

    Parameters
    ----------
    profile : Profile, optional
        The mission; by default `default_profile`.

    Returns
    -------
    Draft202012Validator
    """
    mission = profile or default_profile()
    return _schema(mission.fields, mission.file_roles)


@cache
def _schema(fields: FileFields, roles: tuple[str, ...]) -> Draft202012Validator:
    from jsonschema import Draft202012Validator

    text = files("asnsolve.associations").joinpath("schemas", "association.json")
    data = orjson.loads(text.read_bytes())
    parts = data["$defs"]
    parts["role"]["enum"] = [*roles]
    parts["member"]["required"] = [fields.keys[name] for name in parts["member"]["required"]]
    products = {"products": data["properties"]["products"]}
    data["properties"] = _properties(fields.association, data["properties"]) | products
    parts["member"]["properties"] = _properties(fields.member, parts["member"]["properties"])
    return Draft202012Validator(data)


def _properties(fields: Iterable[FileField], described: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of each key, given the schema of each attribute."""
    return {
        field.key: described[field.holds] if field.holds else {"const": field.constant}
        for field in fields
    }


def _refusal(error: ValidationError) -> Fault:
    """Put a refusal of the schema into words."""
    steps = list(error.absolute_path)
    at = _path(steps)
    value: Any = error.instance
    wanted: Any = error.validator_value
    # Steps without numbers, so that all members are refused at once.
    kind = " ".join([str(error.validator), *(step for step in steps if isinstance(step, str))])
    match error.validator:
        case "required":
            missing = [key for key in wanted if key not in value]
            return fault("error", f"{kind} {missing}", f"{at} lacks {', '.join(missing)}")
        case "type":
            return fault("error", kind, f"{at} is {in_words(value)}", _KINDS[wanted])
        case "const":
            return fault("error", kind, f"{at} is {in_words(value)}", quoted(wanted))
        case _:
            return fault("error", kind, f"{at} is empty")


def in_words(value: object) -> str:
    """Say briefly what a value of JSON is.

    Parameters
    ----------
    value : object
        The value.

    Returns
    -------
    str
    """
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
    """Write the path to a value, such as ``products[0].members[3].exptype``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".") or "the association"
