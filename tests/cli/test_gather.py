from __future__ import annotations

import json
from pathlib import Path

import pytest
from astropy.io import fits

from asnsolve.cli.main import main


@pytest.fixture
def file(tmp_path: Path) -> Path:
    members = [{"expname": f"{name}.fits", "exptype": "science"} for name in "ab"]
    path = tmp_path / "a_asn.json"
    path.write_text(json.dumps({"products": [{"name": "p", "members": members}]}))
    fits.PrimaryHDU().writeto(tmp_path / "a.fits")
    return path


def test_a_missing_member_is_a_finding(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = file.parent / "to"
    assert main(["gather", str(file), str(to)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{file}: the file of member 'b.fits' does not exist",
        f"{to / file.name}: 1 file gathered, 1 missing",
    ]
    (file.parent / "b.fits").touch()
    assert main(["gather", str(file), str(file.parent / "all")]) == 0


def test_members_are_found_elsewhere(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    away = file.parent / "away"
    away.mkdir()
    (away / "b.fits").touch()
    to = file.parent / "to"
    assert main(["gather", str(file), str(to), "--from", str(away)]) == 1
    assert "the file of member 'a.fits' does not exist" in capsys.readouterr().out
    assert (to / "b.fits").exists()


def test_a_report_for_programs(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = file.parent / "to"
    assert main(["gather", "--json", str(file), str(to)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["association"] == str(to / file.name)
    assert told["copied"] == [str(to / "a.fits")]
    assert [one["what"] for one in told["problems"]] == [
        "the file of member 'b.fits' does not exist"
    ]


def test_roles_links_and_another_time(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = file.parent / "to"
    argv = ["gather", str(file), str(to), "--only", "science", "--without", "psf", "--link"]
    assert main(argv) == 1
    assert (to / "a.fits").is_symlink()
    reprocessed = file.parent / "new" / "a.fits"
    reprocessed.parent.mkdir()
    fits.PrimaryHDU(header=fits.Header({"FILTER": "F770W"})).writeto(reprocessed)
    again = ["gather", str(file), str(to), "--from", str(file.parent / "new")]
    assert main(again) == 2
    said = capsys.readouterr().err
    assert "already exists with other content" in said
    assert "replace it with --replace" in said
    assert main([*again, "--replace"]) == 1
    assert (to / "a.fits").read_bytes() == reprocessed.read_bytes()


def test_what_cannot_be_known_is_noted(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (file.parent / "b.fits").write_text("no FITS file")
    assert main(["gather", str(file), str(file.parent / "to")]) == 0
    note, _ = capsys.readouterr().out.splitlines()
    assert note == (
        f"note: {file.parent / 'b.fits'}: what member 'b.fits' refers to in its header is not "
        "known: the file is not a FITS file"
    )
