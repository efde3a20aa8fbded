"""What a call from files shows of its result."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from asnsolve.associations.association import Product
from asnsolve.errors import Problem
from asnsolve.from_files.solved_request import Associated
from asnsolve.solvers.refusals import Orphan
from tests.from_files.small import association, member

ONE = association(member("a_cal.fits"), member("b_cal.fits"))
NOTES = (
    "files left over: 1, problems: 2, notes: 3, files written: 4, files there already: 5, "
    "files to download: 6"
)
FOUND = Associated(
    (replace(ONE, products=(*ONE.products, Product("other", ONE.members[:1]))),),
    (Orphan("x_cal.fits", None),),
    (Problem("p"),) * 2,
    (Problem("n"),) * 3,
    (Path("w"),) * 4,
    (Path("u"),) * 5,
    ("d",) * 6,
)


def test_a_text_has_all_counts() -> None:
    assert repr(FOUND) == (f"<Associated files: 1 association>\n  one.json: 3 members\n  {NOTES}")
    assert repr(Associated((ONE,) * 6, (), ())).endswith("2 members\n  and 2 more")


def test_a_text_has_a_few_associations() -> None:
    assert "more" not in repr(Associated((ONE,) * 4, (), ()))
    assert repr(Associated((ONE,) * 5, (), ())).endswith("2 members\n  and 1 more")


def test_a_notebook_has_a_row_per_association() -> None:
    assert re.findall("[^|\\n]+", re.sub("<[^>]*>", "|", FOUND._repr_html_())) == [
        "Associated files: 1 association",
        *("file", "rule", "product", "members"),
        *("one.json", "Asn_Rule", "product, other", "3"),
        NOTES,
    ]
