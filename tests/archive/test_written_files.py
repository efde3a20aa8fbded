"""What an earlier run wrote is left alone or copied, and nothing else is taken for it."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

import asnsolve.archive.part_containers as writers
from asnsolve import Pool
from asnsolve.archive import FORMATS
from asnsolve.archive.engines import in_turn
from asnsolve.archive.part_containers import write_shards, write_whole
from asnsolve.archive.parts import parts_of_pool
from asnsolve.archive.runs import Run, solve_parts
from asnsolve.archive.store import Kept
from asnsolve.archive.write_containers import written as opened
from asnsolve.archive.written_files import WrittenFile, read_written
from asnsolve.errors import UsageError
from tests.archive.test_resume import rows_of

ROWS = {number: rows_of(number) for number in range(1, 7)}


def write(run: Run, folder: Path, kind: str, *, shards: bool, replace: bool = True) -> None:
    if shards:
        write_shards(run, folder, kind, in_turn, replace=replace)
    else:
        write_whole(run, folder / f"mine.{kind}", kind, in_turn, replace=replace)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def solved_into(
    folder: Path, programs: dict[int, str], kept: Kept | None, kind: str, *, shards: bool
) -> dict[str, bytes]:
    """Solve programs, each with a target, and return what was written."""
    rows = [
        row | {"TARGETID": target} for number, target in programs.items() for row in ROWS[number]
    ]
    with solve_parts(parts_of_pool(Pool(rows), 60), kept=kept) as run:
        write(run, folder, kind, shards=shards)
    return contents(folder)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("shards", [True, False], ids=["shards", "whole"])
def test_whatever_changes_the_bytes_are_those_of_writing_anew(
    kind: str, shards: bool, tmp_path: Path
) -> None:
    chance = random.Random(f"{kind} {shards}")
    for step in range(6):
        chosen = sorted(chance.sample([*ROWS], chance.randint(1, 6)))
        programs = {number: chance.choice(("1", "2")) for number in chosen}
        kept = Kept(tmp_path / "kept", 10**9)
        again = solved_into(tmp_path / "out", programs, kept, kind, shards=shards)
        anew = solved_into(tmp_path / f"anew{step}", programs, None, kind, shards=shards)
        assert again == anew
    assert read_written(kept, tmp_path / "out").keys() == again.keys()


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Write shards of three programs, and return those whose lines are read or copied again."""
    touched: list[str] = []

    def told(file: Path, *, replace: bool) -> object:
        touched.append(file.name)
        return opened(file, replace=replace)

    monkeypatch.setattr(writers, "written", told)

    def run(target: str = "1") -> list[str]:
        touched.clear()
        programs = {1: "1", 2: target, 3: "1"}
        solved_into(tmp_path / "out", programs, Kept(tmp_path / "kept"), "jsonl", shards=True)
        return [*touched]

    return run


def test_only_containers_with_changed_programs_are_written(
    written: Callable[..., list[str]], tmp_path: Path
) -> None:
    names = ["00001.jsonl", "00002.jsonl", "00003.jsonl"]
    assert written() == names
    assert written() == []
    assert written("2") == names[1:2]
    assert written("2") == []
    # Moved together, they are still known.
    (tmp_path / "kept").rename(tmp_path / "away")
    assert written("2") == names


def _edited(file: Path) -> None:
    """Change a byte, and give the file its old times again."""
    times = file.stat()
    content = bytearray(file.read_bytes())
    content[10] ^= 1
    with file.open("r+b") as stream:
        stream.write(content)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def _copied(file: Path) -> None:
    file.with_name("copy").write_bytes(file.read_bytes())
    file.with_name("copy").replace(file)


@pytest.mark.parametrize("act", [_edited, _copied, Path.unlink])
def test_a_file_that_somebody_has_changed_is_compared(
    act: Callable[[Path], object], written: Callable[..., list[str]], tmp_path: Path
) -> None:
    written()
    sound = contents(tmp_path / "out")
    act(tmp_path / "out" / "00002.jsonl")
    assert written() == ["00002.jsonl"]
    assert contents(tmp_path / "out") == sound
    assert written() == []


def test_a_file_that_changes_while_it_is_copied_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Kept(tmp_path / "kept")
    programs = dict.fromkeys(ROWS, "1")
    solved_into(tmp_path / "out", programs, kept, "jsonl", shards=False)
    copied = writers._is_copied
    hits = []

    def meddled(*args: object) -> bool:
        _edited(tmp_path / "out" / "mine.jsonl")
        hits.append(args)
        return copied(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(writers, "_is_copied", meddled)
    programs[3] = "2"
    again = solved_into(tmp_path / "out", programs, kept, "jsonl", shards=False)
    assert hits
    assert again == solved_into(tmp_path / "anew", programs, None, "jsonl", shards=False)


def test_a_damaged_record_is_no_record(written: Callable[..., list[str]], tmp_path: Path) -> None:
    written()
    (record,) = (tmp_path / "kept").glob("*.written")
    content = record.read_bytes()
    for damaged in (b"", content[:-3], content[:20] + b"?" + content[21:]):
        record.write_bytes(damaged)
        assert len(written()) == 3
        assert record.read_bytes() == content
    record.unlink()
    record.mkdir()
    assert len(written()) == len(written()) == 3


def test_a_damaged_record_is_reported_once(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept")
    solved_into(tmp_path / "out", {1: "1"}, kept, "jsonl", shards=True)
    (record,) = kept.directory.glob("*.written")
    record.write_bytes(record.read_bytes()[:-3])
    with solve_parts(parts_of_pool(Pool(ROWS[1]), 60), kept=kept) as run:
        (damage,) = run.damaged
    assert damage.location.file == str(record)
    assert "was damaged and has been deleted" in damage.what
    with solve_parts(parts_of_pool(Pool(ROWS[1]), 60), kept=kept) as run:
        assert run.damaged == ()


def test_another_version_compares_everything(
    written: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    written()
    monkeypatch.setattr("asnsolve.archive.written_files.code_version", lambda: "other")
    assert len(written()) == 3


def test_another_content_is_not_replaced_unless_asked_to(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept")
    before = solved_into(tmp_path / "out", {1: "1", 2: "1"}, kept, "jsonl", shards=False)
    changed = [row | {"TARGETID": "2"} for row in ROWS[2]]
    with solve_parts(parts_of_pool(Pool([*ROWS[1], *changed]), 60), kept=kept) as run:
        with pytest.raises(UsageError, match="exists with other content"):
            write(run, tmp_path / "out", "jsonl", shards=False, replace=False)
        assert contents(tmp_path / "out") == before


def test_what_another_run_has_put_there_meanwhile_is_not_remembered(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept")
    solved_into(tmp_path / "out", {1: "1"}, kept, "jsonl", shards=True)
    (known,) = read_written(kept, tmp_path / "out").values()
    assert isinstance(known, WrittenFile)
    _edited(tmp_path / "out" / "00001.jsonl")
    assert not known.is_still(tmp_path / "out" / "00001.jsonl", "jsonl", known.places)
