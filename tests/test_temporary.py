"""Temporary files go with their block, and what killed runs leave goes with the next run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from asnsolve import temporary
from asnsolve.atomic import atomic_file
from asnsolve.locks import lock
from asnsolve.temporary import temporary_file, temporary_folder

_HOLD = """
import sys, time
from pathlib import Path
from asnsolve.temporary import temporary_file, temporary_folder

with temporary_file(Path(sys.argv[1])) as file, temporary_folder() as folder:
    (folder / "content").write_text("something")
    print("here", flush=True)
    time.sleep(60)
"""


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have the temporary folders in a directory of the test."""
    folder = tmp_path / "system"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_they_go_with_their_block(tmp_path: Path, system: Path) -> None:
    with pytest.raises(ZeroDivisionError), temporary_file(tmp_path), temporary_folder() as folder:
        (folder / "content").write_text("something")
        assert len(names(tmp_path)) == 2
        assert names(system) == [folder.name]
        raise ZeroDivisionError
    assert (names(tmp_path), names(system)) == (["system"], [])


def test_those_of_a_killed_run_are_removed_and_those_of_a_running_one_are_not(
    tmp_path: Path, system: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    argv = [sys.executable, "-c", _HOLD, str(out)]
    env = os.environ | {"TMPDIR": str(system)}
    with subprocess.Popen(argv, stdout=subprocess.PIPE, env=env) as owner:
        assert owner.stdout is not None
        owner.stdout.readline()
        held = names(out), names(system)
        assert [len(found) for found in held] == [1, 1]
        for directory in (out, system):
            temporary.remove_left_over.__wrapped__(directory)
        assert (names(out), names(system)) == held
        owner.send_signal(signal.SIGKILL)
    assert (names(out), names(system)) == held
    with temporary_folder():
        pass
    with atomic_file(out / "result") as stream:
        stream.write(b"content")
    assert (names(out), names(system)) == (["result"], [])


def test_only_our_own_files_of_this_machine_are_removed(tmp_path: Path) -> None:
    with temporary_file(tmp_path) as path:
        own = path.name
    here = own.split("-")[1]
    kept = [
        own.replace(here, "00000000"),
        f"x{own}",
        f"{own}.fits",
        ".asnsolve-notes.tmp",
        "asnsolve-0123456789abcdef",
    ]
    for name in (*kept, own):
        (tmp_path / name).touch()
    folder = tmp_path / f"asnsolve-{here}-0123456789abcdef"
    folder.mkdir()
    (folder / "content").touch()
    link = tmp_path / f"asnsolve-{here}-0000000000000000"
    link.symlink_to(tmp_path / kept[0])
    temporary.remove_left_over.__wrapped__(tmp_path)
    assert names(tmp_path) == sorted([*kept, link.name])


def test_what_is_removed_before_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run that looks for left-over files may find one that is not locked yet."""
    met = list[int]()

    def late(descriptor: int) -> bool:
        if not met:
            met.append(descriptor)
            next(tmp_path.glob(".asnsolve-*")).unlink()
        return lock(descriptor)

    monkeypatch.setattr(temporary, "lock", late)
    with temporary_file(tmp_path) as path:
        assert met
        assert names(tmp_path) == [path.name]
    assert names(tmp_path) == []


def test_without_locks_files_are_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with temporary_file(tmp_path) as path:
        pass
    path.touch()
    monkeypatch.setattr(temporary, "lock", lambda descriptor: False)
    temporary.remove_left_over.__wrapped__(tmp_path)
    assert names(tmp_path) == [path.name]


@pytest.mark.parametrize("name", ["lock", "_remove"])
@pytest.mark.parametrize("make", [temporary_file, temporary_folder])
def test_an_interruption_at_any_moment_leaves_nothing(
    make: Callable[..., AbstractContextManager[Path]],
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    function, calls = getattr(temporary, name), list[object]()

    def interrupted(*arguments: object, **named: object) -> object:
        calls.append(arguments)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return function(*arguments, **named)

    monkeypatch.setattr(temporary, name, interrupted)
    given = [tmp_path] if make is temporary_file else []
    with pytest.raises(KeyboardInterrupt), make(*given):
        pass
    assert [*tmp_path.iterdir()] == []
