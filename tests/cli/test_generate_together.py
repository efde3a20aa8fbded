"""``generate --together``: how close exposures of a pool must be."""

from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve import Pool, solve
from asnsolve.archive.clusters import part_solver
from asnsolve.archive.runs import solve_partitions
from asnsolve.cli.main import main
from asnsolve.errors import UsageError

ROWS = [
    {
        "FILENAME": f"jw00001{number:03}001_02101_00001_mirimage_uncal.fits",
        "EXP_TYPE": "MIR_IMAGE",
        "PROGRAM": "1",
        "OBS_NUM": str(number),
        "INSTRUME": "MIRI",
        "FILTER": "F770W",
        "SUBARRAY": "FULL",
        "TARGETID": str(number),
        "TARG_RA": "10.684",
        "TARG_DEC": "41.269",
        "EXPSTART": start,
        "ASN_CANDIDATE": f"[('o{number:03}', 'observation')]",
    }
    for number, start in enumerate(("59812.25", "59820", "59900", "later"), 1)
]


@pytest.fixture
def pool(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    Pool(ROWS).write(path)
    return path


def test_what_is_near_is_combined(
    pool: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--together", "sky=2arcmin", "time=30d"]
    out = ["--level", "3", "-p", str(tmp_path / "out"), "--discover"]
    assert main(["generate", str(pool), *asked, *out]) == 1
    printed = capsys.readouterr()
    (written,) = (tmp_path / "out").iterdir()
    assert written.name == "jw00001-a3001_image3_00001_asn.json"
    assert "jw00001-a3001_t000_miri_f770w" in written.read_text()
    assert "row 5, column expstart: 'later' cannot be read" in printed.err
    assert "clause time: expected that expstart is set" in printed.out


def test_cells_that_cannot_be_read_are_an_error_if_asked_to(
    pool: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strict = ["generate", str(pool), "--dry-run", "--strict"]
    assert main([*strict, "--together", "time=30d"]) == 2
    assert "'later' cannot be read" in capsys.readouterr().err
    assert main(strict) == 0


def test_a_pool_without_the_column(pool: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", str(pool), "--together", "target", "pa=1deg", "--dry-run"]) == 2
    assert capsys.readouterr().err.startswith(
        "asnsolve: error: mine, column PA_V3: --together pa compares PA_V3, and no exposure has it."
        " Add the column to the pool; 'asnsolve pool FILES --columns PA_V3' makes a pool with it."
    )


TWO_PROGRAMS = [
    *ROWS[:3],
    *(
        {
            **row,
            "PROGRAM": "20",
            "FILENAME": row["FILENAME"].replace("jw00001", "jw00020"),
            # Programs number their targets by themselves.
            "TARGETID": "1",
        }
        for row in ROWS[:2]
    ),
]


def test_programs_are_combined_on_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "two.csv"
    Pool(TWO_PROGRAMS).write(path)
    asked = ["--together", "program", "sky=2arcmin", "time=30d", "--level", "3"]
    out = tmp_path / "out"
    assert main(["generate", str(path), *asked, "-p", str(out)]) == 0
    # No candidate has an association of its own besides.
    assert {file.name: file.read_text().count("expname") for file in out.iterdir()} == {
        "jw00001-a3001_image3_00001_asn.json": 4,
        "jw00001-a3001_image3_00002_asn.json": 1,
    }
    for option in (["-j", "2"], ["--part-size", "2", "-j", "1"], ["--cache", str(tmp_path / "c")]):
        assert main(["generate", str(path), *asked, *option]) == 2
        message = capsys.readouterr().err
        assert "programs that are combined cannot be solved in parts of whole programs" in message
        assert "leave out -j, --dask, --shards, --resume, --cache" in message
    assert main(["generate", str(path), *asked, "-i", "o001"]) == 2
    assert "ids name candidates of single programs" in capsys.readouterr().err


def test_fields_that_may_be_far_apart_are_noted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "two.csv"
    Pool(TWO_PROGRAMS).write(path)
    run = ["generate", str(path), "--dry-run", "--together", "program"]
    assert main([*run, "target"]) == 0
    assert capsys.readouterr().err == (
        "asnsolve: note: --together program target combines fields of all programs, however far "
        "apart they are. To combine only what is near on the sky, use --together program "
        "sky=2arcmin.\n"
    )
    for noteless in (["target", "sky=2arcmin"], ["sky=2arcmin"], ["target", "-q"]):
        assert main([*run, *noteless]) == 0
        assert not capsys.readouterr().err


def test_widths_that_combine_nothing_are_noted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "two.csv"
    Pool(TWO_PROGRAMS).write(path)
    run = ["generate", str(path), "--dry-run", "--together", "time=30d"]
    assert main(run) == 0
    assert capsys.readouterr().err == (
        "asnsolve: note: --together time=30d only splits products, and combines no more exposures. "
        "To combine more, add visit, target or program to --together.\n"
    )
    for noteless in (["target"], ["sky=2arcmin"], ["-q"]):
        assert main([*run, *noteless]) == 0
        assert not capsys.readouterr().err


def test_nothing_is_noted_of_a_width_that_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", "--demo", "-p", str(tmp_path), "--together", "time=nan"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("asnsolve: error: --together time=nan: 'nan' is not a number")
    assert len(error.splitlines()) == 1


def test_level_2_stays_in_each_program() -> None:
    pool = Pool(TWO_PROGRAMS)
    asked = ("program", "sky=2arcmin")
    across = [one for one in solve(pool, together=asked) if one.level == 2]
    assert across == [one for one in solve(pool) if one.level == 2]
    assert solve(pool, together=asked) == solve(pool, together=asked, solver="exact")
    with pytest.raises(UsageError, match="cannot be solved in parts"):
        [*solve_partitions(pool, jobs=1, together=asked)]
    with pytest.raises(UsageError, match="cannot be solved in parts"):
        part_solver(together="program")


def test_from_python(pool: Path) -> None:
    solution = solve(pool, together="sky=2arcmin")
    (discovered,) = [one for one in solution.associations if one.asn_id == "a3001"]
    assert len(discovered.members) == 4
    assert discovered.signature["sky"] == "10.684 41.269"
    assert solution == solve(pool, together=("sky=2arcmin",), solver="exact")
