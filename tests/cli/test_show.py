"""``asnsolve show``: trees of associations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from asnsolve.cli.main import main


def test_a_file_is_shown_as_the_pool_that_it_was_made_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["--demo", "-i", "c1000", "--program", "9801"]
    assert main(["show", *argv]) == 0
    of_pool = capsys.readouterr().out
    assert main(["generate", "--demo", "-i", "c1000", "-q", "-p", str(tmp_path)]) == 0
    assert main(["show", str(tmp_path / "jw09801-c1000_image3_00001_asn.json")]) == 0
    assert capsys.readouterr().out == of_pool
    lines = of_pool.splitlines()
    assert lines[0] == "jw09801-c1000_image3_00001_asn.json"
    assert "│   └── science: 6" in lines
    assert "    ├── opt_elem: f770w" in lines


def test_one_association_is_shown_by_the_name_of_its_product(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["show", "--demo", "--product", "jw09801-c1000_t000_miri_f770w"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("jw09801-c1000_image3_00001_asn.json\n")
    assert shown.count("_asn.json") == 1


def test_a_candidate_that_is_not_there_is_told_with_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for given, advice in (("c1009", "Did you mean c1001 or"), ("o001,c1000", "Give each id by")):
        assert main(["show", "--demo", "-i", given]) == 2
        told = f"no exposure of demo_pool names the candidate {given}. {advice}"
        assert told in capsys.readouterr().err


def test_many_associations_are_listed_by_candidate(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "--demo", "--program", "9801"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[:2] == ["program 09801", "├── c1000: 1 association"]
    assert not any("_cal.fits" in line for line in shown)
    assert main(["show", "--demo", "--program", "9801", "-v"]) == 0
    assert "_cal.fits" in capsys.readouterr().out


def test_the_data_are_those_of_the_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "--demo", "-i", "c1000", "--json"]) == 0
    associations = json.loads(capsys.readouterr().out)["associations"]
    assert associations["jw09801-c1000_image3_00001_asn.json"]["asn_type"] == "image3"


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ([], "SOURCE is missing"),
        (["a.csv", "--demo"], "--demo and SOURCE cannot be combined"),
        (["nothing.json"], "nothing.json"),
        (["--demo", "-i", "c9999"], "c9999"),
    ],
)
def test_what_cannot_be_shown_is_said(
    argv: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", *argv]) == 2
    assert message in capsys.readouterr().err
