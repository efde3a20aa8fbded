"""Orphans: every exposure in no association, with the clause of the nearest rule."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from asnsolve import Pool, Rule, RuleSet, Solution, explain, load_rules, solve
from asnsolve.expr.build import all_of, any_of, at_least, is_set, matches, not_, one_of, same
from asnsolve.rules.level3_2017 import Asn_Image
from asnsolve.rules.model import Clause, Reach
from asnsolve.rules.preferences import best
from asnsolve.rules.steps import Attach
from asnsolve.solvers.refusals import (
    Orphan,
    Refusal,
    _lacking,
    clause_text,
    nearest_refusals,
    values_text,
)
from asnsolve.solvers.task import Task
from tests.solvers.rows import exposure, pool_of


def reasons(solution: Solution) -> list[str]:
    return [str(orphan) for orphan in solution.orphans]


def test_the_nearest_rule_says_what_it_expected() -> None:
    solution = solve(pool_of(exposure("a"), exposure("b", filter="")), "level3-2017")
    assert reasons(solution) == [
        "jw_b_uncal.fits: Asn_Image, clause opt_elem: expected that filter is set, "
        "but filter is not set"
    ]
    assert solution.orphans[0].refusals == 1


def test_a_group_without_science_orphans_its_exposures() -> None:
    pool = pool_of(exposure("a", bkgdtarg="t"), exposure("b", filter="f090w"))
    solution = solve(pool, "level3-2017")
    assert reasons(solution) == [
        "jw_a_uncal.fits: Asn_Image, clause needs: expected that "
        "there is at least one science member"
    ]


def test_only_the_needs_that_are_not_met_are_named() -> None:
    rule = replace(Asn_Image, needs=(at_least(1, "psf"), at_least(2, "science")))
    pool = pool_of(exposure("a"), exposure("b"), exposure("c", filter="f090w"))
    psf = "there is at least one psf member"
    for solver in ("fast", "exact"):
        lacking = [
            orphan.refusal.expected
            for orphan in solve(pool, rule, solver=solver).orphans
            if orphan.refusal is not None
        ]
        assert lacking == [psf, psf, f"{psf} and there are at least two science members"]


def test_an_exposure_that_no_candidate_names_is_an_orphan_without_discovery() -> None:
    pool = pool_of(exposure("a"), exposure("b", asn_candidate=""))
    solution = solve(pool, "level3-2017", discover=False)
    assert reasons(solution) == [
        "jw_b_uncal.fits: Asn_Image, clause candidate: expected that "
        "a candidate names it and was asked for, but asn_candidate is not set"
    ]


def test_the_first_of_several_refusing_clauses_is_named_with_their_number() -> None:
    dark = exposure("d", exp_type="nrc_dark", filter="")
    (orphan,) = solve(pool_of(dark), Asn_Image).orphans
    assert orphan.refusal is not None
    assert orphan.refusals == 2
    assert (orphan.refusal.rule, orphan.refusal.clause) == ("Asn_Image", "exp_type")


def test_an_exposure_of_a_type_that_no_rule_is_for_is_told_just_that() -> None:
    dark = exposure("d", exp_type="nrc_dark")
    assert reasons(solve(pool_of(dark), "jwst")) == [
        "jw_d_uncal.fits: no rule takes exp_type nrc_dark"
    ]
    untyped = exposure("u", exp_type="")
    assert reasons(solve(pool_of(untyped), "jwst")) == [
        "jw_u_uncal.fits: no rule takes exposures without exp_type"
    ]
    found = explain(pool_of(untyped), "jwst", "jw_u_uncal.fits")
    assert str(found).splitlines()[1:] == [
        *("", "No rule of level 2 is for exposures without EXP_TYPE."),
        *("", "No rule of level 3 is for exposures without EXP_TYPE."),
    ]


def test_an_exposure_that_rules_only_attach_is_told_to_what() -> None:
    """No clause of level 3 takes acquisitions, but a step adds them to associations."""
    acquisition = exposure("a", exp_type="nrc_tacq", pntgtype="target_acquisition", obs_num="1")
    level3 = load_rules("jwst").of_level(3)
    [orphan] = solve(pool_of(acquisition), level3).orphans
    assert str(orphan) == (
        "jw_a_uncal.fits: rules attach target_acquisition exposures to associations with the same "
        "program, instrume and obs_num, and there are none"
    )
    assert (orphan.attached_as, orphan.for_its_type) == ("target_acquisition", False)
    assert explain(pool_of(acquisition), level3, orphan.filename).levels[0].attached_as
    # With an association of its observation it is no orphan; with one of another, it still is.
    for observation, left in (("1", []), ("2", [orphan.filename])):
        science = exposure("b", obs_num=observation, subarray="full")
        solution = solve(pool_of(acquisition, science), level3)
        assert len(solution) > 0
        assert [one.filename for one in solution.orphans] == left


def test_a_long_list_of_values_is_cut_short() -> None:
    rule = replace(Asn_Image, clauses=(Clause("band", one_of("band", *"uvwxyz")),))
    (orphan,) = solve(pool_of(exposure("a", band="a")), rule).orphans
    assert str(orphan).endswith("expected that band is u, v or 4 others, but band is a")


def nearest(pool: Pool, *rules: Rule) -> tuple[str, str, int]:
    (orphan,) = solve(pool, rules).orphans
    assert orphan.refusal is not None
    return orphan.refusal.rule, orphan.refusal.clause, orphan.refusals


def test_a_rule_of_another_exposure_type_is_farther_than_one_that_refuses_more() -> None:
    dark = pool_of(exposure("d", exp_type="nrc_dark"))
    assert nearest(dark, Asn_Image) == ("Asn_Image", "exp_type", 1)
    clauses = tuple(Clause(name, is_set(name)) for name in ("band", "lamp", "opmode"))
    any_type = replace(Asn_Image, name="Asn_Any", mixins=(), clauses=clauses)
    assert nearest(dark, Asn_Image, any_type) == ("Asn_Any", "band", 3)


def test_a_rule_is_farther_where_the_type_decides_though_other_things_are_asked_too() -> None:
    """The type alone decides it, wherever in the clause it is asked for."""
    dark = pool_of(exposure("d", exp_type="nrc_dark"))
    mixed = Clause("mixed", all_of(is_set("filter"), not_(one_of("exp_type", "nrc_dark"))))
    either = Clause("either", any_of(is_set("band"), one_of("exp_type", "mir_dark")))
    by_type = replace(Asn_Image, name="Asn_Type", mixins=(), clauses=(mixed,))
    by_band = replace(
        Asn_Image, name="Asn_Band", mixins=(), clauses=(either, Clause("lamp", is_set("lamp")))
    )
    assert nearest(dark, by_type, by_band) == ("Asn_Band", "either", 2)


def test_of_rules_that_refuse_as_often_that_of_more_clauses_is_the_nearer() -> None:
    pool = pool_of(exposure("a", filter=""))
    few = replace(Asn_Image, name="Asn_Few", mixins=(), clauses=(Clause("f", is_set("filter")),))
    assert nearest(pool, few, Asn_Image) == ("Asn_Image", "opt_elem", 1)
    assert nearest(pool, Asn_Image, few) == ("Asn_Image", "opt_elem", 1)
    assert nearest(pool, few) == ("Asn_Few", "f", 1)


def test_a_rule_that_is_not_solved_where_the_exposure_is_is_farther_than_one_that_is() -> None:
    """That it lacks a filter says more of an image than that it is in no mosaic."""
    pool = pool_of(exposure("a", filter=""))
    clauses = tuple(replace(c, key=None, where=is_set("exp_type")) for c in Asn_Image.all_clauses)
    mosaics = replace(Asn_Image, name="Asn_Mosaic", clauses=clauses, reach=Reach(("mosaic",)))
    assert nearest(pool, mosaics) == ("Asn_Mosaic", "candidate", 1)
    for rules in ((mosaics, Asn_Image), (Asn_Image, mosaics)):
        assert nearest(pool, *rules) == ("Asn_Image", "opt_elem", 1)


def test_being_in_no_candidate_of_the_rule_counts_as_one_refusal_more() -> None:
    pool = pool_of(exposure("a", filter=""))
    mosaics = replace(Asn_Image, reach=Reach(("mosaic",)))
    assert nearest(pool, mosaics) == ("Asn_Image", "opt_elem", 2)


def test_an_exposure_is_judged_in_the_candidate_in_which_it_came_nearest() -> None:
    """A rule may be barred from a candidate, or look at which candidate it is."""
    both = "[('o001', 'observation'), ('c1000', 'mosaic')]"
    pool = pool_of(exposure("a", filter="", asn_candidate=both))
    barred = replace(Asn_Image, reach=Reach(barred_types=("observation",), discovered=False))
    assert nearest(pool, barred) == ("Asn_Image", "opt_elem", 1)
    (orphan,) = solve(pool_of(exposure("a")), barred).orphans
    assert str(orphan) == (
        "jw_a_uncal.fits: Asn_Image, clause candidate: expected that a candidate of a type other "
        "than observation names it and was asked for, "
        "but asn_candidate is [('o001', 'observation')]"
    )
    bound = replace(Asn_Image, reach=Reach(candidate_types=("mosaic", "group"), discovered=False))
    (orphan,) = solve(pool_of(exposure("a")), bound).orphans
    assert str(orphan) == (
        "jw_a_uncal.fits: Asn_Image, clause candidate: expected that a candidate of type mosaic or "
        "group names it and was asked for, but asn_candidate is [('o001', 'observation')]"
    )
    # All candidates of the exposure are shown, not only that of the scope.
    (orphan,) = solve(pool_of(exposure("a", asn_candidate=both)), Asn_Image, ids=["o009"]).orphans
    assert orphan.refusal is not None
    assert orphan.refusal.values == (("asn_candidate", both),)
    clause = Clause("cell", matches("asn_candidate", ".*mosaic.*"))
    inside = replace(Asn_Image, clauses=(*Asn_Image.clauses, clause))
    assert nearest(pool, inside) == ("Asn_Image", "opt_elem", 1)
    assert nearest(pool_of(exposure("a")), inside) == ("Asn_Image", "cell", 1)


def test_orphans_come_in_the_order_of_their_names() -> None:
    solution = solve(pool_of(*(exposure(name, filter="") for name in "cab")))
    assert [orphan.filename for orphan in solution.orphans] == [
        f"jw_{name}_uncal.fits" for name in "abc"
    ]


def test_a_pool_of_nothing_has_no_orphans() -> None:
    solution = solve(pool_of(exposure("a")).take([]))
    assert (len(solution), solution.orphans) == (0, ())


FILTER = Refusal("Asn_X", "filter", (("filter", None), ("pupil", "clear")), "filter is set")
REFUSED = "Asn_X, clause filter: expected that filter is set, but filter is not set, pupil is clear"
TYPE = Refusal("Asn_X", "type", (("exp_type", "nrc_dark"),), "exp_type is nrc_image")


@pytest.mark.parametrize(
    ("orphan", "reason"),
    [
        (Orphan("a", None), "there are no rules"),
        (Orphan("a", FILTER), REFUSED),
        (Orphan("a", FILTER, advice="Set it."), f"{REFUSED}. Set it."),
        (Orphan("a", FILTER, of_its_sort=False), REFUSED),
        # The nearest rule is for other exposures, so it would only mislead.
        (Orphan("a", FILTER, of_its_sort=False, advice="Set it."), "Set it."),
        (Orphan("a", TYPE, for_its_type=False), "no rule takes exp_type nrc_dark"),
        (
            Orphan("a", replace(TYPE, values=(("exp_type", None),)), for_its_type=False),
            "no rule takes exposures without exp_type",
        ),
        (Orphan("a", FILTER, for_its_type=False), "no rule takes such exposures"),
        (
            Orphan(
                "a", TYPE, for_its_type=False, attached_as="psf", attached_by=("program", "filter")
            ),
            "rules attach psf exposures to associations with the same program and filter, and "
            "there are none",
        ),
    ],
)
def test_an_orphan_tells_its_reason(orphan: Orphan, reason: str) -> None:
    assert orphan.reason == reason
    assert str(orphan) == f"a: {reason}"


def test_clauses_and_values_are_told_in_words() -> None:
    assert values_text((("a", "1"), ("b", None))) == "a is 1, b is not set"
    assert clause_text("a", "a is set", ()) == "a: expected that a is set"


def test_without_rules_every_exposure_is_an_orphan() -> None:
    task = Task.of(pool_of(exposure("b"), exposure("a")), RuleSet("none", ()))
    assert nearest_refusals(task, np.array([0, 1])) == (
        Orphan("jw_a_uncal.fits", None),
        Orphan("jw_b_uncal.fits", None),
    )


def test_a_component_that_is_left_unsolved_is_told_beside_other_orphans() -> None:
    """Each orphan has its own reason, in any order of the orphans."""
    keys = ("band", "module", "channel")
    clauses = (*Asn_Image.clauses, *(Clause(key, key=same(key, optional=True)) for key in keys))
    rule = replace(Asn_Image, name="Asn_Open", clauses=clauses)
    rows = [
        exposure(f"{number}{key}{value:02}", filter=number, **{key: f"v{value}"})
        for number in ("f1", "f2")
        for key in keys
        for value in range(11)
    ]
    rows += [exposure("a", filter=""), exposure("z", filter="")]
    for other in (rule, replace(rule, name="Asn_Other")):
        solution = solve(pool_of(*rows), [Asn_Image_Dark, other])
        told = {one.filename: one for one in solution.orphans}
        assert len(told) == 68
        assert {one.refusal.clause for one in told.values() if one.refusal} == {
            *("search", "opt_elem")
        }
        for name in "az":
            assert str(told[f"jw_{name}_uncal.fits"].refusal) == (
                f"{other.name}, clause opt_elem: expected that filter is set, but filter is not set"
            )
        left = told["jw_f2channel10_uncal.fits"]
        assert left.refusal == Refusal(
            other.name,
            "search",
            (),
            "the exposures that could be associated with it make at most 1,000 maximal sets with "
            "50,000 members in all",
        )
        assert left.advice == (
            "Give the exposures the values of BAND, MODULE, CHANNEL that they lack, leave out "
            "exposures that do not belong together, or use a rule that does not leave these keys "
            "open."
        )
    assert list(told) == sorted(told)


Asn_Image_Dark = replace(
    Asn_Image, name="Asn_Dark", clauses=(Clause("exp_type", one_of("exp_type", "nrc_dark")),)
)


def test_a_search_that_was_given_up_is_nearer_than_a_need() -> None:
    """The rule with more clauses takes the exposures too, and misses a PSF reference."""
    keys = ("band", "module", "channel")
    clauses = (*Asn_Image.clauses, *(Clause(key, key=same(key, optional=True)) for key in keys))
    searching = replace(Asn_Image, name="Asn_Open", clauses=clauses)
    more = [Clause(f"more{name}", is_set(name)) for name in ("obs_num", "visit", "pupil", "filter")]
    needy = replace(
        Asn_Image,
        name="Asn_Needy",
        clauses=(*Asn_Image.clauses, *more),
        needs=(at_least(1, "psf"),),
    )
    rows = [
        exposure(f"{key}{value:02}", **{key: f"v{value}"}) for key in keys for value in range(11)
    ]
    for rules, discover in itertools.product(itertools.permutations((searching, needy)), (0, 1)):
        told = solve(pool_of(*rows), RuleSet("both", rules), discover=bool(discover)).orphans
        assert {(one.refusal.rule, one.refusal.clause) for one in told if one.refusal} == {
            ("Asn_Open", "search")
        }


def test_a_type_that_a_rule_is_for_is_not_told_what_attaches_it() -> None:
    attaching = replace(
        Asn_Image, steps=(Attach(is_set("is_imprt"), "imprint", ("program", "obs_num")),)
    )
    imprint = exposure("a", is_imprt="t", filter="")
    other = exposure("b", is_imprt="t", exp_type="nrc_dark")
    told = solve(pool_of(imprint, other), attaching).orphans
    assert [(one.for_its_type, one.attached_as, one.attached_by) for one in told] == [
        (True, "", ()),
        (False, "imprint", ("program", "obs_num")),
    ]


@pytest.mark.parametrize(
    ("unmet", "role", "said"),
    [
        (True, "science", "there is at least one psf member"),
        (False, "background", "it is among the best background members for a science member"),
        (False, "science", "the later steps of the rule keep it in a group"),
    ],
)
def test_a_need_or_a_step_leaves_an_exposure_out(unmet: bool, role: str, said: str) -> None:
    choosing = replace(
        Asn_Image,
        needs=(at_least(1, "psf"),),
        steps=(best("background", nearest="expstart", at_most=1),),
    )
    lacks = np.zeros((1, len(choosing.all_needs)), dtype=np.bool_)
    lacks[0, [need == at_least(1, "psf") for need in choosing.all_needs]] = unmet
    assert _lacking(choosing, (np.array([3]), lacks), 3, role) == said
