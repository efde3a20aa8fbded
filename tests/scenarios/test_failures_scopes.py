"""Failure classes 5, 6, 14 and 21: what is solved in which candidate, and what it hangs on."""

from __future__ import annotations

import pytest

from asnsolve import Pool, Solution, solve
from asnsolve.associations.asn_files import to_bytes
from asnsolve.simulate import Row
from tests.scenarios.pools import (
    MIRI_IMAGE,
    NIRCAM_IMAGE,
    exposures,
    observed,
    orders,
    planned,
    solved,
    told,
)

SENSING: Row = {
    **NIRCAM_IMAGE,
    **{"PATTTYPE": "WFSC", "VISITYPE": "PRIME_WFSC_SENSING_CONTROL"},
    **{"OBS_ID": "V01234001001P0000000002101", "ACT_ID": "01"},
}


def files(solution: Solution, *ids: str) -> dict[str, bytes]:
    """Return what would be written, by name of file; of some ids alone if they are given."""
    chosen = [one for one in solution if one.asn_id in ids or not ids]
    return {one.file_name: to_bytes(one) for one in chosen}


def test_05_exposures_that_leave_a_key_open_join_the_same_in_any_order() -> None:
    """Which association an image without pupil joined hung on the row that came first."""
    rows = exposures(
        {**NIRCAM_IMAGE, **observed(1)},
        clear={},
        narrow={"PUPIL": "F162M"},
        either={"PUPIL": "NULL"},
    )
    name = "jw01234-o001_t001_nircam"
    for each in orders(rows):
        assert told(solved(each), "Asn_Lv3Image") == [
            ("Asn_Lv3Image", "o001", f"{name}_clear-f200w", "science clear_cal either_cal"),
            ("Asn_Lv3Image", "o001", f"{name}_f162m-f200w", "science either_cal narrow_cal"),
        ]


@pytest.mark.parametrize(
    "mode",
    ["miri_4qpm", "nircam_wfss", "nirspec_ifu_background", "nirspec_slit_wide"],
)
def test_05_no_byte_hangs_on_the_order_of_rows(mode: str) -> None:
    """The same exposures in another order gave other members, roles and numbers of files."""
    first, *others = (solved(rows) for rows in orders(planned(mode)))
    assert len(first) > 5
    for other in others:
        assert files(other) == files(first)
        assert other.orphans == first.orphans


@pytest.mark.parametrize(
    "mode",
    [
        "miri_4qpm",
        "miri_lrs_slit_background",
        "miri_mrs_shared_background",
        "nirspec_ifu_background",
    ],
)
def test_05_an_id_gives_the_same_whichever_others_are_listed(mode: str) -> None:
    """An observation that was asked for alone was made without its dedicated backgrounds."""
    pool = Pool(planned(mode))
    everything = solve(pool, discover=False)
    ids = sorted({asn_id for asn_id, _ in pool.candidates.table})
    assert len(ids) > 2
    for asked in (*((one,) for one in ids), *zip(ids, [*ids[1:], ids[0]], strict=True)):
        part = solve(pool, ids=asked, backgrounds_of_ids=True)
        assert files(part) == files(everything, *asked)


def test_05_what_is_asked_for_is_answered_though_another_candidate_holds_as_much() -> None:
    """Of a mosaic and the group of its tiles one stands; who asks for the other one gets it."""
    pool = Pool(planned("miri_image_group", dithers=2))
    everything = solve(pool, discover=False)
    for asked in (["c1001"], ["c1000", "c1001"]):
        part = solve(pool, ids=asked, backgrounds_of_ids=True)
        assert files(part) == files(everything, *asked)
    alone = solve(pool, ids=["c1000"], backgrounds_of_ids=True)
    assert files(everything, "c1000") == {}
    assert {one.asn_id for one in alone} == {"c1000"}


@pytest.mark.parametrize("kind", ["MOSAIC", "GROUP", "BACKGROUND"])
def test_06_a_candidate_of_several_observations_holds_several(kind: str) -> None:
    """A mosaic of which one tile was taken so far was made, and repeated the observation's."""
    lone = exposures({**MIRI_IMAGE, **observed(1, f"c1000 {kind}")}, a={}, b={})
    assert told(solved(lone)) == [
        ("Asn_Lv2Image", "o001", "a", "science a_rate"),
        ("Asn_Lv2Image", "o001", "b", "science b_rate"),
        ("Asn_Lv3Image", "o001", "jw01234-o001_t001_miri_f770w", "science a_cal b_cal"),
    ]
    assert solve(Pool(lone), ids=["c1000"]).associations == ()


@pytest.mark.parametrize("kind", ["MOSAIC", "GROUP", "BACKGROUND"])
def test_06_each_association_holds_several_observations(kind: str) -> None:
    """A group of two observations that share no filter gave one association of each."""
    rows = exposures(
        MIRI_IMAGE,
        a=observed(1, f"c1000 {kind}"),
        b=observed(2, f"c1000 {kind}", FILTER="F1000W"),
    )
    assert [one.asn_id for one in solved(rows)] == ["o001", "o001", "o002", "o002"]
    assert solve(Pool(rows), ids=["c1000"]).associations == ()
    of_one_filter = Pool([{**row, "FILTER": "F770W"} for row in rows])
    (both,) = solve(of_one_filter, ids=["c1000"])
    assert [member.expname for member in both.members] == ["a_cal.fits", "b_cal.fits"]


@pytest.mark.parametrize("kind", ["MOSAIC", "GROUP", "BACKGROUND"])
def test_14_a_time_series_is_made_of_an_observation_alone(kind: str) -> None:
    """Time series of two observations were joined to one where a candidate tied them."""
    rows = exposures(
        {**MIRI_IMAGE, "TSOVISIT": "T"},
        a=observed(1, f"c1000 {kind}"),
        b=observed(2, f"c1000 {kind}"),
    )
    assert told(solved(rows)) == [
        ("Asn_Lv2ImageTSO", "o001", "a", "science a_rateints"),
        ("Asn_Lv3TSO", "o001", "jw01234-o001_t001_miri_f770w", "science a_calints"),
        ("Asn_Lv2ImageTSO", "o002", "b", "science b_rateints"),
        ("Asn_Lv3TSO", "o002", "jw01234-o002_t001_miri_f770w", "science b_calints"),
    ]


def test_14_targets_are_joined_in_a_mosaic_alone() -> None:
    """Images of two targets were combined where anything tied them."""
    for kind, expected in (
        ("MOSAIC", ["Asn_Lv3ImageMosaic"]),
        ("GROUP", []),
        ("BACKGROUND", []),
        ("PARALLEL", ["Asn_Lv3Image", "Asn_Lv3Image"]),
    ):
        tie = f"c1000 {kind}"
        rows = exposures(
            MIRI_IMAGE,
            a=observed(1, tie),
            b=observed(1, tie),
            c=observed(2, tie, TARGETID="2"),
            d=observed(2, tie, TARGETID="2"),
        )
        solution = solve(Pool(rows), candidates=["c1000"], discover=False)
        assert [one.rule for one in solution] == expected
        assert {len(one.members) for one in solution} <= {4 if kind == "MOSAIC" else 2}


def test_14_wavefront_images_are_not_combined_in_a_group() -> None:
    """Wavefront images that a group ties for another reason were combined."""
    name = "jw01234-c1000_t001_nircam_clear-f200w-nrcb1_{suffix}-01"
    for kind, expected in (
        ("MOSAIC", [("Asn_Lv3WFSCMB", "c1000", name, "science a_cal b_cal")]),
        ("GROUP", []),
    ):
        rows = exposures(SENSING, a=observed(1, f"c1000 {kind}"), b=observed(2, f"c1000 {kind}"))
        assert told(solve(Pool(rows), discover=False), "Asn_Lv3WFSCMB") == expected


def test_14_only_a_background_candidate_gives_backgrounds_to_level_2() -> None:
    """What a group ties was taken as background of one another's images."""
    for kind, expected in (
        ("BACKGROUND", ("Asn_Lv2Image", "c1000", "a", "science a_rate", "background sky_rate")),
        ("GROUP", ("Asn_Lv2Image", "o001", "a", "science a_rate")),
        ("MOSAIC", ("Asn_Lv2Image", "o001", "a", "science a_rate")),
    ):
        rows = exposures(
            MIRI_IMAGE,
            a=observed(1, f"c1000 {kind}"),
            sky=observed(2, f"c1000 {kind}", TARGETID="2", BKGDTARG="T"),
        )
        assert told(solved(rows), "Asn_Lv2Image") == [expected]


def test_21_programs_that_reuse_an_id_are_kept_apart() -> None:
    """Exposures of two programs met in a candidate whose id both use, even for different things."""
    rows = exposures(
        MIRI_IMAGE,
        a=observed(1, "c1000 MOSAIC"),
        b=observed(2, "c1000 MOSAIC"),
        c=observed(1, "c1000 MOSAIC", PROGRAM="5678"),
        d=observed(2, "c1000 MOSAIC", PROGRAM="5678"),
        e=observed(1, "c1000 BACKGROUND", PROGRAM="9"),
        sky=observed(2, "c1000 BACKGROUND", PROGRAM="9", TARGETID="2", BKGDTARG="T"),
    )
    together = solved(rows)
    assert told(one for one in together if one.asn_id == "c1000") == [
        ("Asn_Lv2Image", "c1000", "e", "science e_rate", "background sky_rate"),
        ("Asn_Lv3ImageMosaic", "c1000", "jw01234-c1000_t000_miri_f770w", "science a_cal b_cal"),
        ("Asn_Lv3ImageMosaic", "c1000", "jw05678-c1000_t000_miri_f770w", "science c_cal d_cal"),
    ]
    apart: dict[str, bytes] = {}
    for program in ("1234", "5678", "9"):
        apart |= files(solved(row for row in rows if row["PROGRAM"] == program))
    for each in orders(rows):
        assert files(solved(each)) == apart


def test_21_types_that_reuse_an_id_are_kept_apart() -> None:
    """A group and a mosaic of one id were solved as one, under the rules of either."""
    rows = exposures(
        MIRI_IMAGE,
        a=observed(1, "c1000 MOSAIC"),
        b=observed(2, "c1000 MOSAIC", TARGETID="2"),
        c=observed(3, "c1000 GROUP"),
        d=observed(4, "c1000 GROUP"),
    )
    for each in orders(rows):
        solution = solved(each)
        assert told(one for one in solution if one.asn_id == "c1000") == [
            ("Asn_Lv3Image", "c1000", "jw01234-c1000_t001_miri_f770w", "science c_cal d_cal"),
            ("Asn_Lv3ImageMosaic", "c1000", "jw01234-c1000_t000_miri_f770w", "science a_cal b_cal"),
        ]
        assert len(files(solution)) == len(solution)
