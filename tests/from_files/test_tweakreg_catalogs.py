"""Files that are catalogs of stars, and members that name them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from asnsolve.from_files.tweakreg_catalogs import with_tweakreg_catalogs
from tests.from_files.small import association, derived, member


def touched(*paths: Path) -> list[str]:
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return [*map(str, paths)]


@pytest.mark.parametrize(
    ("name", "is_taken"),
    [
        *((f"a_cal{ending}", True) for ending in (".ecsv", ".csv", ".txt", ".dat", ".ECSV")),
        ("a_cal_cat.fits", True),
        ("A_CAL_CAT.FITS", True),
        ("a_cal.fits", False),
        ("a_cal.jpg", False),
    ],
)
def test_catalogs_of_a_directory_are_known_by_their_endings(
    name: str, is_taken: bool, tmp_path: Path
) -> None:
    (catalog,) = touched(tmp_path / name)
    one = association(member("a_cal.fits"))
    (changed,), problems = with_tweakreg_catalogs([one], [str(tmp_path)])
    assert changed.members[0].other == ((("tweakreg_catalog", catalog),) if is_taken else ())
    assert [str(problem) for problem in problems] == (
        [] if is_taken else [f"{tmp_path}: it holds no catalog"]
    )


@pytest.mark.parametrize(
    ("level", "asn_type", "has_catalog"),
    [(3, "image3", True), (3, "spec3", False), (2, "image2", False), (2, "image3", False)],
)
def test_only_images_of_level_3_have_catalogs(
    level: int, asn_type: str, has_catalog: bool, tmp_path: Path
) -> None:
    catalogs = touched(tmp_path / "a_cat.ecsv")
    one = association(member("a_cal.fits"), level=level, asn_type=asn_type)
    (changed,), problems = with_tweakreg_catalogs([one], catalogs)
    assert [bool(m.other) for m in changed.members] == [has_catalog]
    assert (problems == ()) == has_catalog


def test_a_catalog_belongs_to_the_exposure_that_its_name_begins_with(tmp_path: Path) -> None:
    """Names of exposures have underscores; of several catalogs of an exposure, the first counts."""
    catalogs = touched(
        tmp_path / "jw1_01_A_cal_cat.ecsv", tmp_path / "jw1_01_a_b.csv", tmp_path / "jw1_01_ab.csv"
    )
    exposure = replace(member("jw1_01_a_cal.fits"), other=(("key", "value"),))
    (changed,), problems = with_tweakreg_catalogs([association(exposure)], catalogs)
    assert changed.members[0].other == (("key", "value"), ("tweakreg_catalog", catalogs[0]))
    assert [str(problem) for problem in problems] == [
        f"{catalogs[2]}: no image3 association has the exposure of this catalog"
    ]


def test_names_without_catalogs_are_problems_beside_those_that_are_used(tmp_path: Path) -> None:
    (catalog,) = touched(tmp_path / "a_cat.ecsv")
    missing = tmp_path / "b_cat.ecsv"
    one = association(member("a_cal.fits"), derived("a_i2d.fits", "science"))
    (changed,), problems = with_tweakreg_catalogs([one], [catalog, str(missing)])
    assert [bool(m.other) for m in changed.members] == [True, False]
    assert [problem.location.file for problem in problems] == [str(missing)]
    same, problems = with_tweakreg_catalogs([one], [str(missing)])
    assert same == [one]
    assert len(problems) == 1
