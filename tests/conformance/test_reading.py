"""Files that are written, read by the readers of the calibration pipeline."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from asnsolve import Pool, solve
from asnsolve.simulate import every_mode, simulate
from tests.conformance.reference import NEEDS_REFERENCE

pytestmark = [
    NEEDS_REFERENCE,
    pytest.mark.usefixtures("pipeline_warnings"),
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Write the associations of a pool of every mode, alone and merged."""
    directory = tmp_path_factory.mktemp("associations")
    pool = Pool(simulate(every_mode(), seed=7))
    alone = solve(pool).write(directory / "alone")
    merged = solve(pool, merge=True).write(directory / "merged")
    assert len(alone) > len(merged) > 100
    return alone + merged


def test_every_file_loads_and_validates(written: list[Path]) -> None:
    load_asn = import_module("jwst.associations").load_asn
    for path in written:
        with path.open() as stream:
            loaded = load_asn(stream)
        data = json.loads(path.read_text())
        assert {key: loaded[key] for key in data} == data


def test_every_member_is_gathered(written: list[Path], tmp_path: Path) -> None:
    """One file of each rule is gathered: all its members come with it, and nothing else."""
    gather = import_module("jwst.associations.asn_gather").asn_gather
    by_rule: dict[str, Path] = {}
    for path in written:
        by_rule.setdefault(_data(path)["asn_rule"], path)
    assert len(by_rule) > 40
    for number, path in enumerate(by_rule.values()):
        members = _members(_data(path))
        there = tmp_path / f"from{number}"
        there.mkdir()
        (there / path.name).write_bytes(path.read_bytes())
        for name in members:
            (there / name).touch()
        destination = tmp_path / f"to{number}"
        destination.mkdir()
        gathered = gather(there / path.name, destination, source_folder=there, shellcmd="cp")
        assert {file.name for file in destination.iterdir()} == {*members, path.name}
        assert _members(_data(gathered)) == members


def _data(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text())
    return data


def _members(data: dict[str, Any]) -> list[str]:
    return [member["expname"] for product in data["products"] for member in product["members"]]
