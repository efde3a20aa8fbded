"""Failure classes 1 to 4: names that collide or lose a part, and which repeat is dropped."""

from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve import Pool, solve
from tests.scenarios.pools import (
    IFU,
    LRS,
    MIRI_IMAGE,
    MSA,
    NIRCAM_IMAGE,
    SLIT,
    exposures,
    observed,
    orders,
    planned,
    solved,
    told,
)

GROUP, MOSAIC, BACKGROUND = "c1000 GROUP", "c1000 MOSAIC", "c1000 BACKGROUND"

TWO_FIELDS = exposures(
    MSA,
    a1=observed(1, GROUP),
    a2=observed(2, GROUP),
    b1=observed(3, GROUP, TARGETID="2"),
    b2=observed(4, GROUP, TARGETID="2"),
    b3=observed(4, GROUP, TARGETID="2", EXPSPCIN="2"),
)
"""Two targets through the micro-shutters: products of sources are named without target."""

NODDED_WITH_SKY = exposures(
    LRS,
    nod1=observed(1, BACKGROUND, PATTTYPE="ALONG-SLIT-NOD", PATT_NUM="1"),
    nod2=observed(1, BACKGROUND, PATTTYPE="ALONG-SLIT-NOD", PATT_NUM="2"),
    sky=observed(2, BACKGROUND, TARGETID="2", BKGDTARG="T"),
)
"""Nods along a slit, which have one another as background, and a dedicated background besides."""


def test_01_names_of_different_targets_do_not_collide() -> None:
    """Two targets of one candidate had one product name, and one file overwrote the other."""
    solution = solved(
        exposures(
            MIRI_IMAGE,
            a=observed(1, GROUP),
            b=observed(2, GROUP),
            c=observed(3, GROUP, TARGETID="2"),
            d=observed(4, GROUP, TARGETID="2"),
        )
    )
    assert told(solution, "Asn_Lv3Image") == [
        ("Asn_Lv3Image", "c1000", "jw01234-c1000_t001_miri_f770w", "science a_cal b_cal"),
        ("Asn_Lv3Image", "c1000", "jw01234-c1000_t002_miri_f770w", "science c_cal d_cal"),
        ("Asn_Lv3Image", "o001", "jw01234-o001_t001_miri_f770w", "science a_cal"),
        ("Asn_Lv3Image", "o002", "jw01234-o002_t001_miri_f770w", "science b_cal"),
        ("Asn_Lv3Image", "o003", "jw01234-o003_t002_miri_f770w", "science c_cal"),
        ("Asn_Lv3Image", "o004", "jw01234-o004_t002_miri_f770w", "science d_cal"),
    ]
    assert solution.same_names == ()


def test_01_names_of_different_slits_do_not_collide() -> None:
    """Spectra through two slits of one subarray had one product name."""
    slits = {"SUBARRAY": "ALLSLITS", "BKGDTARG": "T", **observed(1)}
    solution = solved(
        exposures({**SLIT, **slits}, a={"FXD_SLIT": "S400A1"}, b={"FXD_SLIT": "S1600A1"})
    )
    name = "jw01234-o001_t001_nirspec_f170lp-g235m"
    assert told(solution, "Asn_Lv3SpecAux") == [
        ("Asn_Lv3SpecAux", "o001", f"{name}-s1600a1-allslits", "science b_cal"),
        ("Asn_Lv3SpecAux", "o001", f"{name}-s400a1-allslits", "science a_cal"),
    ]
    assert solution.same_names == ()


def test_01_fields_whose_names_cannot_differ_are_kept_and_reported() -> None:
    """Two fields whose sources the pipeline will name had one name, and one field was lost."""
    name = "jw01234-c1000_{source_id}_nirspec_f170lp-g235m"
    for rows in orders(TWO_FIELDS):
        solution = solved(rows)
        assert told(solution, "Asn_Lv3SpectralSource")[:2] == [
            ("Asn_Lv3SpectralSource", "c1000", name, "science a1_cal a2_cal"),
            ("Asn_Lv3SpectralSource", "c1000", name, "science b1_cal b2_cal b3_cal"),
        ]
        assert [str(problem) for problem in solution.same_names] == [
            f"pool: 2 products are named {name}: jw01234-c1000_spec3_00001_asn.json "
            "(Asn_Lv3SpectralSource), jw01234-c1000_spec3_00002_asn.json "
            "(Asn_Lv3SpectralSource). They differ in target (1, 2)."
        ]


def test_01_patterns_whose_names_cannot_differ_are_kept_and_reported(tmp_path: Path) -> None:
    """Cubes of two dither patterns have one name by convention, and one of them was lost."""
    solution = solved(
        exposures(
            {**IFU, **observed(1)},
            a={"PATTTYPE": "4-POINT-DITHER"},
            b={"PATTTYPE": "CYCLING"},
        )
    )
    name = "jw01234-o001_t001_nirspec_g235m"
    assert told(solution, "Asn_Lv3NRSIFU") == [
        ("Asn_Lv3NRSIFU", "o001", name, "science a_cal"),
        ("Asn_Lv3NRSIFU", "o001", name, "science b_cal"),
    ]
    (problem,) = solution.same_names
    assert problem.advice == "They differ in patttype (4-point-dither, cycling)."
    files = {path.name for path in solution.write(tmp_path)}
    assert {"jw01234-o001_spec3_00001_asn.json", "jw01234-o001_spec3_00002_asn.json"} < files
    assert len(files) == len(solution)


def test_02_a_name_holds_subarray_and_both_optical_elements() -> None:
    """Names without the subarray, or without an element that is clear, stood for several things."""
    solution = solved(
        exposures(
            {**NIRCAM_IMAGE, **observed(1)},
            full={},
            part={"SUBARRAY": "SUB640"},
            narrow={"FILTER": "F444W", "PUPIL": "F405N", "DETECTOR": "NRCBLONG"},
        )
    )
    name = "jw01234-o001_t001_nircam"
    assert told(solution, "Asn_Lv3Image") == [
        ("Asn_Lv3Image", "o001", f"{name}_clear-f200w", "science full_cal"),
        ("Asn_Lv3Image", "o001", f"{name}_clear-f200w-sub640", "science part_cal"),
        ("Asn_Lv3Image", "o001", f"{name}_f405n-f444w", "science narrow_cal"),
    ]


@pytest.mark.parametrize(
    ("mode", "rule", "names"),
    [
        (
            "nirspec_bright_object",
            "Asn_Lv3TSO",
            ["jw01234-o001_t001_nirspec_f290lp-g395h-s1600a1-sub2048"],
        ),
        (
            "niriss_wfss",
            "Asn_Lv3WFSSNIS",
            [
                "jw01234-o001_t001_niriss_f150w-gr150c",
                "jw01234-o001_t001_niriss_f150w-gr150r",
            ],
        ),
        (
            "nircam_coron",
            "Asn_Lv3NRCCoron",
            ["jw01234-c1000_t001_nircam_f335m-maskrnd-sub320a335r"],
        ),
        (
            "nircam_coron_full",
            "Asn_Lv3NRCCoronImage",
            [
                "jw01234-c1000_t001_nircam_f210m-maskrnd-image3",
                "jw01234-o001_t001_nircam_f210m-maskrnd-image3",
                "jw01234-o002_t001_nircam_f210m-maskrnd-image3",
            ],
        ),
        (
            "nircam_wavefront",
            "Asn_Lv3WFSCMB",
            [
                "jw01234-o001_t001_nircam_f212n-wlm8-nrca3_{suffix}-02",
                "jw01234-o001_t001_nircam_f212n-wlp8-nrca3_{suffix}-01",
                "jw01234-o002_t001_nircam_f212n-wlm8-nrca3_{suffix}-02",
                "jw01234-o002_t001_nircam_f212n-wlp8-nrca3_{suffix}-01",
            ],
        ),
    ],
)
def test_02_a_name_loses_no_component(mode: str, rule: str, names: list[str]) -> None:
    """Slits, grisms, masks, detectors and activities were missing in names that need them."""
    assert [name for _, _, name, *_ in told(solved(planned(mode)), rule)] == names


def test_02_images_of_one_activity_of_two_detectors_have_two_names() -> None:
    """Wavefront images of two detectors, or of two activities, had one name."""
    sensing = {"PATTTYPE": "WFSC", "VISITYPE": "PRIME_WFSC_SENSING_CONTROL", **observed(1)}
    detectors = [("NRCA3", "01"), ("NRCA4", "01"), ("NRCA3", "0a")]
    solution = solved(
        exposures(
            {**NIRCAM_IMAGE, **sensing},
            **{
                f"{detector}_{activity}_{point}".lower(): {
                    **{"DETECTOR": detector, "ACT_ID": activity},
                    "OBS_ID": f"V01234001001P0000000002{activity}",
                }
                for detector, activity in detectors
                for point in (1, 2)
            },
        )
    )
    assert [name for _, _, name, *_ in told(solution, "Asn_Lv3WFSCMB")] == [
        "jw01234-o001_t001_nircam_clear-f200w-nrca3_{suffix}-01",
        "jw01234-o001_t001_nircam_clear-f200w-nrca3_{suffix}-0a",
        "jw01234-o001_t001_nircam_clear-f200w-nrca4_{suffix}-01",
    ]
    assert solution.same_names == ()


def test_03_the_association_with_backgrounds_supersedes_the_one_without() -> None:
    """An exposure was processed with its background and again without, and the last run won."""
    rows = exposures(
        MIRI_IMAGE,
        a=observed(1, BACKGROUND),
        sky=observed(2, BACKGROUND, TARGETID="2", BKGDTARG="T"),
    )
    for each in orders(rows):
        assert told(solved(each), "Asn_Lv2Image", "Asn_Lv2ImageSpecial") == [
            ("Asn_Lv2Image", "c1000", "a", "science a_rate", "background sky_rate"),
            ("Asn_Lv2ImageSpecial", "o002", "sky", "science sky_rate"),
        ]


@pytest.mark.parametrize(
    "mode",
    [
        "miri_4qpm",
        "miri_lrs_slit",
        "miri_mrs_shared_background",
        "nircam_coron_full",
        "nircam_wfss",
        "nirspec_ifu_background",
        "nirspec_lamps",
        "nirspec_msa",
    ],
)
def test_03_an_exposure_is_processed_once(mode: str, tmp_path: Path) -> None:
    """Two level 2 associations of one exposure had one product, and the last run won."""
    solution = solved(planned(mode))
    processed = [
        (association.products[0].name, member.expname)
        for association in solution
        if association.level == 2
        for member in association.members
        if member.exptype == "science"
    ]
    assert processed
    assert len(set(processed)) == len(processed)
    assert solution.same_names == ()
    assert len(set(solution.write(tmp_path))) == len(solution)


def test_03_integrations_apart_and_together_are_the_only_pair() -> None:
    """The averaged coronagraphic image was dropped for having the name of its integrations."""
    solution = solved(
        exposures(
            {**NIRCAM_IMAGE, "EXP_TYPE": "NRC_CORON", "FILTER": "F210M", **observed(1)},
            behind={"PUPIL": "MASKRND", "DETECTOR": "NRCA2"},
            beside={"PUPIL": "MASKRND", "DETECTOR": "NRCA1"},
        )
    )
    assert told(solution, "Asn_Lv2Image", "Asn_Lv2CoronAsRate") == [
        ("Asn_Lv2CoronAsRate", "o001", "behind", "science behind_rate"),
        ("Asn_Lv2Image", "o001", "behind", "science behind_rateints"),
        ("Asn_Lv2Image", "o001", "beside", "science beside_rate"),
    ]
    assert solution.same_names == ()


def test_04_of_one_level_2_product_the_dedicated_sky_goes_before_nods() -> None:
    """Both were kept, and whichever the pipeline ran last overwrote the other's product."""
    nod, sky = "Asn_Lv2MIRLRSFixedSlitNod", "Asn_MIRLRSTAConfirm"
    for rows in orders(NODDED_WITH_SKY):
        solution = solved(rows)
        assert told(solution, nod, sky) == [
            (sky, "c1000", "nod1", "science nod1_rate", "background sky_rate"),
            (sky, "c1000", "nod2", "science nod2_rate", "background sky_rate"),
        ]
        assert solution.same_names == ()


def test_04_what_gives_way_to_another_product_of_its_name_is_reported() -> None:
    """Nothing said that there were other backgrounds for the same exposure."""
    gave_way = [
        (dropped.association.rule, dropped.association.products[0].name, dropped.gave_way_to.asn_id)
        for dropped in solved(NODDED_WITH_SKY).dropped
        if dropped.law == "one product"
    ]
    assert gave_way == [
        (rule, nod, "c1000")
        for rule in ("Asn_Lv2MIRLRSFixedSlitNod", "Asn_MIRLRSTAConfirm")
        for nod in ("nod1", "nod2")
    ]


def test_04_of_equal_members_the_observation_goes_before_the_candidate() -> None:
    """The association of a candidate of several observations was kept, that of the one dropped."""
    rows = exposures(MIRI_IMAGE, a=observed(1, "c1000 CORONAGRAPHY"))
    assert told(solved(rows)) == [
        ("Asn_Lv2Image", "o001", "a", "science a_rate"),
        ("Asn_Lv3Image", "o001", "jw01234-o001_t001_miri_f770w", "science a_cal"),
    ]


def test_04_of_equal_members_the_candidate_goes_before_the_discovered() -> None:
    """What discovery found was kept, though a candidate had it."""
    rows = exposures(MIRI_IMAGE, a=observed(1, GROUP), b=observed(2, GROUP))
    (first, *_) = told(solved(rows), "Asn_Lv3Image")
    assert first == (
        "Asn_Lv3Image",
        "c1000",
        "jw01234-c1000_t001_miri_f770w",
        "science a_cal b_cal",
    )
    assert [association.asn_id for association in solved(rows)].count("a3001") == 0
    discovered = told(solve(Pool(rows), candidates="none"), "Asn_Lv3Image")
    assert discovered == [
        ("Asn_Lv3Image", "a3001", "jw01234-a3001_t001_miri_f770w", "science a_cal b_cal")
    ]


def test_04_of_equal_members_the_special_rule_goes_before_the_general() -> None:
    """Which of two rules named a mosaic of one target hung on which was asked first."""
    rows = exposures(MIRI_IMAGE, a=observed(1, MOSAIC), b=observed(2, MOSAIC))
    mosaic = "jw01234-c1000_t000_miri_f770w"
    for each in orders(rows):
        assert [one for one in told(solved(each)) if one[1] == "c1000"] == [
            ("Asn_Lv3ImageMosaic", "c1000", mosaic, "science a_cal b_cal")
        ]
