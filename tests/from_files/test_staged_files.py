"""Members become the files at hand, at the stages that these have."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from asnsolve import associate
from asnsolve.associations.association import Association, Product
from asnsolve.from_files.staged_files import STAGES_BY_LEVEL, processable, stage_notes, with_files
from tests.from_files.small import association, derived, files_of, member


def at_stages(*stages: str, exposure: str = "a") -> dict[str, dict[str, Path]]:
    return {
        exposure: {
            stage: Path(f"d/{exposure}_{stage}.fits" if stage else f"d/{exposure}.fits")
            for stage in stages
        }
    }


def staged(asked: Association, *stages: str) -> list[tuple[str, str]]:
    (one,) = with_files([asked], at_stages(*stages))
    return [(m.expname, m.stage) for m in one.members]


@pytest.mark.parametrize(
    ("asked", "stages", "taken"),
    [
        ("cal", ("rate", "cal", "i2d"), "cal"),
        ("cal", ("rate", "crf"), "crf"),  # two before, two after: the first by name
        ("cal", ("uncal", "calints"), "calints"),
        ("rate", ("x1d", "cal"), "cal"),
        ("x1d", ("cal", "uncal"), "cal"),
        ("cal", ("uncal", ""), "uncal"),
        ("cal", ("",), ""),
        ("", ("rate", "cal"), "cal"),  # no stage is near: the first by name
        ("x1dints", ("uncal", ""), "uncal"),  # a stage that is known comes first, however far
    ],
)
def test_the_nearest_stage_is_taken(asked: str, stages: tuple[str, ...], taken: str) -> None:
    file = str(at_stages(taken)["a"][taken])
    name = f"a_{asked}.fits" if asked else "a.fits"
    assert staged(association(member(name)), *stages) == [(file, taken)]


def test_what_has_no_file_stays() -> None:
    one = association(member("b_cal.fits"), derived("a_cat.ecsv", "sourcecat"))
    assert with_files([one], at_stages("cal")) == [one]
    assert with_files([one], {"b": {}}) == [one]


def test_derived_members_are_no_files_of_an_exposure() -> None:
    product = replace(derived("a_i2d.fits", "direct_image"), exposure="a", stage="i2d")
    one = association(product)
    assert with_files([one], at_stages("cal")) == [one]


def test_a_file_that_is_made_from_another_member_need_not_exist() -> None:
    """The spectrum of a background is extracted from the file that is a member as science."""
    one = association(member("a_cal.fits"), member("a_x1d.fits", "background"))
    assert staged(one, "cal") == [("d/a_cal.fits", "cal"), ("d/a_x1d.fits", "x1d")]
    assert staged(one, "rate") == [("d/a_rate.fits", "rate"), ("d/a_x1d.fits", "x1d")]
    assert staged(one, "cal", "x1d")[1] == ("d/a_x1d.fits", "x1d")
    assert staged(association(member("a_x1d.fits", "background")), "cal") == [
        ("d/a_cal.fits", "cal")
    ]


def test_associations_that_become_equal_are_one() -> None:
    """The one with fewer misfits stays; of equally many, the first."""
    averaged = association(member("a_rate.fits"), file="averaged.json")
    apart = association(member("a_rateints.fits"), file="apart.json")

    def kept(*associations: Association, stage: str) -> list[str]:
        return [one.file_name for one in with_files(associations, at_stages(stage))]

    assert kept(averaged, apart, stage="rate") == ["averaged.json"]
    assert kept(averaged, apart, stage="rateints") == ["apart.json"]
    assert kept(apart, averaged, stage="rateints") == ["apart.json"]
    assert kept(apart, averaged, stage="cal") == ["apart.json"]
    assert kept(averaged, apart, stage="cal") == ["averaged.json"]


@pytest.mark.parametrize(
    "changes",
    [
        {"level": 2},
        {"asn_id": "c1000"},
        {"products": (Product("other", (member("a_rateints.fits"),)),)},
        {"products": (Product("product", (member("a_rateints.fits", "psf"),)),)},
    ],
)
def test_associations_that_differ_in_more_than_stages_are_kept(changes: dict[str, Any]) -> None:
    averaged = association(member("a_rate.fits"))
    apart = replace(association(member("a_rateints.fits"), file="two.json"), **changes)
    assert len(with_files([averaged, apart], at_stages("rate"))) == 2


def test_the_order_of_associations_stays() -> None:
    """One that takes the place of an earlier one keeps its own place."""
    associations = [
        association(member("a_rateints.fits"), file="z"),
        association(member("b_rate.fits"), file="y"),
        association(member("a_rate.fits"), file="x"),
    ]
    kept = with_files(associations, at_stages("rate"))
    assert [one.file_name for one in kept] == ["y", "x"]
    # So does one whose member is at another stage than its rule takes.
    kept = with_files(associations[:2], at_stages("rate") | at_stages("rate", exposure="b"))
    assert [one.file_name for one in kept] == ["z", "y"]


def test_a_file_at_the_stage_of_its_member_is_taken_under_its_own_name() -> None:
    """Whatever else of the exposure is a member."""
    files = {"a": {"cal": Path("d/A_cal.fits.gz"), "calints": Path("d/A_calints.fits.gz")}}
    one = association(member("a_cal.fits", "psf"), member("a_calints.fits", "background"))
    (kept,) = with_files([one], files)
    assert [m.expname for m in kept.members] == ["d/A_cal.fits.gz", "d/A_calints.fits.gz"]


def kept_and_notes(
    asked: tuple[str, ...], given: tuple[str, ...], *, finished: bool
) -> tuple[int, list[str]]:
    wanted = association(*(member(f"{n}_{stage}.fits") for n, stage in enumerate(asked)))
    present = association(*(member(f"{n}_{stage}.fits") for n, stage in enumerate(given)))
    kept, notes = processable([wanted], [present], finished=finished)
    assert kept in ([present], [])
    return len(kept), list(map(str, notes))


@pytest.mark.parametrize(
    ("asked", "given", "kept", "kept_if_finished"),
    [
        (("rate",), ("rate",), True, True),
        (("rate",), ("rateints",), True, True),
        (("rate",), ("uncal",), True, True),
        (("rate",), ("cal",), False, True),
        (("rate",), ("crf",), False, True),
        (("rate",), ("calints",), False, True),
        (("rate",), ("crfints",), False, True),
        (("rate",), ("i2d",), False, False),
        (("cal",), ("x1d",), False, False),
        (("x1d",), ("s2d",), True, True),
        (("rate", "rate"), ("cal", "rate"), True, True),
        (("rate", "rate"), ("cal", "x1d"), False, True),
        (("rate", "rate"), ("i2d", "x1d"), False, False),
        (("rate", "x1d"), ("x1d", "x1d"), True, True),
        ((), (), True, True),
    ],
)
def test_what_is_past_its_association_is_dropped(
    asked: tuple[str, ...], given: tuple[str, ...], kept: bool, kept_if_finished: bool
) -> None:
    assert kept_and_notes(asked, given, finished=False)[0] == kept
    assert kept_and_notes(asked, given, finished=True)[0] == kept_if_finished


def test_a_file_without_stage_is_not_past_anything() -> None:
    asked = association(member("a_rate.fits"))
    assert processable([asked], [association(member("a.fits"))], finished=False)[1] == ()
    asked = association(member("a.fits"))
    assert processable([asked], [association(member("a_uncal.fits"))], finished=False)[0] == []


def test_only_science_counts() -> None:
    asked = association(
        member("a_rate.fits"),
        member("b_rate.fits", "background"),
        derived("c_rate.fits", "science"),
    )
    given = association(
        member("a_cal.fits"),
        member("b_rate.fits", "background"),
        derived("c_rate.fits", "science"),
    )
    assert processable([asked], [given], finished=False)[0] == []


def test_what_is_dropped_is_reported_by_rule_and_stage() -> None:
    asked, given = [], []
    for number, (rule, stage) in enumerate(
        [("Asn_B", "cal"), ("Asn_A", "cal"), ("Asn_B", "i2d"), ("Asn_B", "cal")]
    ):
        file = f"{number}.json"
        asked.append(association(member(f"{number}_rate.fits"), file=file, rule=rule))
        given.append(association(member(f"{number}_{stage}.fits"), file=file, rule=rule))
    kept, notes = processable(asked, given, finished=False)
    assert kept == []
    what = "not made, because its science is already at stage"
    assert list(map(str, notes)) == [
        f"rule Asn_A: the association of 1_cal.fits is {what} cal",
        "rule Asn_B: the associations of 0_cal.fits and 1 more are not made, because their science "
        "is already at stage cal",
        f"rule Asn_B: the association of 2_i2d.fits is {what} i2d",
    ]


def test_members_at_another_stage_are_reported_by_rule_role_and_stage() -> None:
    asked = association(
        member("a_cal.fits"),
        member("b_cal.fits"),
        member("c_x1d.fits", "background"),
        member("d_cal.fits", "psf"),
        member("e.fits"),
        member("f_cal.fits"),
    )
    given = association(
        member("d/a_rate.fits"),
        member("d/b_rate.fits"),
        member("d/c_cal.fits", "background"),
        member("d/d_cal.fits", "psf"),
        member("d/e_cal.fits"),
        member("d/f.fits"),
    )
    assert list(map(str, stage_notes([asked], [given], {}))) == [
        "rule Asn_Rule: background members at stage cal: d/c_cal.fits; expected "
        "x1d files. Give the x1d files, or make them first.",
        "rule Asn_Rule: science members at stage rate: d/a_rate.fits and 1 more; expected "
        "cal files. Give the cal files, or make them first.",
    ]


def test_files_beside_those_that_are_used_are_reported_by_stage() -> None:
    asked = association(member("a_cal.fits"))
    given = association(member("d/a_cal.fits"))
    files = at_stages("cal", "rate", "uncal", "") | at_stages("cal", "rate", exposure="b")
    assert [str(note) for note in stage_notes([asked], [given], files)] == [
        "files that are not needed, because other files of their exposures are used: d/a.fits",
        "files at stage rate that are not needed, because other files of their exposures are "
        "used: d/a_rate.fits",
        "files at stage uncal that are not needed, because other files of their exposures are "
        "used: d/a_uncal.fits",
    ]


def test_members_are_what_the_pipeline_will_make(tmp_path: Path) -> None:
    """Level 3 can be planned before level 2 has run."""
    files = files_of("miri_image", tmp_path, "rate")
    found = associate(files, stages="rules")
    names = {
        (one.level, Path(member.expname).name)
        for one in found.associations
        for member in one.members
    }
    rates = {(2, file.name) for file in files}
    assert names == rates | {(3, file.name.replace("_rate.", "_cal.")) for file in files}
    assert (found.problems, found.notes) == ((), ())


def test_science_of_each_level_is_at_the_stages_that_it_is_for() -> None:
    assert {
        2: {"rate", "rateints"},
        3: {"cal", "calints", "crf", "crfints"},
    } == STAGES_BY_LEVEL


@pytest.mark.parametrize(("present", "taken"), [("rate", "cal"), ("calints", "calints")])
def test_the_pipeline_makes_files_of_later_steps_alone(present: str, taken: str) -> None:
    one = association(member("a_cal.fits"))
    (found,) = with_files([one], at_stages(present), expected=True)
    assert [m.stage for m in found.members] == [taken]
