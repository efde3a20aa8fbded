"""Shards that are written as soon as their parts are solved are those that a store gives."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pytest

from asnsolve import Pool
from asnsolve.archive import FORMATS
from asnsolve.archive.checksums import UNCHECKED, checked_lines, with_checksums
from asnsolve.archive.drafts import Drafts, drafts_of
from asnsolve.archive.engines import Engine, LostPart, in_turn
from asnsolve.archive.part_containers import write_shards
from asnsolve.archive.parts import parts_of_pool
from asnsolve.archive.runs import solve_parts
from asnsolve.archive.solved_programs import LINE_SCHEMA, Findings, SolvedPrograms
from asnsolve.archive.write_containers import end_lines
from asnsolve.errors import AssociationError, UsageError
from asnsolve.pool.texts import Texts
from tests.archive.test_resume import rows_of

Task = TypeVar("Task")
Result = TypeVar("Result")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def shards(
    pool: Pool, folder: Path, kind: str, *, is_drafted: bool, engine: Engine = in_turn
) -> tuple[dict[str, bytes], int, int]:
    """Write shards; return them, the number of drafts, and that of associations."""
    with (
        drafts_of(folder, kind) if is_drafted else nullcontext() as drafts,
        solve_parts(parts_of_pool(pool, 60), engine=engine, drafts=drafts) as run,
    ):
        drafted = 0 if drafts is None else len([*drafts.directory.glob("*.draft")])
        write_shards(run, folder, kind, engine, replace=True)
        return contents(folder), drafted, len(run)


@pytest.mark.parametrize("kind", FORMATS)
def test_shards_are_those_of_the_store(kind: str, tmp_path: Path) -> None:
    pool = Pool(rows_of(1, 2, 3))
    stored = shards(pool, tmp_path / "stored", kind, is_drafted=False)
    drafted = shards(pool, tmp_path / "drafted", kind, is_drafted=True)
    assert drafted[::2] == stored[::2]
    assert drafted[1] == 3
    assert len(stored[0]) == 3
    # Again, nothing changes. Drafts are gone.
    assert shards(pool, tmp_path / "drafted", kind, is_drafted=True) == drafted
    assert {path.name for path in tmp_path.iterdir()} == {"stored", "drafted"}


@pytest.mark.parametrize("kind", FORMATS)
def test_parts_of_programs_that_share_files_are_written_anew(kind: str, tmp_path: Path) -> None:
    rows = rows_of(1, 2, 3)
    first, last = (
        [row for row in rows if int(row["PROGRAM"]) == number and row["EXP_TYPE"] == "MIR_MRS"]
        for number in (1, 3)
    )
    last[0]["FILENAME"] = first[0]["FILENAME"]
    pool = Pool(rows)
    stored = shards(pool, tmp_path / "stored", kind, is_drafted=False)
    drafted = shards(pool, tmp_path / "drafted", kind, is_drafted=True)
    assert drafted[::2] == stored[::2]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_part_without_associations_has_a_shard(kind: str, tmp_path: Path) -> None:
    rows = [row | {"EXP_TYPE": "NRC_DARK"} for row in rows_of(1) if row["EXP_TYPE"] != "MIR_TACQ"]
    stored = shards(Pool(rows), tmp_path / "stored", kind, is_drafted=False)
    drafted = shards(Pool(rows), tmp_path / "drafted", kind, is_drafted=True)
    assert drafted[::2] == stored[::2]
    assert (drafted[1], drafted[2]) == (1, 0)


def _losing(
    act: Callable[[Task], Result], tasks: Sequence[Task]
) -> Iterator[Result | LostPart[Task]]:
    yield LostPart(tasks[0], "it died")
    yield from in_turn(act, tasks[1:])


def test_a_lost_part_has_an_empty_shard(tmp_path: Path) -> None:
    found, drafted, _ = shards(
        Pool(rows_of(1, 2)), tmp_path / "out", "jsonl", is_drafted=True, engine=_losing
    )
    assert drafted == 1
    assert found["00001.jsonl"].startswith(b'{"records":0,')
    assert found["00002.jsonl"].count(b"\n") > 1


def test_a_shard_with_other_content_is_not_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "00001.jsonl").write_bytes(b"mine")
    with (
        drafts_of(folder, "jsonl") as drafts,
        solve_parts(parts_of_pool(Pool(rows_of(1)), 60), drafts=drafts) as run,
        pytest.raises(UsageError, match=r"00001\.jsonl"),
    ):
        write_shards(run, folder, "jsonl", in_turn)
    assert contents(folder) == {"00001.jsonl": b"mine"}


def test_drafts_lie_beside_the_shards(tmp_path: Path) -> None:
    with drafts_of(tmp_path / "a" / "b" / "c", "jsonl") as drafts:
        assert drafts is not None
        assert drafts.directory.parent == tmp_path / "a" / "b"
        assert drafts.directory.name.startswith(".asnsolve-")
    # What is empty in the end is removed.
    assert not [*tmp_path.iterdir()]
    (tmp_path / "a").mkdir()
    with drafts_of(tmp_path / "a" / "b" / "c", "jsonl"):
        (tmp_path / "a" / "b" / "mine").write_bytes(b"")
    assert contents(tmp_path / "a" / "b") == {"mine": b""}


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for place, why in (
        ("file", "Not a directory"),
        ("loop", "Not a directory"),
        ("loop/a", "Too many levels of symbolic links"),
        ("a" * 300, "File name too long"),
    ):
        with (
            pytest.raises(AssociationError, match=f"c: cannot be written: {why}"),
            drafts_of(tmp_path / place / "c", "jsonl"),
        ):
            pass


@pytest.mark.parametrize("exists", [True, False])
def test_shards_go_through_a_store_if_nothing_can_be_written_beside_them(
    exists: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(directory: Path) -> Path:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(directory))

    monkeypatch.setattr("asnsolve.archive.drafts.temporary_folder", refused)
    if exists:
        (tmp_path / "c").mkdir()
        with drafts_of(tmp_path / "c", "jsonl") as drafts:
            assert drafts is None
        return
    with (
        pytest.raises(AssociationError, match="c: cannot be written: Permission denied"),
        drafts_of(tmp_path / "c", "jsonl"),
    ):
        pass


def test_the_name_of_a_program_may_be_long(tmp_path: Path) -> None:
    solved = SolvedPrograms(LINE_SCHEMA.empty_table(), {}, {"1" * 300: Findings()})
    (program,) = Drafts(tmp_path, tmp_path, "jsonl").add({"1" * 300: "digest"}, solved).values()
    assert program.rows.file.read_bytes().startswith(b'{"records":0,')


def test_a_draft_that_cannot_be_written_is_an_error_of_the_shards(tmp_path: Path) -> None:
    solved = SolvedPrograms(LINE_SCHEMA.empty_table(), {}, {"00001": Findings()})
    drafts = Drafts(tmp_path / "gone", tmp_path / "out", "jsonl")
    with pytest.raises(AssociationError, match="out: cannot be written: No such file"):
        drafts.add({"00001": "digest"}, solved)


def test_spans_of_lines_in_several_chunks() -> None:
    def table(*lines: str) -> pa.Table:
        return pa.table([["name"] * len(lines), list(lines)], schema=LINE_SCHEMA)

    lines = pa.concat_tables([table("a", "bb"), table("ccc"), table("dddd")])
    found = {name: Findings() for name in ("1", "2", "3")}
    spans = SolvedPrograms(lines, {"1": 3, "3": 1}, found).spans()
    assert spans == {"1": (0, 3, 6), "2": (0, 0, 0), "3": (3, 4, 4)}


@pytest.mark.parametrize("sizes", [[], [0], [70_000], [3, 5], [200_000, 3], [3, 200_000]])
def test_the_last_line_says_how_many_there_are(sizes: list[int]) -> None:
    lines = Texts.of([f'{{"file_name":"{"x" * size}"{UNCHECKED}' for size in sizes])
    stream = BytesIO(bytes(checked_lines(lines).content()) if sizes else b"")
    end_lines(stream, len(sizes))
    assert stream.getvalue() == b"".join(map(bytes, with_checksums([lines])))
