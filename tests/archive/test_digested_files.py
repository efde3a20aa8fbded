from __future__ import annotations

import os
from pathlib import Path

import pytest

from asnsolve.archive.digested_files import read_digested, write_digested


def test_a_pipe_under_the_name_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    path = write_digested(tmp_path, ".arrow", b"content")
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(OSError, match="it is not a plain file"):
        read_digested(path)
    assert write_digested(tmp_path, ".arrow", b"content") == path
    assert read_digested(path) == b"content"


def test_an_empty_directory_under_the_name_of_a_file_is_replaced(tmp_path: Path) -> None:
    path = write_digested(tmp_path, ".arrow", b"content")
    path.unlink()
    path.mkdir()
    assert write_digested(tmp_path, ".arrow", b"content") == path
    path.unlink()
    (path / "something").mkdir(parents=True)
    with pytest.raises(OSError, match="not empty"):
        write_digested(tmp_path, ".arrow", b"content")
    assert (path / "something").exists()
