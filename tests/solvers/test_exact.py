"""The definition takes another way where it would take too long."""

from __future__ import annotations

from dataclasses import replace

import pytest

from asnsolve import solve
from asnsolve.expr.build import same
from asnsolve.rules.level3_2017 import Asn_Image
from asnsolve.rules.model import Clause
from asnsolve.solvers import exact
from tests.associations.small import told
from tests.solvers.rows import exposure, pool_of

OPEN_KEYS = tuple(Clause(name, key=same(name, optional=True)) for name in ("band", "detector"))


def test_many_signatures_are_left_to_cliques(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = replace(Asn_Image, name="Asn_Open", clauses=(*Asn_Image.clauses, *OPEN_KEYS))
    pool = pool_of(*(exposure(str(n), **{("band", "detector")[n % 2]: str(n)}) for n in range(20)))
    few = solve(pool, rule, solver="exact")
    assert len(solve(pool, rule)) == len(few) == 100
    monkeypatch.setattr(exact, "_MOST_SIGNATURES", 99)
    monkeypatch.setattr(exact, "_signatures", None)
    assert solve(pool, rule, solver="exact") == few


def test_values_that_every_exposure_has_cost_no_combinations(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exact, "_MOST_SIGNATURES", 2)
    keys = (
        Clause("filter", key=same("filter")),
        Clause("detector", key=same("detector")),
        Clause("band", key=same("band", optional=True)),
    )
    rows = [exposure("a", filter="f1", detector="d1"), exposure("b", filter="f2", detector="d2")]
    rows += [exposure(n, filter="f2", detector="d3", band=n) for n in "cd"]
    assert told(rows, clauses=keys) == ["science a", "science b", "science c", "science d"]


def test_a_scope_in_which_nothing_can_enter_the_rule_has_no_association() -> None:
    rows = [exposure("a", exp_type="", asn_candidate="[('o002', 'observation')]"), exposure("b")]
    assert told(rows) == ["science b"]
