"""What the pipelines need of an association file: without it they cannot use the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import orjson

from asnsolve.associations.faults import Fault, fault
from asnsolve.shown_values import quoted

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {"string": "text", "array": "a list", "object": "an object"}
)

_BY_CONTAINER: Final = ("spec3", "tso3", "coron3")
"""Types whose pipelines cannot do without the pool and the product name of an association."""


def shape_faults(data: Mapping[str, Any]) -> Iterator[Fault]:
    """Find what keeps the pipelines from using an association.

    Parameters
    ----------
    data : mapping
        The association, in dicts, lists, texts and numbers.

    Yields
    ------
    Fault
        All of them errors. If there is none, the other checks can rely on the shape.
    """
    try:
        errors = [_refusal(error) for error in schema().iter_errors(dict(data))]
    except RecursionError:
        errors = [fault("error", "depth", "the association is nested too deeply")]
    if errors:
        yield from errors
        return
    asn_type = data.get("asn_type", "")
    if asn_type in _BY_CONTAINER and "asn_pool" not in data:
        yield fault("error", "lacks asn_pool", f"the association lacks asn_pool, for {asn_type}")
    if asn_type in _BY_CONTAINER or asn_type.endswith("2"):
        for number, product in enumerate(data["products"]):
            if "name" not in product:
                yield fault("error", "lacks name", f"products[{number}] lacks name, for {asn_type}")


@cache
def schema() -> Draft202012Validator:
    """Return the schema of association files.

    Returns
    -------
    Draft202012Validator
    """
    from jsonschema import Draft202012Validator

    text = files("asnsolve.associations").joinpath("schemas", "association.json")
    return Draft202012Validator(orjson.loads(text.read_bytes()))


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
    """Write the path to a value, as ``products[0].members[3].exptype``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".") or "the association"
