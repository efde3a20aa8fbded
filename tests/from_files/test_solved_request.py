"""Results of requests with a few small files: associations, problems and notes, in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from astropy.io import fits

from asnsolve.errors import PoolError, Problem
from asnsolve.from_files.request import Request
from asnsolve.from_files.request_fields import REQUEST_FIELDS
from asnsolve.from_files.solved_request import Associated, SolvedRequest, solve_request
from asnsolve.simulate import MODES, Program, simulate
from tests.from_files.small import files_of
from tests.pool.fits_files import write_file

NEEDY = """
from asnsolve.expr.build import above
from asnsolve.pool.measures import number
from asnsolve.rules.jwst.level3.base import AsnMixin_Science, DMS_Level3_Base
from asnsolve.rules.model import Clause, Rule

COLUMNS = (number("my_angle"),)
Asn_Mine = Rule(
    name="Asn_Mine", asn_type="mine3", title="Mine", base=DMS_Level3_Base,
    mixins=(AsnMixin_Science,), clauses=(Clause("opt_elem", above("my_angle", 5)),),
)
"""
"""Rules that compare a column of their own."""

LISTS = {field.name for field in REQUEST_FIELDS if field.kind == "files"}


@dataclass(frozen=True)
class Files:
    """A directory of files; names in requests are relative to it."""

    folder: Path

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def solve(self, *names: str, **asked: Any) -> SolvedRequest:
        """Solve a request; lists of files are texts with spaces between the names."""
        listed: dict[str, Any] = {
            field: tuple(map(self.path, value.split())) if field in LISTS else value
            for field, value in asked.items()
        }
        here = {"look_around": listed.pop("look_around")} if "look_around" in listed else {}
        return solve_request(Request(files=tuple(map(self.path, names)), **listed), **here)

    def found(self, *names: str, **asked: Any) -> Associated:
        return self.solve(*names, **asked).associated

    def said(self, problems: Iterable[Problem]) -> list[str]:
        return [str(problem).replace(f"{self.folder}/", "") for problem in problems]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Write files of a few modes."""
    folder = tmp_path_factory.mktemp("files")
    for stage in ("rate", "cal"):
        files_of("miri_image", folder, stage)
        files_of("miri_mrs_background", folder, stage, number=8)
    files_of("miri_mrs_background", folder / "long", "rate", number=8, BAND="LONG")
    files_of("miri_lyot", folder, "calints", number=9)
    files_of("niriss_wfss", folder, "rate", number=10)
    (folder / "mine_cat.ecsv").touch()
    row = {"INSTRUME": "NIRISS", "EXP_TYPE": "NIS_IMAGE", "FILTER": "CLEAR", "PROGRAM": "7"}
    for ending in ("segm", "i2d"):
        write_file(row, folder / f"mine_{ending}.fits")
    return Files(folder)


def made(found: Associated) -> list[tuple[str, str, str, str]]:
    """Return the rule, the candidate, the first member and the roles of each association."""
    return [
        (
            one.rule,
            one.asn_id,
            Path(one.members[0].expname).name,
            " ".join(member.exptype for member in one.members),
        )
        for one in found.associations
    ]


CAL, SECOND = (f"jw00007001001_02101_0000{n}_mirimage_cal.fits" for n in (1, 2))
RATE = CAL.replace("cal", "rate")
STAR, OTHER = (f"jw00008001001_03101_0000{n}_mirifulong_rate.fits" for n in (1, 2))
SKY = "jw00008002001_02101_00001_mirifulong_rate.fits"
LONG_SKY = f"long/{SKY}"
TACQ = "jw00008001001_02101_00001_mirimage_cal.fits"
CORON = "jw00009001001_03101_00001_mirimage_calints.fits"
PSF, PSF_2 = (f"jw00009003001_03101_0000{n}_mirimage_calints.fits" for n in (1, 2))
GRISM = "jw00010001001_02102_00001_nis_rate.fits"
IMAGE = "jw00010001001_02101_00001_nis_rate.fits"


def test_the_level_decides_which_rules_are_solved(files: Files) -> None:
    second = files.solve(CAL, SECOND, level=2)
    assert made(second.associated) == [
        ("Asn_Lv2Image", "o001", CAL, "science"),
        ("Asn_Lv2Image", "o001", SECOND, "science"),
    ]
    assert files.said(second.associated.notes) == [
        f"rule Asn_Lv2Image: science members at stage cal: {CAL} and 1 more; expected rate files. "
        "Give the rate files, or make them first."
    ]
    assert {rule.base.level for rule in second.rules} == {2}
    assert second.inputs.pool.exposures.list() == [
        name.removesuffix("_cal.fits") for name in (CAL, SECOND)
    ]
    third = files.solve(CAL, SECOND, level=3)
    assert made(third.associated) == [("Asn_Lv3Image", "o001", CAL, "science science")]
    assert third.associated.notes == ()
    assert {rule.base.level for rule in third.rules} == {3}
    # Without a level, associations whose work is already done are not made again.
    both = files.solve(CAL, SECOND)
    assert both.associated.associations == third.associated.associations
    assert files.said(both.associated.notes) == [
        f"rule Asn_Lv2Image: the associations of {CAL} and 1 more are not made, because their "
        "science is already at stage cal"
    ]
    assert {rule.base.level for rule in both.rules} == {2, 3}
    assert both.associated.problems == ()
    assert both.associated.leftover == ()


def test_members_are_the_files_that_rules_take_if_asked(files: Files) -> None:
    (as_given,) = files.found(RATE, level=3).associations
    (as_asked,) = files.found(RATE, level=3, stages="rules").associations
    assert [as_given.members[0].expname, as_asked.members[0].expname] == [
        files.path(RATE),
        files.path(CAL),
    ]


@pytest.mark.parametrize(
    ("names", "asked", "problem"),
    [
        ([SKY], {"level": 2, "only": "science"}, ""),
        ([TACQ], {"level": 3}, ""),
        ([TACQ], {}, "; expected rate files for level 2, or cal files for level 3"),
    ],
)
def test_nothing_made_is_a_problem(
    files: Files, names: list[str], asked: dict[str, Any], problem: str
) -> None:
    found = files.found(*names, **asked)
    assert files.said(found.problems) == [f"no association can be made from these files{problem}"]
    assert (found.associations, found.leftover) == ((), ())


def test_what_is_left_over_tells_why_nothing_is_made(files: Files) -> None:
    found = files.found(GRISM, level=2)
    assert (found.associations, found.problems) == ((), ())
    assert [orphan.filename for orphan in found.leftover] == [files.path(GRISM)]


def test_columns_that_a_grouping_compares_come_from_a_table(files: Files) -> None:
    with pytest.raises(PoolError) as caught:
        files.found(CAL, level=3, together=("sky=1arcmin",))
    assert str(caught.value).splitlines() == [
        f"files, column {column}: --together sky compares {column}, and no exposure has it. Give "
        "the values in a table, with --extra; its columns are FILENAME TARG_RA TARG_DEC."
        for column in ("TARG_RA", "TARG_DEC")
    ]
    row = {"INSTRUME": "MIRI", "EXP_TYPE": "MIR_IMAGE", "PROGRAM": "7", "OBS_NUM": "1"}
    write_file(row, files.folder / "mine_cal.fits")
    with pytest.raises(PoolError) as caught:
        files.found("mine_cal.fits", level=3, apart=("visit",))
    assert str(caught.value) == (
        "files, column VISIT: --apart visit compares VISIT, and no exposure has it. Give the "
        "values in a table, with --extra; its columns are FILENAME VISIT."
    )


def test_columns_that_rules_compare_come_from_a_table(files: Files) -> None:
    rule = files.folder / "mine.py"
    rule.write_text(NEEDY)
    found = files.found(CAL, level=3, rules=(str(rule),))
    assert str(found.problems[0]) == (
        "files, column my_angle: no exposure has this column, which Asn_Mine compares. Its values "
        "count as not set. Give the values in a table, with --extra; its columns are FILENAME "
        "MY_ANGLE."
    )


def test_targets_of_all_programs_may_be_far_apart(files: Files) -> None:
    found = files.found(CAL, level=3, together=("program", "target"))
    assert files.said(found.notes) == [
        "--together program target combines fields of all programs, however far apart they are. "
        "To combine only what is near on the sky, use --together program sky=2arcmin."
    ]


def test_a_sky_serves_science_unless_it_is_not_wanted(files: Files) -> None:
    alone = ("Asn_Lv2SpecSpecial", "o002", SKY, "science")
    served = ("Asn_Lv2Spec", "c1000", STAR, "science background")
    for sky in (None, "dedicated"):
        found = files.found(STAR, SKY, level=2, sky=sky)
        assert made(found) == [served, alone]
        assert found.problems == found.notes == ()
    found = files.found(STAR, SKY, level=2, sky="none")
    assert made(found) == [("Asn_Lv2Spec", "o001", STAR, "science"), alone]
    assert made(files.found(STAR, SKY, level=2, only="science")) == [served]


def test_science_without_its_sky_is_a_note_where_a_sky_is_wanted(files: Files) -> None:
    note = (
        f"{STAR}: no dedicated background fits it. With jw00008002001_02101_00001_mirifulong: "
        "Asn_Lv2Spec: opt_elem differs: short and long."
    )
    for sky, notes in ((None, [note]), ("dedicated", [note]), ("none", []), ("nods", [])):
        found = files.found(STAR, LONG_SKY, level=2, sky=sky)
        assert (files.said(found.notes), found.problems) == (notes, ())
    found = files.found(STAR, level=2, backgrounds=LONG_SKY)
    (problem,) = files.said(found.problems)
    assert problem.startswith(
        f"{LONG_SKY}: given as background, but not used as background in any association. "
        "With jw00008001001_03101_00001_mirifulong: Asn_Lv2Spec: opt_elem differs: long and short"
    )


def test_files_for_self_calibration_are_added(files: Files) -> None:
    found = files.found(STAR, level=2, selfcal=f"{SKY} {OTHER}")
    assert made(found) == [("Asn_Lv2Spec", "o001", STAR, "science selfcal selfcal")]
    assert found.problems == found.notes == ()
    found = files.found(STAR, level=2, backgrounds=SKY, selfcal=SKY)
    assert files.said(found.notes) == [
        "backgrounds that are given as selfcal too: jw00008002001_02101_00001_mirifulong. "
        "The pipeline uses backgrounds for self-calibration anyway."
    ]


def test_each_science_exposure_has_one_reference_if_asked(files: Files) -> None:
    found = files.found(CORON, level=3, psfs=f"{PSF} {PSF_2}")
    assert made(found) == [("Asn_Lv3MIRCoron", "c1001", CORON, "science psf psf")]
    assert found.problems == found.notes == ()
    found = files.found(CORON, level=3, psfs=f"{PSF} {PSF_2}", apart=("pair",))
    assert made(found) == [("Asn_Lv3MIRCoron", "c1001", CORON, "science psf")]
    assert files.said(found.problems) == [
        f"{PSF_2}: given as psf, but not used as psf in any association. Each science exposure "
        "has one PSF reference already (--apart pair)."
    ]


@pytest.mark.parametrize(
    "given",
    [
        {"direct_images": "mine_i2d.fits"},
        {"catalogs": "mine_cat.ecsv"},
        {"segmaps": "mine_segm.fits"},
    ],
)
def test_a_direct_image_that_is_given_serves_spectra(files: Files, given: dict[str, str]) -> None:
    spectrum = ("Asn_Lv2WFSSNIS", "o001", GRISM, "science direct_image segmap sourcecat")
    found = files.found(GRISM, level=2, **given)
    assert made(found) == [spectrum]
    assert (found.problems, found.notes, found.leftover) == ((), (), ())
    names = [Path(member.expname).name for member in found.associations[0].members[1:]]
    assert names == ["mine_i2d.fits", "mine_segm.fits", "mine_cat.ecsv"]
    # A direct image does not serve an exposure that is an image itself.
    found = files.found(IMAGE, level=2, **given)
    assert made(found) == [("Asn_Lv2Image", "o001", IMAGE, "science")]
    (name,) = given.values()
    assert files.said(found.problems)[0].startswith(f"{name}: given as ")


def test_exposures_of_an_image_serve_spectra(files: Files) -> None:
    found = files.found(GRISM, IMAGE, level=2)
    assert made(found) == [
        ("Asn_Lv2Image", "o001", IMAGE, "science"),
        ("Asn_Lv2WFSSNIS", "o001", GRISM, "science direct_image segmap sourcecat"),
    ]
    assert found.problems == found.notes == ()
    # An image among the files is skipped unless it fits.
    again = files.found(GRISM, IMAGE, "mine_i2d.fits", level=2)
    assert again.associations == found.associations
    assert files.said(again.notes) == ["combined products are skipped: mine_i2d.fits"]
    alone = files.found(GRISM, "mine_i2d.fits", level=2)
    assert files.said(alone.problems) == [
        "no association can be made from these files",
        f"{GRISM}: spectra that no direct image fits: {GRISM.removesuffix('_rate.fits')}. Give a "
        "direct image with --direct-image, or the exposures of one.",
    ]


def test_candidates_are_those_of_the_files(files: Files) -> None:
    """The observations of one target are not combined unless that is asked for."""
    (cells,) = simulate([Program(number=7, plans=(MODES["miri_image"].plan(),))])[:1]
    other = CAL.replace("7001001", "7002001")
    write_file({**cells, "FILENAME": other, "OBS_NUM": "2"}, files.folder / other)
    assert made(files.found(CAL, other, level=3)) == [
        ("Asn_Lv3Image", "o001", CAL, "science"),
        ("Asn_Lv3Image", "o002", other, "science"),
    ]
    assert made(files.found(CAL, other, level=3, together=("observation",))) == [
        ("Asn_Lv3Image", "c1001", CAL, "science science")
    ]


def test_columns_that_rules_declare_are_read_from_headers(files: Files) -> None:
    (files.folder / "own").mkdir()
    names = [f"own/{name}" for name in (CAL, SECOND)]
    for name, value in zip(names, "AB", strict=True):
        header = fits.getheader(files.path(Path(name).name))
        fits.PrimaryHDU(header=header).writeto(files.path(name))
        fits.setval(files.path(name), "MYKEY", value=value)
    rules = files.folder / "own.py"
    rules.write_text(RULES)
    assert made(files.found(*names, rules=(str(rules),))) == [
        ("Asn_Mine", "o001", CAL, "science"),
        ("Asn_Mine", "o001", SECOND, "science"),
    ]


RULES = """
from asnsolve.expr.build import *
from asnsolve.rules.level3_2017 import DMS_Level3_Base
from asnsolve.rules.model import Clause, Rule
COLUMNS = ("mykey",)
Asn_Mine = Rule(
    name="Asn_Mine", asn_type="mine3", title="Mine", base=DMS_Level3_Base,
    clauses=(
        Clause("exp_type", one_of("exp_type", "mir_image")), Clause("mykey", key=same("mykey"))
    ),
)
"""


def test_files_of_a_table_of_the_archive_are_to_be_downloaded(files: Files) -> None:
    names = "fileSetName,detector,exp_type,program,observtn,instrume,filter,subarray,targprop"
    cells = "jw01234001001_02101_00001,MIRIMAGE,MIR_IMAGE,1234,1,MIRI,F770W,FULL,M-31"
    (files.folder / "search.csv").write_text(f"{names}\n{cells}\n")
    found = files.found("search.csv", level=3)
    assert found.downloads == ("mast:JWST/product/jw01234001001_02101_00001_mirimage_cal.fits",)
    assert files.found(CAL, level=3).downloads == ()


def test_a_catalog_of_no_exposure_is_a_problem(files: Files) -> None:
    found = files.found(CAL, level=3, tweakreg_catalogs="mine_cat.ecsv")
    assert files.said(found.problems) == [
        "mine_cat.ecsv: no image3 association has the exposure of this catalog"
    ]


def test_products_and_files_have_names_of_patterns(files: Files) -> None:
    found = files.found(CAL, SECOND, level=3, product="mine", file_name="x.json")
    assert [(one.products[0].name, one.file_name) for one in found.associations] == [
        ("mine", "x.json")
    ]
    (plain,) = files.found(CAL, SECOND, level=3).associations
    assert plain.products[0].name == "jw00007-o001_t001_miri_f770w"
    assert plain.file_name == "jw00007-o001_image3_00001_asn.json"


def test_renamed_products_are_a_note_unless_a_pattern_names_them(files: Files) -> None:
    found = files.found(CAL, SECOND, level=3, apart=("dither",))
    assert files.said(found.notes) == [
        "2 products would be named jw00007-o001_t001_miri_f770w; dither is added: dither1, dither2"
    ]
    named = files.found(CAL, SECOND, level=3, apart=("dither",), product="x_{patt_num}")
    assert [one.products[0].name for one in named.associations] == ["x_1", "x_2"]
    assert named.notes == ()


def test_earlier_files_tell_numbers_of_targets_unless_none_are_looked_for(files: Files) -> None:
    (files.folder / "jw00007-o001_t005_miri_f770w_i2d.fits").touch()
    numbers = [
        files.solve(CAL, level=3, **asked).associated.associations[0].target
        for asked in ({}, {"look_around": True}, {"look_around": False})
    ]
    (files.folder / "jw00007-o001_t005_miri_f770w_i2d.fits").unlink()
    assert numbers == ["t005", "t005", "t001"]


def test_what_was_found_shows_itself(files: Files) -> None:
    found = files.found(CAL, level=3)
    assert repr(found).splitlines()[0] == "<Associated files: 1 association>"
    assert found._repr_html_().startswith("<div><strong>Associated files: 1 association</strong>")
    assert {"associations", "leftover", "downloads"} <= {*dir(found)}
    assert not any(name.startswith("__") for name in dir(found))
