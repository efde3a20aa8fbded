"""Members that do not exist, although level 2 is done with their exposures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from asnsolve.errors import Location
from asnsolve.from_files.missing_members import missing_members
from tests.from_files.small import association, derived, member


@pytest.mark.parametrize(
    ("role", "advice"),
    [
        ("background", "Give the x1d files, or use --sky none (in Python sky='none')."),
        ("psf", "Give the x1d files."),
    ],
)
def test_members_that_do_not_exist_are_told_by_rule_and_role(role: str, advice: str) -> None:
    members = [member("a_cal.fits"), member("b_x1d.fits", role), member("c_x1d.fits", role)]
    files = {"a": {"cal": Path("a_cal.fits")}, "b": {"cal": Path("b_cal.fits")}}
    told = list(missing_members([association(*members, rule="Asn_A")], files))
    (problem,) = told
    assert problem.what == f"{role} members that do not exist: b_x1d.fits and 1 more"
    assert (problem.advice, problem.location) == (advice, Location(rule="Asn_A"))
    twice = [association(*members, rule=name) for name in ("Asn_B", "Asn_A")]
    rules = [problem.location.rule for problem in missing_members(twice, files)]
    assert rules == ["Asn_A", "Asn_B"]


def test_members_that_are_there_or_will_be_are_no_problem(tmp_path: Path) -> None:
    one = association(member("b_x1d.fits", "background"))

    def count(files: dict[str, dict[str, Path]], *others: str) -> int:
        more = [association(member(name, role), level=2) for name, role in map(str.split, others)]
        return len(list(missing_members([one, *more], files)))

    assert count({}) == 1
    assert count({"b": {"cal": Path("b_cal.fits")}}) == 1
    assert count({"b": {"x1d": Path("b_x1d.fits")}}) == 0
    for stage in ("uncal", "rate", "rateints"):
        assert count({"b": {stage: Path(f"b_{stage}.fits")}}) == 0
    # From a table of the archive, without files.
    assert count({"b": {}}) == 0
    rate = {"c": {"rate": Path("c_rate.fits")}, "b": {"cal": Path("b_cal.fits")}}
    assert count(rate, "b_rate.fits science") == 0
    assert count(rate, "b_rate.fits background") == 2
    assert count(rate, "c_rate.fits science") == 1
    there = tmp_path / "b_x1d.fits"
    there.touch()
    assert not list(missing_members([association(member(str(there), "background"))], {}))
    assert not list(missing_members([association(derived("b_i2d.fits", "direct_image"))], {}))
    level3 = replace(one, products=association(member("b_cal.fits")).products)
    assert len(list(missing_members([one, level3], {}))) == 2
