"""Small tables written as lines of JSON, a few pieces at a time, and as columns."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from asnsolve import load_rules, solve
from asnsolve.associations import line_maker
from asnsolve.associations.asn_files import contained_line, to_line
from asnsolve.associations.association import code_version
from asnsolve.associations.association_lists import Columns
from asnsolve.associations.line_maker import LineMaker
from asnsolve.associations.table_list import TableList
from asnsolve.expr.build import same
from asnsolve.pool.measures import time
from asnsolve.rules.model import Clause, Rule
from asnsolve.rules.preferences import best
from asnsolve.rules.rule_set import RuleSet
from asnsolve.rules.steps import DirectImage, SpectraAsBackground, Step
from tests.associations.drafts import draft, table_of
from tests.associations.small import BASE, stepped
from tests.solvers.rows import exposure, pool_of

NEAREST = best("background", nearest="expstart", note="match")


def rule(name: str, *steps: Step, level: int = 3, **parts: Any) -> Rule:
    base = replace(BASE, name=f"{name}_Base", level=level)
    key = Clause("opt_elem", key=same("filter", optional=True))
    return stepped(*steps, name=name, base=base, clauses=(key,), **parts)


RULES = (
    rule("Asn_Near", NEAREST, asn_type="near3"),
    rule("Asn_Spectra", SpectraAsBackground(), asn_type="spec2", level=2),
    rule("Asn_Direct", DirectImage(), asn_type="grism3"),
)
ROWS = [
    exposure("a", filter="f1", expstart="59000", exposerr='a "jitter"'),
    exposure("b", filter="f1", expstart="59001"),
    exposure("c", filter="f2", expstart="59003", targetid=""),
    exposure("x", filter="f1", expstart="59000.5", bkgdtarg="t"),
    exposure("y", filter="f2", expstart="59005", bkgdtarg="t", exposerr="lost"),
    exposure("z", filter="f2", expstart="59006", template="direct"),
]


@pytest.fixture(scope="module")
def table() -> TableList:
    """Return five associations of three rules, with notes and with derived members."""
    rules = load_rules(RuleSet("small", RULES, measures=(time("expstart"),)))
    made = solve(pool_of(*ROWS), rules, discover=False)._found.made
    assert isinstance(made, TableList)
    assert len(made) == 5
    # The order differs from that of the rules.
    return made.take(np.array([4, 0, 3, 1, 2]))


NAMES = [
    "jw00001-o001_spec2_00002_asn.json",
    "jw00001-o001_grism3_00001_asn.json",
    "jw00001-o001_spec2_00001_asn.json",
    "jw00001-o001_near3_00001_asn.json",
    "jw00001-o001_near3_00002_asn.json",
]
F1, F2 = "jw00001-o001_t000_nircam_f1", "jw00001-o001_t000_nircam_f2"
IMAGE = "jw00001-o001_t000_nircam_clear-f2"
CELL = "[('o001', 'observation')]"


def test_a_line_says_all_of_an_association(table: TableList) -> None:
    maker = LineMaker(table.table, table.places[3:4], starts_with_name=True, ending="}!")
    (line,) = (line for part in maker.lines() for line in part.list())
    assert line == (
        '{"file_name":"jw00001-o001_near3_00001_asn.json",'
        '"asn_type":"near3","asn_rule":"Asn_Near","version_id":null,'
        f'"code_version":"{code_version()}",'
        '"degraded_status":"One or more members have an error associated with them.\\n'
        'Details can be found in the member.exposerr attribute.",'
        '"program":"00001",'
        '"constraints":"opt_elem: all members that have one share one filter (f1)",'
        '"asn_id":"o001","target":"t000","asn_pool":"pool",'
        f'"products":[{{"name":"{F1}","members":['
        '{"expname":"jw_a_cal.fits","exptype":"science","exposerr":"a \\"jitter\\"",'
        f'"asn_candidate":"{CELL}"}},'
        '{"expname":"jw_b_cal.fits","exptype":"science","exposerr":"null",'
        f'"asn_candidate":"{CELL}"}},'
        '{"expname":"jw_x_cal.fits","exptype":"background","exposerr":"null",'
        f'"asn_candidate":"{CELL}","match":"0.5 d from jw_a"}}]}}]}}!'
    )


@pytest.mark.parametrize("version", [None, "v1"])
def test_what_is_missing_is_null(version: str | None) -> None:
    written = table_of([draft("science a")], version=version)
    ((line,),) = (part.list() for part in LineMaker(written, np.array([0])).lines())
    assert json.loads(line)["version_id"] == version
    assert line.endswith('"exptype":"science","exposerr":null,"asn_candidate":null}]}]}')


BOUNDS = [
    {},
    {"_ROWS_PER_TEXT": 1},
    {"_ROWS_PER_TEXT": 10**6},
    {"_PIECES_LAID_OUT": 1, "_PIECES_AT_ONCE": 1},
    {"_NAMED_LINES": 2},
    {"_NAMED_LINES": 3, "_PIECES_OF_NAMED_LINES": 1},
]


@pytest.mark.parametrize("bounds", BOUNDS, ids=str)
def test_lines_are_those_of_the_objects(
    table: TableList, bounds: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, bound in bounds.items():
        monkeypatch.setattr(line_maker, name, bound)
    objects = table.objects()
    assert [one.file_name for one in objects] == NAMES
    lines, contained = list(map(to_line, objects)), [contained_line(o, "}!\n") for o in objects]
    maker = LineMaker(table.table, table.places)
    assert maker.names().list() == NAMES
    assert [line for part in maker.lines() for line in part.list()] == lines
    assert [line for part in table.contained("}!\n") for line in part.list()] == contained
    for found, wanted in ((table.lines(), lines), (table.named_contained("}!\n"), contained)):
        parts = [(names.list(), texts.list()) for names, texts in found]
        assert [name for names, _ in parts for name in names] == NAMES
        assert [text for _, texts in parts for text in texts] == wanted
        most = bounds.get("_NAMED_LINES", 5) if "_PIECES_OF_NAMED_LINES" not in bounds else 1
        assert max(len(texts) for _, texts in parts) == most


def test_named_lines_come_by_the_seven_thousand(table: TableList) -> None:
    # Pages of Parquet files depend on it.
    many = table.take(np.zeros(7_001, dtype=np.int64))
    assert [(len(names), len(texts)) for names, texts in many.lines()] == [(7_000, 7_000), (1, 1)]


def test_lines_of_no_associations_are_none(table: TableList) -> None:
    nothing = table.take(np.zeros(0, dtype=np.int64))
    assert len(nothing) == 0
    assert nothing.objects() == ()
    assert [line for _, part in nothing.lines() for line in part.list()] == []
    members = {name: cells_of(nothing.member_columns, name) for name in nothing.member_columns}
    assert set(map(tuple, members.values())) == {()}
    assert members.keys() == table.member_columns.keys()


def cells_of(columns: Columns, name: str) -> list[Any]:
    """Return a column as Python objects."""
    cells = columns[name]
    if not isinstance(cells, tuple):
        return list(cells.tolist())
    codes, texts = cells
    known = texts.list()
    return [None if code < 0 else known[code] for code in codes.tolist()]


def test_associations_are_columns(table: TableList) -> None:
    columns = table.columns
    assert {name: cells_of(columns, name) for name in columns} == {
        "file_name": NAMES,
        "program": ["00001"] * 5,
        "asn_id": ["o001"] * 5,
        "asn_type": ["spec2", "grism3", "spec2", "near3", "near3"],
        "rule": ["Asn_Spectra", "Asn_Direct", "Asn_Spectra", "Asn_Near", "Asn_Near"],
        "level": [2, 3, 2, 3, 3],
        "target": ["null", "t000", "1", "t000", "t000"],
        "product": [F2, F2, F1, F1, F2],
        "members": [3, 5, 5, 3, 3],
    }


def test_members_are_columns(table: TableList) -> None:
    columns = table.member_columns
    owners = [0] * 3 + [1] * 5 + [2] * 5 + [3] * 3 + [4] * 3
    jitter = 'a "jitter"'
    c_y_z = [f"jw_{name}_cal.fits" for name in "cyz"]
    a_b_x = [f"jw_{name}_cal.fits" for name in "abx"]
    products = [f"{IMAGE}_i2d.fits", f"{IMAGE}_segm.fits", f"{IMAGE}_cat.ecsv"]
    spectra = ["jw_a_x1d.fits", "jw_b_x1d.fits"]
    alone, no = ["science", "background", "direct_image"], [None] * 3
    assert {name: cells_of(columns, name) for name in columns} == {
        "association": owners,
        "file_name": [NAMES[owner] for owner in owners],
        "product": [[F2, F2, F1, F1, F2][owner] for owner in owners],
        "expname": [
            *c_y_z,
            *c_y_z[:2],
            *products,
            *a_b_x[:2],
            *spectra,
            *a_b_x[2:],
            *a_b_x,
            *c_y_z,
        ],
        "exptype": [
            *alone,
            *(*alone, "segmap", "sourcecat"),
            *(["science"] * 2 + ["background"] * 3),
            *("science", "science", "background"),
            *alone,
        ],
        "exposure": [
            *("jw_c", "jw_y", "jw_z", "jw_c", "jw_y", *no),
            *("jw_a", "jw_b", "jw_a", "jw_b", "jw_x", "jw_a", "jw_b", "jw_x"),
            *("jw_c", "jw_y", "jw_z"),
        ],
        "stage": [*["cal"] * 5, *no, "cal", "cal", "x1d", "x1d", *["cal"] * 7],
        "exposerr": [
            *("null", "lost", "null", "null", "lost", *no),
            *(jitter, "null", jitter, "null", "null", jitter, "null", "null"),
            *("null", "lost", "null"),
        ],
        "asn_candidate": [*no, CELL, CELL, *no, *[None] * 5, *[CELL] * 6],
        "derived": [False] * 5 + [True] * 3 + [False] * 11,
    }
