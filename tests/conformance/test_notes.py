"""The key by which members say how good they are, as the calibration pipeline loads it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from asnsolve import load_rules, solve
from asnsolve.pool.measures import time
from asnsolve.rules.preferences import best
from asnsolve.rules.rule_set import RuleSet
from tests.associations.small import stepped
from tests.conformance.reference import NEEDS_REFERENCE
from tests.solvers.rows import exposure, pool_of

pytestmark = [NEEDS_REFERENCE, pytest.mark.usefixtures("pipeline_warnings")]


def test_the_pipeline_loads_members_that_say_how_good_they_are(tmp_path: Path) -> None:
    rule = stepped(best("background", nearest="expstart", note="match"), asn_type="image3")
    rules = load_rules(RuleSet("best", (rule,), measures=(time("expstart"),)))
    pool = pool_of(exposure("a", expstart="59000"), exposure("x", expstart="59000.5", bkgdtarg="t"))
    solve(pool, rules, ids=["o001"]).write(tmp_path)
    (file,) = tmp_path.glob("*_asn.json")
    with file.open() as stream:
        loaded = import_module("jwst.associations").load_asn(stream)
    members = loaded["products"][0]["members"]
    assert [member.get("match") for member in members] == [None, "0.5 d from jw_a"]
