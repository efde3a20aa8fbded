"""What explanations say of keys that compare numbers, and of too many windows."""

from __future__ import annotations

from dataclasses import replace

import astropy.units as u
import pytest

from asnsolve import Pool, RuleSet, explain, solve
from asnsolve.explanations.pair import explain_pair
from asnsolve.expr.build import at_most, distinct, exactly, linked, linked_sky, spread
from asnsolve.expr.nodes import MeasuredKey
from asnsolve.pool.measures import Measure, declination, number, right_ascension, time
from asnsolve.rules.level3_2017 import Asn_Image
from asnsolve.rules.model import Clause
from asnsolve.rules.rule_set import rule_key
from tests.solvers.rows import exposure, pool_of

MEASURES: tuple[Measure, ...] = (
    time("expstart"),
    right_ascension("targ_ra"),
    declination("targ_dec"),
    number("pa_v3", "deg"),
)


def rules(**keys: MeasuredKey) -> RuleSet:
    clauses = (Clause(name, key=key) for name, key in keys.items())
    own = replace(Asn_Image, name="Asn_Own", clauses=(*Asn_Image.clauses, *clauses))
    return RuleSet("own", (own,), measures=MEASURES)


def pool(**columns: list[str]) -> Pool:
    rows = zip(*columns.values(), strict=True)
    return pool_of(
        *(
            exposure(f"e{at}", **dict(zip(columns, cells, strict=True)))
            for at, cells in enumerate(rows)
        )
    )


def test_members_share_a_range_of_numbers() -> None:
    near = pool(
        expstart=["59812.3", "59813"],
        targ_ra=["359.75", "0.25"],
        targ_dec=["-1", "-1"],
        pa_v3=["359", "2.5"],
    )
    keys = rules(
        epoch=linked("expstart", within=1 * u.day),
        field=linked_sky("targ_ra", "targ_dec", within=1 * u.deg),
        roll=spread("pa_v3", at_most=4 * u.deg),
    )
    said = " ".join(str(explain(near, keys, "jw_e0_uncal.fits")).split())
    for text in (
        "EXPSTART 59812.3 to 59813",
        "TARG_RA 359.75 to 0.25",
        "TARG_DEC -1",
        "PA_V3 359 to 2.5",
    ):
        assert text in said


def test_two_exposures_that_are_too_far_apart_differ() -> None:
    far = pool(expstart=["59812.3", "59830", "59850"])
    keys = rules(epoch=linked("expstart", within=18 * u.day))
    pair = str(explain_pair(far, keys, "jw_e0_uncal.fits", "jw_e2_uncal.fits"))
    assert "epoch differs: 59812.3 and 59850" in pair
    # Others link them.
    near = pool(expstart=["59812.3", "59830", "59845"])
    assert "are together" in str(explain_pair(near, keys, "jw_e0_uncal.fits", "jw_e2_uncal.fits"))


def test_without_a_value_an_exposure_is_refused_unless_the_key_is_optional() -> None:
    some = pool(targ_ra=["10", "10"], targ_dec=["5", "NULL"])
    strict = rules(field=linked_sky("targ_ra", "targ_dec", within=1 * u.arcmin))
    (orphan,) = solve(some, strict).orphans
    assert "clause field: expected that targ_dec is set, but targ_dec is not set" in str(orphan)
    loose = rules(field=linked_sky("targ_ra", "targ_dec", within=1 * u.arcmin, optional=True))
    assert solve(some, loose).orphans == ()


def test_counts_that_are_exceeded_are_explained() -> None:
    own = replace(Asn_Image, name="Asn_Own", needs=(at_most(1, "science"),))
    (orphan, _) = solve(pool(pa_v3=["1", "2"]), own).orphans
    assert "that there is at most one science member" in str(orphan)
    said = str(explain(pool(pa_v3=["1", "2"]), own, "jw_e0_uncal.fits"))
    assert "but its needs are not met" in said
    assert "science members: 2 found, at most 1 allowed." in said
    two = replace(own, needs=(exactly(3), distinct(2, "pa_v3", role="science")))
    rules_of_two = RuleSet("two", (two,), measures=MEASURES)
    said = str(explain(pool(pa_v3=["1", "1"]), rules_of_two, "jw_e0_uncal.fits"))
    assert "members: 2 found, exactly 3 needed." in said
    assert "values of PA_V3 of science members: 1 found, at least 2 needed." in said


@pytest.mark.parametrize("solver", ["fast", "exact"])
def test_too_many_windows_are_a_problem(solver: str) -> None:
    count = 500
    crowd = pool(pa_v3=[str(at / 10) for at in range(count)])
    wide = rules(roll=spread("pa_v3", at_most=25 * u.deg))
    solution = solve(crowd, wide, solver=solver)
    assert [*solution] == []
    (problem,) = solution.unsolved
    assert "fit together in too many ways: windows of PA_V3 overlap" in str(problem)
    assert "use a rule of wider windows" in str(problem)
    assert problem.location.rule == rule_key(wide.rules[0])
    assert "windows of PA_V3" in str(explain(crowd, wide, "jw_e7_uncal.fits"))
    alone = solve(crowd, rules(roll=spread("pa_v3", at_most=50 * u.deg)), solver=solver)
    assert len(alone) == 1
