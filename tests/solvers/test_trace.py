"""Orphans: every exposure in no association, with the clause of the nearest rule."""

from __future__ import annotations

from asnsolve import Solution, solve
from tests.solvers.rows import exposure, pool_of


def reasons(solution: Solution) -> list[str]:
    return [str(orphan) for orphan in solution.orphans]


def test_the_nearest_rule_says_what_it_expected() -> None:
    solution = solve(pool_of(exposure("a"), exposure("b", filter="")))
    assert reasons(solution) == [
        "jw_b_uncal.fits: Asn_Image, clause opt_elem: expected that filter is set, "
        "but filter is not set"
    ]
    assert solution.orphans[0].refusals == 1


def test_a_group_without_science_orphans_its_exposures() -> None:
    solution = solve(pool_of(exposure("a", bkgdtarg="t"), exposure("b", filter="f090w")))
    assert reasons(solution) == [
        "jw_a_uncal.fits: Asn_Image, clause needs: expected that "
        "there is at least one science member"
    ]


def test_an_exposure_that_no_candidate_names_is_an_orphan_without_discovery() -> None:
    solution = solve(pool_of(exposure("a"), exposure("b", asn_candidate="")), discover=False)
    assert reasons(solution) == [
        "jw_b_uncal.fits: Asn_Image, clause candidate: expected that "
        "a candidate that was asked for names it, but asn_candidate is not set"
    ]


def test_the_first_of_several_refusing_clauses_is_named_with_their_number() -> None:
    dark = exposure("d", exp_type="nrc_dark", filter="")
    (orphan,) = solve(pool_of(dark), "level3-2017").orphans
    assert orphan.refusal is not None
    assert orphan.refusals == 2
    assert (orphan.refusal.rule, orphan.refusal.clause) == ("Asn_Image", "exp_type")


def test_orphans_come_in_the_order_of_their_names() -> None:
    solution = solve(pool_of(*(exposure(name, filter="") for name in "cab")))
    assert [orphan.filename for orphan in solution.orphans] == [
        f"jw_{name}_uncal.fits" for name in "abc"
    ]


def test_a_pool_of_nothing_has_no_orphans() -> None:
    solution = solve(pool_of(exposure("a")).take([]))
    assert (len(solution), solution.orphans) == (0, ())
