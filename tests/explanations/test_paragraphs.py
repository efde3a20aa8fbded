"""Whole paragraphs, for what has gone wrong elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from asnsolve import explain
from asnsolve.explanations.absence import explain_absence
from asnsolve.explanations.pair import explain_pair
from tests.solvers.rows import exposure, pool_of

SLIT = {
    "exp_type": "nrs_fixedslit",
    "instrume": "nirspec",
    "detector": "nrs1",
    "filter": "f290lp",
    "grating": "g395h",
    "fxd_slit": "s200a1",
    "subarray": "full",
    "numdthpt": "2",
    "subpxpts": "1",
    "pntgtype": "science",
    "patttype": "none",
    "opmode": "fixedslit",
    "patt_num": "1",
}
IFU = {
    "exp_type": "nrs_ifu",
    "instrume": "nirspec",
    "detector": "nrs1",
    "filter": "f170lp",
    "grating": "g235h",
    "subarray": "full",
    "pntgtype": "science",
    "patttype": "none",
    "mostilno": "1",
    "pupil": "",
}
MRS = {
    "exp_type": "mir_mrs",
    "instrume": "miri",
    "detector": "mirifushort",
    "channel": "12",
    "band": "short",
    "subarray": "full",
    "pntgtype": "science",
    "patttype": "4-point",
    "mostilno": "1",
    "filter": "",
    "pupil": "",
}
IMAGE = {
    "pntgtype": "science",
    "channel": "short",
    "detector": "nrcb1",
    "subarray": "full",
    "patttype": "none",
    "obs_num": "1",
}
CORON = {
    "exp_type": "nrc_coron",
    "pntgtype": "science",
    "channel": "short",
    "detector": "nrca2",
    "subarray": "sub640",
    "pupil": "maskrnd",
    "filter": "f210m",
}

MOSAIC = "[('c1000', 'mosaic')]"
SKY = "[('o001', 'observation'), ('c1000', 'background')]"


def _row(name: str, base: Mapping[str, str], **cells: str) -> dict[str, str]:
    return exposure(name, **{**base, **cells})


def _text(*lines: str) -> str:
    return "\n".join(lines)


def test_a_mosaic_candidate_of_one_observation() -> None:
    found = explain(
        pool_of(_row("a", IMAGE, asn_candidate=MOSAIC), _row("b", IMAGE, asn_candidate=MOSAIC)),
        "jwst",
        "jw_a.fits",
        "Asn_Lv3ImageMosaic",
    )
    assert str(found) == _text(
        "jw_a_uncal.fits is in 1 association:",
        (
            "  jw00001-a3001_image3_00001_asn.json: by Asn_Lv3Image, as science of "
            "jw00001-a3001_t001_nircam_clear-f200w, with 1 other"
        ),
        (
            "    one program 1, instrument nircam, opt_elem f200w, opt_elem2 clear, "
            "subarray full, target 1, exp_type nrc_image, wfsvisit prime_targeted_fixed"
        ),
        "",
        "Asn_Lv3ImageMosaic of level 3 lets it in as science, but has no room for it.",
        (
            "  To let it in, the need that in background, group and mosaic candidates, the "
            "members take at least two values of obs_num would have to give."
        ),
    )


def test_a_nod_on_another_target() -> None:
    found = explain_pair(
        pool_of(
            _row("a", IFU, patttype="4-point-nod"),
            _row("b", IFU, patttype="4-point-nod", targetid="2"),
        ),
        "jwst",
        "jw_a.fits",
        "jw_b.fits",
        "Asn_Lv2NRSIFUNod",
    )
    assert str(found) == _text(
        "jw_a_uncal.fits and jw_b_uncal.fits are in no association together.",
        "",
        "Asn_Lv2NRSIFUNod:",
        (
            "  takes them as science and science with equal keys, but has no association of"
            " both: what it needs besides is missing, or another one is preferred"
        ),
    )


def test_a_background_of_another_instrument() -> None:
    found = explain_pair(
        pool_of(_row("a", MRS), _row("b", IFU, bkgdtarg="t")),
        "jwst",
        "jw_a.fits",
        "jw_b.fits",
        "Asn_Lv3MIRMRS",
    )
    assert str(found) == _text(
        "jw_a_uncal.fits and jw_b_uncal.fits are in no association together.",
        "",
        "Asn_Lv3MIRMRS:",
        (
            "  jw_b is refused by exp_type: expected that exp_type is mir_mrs, but exp_type"
            " is nrs_ifu"
        ),
        "  instrument differs: miri and nirspec",
    )


def test_a_background_of_another_band() -> None:
    found = explain_pair(
        pool_of(
            _row("a", MRS, asn_candidate=SKY),
            _row("b", MRS, bkgdtarg="t", band="long", obs_num="2", asn_candidate=SKY),
        ),
        "jwst",
        "jw_a.fits",
        "jw_b.fits",
        "Asn_Lv2Spec",
    )
    assert str(found) == _text(
        "jw_a_uncal.fits and jw_b_uncal.fits are in no association together.",
        "",
        "Asn_Lv2Spec:",
        "  opt_elem differs: short and long",
    )


def test_a_detector_without_light() -> None:
    found = explain(
        pool_of(_row("a", IFU, detector="nrs2", grating="g395m", filter="f290lp")),
        "jwst",
        "jw_a.fits",
        "Asn_Lv2Spec",
    )
    assert str(found) == _text(
        "jw_a_uncal.fits is in no association.",
        "",
        "Asn_Lv2Spec of level 2 refuses it, by ifu_reaches_detector:",
        (
            "  ifu_reaches_detector: expected that exp_type is not nrs_ifu or it is [lit "
            "through the integral-field unit], but detector is nrs2, exp_type is nrs_ifu, "
            "filter is f290lp, grating is g395m"
        ),
        "  Without that clause it would be in.",
    )


def test_a_closed_filter_wheel() -> None:
    found = explain(pool_of(_row("a", IFU, filter="opaque")), "jwst", "jw_a.fits", "Asn_Lv3NRSIFU")
    assert str(found) == _text(
        "jw_a_uncal.fits is in no association.",
        "",
        "Asn_Lv3NRSIFU of level 3 refuses it, by dark and ifu_reaches_detector:",
        "  dark: expected that filter is not opaque, but filter is opaque",
        (
            "  ifu_reaches_detector: expected that exp_type is not nrs_ifu or it is [lit "
            "through the integral-field unit], but detector is nrs1, exp_type is nrs_ifu, "
            "filter is opaque, grating is g235h"
        ),
        "  Without these 2 clauses it would be in; fewer are not enough.",
    )


def test_a_mirror_in_place_of_a_grating() -> None:
    """The rules for the mode come first, and not one for imprints, which it is not."""
    row = _row("a", SLIT, grating="mirror", filter="f110w", expspcin="1")
    found = explain(pool_of(row), "jwst", "jw_a.fits")
    refusal = (
        "  slit_reaches_detector: expected that it is [lit through its slit], but "
        "detector is nrs1, filter is f110w, fxd_slit is s200a1, grating is mirror"
    )
    assert str(found) == _text(
        "jw_a_uncal.fits is in no association.",
        "",
        "Asn_Lv2NRSFSS of level 2 refuses it, by slit_reaches_detector:",
        refusal,
        "  Without that clause it would be in.",
        "",
        "Asn_Lv3NRSFSS of level 3 refuses it, by slit_reaches_detector:",
        refusal,
        "  Without that clause it would be in.",
        "",
        (
            "Further rules, the nearest first: Asn_Lv2SpecImprint (refused by imprint), "
            "Asn_Lv2SpecSpecial (refused by is_special), Asn_Lv3SpecAux (refused by bkgdtarg)"
        ),
    )


def test_a_candidate_of_a_type_that_the_rule_does_not_serve() -> None:
    found = explain(pool_of(_row("a", IMAGE)), "jwst", "jw_a.fits", "Asn_Lv3ImageMosaic")
    assert str(found) == _text(
        "jw_a_uncal.fits is in 2 associations:",
        "  jw00001-o001_image2_00001_asn.json: by Asn_Lv2Image, as science of jw_a",
        (
            "    one program 1, instrument nircam, detector nrcb1, opt_elem f200w, "
            "opt_elem2 clear, subarray full, channel short, exp_type nrc_image, "
            "single_science jw_a_uncal.fits"
        ),
        (
            "  jw00001-o001_image3_00001_asn.json: by Asn_Lv3Image, as science of "
            "jw00001-o001_t001_nircam_clear-f200w"
        ),
        (
            "    one program 1, instrument nircam, opt_elem f200w, opt_elem2 clear, "
            "subarray full, target 1, exp_type nrc_image, wfsvisit prime_targeted_fixed"
        ),
        (
            "  dropped: jw00001-a3001_t001_nircam_clear-f200w of a3001 by Asn_Lv3Image, because "
            "jw00001-o001_image3_00001_asn.json has all its members in the same roles"
        ),
        "",
        "Asn_Lv3ImageMosaic of level 3 refuses it, by candidate:",
        (
            "  candidate: expected that a candidate of type mosaic that was asked for names"
            " it, but asn_candidate is [('o001', 'observation')]"
        ),
        "  Without that clause it would be in.",
    )


def test_a_psf_reference_among_images() -> None:
    found = explain(
        pool_of(_row("a", CORON), _row("p", CORON, is_psf="t", targetid="2")),
        "jwst",
        "jw_p.fits",
        "Asn_Lv3NRCCoronImage",
    )
    assert str(found) == _text(
        "jw_p_uncal.fits is in 2 associations:",
        (
            "  jw00001-o001_coron3_00001_asn.json: by Asn_Lv3NRCCoron, as psf of "
            "jw00001-o001_t001_nircam_f210m-maskrnd-sub640, with 1 other"
        ),
        (
            "    one program 1, instrument nircam, opt_elem f210m, opt_elem2 maskrnd, "
            "subarray sub640, target 1"
        ),
        ("  jw00001-o001_image2_00002_asn.json: by Asn_Lv2ImageSpecial, as science of jw_p"),
        (
            "    one program 1, instrument nircam, detector nrca2, opt_elem f210m, "
            "opt_elem2 maskrnd, subarray sub640, channel short, alone jw_p_uncal.fits"
        ),
        (
            "  dropped: jw00001-a3001_t001_nircam_f210m-maskrnd-sub640 of a3001 by "
            "Asn_Lv3NRCCoron, because jw00001-o001_coron3_00001_asn.json has all its members in "
            "the same roles"
        ),
        (
            "  dropped: jw_p of o001 by Asn_Lv2Image, because "
            "jw00001-o001_image2_00002_asn.json has all its members in the same roles"
        ),
        "",
        "Asn_Lv3NRCCoronImage of level 3 refuses it, by subarray and is_psf:",
        "  subarray: expected that subarray is full, but subarray is sub640",
        "  is_psf: expected that is_psf is not t, but is_psf is t",
        "  Without these 2 clauses it would be in; fewer are not enough.",
    )


def test_a_psf_reference_that_is_missing() -> None:
    found = explain_absence(
        pool_of(_row("a", CORON), _row("p", CORON, is_psf="t", targetid="2")), "jwst", "jw_p.fits"
    )
    assert str(found) == _text(
        "Without jw_p_uncal.fits:",
        "  lost: image2 o001 of 00001 by Asn_Lv2ImageSpecial: jw_p",
        (
            "  lost: coron3 o001 of 00001 by Asn_Lv3NRCCoron: "
            "jw00001-o001_t001_nircam_f210m-maskrnd-sub640"
        ),
    )
