"""Failure classes 11, 12, 13 and 15: acquisitions, dark exposures, direct images, references."""

from __future__ import annotations

import pytest

from asnsolve import Pool, solve
from asnsolve.simulate import Row
from tests.scenarios.pools import (
    IFU,
    LRS,
    MIRI_IMAGE,
    MRS,
    MSA,
    NIRCAM_IMAGE,
    SLIT,
    exposures,
    observed,
    orders,
    orphans,
    planned,
    solved,
    told,
)
from tests.strategies import pool_rows

ACQUIRING: Row = {
    **{"EXP_TYPE": "MIR_TACQ", "PNTGTYPE": "TARGET_ACQUISITION", "DETECTOR": "MIRIMAGE"},
    **{"FILTER": "FND", "BAND": "NULL", "CHANNEL": "NULL"},
}
CONFIRMING: Row = {**ACQUIRING, "EXP_TYPE": "MIR_TACONFIRM", "PNTGTYPE": "SCIENCE"}


def test_11_an_acquisition_is_an_image_of_its_own_and_joins_level_3_once() -> None:
    """Acquisitions were science members, stood in a product twice, or were not processed."""
    rows = exposures(
        {**MRS, **observed(1)},
        a={},
        b={"BAND": "MEDIUM"},
        acquiring=ACQUIRING,
        confirming=CONFIRMING,
    )
    for each in orders(rows):
        assert told(solved(each)) == [
            ("Asn_Lv2ImageNonScience", "o001", "acquiring", "science acquiring_rate"),
            ("Asn_Lv2ImageNonScience", "o001", "confirming", "science confirming_rate"),
            ("Asn_Lv2Spec", "o001", "a", "science a_rate"),
            ("Asn_Lv2Spec", "o001", "b", "science b_rate"),
            (
                "Asn_Lv3MIRMRS",
                "o001",
                "jw01234-o001_t001_miri",
                "science a_cal b_cal",
                "target_acquisition acquiring_cal confirming_cal",
            ),
        ]


def test_11_an_acquisition_joins_the_products_of_its_observation_alone() -> None:
    """A group of two observations had the acquisition of neither, or each that of the other."""
    tie = "c1000 GROUP"
    rows = exposures(
        MRS,
        a=observed(1, tie),
        b=observed(2, tie),
        of_b=observed(2, tie, **ACQUIRING),
        of_neither=observed(3, tie, **ACQUIRING),
    )
    for each in orders(rows):
        assert told(solved(each), "Asn_Lv3MIRMRS") == [
            (
                "Asn_Lv3MIRMRS",
                "c1000",
                "jw01234-c1000_t001_miri",
                "science a_cal b_cal",
                "target_acquisition of_b_cal",
            ),
            ("Asn_Lv3MIRMRS", "o001", "jw01234-o001_t001_miri", "science a_cal"),
            (
                "Asn_Lv3MIRMRS",
                "o002",
                "jw01234-o002_t001_miri",
                "science b_cal",
                "target_acquisition of_b_cal",
            ),
        ]


def test_11_a_slit_spectrum_has_the_image_that_confirms_it() -> None:
    """The confirming image was no member, or the acquisition before it was one too."""
    nods = {"PATTTYPE": "ALONG-SLIT-NOD", "NUMDTHPT": "2"}
    rows = exposures(
        {**LRS, **observed(1)},
        stare={},
        nod1={**nods, "PATT_NUM": "1"},
        nod2={**nods, "PATT_NUM": "2"},
        acquiring=ACQUIRING,
        confirming=CONFIRMING,
    )
    confirmed = "target_acquisition confirming_rate"
    nod, alone = "Asn_Lv2MIRLRSFixedSlitNod", "Asn_MIRLRSTAConfirm"
    for each in orders(rows):
        assert told(solved(each), "Asn_Lv2ImageNonScience", nod, alone) == [
            ("Asn_Lv2ImageNonScience", "o001", "acquiring", "science acquiring_rate"),
            ("Asn_Lv2ImageNonScience", "o001", "confirming", "science confirming_rate"),
            (nod, "o001", "nod1", "science nod1_rate", "background nod2_rate", confirmed),
            (nod, "o001", "nod2", "science nod2_rate", "background nod1_rate", confirmed),
            (alone, "o001", "stare", "science stare_rate", confirmed),
        ]


@pytest.mark.parametrize(("level", "stage"), [(2, "rate"), (3, "cal")])
@pytest.mark.parametrize(
    ("kind", "lit", "dark"),
    [
        pytest.param(IFU, {}, {"DETECTOR": "NRS2"}, id="ifu nrs2"),
        pytest.param(
            {**IFU, "GRATING": "PRISM", "FILTER": "CLEAR"}, {}, {"DETECTOR": "NRS2"}, id="prism"
        ),
        pytest.param(
            {**IFU, "GRATING": "G140H", "FILTER": "F070LP"}, {}, {"DETECTOR": "NRS2"}, id="f070lp"
        ),
        pytest.param(SLIT, {}, {"DETECTOR": "NRS2"}, id="slit nrs2"),
        pytest.param({**SLIT, "FXD_SLIT": "S200B1"}, {"DETECTOR": "NRS2"}, {}, id="other side"),
        pytest.param(IFU, {}, {"GRATING": "MIRROR"}, id="ifu mirror"),
        pytest.param(SLIT, {}, {"GRATING": "MIRROR"}, id="slit mirror"),
        pytest.param(MSA, {}, {"GRATING": "MIRROR"}, id="shutters mirror"),
        pytest.param(IFU, {}, {"FILTER": "OPAQUE"}, id="ifu opaque"),
        pytest.param(SLIT, {}, {"FILTER": "OPAQUE"}, id="slit opaque"),
        pytest.param(MSA, {}, {"FILTER": "OPAQUE"}, id="shutters opaque"),
        pytest.param(MIRI_IMAGE, {}, {"FILTER": "OPAQUE"}, id="image opaque"),
        pytest.param(MSA, {}, {"MSAMETFL": "NULL"}, id="shutters unknown"),
    ],
)
def test_12_what_cannot_be_processed_is_not_let_in(
    kind: Row, lit: Row, dark: Row, level: int, stage: str
) -> None:
    """Exposures without light, or with nothing to calibrate them by, were let in."""
    rows = exposures({**kind, "PATTTYPE": "NONE", **observed(1)}, lit=lit, dark=dark)
    found = told(one for one in solved(rows) if one.level == level)
    assert [one[3:] for one in found] == [(f"science lit_{stage}",)]


def test_12_both_detectors_are_taken_where_the_spectrum_crosses_the_gap() -> None:
    """With the dark detectors those went that high resolution spectra reach."""
    solution = solved(
        exposures(
            {**IFU, "GRATING": "G235H", "PATTTYPE": "NONE", **observed(1)},
            nrs1={},
            nrs2={"DETECTOR": "NRS2"},
        )
    )
    assert told(solution, "Asn_Lv3NRSIFU") == [
        (
            "Asn_Lv3NRSIFU",
            "o001",
            "jw01234-o001_t001_nirspec_g235h",
            "science nrs1_cal nrs2_cal",
        )
    ]


def test_12_spectra_through_an_uncalibrated_filter_are_left_out() -> None:
    """Spectra through f277w, for which there is no calibration, were made a time series."""
    solution = solved(planned("niriss_soss", segments=1))
    assert told(solution, "Asn_Lv2SpecTSO", "Asn_Lv3TSO") == [
        (
            "Asn_Lv2SpecTSO",
            "o001",
            "jw01234001001_04101_00001-seg001_nis",
            "science jw01234001001_04101_00001-seg001_nis_rateints",
        ),
        (
            "Asn_Lv3TSO",
            "o001",
            "jw01234-o001_t001_niriss_clear-gr700xd-substrip256",
            "science jw01234001001_04101_00001-seg001_nis_calints",
            "target_acquisition jw01234001001_02101_00001_nis_cal",
        ),
    ]
    assert orphans(solution) == ["jw01234001001_04102_00001-seg001_nis"]


def test_12_a_mirror_makes_an_image_of_the_shutters() -> None:
    """Images of open shutters were processed as spectra, or not at all."""
    image = {"GRATING": "MIRROR", "MSASTATE": "PRIMARYPARK_ALLOPEN", "MSAMETFL": "NULL"}
    rows = exposures({**MSA, **observed(1)}, image=image)
    assert told(solved(rows)) == [("Asn_Lv2ImageNonScience", "o001", "image", "science image_rate")]


def direct(name: str) -> tuple[str, ...]:
    """Return the members that stand for the direct images of a level 3 product."""
    return (f"direct_image {name}_i2d", f"segmap {name}_segm", f"sourcecat {name}_cat.ecsv")


def test_13_the_direct_image_is_the_next_one_after_the_grism() -> None:
    """The direct image before the grism, or the first of all, told where the sources are."""
    long = {"DETECTOR": "NRCALONG", "CHANNEL": "LONG"}
    grism = {**long, "EXP_TYPE": "NRC_WFSS", "PUPIL": "GRISMR"}
    rows = exposures(
        {**NIRCAM_IMAGE, **observed(1)},
        before={**long, "FILTER": "F277W", "EXPSPCIN": "1"},
        grism1={**grism, "FILTER": "F356W", "EXPSPCIN": "2"},
        beside={"DETECTOR": "NRCA1", "FILTER": "F150W", "EXPSPCIN": "3"},
        after1={**long, "FILTER": "F356W", "EXPSPCIN": "4"},
        grism2={**grism, "FILTER": "F444W", "EXPSPCIN": "9"},
        after2={**long, "FILTER": "F444W", "EXPSPCIN": "10"},
        late={**long, "FILTER": "F480M", "EXPSPCIN": "11"},
    )
    rule, name = "Asn_Lv2WFSSNRC", "jw01234-o001_t001_nircam_clear"
    for each in orders(rows):
        assert told(solved(each), rule) == [
            (rule, "o001", "grism1", "science grism1_rate", *direct(f"{name}-f356w")),
            (rule, "o001", "grism2", "science grism2_rate", *direct(f"{name}-f444w")),
        ]


def test_13_the_direct_image_is_of_the_same_pupil() -> None:
    """The direct image through another blocking filter told where the sources are."""
    niriss = {
        **{**NIRCAM_IMAGE, "INSTRUME": "NIRISS", "DETECTOR": "NIS", "CHANNEL": "NULL"},
        **{"EXP_TYPE": "NIS_IMAGE", "FILTER": "CLEAR", **observed(1)},
    }
    grism = {"EXP_TYPE": "NIS_WFSS", "FILTER": "GR150R"}
    rows = exposures(
        niriss,
        grism_blue={**grism, "PUPIL": "F115W", "EXPSPCIN": "1"},
        grism_red={**grism, "PUPIL": "F200W", "EXPSPCIN": "2"},
        grism_alone={**grism, "PUPIL": "F150W", "EXPSPCIN": "3"},
        red={"PUPIL": "F200W", "EXPSPCIN": "4"},
        blue={"PUPIL": "F115W", "EXPSPCIN": "5"},
    )
    rule, name = "Asn_Lv2WFSSNIS", "jw01234-o001_t001_niriss_clear"
    for each in orders(rows):
        assert told(solved(each), rule) == [
            (rule, "o001", "grism_blue", "science grism_blue_rate", *direct(f"{name}-f115w")),
            (rule, "o001", "grism_red", "science grism_red_rate", *direct(f"{name}-f200w")),
        ]


def test_13_in_parallel_the_direct_image_is_the_long_one() -> None:
    """Beside parallel grism spectra the short image that is taken at once was chosen."""
    tie = "c1000 DIRECT_IMAGE"
    parallel = {"TARGETID": "NULL", "VISITYPE": "PARALLEL_PURE"}
    long = {"DETECTOR": "NRCALONG", "CHANNEL": "LONG", "FILTER": "F356W"}
    rows = exposures(
        {**NIRCAM_IMAGE, **parallel},
        image_nrca1=observed(1, tie, EXPSPCIN="2"),
        image_nrcalong=observed(1, tie, EXPSPCIN="2", **long),
        grism=observed(2, tie, **{**long, "EXP_TYPE": "NRC_WFSS", "PUPIL": "GRISMR"}, EXPSPCIN="1"),
    )
    rule, name = "Asn_Lv2WFSSParallel", "jw01234-c1000_t000_nircam_clear-f356w"
    for each in orders(rows):
        assert told(solved(each), rule) == [
            (rule, "c1000", "grism", "science grism_rate", *direct(name))
        ]


def test_15_a_reference_star_does_not_leak_into_images() -> None:
    """The reference star of a coronagraph was combined with images of the star."""
    tie = "c1000 CORONAGRAPHY"
    roll = {"IS_PSF": "F"}
    star = {"IS_PSF": "T", "TARGETID": "2"}
    mask = {"EXP_TYPE": "NRC_CORON", "FILTER": "F210M", "PUPIL": "MASKRND", "DETECTOR": "NRCA2"}
    beside = {"DETECTOR": "NRCA1"}
    rows = exposures(
        {**NIRCAM_IMAGE, **mask},
        roll1=observed(1, tie, **roll),
        side1=observed(1, tie, **roll, **beside),
        roll2=observed(2, tie, **roll),
        side2=observed(2, tie, **roll, **beside),
        psf=observed(3, tie, **star),
        psf_side=observed(3, tie, **star, **beside),
    )
    name = "t001_nircam_f210m-maskrnd"
    for each in orders(rows):
        solution = solved(each)
        assert told(solution, "Asn_Lv3NRCCoron", "Asn_Lv3NRCCoronImage", "Asn_Lv3Image") == [
            (
                "Asn_Lv3NRCCoron",
                "c1000",
                f"jw01234-c1000_{name}",
                "science roll1_calints roll2_calints",
                "psf psf_calints",
            ),
            (
                "Asn_Lv3NRCCoronImage",
                "c1000",
                f"jw01234-c1000_{name}-image3",
                "science roll1_cal roll2_cal side1_cal side2_cal",
            ),
            (
                "Asn_Lv3NRCCoronImage",
                "o001",
                f"jw01234-o001_{name}-image3",
                "science roll1_cal side1_cal",
            ),
            (
                "Asn_Lv3NRCCoronImage",
                "o002",
                f"jw01234-o002_{name}-image3",
                "science roll2_cal side2_cal",
            ),
        ]
        assert [one for one in told(solution) if one[1] == "o003"] == [
            ("Asn_Lv2CoronAsRate", "o003", "psf", "science psf_rate"),
            ("Asn_Lv2ImageSpecial", "o003", "psf", "science psf_rateints"),
            ("Asn_Lv2ImageSpecial", "o003", "psf_side", "science psf_side_rate"),
        ]


def test_13_a_parallel_with_a_target_has_the_products_of_its_candidate() -> None:
    """The direct image of a parallel was looked for under a target, and level 3 has none."""
    shared = {
        **{"PROGRAM": "1", "PNTGTYPE": "SCIENCE", "INSTRUME": "MIRI", "DETECTOR": "MIRIMAGE"},
        **{"TARGETID": "1", "SUBARRAY": "FULL"},
        "ASN_CANDIDATE": "[('o001', 'OBSERVATION'), ('c1001', 'DIRECT_IMAGE')]",
    }
    rows = pool_rows(
        shared,
        {"FILENAME": "a_uncal.fits", "EXP_TYPE": "MIR_WFSS", "FILTER": "P750L"},
        {"FILENAME": "b_uncal.fits", "EXP_TYPE": "MIR_IMAGE", "FILTER": "F560W"},
    )
    names = [
        member.expname
        for association in solve(Pool(rows), ids=["c1001"])
        if association.rule == "Asn_Lv2WFSSParallel"
        for member in association.members
        if member.exptype == "direct_image"
    ]
    assert names == ["jw00001-c1001_t000_miri_f560w_i2d.fits"]
