"""``asnsolve report``: a page of a pool, of associations, of two results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from asnsolve.cli.main import main


def test_the_page_of_the_demonstration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "demo.html"
    argv = ["report", "--demo", "--program", "9801", "-i", "o008", "-o", str(page)]
    assert main([*argv, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["written"] == [str(page)]
    assert main(["generate", "--demo", "-i", "o008", "--dry-run", "--json"]) == 0
    generated = json.loads(capsys.readouterr().out)["associations"]
    in_program = [one for one in generated if one["program"] == "09801"]
    assert report["counts"]["associations"] == len(in_program)
    text = page.read_text("utf-8")
    assert text.startswith("<!doctype html>")
    assert "<strong>program 9801, candidate o008 only</strong>" in text


def test_two_results_are_compared(
    two_observations: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", str(two_observations), "-q", "-p", str(tmp_path / "a")]) == 0
    page = tmp_path / "page.html"
    assert main(["report", str(two_observations), str(tmp_path / "a"), "-o", str(page)]) == 0
    assert capsys.readouterr().out == f"Wrote {page}\n"
    assert "0 differences" in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ([], "SOURCE is missing"),
        (["a", "b", "c"], "3 sources are given"),
        (["--demo", "--program", "7"], "no exposures of program 00007"),
        (["nothing.csv"], "nothing.csv"),
    ],
)
def test_what_cannot_be_shown_is_said(
    argv: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", *argv]) == 2
    assert message in capsys.readouterr().err


def test_a_page_never_replaces_its_source(
    two_observations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(two_observations), "-o", str(two_observations), "--replace"]) == 2
    assert "would be replaced" in capsys.readouterr().err
