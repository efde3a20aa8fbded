"""One call from files to association files: roles, names of files, and what is left over."""

from __future__ import annotations

import inspect
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from astropy.io import fits

from asnsolve import PoolError, UsageError, validate_file
from asnsolve.associations.json_fields import to_dict
from asnsolve.associations.validation import validate_data
from asnsolve.cli.main import main
from asnsolve.from_files.associate_files import associate, associate_request
from asnsolve.from_files.request import Request
from asnsolve.from_files.solved_request import Associated
from asnsolve.simulate import MODES, Program, simulate
from tests.docs.pages import ROOT
from tests.from_files.small import files_of
from tests.pool.fits_files import write_files


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
    members = {Path(member.expname).name for one in found.associations for member in one.members}
    assert members == {file.name for file in files}
    assert all(validate_file(path) == () for path in found.written)
    assert len(found.written) == len(found.associations)


def test_level_2_keeps_the_names_of_the_files(tmp_path: Path) -> None:
    files = files_of("miri_image", tmp_path, "rate")
    found = associate(files, 2)
    assert found.written == ()
    assert sorted(Path(one.members[0].expname).name for one in found.associations) == sorted(
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
    assert {
        Path(member.expname).name for member in one.members if member.exptype == "background"
    } == {file.name for file in sky}
    assert {Path(member.expname).name for member in one.members if member.exptype == "science"} == {
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
        policy: associate(tmp_path / "cal", 3, out=out, paths=policy, replace=True)
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
    told = {Path(member.expname).name for one in found.associations for member in one.members}
    assert told <= {file.name for file in kept}
    images = files_of("miri_image", tmp_path / "image")
    with pytest.raises(UsageError, match=r"products would be named mine; .* Put {product} or "):
        associate(images, 2, product="mine")
    (named,) = associate(images, product="mine").associations
    assert (named.level, named.products[0].name) == (3, "mine")


def test_nothing_to_associate(tmp_path: Path) -> None:
    (tmp_path / "text.fits").write_text("nothing")
    with pytest.raises(PoolError, match="the file is not a FITS file"):
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
    (tmp_path / "asn").rename(tmp_path / "before")
    assert main([*argv, "--background", "gone.fits"]) == 2
    assert capsys.readouterr() == (
        "",
        "asnsolve: error: --background gone.fits: there is no such file\n",
    )
    assert not (tmp_path / "asn").exists()
    (tmp_path / "cal" / "text.fits").write_text("nothing")
    assert main([*argv, "--dry-run"]) == 1
    assert "text.fits: the file is not a FITS file" in capsys.readouterr().out


def by_product(found: Associated) -> dict[str, list[tuple[str, str]]]:
    """Return members, their files shortened to what tells them apart, by product."""
    return {
        product.name: [(Path(member.expname).name, member.exptype) for member in product.members]
        for one in found.associations
        for product in one.products
    }


def test_observations_are_taken_together(tmp_path: Path) -> None:
    files = files_of("miri_image_mosaic", tmp_path)
    assert [len(one.members) for one in associate(files, 3).associations] == [4, 4]
    (one,) = associate(files, 3, together="observation").associations
    assert {Path(member.expname).name for member in one.members} == {file.name for file in files}
    assert one.asn_id == "c1001"
    assert len(associate(files, 2, together="observation").associations) == len(files)


def test_targets_are_taken_together(tmp_path: Path) -> None:
    first = files_of("miri_image", tmp_path / "a")
    files_of("miri_image", tmp_path / "b")
    second = [
        file.rename(file.with_name(file.name.replace("jw00007001", "jw00007002")))
        for file in sorted((tmp_path / "b").iterdir())
    ]
    for file in second:
        with fits.open(file, mode="update") as opened:
            opened[0].header["OBSERVTN"] = "2"
            opened[0].header["VISIT_ID"] = "00007002001"
            opened[0].header["TARGPROP"] = "ANOTHER-NAME"
    assert len(associate([*first, *second], 3, together="observation").associations) == 2
    both = associate([*first, *second], 3, together=("observation", "target"))
    assert [len(one.members) for one in both.associations] == [8]


def test_what_is_kept_apart_has_names_of_its_own(tmp_path: Path) -> None:
    files = files_of("miri_image", tmp_path)
    found = associate(files, 3, apart="dither")
    stem = "jw00007-o001_t001_miri_f770w"
    assert by_product(found) == {
        f"{stem}-dither{number}": [(file.name, "science")]
        for number, file in enumerate(files, start=1)
    }
    (note,) = found.notes
    assert str(note) == (
        f"4 products would be named {stem}; dither is added: dither1, dither2, dither3, dither4"
    )
    assert all(validate_data(to_dict(one), one.file_name) == () for one in found.associations)


def test_what_names_a_product_that_was_told_apart_is_told(tmp_path: Path) -> None:
    rows = [dict(r) for r in simulate([Program(number=7, plans=(MODES["niriss_wfss"].plan(),))])]
    images = [row for row in rows if row["EXP_TYPE"] == "NIS_IMAGE"]
    for number, row in enumerate(images, start=1):
        row["PATT_NUM"] = str(number)
    found = associate(write_files(rows, tmp_path, "rate"), apart="dither")
    (note,) = (note for note in found.notes if "niriss_clear-f150w; " in note.what)
    assert note.what.endswith("; dither is added: dither1, dither2, dither3")
    assert note.advice == (
        "Edit the associations that still have the old name: jw00007-o001_spec2_00001_asn.json "
        "and 3 more."
    )


def test_visits_are_taken_together(tmp_path: Path) -> None:
    """The images of one activity of wavefront sensing, in two visits."""
    rows = simulate([Program(number=7, plans=(MODES["nircam_wavefront"].plan(observations=1),))])
    first = [dict(row) for row in rows if row["OBS_NUM"] == "1"]
    second = [
        {
            name: cell.replace("00007001001", "00007001002") if name != "VISIT" else "2"
            for name, cell in row.items()
        }
        for row in first
    ]
    files = write_files([*first, *second], tmp_path, "cal")

    def sizes(**asked: Any) -> list[int]:
        found = associate(files, 3, **asked)
        return [len(one.members) for one in found.associations if one.rule == "Asn_Lv3WFSCMB"]

    assert sizes() == [2, 2, 2, 2]
    assert sizes(together="visit") == [4, 4]


def test_detectors_are_kept_apart_with_what_serves_them(tmp_path: Path) -> None:
    files = files_of("nircam_image", tmp_path)
    names = by_product(associate(files, 3, apart="detector"))
    assert len(names) == 5
    for product, members in names.items():
        detectors = {name.split("_")[3] for name, _ in members}
        assert len(detectors) == 1
        assert product.endswith(f"-{detectors.pop()}") or product.endswith("clear-f444w")
    mrs = files_of("miri_mrs_background", tmp_path / "mrs")
    split = [
        one for one in associate(mrs, 3, apart="detector").associations if len(one.members) > 4
    ]
    assert len(split) == 2
    for one in split:
        unit = one.products[0].name.rpartition("-")[2]
        roles = {m.exptype for m in one.members if unit in m.expname}
        assert roles == {"science", "background"}
        assert {m.exptype for m in one.members if unit not in m.expname} == {"target_acquisition"}


def test_visits_are_kept_apart(tmp_path: Path) -> None:
    rows = [dict(row) for row in simulate([Program(number=7, plans=(MODES["miri_image"].plan(),))])]
    second = [
        row
        | {
            "FILENAME": row["FILENAME"].replace("jw00007001001", "jw00007001002"),
            "VISIT": "2",
            "VISIT_ID": "00007001002",
        }
        for row in rows
    ]
    files = write_files([*rows, *second], tmp_path, "cal")
    assert len(associate(files, 3).associations) == 1
    assert sorted(by_product(associate(files, 3, apart="visit"))) == [
        f"jw00007-o001_t001_miri_f770w-visit{visit}" for visit in (1, 2)
    ]


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"together": "observations"}, r"--together does not take.*Did you mean observation"),
        ({"apart": "filtre"}, r"--apart does not take 'filtre'.*attribute of a pool.*mean filter"),
        (
            {"together": "observation", "apart": "visit"},
            "--together observation and --apart visit contradict each other",
        ),
    ],
)
def test_groupings_that_make_no_sense(tmp_path: Path, asked: dict[str, Any], refusal: str) -> None:
    files = files_of("miri_image", tmp_path)
    with pytest.raises(UsageError, match=refusal):
        associate(files, 3, **asked)


def test_self_calibration_has_the_same_detector(tmp_path: Path) -> None:
    files = files_of("miri_mrs_background", tmp_path, "rate")
    sky = [file for file in files if file.name.startswith("jw00007002")]
    star = [file for file in files if file not in sky]
    found = associate(star, 2, selfcal=sky)
    assert found.problems == ()
    spectra = [one for one in found.associations if one.asn_type == "spec2"]
    assert len(spectra) == 8
    for one in spectra:
        science, *others = one.members
        unit = science.expname.split("_")[3]
        assert [m.exptype for m in others] == ["selfcal"] * 2
        assert {m.expname.split("_")[3] for m in others} == {unit}
        assert validate_data(to_dict(one), one.file_name) == ()
    # What serves alone is not processed by itself.
    assert not any(one.products[0].name.startswith("jw00007002") for one in found.associations)


def test_what_was_given_for_a_role_and_has_it_nowhere_is_told(tmp_path: Path) -> None:
    files = files_of("miri_mrs_background", tmp_path, "rate", BKGDTARG="F")
    sky = [file for file in files if file.name.startswith("jw00007002")]
    for file in sky:
        with fits.open(file, mode="update") as opened:
            opened[0].header["BAND"] = "LONG"
    found = associate(files, 2, backgrounds=sky)
    assert [problem.location.file for problem in found.problems] == list(map(str, sky))
    for problem in found.problems:
        assert problem.what == "given as background, but not used as background in any association"
        assert "Asn_Lv2Spec: opt_elem differs: long and short." in problem.advice
    told = [note for note in found.notes if "no dedicated background fits it" in note.what]
    assert len(told) == 2  # one for each detector
    other = associate(files, 2, selfcal=[file for file in files if "mirimage" in file.name])
    assert "With jw00007001001_" in other.problems[0].advice
    assert "detector differs: mirimage and mirifu" in other.problems[0].advice


def test_files_of_several_stages_are_taken_as_the_rule_asks(tmp_path: Path) -> None:
    cal = files_of("miri_lrs_slit", tmp_path, "cal")
    (one,) = associate(cal, 3).associations
    spectra = {Path(m.expname).name for m in one.members if m.exptype == "background"}
    assert all(name.endswith("_x1d.fits") for name in spectra)
    files_of("miri_lrs_slit", tmp_path, "x1d")
    files_of("miri_lrs_slit", tmp_path, "rate")
    both = associate(tmp_path, 3)
    assert both.associations == (one,)
    assert both.problems == ()
    assert [note.what.partition(": ")[0] for note in both.notes] == [
        "files at stage rate that are not needed, because other files of their exposures are used",
        "files at stage x1d that are not needed, because other files of their exposures are used",
    ]
    assert [note.what.rpartition(" and ")[2] for note in both.notes] == ["3 more", "1 more"]
    level2 = associate(tmp_path, 2)
    assert all(m.expname.endswith("_rate.fits") for a in level2.associations for m in a.members)


def test_another_stage_than_the_rule_takes_is_told(tmp_path: Path) -> None:
    files = files_of("miri_image", tmp_path, "rate")
    found = associate(files, 3)
    (note,) = found.notes
    assert str(note) == (
        f"rule Asn_Lv3Image: science members at stage rate: {files[0]} and 3 more; "
        "expected cal files. Give the cal files, or make them first."
    )
    assert {Path(m.expname).name for m in found.associations[0].members} == {
        file.name for file in files
    }


def test_one_file_for_two_stages_makes_one_association(tmp_path: Path) -> None:
    files = files_of("nircam_coron_full", tmp_path, "rate")
    found = associate(files, 2)
    products = [one.products[0].name for one in found.associations]
    assert len(products) == len(set(products)) == len(files)
    files_of("nircam_coron_full", tmp_path, "rateints")
    assert len(associate(tmp_path, 2).associations) == 27


def test_refusals_name_the_file_that_was_given(tmp_path: Path) -> None:
    files = files_of("niriss_soss", tmp_path, "calints")
    (refused,) = associate(files, 3).leftover
    assert refused.filename in map(str, files)
    assert refused.refusal is not None
    assert (refused.refusal.rule, refused.refusal.clause) == ("Asn_Lv3TSO", "calibrated_soss")


def test_what_no_header_tells_comes_from_a_table(tmp_path: Path) -> None:
    files = files_of("miri_image_mosaic", tmp_path / "cal")
    table = tmp_path / "extra.csv"
    ties = "[('o{}', 'observation'), ('c1003', 'mosaic')]"
    lines = [f'{file.name},"{ties.format(file.name[7:10])}"' for file in files]
    table.write_text("\n".join(["FILENAME,ASN_CANDIDATE", *lines]))
    found = associate(files, 3, extra=table, together="observation")
    assert {one.asn_id for one in found.associations} == {"c1003"}


def test_a_name_leaves_out_every_file_that_has_it(tmp_path: Path) -> None:
    files = files_of("miri_image", tmp_path)
    found = associate(tmp_path, 3, exclude=files[0].name)
    assert {Path(m.expname).name for m in found.associations[0].members} == {
        f.name for f in files[1:]
    }
    assert "there is no such file" in str(associate(tmp_path, 3, exclude="none.fits").problems[0])


def test_backgrounds_of_references_serve_references(tmp_path: Path) -> None:
    files = files_of("miri_4qpm", tmp_path, "rateints")
    found = associate(files, 2)
    serving = {
        members[0][0][:10]: {name[:10] for name, role in members if role == "background"}
        for members in by_product(found).values()
        if len(members) > 1
    }
    assert serving == {
        "jw00007001": {"jw00007004"},
        "jw00007002": {"jw00007004"},
        "jw00007003": {"jw00007005"},
    }
    # A list decides for all, whatever headers say of references.
    sky = [file for file in files if file.name.startswith("jw00007005")]
    star = [file for file in files if file.name.startswith("jw00007001001_03")]
    (one,) = (a for a in associate(star, 2, backgrounds=sky).associations if len(a.members) > 1)
    assert {Path(member.expname).name: member.exptype for member in one.members} == {
        star[0].name: "science",
        sky[0].name: "background",
    }


def test_what_is_done_already_is_not_made(tmp_path: Path) -> None:
    files = files_of("miri_mrs_background", tmp_path / "cal")
    sky = files_of("miri_mrs_background", tmp_path / "x1d", "x1d")
    stars = [file for file in files if file.name.startswith("jw00007001")]
    skies = [file for file in sky if file.name.startswith("jw00007002")]
    found = associate(stars, 3, backgrounds=skies)
    assert [one.rule for one in found.associations] == ["Asn_Lv3MIRMRS"]
    assert (found.problems, found.leftover) == ((), ())
    assert [str(note) for note in found.notes] == [
        f"rule Asn_Lv3MIRMRSBackground: the association of {skies[0]} is not made, because its "
        "science is already at stage x1d"
    ]
    assert {one.level for one in associate(stars).associations} == {3}
    assert {one.level for one in associate(stars, 2).associations} == {2}


@pytest.mark.parametrize(("mode", "stage"), [("miri_mrs", "x1d"), ("miri_lrs_slit", "s2d")])
@pytest.mark.parametrize("level", ["2", "3", ""])
def test_what_makes_nothing_is_a_finding(
    mode: str, stage: str, level: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Science at its last stage begins no association, at either level."""
    files = files_of(mode, tmp_path, stage)
    spectra = [str(file) for file in files if "mirifu" in file.name or mode != "miri_mrs"]
    chosen = spectra if mode == "miri_mrs" else spectra[-2:]
    asked = ["associate", *chosen, *(["--level", level] if level else []), "--dry-run"]
    assert main(asked) == 1
    said = capsys.readouterr().out
    assert (
        "no association can be made from these files; expected rate files for level 2, or cal "
        "files for level 3\n" in said
    )
    assert said.endswith("0 associations, 0 files written\n")


def test_intermediate_products_are_never_preferred(tmp_path: Path) -> None:
    for stage, other, level in (("cal", "bsub", 3), ("rate", "ramp", 2)):
        files = files_of("miri_image", tmp_path / stage, stage)
        others = files_of("miri_image", tmp_path / stage, other)
        found = associate(tmp_path / stage, level, paths="absolute")
        assert (found.problems, found.leftover) == ((), ())
        members = {m.expname for one in found.associations for m in one.members}
        assert members == set(map(str, files))
        (note,) = found.notes
        assert str(note) == (
            f"files at stage {other} that are not needed, because other files of their exposures "
            f"are used: {others[0]} and 3 more"
        )


@pytest.mark.parametrize("suffix", ["destreak_cal", "a3001_match", "tweakreg"])
def test_versions_of_users_are_members(suffix: str, tmp_path: Path) -> None:
    files = files_of("miri_image", tmp_path, suffix)
    found = associate(tmp_path, 3, paths="absolute")
    (one,) = found.associations
    assert [m.expname for m in one.members] == list(map(str, files))
    assert (found.problems, found.leftover) == ((), ())
    # A file of the archive beside them is taken instead, until it is left out.
    files_of("miri_image", tmp_path, "cal")
    (one,) = associate(tmp_path, 3).associations
    assert {m.stage for m in one.members} == {"cal"}
    (one,) = associate(tmp_path, 3, exclude="*_mirimage_cal.fits", paths="absolute").associations
    assert [m.expname for m in one.members] == list(map(str, files))


def test_a_combined_product_cannot_have_a_role(tmp_path: Path) -> None:
    files = files_of("miri_mrs", tmp_path, "cal")
    spectrum = tmp_path / "jw00007-o002_t002_miri_ch1_x1d.fits"
    spectrum.write_bytes(files[0].read_bytes())
    assert associate(tmp_path, 3).problems == ()
    (problem,) = associate(files, 3, backgrounds=spectrum).problems
    what = "it was given as background, but it is not a file of a single exposure"
    assert str(problem) == f"{spectrum}: {what}"


def test_only_what_is_alike_is_tied(tmp_path: Path) -> None:
    """References of coronagraphy do not merge images that are in the program too."""
    coronagraphy = MODES["miri_lyot"].plan()
    images = MODES["miri_image_mosaic"].plan()
    rows = simulate([Program(number=7, plans=(coronagraphy, images))])
    files = write_files([row for row in rows if row["MOSTILNO"] == "1"], tmp_path, "cal")
    found = associate(files, 3)
    assert [(one.rule, one.asn_id) for one in found.associations] == [
        ("Asn_Lv3MIRCoron", "c1001"),
        ("Asn_Lv3Image", "o004"),
        ("Asn_Lv3Image", "o005"),
    ]


def test_requests_that_make_no_sense(tmp_path: Path) -> None:
    files = files_of("miri_image", tmp_path)
    with pytest.raises(UsageError, match="the level is 4; expected 2 or 3"):
        associate(files, 4)
    short: Any = "short"
    with pytest.raises(UsageError, match="paths is 'short'; expected one of auto, name, relative"):
        associate(files, 3, paths=short)


def test_a_dry_run_is_refused_as_the_call_would_be(tmp_path: Path) -> None:
    files_of("miri_image", tmp_path / "cal")
    fields = {"files": tmp_path / "cal", "level": 3, "out": tmp_path / "asn", "file_name": "mine"}
    request = Request.of(fields)
    (written,) = associate_request(request).written
    edited = written.read_text("utf-8").replace('"science"', '"background"')
    written.write_text(edited, "utf-8")
    with pytest.raises(UsageError, match="already exists with other content"):
        associate_request(request, dry_run=True)
    replacing = replace(request, replace=True)
    assert associate_request(replacing, dry_run=True).written == ()
    assert written.read_text("utf-8") == edited


def test_members_are_named_as_asked_where_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (file, *_) = files_of("miri_image", Path("d"), "rate")
    (one,) = associate(file, 2, paths="relative").associations
    assert [m.expname for m in one.members] == [str(file)]
    found = associate(file, 2, paths="name")
    assert [m.expname for m in found.associations[0].members] == [file.name]
    assert [str(note) for note in found.notes] == [
        ".: calwebb_image2 will not find members that are in other directories. Move the "
        "association files beside the members."
    ]


def test_files_of_the_same_names_are_replaced_on_request(tmp_path: Path) -> None:
    first, second = files_of("miri_image", tmp_path, "rate")[:2]
    out = tmp_path / "asn"
    (path,) = associate(first, 2, out=out).written
    assert associate(second, 2, out=out, replace=True).written == (path,)
    (other,) = associate(first, 2, out=out).written
    assert other.name.endswith("_00002_asn.json")


def test_a_file_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    file = files_of("miri_image", tmp_path, "rate")[0]
    (tmp_path / "asn" / "one_asn.json").mkdir(parents=True)
    found = associate(file, 2, out=tmp_path / "asn", file_name="one", replace=True)
    assert found.written == ()
    (problem,) = found.problems
    assert problem.location.file == str(tmp_path / "asn" / "one_asn.json")


def test_a_call_says_nothing_but_its_files_unless_asked() -> None:
    """In the signature, as an editor shows it, are the defaults of a request."""
    parameters = dict(inspect.signature(associate).parameters)
    given = Request(files=("a",))
    defaults = {
        name: parameter.default
        for name, parameter in parameters.items()
        if name not in ("files", "on_file", "rules")
    }
    assert defaults == {name: getattr(given, name) for name in defaults}
    assert parameters["on_file"].default is None


def test_rules_of_another_mission_are_refused(tmp_path: Path) -> None:
    rules = ROOT / "docs/how-to/missions/roman_like.py"
    with pytest.raises(UsageError, match=r"cannot be used with FITS files"):
        associate([tmp_path], rules=rules)
