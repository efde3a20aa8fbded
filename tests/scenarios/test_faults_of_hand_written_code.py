"""What goes wrong where associations of files are written by hand does not go wrong here."""

from __future__ import annotations

from pathlib import Path

from asnsolve import Pool
from asnsolve.plans.associate import Associated, associate
from asnsolve.simulate import MODES, Program, simulate
from tests.pool.fits_files import write_file, write_files


def simulated(mode: str, **options: object) -> list[dict[str, str]]:
    plan = MODES[mode].plan(**options)
    return [dict(row) for row in simulate([Program(number=7, plans=(plan,))])]


def members(found: Associated, role: str) -> set[str]:
    return {
        member.expname
        for one in found.associations
        for member in one.members
        if member.exptype == role
    }


def test_an_imprint_of_the_header_is_an_imprint(tmp_path: Path) -> None:
    rows = simulated("nirspec_ifu_nod")
    imprints = {row["FILENAME"] for row in rows if row.get("IS_IMPRT") == "T"}
    assert imprints
    found = associate(write_files(rows, tmp_path), 2)
    named = {name.replace("_uncal", "_rate") for name in imprints}
    assert members(found, "imprint") <= named
    assert members(found, "imprint")


def test_an_acquisition_is_no_science(tmp_path: Path) -> None:
    rows = simulated("miri_lyot")
    acquisitions = {
        row["FILENAME"].replace("_uncal", "_calints")
        for row in rows
        if row["EXP_TYPE"] == "MIR_TACQ"
    }
    assert acquisitions
    found = associate(write_files(rows, tmp_path, "calints"), 3)
    assert not members(found, "science") & acquisitions


def test_dithers_are_those_of_the_header(tmp_path: Path) -> None:
    rows = simulated("miri_mrs")
    pool = Pool.from_fits(write_files(rows, tmp_path))
    told = {row["PATT_NUM"] for row in rows} - {"", "NULL"}
    assert len(told) > 1
    assert set(pool.values("patt_num")) == told


def test_a_background_of_another_band_matches_nothing(tmp_path: Path) -> None:
    """Its header is read, and not only its name."""
    rows = [row for row in simulated("miri_mrs_background") if row["EXP_TYPE"] == "MIR_MRS"]
    other = {"BAND": "MEDIUM"}
    sky = [row | (other if row.get("BKGDTARG") == "T" else {"BAND": "SHORT"}) for row in rows]
    found = associate(write_files(sky, tmp_path, "rate"), 2)
    for one in found.associations:
        science = {m.expname for m in one.members if m.exptype == "science"}
        assert not (science and {m.expname for m in one.members if m.exptype == "background"})


def test_nods_of_another_target_are_no_backgrounds(tmp_path: Path) -> None:
    rows = [row for row in simulated("nirspec_ifu_nod") if row.get("IS_IMPRT") != "T"]
    half = {row["FILENAME"] for row in rows if row["PATT_NUM"] in ("1", "2")}
    moved = [row | ({} if row["FILENAME"] in half else {"TARGPROP": "OTHER"}) for row in rows]
    found = associate(write_files(moved, tmp_path), 2)
    near = {name.replace("_uncal", "_rate") for name in half}
    assert found.associations
    for one in found.associations:
        names = {member.expname for member in one.members}
        assert names <= near or not names & near


def test_a_directory_is_kept(tmp_path: Path) -> None:
    rows = simulated("miri_image")
    (tmp_path / "cal").mkdir()
    for row in rows:
        write_file(row, tmp_path / "cal" / row["FILENAME"].replace("_uncal", "_cal"))
    found = associate(tmp_path / "cal", 3, out=tmp_path, paths="relative")
    assert all(name.startswith("cal/") for name in members(found, "science"))
