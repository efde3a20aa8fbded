"""Pools of FITS files: what headers tell, what is derived, and files that are damaged."""

from __future__ import annotations

import errno
import gzip
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from astropy.io import fits

from asnsolve import Pool, PoolError, UsageError, input_files, solve
from asnsolve.associations.asn_files import to_bytes
from asnsolve.cli.main import main
from asnsolve.differences.results import results_of
from asnsolve.from_files.associate_files import associate
from asnsolve.profiles.jwst import WORDS
from asnsolve.simulate import MODES, Program, every_mode, simulate, write_pool
from tests.pool.fits_files import KEYWORDS, write_file, write_files

HEADERS_KNOW = {name.upper() for name in KEYWORDS} | {"FILENAME"}


def plain(row: Mapping[str, str]) -> dict[str, str]:
    """Return what headers can tell of a row, and the plain case of what they cannot."""
    own = {name: text for name, text in row.items() if name in HEADERS_KNOW}
    pointed = (
        row["EXP_TYPE"].lower().endswith(("_tacq", "_msata", "_wata", "_taslit", "c_taconfirm"))
    )
    return own | {
        "TARGETID": row.get("TARGETID", ""),
        "MOSTILNO": row["VISIT"],
        "EXPSPCIN": str(36 * 36 * int(row["VISITGRP"]) + int(row["ACT_ID"], 36)),
        "DITHPTIN": row["EXPOSURE"] if row["PATT_NUM"] == "NULL" else row["PATT_NUM"],
        "PNTGTYPE": "target_acquisition" if pointed else "science",
        "ASN_CANDIDATE": f"[('o{int(row['OBS_NUM']):03}', 'observation')]",
    }


@pytest.mark.parametrize("mode", sorted(MODES))
def test_files_give_the_associations_of_the_pool(mode: str, tmp_path: Path) -> None:
    rows = simulate([Program(number=7, plans=(MODES[mode].plan(),))])
    write_files(rows, tmp_path)
    pool = Pool.from_fits(tmp_path)
    assert pool.problems == ()
    assert len(pool) == len(rows)
    expected = solve(Pool([plain(row) for row in rows]))
    assert sorted(results_of(solve(pool))) == sorted(results_of(expected))


def test_taking_exposures_keeps_their_provenance(tmp_path: Path) -> None:
    write_files(simulate([Program(number=7, plans=(MODES["fgs_image"].plan(),))]), tmp_path)
    pool = Pool.from_fits(tmp_path)
    names = [pool.value(row, "filename") for row in range(len(pool))]
    assert [origin.filename for origin in pool.provenance] == names
    for rows in ([1, 0], [True] + [False] * (len(pool) - 1), []):
        part = pool.take(rows)
        names = [part.value(row, "filename") for row in range(len(part))]
        assert [origin.filename for origin in part.provenance] == names
    assert Pool(pool.to_arrow()).take([0]).provenance == ()


@pytest.mark.parametrize("mode", sorted(MODES))
def test_files_and_a_table_give_all_that_the_pool_gives(mode: str, tmp_path: Path) -> None:
    """What headers cannot tell is supplied: then nothing differs, under any rule."""
    rows = simulate([Program(number=7, plans=(MODES[mode].plan(),))])
    write_files(rows, tmp_path)
    told = [name for name in rows[0] if name not in HEADERS_KNOW]
    table = tmp_path / "extra.csv"
    write_pool([{name: row[name] for name in ("FILENAME", *told)} for row in rows], table)
    pool = Pool.from_fits(tmp_path / "*.fits", extra=table)
    assert pool.problems == ()
    assert set(pool.provenance[0].supplied) == {name.lower() for name in told}
    expected = solve(Pool(rows))
    assert sorted(results_of(solve(pool))) == sorted(results_of(expected))
    assert [one.members for one in solve(pool)] == [one.members for one in expected]


@pytest.mark.parametrize("rules", ["jwst", "level3-2017"])
def test_every_rule_finds_in_files_what_it_finds_in_the_pool(rules: str, tmp_path: Path) -> None:
    rows = simulate(every_mode())
    write_files(rows, tmp_path)
    told = [name for name in rows[0] if name not in HEADERS_KNOW]
    table = tmp_path / "extra.csv"
    write_pool([{name: row[name] for name in ("FILENAME", *told)} for row in rows], table)
    found = solve(Pool.from_fits(tmp_path / "*.fits", name="pool", extra=table), rules)
    expected = solve(Pool(rows, name="pool"), rules)
    assert [to_bytes(one) for one in found] == [to_bytes(one) for one in expected]
    assert found.outside == expected.outside
    fired = {one.rule for one in found}
    assert len(fired) >= (43 if rules == "jwst" else 12)


def test_tables_that_cannot_be_used(rows: list[dict[str, str]], tmp_path: Path) -> None:
    files = write_files(rows, tmp_path)
    table = tmp_path / "extra.csv"
    for text, refusal in (
        ("", "row 1: the columns are none"),
        (
            "exposure,targetid\nx,1\n",
            "the columns are exposure, targetid; expected different names",
        ),
        ("filename,targetid\nx,1,2\n", "row 2: 3 cells; expected 2 at most"),
        ("filename,targetid\nx_cal.fits,1\nX_rate.fits,2\n", "row 3: x is named twice"),
        ("filename,targetid\n,2\n", "row 2: the exposure is not named"),
    ):
        table.write_text(text)
        with pytest.raises(PoolError, match=refusal):
            Pool.from_fits(files, extra=table)
    with pytest.raises(PoolError, match="the table cannot be read: No such file"):
        Pool.from_fits(files, extra=tmp_path / "none.csv")
    table.write_text("filename|targetid|dms_note\n\nx_cal.fits|1|\n")
    (problem,) = Pool.from_fits(files, extra=table).problems
    assert str(problem) == "the table names x, but no file of it was given"


def test_headers_are_read_in_processes(rows: list[dict[str, str]], tmp_path: Path) -> None:
    many = [
        row
        | {
            "FILENAME": row["FILENAME"].replace("_0000", f"_{number:03}"[:4] + "0"),
            "EXPOSURE": str(100 * number + int(row["EXPOSURE"])),
        }
        for number in range(80)
        for row in rows
    ]
    write_files(many, tmp_path)
    (tmp_path / "text.fits").write_text("no FITS file")
    heard: list[str] = []
    at_once = Pool.from_fits(tmp_path, jobs=2, on_file=heard.append)
    alone = Pool.from_fits(tmp_path)
    assert len(heard) == len(many) + 1
    assert len(alone) == len({row["FILENAME"] for row in many}) == len(many)
    with pytest.raises(UsageError, match="the number of processes is 0; expected at least 1"):
        Pool.from_fits(tmp_path, jobs=0)
    assert at_once.provenance == alone.provenance
    assert at_once.problems == alone.problems
    assert at_once.to_arrow() == alone.to_arrow()


def test_what_may_not_be_read_is_told(
    rows: list[dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = write_files(rows, tmp_path)
    files[0].chmod(0)
    try:
        files[0].read_bytes()
    except PermissionError:
        pass
    else:  # the superuser may read everything
        monkeypatch.setattr("asnsolve.pool.headers.opened", refusing(files[0]))
    pool = Pool.from_fits(tmp_path)
    (problem,) = pool.problems
    assert str(problem) == f"{files[0]}: the file cannot be read: Permission denied"
    assert len(pool) == len(rows) - 1
    found = associate(tmp_path, 3)
    assert found.problems == (problem,)
    assert len(found.associations[0].members) == len(rows) - 1


def refusing(file: Path) -> Callable[..., Any]:
    """Make what opens every file but one, as the system does for who may not read it."""

    def opened(path: Path) -> Any:
        if path == file:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return input_files.opened(path)

    return opened


def test_what_is_no_exposure_is_left_out(rows: list[dict[str, str]], tmp_path: Path) -> None:
    files = write_files(rows, tmp_path)
    combined = write_file(rows[0], tmp_path / "jw00007-o001_t001_miri_f770w_i2d.fits")
    shutters = write_file({}, tmp_path / "jw00007001001_01_msa.fits")
    os.mkfifo(tmp_path / "pipe")
    pool = Pool.from_fits([*files, combined, shutters, tmp_path / "pipe"])
    assert [str(problem) for problem in pool.problems] == [
        f"{tmp_path / 'pipe'}: it is not a plain file",
    ]
    # A download has such files, and nothing is lost without them.
    assert [str(note) for note in pool.notes] == [
        f"combined products are skipped: {combined}",
        f"micro-shutter files are skipped: {shutters}",
    ]
    assert associate(tmp_path, 2).problems == ()
    with pytest.raises(PoolError, match="combined products are skipped: "):
        Pool.from_fits(combined)
    assert len(pool) == len(rows)


def test_a_header_without_end_is_given_up(tmp_path: Path) -> None:
    card = b"SIMPLE  =                    T".ljust(80)
    (tmp_path / "long.fits").write_bytes(card + b" " * (1000 * 2880))
    with pytest.raises(PoolError) as caught:
        Pool.from_fits(tmp_path)
    assert str(caught.value) == f"{tmp_path / 'long.fits'}: the primary header has no end"


def test_cards_that_make_no_sense_are_missing(rows: list[dict[str, str]], tmp_path: Path) -> None:
    files = write_files(rows, tmp_path)
    content = files[0].read_bytes()
    (at,) = (n for n in range(0, len(content), 80) if content[n : n + 9] == b"SUBARRAY=")
    files[0].write_bytes(content[: at + 10] + b"'FULL\xff".ljust(70) + content[at + 80 :])
    (at,) = (n for n in range(0, len(content), 80) if content[n : n + 9] == b"TARGNAME=")
    files[1].write_bytes(content[: at + 10] + b" ".ljust(70) + content[at + 80 :])
    pool = Pool.from_fits(files[:1])
    assert pool.problems == ()
    assert pool.value(0, "subarray") is None
    assert "subarray" in pool.provenance[0].missing
    assert pool.value(0, "filter") == rows[0]["FILTER"].lower()
    assert "targname" in Pool.from_fits(files[1:2]).provenance[0].missing


def test_long_values_are_read_whole(rows: list[dict[str, str]], tmp_path: Path) -> None:
    target = "A NAME OF A TARGET " * 8
    file = write_file(rows[0] | {"TARGNAME": target}, tmp_path / rows[0]["FILENAME"])
    assert b"CONTINUE" in file.read_bytes()
    assert Pool.from_fits(file).value(0, "targname") == target.strip().lower()


def test_a_packed_file_that_is_corrupt_is_named(rows: list[dict[str, str]], tmp_path: Path) -> None:
    files = write_files(rows, tmp_path)
    packed = bytearray(gzip.compress(files[0].read_bytes()))
    (tmp_path / "bad.fits.gz").write_bytes(packed[:60])
    (problem,) = Pool.from_fits(tmp_path).problems
    start = f"{tmp_path / 'bad.fits.gz'}: the file cannot be read: "
    assert str(problem) == f"{start}it ends too soon"
    packed[30:60] = b"\xff" * 30
    (tmp_path / "bad.fits.gz").write_bytes(packed)
    (problem,) = Pool.from_fits(tmp_path).problems
    assert str(problem).startswith(start)


def test_a_version_under_another_name_is_told(rows: list[dict[str, str]], tmp_path: Path) -> None:
    files = write_files(rows, tmp_path, "cal")
    mine = tmp_path / files[0].name.replace("_cal", "_skysub_cal")
    shutil.copy(files[0], mine)
    (problem,) = Pool.from_fits(tmp_path).problems
    assert str(problem) == (
        f"{mine}: it is of the same exposure as {files[0]}, which is used; expected one version "
        "of each exposure. Leave out the one you do not want."
    )
    own = Pool.from_fits([mine, *files[1:]])
    assert own.problems == ()
    assert own.provenance[0].path == str(mine)
    found = associate(tmp_path, 3, exclude=files[0])
    names = {Path(member.expname).name for member in found.associations[0].members}
    assert mine.name in names


def test_files_of_several_stages_are_one_exposure(
    rows: list[dict[str, str]], tmp_path: Path
) -> None:
    for stage in ("cal", "rate", "x1d"):
        write_files(rows, tmp_path, stage)
    pool = Pool.from_fits(tmp_path)
    assert len(pool) == len(rows)
    assert pool.problems == ()
    assert [
        [Path(file).stem.rpartition("_")[2] for file in one.files] for one in pool.provenance
    ] == [["x1d", "cal", "rate"]] * len(rows)


@pytest.fixture
def rows() -> list[dict[str, str]]:
    plan = MODES["miri_image"].plan()
    return [dict(row) for row in simulate([Program(number=7, plans=(plan,))])]


def test_any_stage_and_any_way_to_name_files(rows: list[dict[str, str]], tmp_path: Path) -> None:
    files = [
        write_file(row, tmp_path / row["FILENAME"].replace("uncal", stage))
        for row, stage in zip(
            rows, ("uncal", "rate", "cal", "crf", "rateints", "x1d"), strict=False
        )
    ]
    packed = files[0].with_suffix(".fits.gz")
    packed.write_bytes(gzip.compress(files[0].read_bytes()))
    files[0].unlink()
    names = Pool.from_fits(tmp_path).values("filename")
    assert names == tuple(sorted(row["FILENAME"].lower() for row in rows[: len(files)]))
    assert Pool.from_fits(tmp_path / "*.fits*").values("filename") == names
    listed = tmp_path / "files.txt"
    listed.write_text("# mine\n" + "\n".join(path.name for path in (packed, *files[1:])))
    assert Pool.from_fits(f"@{listed}").values("filename") == names


def test_what_was_derived_is_told(rows: list[dict[str, str]], tmp_path: Path) -> None:
    lean = {name: rows[0][name] for name in ("FILENAME", "EXP_TYPE", "INSTRUME", "FILTER")}
    file = write_file(lean, tmp_path / rows[0]["FILENAME"])
    pool = Pool.from_fits(file)
    (origin,) = pool.provenance
    assert (origin.path, origin.defaulted, origin.others) == (str(file), (), ())
    places = {"mostilno", "expspcin", "dithptin"}
    assert {"program", "obs_num", "visit", "detector", "asn_candidate"} | places <= set(
        origin.derived
    )
    assert "filter" not in origin.missing
    assert {"band", "patt_num"} <= set(origin.missing)
    renamed = file.rename(tmp_path / "mine_uncal.fits")
    with fits.open(renamed, mode="update") as opened:
        opened[0].header["PROGRAM"] = "7"
        opened[0].header["OBSERVTN"] = "1"
    (origin,) = Pool.from_fits(renamed).provenance
    assert origin.defaulted == ("mostilno", "expspcin", "dithptin")
    assert pool.value(0, "program") == "7"
    assert pool.value(0, "detector") == "mirimage"


def test_every_column_of_headers_is_in_the_vocabulary(
    rows: list[dict[str, str]], tmp_path: Path
) -> None:
    bare = {name: rows[0][name] for name in ("FILENAME", "EXP_TYPE", "INSTRUME")}
    pool = Pool.from_fits(write_file(bare, tmp_path / rows[0]["FILENAME"]))
    (origin,) = pool.provenance
    # What a bare header lacks, with what was read or derived, is every column of headers.
    columns = {*pool.columns, *origin.missing}
    assert columns <= WORDS.attributes
    assert columns >= set(KEYWORDS)
    assert set(origin.missing) <= set(KEYWORDS)


def test_flags_of_headers_are_kept(rows: list[dict[str, str]], tmp_path: Path) -> None:
    flagged = rows[0] | {"IS_IMPRT": "T", "BKGDTARG": "F"}
    pool = Pool.from_fits(write_file(flagged, tmp_path / rows[0]["FILENAME"]))
    assert pool.value(0, "is_imprt") == "t"
    assert pool.value(0, "bkgdtarg") is None


@pytest.mark.parametrize(
    ("column", "word", "value"),
    [
        ("fxd_slit", "NONE", None),
        ("grating", "UNKNOWN", None),
        ("grating", "N/A", None),
        ("lamp", "NONE", None),
        ("opmode", "NONE", None),
        ("srctype", "UNKNOWN", None),
        ("srctype", "EXTENDED", "extended"),
        # A pattern like any other: rules compare it.
        ("patttype", "NONE", "none"),
        ("targname", "NONE", "none"),
    ],
)
def test_words_for_nothing_are_no_values(
    column: str, word: str, value: str | None, rows: list[dict[str, str]], tmp_path: Path
) -> None:
    row = rows[0] | {column.upper(): word}
    pool = Pool.from_fits(write_file(row, tmp_path / rows[0]["FILENAME"]))
    assert pool.value(0, column) == value
    missing = column in pool.provenance[0].missing
    assert missing == (value is None and word != "N/A")


def test_the_type_of_the_source_is_that_of_the_proposal(
    rows: list[dict[str, str]], tmp_path: Path
) -> None:
    """SRCTYPE is no keyword of the primary header."""
    file = write_file(rows[0], tmp_path / rows[0]["FILENAME"])
    with fits.open(file, mode="update") as opened:
        opened[0].header["SRCTYPE"] = "POINT"
        opened[0].header["SRCTYAPT"] = "EXTENDED"
    assert Pool.from_fits(file).value(0, "srctype") == "extended"


def test_damaged_files_are_named_and_the_others_are_read(
    rows: list[dict[str, str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = write_files(rows, tmp_path)
    (tmp_path / "text.fits").write_text("no FITS file")
    (tmp_path / "short.fits").write_bytes(files[0].read_bytes()[:2000])
    (tmp_path / "empty.fits").write_bytes(b"")
    (tmp_path / "bad.fits.gz").write_bytes(gzip.compress(files[0].read_bytes())[:60])
    fits.PrimaryHDU().writeto(tmp_path / "bare.fits")
    (tmp_path / "night2").mkdir()
    shutil.copy(files[0], tmp_path / "night2" / files[0].name)
    (tmp_path / "night1").mkdir()
    (tmp_path / "night1" / files[1].name).symlink_to(files[1])
    out = tmp_path / "made.csv"
    more = [str(tmp_path / "none.fits"), *[str(files[2])] * 2]
    assert main(["pool", str(tmp_path), *more, "-o", str(out)]) == 1
    told = capsys.readouterr().out
    for name, why in (
        ("text.fits", "the file is not a FITS file"),
        ("short.fits", "the file ends inside its primary header"),
        ("empty.fits", "the file is not a FITS file"),
        ("bad.fits.gz", "the file cannot be read: it ends too soon"),
        ("bare.fits", "the header has no EXP_TYPE, PROGRAM, OBS_NUM"),
        ("none.fits", "there is no such file"),
        (f"night2/{files[0].name}", f"it is of the same exposure as {files[0]}, which is used"),
        (f"night1/{files[1].name}", f"it is the same file as {files[1]}"),
        (files[2].name, "the file is named twice"),
    ):
        assert f"{name}: {why}" in told, name
    assert told.endswith(f"Wrote {len(rows)} exposures to {out}\n")
    assert len(Pool.read(out)) == len(rows)
    asked = ["associate", str(tmp_path), *more, "--level", "2", "-p", str(tmp_path / "asn")]
    assert main(asked) == 1
    said = capsys.readouterr().out
    assert [line for line in told.splitlines()[:-1] if line not in said.splitlines()] == []
    assert said.endswith(f"{len(rows)} associations, {len(rows)} files written\n")


def test_the_command_as_data(
    rows: list[dict[str, str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(rows, tmp_path)
    out = tmp_path / "made.csv"
    assert main(["pool", str(tmp_path), "-o", str(out), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["counts"] == {"exposures": len(rows), "problems": 0}
    assert len(data["provenance"]) == len(rows)
    assert main(["pool", str(tmp_path), "-o", str(out), "-v"]) == 0
    assert "dithptin, expspcin, targetid derived; " in capsys.readouterr().out


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(PoolError, match=r"it holds no FITS file$"):
        Pool.from_fits(tmp_path)
    with pytest.raises(PoolError, match="the list cannot be read"):
        Pool.from_fits(f"@{tmp_path}/none")


def test_open_files_are_not_names_of_files(tmp_path: Path) -> None:
    write_files(simulate([Program(number=7, plans=(MODES["fgs_image"].plan(),))]), tmp_path)
    path = next(tmp_path.iterdir())
    with fits.open(path) as hdus:
        for files in ([hdus], hdus, [path, hdus[0]]):
            with pytest.raises(UsageError, match=r"which is not the name of a file.* filename"):
                Pool.from_fits(files)
        assert len(Pool.from_fits([hdus.filename()])) == 1
    number: Any = 3
    with pytest.raises(UsageError, match="the files hold a value of type int"):
        Pool.from_fits(number)


def test_the_command_adds_candidates(
    rows: list[dict[str, str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(rows, tmp_path)
    out = tmp_path / "made.csv"
    more = ["--candidate", "c1000", "mosaic", "--candidate", "c1001", "group"]
    assert main(["pool", *more, str(tmp_path), "-o", str(out)]) == 0
    assert {("c1000", "mosaic"), ("c1001", "group")} < set(Pool.read(out).candidates.table)
    assert len(Pool.read(out).values("asn_candidate")) == 1
    assert main(["pool", "--candidate", "1", "mosaic", str(tmp_path), "-o", str(out)]) == 2
    assert "'1' is not an id of a candidate" in capsys.readouterr().err
