"""Modes: each makes what its plan counts, together they show every kind of exposure."""

from __future__ import annotations

import ast
import doctest
from collections import Counter
from itertools import count, islice
from random import Random

import pytest

import asnsolve.simulate
from asnsolve.simulate import (
    COLUMNS,
    MODES,
    NULL,
    Program,
    Row,
    every_mode,
    scaled,
    simulate,
    simulate_columns,
    stream,
)


def rows_of(mode: str, **options: object) -> list[Row]:
    return simulate([Program(number=1234, plans=(MODES[mode].plan(**options),))])


@pytest.mark.parametrize("name", MODES)
def test_a_mode_makes_as_many_rows_as_its_plan_counts(name: str) -> None:
    plan = MODES[name].plan()
    assert len(rows_of(name)) == plan.exposures > 0


@pytest.mark.parametrize("name", MODES)
def test_a_mode_takes_every_choice_it_offers(name: str) -> None:
    mode = MODES[name]
    for option, values in mode.choices.items():
        assert len(set(values)) == len(values) > 1
        for value in values:
            plan = mode.plan(**{option: value})
            assert len(rows_of(name, **{option: value})) == plan.exposures > 0


@pytest.mark.parametrize("name", MODES)
def test_every_choice_changes_the_plan(name: str) -> None:
    mode = MODES[name]
    for option, values in mode.choices.items():
        pools = [str(rows_of(name, **{option: value})) for value in values]
        assert len(set(pools)) == len(pools), option


def test_drawn_plans_follow_the_state_of_the_generator() -> None:
    draws = [
        [mode.draw(rng) for mode in MODES.values()] for rng in (Random(1), Random(1), Random(2))
    ]
    assert draws[0] == draws[1] != draws[2]


def test_the_default_is_one_program_of_every_mode() -> None:
    assert len({row["PROGRAM"] for row in simulate()}) == len(MODES) == len(every_mode())
    assert sum(program.exposures for program in every_mode()) == len(simulate())


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("INSTRUME", {"NIRCAM", "MIRI", "NIRSPEC", "NIRISS", "FGS"}),
        ("PNTGTYPE", {"SCIENCE", "TARGET_ACQUISITION"}),
        ("IS_PSF", {"T", "F", NULL}),
        ("IS_IMPRT", {"T", NULL}),
        ("BKGDTARG", {"T", "F"}),
        ("TSOVISIT", {"T", "F"}),
        (
            "VISITYPE",
            {
                "PRIME_TARGETED_FIXED",
                "PRIME_UNTARGETED",
                "PRIME_WFSC_SENSING_CONTROL",
                "PRIME_WFSC_ROUTINE",
                "PARALLEL_PURE",
            },
        ),
    ],
)
def test_the_default_shows_every_value_of(column: str, values: set[str]) -> None:
    assert {row[column] for row in simulate()} == values


def test_the_default_shows_every_candidate_type_apt_writes() -> None:
    kinds = {kind for row in simulate() for _, kind in ast.literal_eval(row["ASN_CANDIDATE"])}
    together = {"MOSAIC", "GROUP", "BACKGROUND", "CORONAGRAPHY", "AMI", "DIRECT_IMAGE"}
    assert kinds == {"OBSERVATION"} | together


def test_a_dedicated_background_shares_a_candidate_with_every_target() -> None:
    rows = rows_of("miri_mrs_shared_background")
    assert {row["BKGDTARG"] for row in rows} == {"T", "F"}
    assert len({row["TARGETID"] for row in rows}) == 3
    assert all("('c1000', 'BACKGROUND')" in row["ASN_CANDIDATE"] for row in rows)


def test_imprints_come_at_one_point_or_at_all() -> None:
    def imprint_points(imprints: str) -> list[str]:
        rows = rows_of("nirspec_ifu_nod", imprints=imprints)
        return [r["DITHPTIN"] for r in rows if r["IS_IMPRT"] == "T" and r["DETECTOR"] == "NRS1"]

    assert imprint_points("none") == []
    assert imprint_points("one") == ["1"]
    assert imprint_points("all") == ["1", "2", "3", "4"]


def test_imprints_know_the_whole_pattern_and_the_specification_of_their_science() -> None:
    rows = [row for row in rows_of("nirspec_ifu_nod") if row["EXP_TYPE"] == "NRS_IFU"]
    assert {row["NUMDTHPT"] for row in rows} == {"4"}
    assert {row["EXPSPCIN"] for row in rows} == {"1"}


def test_tiles_are_visits_of_an_integral_field_mosaic() -> None:
    rows = rows_of("nirspec_ifu_dither", tiles=2)
    assert {(row["VISIT"], row["MOSTILNO"]) for row in rows} == {("1", "1"), ("2", "2")}


def test_a_moving_target_is_said_to_move() -> None:
    rows = rows_of("nirspec_ifu_nod", moving=True)
    assert {(row["VISITYPE"], row["TARGTYPE"]) for row in rows} == {
        ("PRIME_TARGETED_MOVING", "MOVING")
    }


def test_direct_images_stand_before_and_after_each_grism() -> None:
    order = [row["FILTER"] for row in rows_of("niriss_wfss", dithers=1)]
    assert order == ["CLEAR", "GR150R", "CLEAR", "GR150C", "CLEAR"]


def test_pure_parallels_have_no_target_and_one_direct_image_candidate() -> None:
    for mode in ("niriss_wfss_parallel", "nircam_wfss_parallel"):
        rows = rows_of(mode)
        assert {row["TARGETID"] for row in rows} == {NULL}
        assert all("('c1000', 'DIRECT_IMAGE')" in row["ASN_CANDIDATE"] for row in rows)
        assert {row["SEQ_ID"] for row in rows} == {"2"}


def test_coordinated_parallels_share_the_visit_in_a_sequence_of_their_own() -> None:
    rows = rows_of("nircam_image_parallel")
    assert {(row["INSTRUME"], row["SEQ_ID"], row["TEMPLATE"]) for row in rows} == {
        ("NIRCAM", "1", "NIRCam Imaging"),
        ("MIRI", "2", "MIRI Imaging"),
    }
    assert len({row["VISIT_ID"] for row in rows}) == 1


def test_a_coronagraphic_plan_has_two_rolls_and_a_reference() -> None:
    rows = [row for row in rows_of("nircam_coron") if row["EXP_TYPE"] == "NRC_CORON"]
    assert Counter((row["OBS_NUM"], row["TARGETID"], row["IS_PSF"]) for row in rows) == {
        ("1", "1", "F"): 1,
        ("2", "1", "F"): 1,
        ("3", "2", "T"): 5,
    }


def test_wavefront_pairs_are_tied_by_a_mosaic_and_jitter_is_not() -> None:
    rows = rows_of("nircam_wavefront")
    pairs = Counter(
        (row["OBS_NUM"], row["ACT_ID"]) for row in rows if "MOSAIC" in row["ASN_CANDIDATE"]
    )
    assert set(pairs.values()) == {2}
    assert {row["DMS_NOTE"] for row in rows if "MOSAIC" not in row["ASN_CANDIDATE"]} == {
        "WFSC_LOS_JITTER"
    }


@pytest.mark.parametrize("exposures", [1, 100, 3000])
def test_scaled_programs_make_about_the_exposures_wanted(exposures: int) -> None:
    programs = scaled(exposures, seed=1)
    total = sum(program.exposures for program in programs)
    assert exposures <= total == len(simulate(programs))
    assert total - programs[-1].exposures < exposures
    assert max(program.exposures for program in programs) < 500


def test_scaled_programs_grow_in_number_not_in_size() -> None:
    few, many = scaled(2000, seed=1), scaled(8000, seed=1)
    assert many[: len(few)] == few
    assert 3 < len(many) / len(few) < 5


def test_scaled_programs_follow_from_their_seed() -> None:
    assert scaled(500, seed=1) == scaled(500, seed=1) != scaled(500, seed=2)
    assert scaled(0) == ()


def test_columns_are_the_rows_turned() -> None:
    programs = scaled(300, seed=2)
    table = simulate_columns(programs, seed=4)
    rows = simulate(programs, seed=4)
    assert tuple(table) == COLUMNS
    assert [
        dict(zip(table, cells, strict=True)) for cells in zip(*table.values(), strict=True)
    ] == rows


def test_a_stream_holds_no_more_than_the_program_at_hand() -> None:
    plan = MODES["miri_image"].plan(dithers=2)
    endless = (Program(number=number, plans=(plan,)) for number in count(1))
    assert [row["PROGRAM"] for row in islice(stream(endless), 5)] == ["1", "1", "2", "2", "3"]


def test_the_example_in_the_documentation_is_true() -> None:
    result = doctest.testmod(asnsolve.simulate)
    assert (result.failed, result.attempted > 0) == (0, True)
