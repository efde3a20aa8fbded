"""A stand-in for `strun`: ``strun.py PIPELINE ASN --output_dir=DIR`` opens the members of ASN.

It opens them where every pipeline looks for them, and makes empty products.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

__all__ = ["open_members"]


def open_members(pipeline: str, association: Path) -> list[str]:
    """Open the members of an association; return the names of its products.

    Names in a directory must be whole paths, because pipelines look for others in different places.
    `calwebb_image2` looks for bare names in the working directory, other pipelines beside the
    association. `calwebb_spec2` opens images and catalogs by name in the working directory.
    """
    data = json.loads(association.read_text("utf-8"))
    assert data["asn_type"].endswith(pipeline.removeprefix("calwebb_"))
    for product in data["products"]:
        for member in product["members"]:
            path = Path(member["expname"])
            assert path.is_absolute() or path.name == str(path), path
            if member["exptype"] in ("sourcecat", "segmap", "direct_image"):
                path = Path(path.name)
            elif pipeline != "calwebb_image2":
                path = association.parent / path
            path.open("rb").close()
    return [product["name"] for product in data["products"]]


def _strun(pipeline: str, association: str, output: str) -> None:
    directory = Path(output.removeprefix("--output_dir="))
    directory.mkdir(exist_ok=True, parents=True)
    for product in open_members(pipeline, Path(association)):
        if pipeline == "calwebb_image3":
            for end in ("_i2d.fits", "_cat.ecsv", "_segm.fits"):
                (directory / f"{product}{end}").touch()


if __name__ == "__main__":
    _strun(*sys.argv[1:])
