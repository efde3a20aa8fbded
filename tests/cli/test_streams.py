from __future__ import annotations

import io
import sys
import time

import pytest

from asnsolve.cli.main import main
from asnsolve.cli.streams import WIDTH, console, progress


class Terminal(io.StringIO):
    """A stream that is read by a person."""

    def isatty(self) -> bool:
        return True


def watch(stream: str, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Make ``stdout`` or ``stderr`` a terminal; in the test itself, as pytest sets both anew."""
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys, stream, terminal)
    return terminal


def test_progress_is_silent_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(1, delay=0) as done:
        done("step")
    assert capsys.readouterr().err == ""


def test_progress_is_silent_if_the_run_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watch("stderr", monkeypatch)
    with progress(1, delay=60) as done:
        done("step")
    assert terminal.getvalue() == ""


def test_progress_of_a_long_run_is_shown_with_words_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = watch("stderr", monkeypatch)
    with progress(2, delay=0) as done:
        time.sleep(0.05)
        done("[odd] name")
    assert "[odd] name" in terminal.getvalue()
    assert "1/2" in terminal.getvalue()


def test_progress_tells_the_rate_and_the_time_that_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = watch("stderr", monkeypatch)
    with progress(200, "exposures", delay=0) as done:
        time.sleep(0.05)
        done("solving", 150)
        time.sleep(0.15)
    shown = terminal.getvalue()
    assert "150/200" in shown
    assert "left:" in shown
    assert "solving, " in shown
    assert " exposures/s" in shown


@pytest.mark.parametrize("variable", ["FORCE_COLOR", "COLUMNS"])
def test_a_report_to_a_file_is_plain_whatever_the_environment_says(
    variable: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["generate", "--demo", "--dry-run"]
    assert main(argv) == 0
    plain = capsys.readouterr().out
    monkeypatch.setenv(variable, "40")
    assert main(argv) == 0
    assert capsys.readouterr().out == plain
    assert plain.isascii()
    assert "\x1b" not in plain
    assert not any(line != line.rstrip() for line in plain.splitlines())
    with console() as screen:
        assert screen.width == WIDTH


def test_a_table_on_a_terminal_is_ruled(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watch("stdout", monkeypatch)
    assert main(["rules"]) == 0
    assert "─" in terminal.getvalue()
    assert "\x1b[1m" in terminal.getvalue()
