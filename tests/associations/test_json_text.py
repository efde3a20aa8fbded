"""JSON is written so that it reads back the same."""

from __future__ import annotations

import json
import math
from datetime import date

import pytest

from asnsolve.associations.json_text import is_too_deep, json_bytes, parse_json


def test_numbers_that_json_does_not_have_are_written_as_python_writes_them() -> None:
    for data in (
        {"a": [math.nan]},
        [{"b": (math.inf,)}],
        {"n": None, "x": -math.inf, "t": "\u00e9"},
    ):
        text = json_bytes(data)
        assert text == f"{json.dumps(data, indent=2, ensure_ascii=False)}\n".encode()
        assert str(json.loads(text)) == str(json.loads(json.dumps(data)))


def test_null_is_none_and_other_texts_stay() -> None:
    """The form of small numbers shows which writer was used."""
    assert json_bytes({"a": None, "x": 1e-5}) == b'{\n  "a": null,\n  "x": 0.00001\n}\n'
    assert json_bytes({"a": "null", "x": (1e-5,)}).endswith(b"[\n    0.00001\n  ]\n}\n")
    assert json_bytes({"x": 1e-5}) == b'{\n  "x": 0.00001\n}\n'


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


def test_what_could_not_be_written_again_is_not_read() -> None:
    assert json_bytes(parse_json(nested(254)))
    with pytest.raises(json.JSONDecodeError) as caught:
        parse_json(nested(255))
    assert str(caught.value) == "nested more than 254 levels deep: line 1 column 1 (char 0)"


@pytest.mark.parametrize(
    ("data", "deep"),
    [
        ({"a": [1, "b", None]}, False),
        ({"a": date(2026, 1, 1)}, False),
        # Values that cannot be written are another matter.
        ({"a": {1, 2}}, False),
        (json.loads(nested(300)), True),
    ],
)
def test_depth_is_told_apart_from_other_faults(data: object, deep: bool) -> None:
    assert is_too_deep(data) is deep


@pytest.mark.parametrize("text", [b'{"a": NaN, "b": [-Infinity]}', b"[1" + b"0" * 400 + b"]"])
def test_what_python_writes_beside_the_standard_is_read(text: bytes) -> None:
    assert str(parse_json(text)) == str(json.loads(text))


@pytest.mark.parametrize("text", [b"{", b'"\xff"', rb'"\ud800"', b"[" * 100_000])
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(json.JSONDecodeError):
        parse_json(text)
