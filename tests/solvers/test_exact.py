"""The definition takes another way where it would take too long."""

from __future__ import annotations

from dataclasses import replace

import astropy.units as u
import pytest

from asnsolve import solve
from asnsolve.expr.build import is_set, same, spread
from asnsolve.pool.measures import number
from asnsolve.rules.level3_2017 import Asn_Image
from asnsolve.rules.model import Clause
from asnsolve.rules.rule_set import RuleSet
from asnsolve.solvers import exact, maximal_sets
from tests.associations.small import told
from tests.rules.small import IMAGES
from tests.rules.small import rule as small_rule
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


def test_a_rule_without_keys_has_one_set() -> None:
    rule = replace(
        Asn_Image, name="Asn_All", mixins=(), clauses=(Clause("filter", where=is_set("filter")),)
    )
    pool = pool_of(exposure("a", filter="f1"), exposure("b", filter="f2"), exposure("c", filter=""))
    found = solve(pool, rule, solver="exact")
    assert [len(one.members) for one in found] == [2]
    assert found == solve(pool, rule)


def test_offers_that_agree_with_no_other_make_sets_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rule = replace(Asn_Image, name="Asn_Open", clauses=(*Asn_Image.clauses, *OPEN_KEYS))
    pool = pool_of(
        exposure("a", band="1", detector="1"),
        exposure("b", detector="2"),
        exposure("c", band="2"),
    )
    expected = solve(pool, rule)
    assert sorted(len(one.members) for one in expected) == [1, 2]
    for most in (0, 4, 200):
        monkeypatch.setattr(exact, "_MOST_SIGNATURES", most)
        assert solve(pool, rule, solver="exact") == expected


@pytest.mark.parametrize("solver", ["fast", "exact"])
@pytest.mark.parametrize("others", [["f2"], ["f2", "f3"]])
def test_parts_are_divided_again_before_their_sets_are_counted(
    solver: str, others: list[str]
) -> None:
    """Two parts have 600 sets each; the band in which they differ is open in another filter."""
    names = ("band", "module", "channel")
    clauses = (*Asn_Image.clauses, *(Clause(n, key=same(n, optional=True)) for n in names))
    rule = replace(Asn_Image, name="Asn_Open", clauses=clauses)
    rows = [
        exposure(f"{band}{key}{value}", filter="f1", band=band, **{key: f"v{value}"})
        for band in ("b1", "b2")
        for key, count in (("module", 25), ("channel", 24))
        for value in range(count)
    ]
    rows += [exposure(name, filter=name) for name in others]
    solution = solve(pool_of(*rows), rule, solver=solver)
    assert (len(solution), solution.unsolved) == (2 * 600 + len(others), ())


@pytest.mark.parametrize("solver", ["fast", "exact"])
def test_what_has_too_many_parts_costs_no_other_component(
    solver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maximal_sets, "MOST_MEMBERS", 30)
    monkeypatch.setattr(maximal_sets, "MOST_MEMBERS_EACH", 1)
    rule = small_rule(
        clauses=(
            IMAGES,
            Clause("filter", key=same("filter")),
            Clause("roll", key=spread("pa_v3", at_most=5 * u.deg)),
        )
    )

    def rolled(name: str, count: int) -> list[dict[str, str]]:
        return [
            exposure(f"{name}{at}", filter=name, pa_v3=str(at), exp_type="mir_image")
            for at in range(count)
        ]

    rules = RuleSet("small", (rule,), measures=(number("pa_v3", u.deg),))
    # Ten windows of six would have 60 members; seven exposures make two windows, of twelve.
    rows = [*rolled("f1", 7), *rolled("f2", 15), *rolled("f3", 7)]
    solution = solve(pool_of(*rows), rules, solver=solver)
    assert sorted(len(one.members) for one in solution) == [6] * 4
    assert len(solution.unsolved) == 1
    assert solution == solve(pool_of(*rows[::-1]), rules, solver=solver)


@pytest.mark.parametrize("solver", ["fast", "exact"])
def test_what_a_set_needs_must_be_among_its_own_members(solver: str) -> None:
    """The background fits into both sets, and one of them has no science."""
    rule = small_rule(clauses=(IMAGES, Clause("filter", key=same("filter", optional=True))))
    rows = [
        exposure("a", filter="f1", exp_type="mir_image"),
        exposure("b", filter="f2", exp_type="mir_image", is_psf="t"),
        exposure("c", filter="", exp_type="mir_image", bkgdtarg="t"),
    ]
    (found,) = solve(pool_of(*rows), RuleSet("small", (rule,)), solver=solver)
    assert sorted(member.exptype for member in found.members) == ["background", "science"]
