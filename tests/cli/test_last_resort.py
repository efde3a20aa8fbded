"""An error that nobody expected ends in a message and a status of its own, never in a traceback."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from email.message import Message

import pytest

from asnsolve.cli.last_resort import unexpected_error
from asnsolve.cli.main import main
from asnsolve.errors import doing


class SilentError(Exception):
    """An error whose text cannot be had."""

    def __str__(self) -> str:
        return str(sys.exit(0))


class Panic(BaseException):
    """An error outside the family of exceptions, as libraries in other languages raise them."""


def failing(error: BaseException) -> Callable[..., object]:
    def fail(*sources: object) -> object:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ZeroDivisionError("by\x1b[31m zero"), "ZeroDivisionError: by\\x1b[31m zero"),
        (RecursionError("too deep"), "RecursionError: too deep"),
        (SilentError(), "SilentError: <exception str() failed>"),
        (SystemExit(0), "SystemExit: 0"),
        (Panic(), "Panic"),
    ],
)
def test_the_message_says_what_was_done_and_how_to_report_it(
    error: BaseException,
    text: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("asnsolve.rules.load.load_rules", failing(error))
    assert main(["rules", "list", "-r", "my rules.py"]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    (line,) = told.err.splitlines()
    start = "asnsolve: error: an error that asnsolve does not expect, while running asnsolve rules"
    assert line.startswith(f"{start}: {text} (asnsolve/cli/rules.py, line ")
    assert "Please report this to the developers" in line
    assert line.endswith("the command line: asnsolve rules list -r 'my rules.py'")


def test_the_innermost_note_says_what_was_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*sources: object) -> None:
        with doing("loading two files"), doing("loading a.py"):
            raise ValueError

    monkeypatch.setattr("asnsolve.rules.load.load_rules", fail)
    assert main(["rules"]) == 3
    assert "does not expect, while loading a.py: ValueError (" in capsys.readouterr().err


def test_an_error_of_the_system_names_its_file() -> None:
    told = str(unexpected_error(PermissionError(13, "denied", "a.py"), ["rules"]))
    assert "while running asnsolve rules on a.py: PermissionError: [Errno 13] denied" in told


def test_lack_of_memory_is_told_apart(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("asnsolve.rules.load.load_rules", failing(MemoryError()))
    assert main(["rules"]) == 3
    told = capsys.readouterr().err
    assert "error: there is not enough memory, while running asnsolve rules: MemoryError" in told
    assert "Use a machine with more memory" in told


def test_lack_of_threads_is_told_apart() -> None:
    told = str(unexpected_error(RuntimeError("can't start new thread"), ["rules"]))
    assert told.startswith("the system allows no more threads or processes, while running")
    assert "Raise the limit (ulimit -u)." in told


def test_an_error_in_the_course_of_an_interruption_is_not_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*sources: object) -> None:
        try:
            raise KeyboardInterrupt
        finally:
            raise ValueError("while tidying up")

    monkeypatch.setattr("asnsolve.rules.load.load_rules", fail)
    assert main(["rules"]) == 130
    assert capsys.readouterr().err == "asnsolve: interrupted\n"


def test_it_is_json_too_and_debug_shows_the_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("asnsolve.rules.load.load_rules", failing(ValueError("odd")))
    assert main(["rules", "--json", "-D"]) == 3
    told = capsys.readouterr()
    (error,) = json.loads(told.out)["errors"]
    assert "ValueError: odd" in error["what"]
    assert told.err.startswith("Traceback (most recent call last):\n")


def test_reports_go_where_the_package_says(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Message()
    known["Project-URL"] = "Documentation, https://example.org/docs"
    known["Project-URL"] = "Issues, https://example.org/issues"
    monkeypatch.setattr("importlib.metadata.metadata", lambda name: known)
    told = str(unexpected_error(ValueError(), []))
    assert "report this to the developers at https://example.org/issues, with" in told


def test_the_python_call_catches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import asnsolve

    monkeypatch.setattr("asnsolve.pipeline.Task.of", failing(ZeroDivisionError()))
    row = {"filename": "a_uncal.fits", "exp_type": "x", "program": "1", "asn_candidate": ""}
    with pytest.raises(ZeroDivisionError):
        asnsolve.solve([row])
