"""Pools are written whole or not at all, and read back as they were."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.errors import PoolError
from asnsolve.simulate import COLUMNS, MODES, Program, Row, simulate, stream, write_pool
from tests.strategies import bad_cells


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text, delimiter="|"))


def test_a_pool_is_a_header_and_a_line_an_exposure(tmp_path: Path) -> None:
    rows = simulate([Program(number=1, plans=(MODES["miri_image"].plan(dithers=2),))])
    write_pool(rows, tmp_path / "pool.csv")
    header, *lines = (tmp_path / "pool.csv").read_text(encoding="utf-8").splitlines()
    assert header == "|".join(COLUMNS)
    assert lines == ["|".join(row.values()) for row in rows]


def test_rows_may_come_from_a_stream(tmp_path: Path) -> None:
    write_pool(stream(), str(tmp_path / "pool.csv"))
    assert read(tmp_path / "pool.csv") == simulate()


@given(cells=st.lists(bad_cells(), min_size=2, max_size=2))
def test_any_text_reads_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str]
) -> None:
    path = tmp_path_factory.mktemp("pool") / "pool.csv"
    rows = [{"FILENAME": "a", "CELL": cells[0]}, {"CELL": cells[1], "FILENAME": "b"}]
    write_pool(rows, path)
    assert read(path) == rows


def test_a_failure_half_way_leaves_the_old_pool_alone(tmp_path: Path) -> None:
    def broken() -> Iterator[Row]:
        yield {"FILENAME": "new"}
        raise RuntimeError("the source ran dry")

    write_pool([{"FILENAME": "old"}], tmp_path / "pool.csv")
    with pytest.raises(RuntimeError, match="the source ran dry"):
        write_pool(broken(), tmp_path / "pool.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["pool.csv"]
    assert read(tmp_path / "pool.csv") == [{"FILENAME": "old"}]


def test_a_pool_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PoolError) as caught:
        write_pool([], tmp_path / "pool.csv")
    assert str(caught.value) == "pool.csv: there are no rows to write"
    assert list(tmp_path.iterdir()) == []


def test_a_row_with_other_columns_is_named(tmp_path: Path) -> None:
    rows = [{"FILENAME": "a", "FILTER": "F770W"}, {"FILENAME": "b", "PUPIL": "CLEAR"}]
    with pytest.raises(PoolError) as caught:
        write_pool(rows, tmp_path / "pool.csv")
    assert str(caught.value) == (
        "pool.csv, row 2: the row has other columns than the first row: FILTER, PUPIL; "
        "expected the same columns in every row"
    )
    assert list(tmp_path.iterdir()) == []
