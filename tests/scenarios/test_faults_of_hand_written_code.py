"""What goes wrong where associations of files are written by hand does not go wrong here."""

from __future__ import annotations

from pathlib import Path

from asnsolve import Pool
from asnsolve.from_files.associate_files import associate
from asnsolve.from_files.solved_request import Associated
from asnsolve.simulate import MODES, Program, simulate
from tests.pool.fits_files import write_file, write_files


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def simulated(mode: str, **options: object) -> list[dict[str, str]]:
    plan = MODES[mode].plan(**options)
    return [dict(row) for row in simulate([Program(number=7, plans=(plan,))])]


def members(found: Associated, role: str) -> set[str]:
    return {
        Path(member.expname).name
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
        science = {Path(m.expname).name for m in one.members if m.exptype == "science"}
        assert not (
            science and {Path(m.expname).name for m in one.members if m.exptype == "background"}
        )


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
    names = [member.expname for one in found.associations for member in one.members]
    assert names
    assert all(name.startswith("cal/") for name in names)


def test_an_imprint_serves_the_tile_it_was_taken_at(tmp_path: Path) -> None:
    """Tiles are not all tile 1."""
    rows = simulated("nirspec_ifu_nod", tiles=2)
    visits = {row["VISIT"] for row in rows}
    assert visits == {"1", "2"}
    found = associate(write_files(rows, tmp_path, "rate"), 2)
    served = 0
    for one in found.associations:
        imprints = {Path(m.expname).name[10:13] for m in one.members if m.exptype == "imprint"}
        if imprints:
            served += 1
            assert imprints == {Path(m.expname).name[10:13] for m in one.members}
    assert served == 16


def test_an_imprint_serves_the_dither_point_it_was_taken_at(tmp_path: Path) -> None:
    """Dither points are not all point 1."""
    rows = simulated("nirspec_ifu_dither")
    found = associate(write_files(rows, tmp_path, "rate"), 2)
    served = [one for one in found.associations if len(one.members) > 1]
    assert len(served) == 8
    for one in served:
        science, imprint = (Path(member.expname).name.split("_") for member in one.members)
        assert science[1] != imprint[1]  # another activity
        assert science[2:] == imprint[2:]  # of the same point and detector


def test_sub_pixel_dithers_are_no_backgrounds(tmp_path: Path) -> None:
    """They have the source in the same place: only the other primary points are background."""
    rows = simulated("nirspec_slit", nods=2, subpixel=2)
    points = {row["FILENAME"]: row["PATT_NUM"] for row in rows if row["PATT_NUM"] != "NULL"}
    assert set(points.values()) == {"1", "2", "3", "4"}
    found = associate(write_files(rows, tmp_path, "rate"), 2)
    nodded = [one for one in found.associations if one.rule == "Asn_Lv2NRSFSS"]
    assert len(nodded) == 8
    for one in nodded:
        science, *others = (
            points[Path(m.expname).name.replace("_rate", "_uncal")] for m in one.members
        )
        assert set(others) == ({"3", "4"} if science in "12" else {"1", "2"})


def test_the_slit_is_in_the_name(tmp_path: Path) -> None:
    rows = simulated("nirspec_bright_object")
    (one,) = associate(write_files(rows, _folder(tmp_path / "a"), "calints"), 3).associations
    assert "-s1600a1" in one.products[0].name
    slits = simulated("nirspec_slits")
    found = associate(write_files(slits, _folder(tmp_path / "b"), "cal"), 3)
    names = [one.products[0].name for one in found.associations]
    assert len(set(names)) == len(names) == 2
    assert all("{slit_name}" in name for name in names)


def test_products_of_one_name_do_not_take_each_others_place(tmp_path: Path) -> None:
    rows = simulated("nircam_image")
    found = associate(write_files(rows, _folder(tmp_path / "cal"), "cal"), 3, apart="dither")
    names = [one.products[0].name for one in found.associations]
    assert len(names) == len(set(names)) == 4
    assert found.notes
