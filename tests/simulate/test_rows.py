"""Rows say the same thing in every column, and follow from programs and seed alone."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from dataclasses import replace

import pytest

from asnsolve.errors import UsageError
from asnsolve.simulate import COLUMNS, MODES, NULL, Program, Row, every_mode, scaled, simulate

FILENAME = re.compile(
    r"jw(?P<program>\d{5})(?P<obs_num>\d{3})(?P<visit>\d{3})"
    r"_(?P<visitgrp>\d\d)(?P<seq_id>\d)(?P<act_id>[0-9a-z]{2})"
    r"_(?P<exposure>\d{5})(-seg(?P<segment>\d{3}))?_(?P<detector>[a-z0-9]+)_uncal\.fits"
)
HIERARCHY = ("program", "obs_num", "visit", "visitgrp", "seq_id", "exposure")

MIXED: list[Row] = simulate() + simulate(scaled(2000, seed=3))
"""One of every mode, then many options of each; program numbers repeat between the two halves."""


def test_every_row_has_the_columns_of_the_archive_in_order() -> None:
    assert {tuple(row) for row in MIXED} == {COLUMNS}
    assert len(COLUMNS) == len(set(COLUMNS)) == 64


def test_cells_are_text_that_needs_no_quotes() -> None:
    assert all(cell and cell == cell.strip() for row in MIXED for cell in row.values())
    assert not [cell for row in MIXED for cell in row.values() if "|" in cell or '"' in cell]


@pytest.mark.parametrize("rows", [simulate(), simulate(scaled(2000, seed=3))], ids=["all", "many"])
def test_file_names_are_unique(rows: list[Row]) -> None:
    assert len({row["FILENAME"] for row in rows}) == len(rows)


def test_file_names_say_what_the_hierarchy_columns_say() -> None:
    for row in MIXED:
        parts = FILENAME.fullmatch(row["FILENAME"])
        assert parts is not None, row["FILENAME"]
        for column in HIERARCHY:
            assert int(parts[column]) == int(row[column.upper()])
        assert parts["act_id"] == row["ACT_ID"]
        assert parts["detector"] == row["DETECTOR"].lower()
        assert (parts["segment"] is None) == (row["EXSEGTOT"] == NULL)


def test_observation_identifiers_name_the_visit_and_for_parallels_the_prime() -> None:
    for row in MIXED:
        stamp = f"{int(row['VISITGRP']):02}{row['SEQ_ID']}{row['ACT_ID']}"
        if row["VISITYPE"] == "PARALLEL_PURE":
            assert row["OBS_ID"].endswith(f"P{row['VISIT_ID'][:8]}{stamp}")
            assert row["VISIT_ID"] not in row["OBS_ID"]
        else:
            assert row["OBS_ID"] == f"V{row['VISIT_ID']}P00000000{stamp}"
        hierarchy = f"{int(row['PROGRAM']):05}{int(row['OBS_NUM']):03}{int(row['VISIT']):03}"
        assert row["VISIT_ID"] == hierarchy


def test_exposures_of_a_visit_are_counted_without_a_gap() -> None:
    visits: dict[str, list[Row]] = defaultdict(list)
    for row in simulate():
        visits[row["VISIT_ID"]].append(row)
    for rows in visits.values():
        (announced,) = {int(row["NEXPOSUR"]) for row in rows}
        assert {int(row["EXPCOUNT"]) for row in rows} == set(range(1, announced + 1))


def test_dither_positions_stay_within_the_pattern() -> None:
    for row in MIXED:
        assert (row["PATTTYPE"] == NULL) == (row["NUMDTHPT"] == NULL) == (row["PATT_NUM"] == NULL)
        if row["PATTTYPE"] != NULL:
            assert 1 <= int(row["PATT_NUM"]) <= int(row["NUMDTHPT"])
            assert row["PATT_NUM"] == row["DITHPTIN"]
        if row["SUBPXPTS"] != NULL:
            assert int(row["NUMDTHPT"]) % int(row["SUBPXPTS"]) == 0


def test_candidates_are_a_list_of_pairs_that_starts_with_the_observation() -> None:
    for row in MIXED:
        ties = ast.literal_eval(row["ASN_CANDIDATE"])
        assert ties[0] == (f"o{int(row['OBS_NUM']):03}", "OBSERVATION")
        assert str(ties) == row["ASN_CANDIDATE"]
        assert all(re.fullmatch(r"c1\d{3}", name) for name, _ in ties[1:])


def test_a_candidate_has_one_type_within_its_program() -> None:
    types: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in simulate(scaled(2000, seed=3)):
        for name, kind in ast.literal_eval(row["ASN_CANDIDATE"]):
            types[row["PROGRAM"], name].add(kind)
    assert all(len(kinds) == 1 for kinds in types.values())


def test_targets_are_numbered_from_one_in_each_program() -> None:
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for row in simulate(scaled(2000, seed=3)):
        if row["TARGETID"] == NULL:
            assert row["TARGNAME"] == row["TARGPROP"] == row["TARGTYPE"] == NULL
        else:
            assert (
                names[row["PROGRAM"]].setdefault(row["TARGNAME"], row["TARGETID"])
                == (row["TARGETID"])
            )
    for numbers in names.values():
        assert sorted(map(int, numbers.values())) == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    ("detector", "instrument", "channel", "module"),
    [
        ("NRCA1", "NIRCAM", "SHORT", "A"),
        ("NRCBLONG", "NIRCAM", "LONG", "B"),
        ("MIRIFUSHORT", "MIRI", "12", NULL),
        ("MIRIFULONG", "MIRI", "34", NULL),
        ("MIRIMAGE", "MIRI", NULL, NULL),
        ("NRS2", "NIRSPEC", NULL, NULL),
        ("NIS", "NIRISS", NULL, NULL),
        ("GUIDER1", "FGS", NULL, NULL),
    ],
)
def test_a_detector_decides_instrument_channel_and_module(
    detector: str, instrument: str, channel: str, module: str
) -> None:
    cells = {
        (row["INSTRUME"], row["CHANNEL"], row["MODULE"])
        for row in MIXED
        if row["DETECTOR"] == detector
    }
    assert cells == {(instrument, channel, module)}


def test_only_nirspec_tilts_a_grating_wheel() -> None:
    tilted = {row["INSTRUME"] for row in MIXED if row["GWA_XTIL"] != NULL}
    assert tilted == {"NIRSPEC"}
    assert all(row["GWA_YTIL"] != NULL for row in MIXED if row["INSTRUME"] == "NIRSPEC")


def test_shutter_files_are_named_after_the_visit() -> None:
    named = [row for row in MIXED if row["MSAMETFL"] != NULL]
    assert {row["EXP_TYPE"] for row in named} == {"NRS_MSASPEC"}
    for row in named:
        assert re.fullmatch(rf"jw{row['VISIT_ID']}_\d\d_msa\.fits", row["MSAMETFL"])


def test_segments_of_one_exposure_differ_in_their_file_names_alone() -> None:
    rows = simulate([Program(number=1, plans=(MODES["niriss_soss"].plan(segments=3),))])
    first, second, third = (row for row in rows if row["FILTER"] == "CLEAR")
    assert first["EXSEGTOT"] == "3"
    assert first["FILENAME"] == "jw00001001001_04101_00001-seg001_nis_uncal.fits"
    assert [second, third] == [
        {**first, "FILENAME": first["FILENAME"].replace("seg001", segment)}
        for segment in ("seg002", "seg003")
    ]


def test_the_same_seed_makes_the_same_rows() -> None:
    assert simulate(seed=5) == simulate(seed=5)


def test_a_seed_decides_nothing_but_integrations_groups_and_errors() -> None:
    programs = [replace(program, failures=0.3) for program in every_mode()]
    open_columns = {"NGROUPS", "NINTS", "EXPOSERR"}
    changed = {
        column
        for before, after in zip(
            simulate(programs, seed=1), simulate(programs, seed=2), strict=True
        )
        for column in COLUMNS
        if before[column] != after[column]
    }
    assert changed == open_columns


def test_a_program_makes_the_same_rows_whatever_stands_beside_it() -> None:
    programs = every_mode()[:6]
    alone = [row for program in reversed(programs) for row in simulate([program])]
    together = simulate(programs)
    assert sorted(alone, key=lambda row: row["FILENAME"]) == sorted(
        together, key=lambda row: row["FILENAME"]
    )


def test_a_failed_exposure_fails_on_all_its_detectors() -> None:
    plan = MODES["nircam_image"].plan(dithers=4)
    rows = simulate([Program(number=7, plans=(plan,), failures=0.5)], seed=2)
    errors: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        errors[row["EXPOSURE"]].add(row["EXPOSERR"])
    assert all(len(error) == 1 for error in errors.values())
    assert set.union(*errors.values()) == {NULL, "UNSUCCESSFUL"}


@pytest.mark.parametrize(("failures", "error"), [(0.0, NULL), (1.0, "UNSUCCESSFUL")])
def test_failures_are_a_chance(failures: float, error: str) -> None:
    plan = MODES["miri_image"].plan()
    rows = simulate([Program(number=7, plans=(plan,), failures=failures)])
    assert {row["EXPOSERR"] for row in rows} == {error}


@pytest.mark.parametrize("number", [0, 100_000])
def test_program_numbers_have_at_most_five_digits(number: int) -> None:
    with pytest.raises(UsageError, match=f"number is {number}; expected a number from 1 to 99999"):
        Program(number=number, plans=())


def test_a_program_has_at_most_999_observations() -> None:
    plan = MODES["miri_image"].plan()
    assert Program(number=1, plans=(plan,) * 999).exposures == 999 * plan.exposures
    with pytest.raises(UsageError, match="program 1 has 1000 observations"):
        Program(number=1, plans=(plan,) * 1000)
