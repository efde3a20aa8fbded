"""The direct image of a spectrum, in small associations."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from asnsolve.associations.association import Association, Member
from asnsolve.expr.build import at_least
from asnsolve.expr.nodes import Within
from asnsolve.from_files.image_products import (
    ImageProducts,
    image_products,
    science_of,
    takes_images,
    with_image_products,
    with_rules_without_images,
    without_images,
)
from asnsolve.from_files.image_use import files_of_images, images_of_none, incomplete_images
from asnsolve.from_files.inputs import Inputs
from asnsolve.from_files.request import Request
from asnsolve.pool.header_rows import HeaderRows
from asnsolve.pool.table import Pool
from asnsolve.rules.load import load_rules
from asnsolve.rules.rule_set import RuleSet
from tests.from_files.small import association, derived, member
from tests.pool.fits_files import write_file

ROW = {
    "instrume": "NIRISS",
    "pupil": "F150W",
    "filter": "GR150R",
    "program": "00007",
    "targprop": "FIELD",
    "obs_num": "1",
}
FITS_ALL = {
    "instrume": "NIRISS",
    "pupil": "F150W",
    "filter": "CLEAR",
    "program": "7",
    "targprop": "field",
    "observtn": "001",
}


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_rules("jwst")


def inputs_of(products: tuple[Path, ...] = (), **rows: dict[str, str]) -> Inputs:
    plain = {"filename": "x_uncal.fits", "program": "7", "exp_type": "x", "asn_candidate": "[]"}
    files = {name: {"rate": Path(f"{name}_rate.fits")} for name in rows}
    observed = HeaderRows((), (), (), passed_over={"combined": products})
    return Inputs(Pool([plain]), files, {}, rows, {}, (), observed=observed)


def spectrum(
    name: str = "a", number: int = 1, *, by_rule: bool = False, **fields: Any
) -> Association:
    files = [derived("level3_i2d.fits", "direct_image"), derived("level3_cat.ecsv", "sourcecat")]
    one = association(
        member(f"{name}_rate.fits"),
        *(files if by_rule else [member("i_rate.fits", "direct_image")]),
        file=f"jw00007-o001_spec2_{number:05d}_asn.json",
        rule="Asn_Lv2WFSSNIS",
        asn_type="spec2",
        level=2,
    )
    return replace(one, **fields)


def image(name: str, **header: str) -> ImageProducts:
    return ImageProducts({"direct_image": Path(f"{name}_i2d.fits")}, header)


def chosen(
    rules: RuleSet, *images: ImageProducts, given: bool = True, row: dict[str, str] = ROW
) -> str | None:
    """Return the direct image of a spectrum."""
    kept, problems, _ = with_image_products(
        [spectrum()], images, rules, inputs_of(a=row), given=given
    )
    assert bool(kept) != bool(problems)
    return kept[0].members[-1].expname.removesuffix("_i2d.fits") if kept else None


ORDER = ("pupil", "program", "targprop", "observtn")


@pytest.mark.parametrize("place", range(4))
def test_what_agrees_first_counts_most(place: int, rules: RuleSet) -> None:
    first = {key: FITS_ALL[key] for key in ORDER[: place + 1]}
    later = {key: FITS_ALL[key] for key in ORDER if key != ORDER[place]}
    assert chosen(rules, image("later", **later), image("first", **first)) == "first"
    # If several images agree equally well, the first one is taken.
    assert chosen(rules, image("one", **first), image("two", **first)) == "one"


@pytest.mark.parametrize("key", ORDER)
def test_what_neither_has_does_not_agree(key: str, rules: RuleSet) -> None:
    column = {"observtn": "obs_num"}.get(key, key)
    row = {**ROW, column: ""}
    without = {name: FITS_ALL[name] for name in ORDER if name != key}
    both = image("blank", **without, **{key: ""}), image("plain", **without)
    assert chosen(rules, *both, row=row) == "blank"
    assert chosen(rules, *both[::-1], row=row) == "plain"


def test_an_image_of_another_instrument_is_none(rules: RuleSet) -> None:
    assert chosen(rules, image("a", instrume="miri")) is None
    assert chosen(rules, image("a", instrume="niriss")) == "a"
    assert chosen(rules, image("a")) == "a"
    # For MIRI, no optical element is compared; for NIRCam, the filter is.
    miri = {**ROW, "instrume": "MIRI"}
    assert chosen(rules, image("a", pupil="F150W"), image("b", program="7"), row=miri) == "b"
    nircam = {**ROW, "instrume": "NIRCAM", "filter": "F444W"}
    assert chosen(rules, image("a", program="7"), image("b", filter="f444w"), row=nircam) == "b"


def test_an_image_that_was_not_given_must_agree(rules: RuleSet) -> None:
    assert chosen(rules, image("a", pupil="F150W", program="7"), given=False) == "a"
    assert chosen(rules, image("a", pupil="F150W", targprop="FIELD"), given=False) is None
    assert chosen(rules, image("a", program="7", targprop="FIELD"), given=False) is None


def test_members_that_the_files_take_the_place_of_go(rules: RuleSet) -> None:
    files = {"sourcecat": Path("m_cat.ecsv"), "direct_image": Path("m_i2d.fits")}
    inputs = inputs_of(a=ROW)

    def members(one: Association, *roles: str) -> list[str]:
        found = ImageProducts({role: files[role] for role in roles}, {})
        (kept,), _, _ = with_image_products([one], [found], rules, inputs, given=True)
        return [m.expname for m in kept.members]

    by_rule = spectrum(by_rule=True)
    assert members(by_rule, "sourcecat") == ["a_rate.fits", "level3_i2d.fits", "m_cat.ecsv"]
    assert members(by_rule, *files) == ["a_rate.fits", "m_i2d.fits", "m_cat.ecsv"]
    # Exposures of the image are not members with the spectrum.
    assert members(spectrum(), "sourcecat") == ["a_rate.fits", "m_cat.ecsv"]


def test_each_spectrum_is_kept_once_and_other_associations_stay(rules: RuleSet) -> None:
    other = association(member("x_cal.fits"), file="jw00007-o001_image3_00007_asn.json")
    level3 = spectrum("c", 1, level=3)
    gap = spectrum("d", 5, file_name="jw00007-o002_spec2_00005_asn.json")
    asked = [
        other,
        spectrum("a", 1),
        spectrum("b", 2),
        spectrum("a", 3, by_rule=True),
        replace(level3, file_name="jw00007-o003_spec2_00001_asn.json"),
        gap,
    ]
    inputs = inputs_of(a=ROW, b=ROW, d=ROW)
    images = [image("m", **FITS_ALL)]
    kept, problems, notes = with_image_products(asked, images, rules, inputs, given=False)
    assert problems == ()
    assert [(one.file_name, science_of(one)) for one in kept] == [
        ("jw00007-o001_image3_00007_asn.json", "x"),
        ("jw00007-o001_spec2_00001_asn.json", "b"),
        ("jw00007-o001_spec2_00002_asn.json", "a"),
        ("jw00007-o003_spec2_00001_asn.json", "c"),
        ("jw00007-o002_spec2_00005_asn.json", "d"),
    ]
    # The rule knows the image of spectrum a; products that the user gives replace it.
    assert kept[2].members == asked[3].members
    assert [str(note) for note in notes] == ["m_i2d.fits: used as the direct image of 2 spectra"]
    kept, _, notes = with_image_products(asked, images, rules, inputs, given=True)
    assert kept[2].members[-1].expname == "m_i2d.fits"
    assert notes == ()
    _, _, notes = with_image_products([spectrum()], images, rules, inputs, given=False)
    assert [str(note) for note in notes] == ["m_i2d.fits: used as the direct image of 1 spectrum"]


def test_spectra_that_nothing_fits_are_one_problem(rules: RuleSet) -> None:
    asked = [spectrum("b", 1), spectrum("a", 2), spectrum("c", 3, by_rule=True)]
    inputs = inputs_of(a=ROW, b=ROW, c=ROW)
    kept, problems, _ = with_image_products(asked, [], rules, inputs, given=True)
    assert [science_of(one) for one in kept] == ["c"]
    assert [str(problem) for problem in problems] == [
        "b_rate.fits: spectra that no direct image fits: b and 1 more. Give a direct image with "
        "--direct-image, or the exposures of one."
    ]


def test_files_of_images_are_members_without_exposure(rules: RuleSet) -> None:
    """An exposure that was a direct image is one no longer."""
    files = {"direct_image": Path("m_i2d.fits"), "sourcecat": Path("m_cat.ecsv")}
    images = [ImageProducts(files, FITS_ALL)]
    for by_rule in (False, True):
        ((kept,), _, _) = with_image_products(
            [spectrum(by_rule=by_rule)], images, rules, inputs_of(a=ROW), given=True
        )
        assert kept.members == (
            member("a_rate.fits"),
            Member("m_i2d.fits", "direct_image", derived=True),
            Member("m_cat.ecsv", "sourcecat", derived=True),
        )


def test_science_is_the_first_member_of_that_role() -> None:
    members = [member("b_rate.fits", "background"), member("a_rate.fits"), member("c_rate.fits")]
    assert science_of(association(*members)) == "a"
    assert science_of(association(*members[:1])) == ""


def test_rules_take_spectra_without_their_images(rules: RuleSet) -> None:
    more = with_rules_without_images(rules)
    variants = more.rules[len(rules.rules) :]
    assert more.rules[: len(rules.rules)] == rules.rules
    assert [rule.name for rule in variants] == [rule.name for rule in rules if takes_images(rule)]
    assert {rule.variant for rule in variants} == {"with an image at hand"}
    own = replace(variants[0], variant="own", needs=(at_least(1, "direct_image"),))
    step = next(rule for rule in rules if takes_images(rule)).steps
    (added,) = with_rules_without_images(replace(rules, rules=(replace(own, steps=step),))).rules[
        1:
    ]
    assert (added.variant, added.needs, added.steps) == ("own with an image at hand", (), ())


def test_needs_of_images_alone_are_left_out(rules: RuleSet) -> None:
    rule = next(rule for rule in rules if takes_images(rule))
    kept = (at_least(1, "background"), Within(("background",), at_least(2, "science")))
    images = [
        need
        for role in ("direct_image", "sourcecat", "segmap")
        for need in (at_least(1, role), Within(("background",), at_least(1, role)))
    ]
    asked = replace(rule, needs=(*images, *kept))
    assert without_images(asked).needs == kept


HEADER = {
    **{"INSTRUME": "NIRISS", "FILTER": "CLEAR", "PUPIL": "F150W", "TARGPROP": "FIELD"},
    **{"PROGRAM": "00007", "OBSERVTN": "001", "EXP_TYPE": "NIS_IMAGE"},
}


def test_a_header_tells_what_an_image_fits(tmp_path: Path) -> None:
    path = write_file({**HEADER, "OBS_NUM": "001"}, tmp_path / "m_i2d.fits")
    request = Request.of({"files": (), "direct_images": path})
    ((found,), problems) = image_products(request, inputs_of())
    assert problems == ()
    assert found.files == {"direct_image": path}
    assert found.header == {key.lower(): value for key, value in HEADER.items()}


def test_products_among_the_files_go_with_an_image(tmp_path: Path) -> None:
    def write(name: str, **cells: str) -> Path:
        return write_file({**HEADER, "OBS_NUM": "001", **cells}, tmp_path / name)

    names = ("m_i2d.fits", "m_segm.fits", "n_segm.fits")
    paths = [write(name) for name in names]
    catalog = tmp_path / "m_cat.ecsv"
    catalog.touch()
    request = Request.of({"files": ()})

    def found(*products: Path) -> list[dict[str, str]]:
        images, problems = image_products(request, inputs_of(products))
        assert problems == ()
        return [{role: path.name for role, path in one.files.items()} for one in images]

    roles = {"direct_image": "m_i2d.fits", "sourcecat": "m_cat.ecsv", "segmap": "m_segm.fits"}
    assert found(*paths, catalog) == [roles]
    assert found(paths[0]) == [roles]
    # Maps and catalogs without their image do not help.
    assert found(paths[1], catalog) == found() == []
    # An image of another exposure type is not a direct image.
    spectrum = write("s_i2d.fits", EXP_TYPE="MIR_LRS-FIXEDSLIT")
    assert found(spectrum) == []


def test_files_of_images_are_those_of_their_roles() -> None:
    one = spectrum(by_rule=True)
    others = association(member("a_i2d.fits", "segmap"), derived("x.fits", "other"))
    assert files_of_images([one, others]) == {Path("level3_i2d.fits"), Path("level3_cat.ecsv")}


def test_what_spectra_lack_is_told_by_role(rules: RuleSet) -> None:
    def told(*roles: str, **fields: Any) -> list[str]:
        members = (member("a_rate.fits"), *(derived(f"m.{role}", role) for role in roles))
        one = replace(association(*members, rule="Asn_Lv2WFSSNIS", level=2), **fields)
        return [str(note) for note in incomplete_images([one], rules)]

    lacking = [
        "spectra without a catalog of sources: a. calwebb_spec2 stops without it. Give it with "
        "--catalog.",
        "spectra without a segmentation map: a. calwebb_spec2 cannot correct the spectra for "
        "contamination without it. Give it with --segmap.",
        "spectra without a direct image: a. calwebb_spec2 cannot correct the spectra for "
        "contamination without it. Give it with --direct-image.",
    ]
    assert told() == lacking
    assert told("sourcecat") == lacking[1:]
    assert told("sourcecat", "segmap") == lacking[2:]
    assert told("sourcecat", "segmap", "direct_image") == []
    assert told(level=3) == told(rule="Asn_Lv2Image") == []


def test_given_images_that_serve_nothing_are_told(rules: RuleSet, tmp_path: Path) -> None:
    own = write_file({**HEADER, "OBS_NUM": "001"}, tmp_path / "a_i2d.fits")
    miri = write_file({**HEADER, "OBS_NUM": "001", "INSTRUME": "MIRI"}, tmp_path / "b_i2d.fits")
    catalog = tmp_path / "m_cat.ecsv"
    catalog.touch()
    request = Request.of(
        {"files": (), "direct_images": [own, miri, tmp_path / "none"], "catalogs": catalog}
    )
    inputs = inputs_of(a=ROW, b={**ROW, "instrume": "NIRCAM"})

    def told(*spectra: Association) -> list[tuple[str, str, str]]:
        found = images_of_none(spectra, request, inputs, rules)
        return [(Path(p.location.file or "").name, p.what, p.advice) for p in found]

    image_use = "given as direct_image, but not used as direct_image in any association"
    catalog_use = "given as sourcecat, but not used as sourcecat in any association"
    none = "No association of wide-field slitless spectra is made at level 2."
    assert told(association(member("a_rate.fits"), level=2)) == [
        ("a_i2d.fits", image_use, none),
        ("b_i2d.fits", image_use, none),
        ("m_cat.ecsv", catalog_use, none),
    ]
    used = [derived(str(own), "direct_image"), derived(str(catalog), "segmap")]
    one = spectrum("a", products=association(member("a_rate.fits"), *used).products)
    better = "Another one that was given fits the spectra better."
    assert told(one, spectrum("b")) == [
        ("b_i2d.fits", image_use, "It is of miri, and the spectra are of nircam and niriss."),
        ("m_cat.ecsv", catalog_use, better),
    ]
    assert told(spectrum("a"))[0] == ("a_i2d.fits", image_use, better)


@pytest.mark.parametrize("name", ["M_I2D.fits", "m_i2d.FITS", "m_i2d.fits"])
def test_images_are_known_by_their_endings_in_either_case(name: str, tmp_path: Path) -> None:
    path = write_file({**HEADER, "OBS_NUM": "001"}, tmp_path / name)
    (found,), _ = image_products(Request.of({"files": ()}), inputs_of((path,)))
    assert found.files["direct_image"] == path


@pytest.mark.parametrize("ending", [".fits", ".fits.gz", ".FITS.GZ"])
def test_images_may_be_compressed(ending: str, tmp_path: Path) -> None:
    """Catalogs and maps go with them by name, in either case."""
    names = {
        "direct_images": (f"a_i2d{ending}", f"b_I2D{ending}"),
        "segmaps": (f"b_segm{ending}", f"a_SEGM{ending}"),
        "catalogs": ("b_CAT.ecsv", "a_cat.ecsv", "c_cat.ecsv"),
    }
    lists = {role: [tmp_path / name for name in files] for role, files in names.items()}
    for paths in lists.values():
        for path in paths:
            path.touch()
    found, problems = image_products(Request.of({"files": (), **lists}), inputs_of())
    assert problems == ()
    assert [sorted(path.name for path in one.files.values()) for one in found] == [
        sorted([names["direct_images"][0], names["segmaps"][1], "a_cat.ecsv"]),
        sorted([names["direct_images"][1], names["segmaps"][0], "b_CAT.ecsv"]),
    ]
    # In a directory, the files of the role are found.
    request = Request.of({"files": (), **dict.fromkeys(lists, tmp_path)})
    found, problems = image_products(request, inputs_of())
    assert problems == ()
    assert [len(one.files) for one in found] == [3, 3]
