from __future__ import annotations

import json
from pathlib import Path

import pytest

from asnsolve.cli.main import main


@pytest.fixture
def good(two_observations: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["generate", str(two_observations), "-i", "o001", "-p", str(tmp_path)]) == 0
    capsys.readouterr()
    return tmp_path / "jw00001-o001_image3_00001_asn.json"


def test_what_generate_writes_is_valid(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(good)]) == 0
    assert capsys.readouterr().out == "1 file checked, all valid\n"


def test_what_generate_writes_of_level_2_is_valid(
    good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    level2 = good.with_name("jw00001-o001_image2_00001_asn.json")
    assert main(["validate", str(level2)]) == 0
    assert capsys.readouterr().out == "1 file checked, all valid\n"


def test_verbose_names_valid_files(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(good), "-v"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == f"{good}: valid"


def test_an_invalid_file_is_a_finding(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad_asn.json"
    bad.write_text("[]")
    assert main(["validate", str(good), str(bad)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"error: {bad}: the file holds a list; expected an association",
        "2 files checked, 1 not valid",
    ]


def test_a_report_for_programs(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "missing.json"
    assert main(["validate", "--json", str(good), str(missing)]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["counts"] == {"files": 2, "invalid": 1, "unusable": 1}
    assert [(file["file"], file["valid"]) for file in data["files"]] == [
        (str(good), True),
        (str(missing), False),
    ]
    assert data["files"][1]["errors"][0]["what"] == "does not exist"
    assert main(["validate", "--json", str(good)]) == 0


def test_a_file_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate"]) == 2
    assert "FILE is missing" in capsys.readouterr().err


def test_a_file_name_that_is_not_text_can_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "no\udcff.json"]) == 1
    assert "no\\udcff.json: does not exist" in capsys.readouterr().out


def test_a_directory_is_checked(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    count = len(list(tmp_path.glob("*_asn.json")))
    free = tmp_path / "below" / "mine.json"
    free.parent.mkdir()
    free.write_bytes(good.read_bytes())
    assert main(["validate", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"remark: {free}: file name 'mine.json' has the wrong shape")
    assert lines[1] == f"{count + 1} files checked, all valid"
    assert main(["validate", str(tmp_path), "--strict"]) == 1
    assert capsys.readouterr().out.endswith(f"{count + 1} files checked, 1 not valid\n")
    free.unlink()
    assert main(["validate", str(free.parent)]) == 1
    assert "there is no association or container in the directory" in capsys.readouterr().out


def test_members_are_found_on_request(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(good), "--find-members"]) == 1
    assert capsys.readouterr().out.startswith(f"finding: {good}: the file of member")


def test_members_of_containers_have_no_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", "--demo", "-q", "--format", "jsonl", "-p", str(tmp_path)]) == 0
    container = tmp_path / "demo_pool.jsonl"
    assert main(["validate", str(container)]) == 0
    for path in (container, tmp_path):
        capsys.readouterr()
        assert main(["validate", str(path), "--find-members"]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert f"{container}: --find-members is for association files, and this is" in told.err
        assert "'asnsolve export'" in told.err
