"""The strategies give pools that are small, sound in form, varied, and shrink to little."""

from __future__ import annotations

import ast

import pytest
from hypothesis import Phase, find, given, settings

from asnsolve.simulate import COLUMNS, NULL, Row
from tests.strategies import (
    RULE_COLUMNS,
    VOCABULARY,
    Rows,
    bad_cells,
    candidate_cells,
    pool_rows,
    small_pools,
)

FINDING = settings(max_examples=1000, derandomize=True, database=None)


@given(rows=small_pools())
def test_small_pools_are_small_and_have_every_column(rows: list[Row]) -> None:
    assert 1 <= len(rows) <= 25
    assert {tuple(row) for row in rows} == {COLUMNS}


@given(rows=small_pools(max_exposures=5, max_changes=0))
def test_unchanged_pools_are_as_the_archive_writes_them(rows: list[Row]) -> None:
    assert 1 <= len(rows) <= 5
    assert len({row["FILENAME"] for row in rows}) == len(rows)
    assert all(row[c] in VOCABULARY[c] or c in OPEN_COLUMNS for row in rows for c in RULE_COLUMNS)


OPEN_COLUMNS = {
    *("FILTER", "PUPIL", "GRATING", "SUBARRAY", "EXP_TYPE", "DETECTOR", "BAND", "PATTTYPE"),
    *("NINTS", "OBS_ID", "MSAMETFL", "ASN_CANDIDATE", "ACT_ID", "OBS_NUM", "VISITYPE", "TARGETID"),
    *("PATT_NUM", "NUMDTHPT", "SUBPXPTS", "DITHPTIN", "EXPSPCIN", "MOSTILNO"),
}
"""Columns in which choices write what no default does."""


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("FILTER", NULL),
        ("TARGETID", NULL),
        ("ASN_CANDIDATE", NULL),
        ("TSOVISIT", "T"),
        ("IS_IMPRT", "T"),
        ("IS_PSF", "T"),
        ("BKGDTARG", "T"),
        ("EXP_TYPE", "NRS_MSASPEC"),
        ("VISITYPE", "PRIME_WFSC_SENSING_CONTROL"),
        ("PROGRAM", "1003"),
    ],
)
def test_small_pools_reach(column: str, cell: str) -> None:
    find(
        small_pools(),
        lambda rows: any(row[column] == cell for row in rows),
        settings=settings(FINDING, phases=[Phase.generate]),
    )


def test_small_pools_reach_a_repeated_row() -> None:
    find(
        small_pools(),
        lambda rows: len({row["FILENAME"] for row in rows}) < len(rows),
        settings=settings(FINDING, phases=[Phase.generate]),
    )


def test_small_pools_shrink_to_the_rows_that_matter() -> None:
    pool = find(
        small_pools(),
        lambda rows: {row["IS_IMPRT"] for row in rows} == {"T", NULL},
        settings=FINDING,
    )
    assert len(pool) <= 3


@given(drawn=small_pools())
def test_drawn_rows_print_as_the_call_that_makes_them_again(drawn: list[Row]) -> None:
    assert eval(repr(drawn), {"pool_rows": pool_rows}) == drawn
    assert len(repr(drawn)) < 25_000


def test_drawn_rows_print_what_they_share_once() -> None:
    drawn = Rows([{"FILENAME": "a", "FILTER": "F770W"}, {"FILENAME": "b", "FILTER": "F770W"}])
    assert repr(drawn) == "pool_rows({'FILTER': 'F770W'}, {'FILENAME': 'a'}, {'FILENAME': 'b'})"


@given(cell=candidate_cells())
def test_candidate_cells_are_lists_of_pairs(cell: str) -> None:
    ties = ast.literal_eval(cell)
    assert ties[0][1] == "OBSERVATION"
    assert all(len(tie) == 2 for tie in ties)


@given(cell=bad_cells())
def test_bad_cells_can_be_encoded(cell: str) -> None:
    assert cell.encode("utf-8").decode("utf-8") == cell
    assert "\r" not in cell
