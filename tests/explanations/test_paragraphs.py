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
            "    It shares INSTRUME nircam, FILTER f200w, PUPIL clear, SUBARRAY full, "
            "TARGETID 1, EXP_TYPE nrc_image and VISITYPE prime_targeted_fixed with the other "
            "member."
        ),
        "",
        "Asn_Lv3ImageMosaic of level 3 would take it as science, but other exposures are missing:",
        "  values of OBS_NUM: 1 found, at least 2 needed.",
        "  The other members must name c1000 in ASN_CANDIDATE too.",
        (
            "  If there were another exposure like it, but with OBS_NUM 2, as science, it "
            "would be taken."
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
            "  could take them as science and science, but makes no association of both: "
            "other exposures that it needs are missing, a step leaves one of them out, or it gave "
            "way to another one"
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
            "  jw_b is refused. Clause exp_type requires that EXP_TYPE is mir_mrs, but EXP_TYPE "
            "is nrs_ifu."
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
        "Asn_Lv2Spec of level 2 refuses it:",
        (
            "  Clause ifu_reaches_detector requires that it is lit through the integral-field "
            "unit, but DETECTOR is nrs2, FILTER is f290lp and GRATING is g395m."
        ),
        "  If it had DETECTOR nrs1, for example, it would be taken.",
    )


def test_a_closed_filter_wheel() -> None:
    found = explain(pool_of(_row("a", IFU, filter="opaque")), "jwst", "jw_a.fits", "Asn_Lv3NRSIFU")
    assert str(found) == _text(
        "jw_a_uncal.fits is in no association.",
        "",
        "Asn_Lv3NRSIFU of level 3 refuses it:",
        "  Clause dark requires that FILTER is not opaque, but FILTER is opaque.",
        (
            "  Clause ifu_reaches_detector requires that it is lit through the integral-field "
            "unit, but DETECTOR is nrs1, FILTER is opaque and GRATING is g235h."
        ),
        "  If it had FILTER f170lp, for example, it would be taken.",
    )


def test_a_mirror_in_place_of_a_grating() -> None:
    """The rules for the mode come first, and not one for imprints, which it is not."""
    row = _row("a", SLIT, grating="mirror", filter="f110w", expspcin="1")
    found = explain(pool_of(row), "jwst", "jw_a.fits")
    assert str(found) == _text(
        "jw_a_uncal.fits is in no association.",
        "",
        "Level 2 leaves it out: no light of the slit reaches the detector.",
        "Asn_Lv2NRSFSS of level 2 refuses it:",
        (
            "  Clause slit_reaches_detector requires that it is lit through its slit, but "
            "DETECTOR is nrs1, FILTER is f110w, FXD_SLIT is s200a1 and GRATING is mirror."
        ),
        "  If it had FILTER clear and GRATING prism, for example, it would be taken.",
        "",
        "Asn_Lv3NRSFSS of level 3 refuses it for the same reason.",
    )


def test_a_candidate_of_a_type_that_the_rule_does_not_serve() -> None:
    found = explain(pool_of(_row("a", IMAGE)), "jwst", "jw_a.fits", "Asn_Lv3ImageMosaic")
    assert str(found) == _text(
        "jw_a_uncal.fits is in 2 associations:",
        "  jw00001-o001_image2_00001_asn.json: by Asn_Lv2Image, as science of jw_a",
        "    It is the only member.",
        (
            "  jw00001-o001_image3_00001_asn.json: by Asn_Lv3Image, as science of "
            "jw00001-o001_t001_nircam_clear-f200w"
        ),
        "    It is the only member.",
        (
            "  dropped: jw00001-a3001_t001_nircam_clear-f200w of a3001 by Asn_Lv3Image, "
            "because jw00001-o001_image3_00001_asn.json has all its members in the same roles"
        ),
        "",
        "Asn_Lv3ImageMosaic of level 3 refuses it:",
        (
            "  It requires that a candidate of type mosaic names it, but "
            "ASN_CANDIDATE is [('o001', 'observation')]."
        ),
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
        "    It is psf because it has IS_PSF t.",
        (
            "    It shares INSTRUME nircam, FILTER f210m, PUPIL maskrnd and SUBARRAY sub640 "
            "with the other member."
        ),
        "  jw00001-o001_image2_00002_asn.json: by Asn_Lv2ImageSpecial, as science of jw_p",
        "    It is the only member.",
        (
            "  dropped: jw00001-a3001_t001_nircam_f210m-maskrnd-sub640 of a3001 by "
            "Asn_Lv3NRCCoron, because jw00001-o001_coron3_00001_asn.json has all its members "
            "in the same roles"
        ),
        (
            "  dropped: jw_p of o001 by Asn_Lv2Image, because "
            "jw00001-o001_image2_00002_asn.json has all its members in the same roles"
        ),
        "",
        "Asn_Lv3NRCCoronImage of level 3 refuses it:",
        "  Clause subarray requires that SUBARRAY is full, but SUBARRAY is sub640.",
        "  Clause is_psf requires that IS_PSF is not t, but IS_PSF is t.",
        "  If it had SUBARRAY full, for example, and no IS_PSF, it would be taken.",
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
