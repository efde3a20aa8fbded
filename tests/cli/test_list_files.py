from __future__ import annotations

import json
from pathlib import Path

import pytest

from asnsolve.cli.main import main


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_files_need_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["list", "a_i2d.fits", "b_i2d.fits", "--product", "m", "--type", "image3"]
    assert main(argv) == 0
    assert capsys.readouterr().out == "m_asn.json: m from 2 science members\n"
    data = json.loads(Path("m_asn.json").read_text())
    assert data["products"][0]["members"] == [
        {"expname": "a_i2d.fits", "exptype": "science"},
        {"expname": "b_i2d.fits", "exptype": "science"},
    ]


def test_roles_are_options(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["list", "a_rate.fits", "--type", "spec2", "-o", "out/x.json", "--json"]
    argv += ["--background", "s.fits", "--role", "segmap", "g.fits", "--role", "dark", "d1", "d2"]
    assert main(argv) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["written"] == ["out/x.json"]
    assert told["association"] == json.loads(Path("out/x.json").read_text())
    members = told["association"]["products"][0]["members"]
    roles = [member["exptype"] for member in members]
    assert roles == ["science", "background", "segmap", "dark", "dark"]


def test_scripts_for_asn_from_list_change_the_command_alone() -> None:
    argv = ["-o", "m.json", "--product-name", "m", "-r", "Asn_Lv3Image", "-i", "o001", "a.fits"]
    assert main(["list", *argv]) == 0
    data = json.loads(Path("m.json").read_text())
    assert (data["asn_rule"], data["asn_id"]) == ("Asn_Lv3Image", "o001")


def expnames(path: str) -> list[str]:
    return [m["expname"] for m in json.loads(Path(path).read_text())["products"][0]["members"]]


def test_files_that_exist_are_named_so_that_the_pipeline_finds_them(tmp_path: Path) -> None:
    Path("cal").mkdir()
    Path("cal/a_cal.fits").touch()
    argv = ["list", "cal/a_cal.fits", "cal/later_cal.fits", "--type", "image3", "--product", "m"]
    assert main([*argv, "-o", "asn/m.json"]) == 0
    assert expnames("asn/m.json") == [str(tmp_path / "cal/a_cal.fits"), "cal/later_cal.fits"]
    assert main([*argv, "-o", "cal/m.json"]) == 0
    assert expnames("cal/m.json") == ["a_cal.fits", "cal/later_cal.fits"]
    assert main([*argv, "--as-given", "-o", "given/m.json"]) == 0
    assert expnames("given/m.json") == ["cal/a_cal.fits", "cal/later_cal.fits"]


def test_what_cannot_be_meant_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "a.fits"]) == 2
    assert "the product has no name" in capsys.readouterr().err
    assert main(["list", "a.fits", "--product", "p", "--role", "psf"]) == 2
    assert "no file is listed for the role psf" in capsys.readouterr().err
    assert list(Path().iterdir()) == []


def test_another_association_is_not_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["list", "a.fits", "--product", "m"]
    assert main(argv) == main(argv) == 0
    other = ["list", "b.fits", "--product", "m"]
    assert main(other) == 2
    assert "m_asn.json: already exists with other content" in capsys.readouterr().err
    assert expnames("m_asn.json") == ["a.fits"]
    assert main([*other, "--replace"]) == 0
    assert expnames("m_asn.json") == ["b.fits"]


def test_a_directory_stands_for_its_files(capsys: pytest.CaptureFixture[str]) -> None:
    Path("cal").mkdir()
    argv = ["list", "cal", "--product", "m"]
    assert main(argv) == 2
    assert "cal: the directory holds no FITS file" in capsys.readouterr().err
    for name in ("b_cal.fits", "a_cal.fits", "a_cal.jpg"):
        Path("cal", name).touch()
    assert main([*argv, "--as-given"]) == 0
    assert expnames("m_asn.json") == ["cal/a_cal.fits", "cal/b_cal.fits"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("m8_cal", "would take 'cal' for one of its suffixes"), ("m.8", "cut it at its last")],
)
def test_a_name_that_the_pipeline_changes_is_noted(
    name: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["list", "a.fits", "--product", name]) == 0
    said = capsys.readouterr().out
    assert f"note: the product name '{name}' may change: " in said
    assert reason in said
