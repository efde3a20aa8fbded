"""Pools small enough to know by heart, as files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

HEADER = ("filename", "exp_type", "program", "asn_candidate", "instrume", "filter", "targetid")
COMMON = {"VISITYPE": "PRIME", "DETECTOR": "NRCA1", "SUBARRAY": "FULL", "PNTGTYPE": "SCIENCE"}

DOCUMENTED = ("-r", "level3-2017")
"""Options for the rules of which the tests know by heart what they make of the pools here."""

Lay = Callable[..., Path]


def name(observation: int, exposure: int = 1) -> str:
    """Return the file name of an exposure."""
    return f"jw00001{observation:03}001_02101_{exposure:05}_nrca1_uncal.fits"


def row(file: str, observation: int, exp_type: str = "NRC_IMAGE") -> tuple[str, ...]:
    """Return a row: an image of target 1 in f200w."""
    candidate = f"[('o{observation:03}', 'observation')]"
    return (file, exp_type, "1", candidate, "NIRCAM", "F200W", "1")


@pytest.fixture
def lay(tmp_path: Path) -> Lay:
    """Write rows as a pool and return its path."""

    def write(*rows: tuple[str, ...], mark: str = "|", file: str = "pool.csv") -> Path:
        path = tmp_path / file
        full = [(*HEADER, *COMMON), *((*cells, *COMMON.values()) for cells in rows)]
        path.write_text("".join(mark.join(cells) + "\n" for cells in full))
        return path

    return write


@pytest.fixture
def two_observations(lay: Lay) -> Path:
    """Two observations of one field, which discovery joins, and a dark that no rule takes."""
    dark = row(name(3), 3, exp_type="NRC_DARK")
    return lay(row(name(1), 1), row(name(2), 2), dark)
