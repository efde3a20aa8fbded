"""The pipeline names its files as the names that are accepted here promise."""

from __future__ import annotations

import pytest

from asnsolve.from_files.name_patterns import product_mistake


@pytest.mark.parametrize(
    "name",
    ["m31", "M31-good", "m31_v2", "m31_{source_id}", "m31_cal", "m31-i2d", "m31.v2", "a/m31"],
)
def test_accepted_names_come_back_in_the_output(name: str) -> None:
    step = pytest.importorskip("jwst.stpipe", reason="jwst is not installed").Step()
    kept = step.make_output_path(basepath=name, suffix="i2d", ext="fits") == f"{name}_i2d.fits"
    assert kept == (product_mistake(name) == "")
