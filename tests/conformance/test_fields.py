"""Every field of the files of the reference, beside the files of asnsolve for the same pools."""

from __future__ import annotations

import json
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from asnsolve.cli.main import main
from tests.conformance.reference import NEEDS_REFERENCE, bundled_rows

pytestmark = [
    NEEDS_REFERENCE,
    pytest.mark.usefixtures("pipeline_warnings"),
]

DECLARED = {"asn_rule", "code_version", "constraints"}
"""Fields with other texts: see F1 in docs/deviations.md."""

Files = dict[tuple[Any, ...], dict[str, Any]]

POOLS = [
    "pool_002_image_miri",
    "pool_004_wfs",
    "pool_007_spec_miri",
    "pool_008_exposerr",
    "pool_013_coron_nircam",
    "pool_019_niriss_wfss",
]


def read(directory: Path) -> Files:
    """Read associations, by what they are."""
    found: Files = {}
    for path in directory.glob("*_asn.json"):
        data = json.loads(path.read_text("utf-8").replace("\\\\", ""))
        (product,) = data["products"]
        members = frozenset((m["expname"], m["exptype"]) for m in product["members"])
        found[data["asn_type"], data["asn_id"], product["name"], members] = data
    return found


@pytest.mark.parametrize("name", POOLS)
def test_fields_are_those_of_the_reference(name: str, tmp_path: Path) -> None:
    rows = bundled_rows(name)
    pool = tmp_path / f"{name}.csv"
    lines = ["|".join(rows[0]), *("|".join(row.values()) for row in rows)]
    pool.write_text("\n".join(lines) + "\n", "utf-8")
    sides: list[Files] = []
    for side in ("theirs", "ours"):
        directory = tmp_path / side
        directory.mkdir()
        if side == "theirs":
            import_module("jwst.associations.main").Main.cli(["-p", str(directory), str(pool)])
        else:
            main(["generate", str(pool), "-p", str(directory)])
        sides.append(read(directory))
    theirs, ours = sides
    same = theirs.keys() & ours.keys()
    assert len(same) >= 0.8 * len(theirs) > 0
    different = Counter(
        (field, str(theirs[one].get(field)), str(ours[one].get(field)))
        for one in same
        for field in theirs[one].keys() | ours[one].keys()
        if field not in ("products", *DECLARED) and theirs[one].get(field) != ours[one].get(field)
    )
    assert not different
    for one in same:
        rule = theirs[one]["asn_rule"]
        assert rule in {f"{found}_{ours[one]['asn_rule']}" for found in ("candidate", "discover")}
        members = [{m["expname"]: m for m in side[one]["products"][0]["members"]} for side in sides]
        assert members[0] == members[1]
