from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError

import pytest

from asnsolve.cli.main import main

HEAVY = {
    *("numpy", "scipy", "pyarrow", "astropy", "networkx", "constraint", "orjson"),
    *("jsonschema", "rich", "pandas"),
}


def python(*argv: str, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *argv], stdout=stdout, stderr=subprocess.PIPE, text=True, check=False
    )


def test_the_package_runs_as_a_module() -> None:
    ran = python("-m", "asnsolve", "--help")
    assert ran.returncode == 0
    assert ran.stdout.startswith("Usage: asnsolve ")
    for command in ("generate", "rules", "validate"):
        assert f"\n    {command} " in ran.stdout


@pytest.mark.parametrize("argv", [["--help"], ["generate", "--help"], ["generate"]])
def test_nothing_heavy_is_imported_before_a_command_runs(argv: list[str]) -> None:
    code = f"import sys; from asnsolve.cli.main import main; main({argv}); print(*sys.modules)"
    ran = python("-c", code)
    loaded = {name.partition(".")[0] for name in ran.stdout.splitlines()[-1].split()}
    assert "asnsolve" in loaded
    assert loaded & HEAVY == set()


def test_help_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "Exit status:" in capsys.readouterr().out


def test_the_arguments_of_the_program_are_taken_by_default(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["asnsolve", "rules", "list"])
    assert main() == 0
    assert "Asn_Image" in capsys.readouterr().out


def test_without_a_command_help_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("Usage: asnsolve ")


@pytest.mark.parametrize("argv", [["generat"], ["rules", "--nonsense"]])
def test_bad_usage_is_said_by_the_parser(
    argv: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(argv) == 2
    assert "asnsolve" in capsys.readouterr().err


def test_errors_are_json_too_if_the_report_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "no_such_pool.csv", "--json"]) == 2
    told = capsys.readouterr()
    (error,) = json.loads(told.out)["errors"]
    assert error["file"] == "no_such_pool.csv"
    assert error["what"] == "the file cannot be read: No such file or directory"
    assert told.err == f"asnsolve: error: {error['file']}: {error['what']}\n"


def test_bad_usage_is_json_too_if_the_report_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--json", "--nonsense"]) == 2
    told = capsys.readouterr()
    (error,) = json.loads(told.out)["errors"]
    assert error["what"] == "there is no option --nonsense"
    assert error["advice"] == "'asnsolve rules --help' lists what it takes."
    assert told.err == f"asnsolve: error: {error['what']}. {error['advice']}\n"
    assert main(["rules", "--json", "--help"]) == 0
    assert capsys.readouterr().out.startswith("Usage: ")


def test_the_version_is_that_of_the_installed_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"1.2 of {name}")
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == "asnsolve 1.2 of asnsolve\n"


def test_a_package_that_is_not_installed_has_no_version(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", refuse)
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == "asnsolve (not installed)\n"


def test_an_interrupted_run_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*sources: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("asnsolve.rules.load.load_rules", interrupt)
    assert main(["rules"]) == 130
    assert capsys.readouterr() == ("", "asnsolve: interrupted\n")
    assert main(["generate", "--demo"]) == 130
    told = "asnsolve: interrupted. Run the same command again to write the rest.\n"
    assert capsys.readouterr().err == told
    assert main(["generate", "--demo", "--dry-run"]) == 130
    assert capsys.readouterr().err == "asnsolve: interrupted\n"


@pytest.mark.parametrize("argv", [["rules"], ["rules", "show", "Asn_AMI"], ["--version"]])
def test_a_reader_that_goes_away_ends_the_run_quietly(argv: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ran = python("-m", "asnsolve", *argv, stdout=writing)
    finally:
        os.close(writing)
    assert ran.stderr == ""
    assert ran.returncode == 141
