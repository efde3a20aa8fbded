"""Exposures for self-calibration become members where detector and subarray are the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from astropy.io import fits

from asnsolve import associate
from asnsolve.associations.association import Association
from asnsolve.from_files.selfcal import (
    SELFCAL_ALIKE,
    calibrating,
    calibrating_as_background,
    reason_against_selfcal,
    with_selfcal,
)
from asnsolve.pool.header_cells import Row
from asnsolve.pool.table import Pool
from tests.from_files.small import association, derived, files_of, member

SETUP = {
    "exp_type": "MIR_MRS",
    "instrume": "MIRI",
    "detector": "MIRIFULONG",
    "filter": "F1",
    "grating": "G1",
    "band": "SHORT",
    "subarray": "FULL",
}


def row(exposure: str, **cells: str) -> Row:
    plain = {"filename": f"{exposure}_uncal.fits", "program": "7", "asn_candidate": "[]"}
    return plain | SETUP | cells


def spectrum(exposure: str = "star", **fields: Any) -> Association:
    one = association(member(f"{exposure}_rate.fits"), asn_type="spec2", level=2)
    return replace(one, **fields)


def added(one: Association, star: Row, *sky: Row) -> list[tuple[str, str]]:
    """Return the members that an association got."""
    selfcal_rows = {cells["filename"].removesuffix("_uncal.fits"): cells for cells in sky}
    (changed,) = with_selfcal([one], Pool([star]), selfcal_rows)
    assert changed.members[: len(one.members)] == one.members
    return [(m.expname, m.exptype) for m in changed.members[len(one.members) :]]


def test_exposures_of_the_same_setup_are_added_in_order() -> None:
    assert added(spectrum(), row("star"), row("sky2"), row("sky1")) == [
        ("sky1_rate.fits", "selfcal"),
        ("sky2_rate.fits", "selfcal"),
    ]


def test_added_members_know_their_exposure() -> None:
    (one,) = with_selfcal([spectrum()], Pool([row("star")]), {"sky": row("sky")})
    assert (one.members[1].exposure, one.members[1].stage) == ("sky", "rate")


@pytest.mark.parametrize("column", SELFCAL_ALIKE)
def test_every_part_of_the_setup_counts(column: str) -> None:
    assert added(spectrum(), row("star"), row("sky", **{column: "other"})) == []
    assert added(spectrum(), row("star"), row("sky", **{column: ""})) == []


def test_what_the_pipeline_takes_for_self_calibration() -> None:
    members = (
        member("star_rate.fits"),
        member("sky_rate.fits", "background"),
        member("more_rate.fits", "selfcal"),
        member("closed_rate.fits", "imprint"),
    )
    assert calibrating([association(*members, asn_type="spec2", level=2)]) == {"sky", "more"}
    assert calibrating([association(*members, asn_type="image2", level=2)]) == set()
    assert calibrating([association(*members, asn_type="spec3", level=3)]) == set()


def test_backgrounds_that_were_given_as_selfcal_are_noted_once() -> None:
    one = association(
        member("star_rate.fits"),
        *(member(f"sky{number}_rate.fits", "background") for number in (2, 1)),
        member("more_rate.fits", "selfcal"),
        asn_type="spec2",
        level=2,
    )
    given = {name: row(name) for name in ("more", "sky1", "sky2")}
    (note,) = calibrating_as_background([one], given)
    assert note.what == "backgrounds that are given as selfcal too: sky1 and 1 more"
    assert note.advice == "The pipeline uses backgrounds for self-calibration anyway."
    assert list(calibrating_as_background([one], {"more": row("more")})) == []


def reason(serving: Row, one: Association, *rows: Row) -> str:
    known = {cells["filename"].removesuffix("_uncal.fits"): cells for cells in rows}
    return reason_against_selfcal(serving, [one], known)


def test_why_an_exposure_is_selfcal_of_nothing() -> None:
    star, sky = row("star"), row("sky")
    assert reason(sky, spectrum(), star | {"detector": "MIRIFUSHORT"}) == (
        "With star: detector differs: mirifulong and mirifushort."
    )
    assert reason(sky | {"subarray": ""}, spectrum(), star) == (
        "With star: subarray differs: not set and full."
    )
    assert reason(star, spectrum(), star) == (
        "An exposure cannot calibrate itself, and there is no other science exposure."
    )
    assert reason(sky, spectrum(asn_type="image2"), star) == (
        "Only spectra at level 2 use self-calibration, and there are none."
    )
    series = association(member("star_rateints.fits"), asn_type="tso-spec2", level=2)
    assert reason(sky, series, star) == (
        "Exposures with one image per integration cannot be used for self-calibration."
    )


def test_the_reason_is_that_of_the_science_that_fits_best() -> None:
    one = association(member("a_rate.fits"), member("b_rate.fits"), asn_type="spec2", level=2)
    rows = row("a", detector="X", subarray="Y"), row("b", detector="X")
    assert reason(row("sky"), one, *rows) == "With b: detector differs: mirifulong and x."


def names(one: Association, *roles: str) -> list[str]:
    """Return the sorted names of the members in some roles, or in all."""
    chosen = (m.expname for m in one.members if not roles or m.exptype in roles)
    return sorted(Path(name).name for name in chosen)


SPECTRA = {
    "miri_mrs": "mirifulong",
    "miri_lrs_slit": "mirimage",
    "nirspec_slit": "nrs1",
    "nirspec_msa": "nrs1",
    "nirspec_ifu_dither": "nrs1",
    "nirspec_ifu_nod": "nrs1",
    "niriss_wfss": "nis",
}


@pytest.mark.parametrize("mode", SPECTRA)
def test_every_mode_takes_exposures_of_its_detector(mode: str, tmp_path: Path) -> None:
    files = files_of(mode, tmp_path, "rate")
    detector = SPECTRA[mode]
    sky = tmp_path / f"jw00099001001_02101_00001_{detector}_rate.fits"
    # The last exposure is a spectrum; the first one may be an acquisition.
    with fits.open([file for file in files if file.stem.endswith(f"_{detector}_rate")][-1]) as like:
        # Another program, target and pair of optical elements make no difference.
        cells = {
            "PROGRAM": "00099",
            "TARGPROP": "SKY",
            "FILTER": "F1",
            "GRATING": "G1",
            "BAND": "B",
        }
        like[0].header.update(cells | {"OBSERVTN": "001", "FILENAME": sky.name})
        like.writeto(sky)
    found = associate(files, 2, selfcal=sky)
    # The microshutter array and the slits have two detectors, and imaging is not served.
    served = [
        one
        for one in found.associations
        if one.asn_type == "spec2" and detector in one.products[0].name
    ]
    assert served
    for one in found.associations:
        assert names(one, "selfcal") == ([sky.name] if one in served else [])
    assert not [problem for problem in found.problems if "selfcal" in problem.what]


def test_exposures_are_selfcal_of_one_another_but_not_of_themselves(tmp_path: Path) -> None:
    files = [f for f in files_of("miri_mrs", tmp_path, "rate") if "_mirifulong_" in f.name]
    for file, band in zip(files, ("SHORT", "MEDIUM", "LONG"), strict=False):
        fits.setval(file, "BAND", value=band)
    found = associate(files, 2, selfcal=files)
    assert (found.problems, len(found.associations)) == ((), len(files))
    for one in found.associations:
        assert names(one) == [file.name for file in files]
        assert [member.exptype for member in one.members] == [
            "science",
            *["selfcal"] * (len(files) - 1),
        ]
    alone = associate(files[0], 2, selfcal=files[0])
    assert [len(one.members) for one in alone.associations] == [1]
    assert "cannot calibrate itself" in alone.problems[0].advice


def test_nods_serve_as_backgrounds_of_one_another(tmp_path: Path) -> None:
    made = files_of("nirspec_slit", tmp_path, "rate")
    files = [file for file in made if fits.getval(file, "EXP_TYPE") == "NRS_FIXEDSLIT"]
    found = associate(files, 2, selfcal=files)
    roles = {
        m.exptype for one in found.associations for m in one.members if one.asn_type == "spec2"
    }
    assert roles == {"science", "background"}
    assert any("backgrounds that are given as selfcal" in note.what for note in found.notes)
    assert found.problems == ()


def test_acquisitions_among_selfcal_are_noted(tmp_path: Path) -> None:
    (acquisition, *spectra) = sorted(files_of("nirspec_ifu_nod", tmp_path, "rate"))
    found = associate(tmp_path, 2, selfcal=tmp_path)
    assert found.problems == ()
    (note,) = [note for note in found.notes if "selfcal that no association uses" in note.what]
    name = acquisition.name.removesuffix("_rate.fits")
    assert note.what == f"files given as selfcal that no association uses: {name}"
    assert "subarray differs: sub2048 and full" in note.advice
    alone = associate(tmp_path, 2, selfcal=acquisition)
    assert [problem.what for problem in alone.problems] == [
        "given as selfcal, but not used as selfcal in any association"
    ]
    outside = tmp_path / "outside"
    outside.mkdir()
    acquisition.rename(outside / acquisition.name)
    apart = associate(spectra, 2, selfcal=[*spectra, outside])
    assert len(apart.problems) == 1


def test_imprints_are_selfcal_too(tmp_path: Path) -> None:
    files = files_of("nirspec_ifu_background", tmp_path, "rate")
    imprints = {file.name for file in files if fits.getheader(file).get("IS_IMPRT")}
    found = associate(files, 2, selfcal=[file for file in files if file.name in imprints])
    assert found.problems == ()
    of_science = [
        one
        for one in found.associations
        if one.asn_type == "spec2" and names(one, "science")[0] not in imprints
    ]
    for one in of_science:
        detector = one.products[0].name.rpartition("_")[2]
        selfcal = names(one, "selfcal")
        assert {*names(one, "imprint")} <= {*selfcal}
        assert selfcal == sorted(name for name in imprints if f"_{detector}_" in name)
    assert of_science


def test_cells_are_compared_as_a_pool_cleans_them() -> None:
    cells = {"detector": " mirifulong ", "subarray": "N/A"}
    assert added(spectrum(), row("star", subarray=""), row("sky", **cells)) != []


@pytest.mark.parametrize(
    "cells", [{"exp_type": "NRS_FIXEDSLIT"}, {"band": "LONG"}, {"filter": "F2", "grating": "G2"}]
)
def test_the_type_and_the_optical_elements_do_not_count(cells: dict[str, str]) -> None:
    assert added(spectrum(), row("star"), row("sky", **cells)) == [("sky_rate.fits", "selfcal")]


@pytest.mark.parametrize(
    ("asn_type", "served"), [("spec2", 1), ("nrslamp-spec2", 1), ("image2", 0), ("tso-image2", 0)]
)
def test_spectra_alone_are_served(asn_type: str, served: int) -> None:
    assert len(added(spectrum(asn_type=asn_type), row("star"), row("sky"))) == served


def test_images_per_integration_are_not_served() -> None:
    series = association(member("star_rateints.fits"), asn_type="tso-spec2", level=2)
    assert added(series, row("star"), row("sky")) == []


def test_nothing_becomes_selfcal_of_itself() -> None:
    assert added(spectrum(), row("star"), row("star")) == []
    assert added(spectrum(), row("star"), row("star"), row("sky")) == [("sky_rate.fits", "selfcal")]


@pytest.mark.parametrize(("role", "repeated"), [("background", 0), ("selfcal", 0), ("imprint", 1)])
def test_what_self_calibration_takes_anyway_is_not_repeated(role: str, repeated: int) -> None:
    members = (member("star_rate.fits"), member("sky_rate.fits", role))
    one = association(*members, asn_type="spec2", level=2)
    assert len(added(one, row("star"), row("sky"))) == repeated


def test_level_3_is_not_served() -> None:
    assert added(spectrum(level=3), row("star"), row("sky")) == []


def test_several_products_are_not_served() -> None:
    several = spectrum(products=spectrum().products * 2)
    assert added(several, row("star"), row("sky")) == []


def test_without_science_nothing_is_served() -> None:
    background = association(member("star_rate.fits", "background"), asn_type="spec2", level=2)
    assert added(background, row("star"), row("sky")) == []
    product = association(derived("star_rate.fits", "science"), asn_type="spec2", level=2)
    assert added(product, row("star"), row("sky")) == []


def test_without_a_list_associations_stay() -> None:
    one = spectrum("unknown")
    assert with_selfcal(iter([one]), Pool([row("star")]), {}) == [one]
