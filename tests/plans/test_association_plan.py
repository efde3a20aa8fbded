"""What a plan holds: associations role by role, and a request with paths as seen from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve.from_files.inputs import Inputs
from asnsolve.from_files.request import Request
from asnsolve.from_files.solved_request import Associated, SolvedRequest
from asnsolve.plans.association_plan import PlannedMember, plan_association, plan_of
from asnsolve.pool.table import Pool
from asnsolve.rules.rule_set import RuleSet
from asnsolve.solvers.refusals import Orphan
from tests.from_files.small import association, derived, member


def test_members_stand_under_their_roles() -> None:
    found = association(
        member("d/a_cal.fits"),
        member("d/b_cal.fits", "psf"),
        member("d/c_cal.fits"),
        derived("x_cat.ecsv", "sourcecat"),
        file="one.json",
        product="name",
    )
    planned = plan_association(found, lambda file: f"../{file}")
    assert (planned.file, planned.rule, planned.product) == ("one.json", "Asn_Rule", "name")
    assert planned.members == (
        ("../d/a_cal.fits", "science"),
        ("../d/c_cal.fits", "science"),
        ("../d/b_cal.fits", "psf"),
        ("x_cat.ecsv", "sourcecat"),
    )


@pytest.mark.parametrize("file", ["A_cal.fits", "d/a_rate.fits.gz", "../e/a.fits"])
def test_planned_members_know_their_exposure(file: str) -> None:
    assert PlannedMember(file, "science").exposure == "a"


def solved(*leftover: Orphan) -> SolvedRequest:
    pool = Pool([dict.fromkeys(("filename", "exp_type", "program", "asn_candidate"), "a")])
    files = {
        "a": {"rate": Path("work/z/a_rate.fits"), "cal": Path("work/b/a_cal.fits")},
        "b": {"rate": Path("work/b_rate.fits")},
    }
    listed = {
        "backgrounds": frozenset("ab"),
        "psfs": frozenset(),
        "imprints": frozenset("b"),
        "selfcal": frozenset(),
    }
    found = (association(member("work/b/a_cal.fits")),)
    inputs = Inputs(pool, files, listed, {}, {}, ())
    return SolvedRequest(Associated(found, leftover, ()), inputs, RuleSet("none", ()))


def test_a_plan_names_the_files_that_were_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").touch()
    request = Request(
        files=("work/*.fits",),
        rules=("jwst", Path("mine.py")),
        level=2,
        exclude=("gone",),
        psfs=("nothing*",),
        backgrounds=("work/b",),
        together=("visit",),
        out="asn",
        extra="work/extra.csv",
    )
    plan = plan_of(solved(Orphan("work/b_rate.fits", None)), request, Path("work"))
    every = ("b/a_cal.fits", "b_rate.fits", "z/a_rate.fits")
    assert plan.request == Request(
        files=every,
        rules=("jwst", "../mine.py"),
        level=2,
        backgrounds=every,
        imprints=("b_rate.fits",),
        together=("visit",),
        out="../asn",
        extra="extra.csv",
    )
    assert plan.associations[0].members == (("b/a_cal.fits", "science"),)
    assert plan.leftover == (("b_rate.fits", "there are no rules"),)
