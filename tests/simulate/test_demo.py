"""The demonstration pool is small, looks real, and is what the simulator makes of its programs."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from asnsolve.pool import Pool
from asnsolve.simulate import (
    COLUMNS,
    DEMO_SEED,
    NULL,
    Row,
    demo_pool,
    demo_programs,
    simulate,
    write_pool,
)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    text = demo_pool().read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="|"))


def test_the_committed_pool_is_made_by_the_simulator(tmp_path: Path) -> None:
    write_pool(simulate(demo_programs(), seed=DEMO_SEED), tmp_path / "demo.csv")
    assert (tmp_path / "demo.csv").read_bytes() == demo_pool().read_bytes()


def test_the_committed_pool_fits_on_a_few_screens(rows: list[Row]) -> None:
    assert len(rows) == 100
    assert Counter(row["PROGRAM"] for row in rows) == {"9801": 49, "9802": 38, "9803": 13}
    assert tuple(rows[0]) == COLUMNS


@pytest.mark.parametrize(
    "exp_type",
    [
        *("NRC_IMAGE", "NRC_CORON", "NRC_TACQ", "NRC_DARK", "NRC_FLAT", "FGS_IMAGE"),
        *("MIR_IMAGE", "MIR_MRS", "MIR_TACQ", "MIR_LRS-FIXEDSLIT", "MIR_LRS-SLITLESS"),
        *("NIS_SOSS", "NIS_AMI", "NIS_WFSS", "NRS_FIXEDSLIT", "NRS_MSASPEC", "NRS_IFU"),
    ],
)
def test_the_committed_pool_shows(exp_type: str, rows: list[Row]) -> None:
    assert exp_type in {row["EXP_TYPE"] for row in rows}


def test_the_committed_pool_shows_a_time_series_with_and_without_its_flag(rows: list[Row]) -> None:
    for exp_type in ("NIS_SOSS", "MIR_LRS-SLITLESS"):
        assert {row["TSOVISIT"] for row in rows if row["EXP_TYPE"] == exp_type} == {"T", "F"}


def test_the_committed_pool_ties_wavefront_sensing_by_a_mosaic(rows: list[Row]) -> None:
    sensing = [row for row in rows if row["VISITYPE"] == "PRIME_WFSC_SENSING_CONTROL"]
    assert {row["OBS_NUM"] for row in sensing} == {"1", "2"}
    assert all("('c1000', 'MOSAIC')" in row["ASN_CANDIDATE"] for row in sensing)


def test_the_committed_pool_has_a_failed_science_exposure(rows: list[Row]) -> None:
    failed = [row for row in rows if row["EXPOSERR"] != NULL]
    assert [row["EXP_TYPE"] for row in failed] == ["NIS_WFSS"]


def test_the_committed_pool_reads_as_a_pool(rows: list[Row]) -> None:
    pool = Pool.read(str(demo_pool()))
    assert len(pool) == len(rows)
    for number, row in enumerate(rows):
        assert pool.value(number, "filename") == row["FILENAME"]
        assert pool.value(number, "exp_type") == row["EXP_TYPE"].lower()
        assert pool.value(number, "patttype") == (
            None if row["PATTTYPE"] == NULL else row["PATTTYPE"].lower()
        )
