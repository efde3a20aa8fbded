"""Micro-shutter files that calwebb_spec2 will not find are noted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from asnsolve import associate
from asnsolve.from_files.request import Request
from asnsolve.from_files.shutter_files import missing_shutter_files
from asnsolve.plans.associations_of_plan import write_associations
from asnsolve.plans.plan_files import make_plan
from asnsolve.simulate import MODES, Program, simulate
from tests.from_files.small import association, member
from tests.pool.fits_files import write_files

SHUTTERS = "jw00007001001_01_msa.fits"


@pytest.fixture
def rate(tmp_path: Path) -> Path:
    """Make the exposures of one micro-shutter configuration, with its file."""
    folder = tmp_path / "rate"
    folder.mkdir()
    write_files(simulate([Program(number=7, plans=(MODES["nirspec_msa"].plan(),))]), folder, "rate")
    (folder / SHUTTERS).touch()
    return folder


def notes_of(rate: Path, out: Path | None = None) -> list[str]:
    notes = associate(rate, 2, out=out, beside=out is None).notes
    return [str(note) for note in notes if "MSAMETFL" in str(note)]


def test_a_file_in_another_directory_is_noted_once(rate: Path, tmp_path: Path) -> None:
    (note,) = notes_of(rate, tmp_path / "asn")
    assert note == (
        f"{tmp_path / 'asn'}: 1 micro-shutter file (MSAMETFL) is not beside the associations: "
        f"{SHUTTERS}. calwebb_spec2 looks only there. "
        f"Use --beside, or copy {rate / SHUTTERS} there."
    )


def test_several_files_are_noted_at_once(tmp_path: Path) -> None:
    one = association(member("a_rate.fits"), member("b_rate.fits"), asn_type="spec2", level=2)
    rows = {name: {"exp_type": "NRS_MSASPEC", "msametfl": f"{name}_msa.fits"} for name in "ab"}
    (note,) = missing_shutter_files([one], [tmp_path], rows)
    assert str(note) == (
        f"{tmp_path}: 2 micro-shutter files (MSAMETFL) are not beside the associations: "
        "a_msa.fits and others. calwebb_spec2 looks only there. "
        "The archive has them with the exposures."
    )


def test_a_file_that_does_not_exist_is_noted(rate: Path) -> None:
    assert notes_of(rate) == []
    (rate / SHUTTERS).unlink()
    (note,) = notes_of(rate)
    assert note.endswith("The archive has it with the exposures.")


def test_an_own_file_beside_the_associations_is_found(rate: Path, tmp_path: Path) -> None:
    (tmp_path / "asn").mkdir()
    (tmp_path / "asn" / SHUTTERS).touch()
    assert notes_of(rate, tmp_path / "asn") == []


def test_plans_note_it_too(rate: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    make_plan(Request(files=(str(rate),), level=2), plan)
    notes = [str(note) for note in write_associations(plan, tmp_path / "asn").notes]
    assert [note for note in notes if "MSAMETFL" in note]


@pytest.mark.parametrize(
    ("cells", "count"),
    [
        ({}, 1),
        ({"msametfl": ""}, 0),
        ({"msametfl": "NONE"}, 0),
        ({"msametfl": "N/A"}, 0),
        ({"exp_type": "NRS_LAMP"}, 0),
    ],
)
def test_files_are_needed_by_spectra_that_name_one(
    tmp_path: Path, cells: dict[str, str], count: int
) -> None:
    one = association(
        member("a_rate.fits"), member("b_rate.fits", "background"), asn_type="spec2", level=2
    )
    row = {"exp_type": "NRS_MSASPEC", "msametfl": SHUTTERS}
    rows = {"a": row | cells, "b": row | {"msametfl": "other_msa.fits"}}
    notes = [note.what for note in missing_shutter_files([one], [tmp_path], rows)]
    assert (
        notes
        == [f"1 micro-shutter file (MSAMETFL) is not beside the associations: {SHUTTERS}"][:count]
    )
    assert list(missing_shutter_files([replace(one, asn_type="image2")], [tmp_path], rows)) == []
