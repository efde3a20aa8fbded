"""Tables that supplement headers."""

from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve.errors import PoolError
from asnsolve.pool.extra_table import read_extra_table


@pytest.mark.parametrize("delimiter", ["|", ","])
def test_cells_come_by_exposure_without_empty_ones(tmp_path: Path, delimiter: str) -> None:
    lines = [" FileName |targetid|BAND", "a_cal.fits| 1 |", "", " | | ", "B_rate.fits||long", "c"]
    path = tmp_path / "extra.csv"
    path.write_text("\n".join(lines).replace("|", delimiter), "utf-8-sig")
    assert read_extra_table(path) == {"a": {"targetid": "1"}, "b": {"band": "long"}, "c": {}}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_header_tells_what_divides_cells(tmp_path: Path, end: str) -> None:
    path = tmp_path / "extra.csv"
    path.write_bytes(f"filename,note{end}a_cal.fits,x{end}b_cal.fits,y{end}".encode())
    assert read_extra_table(path) == {"a": {"note": "x"}, "b": {"note": "y"}}
    path.write_bytes(b"filename,note\na_cal.fits,x|y\n")
    assert read_extra_table(path) == {"a": {"note": "x|y"}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ", row 1: the columns are none; expected different names, one of them filename"),
        (
            "x, Y",
            ", row 1: the columns are x, y; expected different names, one of them filename",
        ),
        (
            "filename,y,Y",
            ", row 1: the columns are filename, y, y; expected different names, one of them "
            "filename",
        ),
        ("filename,y\na,1,2\n", ", row 2: 3 cells; expected 2 at most"),
        (
            "filename,y\na_cal.fits,1\n\nA_rate.fits,1\n",
            ", row 4: a is named twice; expected each exposure once",
        ),
        (
            "filename,y\n,1\n",
            ", row 2: the exposure is not named; expected each exposure once",
        ),
        (
            "\xff",
            ": the table cannot be read: 'utf-8' codec can't decode byte 0xff in position 0: "
            "invalid start byte",
        ),
    ],
)
def test_tables_that_cannot_be_used_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "extra.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(PoolError) as caught:
        read_extra_table(path)
    assert str(caught.value) == f"{path}{message}"


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    with pytest.raises(PoolError) as caught:
        read_extra_table(path)
    assert str(caught.value) == f"{path}: the table cannot be read: No such file or directory"
