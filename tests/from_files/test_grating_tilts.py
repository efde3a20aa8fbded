"""Backgrounds and imprints at another tilt of the grating are used, and it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve import associate
from asnsolve.simulate import MODES, Program, simulate
from tests.pool.fits_files import write_files


def notes_of(folder: Path, stage: str, **moved: tuple[str, str]) -> list[str]:
    """Associate a mapping with a dedicated sky and imprints; some flags have other tilts."""
    folder.mkdir()
    rows = simulate([Program(number=7, plans=(MODES["nirspec_ifu_background"].plan(),))])
    tilted = [
        row | dict(zip(("GWA_XTIL", "GWA_YTIL"), tilt, strict=True))
        for row in rows
        for tilt in [
            next((moved[flag] for flag in moved if row[flag] == "T"), ("0.35", "0.10")),
        ]
    ]
    write_files(tilted, folder, stage)
    found = associate(folder, 2 if stage == "rate" else 3)
    assert found.associations
    assert found.problems == ()
    return [str(note) for note in found.notes if "grating tilt" in str(note)]


def test_the_same_tilt_is_not_mentioned(tmp_path: Path) -> None:
    assert notes_of(tmp_path / "rate", "rate") == []
    # Within the tolerance of the pipeline.
    assert notes_of(tmp_path / "near", "rate", BKGDTARG=("0.350000001", "0.10")) == []


@pytest.mark.parametrize("tilt", [("0.35001", "0.10"), ("0.35", "0.09999")])
def test_a_sky_at_another_tilt_is_mentioned(tilt: tuple[str, str], tmp_path: Path) -> None:
    (note,) = notes_of(tmp_path / "rate", "rate", BKGDTARG=tilt)
    assert note.startswith(
        "rule Asn_Lv2Spec: associations with backgrounds at another grating tilt (GWA_XTIL, "
        "GWA_YTIL) than their science: "
    )
    assert note.endswith("The pipeline then skips the subtraction of the background.")


def test_an_imprint_at_another_tilt_is_mentioned(tmp_path: Path) -> None:
    notes = notes_of(tmp_path / "rate", "rate", IS_IMPRT=("0.36", "0.10"))
    assert any("Asn_Lv2Spec: associations with imprints at another grating" in n for n in notes)
    assert all(n.endswith("The pipeline subtracts them anyway.") for n in notes)


def test_level_3_takes_calibrated_backgrounds(tmp_path: Path) -> None:
    assert notes_of(tmp_path / "cal", "cal", BKGDTARG=("0.36", "0.10")) == []


def test_a_header_that_does_not_tell_the_tilt_is_not_compared(tmp_path: Path) -> None:
    assert notes_of(tmp_path / "rate", "rate", BKGDTARG=("", "")) == []
    assert notes_of(tmp_path / "text", "rate", BKGDTARG=("steep", "0.1")) == []
