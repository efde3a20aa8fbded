"""Parts hold whole programs, whatever they are read from."""

from __future__ import annotations

import errno
import pickle
import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from asnsolve import Pool, PoolError, solve
from asnsolve.archive.cut_files import parts_of_parquet
from asnsolve.archive.part_rows import CopiedRows, Copy, copying, program_order, write_copy
from asnsolve.archive.partition import ASSOCIATION_SCHEMA
from asnsolve.archive.parts import Part, part_size, parts_of_pool
from asnsolve.archive.runs import solve_parts
from asnsolve.archive.write_containers import parts_of
from asnsolve.pool.from_objects import read_object
from asnsolve.simulate import scaled, simulate


@pytest.fixture(scope="module")
def pool() -> Pool:
    return Pool(simulate(scaled(300, seed=2)), name="mine")


def check(parts: list[Part], exposures: int) -> None:
    """Each part has its own programs and no others, and nothing is left out."""
    assert sum(part.exposures for part in parts) == exposures
    named = [name for part in parts for name in part.programs]
    assert named == sorted(set(named))
    for part in parts:
        own = part.pool()
        assert len(own) == part.exposures
        assert {value.rjust(5, "0") for value in own.values("program")} == set(part.programs)


def test_a_pool_is_cut_into_whole_programs(pool: Pool) -> None:
    parts = parts_of_pool(pool, 80)
    check(parts, len(pool))
    assert len(parts) > 2
    assert pickle.loads(pickle.dumps(parts[0])).programs == parts[0].programs
    assert parts_of_pool(pool.take([]), 80) == []


@pytest.mark.parametrize("order", ["sorted", "mixed"])
@pytest.mark.parametrize("files", [1, 3])
def test_parquet_is_read_part_by_part(pool: Pool, order: str, files: int, tmp_path: Path) -> None:
    table = pool.to_arrow()
    rows = list(range(len(pool)))
    if order == "mixed":
        random.Random(1).shuffle(rows)
    else:
        rows.sort(key=lambda row: pool.codes("program")[row])
    table = table.take(pa.array(rows))
    folder = tmp_path / "mine"
    folder.mkdir()
    size = -(-len(table) // files)
    for number in range(files):
        piece = table.slice(number * size, size)
        pq.write_table(piece, folder / f"{number}.parquet", row_group_size=40)
    source = folder if files > 1 else folder / "0.parquet"
    in_one = Pool.of(read_object(pool.to_arrow(), "mine"), "mine", file_name=source.name)
    whole = pa.concat_tables([ASSOCIATION_SCHEMA.empty_table(), *parts_of(solve(in_one))])
    with parts_of_parquet(source, "mine", 80) as parts:
        check(parts, len(pool))
        assert pickle.loads(pickle.dumps(parts[0])) == parts[0]
        with solve_parts(parts, name="mine") as run:
            assert pa.concat_tables(run.associations()).equals(whole)


@pytest.mark.parametrize("most", [1, 100])
def test_problems_name_the_row_of_the_whole_pool(pool: Pool, most: int, tmp_path: Path) -> None:
    rows = pool.to_arrow().to_pylist()
    rows[7]["filename"] = None
    rows[90]["asn_candidate"] = "nonsense"
    random.Random(3).shuffle(rows)
    table = pa.Table.from_pylist(rows)
    pq.write_table(table, tmp_path / "mine.parquet", row_group_size=30)
    expected = Pool.read(tmp_path / "mine.parquet")
    with (
        parts_of_parquet(tmp_path / "mine.parquet", "mine", most) as parts,
        solve_parts(parts, name="mine") as run,
    ):
        assert run.problems == expected.problems
        assert run.set_aside == expected.set_aside
        assert run.exposures == len(expected)


def test_files_of_a_directory_may_differ_in_columns(tmp_path: Path) -> None:
    row = {"filename": "a", "program": 1, "exp_type": "nrc_image", "asn_candidate": ""}
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "1.parquet")
    other = row | {"filename": "b", "filter": "f200w"}
    pq.write_table(pa.Table.from_pylist([other] * 2), tmp_path / "2.parquet")
    for most in (1, 10):
        with parts_of_parquet(tmp_path, "mine", most) as parts:
            (part,) = parts
            assert part.pool().values("filter") == ("f200w",)
            assert [problem.location.row for problem in part.pool().problems] == [3]


@pytest.mark.parametrize("most", [1, 1_000])
def test_parts_have_the_columns_of_all_files(most: int, pool: Pool, tmp_path: Path) -> None:
    rows = pool.to_arrow().to_pylist()
    rows.sort(key=lambda row: str(row["program"]))
    half = len(rows) // 2
    for number, some in enumerate((rows[:half], rows[half:])):
        table = pa.Table.from_pylist(some)
        lacking = ["band", "visit"] if number else []
        pq.write_table(table.drop_columns(lacking), tmp_path / f"{number}.parquet")
    for apart in ("band", "visit"):
        with (
            parts_of_parquet(tmp_path, "mine", most) as parts,
            solve_parts(parts, name="mine", apart=apart) as run,
        ):
            assert all("band" in part.pool() for part in parts)
            assert not run.problems
            assert len(run) > 100


def test_files_with_different_types_of_a_column_are_refused(tmp_path: Path) -> None:
    row = {"filename": "a", "program": "1", "exp_type": "nrc_image", "asn_candidate": ""}
    pq.write_table(pa.Table.from_pylist([row | {"exposure": "1"}]), tmp_path / "1.parquet")
    pq.write_table(pa.Table.from_pylist([row | {"exposure": 1}]), tmp_path / "2.parquet")
    with parts_of_parquet(tmp_path, "mine", 10) as parts:
        (part,) = parts
        with pytest.raises(
            PoolError, match=r"different types of a column: .*exposure.* in one type"
        ):
            part.pool()


@pytest.mark.parametrize("kind", ["string_view", "binary_view"])
def test_columns_of_views_are_copied(kind: str, pool: Pool, tmp_path: Path) -> None:
    if not hasattr(pa, kind):
        pytest.skip("this Arrow has no views")
    table = pool.to_arrow().take(pa.array(random.Random(1).sample(range(len(pool)), len(pool))))
    names = table["filename"].cast(pa.string())
    views = pa.table({"filename": names.cast(getattr(pa, kind)())})
    write_copy(views, None, np.arange(len(views))[::-1], tmp_path / "copy.arrow")
    with pa.memory_map(str(tmp_path / "copy.arrow")) as mapped:
        copied = pa.ipc.open_file(mapped).read_all()["filename"].cast(pa.string())
    assert copied.to_pylist() == names.to_pylist()[::-1]


def test_a_full_directory_for_copies_is_named(tmp_path: Path) -> None:
    told = f"{tmp_path}: rows of the pool cannot be copied there: No space left on device"
    file = tmp_path / "asnsolve-1" / "0.npy"
    with pytest.raises(PoolError, match="set TMPDIR") as caught, copying(file):
        raise OSError(errno.ENOSPC, "disk full")
    assert str(caught.value).startswith(told)
    with pytest.raises(PoolError, match=r"cannot be copied there: .*gone"), copying(file):
        raise OSError("gone")


def test_a_copy_knows_the_rows_of_each_part() -> None:
    copy = Copy(("a.arrow", "b.arrow"), {"00001": 3, "00004": 1, "00005": 2}, before=10)
    parts = [("00001",), ("00002", "00003"), ("00004", "00005"), ("00006",)]
    assert copy.rows_of_parts(parts) == [
        CopiedRows(copy.files, 0, 3, 10),
        None,
        CopiedRows(copy.files, 3, 6, 10),
        None,
    ]


@pytest.mark.parametrize("programs", [3, 70_000])
def test_rows_are_sorted_by_program_and_keep_their_order(programs: int) -> None:
    numbers = np.random.default_rng(1).integers(0, programs, 200_000)
    order = program_order(numbers)
    assert order is not None
    assert order.tolist() == sorted(range(len(numbers)), key=lambda row: numbers[row])
    assert program_order(np.sort(numbers)) is None
    assert program_order(numbers[:0]) is None


def test_what_is_no_pool_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(PoolError, match="the directory holds no Parquet file"),
        parts_of_parquet(tmp_path, "mine", 10),
    ):
        pass
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 and then nothing")
    with (
        pytest.raises(PoolError, match=r"bad.parquet: the file cannot be read as Parquet"),
        parts_of_parquet(tmp_path, "mine", 10),
    ):
        pass
    (tmp_path / "bad.parquet").unlink()
    pq.write_table(pa.table({"filename": ["a"]}), tmp_path / "short.parquet")
    with pytest.raises(PoolError, match="program"), parts_of_parquet(tmp_path, "mine", 10):
        pass


def test_parts_are_neither_small_nor_large() -> None:
    assert part_size(10) == part_size(1_000) == 25_000
    assert part_size(10**8) == 100_000
    assert 25_000 < part_size(300_000) < 100_000


@pytest.mark.parametrize("solver", ["fast", "exact"])
def test_a_program_that_is_written_in_two_ways_is_one_program(solver: str, tmp_path: Path) -> None:
    rows = [
        {
            "filename": f"jw0000100100{number}_02101_00001_nrca1_uncal.fits",
            "exp_type": "NRC_IMAGE",
            "instrume": "NIRCAM",
            "detector": "NRCA1",
            "targetid": "1",
            "subarray": "FULL",
            "filter": "F444W",
            "pupil": "CLEAR",
            "program": program,
            "asn_candidate": "[('o001', 'observation')]",
        }
        for number, program in enumerate(("1", "01", "00001", "000001", "2"), start=1)
    ]
    expected = solve(Pool(rows, name="two"), solver=solver)
    # The exposures of program 1 are in one association of level 3.
    assert [len(found.members) for found in expected.associations if found.level == 3] == [4, 1]
    for shuffled in (rows[::-1], rows[2:] + rows[:2]):
        pool = Pool(shuffled, name="two")
        found = solve(pool, solver=solver)
        assert found.associations == expected.associations
        source = tmp_path / "two.parquet"
        pq.write_table(pa.Table.from_pylist(shuffled), source, row_group_size=1)
        with parts_of_parquet(source, "two", 1) as from_file:
            for parts in (parts_of_pool(pool, 1), from_file):
                assert [part.programs for part in parts] == [("00001",), ("00002",)]
                with solve_parts(parts, name="two", solver=solver) as run:
                    texts = [text for table in run.associations() for text in table["association"]]
                assert len(texts) == len(expected)
