from __future__ import annotations

import json
from pathlib import Path

import pytest

from asnsolve.cli.main import main


@pytest.fixture
def file(tmp_path: Path) -> Path:
    members = [{"expname": "dir/a.fits", "exptype": "science"}]
    path = tmp_path / "a_asn.json"
    path.write_text(json.dumps({"products": [{"name": "p", "members": members}]}))
    return path


def test_a_member_is_added(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["edit", str(file), "--add", "b.fits", "--role", "background"]) == 0
    note = f"note: the file {file.with_name('b.fits')} does not exist"
    assert capsys.readouterr().out == f"{file}: 1 member added, 0 removed\n{note}\n"
    assert json.loads(file.read_text())["products"][0]["members"] == [
        {"expname": "dir/a.fits", "exptype": "science"},
        {"expname": "b.fits", "exptype": "background"},
    ]


def test_a_report_for_programs(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(file.with_name("o.json"))
    argv = [
        "edit",
        str(file),
        "--json",
        "-o",
        out,
        "-i",
        "--remove",
        "a_cal.fits",
        "--add",
        "b.fits",
    ]
    assert main(argv) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "added": ["b.fits"],
        "removed": ["a_cal.fits"],
        "removed_products": [],
        "written": [out],
        "notes": [f"the file {file.with_name('b.fits')} does not exist"],
    }


def test_a_refused_edit_says_why(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["edit", str(file), "--remove", "b.fits"]) == 2
    assert f"error: {file}: cannot remove 'b.fits': it is not a member" in capsys.readouterr().err


def test_products_are_edited_together_and_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    products = [
        {"name": name, "members": [{"expname": f"{name}.fits", "exptype": "science"}]}
        for name in ("p", "q", "r")
    ]
    file = tmp_path / "a_asn.json"
    file.write_text(json.dumps({"products": products}))
    (tmp_path / "s.fits").touch()
    argv = ["edit", str(file), "--all-products", "--add", "s.fits", "--role", "selfcal"]
    assert main([*argv, "--remove-product", "q"]) == 0
    assert capsys.readouterr().out == f"{file}: 1 member added, 0 removed, 1 product removed\n"
    left = json.loads(file.read_text())["products"]
    assert [product["name"] for product in left] == ["p", "r"]
    assert [len(product["members"]) for product in left] == [2, 2]
