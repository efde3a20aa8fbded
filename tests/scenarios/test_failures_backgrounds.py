"""Failure classes 7 to 10, 19 and 20: nods, backgrounds, imprints and whose they are."""

from __future__ import annotations

import pytest

from asnsolve.simulate import Row
from tests.scenarios.pools import (
    IFU,
    LRS,
    MIRI_IMAGE,
    MRS,
    MSA,
    NIRCAM_IMAGE,
    SLIT,
    Told,
    exposures,
    observed,
    orders,
    planned,
    solved,
    told,
)

TIE = "c1000 BACKGROUND"
SKY: Row = {"BKGDTARG": "T", "TARGETID": "3"}
IMPRINT: Row = {"IS_IMPRT": "T"}
DITHERED: Row = {**IFU, "PATTTYPE": "4-POINT-DITHER", "NUMDTHPT": "4"}
NODDED: Row = {**IFU, "PATTTYPE": "2-POINT-NOD", "NUMDTHPT": "2"}


def points(count: int) -> dict[str, Row]:
    """Return the points of a dither pattern, by name."""
    return {f"p{n}": {"PATT_NUM": str(n), "DITHPTIN": str(n)} for n in range(1, count + 1)}


def backgrounds(rows: list[Row], rule: str) -> dict[str, str]:
    """Tell by science exposure what its background is; the same in any order of rows."""
    first, *others = ([*told(solved(each), rule)] for each in orders(rows))
    assert all(other == first for other in others)
    assert all(one[3] == f"science {one[2]}_rate" for one in first)
    return {one[2]: " ".join(one[4:]).replace("_rate", "") for one in first}


@pytest.mark.parametrize(("kind", "rule"), [(SLIT, "Asn_Lv2NRSFSS"), (MSA, "Asn_Lv2NRSMSA")])
def test_07_subpixel_dithers_are_no_background(kind: Row, rule: str) -> None:
    """Exposures of one nod that differ by less than a pixel were background of one another."""
    pattern = {"NUMDTHPT": "4", "SUBPXPTS": "2", **observed(1)}
    assert backgrounds(exposures({**kind, **pattern}, **points(4)), rule) == {
        "p1": "background p3 p4",
        "p2": "background p3 p4",
        "p3": "background p1 p2",
        "p4": "background p1 p2",
    }


def test_07_neighbours_overlap_in_the_widest_slit() -> None:
    """Neighbours of five points in the widest slit were background, with the source in them."""
    wide = {"FXD_SLIT": "S1600A1", "SUBARRAY": "SUB2048", "NUMDTHPT": "5", **observed(1)}
    assert backgrounds(exposures({**SLIT, **wide}, **points(5)), "Asn_Lv2NRSFSS") == {
        "p1": "background p3 p4 p5",
        "p2": "background p4 p5",
        "p3": "background p1 p5",
        "p4": "background p1 p2",
        "p5": "background p1 p2 p3",
    }
    narrow = {**SLIT, **wide, "FXD_SLIT": "S200A1", "SUBARRAY": "SUBS200A1"}
    found = backgrounds(exposures(narrow, **points(5)), "Asn_Lv2NRSFSS")
    assert found["p3"] == "background p1 p2 p4 p5"


def test_07_equal_places_along_the_slit_overlap() -> None:
    """A second spectrum at the same place of the slit was background of the first."""
    nods = {"PATTTYPE": "ALONG-SLIT-NOD", "NUMDTHPT": "2", **observed(1)}
    first, second = {"PATT_NUM": "1"}, {"PATT_NUM": "2"}
    rows = exposures({**LRS, **nods}, a1=first, a2=second, b1=first, b2=second)
    assert backgrounds(rows, "Asn_Lv2MIRLRSFixedSlitNod") == {
        "a1": "background a2 b2",
        "a2": "background a1 b1",
        "b1": "background a2 b2",
        "b2": "background a1 b1",
    }


@pytest.mark.parametrize(("kind", "rule"), [(SLIT, "Asn_Lv2NRSFSS"), (MSA, "Asn_Lv2NRSMSA")])
def test_07_other_targets_are_no_background(kind: Row, rule: str) -> None:
    """A nod on another target, whose sources may be anywhere, was taken as background."""
    nods = points(2)
    others = {f"q{n}": {**cells, "TARGETID": "2"} for n, cells in enumerate(nods.values(), 1)}
    rows = exposures({**kind, "NUMDTHPT": "2", "SUBPXPTS": "1", **observed(1)}, **nods, **others)
    assert backgrounds(rows, rule) == {
        "p1": "background p2",
        "p2": "background p1",
        "q1": "background q2",
        "q2": "background q1",
    }


def test_07_other_targets_of_a_shared_background_are_no_background() -> None:
    """Nods on two targets were background of one another, as a background candidate ties both."""
    rows = exposures(
        NODDED,
        p1=observed(1, TIE, PATT_NUM="1"),
        p2=observed(1, TIE, PATT_NUM="2"),
        q1=observed(2, TIE, PATT_NUM="1", TARGETID="2"),
        q2=observed(2, TIE, PATT_NUM="2", TARGETID="2"),
        sky=observed(3, TIE, **SKY),
    )
    assert backgrounds(rows, "Asn_Lv2NRSIFUNod") == {
        "p1": "background p2 sky",
        "p2": "background p1 sky",
        "q1": "background q2 sky",
        "q2": "background q1 sky",
    }


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        pytest.param(SLIT, "Asn_Lv2NRSFSS", id="slit"),
        pytest.param(MSA, "Asn_Lv2NRSMSA", id="shutters"),
        pytest.param(MRS, "Asn_Lv2Spec", id="mrs"),
        pytest.param(DITHERED, "Asn_Lv2Spec", id="ifu"),
        pytest.param(NODDED, "Asn_Lv2NRSIFUNod", id="nodded"),
        pytest.param(LRS, "Asn_MIRLRSTAConfirm", id="lrs"),
        pytest.param(MIRI_IMAGE, "Asn_Lv2Image", id="miri image"),
        pytest.param(NIRCAM_IMAGE, "Asn_Lv2Image", id="nircam image"),
    ],
)
def test_08_dedicated_backgrounds_are_there(kind: Row, rule: str) -> None:
    """The dedicated background of a spectrum or an image was left out of its association."""
    rows = exposures(
        kind, a=observed(1, TIE), sky1=observed(2, TIE, **SKY), sky2=observed(2, TIE, **SKY)
    )
    for each in orders(rows):
        assert told(solved(each), rule) == [
            (rule, "c1000", "a", "science a_rate", "background sky1_rate sky2_rate")
        ]


def test_08_nods_have_dedicated_backgrounds_too() -> None:
    """Nodded spectra had one another as background, and no dedicated background any more."""
    rows = exposures(
        {**SLIT, "NUMDTHPT": "2", "SUBPXPTS": "1"},
        p1=observed(1, TIE, PATT_NUM="1"),
        p2=observed(1, TIE, PATT_NUM="2"),
        sky=observed(2, TIE, **SKY, NUMDTHPT="1", PATT_NUM="1"),
    )
    assert backgrounds(rows, "Asn_Lv2NRSFSS") == {
        "p1": "background p2 sky",
        "p2": "background p1 sky",
    }


def test_08_level_3_has_the_spectra_of_dedicated_backgrounds() -> None:
    """The combined spectrum had no background, or the background's cube and not its spectrum."""
    rows = exposures(MRS, a=observed(1, TIE), sky=observed(2, TIE, **SKY))
    assert told(solved(rows), "Asn_Lv3MIRMRS") == [
        (
            "Asn_Lv3MIRMRS",
            "c1000",
            "jw01234-c1000_t001_miri",
            "science a_cal",
            "background sky_x1d",
        ),
        ("Asn_Lv3MIRMRS", "o001", "jw01234-o001_t001_miri", "science a_cal"),
    ]


def test_09_backgrounds_are_as_the_image_is() -> None:
    """Backgrounds through another filter, of another subarray or instrument were subtracted."""
    rows = exposures(
        MIRI_IMAGE,
        a=observed(1, TIE),
        sky=observed(2, TIE, **SKY),
        other_filter=observed(2, TIE, **SKY, FILTER="F1000W"),
        other_shape=observed(2, TIE, **SKY, SUBARRAY="SUB256"),
        other_instrument=observed(3, TIE, **{**NIRCAM_IMAGE, **SKY}),
        other_flag=observed(4, TIE, TARGETID="4", BKGDTARG="F", FILTER="F1000W"),
    )
    assert backgrounds(rows, "Asn_Lv2Image") == {
        "a": "background sky",
        "other_flag": "background other_filter",
    }


def test_09_backgrounds_are_as_the_spectrum_is() -> None:
    """Backgrounds of another detector or band were taken for a spectrum."""
    long = {"DETECTOR": "MIRIFULONG", "CHANNEL": "34"}
    rows = exposures(
        MRS,
        short=observed(1, TIE),
        long=observed(1, TIE, **long),
        medium=observed(1, TIE, BAND="MEDIUM"),
        sky_short=observed(2, TIE, **SKY),
        sky_long=observed(2, TIE, **SKY, **long),
        sky_slit=observed(2, TIE, **{**LRS, **SKY}),
    )
    assert backgrounds(rows, "Asn_Lv2Spec") == {
        "long": "background sky_long",
        "short": "background sky_short",
        "medium": "",
    }


def slits() -> list[Row]:
    """Return a spectrum through a slit, and backgrounds through this one and others."""
    return exposures(
        SLIT,
        a=observed(1, TIE),
        sky=observed(2, TIE, **SKY),
        other_slit=observed(2, TIE, **SKY, FXD_SLIT="S400A1"),
        other_shape=observed(2, TIE, **SKY, SUBARRAY="SUB2048"),
        other_grating=observed(2, TIE, **SKY, GRATING="G395M", FILTER="F290LP"),
        other_instrument=observed(3, TIE, **{**LRS, **SKY}),
    )


def test_09_backgrounds_are_of_the_same_slit() -> None:
    """Backgrounds through another slit or of another subarray were taken for a spectrum."""
    assert backgrounds(slits(), "Asn_Lv2NRSFSS") == {"a": "background sky"}


def test_09_backgrounds_are_of_the_same_slit_in_level_3() -> None:
    """A background through another slit was taken for the combined spectrum.

    Not so for S200A1 and S200A2, beside which any slit may stand.
    """
    name = "_t001-{source_id}_nirspec_f170lp-g235m-{slit_name}-subs200a1"
    rows = [
        {**row, "FXD_SLIT": "S1600A1"} if row["FXD_SLIT"] == "S200A1" else row for row in slits()
    ]
    assert told(solved(rows), "Asn_Lv3NRSFSS") == [
        ("Asn_Lv3NRSFSS", "c1000", f"jw01234-c1000{name}", "science a_cal", "background sky_x1d"),
        ("Asn_Lv3NRSFSS", "o001", f"jw01234-o001{name}", "science a_cal"),
    ]


def imprints(rows: list[Row], *rules: str) -> dict[str, str]:
    """Tell by exposure which imprints it has, if any; the same in any order of rows."""
    first, *others = (told(solved(each), *rules) for each in orders(rows))
    assert all(other == first for other in others)
    return {one[2]: _imprints_of(one) for one in first}


def _imprints_of(association: Told) -> str:
    (*found,) = (part for part in association[3:] if part.startswith("imprint "))
    return " ".join(found).removeprefix("imprint ").replace("_rate", "")


def test_10_imprints_are_of_the_same_tile() -> None:
    """A tile of a mosaic had the imprint of another tile."""
    one, two = {"MOSTILNO": "1", "DITHPTIN": "1"}, {"MOSTILNO": "2", "DITHPTIN": "1"}
    rows = exposures(
        {**DITHERED, **observed(1)},
        **{"a": one, "b": two, "i1": {**one, **IMPRINT}, "i2": {**two, **IMPRINT}},
    )
    assert imprints(rows, "Asn_Lv2Spec") == {"a": "i1", "b": "i2"}


def test_10_imprints_are_of_the_same_point() -> None:
    """A dither point had the imprints of all points, or that of another."""
    sky = points(3)
    shut = {f"i{n}": {**cells, **IMPRINT} for n, cells in enumerate(sky.values(), 1)}
    rows = exposures({**DITHERED, **observed(1)}, **sky, **shut)
    assert imprints(rows, "Asn_Lv2Spec") == {"p1": "i1", "p2": "i2", "p3": "i3"}


def test_10_an_only_imprint_serves_all_points() -> None:
    """Where there is one imprint, taken at the first point, the others had none."""
    rows = exposures(
        {**DITHERED, **observed(1)}, **points(3), i1={"DITHPTIN": "1", "PATT_NUM": "1", **IMPRINT}
    )
    assert imprints(rows, "Asn_Lv2Spec") == {"p1": "i1", "p2": "i1", "p3": "i1"}


def test_10_nods_have_the_imprints_of_their_background_too() -> None:
    """The nods that are background had lost their imprints."""
    nods = points(2)
    shut = {f"i{n}": {**cells, **IMPRINT} for n, cells in enumerate(nods.values(), 1)}
    rows = exposures({**NODDED, **observed(1)}, **nods, **shut)
    assert imprints(rows, "Asn_Lv2NRSIFUNod") == {"p1": "i1 i2", "p2": "i1 i2"}


def test_10_imprints_are_of_the_same_target() -> None:
    """Of two targets that share a background, each had the imprint of the other too."""
    at = {"DITHPTIN": "1"}
    rows = exposures(
        DITHERED,
        a=observed(1, TIE, **at),
        ia=observed(1, TIE, **at, **IMPRINT),
        b=observed(2, TIE, **at, TARGETID="2"),
        ib=observed(2, TIE, **at, **IMPRINT, TARGETID="2"),
        sky=observed(3, TIE, **at, **SKY),
        isky=observed(3, TIE, **at, **SKY, **IMPRINT),
    )
    assert imprints(rows, "Asn_Lv2Spec") == {"a": "ia isky", "b": "ib isky"}


def test_10_every_imprint_is_processed_itself() -> None:
    """Imprints were dropped once they served another exposure."""
    for mode in ("nirspec_ifu_dither", "nirspec_ifu_nod", "nirspec_ifu_background"):
        rows = planned(mode)
        shut = {
            row["FILENAME"].removesuffix("_uncal.fits") for row in rows if row["IS_IMPRT"] == "T"
        }
        alone = {
            name
            for _, _, name, *roles in told(solved(rows), "Asn_Lv2SpecImprint", "Asn_Lv2SpecSpecial")
            if roles == [f"science {name}_rate"]
        }
        assert shut
        assert shut <= alone


def test_19_targets_of_one_background_keep_their_own_acquisition() -> None:
    """Two targets that share a background candidate had each other's acquisition."""
    rows = planned("miri_mrs_shared_background", dithers=1)
    for each in orders(rows):
        found = [one for one in told(solved(each), "Asn_Lv3MIRMRS") if one[1] == "c1000"]
        assert [(one[2], one[-1]) for one in found] == [
            (
                "jw01234-c1000_t001_miri",
                "target_acquisition jw01234001001_02101_00001_mirimage_cal",
            ),
            (
                "jw01234-c1000_t002_miri",
                "target_acquisition jw01234002001_02101_00001_mirimage_cal",
            ),
        ]


def test_19_spectra_of_one_background_keep_their_own_confirmation() -> None:
    """Spectra of two targets that share a background had each other's confirming image."""
    confirming = {"EXP_TYPE": "MIR_TACONFIRM", "FILTER": "F560W"}
    rows = exposures(
        LRS,
        a=observed(1, TIE),
        at_a=observed(1, TIE, **confirming),
        b=observed(2, TIE, TARGETID="2"),
        at_b=observed(2, TIE, **confirming, TARGETID="2"),
        sky=observed(3, TIE, **SKY),
    )
    rule = "Asn_MIRLRSTAConfirm"
    for each in orders(rows):
        assert told(solved(each), rule) == [
            (rule, "c1000", name, f"science {name}_rate", "background sky_rate", confirmed)
            for name, confirmed in (
                ("a", "target_acquisition at_a_rate"),
                ("b", "target_acquisition at_b_rate"),
            )
        ]


def test_20_each_dither_of_a_background_has_its_own_imprint() -> None:
    """Every dither of a dedicated background had the imprint of the one whose row came first."""
    sky = points(3)
    shut = {f"i{n}": {**cells, **IMPRINT} for n, cells in enumerate(sky.values(), 1)}
    rows = exposures({**DITHERED, **SKY, **observed(1)}, **sky, **shut)
    assert imprints(rows, "Asn_Lv2SpecSpecial") == {
        **{"p1": "i1", "p2": "i2", "p3": "i3"},
        **{"i1": "", "i2": "", "i3": ""},
    }
