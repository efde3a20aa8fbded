"""What pools and rule files may hold without stopping a solve."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from asnsolve import RuleError, load_rules, solve, validate_file
from asnsolve.expr.build import at_least, is_set
from asnsolve.rules.level3_2017 import Asn_Image, DMS_Level3_Base
from asnsolve.rules.model import Cases
from tests.solvers.rows import exposure, pool_of


def test_a_candidate_that_no_name_can_hold_is_passed_over_and_reported() -> None:
    candidates = "[('obs1', 'observation'), ('c1000', 'group')]"
    solution = solve(pool_of(exposure("a", asn_candidate=candidates)), "level3-2017")
    assert [association.asn_id for association in solution] == ["c1000"]
    assert [str(problem) for problem in solution.problems] == [
        "pool, program 00001, column asn_candidate: "
        "the candidate ('obs1', 'observation') is skipped: names cannot hold it; "
        "expected an id of one letter and digits, such as o001"
    ]


def test_values_that_no_name_can_hold_are_made_to_fit() -> None:
    pool = pool_of(exposure("a", targetid="m_31/b", filter="f 200w"))
    (association,) = solve(pool, "level3-2017")
    assert association.products[0].name == "jw00001-o001_tm-31-b_nircam_f-200w"


def test_a_template_whose_names_could_not_be_read_back_is_refused() -> None:
    rule = replace(Asn_Image, product="jw{program}-{asn_id}_{targett}")
    with pytest.raises(RuleError, match="field product: product name template asks for 'targett'"):
        load_rules(rule)


def test_a_rule_may_have_roles_without_science() -> None:
    roles = Cases(((is_set("is_psf"), "psf"),), otherwise="direct_image")
    base = replace(DMS_Level3_Base, roles=roles, needs=(at_least(1, "direct_image"),))
    (association,) = solve(pool_of(exposure("a")), replace(Asn_Image, base=base))
    assert (association.target, association.members[0].exptype) == ("t001", "direct_image")


def test_an_exposure_whose_stage_cannot_be_told_keeps_its_name() -> None:
    solution = solve(pool_of(exposure("a") | {"filename": "image.fits"}), "level3-2017")
    assert solution.associations[0].members[0].expname == "image.fits"
    assert [str(problem) for problem in solution.problems] == [
        "pool, program 00001, column filename: "
        "image.fits is kept as it is: its stage cannot be told; "
        "expected a name that ends in _uncal and an extension"
    ]


def test_products_of_one_name_are_reported_with_what_tells_them_apart() -> None:
    """Failure class 1: the name of a fixed-slit product does not hold the slit."""
    slit = {
        "exp_type": "nrs_fixedslit",
        "instrume": "nirspec",
        "filter": "f170lp",
        "grating": "g235m",
        "pupil": "",
        "subarray": "full",
    }
    pool = pool_of(*(exposure(name, fxd_slit=name, **slit) for name in ("s1600a1", "s200a1")))
    (problem,) = solve(pool, "level3-2017").same_names
    assert problem.what.startswith("2 products are named jw00001-o001_t001_nirspec_f170lp-g235m")
    assert problem.advice == "They differ in fxd_slit (s1600a1, s200a1)."


def test_rows_that_contradict_one_another_make_no_member_twice() -> None:
    pool = pool_of(exposure("a", obs_num="1"), exposure("a", obs_num="2"), exposure("b"))
    (association,) = solve(pool, "level3-2017")
    assert [m.expname for m in association.members] == ["jw_a_cal.fits", "jw_b_cal.fits"]
    assert [problem.what for problem in pool.problems] == [
        "row 1 has the same file name, but differs in obs_num"
    ]


@pytest.mark.parametrize("error", ["jitter", "zodiacal light"])
def test_rows_that_contradict_one_another_about_an_error_make_one_member_with_it(
    error: str, tmp_path: Path
) -> None:
    rows = [exposure("b", exposerr=""), exposure("a"), exposure("a", exposerr=error)]
    for pool in (pool_of(*rows), pool_of(*rows[::-1])):
        solution = solve(pool, "level3-2017")
        (association,) = solution
        assert [(m.expname, m.exptype, m.exposerr) for m in association.members] == [
            ("jw_a_cal.fits", "science", error),
            ("jw_b_cal.fits", "science", "null"),
        ]
        assert all(validate_file(path) == () for path in solution.write(tmp_path))


@pytest.mark.parametrize(("flag", "role"), [("bkgdtarg", "background"), ("is_psf", "psf")])
def test_rows_that_contradict_one_another_about_a_role_make_a_member_in_each(
    flag: str, role: str, tmp_path: Path
) -> None:
    """The pool does not say which row is right, and its reading reports them."""
    rows = [exposure("a"), exposure("a", **{flag: "t"})]
    for pool in (pool_of(*rows), pool_of(*rows[::-1])):
        (problem,) = pool.problems
        assert problem.what.endswith(f"has the same file name, but differs in {flag}")
        solution = solve(pool, "level3-2017")
        (association,) = solution
        assert {(m.expname, m.exptype) for m in association.members} == {
            ("jw_a_cal.fits", "science"),
            ("jw_a_cal.fits", role),
        }
        assert all(validate_file(path) == () for path in solution.write(tmp_path))
