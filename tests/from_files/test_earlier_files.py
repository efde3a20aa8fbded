"""Nothing that an earlier call wrote is replaced: numbers and made-up ids go on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from asnsolve import associate
from asnsolve.associations.asn_files import write_all
from asnsolve.associations.association import Association
from asnsolve.cli.main import main
from asnsolve.errors import UsageError
from asnsolve.from_files.earlier_files import continued
from tests.from_files.small import association, derived, member
from tests.pool.fits_files import write_file

IMAGE = {
    "INSTRUME": "MIRI",
    "DETECTOR": "MIRIMAGE",
    "SUBARRAY": "FULL",
    "EXP_TYPE": "MIR_IMAGE",
    "FILTER": "F770W",
    "PROGRAM": "1386",
    "VISIT": "1",
    "VISITGRP": "04",
    "SEQ_ID": "1",
    "ACT_ID": "02",
    "EXPOSURE": "1",
}


def image(folder: Path, observation: int, target: str, stage: str = "rate") -> Path:
    folder.mkdir(exist_ok=True)
    row = {**IMAGE, "OBS_NUM": str(observation), "TARGPROP": target}
    return write_file(
        row, folder / f"jw01386{observation:03d}001_04102_00001_mirimage_{stage}.fits"
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_each_target_has_its_own_sky_in_one_directory(tmp_path: Path) -> None:
    """Both calls tie a star to its sky by a candidate c1000."""
    star, sky = image(tmp_path / "f", 8, "STAR"), image(tmp_path / "f", 30, "SKY1")
    other, its_sky = image(tmp_path / "f", 7, "REF"), image(tmp_path / "f", 31, "SKY2")
    out = tmp_path / "asn"
    associate(star, 2, backgrounds=sky, out=out)
    before = contents(out)
    second = associate(other, 2, backgrounds=its_sky, out=out)
    assert [path.name for path in second.written] == [
        "jw01386-c1000_image2_00002_asn.json",
        "jw01386-o031_image2_00001_asn.json",
    ]
    assert before.items() <= contents(out).items()
    assert [str(note).partition(": ")[2] for note in second.notes] == [
        "new files have the next free numbers, because files with other content have their names: "
        "jw01386-c1000_image2_00002_asn.json instead of jw01386-c1000_image2_00001_asn.json. "
        "Use --replace (in Python replace=True) to replace the files that are there.",
        "other association files of the same types are already in this directory: "
        "jw01386-c1000_image2_00001_asn.json and 1 more",
    ]
    # The same calls again write nothing.
    after = contents(out)
    again = associate(other, 2, backgrounds=its_sky, out=out)
    assert (again.written, again.unchanged) == ((), second.written)
    assert again.associations == second.associations
    assert associate(star, 2, backgrounds=sky, out=out).written == ()
    assert contents(out) == after


def test_products_of_one_name_have_other_ids(tmp_path: Path) -> None:
    out = tmp_path / "asn"
    files = [image(tmp_path / "f", 1, "A", "cal"), image(tmp_path / "f", 2, "A", "cal")]
    associate(files, 3, together="observation", out=out)
    before = contents(out)
    more = [image(tmp_path / "f", 3, "A", "cal"), image(tmp_path / "f", 4, "A", "cal")]
    found = associate(more, 3, together="observation", out=out)
    (one,) = found.associations
    assert one.asn_id == "c1004"
    assert one.products[0].name.startswith("jw01386-c1004_t001_")
    assert one.file_name == "jw01386-c1004_image3_00001_asn.json"
    assert all("c1004" in str(member.asn_candidate) for member in one.members)
    assert before.items() <= contents(out).items()
    assert "products of candidate c1001 from an earlier call" in str(found.notes[0])
    again = associate(more, 3, together="observation", out=out)
    assert (again.associations, again.written) == (found.associations, ())


def test_a_finer_grouping_stays_beside_a_wider_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for observation in (1, 2):
        image(tmp_path / "cal", observation, "A", "cal")
    argv = ["associate", str(tmp_path / "cal"), "--level", "3", "-p", str(tmp_path / "asn")]
    assert main([*argv, "--together", "observation", "--json"]) == 0
    before = contents(tmp_path / "asn")
    capsys.readouterr()
    assert main(argv) == 0
    text = capsys.readouterr().out
    assert "other association files of the same types are already in this directory: " in text
    assert before.items() <= contents(tmp_path / "asn").items()
    assert main(argv) == 0
    assert "2 associations, 0 files written, 2 unchanged" in capsys.readouterr().out


def test_an_edited_association_is_kept(tmp_path: Path) -> None:
    files = [image(tmp_path / "f", 1, "A", "cal"), image(tmp_path / "f", 1, "A", "cal")]
    out = tmp_path / "asn"
    (path,) = associate(files[:1], 3, out=out).written
    data = json.loads(path.read_text())
    data["products"][0]["members"].append({"expname": "other_cal.fits", "exptype": "background"})
    path.write_text(json.dumps(data))
    before = contents(out)
    found = associate(files[:1], 3, out=out)
    (written,) = found.written
    assert written.name.endswith("_00002_asn.json")
    assert before.items() <= contents(out).items()
    assert "product names that other association files have too: " in str(found.notes[-1])
    replaced = associate(files[:1], 3, out=out, replace=True)
    # The association is there under its second number, and the edited one is of another call.
    assert replaced.written == ()


def test_the_same_association_with_other_paths_stops_the_call(tmp_path: Path) -> None:
    file = image(tmp_path / "f", 1, "A", "cal")
    out = tmp_path / "asn"
    (path,) = associate(file, 3, out=out, paths="name").written
    with pytest.raises(UsageError, match=r"00001_asn\.json: already exists with other content"):
        associate(file, 3, out=out)
    assert associate(file, 3, out=out, replace=True).written == (path,)
    assert associate(file, 3, out=out).unchanged == (path,)


def named(number: int, file: str, asn_id: str = "o001", product: str = "x") -> Association:
    name = f"jw00007-{asn_id}_image3_{number:05d}_asn.json"
    return replace(association(member(file), file=name, product=product), asn_id=asn_id)


def names(*new: Association, folder: Path, replacing: bool = False) -> list[str]:
    found = continued(new, folder, replacing=replacing)
    return [one.file_name[8:25].replace("_image3_0000", " ") for one in found.associations]


def test_numbers_go_on_after_the_last(tmp_path: Path) -> None:
    write_all([named(1, "a_cal.fits"), named(4, "b_cal.fits")], tmp_path)
    assert names(named(1, "c_cal.fits"), named(2, "d_cal.fits"), folder=tmp_path) == [
        "o001 5",
        "o001 2",
    ]
    assert names(named(1, "b_cal.fits"), named(2, "c_cal.fits"), folder=tmp_path) == [
        "o001 4",
        "o001 2",
    ]
    # What this call makes is never one file, even if it may replace others.
    both = [named(4, "c_cal.fits"), named(1, "b_cal.fits")]
    assert names(*both, folder=tmp_path, replacing=True) == ["o001 5", "o001 4"]
    assert names(named(1, "c_cal.fits"), folder=tmp_path, replacing=True) == ["o001 1"]
    assert names(named(1, "c_cal.fits"), folder=tmp_path / "none") == ["o001 1"]


def test_numbers_go_on_within_a_version(tmp_path: Path) -> None:
    def versioned(file: str, version: str) -> Association:
        name = f"jw00007-o001_{version}_image3_00001_asn.json"
        return replace(named(1, file), file_name=name, version_id=version)

    write_all([versioned("a_cal.fits", "v1"), named(5, "b_cal.fits")], tmp_path)
    found = continued([versioned("c_cal.fits", version) for version in ("v1", "v2")], tmp_path)
    assert [one.file_name for one in found.associations] == [
        "jw00007-o001_v1_image3_00002_asn.json",
        "jw00007-o001_v2_image3_00001_asn.json",
    ]


def test_several_new_files_of_a_kind_have_different_numbers(tmp_path: Path) -> None:
    write_all([named(number, f"{number}_cal.fits") for number in (1, 2)], tmp_path)
    new = [named(number, f"new{number}_cal.fits") for number in (1, 2, 3)]
    assert names(*new, folder=tmp_path) == ["o001 3", "o001 4", "o001 5"]


def test_of_several_files_with_its_content_an_association_has_its_own(tmp_path: Path) -> None:
    write_all([named(number, "a_cal.fits") for number in (1, 2, 3)], tmp_path)
    for number in (1, 2, 3):
        assert names(named(number, "a_cal.fits"), folder=tmp_path) == [f"o001 {number}"]


def test_catalogs_follow_the_id_of_their_product(tmp_path: Path) -> None:
    def call(file: str) -> list[Association]:
        image3 = named(1, file, "c1001", "jw00007-c1001_t001_niriss_f150w")
        grism = association(
            member("g_rate.fits"),
            derived("jw00007-c1001_t001_niriss_f150w_cat.ecsv", "sourcecat"),
            file="jw00007-o001_spec2_00001_asn.json",
            asn_type="spec2",
        )
        return [image3, grism]

    write_all(call("a_cal.fits")[:1], tmp_path)
    image3, grism = continued(call("b_cal.fits"), tmp_path).associations
    assert image3.products[0].name == "jw00007-c1004_t001_niriss_f150w"
    assert grism.members[1].expname == "jw00007-c1004_t001_niriss_f150w_cat.ecsv"
    write_all([image3, grism], tmp_path)
    assert continued(call("b_cal.fits"), tmp_path).associations == (image3, grism)


def test_an_id_that_is_made_up_twice_in_one_call_differs_from_all(tmp_path: Path) -> None:
    def call(file: str) -> list[Association]:
        return [
            named(1, f"{file}{asn_id}_cal.fits", asn_id, f"jw00007-{asn_id}_t001_niriss_f150w")
            for asn_id in ("c1001", "c1004")
        ]

    write_all(call("a"), tmp_path)
    found = continued(call("b"), tmp_path)
    assert [one.asn_id for one in found.associations] == ["c1007", "c1010"]
    assert [str(note).replace("program 00007: ", "", 1) for note in found.notes[:2]] == [
        "there are products of candidate c1001 from an earlier call, so it is c1007 in this one",
        "there are products of candidate c1004 from an earlier call, so it is c1010 in this one",
    ]


def test_files_of_other_types_are_not_mentioned(tmp_path: Path) -> None:
    other = association(member("x_rate.fits"), file="jw00007-o001_image2_00001_asn.json")
    write_all([replace(other, asn_type="image2", level=2)], tmp_path)
    assert continued([named(1, "a_cal.fits")], tmp_path).notes == ()
    write_all([named(1, "a_cal.fits")], tmp_path)
    (note,) = continued([named(2, "b_cal.fits", product="y")], tmp_path).notes
    assert note.what == (
        "other association files of the same types are already in this directory: "
        "jw00007-o001_image3_00001_asn.json"
    )


def test_a_file_is_recognized_once(tmp_path: Path) -> None:
    write_all([named(1, "a_cal.fits")], tmp_path)
    twice = [named(1, "a_cal.fits"), named(2, "a_cal.fits")]
    assert names(*twice, folder=tmp_path) == ["o001 1", "o001 2"]


def test_made_up_ids_stay_where_others_may_be_replaced(tmp_path: Path) -> None:
    def one(file: str) -> Association:
        return named(1, file, "c1001", "jw00007-c1001_t001_niriss_f150w")

    write_all([one("a_cal.fits")], tmp_path)
    found = continued([one("b_cal.fits")], tmp_path, replacing=True)
    assert found.associations == (one("b_cal.fits"),)
    (apart,) = continued([one("b_cal.fits")], tmp_path).associations
    assert apart.asn_id == "c1004"


PRODUCT = "jw00007-c1001_t001_niriss_f150w"


def made_up(number: int, file: str, **fields: Any) -> Association:
    return replace(named(number, file, "c1001", PRODUCT), **fields)


def test_what_is_recognized_clashes_with_nothing(tmp_path: Path) -> None:
    """If one call makes two products of the same name, earlier calls do not matter."""
    call = [made_up(1, "a_cal.fits"), made_up(2, "b_cal.fits")]
    write_all(call[:1], tmp_path)
    assert continued(call, tmp_path).associations == tuple(call)


def test_what_will_be_replaced_is_not_mentioned(tmp_path: Path) -> None:
    write_all([named(1, "a_cal.fits")], tmp_path)
    assert continued([named(1, "b_cal.fits")], tmp_path, replacing=True).notes == ()


@pytest.mark.parametrize(
    "other",
    [
        named(1, "a_cal.fits", "o002"),
        named(1, "a_cal.fits", product="y"),
        named(1, "b_cal.fits"),
        replace(named(1, "a_cal.fits"), program="00008"),
        replace(named(1, "a_cal.fits"), asn_type="coron3"),
        replace(named(1, "a_cal.fits"), version_id="20260101t000000"),
        association(member("a_cal.fits", "background"), file=named(1, "").file_name, product="x"),
    ],
)
def test_an_association_is_recognized_by_its_content(other: Association, tmp_path: Path) -> None:
    present = named(2, "a_cal.fits")
    write_all([present], tmp_path)
    (found,) = continued([replace(other, program="00007")], tmp_path).associations
    if other.program == "00007":
        assert found == other
    (same,) = continued([named(1, "d/a_cal.fits")], tmp_path).associations
    assert same.file_name == present.file_name


def test_files_that_are_no_products_keep_their_names(tmp_path: Path) -> None:
    """The id in the name of a file differs from the id of the association."""
    file = "jw00007-c1001_t001_x_cal.fits"
    one = made_up(1, file, constraints="candidate c1001, not c10011")
    write_all([made_up(1, "a_cal.fits")], tmp_path)
    (renamed,) = continued([one], tmp_path).associations
    assert (renamed.asn_id, renamed.members[0].expname) == ("c1004", file)
    assert renamed.constraints == "candidate c1004, not c10011"
    # The id of the association also stays if only the id in the file name differs.
    ours = made_up(1, "jw00007-c1007_t001_x_cal.fits", constraints="candidate c1007")
    theirs = made_up(1, "jw00007-c1004_t001_x_cal.fits")
    write_all([theirs], tmp_path / "other")
    (same,) = continued([ours], tmp_path / "other").associations
    assert (same.asn_id, same.file_name) == ("c1001", theirs.file_name)
    assert same.constraints == ours.constraints


def test_an_id_that_changes_is_told_with_its_program(tmp_path: Path) -> None:
    write_all([made_up(1, "a_cal.fits")], tmp_path)
    notes = [str(note) for note in continued([made_up(1, "b_cal.fits")], tmp_path).notes]
    assert notes == [
        "program 00007: there are products of candidate c1001 from an earlier call, so it is c1004 "
        "in this one",
        f"{tmp_path}: other association files of the same types are already in this directory: "
        "jw00007-c1001_image3_00001_asn.json",
    ]


def test_all_that_is_renamed_or_shared_is_counted(tmp_path: Path) -> None:
    before = [named(n, f"{n}_cal.fits", product=f"x{n}") for n in (1, 2, 3)]
    write_all(before, tmp_path)
    new = [named(n, f"new{n}_cal.fits", product=f"x{n}") for n in (1, 2, 7)]
    found = continued(new, tmp_path)
    begin = "jw00007-o001_image3_0000"
    assert [one.file_name for one in found.associations] == [
        f"{begin}{number}_asn.json" for number in (4, 5, 7)
    ]
    assert [str(note) for note in found.notes] == [
        f"{tmp_path}: new files have the next free numbers, because files with other content have "
        f"their names: {begin}4_asn.json instead of {begin}1_asn.json and 1 more. Use --replace "
        "(in Python replace=True) to replace the files that are there.",
        f"{tmp_path}: other association files of the same types are already in this directory: "
        f"{begin}1_asn.json and 2 more",
        f"{tmp_path}: product names that other association files have too: x1 (in "
        f"{begin}4_asn.json and {begin}1_asn.json) and 1 more. The pipeline would overwrite one "
        "with the other: use another --output_dir.",
    ]


def test_names_without_number_stay(tmp_path: Path) -> None:
    mine = replace(named(1, "a_cal.fits"), file_name="mine_asn.json")
    write_all([replace(mine, products=named(1, "b_cal.fits").products)], tmp_path)
    (found,) = continued([mine], tmp_path).associations
    assert found.file_name == "mine_asn.json"
