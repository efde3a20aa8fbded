from __future__ import annotations

import json
from pathlib import Path

import pytest

from asnsolve.cli.main import main


@pytest.fixture
def file(tmp_path: Path) -> Path:
    members = [{"expname": f"{name}.fits", "exptype": "science"} for name in "ab"]
    path = tmp_path / "a_asn.json"
    path.write_text(json.dumps({"products": [{"name": "p", "members": members}]}))
    (tmp_path / "a.fits").touch()
    return path


def test_a_missing_member_is_a_finding(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = file.parent / "to"
    assert main(["gather", str(file), str(to)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{file}: there is no file of member 'b.fits'",
        f"1 member file gathered, 1 missing: {to / file.name}",
    ]
    (file.parent / "b.fits").touch()
    assert main(["gather", str(file), str(file.parent / "all")]) == 0


def test_members_are_found_elsewhere(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    away = file.parent / "away"
    away.mkdir()
    (away / "b.fits").touch()
    to = file.parent / "to"
    assert main(["gather", str(file), str(to), "--from", str(away)]) == 1
    assert "there is no file of member 'a.fits'" in capsys.readouterr().out
    assert (to / "b.fits").exists()


def test_a_report_for_programs(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = file.parent / "to"
    assert main(["gather", "--json", str(file), str(to)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["association"] == str(to / file.name)
    assert told["copied"] == [str(to / "a.fits")]
    assert [one["what"] for one in told["problems"]] == ["there is no file of member 'b.fits'"]
