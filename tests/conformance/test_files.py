"""Associations of FITS files, as the calibration pipeline loads them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from asnsolve import associate
from tests.conformance.reference import NEEDS_REFERENCE
from tests.scenarios.modes_of_files import EXPECTED
from tests.scenarios.test_modes_of_files import made

pytestmark = [
    NEEDS_REFERENCE,
    pytest.mark.usefixtures("pipeline_warnings"),
]


def reference(module: str) -> Any:
    return import_module(f"jwst.associations{module}")


def members(loaded: Any) -> list[tuple[str, str, str]]:
    return [
        (product["name"], member["expname"], member["exptype"])
        for product in loaded["products"]
        for member in product["members"]
    ]


@pytest.mark.parametrize("page", EXPECTED)
def test_the_pipeline_loads_what_is_made_of_files(page: str, tmp_path: Path) -> None:
    for level, stage in ((2, "rate"), (3, "cal")):
        files = made(EXPECTED[page], stage, tmp_path / stage)
        found = associate(files, level, out=tmp_path / "asn", paths="relative")
        for one, path in zip(found.associations, found.written, strict=True):
            (product,) = one.products
            expected = [(product.name, m.expname, m.exptype) for m in product.members]
            with path.open() as stream:
                assert members(reference("").load_asn(stream)) == expected
            module = reference(".load_as_asn")
            loader = module.LoadAsLevel2Asn if level == 2 else module.LoadAsAssociation
            loaded = loader.load(str(path))
            # Where it cannot read a file as an association it makes one of another name.
            assert loaded.filename == str(path)
            assert members(loaded) == expected


def test_the_pipeline_loads_self_calibration(tmp_path: Path) -> None:
    files = made(EXPECTED["miri-mrs"], "rate", tmp_path / "rate")
    sky = [file for file in files if file.name.startswith("jw00007002")]
    found = associate(files, 2, selfcal=sky, out=tmp_path / "asn")
    roles = set()
    for path in found.written:
        loaded = reference(".load_as_asn").LoadAsLevel2Asn.load(str(path))
        assert loaded.filename == str(path)
        roles |= {role for _, _, role in members(loaded)}
    assert "selfcal" in roles
