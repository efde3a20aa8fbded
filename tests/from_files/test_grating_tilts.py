"""Backgrounds and imprints at another tilt of the grating are used, and it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve import Pool, associate
from asnsolve.associations.association import Association, Member
from asnsolve.from_files.grating_tilts import at_another_tilt
from asnsolve.from_files.inputs import Inputs
from asnsolve.simulate import MODES, Program, simulate
from tests.from_files.small import association, member
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


def spectrum(*members: Member, level: int = 2) -> Association:
    return association(*members, level=level, asn_type="spec2")


def told(one: Association, **tilts: tuple[str, str, str]) -> list[str]:
    """Return the notes about one association; each exposure has an observation and two tilts."""
    rows = {
        name: {"program": "7", "obs_num": cells[0], "gwa_xtil": cells[1], "gwa_ytil": cells[2]}
        for name, cells in tilts.items()
    }
    plain = {"program": "7", "exp_type": "x", "asn_candidate": "[]"}
    pool = Pool([{"filename": f"{name}_uncal.fits"} | plain for name in rows])
    notes = at_another_tilt([one], Inputs(pool, {}, {}, rows, {}, ()))
    begin = "rule Asn_Rule: associations with "
    end = "s at another grating tilt (GWA_XTIL, GWA_YTIL) than their science: "
    found = []
    for note in map(str, notes):
        assert note.startswith(begin)
        assert end in note
        found.append(note.removeprefix(begin).replace(end, ": ").partition(". ")[0])
    return found


STAR = member("a_rate.fits")
SKY = member("s_rate.fits", "background")


@pytest.mark.parametrize(
    ("tilt", "noted"), [("0.00000001", False), ("-0.00000001", False), ("0.000000011", True)]
)
def test_tilts_may_differ_by_the_tolerance_of_the_pipeline(tilt: str, noted: bool) -> None:
    notes = told(spectrum(STAR, SKY), a=("1", "0", "0"), s=("2", "0", tilt))
    assert notes == ["background: s_rate.fits for a_rate.fits"] * noted
    assert told(spectrum(STAR, SKY, level=3), a=("1", "0", "0"), s=("2", "0", tilt)) == []


def test_the_first_member_of_each_role_is_named() -> None:
    others = [
        member("s_rate.fits", "background"),
        member("t_rate.fits", "background"),
        member("i_rate.fits", "imprint"),
        member("x_rate.fits", "psf"),
        # Exposures without a header are not compared.
        member("none_rate.fits", "background"),
    ]
    tilts = dict.fromkeys("stix", ("1", "1", "0"))
    assert told(spectrum(*others, STAR), a=("1", "0", "0"), **tilts) == [
        "background: s_rate.fits for a_rate.fits",
        "imprint: i_rate.fits for a_rate.fits",
    ]


def test_an_imprint_is_compared_with_its_own_observation() -> None:
    imprint = member("i_rate.fits", "imprint")
    near = {"a": ("1", "0", "0"), "s": ("2", "5", "0")}
    assert told(spectrum(STAR, imprint), a=("1", "0", "0"), i=("1", "0", "0")) == []
    background = ["background: s_rate.fits for a_rate.fits"]
    # An imprint of the sky's observation serves the sky.
    assert told(spectrum(STAR, SKY, imprint), **near, i=("2", "5", "0")) == background
    assert told(spectrum(STAR, SKY, imprint), **near, i=("2", "0", "0")) == [
        *background,
        "imprint: i_rate.fits for s_rate.fits",
    ]
    # An imprint of any other observation serves the science.
    assert told(spectrum(STAR, SKY, imprint), **near, i=("3", "0", "0")) == background
