from __future__ import annotations

import json
from pathlib import Path
from types import MappingProxyType

import pytest

from asnsolve.errors import Location, Problem
from asnsolve.pool.raw_table import SetAsideRow
from asnsolve.report.to_json import to_json


def test_records_are_objects_and_problems_have_a_flat_location() -> None:
    problem = Problem("bad", Location("pool", 3), "good")
    data = {
        "rows": (SetAsideRow(3, "a|b", problem),),
        "at": Path("x/y"),
        "by": MappingProxyType({}),
    }
    laid_problem = {
        "what": "bad",
        "file": "pool",
        "row": 3,
        "column": None,
        "rule": None,
        "program": None,
        "field": None,
        "line": None,
        "expected": "good",
        "advice": "",
    }
    rows = [{"row": 3, "text": "a|b", "problem": laid_problem}]
    # Compared as text: the order of the keys is part of the report.
    assert to_json(data) == json.dumps({"rows": rows, "at": "x/y", "by": {}}, indent=2)


def test_anything_else_is_refused() -> None:
    with pytest.raises(TypeError, match="a report cannot hold set"):
        to_json({1})
