"""Parquet files and directories of them, read by row groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from asnsolve.errors import PoolError
from asnsolve.file_systems import Url, write_object
from asnsolve.pool import Pool
from asnsolve.pool.parquet import (
    RowGroup,
    read_group,
    read_parquet,
    row_groups,
)


def part(path: Path, names: list[str], group_size: int = 100, **columns: list[Any]) -> Path:
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
    assert group.names == ("FileName", "exp_type", "program", "asn_candidate")
    assert read_group(group, ["FileName"]).to_pydict() == {"FileName": ["a", "b"]}


def test_columns_of_text_are_read_as_dictionaries(parts: Path) -> None:
    types = read_group(row_groups(parts)[0]).schema.types
    assert all(pa.types.is_dictionary(type_) for type_ in types)


def test_texts_that_hardly_repeat_need_no_dictionary(tmp_path: Path) -> None:
    count = 60_000
    names = [f"jw{number:06}001001_02101_00001_nrca1" for number in range(count)]
    path = part(
        tmp_path / "many.parquet", names, count, obs_num=[str(n % 99) for n in range(count)]
    )
    # The other file repeats even its names.
    few = part(tmp_path / "more.parquet", names[:3] * (count // 3), count)
    groups = [*row_groups(path), *row_groups(few)]
    compact, as_usual = (
        [read_group(group, is_compact=yes) for group in groups] for yes in (True, False)
    )
    assert [pa.types.is_dictionary(table["FileName"].type) for table in compact] == [False, True]
    assert all(pa.types.is_dictionary(table["FileName"].type) for table in as_usual)
    assert pa.types.is_dictionary(compact[0]["obs_num"].type)
    assert [table.to_pydict() for table in compact] == [table.to_pydict() for table in as_usual]


def test_texts_without_a_dictionary_in_the_file_are_given_one(tmp_path: Path) -> None:
    cells = {"FileName": ["a"], "exp_type": ["a long text"], "program": ["1"]}
    table = pa.table(
        {name: values * 9 for name, values in cells.items()} | {"asn_candidate": [""] * 9}
    )
    pq.write_table(table, tmp_path / "plain.parquet", use_dictionary=False)
    (group,) = row_groups(tmp_path / "plain.parquet")
    compact = read_group(group, is_compact=True)
    assert all(pa.types.is_dictionary(type_) for type_ in compact.schema.types)


def test_a_directory_without_parquet_files_is_named(tmp_path: Path) -> None:
    with pytest.raises(PoolError) as caught:
        row_groups(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: the directory holds no Parquet file. If it holds FITS files, make a pool of "
        f"them: asnsolve pool {tmp_path} -o pool.csv"
    )


def test_columns_that_no_pool_has_are_refused_before_any_row_is_read(parts: Path) -> None:
    file = parts / "z.parquet"
    pq.write_table(pa.table({"filename": ["a"], "program": ["1"]}), file)
    with pytest.raises(PoolError, match=r"z\.parquet.*exp_type"):
        row_groups(parts)


def test_a_file_that_is_shorter_than_it_was_is_damaged(parts: Path) -> None:
    group = replace(row_groups(parts)[0], length=5)
    with pytest.raises(PoolError) as caught:
        read_group(group)
    assert str(caught.value) == (
        f"{parts / 'a.parquet'}: the file is damaged: row group 0 has 2 rows; expected 5"
    )


def test_names_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a\udcff.parquet"
    with pytest.raises(PoolError) as caught:
        read_parquet(path)
    assert caught.value.problems[0].what == (
        "its name is not UTF-8, and Parquet files are opened by name"
    )
    assert caught.value.problems[0].advice == "Rename it."


def test_a_file_has_columns_before_its_directories_have(tmp_path: Path) -> None:
    """Blanks and capitals make no difference in the names of files or of directories."""
    folder = tmp_path / " Program =7"
    part(folder / "a.parquet", ["a"])
    part(tmp_path / "band=x" / "b.parquet", ["b"], 1, **{" BAND ": ["own"]})
    groups = row_groups(tmp_path)
    assert [group.cells for group in groups] == [(), ()]
    assert read_group(groups[0])["program"].to_pylist() == ["1"]


def test_columns_of_directories_are_read_with_others(tmp_path: Path) -> None:
    part(tmp_path / "band=x" / "a.parquet", ["a", "b"])
    (group,) = row_groups(tmp_path)
    assert group.names[-1] == "band"
    table = read_group(group, ["band", "FileName"])
    assert table.column_names == ["band", "FileName"]
    assert table.to_pydict() == {"band": ["x", "x"], "FileName": ["a", "b"]}
    # The columns of a directory are known even if the file does not exist.
    (tmp_path / "band=x" / "a.parquet").unlink()
    assert read_group(group, ["band"]).to_pydict() == {"band": ["x", "x"]}


def test_columns_of_numbers_and_bytes_are_read_as_such(tmp_path: Path) -> None:
    file = part(tmp_path / "k=v" / "a.parquet", ["a"], number=[7], raw=[b"x"])
    (group,) = row_groups(tmp_path)
    assert group.cells == (("k", "v"),)
    table = read_group(group)
    assert table["number"].to_pylist() == [7]
    assert table.schema.field("raw").type == pa.binary()
    assert len(read_parquet(file).columns) == 6


@pytest.fixture
def store(tmp_path: Path) -> Callable[[str, Path], None]:
    """Return a function that puts a file on an object store."""
    pytest.importorskip("fsspec")

    def put(name: str, file: Path) -> None:
        write_object(Url(f"memory://of_test_parquet/{name}"), file.read_bytes())

    return put


def test_pools_are_read_from_an_object_store(
    store: Callable[[str, Path], None], tmp_path: Path
) -> None:
    first = part(tmp_path / "a.parquet", ["a", "b", "c"], 2, filter=["f1", "f2", "f3"])
    second = part(tmp_path / "b.parquet", ["d"])
    store("pool/part=1/a.parquet", first)
    store("pool/part=2/X.pq", second)
    for name in ("_notes/c.parquet", ".hidden.parquet", "part=1/_d.parquet", "e.csv"):
        store(f"pool/{name}", second)
    url = Url("memory://of_test_parquet/pool")
    groups = row_groups(url)
    assert groups == (
        RowGroup(f"{url}/part=1/a.parquet", 0, 1, 2, (("part", "1"),)),
        RowGroup(f"{url}/part=1/a.parquet", 1, 3, 1, (("part", "1"),)),
        RowGroup(f"{url}/part=2/X.pq", 0, 4, 1, (("part", "2"),)),
    )
    assert read_group(groups[2])["FileName"].to_pylist() == ["d"]
    assert read_group(groups[0], ["part"]).to_pydict() == {"part": ["1", "1"]}
    pool = Pool.read(str(url))
    assert pool["filename"].tolist() == ["a", "b", "c", "d"]
    assert pool["filter"].tolist() == ["f1", "f2", "f3", None]
    assert pool["part"].tolist() == ["1", "1", "1", "2"]
    one = Pool.read(f"{url}/part=1/a.parquet")
    assert (one["filename"].tolist(), "part" in one) == (["a", "b", "c"], False)


def test_a_store_without_exposures_is_told(
    store: Callable[[str, Path], None], tmp_path: Path
) -> None:
    schema = pq.read_schema(part(tmp_path / "full.parquet", ["a"]))
    pq.ParquetWriter(tmp_path / "a.parquet", schema).close()
    store("empty/a.parquet", tmp_path / "a.parquet")
    url = Url("memory://of_test_parquet/empty")
    with pytest.raises(PoolError) as caught:
        read_parquet(url)
    assert str(caught.value) == f"{url}: the pool holds no exposures"
    # A local file is opened as it is, and has at least its own columns.
    assert len(read_parquet(tmp_path / "a.parquet").rows) == 0
    nothing = Url("memory://of_test_parquet/nothing")
    with pytest.raises(PoolError) as caught:
        row_groups(nothing)
    assert str(caught.value) == f"{nothing}: the directory holds no Parquet file"


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


@pytest.mark.parametrize(
    ("message", "said"), [("\n first \n second", "first "), ("", "ArrowInvalid")]
)
def test_the_first_line_of_what_arrow_says_is_told(
    message: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise pa.ArrowInvalid(message)

    monkeypatch.setattr(pq, "ParquetFile", refuse)
    with pytest.raises(PoolError) as caught:
        read_parquet(tmp_path / "a.parquet")
    assert caught.value.problems[0].what == f"the file cannot be read as Parquet: {said}"


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
