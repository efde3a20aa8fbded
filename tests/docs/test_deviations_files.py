"""The deviations of files on docs/deviations.md: both sides write what the tables show."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from asnsolve.cli.main import main
from tests.conformance.reference import NEEDS_REFERENCE
from tests.docs.deviations_page import Line, read_file_entries

pytestmark = [
    NEEDS_REFERENCE,
    pytest.mark.filterwarnings("ignore"),
]

ENTRIES = read_file_entries()
Associations = list[dict[str, Any]]


def read(directory: Path) -> Associations:
    """Read the associations of a directory."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(directory.glob("*_asn.json"))]


def both(
    entry: str, tmp_path: Path, theirs: list[str], ours: list[str]
) -> tuple[Path, Path, set[Line]]:
    """Write the files of both sides; return where they are, and the table of the page."""
    pool, header, lines = ENTRIES[entry]
    path = tmp_path / "pool.csv"
    path.write_text("\n".join("|".join(row) for row in pool) + "\n")
    directories = tmp_path / "reference", tmp_path / "asnsolve"
    for directory in directories:
        directory.mkdir()
    generate = import_module("jwst.associations.main").Main.cli
    generate([*theirs, "-p", str(directories[0]), str(path)])
    assert main(["generate", str(path), *ours, "-p", str(directories[1])]) == 0
    assert header[1:] == ("REFERENCE", "ASNSOLVE")
    return *directories, lines


def test_fields(tmp_path: Path) -> None:
    reference, own, lines = both("F1", tmp_path, [], [])
    ours = {key(found): found for found in read(own)}
    theirs = {key(found): found for found in read(reference)}
    assert ours.keys() == theirs.keys()
    assert lines == {
        (field, str(value).partition("\n")[0], str(ours[one].get(field)).partition("\n")[0])
        for one, found in theirs.items()
        for field, value in found.items()
        if value != ours[one].get(field)
    }


def key(found: dict[str, Any]) -> tuple[str, str, str]:
    (product,) = found["products"]
    return found["asn_type"], found["asn_id"], product["name"]


def test_orphans(tmp_path: Path) -> None:
    option = ["--save-orphans"]
    reference, own, lines = both("F2", tmp_path, option, option)
    listed = [(side / "orphaned.csv").read_text("utf-8") for side in (reference, own)]
    assert lines == {
        (name, *("yes" if name in text else "no" for text in listed))
        for name in ("a_uncal.fits", "b_uncal.fits")
    }
    assert any("a_" in m["expname"] for one in read(own) for m in one["products"][0]["members"])


@pytest.mark.parametrize("rules", ["all", "level 2"])
def test_rules_of_one_level(rules: str, tmp_path: Path) -> None:
    level2 = str(import_module("jwst.associations.lib.rules_level2b").__file__)
    alone = ["-r", level2, "--ignore-default"] if rules == "level 2" else []
    ours = ["--level", "2"] if rules == "level 2" else []
    reference, own, lines = both("F3", tmp_path, alone, ours)
    told = []
    for side in (reference, own):
        (spectrum,) = (one for one in read(side) if one["asn_rule"].endswith("TAConfirm"))
        members = spectrum["products"][0]["members"]
        told.append(", ".join(sorted(f"{m['exptype']} {m['expname']}" for m in members)))
    assert (rules, *told) in lines


def test_every_entry_is_tested() -> None:
    assert list(ENTRIES) == ["F1", "F2", "F3"]
