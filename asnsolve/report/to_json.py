"""Reports as JSON text, with the dataclasses of asnsolve as objects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from asnsolve.errors import Problem
from asnsolve.shown_values import json_escaped

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def to_json(data: object) -> str:
    """Write a report as JSON.

    Parameters
    ----------
    data : object
        The report, in mappings, sequences, texts, numbers, paths, problems and other dataclasses.

    Returns
    -------
    str
        Indented ASCII text without control characters in its strings. A dataclass is an object
        with its fields; a problem has its location laid out flat, with the keys ``what``, ``file``,
        ``row``, ``column``, ``rule``, ``program``, ``field``, ``line``, ``expected``, ``advice``.
    """
    # Of ASCII, JSON leaves one control character as it is, the last.
    return json_escaped(json.dumps(data, indent=2, default=_simpler), keep="\n")


def fields_data(value: DataclassInstance) -> dict[str, Any]:
    """Lay out the fields of a dataclass.

    Parameters
    ----------
    value : dataclass
        An object with fields.

    Returns
    -------
    dict of str to Any
        The values by the names of the fields, as they are: unlike `dataclasses.asdict`, it copies
        nothing, and leaves dataclasses and problems among them to `to_json`. Fields that are not
        shown, as what an object needs to show itself, are left out.
    """
    return {field.name: getattr(value, field.name) for field in fields(value) if field.repr}


def _simpler(value: object) -> object:
    """Return a value that `json` cannot write as one that it can; what is inside comes later."""
    match value:
        case PurePath():
            return str(value)
        case Problem(what, location, expected, advice):
            # The location is laid out flat: readers filter by file or column.
            return {"what": what, **asdict(location), "expected": expected, "advice": advice}
        case Mapping():
            return dict(value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return fields_data(value)
        case _:
            raise TypeError(f"a report cannot hold {type(value).__name__}")
