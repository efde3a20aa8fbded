"""Tables that supplement headers; `test_headers` has those that are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve.pool.extra_table import read_extra_table


@pytest.mark.parametrize("delimiter", ["|", ","])
def test_cells_come_by_exposure_without_empty_ones(tmp_path: Path, delimiter: str) -> None:
    lines = [" FileName |targetid|BAND", "a_cal.fits| 1 |", "", " | | ", "B_rate.fits||long", "c"]
    path = tmp_path / "extra.csv"
    path.write_text("\n".join(lines).replace("|", delimiter), "utf-8-sig")
    assert read_extra_table(path) == {"a": {"targetid": "1"}, "b": {"band": "long"}, "c": {}}
