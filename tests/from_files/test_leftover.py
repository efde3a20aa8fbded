"""Files that only the level that they are not for takes are not lost without a word."""

from __future__ import annotations

from pathlib import Path

from asnsolve import associate
from asnsolve.from_files.leftover import nothing_made
from tests.from_files.small import files_of


def test_calibrated_files_that_level_3_refuses_are_left_over(tmp_path: Path) -> None:
    """Level 2 would take them, but makes nothing of calibrated files."""
    files = files_of("miri_image", tmp_path, "cal", TARGPROP="", TARGNAME="")
    both, alone = associate(files), associate(files, 3)
    assert both.associations == alone.associations == ()
    assert both.leftover == alone.leftover
    assert {orphan.filename for orphan in both.leftover} == set(map(str, files))
    assert {orphan.refusal.clause for orphan in both.leftover if orphan.refusal} == {"target"}


def test_files_that_one_level_takes_and_their_own_refuses_are_noted(tmp_path: Path) -> None:
    files = files_of("niriss_wfss", tmp_path, "rate")
    spectra = [file for file in files if "GR150" in file.read_bytes().decode("latin-1")]
    found = associate(spectra)
    assert {one.asn_type for one in found.associations} == {"spec3"}
    assert found.leftover == ()
    (note,) = [str(note) for note in found.notes if "of the rule refuses" in str(note)]
    what = "files that clause needs of the rule refuses: "
    assert note.startswith(f"rule Asn_Lv2WFSSNIS: {what}")
    assert "Its direct image is missing" in note


def test_types_that_a_level_has_no_rule_for_are_not_mentioned(tmp_path: Path) -> None:
    files = [
        file
        for stage in ("rate", "cal")
        for file in files_of("miri_lrs_slitless_single", tmp_path / stage, stage)
    ]
    found = associate(files)
    assert found.leftover == ()
    assert not [note for note in found.notes if "of the rule refuses" in str(note)]


def test_files_of_the_other_level_are_not_told(tmp_path: Path) -> None:
    """Level 3 would refuse files without a target, but these are for level 2."""
    rates = files_of("miri_image", tmp_path / "rate", "rate", TARGPROP="", TARGNAME="")
    found = associate(rates)
    assert {one.level for one in found.associations} == {2}
    assert found.leftover == ()
    assert not [note for note in found.notes if "of the rule refuses" in str(note)]


def test_calibrated_files_are_not_told_where_level_2_is_asked_for(tmp_path: Path) -> None:
    files = files_of("miri_image", tmp_path, "cal", TARGPROP="", TARGNAME="")
    found = associate(files, 2)
    assert len(found.associations) == len(files)
    assert (found.leftover, found.problems) == ((), ())
    assert not [note for note in found.notes if "refuses" in str(note)]


def test_nothing_made_says_what_files_would_be_used() -> None:
    assert str(nothing_made(finished=False)) == "no association can be made from these files"
    assert str(nothing_made(finished=True)) == (
        "no association can be made from these files; expected rate files for level 2, or cal "
        "files for level 3"
    )
