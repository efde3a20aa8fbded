"""Names of products of every subarray, beside the subarrays that the data models know."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from asnsolve import Pool, solve
from asnsolve.associations.json_fields import to_dict
from asnsolve.associations.validation import validate_data
from asnsolve.profiles.jwst import NAMES

pytest.importorskip("stdatamodels.jwst", reason="jwst is not installed")
yaml = pytest.importorskip("yaml", reason="PyYAML, which comes with jwst, is not installed")


def enumerated(schema: Any) -> Iterator[Any]:
    """Yield the values of every enumeration of a schema."""
    match schema:
        case dict():
            yield from schema.get("enum", ())
            for part in schema.values():
                yield from enumerated(part)
        case list():
            for part in schema:
                yield from enumerated(part)


def subarrays() -> list[str]:
    schemas = Path(str(files("stdatamodels.jwst.datamodels"))) / "schemas"
    found = yaml.safe_load((schemas / "subarray.schema.yaml").read_text("utf-8"))
    return sorted({str(name) for name in enumerated(found)} - {"N/A"})


def test_products_have_the_names_of_all_subarrays() -> None:
    names = subarrays()
    assert sum("_" in name for name in names) >= 35
    for name in names:
        row = {
            "filename": "jw00001001001_02101_00001_nrcblong_uncal.fits",
            "exp_type": "NRC_IMAGE",
            "pntgtype": "SCIENCE",
            "program": "1",
            "instrume": "NIRCAM",
            "detector": "NRCBLONG",
            "filter": "F444W",
            "pupil": "CLEAR",
            "subarray": name,
            "targetid": "1",
            "asn_candidate": "[('o001', 'observation')]",
        }
        (made,) = (one for one in solve(Pool([row])) if one.level == 3)
        ending = "" if name == "FULL" else f"-{name.lower()}"
        product = NAMES.parse_product_name(made.products[0].name)
        assert product.opt == f"clear-f444w{ending}"
        assert validate_data(to_dict(made), made.file_name) == ()
