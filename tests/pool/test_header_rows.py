"""Rows of headers: what names fill in, what is derived, and which files are one exposure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from astropy.io import fits

from asnsolve import Pool
from asnsolve.errors import UsageError
from asnsolve.pool.archive_table import read_archive_table
from asnsolve.pool.conditions import parse_conditions
from asnsolve.pool.header_cells import Provenance
from asnsolve.pool.header_rows import HeaderRows, read_header_rows, rows_of_table
from asnsolve.profiles.jwst import PROFILE
from tests.pool.fits_files import write_file

NAME = "jw00007001002_03104_00005_mirimage"
LEAN = {"EXP_TYPE": "MIR_IMAGE", "INSTRUME": "MIRI"}
FULL = {
    **LEAN,
    **{"PROGRAM": "7", "OBS_NUM": "1", "VISIT": "2", "VISITGRP": "3", "SEQ_ID": "1"},
    **{"ACT_ID": "4", "EXPOSURE": "5", "DETECTOR": "MIRIMAGE"},
}


def read(folder: Path, **options: Any) -> HeaderRows:
    """Read the files of a folder."""
    return read_header_rows([folder], **options)


def problems(read_rows: HeaderRows, folder: Path) -> list[str]:
    """Return the problems, without the name of the folder."""
    return [str(problem).replace(f"{folder}/", "") for problem in read_rows.problems]


def test_a_name_fills_in_what_the_header_lacks_without_leading_zeros(tmp_path: Path) -> None:
    write_file(LEAN, tmp_path / f"{NAME}_rate.fits")
    found = read(tmp_path)
    (row,), (origin,) = found.rows, found.provenance
    from_name = {
        **{"program": "7", "obs_num": "1", "visit": "2", "visitgrp": "3", "seq_id": "1"},
        **{"act_id": "4", "exposure": "5", "detector": "mirimage"},
    }
    derived = {
        "pntgtype": "science",
        "asn_candidate": "[('o001', 'observation')]",
        "mostilno": "2",
        "dithptin": "5",
        "expspcin": str(3 * 36 * 36 + 4),
    }
    own = {"exp_type": "MIR_IMAGE", "instrume": "MIRI", "filename": f"{NAME}_uncal.fits"}
    assert row == {**own, **from_name, **derived}
    assert origin.derived == (*from_name, *derived)
    assert (origin.filename, origin.path) == (
        f"{NAME}_uncal.fits",
        str(tmp_path / f"{NAME}_rate.fits"),
    )
    assert {"band", "filter", "patt_num"} <= set(origin.missing)


def test_a_number_of_zeros_is_zero_and_a_detector_is_no_number(tmp_path: Path) -> None:
    write_file(LEAN, tmp_path / "jw00007001002_00000_00005_0x_rate.fits")
    (row,) = read(tmp_path).rows
    assert [row[name] for name in ("visitgrp", "seq_id", "act_id", "detector")] == [
        *("0", "0", "0", "0x")
    ]


def test_a_header_goes_before_the_name(tmp_path: Path) -> None:
    write_file(FULL | {"PROGRAM": "8", "DETECTOR": "NRCA1"}, tmp_path / f"{NAME}_rate.fits")
    (row,) = read(tmp_path).rows
    assert (row["program"], row["detector"]) == ("8", "NRCA1")


@pytest.mark.parametrize(
    ("cells", "derived"),
    [
        ({"PATT_NUM": "3"}, {"dithptin": "3"}),
        ({"PATT_NUM": "3", "EXPOSURE": "9"}, {"dithptin": "3"}),
        ({"EXPOSURE": "009"}, {"dithptin": "9"}),
        ({"EXPOSURE": "x"}, {"dithptin": "1"}),
        ({"VISIT": "012"}, {"mostilno": "12"}),
        ({"VISIT": "x"}, {"mostilno": "1"}),
        ({"OBS_NUM": "012"}, {"asn_candidate": "[('o012', 'observation')]"}),
        ({"ACT_ID": "1a", "VISITGRP": "2"}, {"expspcin": str(2 * 36 * 36 + 36 + 10)}),
        ({"ACT_ID": "-", "VISITGRP": "2"}, {"expspcin": "1"}),
        ({"ACT_ID": "1", "VISITGRP": "x"}, {"expspcin": "1"}),
    ],
    ids=str,
)
def test_columns_that_no_header_has_are_derived(
    cells: dict[str, str], derived: dict[str, str], tmp_path: Path
) -> None:
    write_file(FULL | cells, tmp_path / "mine_rate.fits")
    (row,) = read(tmp_path).rows
    assert derived.items() <= row.items()


def test_what_can_be_neither_read_nor_derived_is_that_of_an_undithered_exposure(
    tmp_path: Path,
) -> None:
    bare = LEAN | {"PROGRAM": "7", "OBS_NUM": "1"}
    write_file(bare, tmp_path / "mine_rate.fits")
    found = read(tmp_path)
    assert {"mostilno": "1", "expspcin": "1", "dithptin": "1"}.items() <= found.rows[0].items()
    assert found.provenance[0].defaulted == ("mostilno", "expspcin", "dithptin")
    # What the table of the user says is none of it any more.
    (origin,) = read(tmp_path, extra={"mine": {"expspcin": "7"}}).provenance
    assert (origin.defaulted, origin.supplied) == (("mostilno", "dithptin"), ("expspcin",))


def test_an_observation_that_is_no_number_is_no_candidate(tmp_path: Path) -> None:
    write_file(LEAN | {"PROGRAM": "7", "OBS_NUM": "x"}, tmp_path / "mine_rate.fits")
    assert "asn_candidate" not in read(tmp_path).rows[0]


@pytest.mark.parametrize(
    ("exp_type", "pointing"),
    [
        *((f"{name}_tacq", "target_acquisition") for name in ("MIR", "NIS", "NRC", "NRS")),
        ("NRC_TACONFIRM", "target_acquisition"),
        ("NRS_MSATA", "target_acquisition"),
        ("NRS_TASLIT", "target_acquisition"),
        ("NRS_WATA", "target_acquisition"),
        ("NRS_CONFIRM", "science"),
        ("MIR_IMAGE", "science"),
    ],
)
def test_acquisitions_point_at_targets(exp_type: str, pointing: str, tmp_path: Path) -> None:
    write_file(FULL | {"EXP_TYPE": exp_type}, tmp_path / "mine_rate.fits")
    assert read(tmp_path).rows[0]["pntgtype"] == pointing


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        (("EXP_TYPE",), "EXP_TYPE"),
        (("PROGRAM", "OBS_NUM"), "PROGRAM, OBS_NUM"),
    ],
)
def test_a_header_of_no_exposure_is_reported(
    left_out: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    write_file({k: v for k, v in FULL.items() if k not in left_out}, tmp_path / "x.fits")
    found = read(tmp_path)
    assert (found.rows, found.provenance) == ((), ())
    assert problems(found, tmp_path) == [
        f"x.fits: the header has no {said}; expected the header of an exposure of JWST"
    ]


def test_targets_are_numbered_by_program_in_the_order_of_observation(tmp_path: Path) -> None:
    def write(number: int, program: str, observation: str, **target: str) -> None:
        row = FULL | {"PROGRAM": program, "OBS_NUM": observation} | target
        write_file(row, tmp_path / f"x{number}_rate.fits")

    write(1, "7", "10", TARGPROP="LATE")
    write(2, "7", "2", TARGPROP="EARLY", TARGNAME="OTHER")
    write(3, "7", "11", TARGPROP="EARLY")
    write(4, "8", "3", TARGNAME="ALONE")
    write(5, "7", "2", TARGPROP="BETWEEN", EXPOSURE="6")
    write(6, "8", "4")
    write(7, "7", "X", TARGPROP="FIRST")
    found = read(tmp_path)
    assert [row.get("targetid") for row in found.rows] == ["4", "3", "3", "1", "2", None, "1"]
    assert ["targetid" in origin.derived for origin in found.provenance] == [True] * 5 + [
        False,
        True,
    ]


def test_the_header_of_the_latest_stage_is_used(tmp_path: Path) -> None:
    for stage, element in (("uncal", "F1"), ("cal", "F2"), ("rate", "F3"), ("mine", "F4")):
        write_file(FULL | {"FILTER": element}, tmp_path / f"{NAME}_{stage}.fits")
    found = read(tmp_path)
    assert [row["filter"] for row in found.rows] == ["F2"]
    assert found.provenance[0].path == str(tmp_path / f"{NAME}_cal.fits")
    assert found.provenance[0].others == tuple(
        str(tmp_path / f"{NAME}_{stage}.fits") for stage in ("rate", "uncal", "mine")
    )
    assert found.problems == ()


@pytest.mark.parametrize(
    "column",
    ["PROGRAM", "OBS_NUM", "VISIT", "VISITGRP", "SEQ_ID", "ACT_ID", "EXPOSURE", "DETECTOR"],
)
def test_files_that_differ_in_what_identifies_an_exposure_are_two(
    column: str, tmp_path: Path
) -> None:
    write_file(FULL, tmp_path / "a_rate.fits")
    write_file(FULL | {column: "9"}, tmp_path / "b_rate.fits")
    found = read(tmp_path)
    assert (len(found.rows), found.problems) == (2, ())
    lacking = {name: text for name, text in FULL.items() if name != "VISIT"}
    write_file(lacking, tmp_path / "a_rate.fits")
    write_file(lacking, tmp_path / "b_rate.fits")
    assert len(read(tmp_path).rows) == 2


def test_segments_are_exposures_of_their_own(tmp_path: Path) -> None:
    write_file(FULL | {"EXSEGNUM": "1"}, tmp_path / "a_rate.fits")
    write_file(FULL | {"EXSEGNUM": "2"}, tmp_path / "b_rate.fits")
    assert len(read(tmp_path).rows) == 2
    again = tmp_path / NAME.replace("_mir", "-seg002_mir")
    write_file(FULL, again.with_name(f"{again.name}_rate.fits"))
    found = read(tmp_path)
    assert len(found.rows) == 2
    assert problems(found, tmp_path) == [
        f"b_rate.fits: it is of the same exposure as {again.name}_rate.fits, which is used; "
        "expected one version of each exposure. Leave out the one you do not want."
    ]


def test_leading_zeros_and_case_do_not_tell_exposures_apart(tmp_path: Path) -> None:
    write_file(FULL, tmp_path / "a_rate.fits")
    write_file(FULL | {"VISIT": "002", "DETECTOR": "mirimage"}, tmp_path / "b_rate.fits")
    assert len(read(tmp_path).rows) == 1
    # Numbers beyond nine are letters.
    write_file(FULL | {"ACT_ID": "X4"}, tmp_path / "c_rate.fits")
    assert len(read(tmp_path).rows) == 2


def test_a_file_and_a_link_to_it_are_one(tmp_path: Path) -> None:
    file = write_file(FULL, tmp_path / f"{NAME}_rate.fits")
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / file.name).symlink_to(file)
    found = read(tmp_path)
    assert problems(found, tmp_path) == [f"z/{file.name}: it is the same file as {NAME}_rate.fits"]


def test_cells_of_a_table_replace_those_of_headers(tmp_path: Path) -> None:
    write_file(FULL | {"FILTER": "F1"}, tmp_path / f"{NAME}_rate.fits")
    cells = {"filter": "f2", "mostilno": "7", "band": "long", "exptime": "9"}
    found = read(tmp_path, extra={NAME: cells, "other": {"filter": "f3"}})
    (row,), (origin,) = found.rows, found.provenance
    assert cells.items() <= row.items()
    assert origin.supplied == tuple(cells)
    assert not {*origin.derived, *origin.missing, *origin.defaulted} & {*cells}
    assert {"dithptin"} <= set(origin.derived)
    assert {"lamp"} <= set(origin.missing)
    assert problems(found, tmp_path) == ["the table names other, but no file of it was given"]
    assert origin.files == (origin.path,)


def test_an_exposure_that_the_table_does_not_name_stays_as_it_is(tmp_path: Path) -> None:
    write_file(FULL, tmp_path / f"{NAME}_rate.fits")
    plain = read(tmp_path)
    assert read(tmp_path, extra={"other": {"filter": "f3"}}).rows == plain.rows
    assert read(tmp_path, extra={}).provenance == plain.provenance
    assert plain.provenance[0].supplied == Provenance("", "").supplied == ()


def test_a_column_may_come_from_the_first_extension(tmp_path: Path) -> None:
    path = write_file(FULL, tmp_path / f"{NAME}_rate.fits")
    image = fits.ImageHDU()
    image.header["PHOTMJSR"] = 1.5
    image.header["FILTER"] = "F9"
    fits.append(path, image.data, image.header)
    (row,) = read(tmp_path, columns=["photmjsr", "filter"]).rows
    assert row["photmjsr"] == "1.5"
    assert "filter" not in row
    assert "photmjsr" not in read(tmp_path, keywords=["photmjsr"]).rows[0]


def test_the_header_of_a_file_goes_before_that_of_a_table(tmp_path: Path) -> None:
    path = tmp_path / "search.csv"
    path.write_text(f"filename,exp_type,filter\n{NAME}_cal.fits,MIR_IMAGE,F1\n")
    file = write_file(FULL | {"FILTER": "F2"}, tmp_path / f"{NAME}_rate.fits")
    found = read_header_rows([path, tmp_path])
    (row,), (origin,) = found.rows, found.provenance
    assert row["filter"] == "F2"
    assert (origin.path, origin.others, origin.table) == (str(file), (), "")
    file.unlink()
    found = read_header_rows([path])
    (row,), (origin,) = found.rows, found.provenance
    assert row["filter"] == "F1"
    assert (origin.path, origin.files, origin.table) == (f"{NAME}_uncal.fits", (), str(path))


def test_a_table_tells_what_it_has_beside_exposures() -> None:
    names = (f"{NAME}_cal.fits", "jw00007-o001_t001_miri_f770w_i2d.fits")
    table = read_archive_table([{"filename": name, "exp_type": "MIR_IMAGE"} for name in names])
    found = rows_of_table(table)
    assert found.passed_over == {"combined products": (Path(names[1]),)}
    assert found.problems == table.problems
    assert len(found.problems) == 10


def test_headers_are_read_by_one_process_at_least(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, jobs=0)
    assert str(caught.value) == "the number of processes is 0; expected at least 1"


def test_rows_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    files = []
    for visit, folder in (("2", "a"), ("3", "c"), ("1", "b")):
        (tmp_path / folder).mkdir()
        name = f"jw0000700100{visit}_rate.fits"
        files.append(write_file(FULL | {"VISIT": visit}, tmp_path / folder / name))
    found = read_header_rows(files)
    names = [row["filename"] for row in found.rows]
    assert names == sorted(names)
    assert [origin.filename for origin in found.provenance] == names
    assert [row["visit"] for row in found.rows] == ["1", "2", "3"]


def test_chosen_exposures_keep_their_origins_and_other_values(tmp_path: Path) -> None:
    names = [f"jw0000700100{number}_03104_00005_mirimage_rate.fits" for number in (1, 2)]
    for name, mode in zip(names, ("fast", "slow"), strict=True):
        write_file(LEAN, tmp_path / name)
        fits.setval(tmp_path / name, "PHOTMODE", value=mode)
    found = read(tmp_path, keywords=["photmode"])
    chosen = found.where(parse_conditions(["photmode=slow"]))
    assert [row["visit"] for row in chosen.rows] == ["2"]
    assert [origin.path for origin in chosen.provenance] == [str(tmp_path / names[1])]
    assert chosen.keywords == ({"photmode": "slow"},)
    assert chosen.with_columns(["photmode", "other"]).rows == (chosen.rows[0] | chosen.keywords[0],)
    assert chosen.with_columns([]) is chosen
    assert found.where([]) is found


def test_exposures_of_a_table_are_told_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "search.csv"
    path.write_text(f"filename,exp_type\n{NAME}_cal.fits,MIR_IMAGE\n")
    write_file(LEAN, tmp_path / f"{NAME[:-8]}mirifulong_rate.fits")
    (tmp_path / "jw00007-o001_t001_miri_f770w_i2d.fits").touch()
    seen: list[str] = []
    found = read_header_rows([path, tmp_path], on_file=seen.append)
    assert found.tables == {str(path): {NAME}}
    assert [(origin.table, bool(origin.files)) for origin in found.provenance] == [
        ("", True),
        (str(path), False),
    ]
    assert len(found.rows) == 2
    # Files whose headers are not read are finished as well.
    assert sorted(seen) == sorted(file.name for file in tmp_path.iterdir())


def test_other_values_are_read_beside_files_that_cannot_be_read(tmp_path: Path) -> None:
    write_file(LEAN, tmp_path / f"{NAME}_rate.fits")
    (tmp_path / "broken_cal.fits").write_bytes(b"no FITS file")
    found = read(tmp_path, keywords=["photmode"])
    assert (len(found.rows), found.keywords, len(found.problems)) == (1, ({},), 1)


def test_a_table_is_read_with_the_file_names_of_the_mission(tmp_path: Path) -> None:
    path = tmp_path / "search.csv"
    path.write_text(f"filename,exp_type\n{NAME}_cal.fits,MIR_IMAGE\n")
    mission = replace(PROFILE, files=replace(PROFILE.files, stages=("raw", "cal"), raw="raw"))
    found = read_header_rows([path], profile=mission)
    assert [row["filename"] for row in found.rows] == [f"{NAME}_raw.fits"]
    assert [origin.path for origin in found.provenance] == [f"{NAME}_raw.fits"]


def test_an_exposure_has_the_name_that_the_archive_gives(tmp_path: Path) -> None:
    """The header of the latest stage is used, whatever the name of its file."""
    for version in ("skysub_cal", "rate"):
        write_file(FULL, tmp_path / f"{NAME}_{version}.fits")
    found = read(tmp_path)
    (row,), (origin,) = found.rows, found.provenance
    assert row["filename"] == origin.filename == f"{NAME}_uncal.fits"
    assert origin.files == tuple(
        str(tmp_path / f"{NAME}_{version}.fits") for version in ("skysub_cal", "rate")
    )


@pytest.mark.parametrize("read_files", [Pool.from_fits, read_header_rows])
def test_one_process_reads_headers_by_default(
    read_files: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_file(FULL, tmp_path / f"{NAME}_cal.fits")
    started: list[int] = []

    def in_workers(_read: object, _tasks: object, jobs: int) -> Iterator[Any]:
        started.append(jobs)
        yield from ()

    monkeypatch.setattr("asnsolve.pool.headers._AT_ONCE", 0)
    monkeypatch.setattr("asnsolve.pool.headers.in_workers", in_workers)
    assert read_files([tmp_path])
    assert started == []


def test_further_versions_are_noted(tmp_path: Path) -> None:
    write_file(FULL, tmp_path / f"{NAME}_cal.fits")
    assert read(tmp_path).notes == ()
    for version in ("o001_crf", "o001_crfcopy_crf"):
        write_file(FULL, tmp_path / f"{NAME}_{version}.fits")
    (note,) = read(tmp_path).notes
    assert note.what.startswith("further versions of exposures are skipped: ")


def test_files_that_are_named_or_of_use_are_not_mentioned() -> None:
    paths = tuple(
        Path(name) for name in ("a_msa.fits", "b_msa.fits.gz", "c_msa.fits", "d_i2d.fits")
    )
    rows: tuple[dict[str, str], ...] = ({"msametfl": "a_msa.fits"}, {"msametfl": "b_msa.fits"}, {})
    found = HeaderRows(rows, (), (), passed_over={"files of no exposure": paths})
    assert [note.what for note in found.notes_without({paths[3]})] == [
        "files of no exposure are skipped: c_msa.fits"
    ]
    assert found.notes_without(paths) == ()
    assert found.notes[0].what.startswith("files of no exposure are skipped: c_msa")
