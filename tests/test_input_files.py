from __future__ import annotations

import os
import time
from pathlib import Path
from threading import Thread

import pytest

from asnsolve import input_files
from asnsolve.input_files import exists, is_directory, is_file, opened, read_content


@pytest.fixture
def pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(input_files, "PATIENCE", 0.05)
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def test_what_is_there_is_told_apart(tmp_path: Path, pipe: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    paths = [file, tmp_path, pipe, tmp_path / "absent"]
    assert list(map(is_file, paths)) == [True, False, False, False]
    assert list(map(is_directory, paths)) == [False, True, False, False]
    assert list(map(exists, paths)) == [True, True, True, False]


@pytest.mark.parametrize("name", ["x" * 300, "x" * 5000, "x\0y", "x/" * 3000])
def test_no_file_has_an_impossible_name(name: str) -> None:
    assert not exists(name)
    assert not is_file(name)
    assert not is_directory(name)
    with pytest.raises(OSError, match=r".") as caught:
        read_content(Path(name))
    assert caught.value.strerror


def test_a_pipe_that_nobody_writes_to_is_given_up(pipe: Path) -> None:
    with pytest.raises(OSError, match=r"written to it for 0\.05 seconds"):
        opened(pipe)


def test_a_pipe_is_read_to_its_end_however_late_it_is_written(pipe: Path) -> None:
    def write() -> None:
        with pipe.open("wb") as stream:
            # The reader has lost its patience twice by now, but somebody has the pipe open.
            time.sleep(0.15)
            stream.write(b"late")

    writer = Thread(target=write)
    writer.start()
    # Until the writer has opened the pipe, nobody writes to it.
    while True:
        try:
            assert read_content(pipe) == b"late"
            break
        except OSError:
            continue
    writer.join()


def test_a_file_without_end_is_not_read_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(input_files, "LARGEST", 1 << 21)
    with pytest.raises(OSError, match="it has more than 2 MiB"):
        read_content(Path("/dev/zero"))
