"""Who uses a directory beside others, and who is alone in it."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from asnsolve.locks import alone_in, in_use


def test_the_last_one_is_alone(tmp_path: Path) -> None:
    with in_use(tmp_path) as first:
        with in_use(tmp_path) as second:
            for use in (first, second):
                with alone_in(use) as is_alone:
                    assert not is_alone
        with alone_in(first) as is_alone:
            assert is_alone
        # Afterwards others may use it again.
        with in_use(tmp_path), alone_in(first) as is_alone:
            assert not is_alone


def test_without_locks_nobody_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int, how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    with in_use(tmp_path), in_use(tmp_path) as use, alone_in(use) as is_alone:
        assert is_alone
