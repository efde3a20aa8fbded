"""Inputs that cannot be what a command needs: each is answered by a message."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from asnsolve import input_files
from asnsolve.cli.main import main
from asnsolve.pool import Pool
from asnsolve.simulate.demo import demo_pool

READERS = [
    ["generate", "{}"],
    ["generate", "{}", "-j", "1"],
    ["associate", "@{}", "--dry-run"],
    ["associate", "x.fits", "--extra", "{}", "--dry-run"],
    ["write", "{}"],
    ["validate", "{}"],
    ["diff", "{}", "{}"],
    ["edit", "{}", "--add", "x.fits"],
    ["gather", "{}", "there"],
    ["list", "@{}", "-o", "out.json"],
    ["explain", "{}", "x"],
    ["pool", "@{}", "-o", "out.csv"],
]
DEEP = {"json": "[" * 400 + "]" * 400, "toml": "level = " + "[" * 3000 + "]" * 3000}


@pytest.fixture(autouse=True)
def _in_a_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(input_files, "PATIENCE", 0.01)


def answer(argv: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command that must end with a message; return what it says."""
    assert main(argv) in (1, 2)
    told = capsys.readouterr()
    assert told.out + told.err
    return told.out + told.err


@pytest.mark.parametrize("argv", READERS)
def test_a_pipe_that_nobody_writes_to_is_reported(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo("pipe")
    said = answer([arg.format("pipe") for arg in argv], capsys)
    assert "nobody has written to it" in said or "not a plain file" in said or "not a file" in said


@pytest.mark.parametrize("argv", READERS)
@pytest.mark.parametrize("name", ["x" * 300, "caf\udce9.json", "a\x1b[8m\n.json"])
def test_a_name_that_no_file_has_is_reported(
    argv: list[str], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = answer([arg.format(name) for arg in argv], capsys)
    assert said.replace("\n", "").isprintable()


@pytest.mark.parametrize("argv", READERS)
@pytest.mark.parametrize("kind", DEEP)
def test_values_that_are_nested_too_deeply_are_reported(
    argv: list[str], kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("deep").write_text(DEEP[kind])
    answer([arg.format("deep") for arg in argv], capsys)


def test_a_member_with_a_name_of_300_characters_is_reported(
    capsys: pytest.CaptureFixture[str],
) -> None:
    name = "x" * 300 + "_cal.fits"
    member = {"expname": name, "exptype": "science"}
    data = {"asn_type": "image3", "asn_id": "a3001", "asn_pool": "none", "program": "00001"}
    products = [{"name": "p", "members": [member]}]
    Path("long_asn.json").write_text(json.dumps({**data, "products": products}))
    assert "x" * 100 in answer(["gather", "long_asn.json", "there"], capsys)
    assert main(["edit", "long_asn.json", "--add", "y" * 300]) == 0


def test_a_directory_that_is_gone_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    for argv in (["rules"], ["generate", "--demo"], ["associate", "x.fits", "--json"]):
        assert "the working directory does not exist any more" in answer(argv, capsys)
    assert main(["--help"]) == 0


@pytest.mark.parametrize("jobs", [[], ["-j", "1"]])
def test_damaged_parquet_is_reported(jobs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    columns = {"filename": ["a_uncal.fits"], "exp_type": ["NRC_IMAGE"], "program": ["1"]}
    Pool({**columns, "asn_candidate": ["null"]}).write("whole.parquet")
    whole = Path("whole.parquet").read_bytes()
    for place in range(0, len(whole), 101):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        Path("pool.parquet").write_bytes(damaged)
        assert main(["generate", "pool.parquet", "-p", "out", "--replace", *jobs]) in (0, 1, 2)
        assert "Traceback" not in capsys.readouterr().err


def test_the_name_of_a_pool_is_text_in_associations_and_resuming_needs_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    whole = demo_pool().read_bytes()
    Path("caf\udce9.csv").write_bytes(whole)
    argv = ["generate", "caf\udce9.csv", "-p", "out"]
    assert main([*argv, "-q", "-i", "o001"]) in (0, 1)
    assert main([*argv, "--format", "jsonl"]) == 0
    lines = Path("out", "caf\\xe9.jsonl").read_text("utf-8").splitlines()
    assert {json.loads(line)["asn_pool"] for line in lines} == {"caf\\xe9.csv"}
    argv = ["generate", "--demo", "--resume", "-p", "caf\udce9"]
    assert "--resume keeps files in -p, whose name is not UTF-8" in answer(argv, capsys)
    Path("caf\udce9.parquet").write_bytes(b"PAR1")
    assert "its name is not UTF-8" in answer(["generate", "caf\udce9.parquet"], capsys)


@pytest.mark.parametrize("command", ["generate", "validate", "show", "report", "graph"])
def test_an_input_without_a_name_is_refused(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would be the working directory."""
    assert "the name is empty" in answer([command, ""], capsys)


@pytest.mark.parametrize("command", [["report", "--demo"], ["graph", "--demo"], ["fuzz", "jwst"]])
def test_an_output_that_cannot_be_is_refused_before_the_work(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "it is a directory" in answer([*command, "-o", str(tmp_path)], capsys)
    missing = tmp_path / "none" / "x.html"
    assert "there is no directory" in answer([*command, "-o", str(missing)], capsys)


def test_files_of_a_role_without_a_name_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["associate", "x.fits", "--background", ""]
    assert "argument --background: the name is empty" in answer(argv, capsys)


def test_a_directory_without_a_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "the name is empty" in answer(["generate", "--demo", "-p", ""], capsys)


def test_members_whose_names_are_no_text_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["list", "caf\udce9_cal.fits", "-o", "out.json", "--product-name", "p"]
    assert "the name is not UTF-8" in answer(argv, capsys)
    assert not Path("out.json").exists()
    assert main(["list", "a_cal.fits", "-o", "a.json", "--product-name", "p"]) in (0, 1)
    before = Path("a.json").read_bytes()
    assert "the name is not UTF-8" in answer(["edit", "a.json", "--add", "caf\udce9"], capsys)
    assert Path("a.json").read_bytes() == before
