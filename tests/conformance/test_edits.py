"""Edits of association files, beside those of the calibration pipeline."""

from __future__ import annotations

import json
from importlib import import_module
from importlib.resources import as_file
from pathlib import Path
from typing import Any

import pytest

from asnsolve import (
    Association,
    Pool,
    association_from_list,
    demo_pool,
    edit_association,
    gather_files,
    solve,
)
from tests.conformance.reference import NEEDS_REFERENCE

pytestmark = [
    NEEDS_REFERENCE,
    pytest.mark.usefixtures("pipeline_warnings"),
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    with as_file(demo_pool()) as path:
        solution = solve(Pool.read(path), ids=["o001", "o002"])
    return solution.write(tmp_path_factory.mktemp("associations"))


def reference() -> Any:
    return import_module("jwst.associations.asn_edit")


def test_a_file_without_directories_is_edited_alike(written: list[Path]) -> None:
    assert written
    for path in written:
        data = json.loads(path.read_text())
        name = data["products"][0]["members"][-1]["expname"]
        added = edit_association(data, add=["extra_cal.fits"])
        theirs = reference().add(json.loads(path.read_text()), ["extra_cal.fits"], "science")
        assert theirs == added
        removed = edit_association(added, remove=[name])
        assert reference().remove(theirs, [name], ignore=False) == removed


def test_a_directory_is_kept_here_and_dropped_there(written: list[Path]) -> None:
    data = json.loads(written[0].read_text())
    edited = edit_association(data, add=["sky/extra_cal.fits"], role="background")
    theirs = reference().add(data, ["sky/extra_cal.fits"], "background")
    assert edited["products"][0]["members"][-1]["expname"] == "sky/extra_cal.fits"
    assert theirs["products"][0]["members"][-1]["expname"] == "extra_cal.fits"


def test_what_is_gathered_loads(written: list[Path], tmp_path: Path) -> None:
    load_asn = import_module("jwst.associations").load_asn
    for path in written:
        edited = path.with_name(f"edited_{path.name}")
        data = edit_association(json.loads(path.read_text()), add=["sky/extra_cal.fits"])
        edited.write_text(json.dumps(data))
        extra = path.parent / "sky" / "extra_cal.fits"
        extra.parent.mkdir(exist_ok=True)
        extra.touch()
        gathered = gather_files(edited, tmp_path / "to")
        with gathered.association.open() as stream:
            loaded = load_asn(stream)
        assert loaded["products"][0]["members"][-1]["expname"] == "extra_cal.fits"
        assert (tmp_path / "to" / "extra_cal.fits").exists()


def told(association: Association, folder: Path) -> dict[str, Any]:
    """Read what was written, without what names the program that wrote it."""
    data: dict[str, Any] = json.loads(association.write(folder).read_text())
    return {key: data[key] for key in ("asn_rule", "asn_id", "program", "products")}


@pytest.mark.parametrize("rule", ["DMS_Level3_Base", "Asn_Lv3Image", "DMSLevel2bBase"])
def test_listed_files_are_associated_alike(rule: str, tmp_path: Path) -> None:
    at_level_3 = "3" in rule
    # There, a directory becomes a part of the name of the product at level 2.
    files = ["dir/a_cal.fits" if at_level_3 else "a_cal.fits", "b_mine_cal.fits"]
    associations = import_module("jwst.associations")
    made = import_module("jwst.associations.asn_from_list").asn_from_list(
        files,
        rule=associations.AssociationRegistry(include_bases=True)[rule],
        product_name="mosaic" if at_level_3 else None,
    )
    ours = association_from_list(files, rule=rule, product="mosaic" if at_level_3 else None)
    theirs = json.loads(made.dump()[1])
    assert told(ours, tmp_path) == {key: theirs[key] for key in told(ours, tmp_path)}
    assert associations.load_asn((tmp_path / ours.file_name).open())
