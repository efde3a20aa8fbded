"""The pipeline loads what is combined because it is near, also across programs."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from asnsolve import associate
from tests.conformance.reference import NEEDS_REFERENCE
from tests.from_files.test_near_files import FIELD, write

pytestmark = [NEEDS_REFERENCE, pytest.mark.usefixtures("pipeline_warnings")]


@pytest.mark.parametrize(
    "together",
    [("observation", "sky=2arcmin", "time=30d", "pa=1deg"), ("program", "sky=2arcmin", "time=30d")],
)
def test_the_pipeline_loads_what_is_near(together: tuple[str, ...], tmp_path: Path) -> None:
    for exposure in FIELD:
        write(tmp_path, exposure)
    found = associate(tmp_path, 3, together=together, out=tmp_path / "asn")
    assert len(found.written) > 3
    load_asn = import_module("jwst.associations").load_asn
    loader = import_module("jwst.associations.load_as_asn").LoadAsAssociation
    for one, path in zip(found.associations, found.written, strict=True):
        (product,) = one.products
        with path.open() as stream:
            (loaded,) = load_asn(stream)["products"]
        assert loaded["name"] == product.name
        assert [m["expname"] for m in loaded["members"]] == [m.expname for m in product.members]
        assert loader.load(str(path)).filename == str(path)
