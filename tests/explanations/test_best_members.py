"""What is said of members that a step kept as the best ones, and of those that it left out."""

from __future__ import annotations

import io
from typing import Any

import astropy.units as u
from rich.console import Console

from asnsolve import load_rules, solve
from asnsolve.associations.association import Match
from asnsolve.explanations.answers import LeftOut
from asnsolve.explanations.named_associations import explain_association
from asnsolve.explanations.pair import explain_pair
from asnsolve.explanations.why import explain
from asnsolve.expr.build import at_least, same
from asnsolve.pool.measures import time
from asnsolve.report.association_tree import print_trees
from asnsolve.report.explanations import explanation_data
from asnsolve.report.page.page_facts import page_facts
from asnsolve.report.to_json import to_json
from asnsolve.rules.preferences import best
from asnsolve.rules.rule_set import RuleSet
from tests.associations.small import stepped
from tests.report.page.facts import spelled
from tests.solvers.rows import exposure, pool_of

STEP = best("background", prefer=same("detector"), nearest="expstart")


def rules_of(*steps: Any, **parts: Any) -> RuleSet:
    return load_rules(RuleSet("best", (stepped(*steps, **parts),), measures=(time("expstart"),)))


RULES = rules_of(STEP)
POOL = pool_of(
    exposure("a", expstart="59000", detector="d1"),
    exposure("b", expstart="59010", detector="d1"),
    exposure("x", expstart="59001", detector="d1", bkgdtarg="t"),
    exposure("y", expstart="59004", detector="d1", bkgdtarg="t"),
    exposure("z", expstart="59009.5", detector="d2", bkgdtarg="t"),
)
OF_X = Match("jw_a", "the same detector", ("expstart",), 1.0, "d")
OF_Y = Match("jw_b", "the same detector", ("expstart",), 6.0, "d")


def test_a_member_that_was_kept_says_how_good_it_is() -> None:
    found = explain(POOL, RULES, "jw_x_uncal.fits")
    assert {one.grounds.match for one in found.memberships} == {OF_X}
    assert (
        "    It is among the best background members: the same detector, 1 d from jw_a.\n"
        in str(found)
    )
    science = explain(POOL, RULES, "jw_a_uncal.fits").memberships[0]
    assert science.grounds.match is None


def test_a_member_that_was_left_out_says_what_was_better() -> None:
    found = explain(POOL, RULES, "jw_z_uncal.fits")
    own = Match("jw_b", "no preference met", ("expstart",), 0.5, "d")
    assert found.rules[0].left_out == LeftOut(own, 1, (("jw_x", OF_X), ("jw_y", OF_Y)))
    assert str(found).splitlines() == [
        "jw_z_uncal.fits is in no association.",
        "",
        "Asn_Small of level 3 lets it in as background, but a step of the rule keeps only the best "
        "one for each science member:",
        "  Its match: no preference met, 0.5 d from jw_b.",
        "  jw_x is kept: the same detector, 1 d from jw_a.",
        "  jw_y is kept: the same detector, 6 d from jw_b.",
    ]
    data = to_json(explanation_data(found))
    assert '"distance": 0.5' in data
    assert '"exposure": "jw_x"' in data


def test_many_better_members_are_counted() -> None:
    rows = [exposure(f"s{day}", expstart=f"590{day}") for day in range(10, 18)]
    rows += [exposure(f"x{day}", expstart=f"590{day}.5", bkgdtarg="t") for day in range(10, 18)]
    rows.append(exposure("y", expstart="60000", bkgdtarg="t"))
    lines = str(explain(pool_of(*rows), RULES, "jw_y_uncal.fits")).splitlines()
    assert lines[-2:] == [
        "  jw_x15 is kept: no preference met, 0.5 d from jw_s16.",
        "  1 more is kept.",
    ]


def test_needs_that_are_not_met_come_before_what_is_better() -> None:
    rules = rules_of(STEP, needs=(at_least(9, "background"),))
    (answer,) = explain(POOL, rules, "jw_z_uncal.fits").rules
    assert answer.left_out is None
    assert [need.wanted for need in answer.unmet_needs] == [9]


def test_an_exposure_that_is_too_far_away_says_how_far() -> None:
    rules = rules_of(best("background", nearest="expstart", within=6 * u.hour))
    found = explain(POOL, rules, "jw_x_uncal.fits")
    assert found.rules[0].left_out == LeftOut(Match("jw_a", "", ("expstart",), 1.0, "d"), 1, ())


def test_an_orphan_says_that_others_are_better() -> None:
    solution = solve(POOL, RULES)
    (orphan,) = solution.orphans
    assert str(orphan) == (
        "jw_z_uncal.fits: Asn_Small, clause needs: expected that it is among the best background "
        "members for a science member"
    )


def test_the_members_of_an_association_say_how_good_they_are() -> None:
    name = solve(POOL, RULES, ids=["o001"]).associations[0].file_name
    (found,) = explain_association(POOL, RULES, name)
    assert str(found).splitlines()[-2:] == [
        "  background: jw_x, because of BKGDTARG t, among the best: the same detector, 1 d from "
        "jw_a.",
        "  background: jw_y, because of BKGDTARG t, among the best: the same detector, 6 d from "
        "jw_b.",
    ]


def test_of_two_exposures_a_step_may_leave_one_out() -> None:
    found = explain_pair(POOL, RULES, "jw_a_uncal.fits", "jw_z_uncal.fits")
    assert "a step leaves one of them out" in str(found)


def test_a_page_and_a_tree_say_how_good_members_are() -> None:
    solution = solve(POOL, RULES, ids=["o001"])
    facts = page_facts(solution)
    science, background = facts["associations"]["products"][0][0][3]
    assert len(science) == 2
    assert [spelled(facts, number) for number in background[2]] == [str(OF_X), str(OF_Y)]
    screen = Console(file=io.StringIO(), width=200)
    print_trees(screen, [*solution])
    assert isinstance(screen.file, io.StringIO)
    assert f"jw_y_cal.fits ({OF_Y})" in screen.file.getvalue()
