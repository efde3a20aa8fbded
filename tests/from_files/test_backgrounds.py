"""Which backgrounds are members, and those that are time series."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from astropy.io import fits

from asnsolve import Pool, associate
from asnsolve.associations.association import Association
from asnsolve.from_files.backgrounds import with_series_skies, with_sky
from asnsolve.from_files.inputs import Inputs
from asnsolve.from_files.request import SkyChoice
from asnsolve.from_files.solved_request import Associated
from tests.from_files.small import association, files_of, member
from tests.pool.fits_files import write_file

SLIT = {
    "INSTRUME": "MIRI",
    "DETECTOR": "MIRIMAGE",
    "EXP_TYPE": "MIR_LRS-FIXEDSLIT",
    "FILTER": "P750L",
    "PATTTYPE": "ALONG-SLIT-NOD",
    "SUBARRAY": "FULL",
    "PROGRAM": "7",
    "TARGPROP": "STAR",
}
SERIES = {
    **SLIT,
    "EXP_TYPE": "MIR_LRS-SLITLESS",
    "PATTTYPE": "NONE",
    "SUBARRAY": "SLITLESSPRISM",
    "TSOVISIT": "T",
}


def nods(folder: Path, stage: str = "rate", observation: int = 1, **cells: str) -> list[Path]:
    """Write the two nods along the slit of an observation."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        write_file(
            {**SLIT, "OBS_NUM": str(observation), "PATT_NUM": str(nod), **cells},
            folder / f"jw00007{observation:03d}001_03101_0000{nod}_mirimage_{stage}.fits",
        )
        for nod in (1, 2)
    ]


def backgrounds(found: Associated) -> dict[str, list[str]]:
    """Return the backgrounds of each science exposure, as observation and nod."""
    told: dict[str, list[str]] = {}
    for one in found.associations:
        (science,) = (member.exposure for member in one.members if member.exptype == "science")
        told[_short(science)] = sorted(
            _short(member.exposure) for member in one.members if member.exptype == "background"
        )
    return told


def _short(exposure: str) -> str:
    return f"{exposure[9]}/{exposure[24]}"


@pytest.mark.parametrize(
    ("sky", "expected"),
    [
        ("dedicated", {"1/1": ["2/1", "2/2"], "1/2": ["2/1", "2/2"]}),
        ("nods", {"1/1": ["1/2"], "1/2": ["1/1"]}),
        ("none", {"1/1": [], "1/2": []}),
    ],
)
def test_backgrounds_are_chosen(
    tmp_path: Path, sky: SkyChoice, expected: dict[str, list[str]]
) -> None:
    star = nods(tmp_path / "star")
    dark = nods(tmp_path / "sky", observation=2, TARGPROP="SKY")
    found = associate(star, 2, backgrounds=dark, sky=sky, only="science")
    assert backgrounds(found) == expected
    # Each science exposure is processed once.
    assert len(found.associations) == 2
    assert found.notes == ()


def test_spectra_that_do_not_exist_are_findings(tmp_path: Path) -> None:
    """Nods are the background of one another at level 3 as spectra, which level 2 extracts."""
    files = nods(tmp_path, "cal")
    found = associate(files, 3)
    (missing,) = found.problems
    assert missing.what.startswith("background members that do not exist: ")
    assert missing.what.endswith("_x1d.fits and 1 more")
    assert "sky none" in missing.advice
    without = associate(files, 3, sky="none")
    assert without.problems == ()
    assert [member.exptype for member in without.associations[0].members] == ["science"] * 2
    for file in files:
        file.with_name(file.name.replace("_cal.", "_x1d.")).touch()
    assert associate(files, 3).problems == ()


def test_spectra_that_level_2_will_extract_are_none(tmp_path: Path) -> None:
    assert associate(nods(tmp_path), 3).problems == ()
    assert associate(tmp_path).problems == ()


def series(folder: Path, observation: int, stage: str = "rateints", **cells: str) -> Path:
    folder.mkdir(exist_ok=True)
    name = f"jw00007{observation:03d}001_04101_00001_mirimage_{stage}.fits"
    return write_file({**SERIES, "OBS_NUM": str(observation), **cells}, folder / name)


def test_a_sky_that_is_a_time_series_serves_one(tmp_path: Path) -> None:
    star = series(tmp_path / "star", 1)
    sky = series(tmp_path / "sky", 2, TARGPROP="SKY")
    found = associate(star, backgrounds=sky)
    first, *others = found.associations
    assert [(Path(member.expname).name, member.exptype) for member in first.members] == [
        (star.name, "science"),
        (sky.name, "background"),
    ]
    assert all(len(one.members) == 1 for one in others)
    assert (found.problems, found.leftover) == ((), ())


def test_level_3_has_no_use_for_it(tmp_path: Path) -> None:
    star = series(tmp_path / "star", 1, "calints")
    sky = series(tmp_path / "sky", 2, "calints", TARGPROP="SKY")
    found = associate(star, 3, backgrounds=sky)
    assert (found.problems, found.leftover) == ((), ())


def test_a_time_series_in_other_optics_is_no_sky(tmp_path: Path) -> None:
    star = series(tmp_path / "star", 1)
    sky = series(tmp_path / "sky", 2, TARGPROP="SKY", SUBARRAY="FULL")
    found = associate(star, 2, backgrounds=sky)
    assert all(len(one.members) == 1 for one in found.associations)
    assert "given as background, but not used as background in any association" in str(
        found.problems[0]
    )


def test_of_a_sky_of_another_program_the_setup_is_compared(tmp_path: Path) -> None:
    spectra = [file for file in files_of("miri_mrs", tmp_path, "rate") if "mirifu" in file.name]
    sky = files_of("miri_image", tmp_path / "sky", "rate", number=99)[0]
    (problem,) = associate(spectra[:1], 2, backgrounds=sky).problems
    science = spectra[0].name.removesuffix("_rate.fits")
    assert problem.advice == (
        f"With {science}: exp_type differs: mir_image and mir_mrs; "
        "detector differs: mirimage and mirifulong."
    )


def test_a_given_sky_may_have_another_dither_pattern(tmp_path: Path) -> None:
    files = files_of("nirspec_ifu_background", tmp_path, "cal")
    sky = [file for file in files if "jw00007002001_02101" in file.name]
    found = associate(files, 3, backgrounds=sky)
    assert found.problems == ()
    (one,) = [one for one in found.associations if one.asn_id == "c1000"]
    assert one.rule == "Asn_Lv3NRSIFU"
    assert [member.exptype for member in one.members].count("background") == len(sky) == 2
    # Without the list, the rule compares the patterns of the headers.
    assert not [one for one in associate(files, 3).associations if one.asn_id == "c1000"]


def test_acquisitions_in_a_directory_of_backgrounds_are_a_note(tmp_path: Path) -> None:
    """Nor does the acquisition of the science need a background."""
    science = files_of("miri_lrs_slit", tmp_path / "star", "rate")
    skies = files_of("miri_lrs_slit", tmp_path / "sky", "rate", number=8)
    found = associate(science, 2, backgrounds=tmp_path / "sky")
    assert found.problems == ()
    told = [str(note) for note in found.notes if "background" in str(note)]
    image, _ = (path for path in skies if "_TA" in fits.getval(path, "EXP_TYPE"))
    assert told == [f"acquisition images, which never serve as background: {image} and 1 more"]
    alone = associate(science, 2, backgrounds=image)
    (problem,) = alone.problems
    assert problem.advice == "It is an acquisition image, which never serves as background."


@pytest.mark.parametrize(
    "column",
    [
        *("instrume", "detector", "exp_type", "filter", "pupil", "grating", "band", "channel"),
        *("fxd_slit", "subarray", "tsovisit"),
    ],
)
def test_a_sky_of_a_time_series_has_its_setup(column: str) -> None:
    row = {"instrume": "MIRI", "filter": "P750L", "tsovisit": "T", "asn_candidate": "[]"}

    def members(sky: dict[str, str]) -> list[str]:
        pool = Pool([{"filename": "a_uncal.fits", "exp_type": "x", "program": "7", **row}])
        listed = {"backgrounds": frozenset({"b"})}
        inputs = Inputs(pool, {}, listed, {"a": row, "b": row | sky}, {}, ())
        one = association(member("a_rate.fits"), member("c_rate.fits", "selfcal"), level=2)
        (found,) = with_series_skies([one], inputs)
        return [f"{one.expname} {one.exptype}" for one in found.members[1:]]

    both = ["c_rate.fits selfcal", "b_rate.fits background"]
    assert members({}) == members({"filter": "p750l", "patttype": "NONE"}) == both
    assert members({column: "other"}) == both[:1]


def inputs_of(rows: dict[str, dict[str, str]], *skies: str) -> Inputs:
    plain = {"program": "7", "exp_type": "x", "asn_candidate": "[]"}
    pool = Pool([{"filename": f"{name}_uncal.fits"} | plain | rows[name] for name in rows])
    return Inputs(pool, {}, {"backgrounds": frozenset(skies)}, rows, {}, ())


def spectrum(*members: str, level: int = 2, file: str = "one.json") -> Association:
    """Return an association; members named a or b are science, all others are backgrounds."""
    return association(
        *(member(f"{m}_rate.fits", "science" if m in "ab" else "background") for m in members),
        level=level,
        file=file,
    )


def letters(associations: list[Association]) -> list[str]:
    return ["".join(m.exposure for m in one.members) for one in associations]


FLAGS = {"a": {}, "b": {}, "d": {"bkgdtarg": "T"}, "e": {"bkgdtarg": "t"}, "n": {}, "m": {}}


@pytest.mark.parametrize(
    ("sky", "kept"),
    [("dedicated", "ade"), ("nods", "anmx"), ("none", "a"), (None, "adenmx")],
)
def test_backgrounds_are_told_apart_by_their_flag(sky: SkyChoice | None, kept: str) -> None:
    """A background without a known header is not a dedicated one."""
    found = with_sky([spectrum(*"adenmx")], inputs_of(FLAGS), sky)
    assert letters(found) == [kept]


def test_of_level_2_the_same_science_is_kept_once() -> None:
    """The association with the most backgrounds stays in place; if equal, the first one stays."""
    one = [
        spectrum(*"and", file="4"),
        spectrum(*"bn", file="3"),
        spectrum(*"am", file="2"),
        spectrum(*"an", file="1"),
        spectrum(*"b", file="0"),
    ]
    found = with_sky(one, inputs_of(FLAGS), "nods")
    assert [(asn.file_name, *letters([asn])) for asn in found] == [
        ("4", "an"),
        ("3", "bn"),
        ("2", "am"),
    ]
    # Level 3 combines the same science in several ways.
    combined = [replace(asn, level=3) for asn in one]
    assert len(with_sky(combined, inputs_of(FLAGS), "nods")) == len(one)
    # Without a choice, nothing is compared.
    assert with_sky(one, inputs_of(FLAGS), None) == one
    # The same files at another stage count as other science.
    stages = [
        association(member(f"a_{stage}.fits"), level=2, file=stage)
        for stage in ("rate", "rateints")
    ]
    assert with_sky(stages, inputs_of(FLAGS), "none") == stages


SERIES_OF = {
    name: {"tsovisit": flag, "filter": "F"} for name, flag in zip("adne", "TTFT", strict=True)
}


def test_only_a_single_time_series_of_level_2_has_the_sky_of_one() -> None:
    inputs = inputs_of(SERIES_OF | {"b": {"tsovisit": "t", "filter": "f"}}, "d", "e", "n", "x")
    same = [
        spectrum("a", level=3),
        spectrum(*"ab"),
        spectrum(*"ade"),
        spectrum("n"),
        association(member("d_rate.fits"), level=2),
        association(member("n_rate.fits"), level=2),
    ]
    assert with_series_skies(same, inputs) == same
    assert letters(with_series_skies([spectrum("a"), spectrum("b")], inputs)) == ["ade", "bde"]
    # Without skies, or with skies that are not time series, nothing is added.
    for skies in ((), ("n",)):
        assert with_series_skies([spectrum("a")], inputs_of(SERIES_OF, *skies)) == [spectrum("a")]


def test_skies_are_at_the_stage_of_the_series_and_in_order() -> None:
    rows = {name: {"tsovisit": "T"} for name in ("a", "d", "c")}
    one = association(member("a_rateints.fits"), level=2)
    (found,) = with_series_skies([one], inputs_of(rows, "d", "c"))
    assert [(m.expname, m.exptype, m.stage) for m in found.members[1:]] == [
        ("c_rateints.fits", "background", "rateints"),
        ("d_rateints.fits", "background", "rateints"),
    ]
