"""Parquet files and directories of them, read by row groups."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from asnsolve.errors import PoolError
from asnsolve.pool.parquet import (
    RowGroup,
    column_names_of,
    read_group,
    read_parquet,
    row_groups,
)


def part(path: Path, names: list[str], group_size: int = 100, **columns: list[str]) -> Path:
    """Write a Parquet pool of files with some names."""
    count = len(names)
    cells = {"FileName": names, "exp_type": ["x"] * count, "program": ["1"] * count}
    table = pa.table(cells | {"asn_candidate": [""] * count} | columns)
    path.parent.mkdir(exist_ok=True, parents=True)
    pq.write_table(table, path, row_group_size=group_size)
    return path


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """Write a directory of two files of two row groups and one."""
    part(tmp_path / "a.parquet", ["a", "b", "c"], 2)
    part(tmp_path / "deeper" / "b.pq", ["d", "e"], filter=["f1", "f2"])
    (tmp_path / "c.csv").write_text("no part of the pool")
    return tmp_path


def test_rows_are_numbered_across_the_files_of_a_directory(parts: Path) -> None:
    first, second = str(parts / "a.parquet"), str(parts / "deeper" / "b.pq")
    assert row_groups(parts) == (
        RowGroup(first, 0, 1, 2),
        RowGroup(first, 1, 3, 1),
        RowGroup(second, 0, 4, 2),
    )
    assert row_groups(parts / "a.parquet") == row_groups(parts)[:2]


def test_a_row_group_is_read_alone(parts: Path) -> None:
    groups = row_groups(parts)
    names = [read_group(group).column("FileName").to_pylist() for group in groups]
    assert names == [["a", "b"], ["c"], ["d", "e"]]


def test_only_some_columns_are_read(parts: Path) -> None:
    group = row_groups(parts)[0]
    assert column_names_of(group) == ["FileName", "exp_type", "program", "asn_candidate"]
    assert read_group(group, ["FileName"]).to_pydict() == {"FileName": ["a", "b"]}


def test_columns_of_text_are_read_as_dictionaries(parts: Path) -> None:
    types = read_group(row_groups(parts)[0]).schema.types
    assert all(pa.types.is_dictionary(type_) for type_ in types)


def test_a_directory_without_parquet_files_is_named(tmp_path: Path) -> None:
    with pytest.raises(PoolError) as caught:
        row_groups(tmp_path)
    assert str(caught.value) == f"{tmp_path}: the directory holds no Parquet file"


def test_columns_that_no_pool_has_are_refused_before_any_row_is_read(parts: Path) -> None:
    file = parts / "z.parquet"
    pq.write_table(pa.table({"filename": ["a"], "program": ["1"]}), file)
    with pytest.raises(PoolError, match=r"z\.parquet.*exp_type"):
        row_groups(parts)


@pytest.mark.parametrize("read", [read_parquet, row_groups])
def test_a_damaged_file_is_named(tmp_path: Path, read: object) -> None:
    file = part(tmp_path / "a.parquet", ["a"])
    file.write_bytes(file.read_bytes()[:-20])
    assert callable(read)
    with pytest.raises(PoolError) as caught:
        read(file)
    message = str(caught.value)
    assert message.startswith(f"{file}: the file cannot be read as Parquet: ")
    assert "\n" not in message
    assert not message.endswith(": ")


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    (group,) = row_groups(part(tmp_path / "a.parquet", ["a"]))
    (tmp_path / "a.parquet").unlink()
    with pytest.raises(PoolError, match=r"cannot be read as Parquet: .*a\.parquet"):
        read_group(group)


def test_names_of_directories_are_columns(tmp_path: Path) -> None:
    for program in ("1234", "__HIVE_DEFAULT_PARTITION__", "a%20b"):
        folder = tmp_path / f"program={program}" / "=" / "x="
        folder.mkdir(parents=True)
        rows = {"filename": ["f"], "exp_type": [""], "asn_candidate": [""], "X": ["own"]}
        pq.write_table(pa.table(rows), folder / "a.parquet")
    tables = [read_group(group) for group in row_groups(tmp_path)]
    assert [table["program"].to_pylist() for table in tables] == [["1234"], [None], ["a b"]]
    assert [table["X"].to_pylist() for table in tables] == [["own"]] * 3
    programs = [read_group(group, ["program"]).to_pydict() for group in row_groups(tmp_path)]
    assert programs == [{"program": ["1234"]}, {"program": [None]}, {"program": ["a b"]}]
