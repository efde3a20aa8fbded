"""One call from files to association files: roles, names of files, and what is left over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from asnsolve import PoolError, UsageError, validate_file
from asnsolve.cli.main import main
from asnsolve.plans.associate import Associated, associate
from asnsolve.simulate import MODES, Program, simulate
from tests.pool.fits_files import write_files


def files_of(mode: str, folder: Path, stage: str = "cal", **cells: str) -> list[Path]:
    """Write the files of a mode; cells take the place of what its rows say."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = simulate([Program(number=7, plans=(MODES[mode].plan(),))])
    return write_files([row | cells for row in rows], folder, stage)


def roles(found: Associated) -> list[dict[str, int]]:
    counts = []
    for one in found.associations:
        told: dict[str, int] = {}
        for member in one.members:
            told[member.exptype] = told.get(member.exptype, 0) + 1
        counts.append(told)
    return counts


def test_images_are_associated_by_what_their_headers_say(tmp_path: Path) -> None:
    files = files_of("miri_image", tmp_path / "cal")
    found = associate(tmp_path / "cal", 3, out=tmp_path / "asn")
    assert found.problems == ()
    assert {one.level for one in found.associations} == {3}
    members = {member.expname for one in found.associations for member in one.members}
    assert members == {file.name for file in files}
    assert all(validate_file(path) == () for path in found.written)
    assert len(found.written) == len(found.associations)


def test_level_2_keeps_the_names_of_the_files(tmp_path: Path) -> None:
    files = files_of("miri_image", tmp_path, "rate")
    found = associate(files, 2)
    assert found.written == ()
    assert sorted(one.members[0].expname for one in found.associations) == sorted(
        file.name for file in files
    )


def test_a_list_of_backgrounds_overrides_headers(tmp_path: Path) -> None:
    """The sky is told by the list alone: no header says so."""
    files = files_of("miri_mrs_background", tmp_path, BKGDTARG="F")
    sky = [file for file in files if file.name.startswith("jw00007002")]
    star = [file for file in files if file not in sky and "mirimage" not in file.name]
    assert sky
    found = associate(star, 3, backgrounds=sky)
    (one,) = [found for found in found.associations if found.rule == "Asn_Lv3MIRMRS"]
    assert one.asn_id == "c1000"
    assert {member.expname for member in one.members if member.exptype == "background"} == {
        file.name for file in sky
    }
    assert {member.expname for member in one.members if member.exptype == "science"} == {
        file.name for file in star
    }
    plain = associate(files, 3)
    assert all("background" not in counts for counts in roles(plain))


def test_psf_references_are_tied_to_science(tmp_path: Path) -> None:
    files = files_of("miri_lyot", tmp_path, "calints")
    found = associate(files, 3)
    (one,) = found.associations
    assert (one.rule, one.asn_id) == ("Asn_Lv3MIRCoron", "c1001")
    assert set(roles(found)[0]) >= {"science", "psf"}
    without = associate([file for file in files if file.name[:10] == "jw00007001"], 3)
    assert without.associations == ()
    assert any("clause needs" in str(orphan) for orphan in without.leftover)


def test_paths_follow_a_policy(tmp_path: Path) -> None:
    files_of("miri_image", tmp_path / "cal")
    out = tmp_path / "asn"
    named = {
        policy: associate(tmp_path / "cal", 3, out=out, paths=policy)
        .associations[0]
        .members[0]
        .expname
        for policy in ("name", "relative", "absolute")
    }
    assert named["relative"] == f"../cal/{named['name']}"
    assert named["absolute"] == str(tmp_path / "cal" / named["name"])


def test_files_are_left_out_and_products_named(tmp_path: Path) -> None:
    files = files_of("niriss_soss", tmp_path, "calints")
    kept = [file for file in files if file.name.startswith("jw00007001001_04101")] or files[-1:]
    found = associate(tmp_path, 3, exclude=[file for file in files if file not in kept])
    told = {member.expname for one in found.associations for member in one.members}
    assert told <= {file.name for file in kept}
    images = files_of("miri_image", tmp_path / "image")
    with pytest.raises(UsageError, match=r"associations are made, and one name is given; expected"):
        associate(images, product="mine")


def test_nothing_to_associate(tmp_path: Path) -> None:
    (tmp_path / "text.fits").write_text("nothing")
    with pytest.raises(PoolError, match="the file is no FITS file"):
        associate(tmp_path)
    with pytest.raises(PoolError, match="there is no such file"):
        associate(tmp_path / "none.fits")


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files_of("miri_image", tmp_path / "cal")
    argv = ["associate", str(tmp_path / "cal"), "--level", "3", "-p", str(tmp_path / "asn")]
    assert main(argv) == 0
    text = capsys.readouterr().out
    assert text.splitlines()[0].startswith("jw00007-o001_image3_00001_asn.json: jw00007-o001_t001_")
    assert main([*argv, "--dry-run", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["written"] == []
    assert data["counts"]["leftover"] == 0
    (tmp_path / "cal" / "text.fits").write_text("nothing")
    assert main([*argv, "--dry-run"]) == 1
    assert "text.fits: the file is no FITS file" in capsys.readouterr().out
