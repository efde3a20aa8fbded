"""What may be replaced by a file, and what is written into."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from asnsolve import Pool
from asnsolve.atomic import OccupiedError, atomic_file, draft_file, move_file

_WRITE = """
import sys
from pathlib import Path
from asnsolve.atomic import atomic_file

print("before", flush=True)
with atomic_file(Path(sys.argv[1])) as stream:
    stream.write(b"content\\n")
print("after")
"""


def test_a_named_pipe_is_written_into(tmp_path: Path) -> None:
    pipe, received = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    reader = Thread(target=lambda: received.append(pipe.read_bytes()), daemon=True)
    reader.start()
    with draft_file(pipe) as draft:
        draft.stream.write(b"content")
    reader.join(10)
    assert (received, draft.changed) == ([b"content"], True)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.parametrize("kind", ["text", "parquet", "fits", "ecsv"])
def test_a_device_is_written_into(tmp_path: Path, kind: str) -> None:
    # A link to the device, because a user who may replace the device itself would lose it.
    link = tmp_path / "null"
    link.symlink_to("/dev/null")
    row = {"filename": "a_uncal.fits", "exp_type": "x", "program": "1", "asn_candidate": ""}
    Pool([row]).write(link, kind)
    assert link.is_symlink()
    assert stat.S_ISCHR(link.stat().st_mode)


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_stdout_is_written_where_it_has_come_to(tmp_path: Path, name: str) -> None:
    if not Path(name).exists():
        pytest.skip(f"there is no {name}")
    link, target = tmp_path / "link", tmp_path / "out"
    link.symlink_to(name)
    with target.open("wb") as out:
        subprocess.run([sys.executable, "-c", _WRITE, str(link)], stdout=out, check=True)
    assert target.read_text() == "before\ncontent\nafter\n"
    assert link.is_symlink()


def test_an_error_in_the_block_writes_nothing_into_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def fail() -> None:
        with atomic_file(pipe) as stream:
            stream.write(b"half")
            raise ValueError

    # Nobody reads the pipe, so that opening it would wait for ever.
    with pytest.raises(ValueError, match=r"^$"):
        fail()


@pytest.mark.parametrize("name", ["", ".", "..", "/"])
def test_a_directory_is_refused_before_anything_is_written(name: str) -> None:
    with pytest.raises(IsADirectoryError), draft_file(Path(name), replace=True):
        raise AssertionError


def _moved(folder: Path, *, replace: bool = False) -> bytes:
    (folder / "new").write_bytes(b"new")
    move_file(folder / "new", folder / "place", replace=replace)
    return (folder / "place").read_bytes()


def test_a_file_is_moved_to_its_place(tmp_path: Path) -> None:
    assert _moved(tmp_path) == b"new"
    assert not (tmp_path / "new").exists()
    # There is a file of its content.
    before = (tmp_path / "place").stat()
    assert _moved(tmp_path) == b"new"
    assert (tmp_path / "place").stat().st_mtime_ns == before.st_mtime_ns
    (tmp_path / "place").write_bytes(b"old")
    with pytest.raises(OccupiedError):
        _moved(tmp_path)
    assert (tmp_path / "place").read_bytes() == b"old"
    assert _moved(tmp_path, replace=True) == b"new"


def test_a_file_is_copied_from_another_file_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "place").write_bytes(b"old")
    rename = Path.replace

    def refused(file: Path, path: Path) -> Path:
        if file.name == "new":
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), str(file))
        return rename(file, path)

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(OccupiedError):
        _moved(tmp_path)
    assert _moved(tmp_path, replace=True) == b"new"


def test_a_file_is_not_moved_to_a_directory_or_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    with pytest.raises(IsADirectoryError):
        _moved(tmp_path, replace=True)
    (tmp_path / "place").rmdir()
    os.mkfifo(tmp_path / "place")
    reader = os.open(tmp_path / "place", os.O_RDONLY | os.O_NONBLOCK)
    try:
        (tmp_path / "new").write_bytes(b"new")
        move_file(tmp_path / "new", tmp_path / "place")
        assert os.read(reader, 9) == b"new"
    finally:
        os.close(reader)


def test_another_failure_to_move_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(file: Path, path: Path) -> Path:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file))

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(OSError, match="No space left"):
        _moved(tmp_path)
