"""JSON is written so that it reads back the same."""

from __future__ import annotations

import json
import math

from asnsolve.associations.json_text import json_bytes


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
