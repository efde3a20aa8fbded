"""SIGTERM unwinds a run as Ctrl-C does."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from asnsolve.atomic import atomic_file
from asnsolve.cli.main import main
from asnsolve.cli.termination import Terminated, terminable


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_no_temporary_file_is_left(
    number: signal.Signals,
    status: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def write(*sources: object) -> None:
        with atomic_file(tmp_path / "file") as stream:
            stream.write(b"half of it")
            os.kill(os.getpid(), number)

    monkeypatch.setattr("asnsolve.rules.load.load_rules", write)
    assert main(["rules"]) == status
    told = "asnsolve: interrupted\n" if number == signal.SIGINT else ""
    assert capsys.readouterr() == ("", told)
    assert list(tmp_path.iterdir()) == []
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_handler_of_others_is_kept() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with terminable():
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)


def test_outside_the_main_thread_nothing_is_changed() -> None:
    handlers = []

    def look() -> None:
        with terminable():
            handlers.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert handlers == [signal.SIG_DFL]


def test_what_lets_an_interruption_pass_lets_this_pass() -> None:
    assert issubclass(Terminated, KeyboardInterrupt)


class Careless:
    """Its end is interrupted, where Python can raise nothing."""

    def __init__(self, number: signal.Signals) -> None:
        self.number = number

    def __del__(self) -> None:
        os.kill(os.getpid(), self.number)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_is_sent_again_if_its_exception_is_lost(
    number: signal.Signals,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def load(*sources: object) -> None:
        Careless(number)
        time.sleep(10)
        pytest.fail("the signal was lost")

    hook = sys.unraisablehook
    monkeypatch.setattr("asnsolve.rules.load.load_rules", load)
    assert main(["rules"]) == status
    told = "asnsolve: interrupted\n" if number == signal.SIGINT else ""
    assert capsys.readouterr() == ("", told)
    assert sys.unraisablehook is hook


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_other_exceptions_that_are_lost_are_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lost: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: lost.append(args.exc_value))

    class Faulty:
        def __del__(self) -> None:
            raise ValueError("not mine")

    with terminable():
        Faulty()
    assert list(map(str, lost)) == ["not mine"]
