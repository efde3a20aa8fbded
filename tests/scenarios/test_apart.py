"""What level 3 keeps apart on request, in every way to solve a pool."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from asnsolve import Pool, PoolError, Solution, UsageError, associate, demo_pool, solve
from asnsolve.archive.parts import parts_of_pool
from asnsolve.archive.runs import solve_parts
from asnsolve.archive.store import Kept
from asnsolve.archive.write_containers import parts_of
from asnsolve.cli.main import main
from asnsolve.simulate import MODES, Program, simulate
from tests.pool.fits_files import write_files

HEADER = (
    *("filename", "exp_type", "pntgtype", "program", "instrume", "detector", "filter", "pupil"),
    *("subarray", "targetid", "tsovisit", "patt_num", "asn_candidate"),
)


def series(detector: str, number: str = "1", program: str = "1") -> dict[str, str]:
    cells = (
        *(f"jw{program}_{number}_{detector}_uncal.fits", "NRC_TSIMAGE", "SCIENCE", program),
        *("NIRCAM", detector, "WLP4", "CLEAR", "SUBGRISM256", "1", "t", number),
        "[('o001', 'observation')]",
    )
    return dict(zip(HEADER, cells, strict=True))


SERIES = Pool([series(detector) for detector in ("NRCA1", "NRCA3")], name="series")
SERIES_NAME = "jw00001-o001_t001_nircam_clear-wlp4-subgrism256"


def level3(solution: Solution) -> dict[str, list[str]]:
    return {
        one.products[0].name: [member.exposure for member in one.members]
        for one in solution
        if one.level == 3
    }


def test_a_time_series_is_split_by_detector() -> None:
    assert level3(solve(SERIES)) == {SERIES_NAME: ["jw1_1_nrca1", "jw1_1_nrca3"]}
    split = solve(SERIES, apart="detector")
    assert level3(split) == {
        f"{SERIES_NAME}-nrca1": ["jw1_1_nrca1"],
        f"{SERIES_NAME}-nrca3": ["jw1_1_nrca3"],
    }
    assert split.same_names == split.problems == ()
    assert split == solve(SERIES, apart=["detector"], solver="exact")
    assert [one for one in split if one.level == 2] == [
        one for one in solve(SERIES) if one.level == 2
    ]


def test_names_stay_where_nothing_is_split() -> None:
    one_detector = Pool([series("NRCA1"), series("NRCA1", "2")])
    assert level3(solve(one_detector, apart="detector")) == level3(solve(one_detector))
    # Several things apart: the names say what differs, and only that.
    assert {*level3(solve(one_detector, apart=("detector", "dither")))} == {
        f"{SERIES_NAME}-dither1",
        f"{SERIES_NAME}-dither2",
    }


@pytest.mark.parametrize("arguments", [{}, {"ids": ["o001"]}, {"discover": False}, {"merge": True}])
def test_every_way_to_solve_splits(arguments: dict[str, Any]) -> None:
    assert len(level3(solve(SERIES, apart="detector", **arguments))) == 2


def test_discovered_associations_are_split() -> None:
    pool = Pool([{**series(d), "asn_candidate": "[]"} for d in ("NRCA1", "NRCA3")])
    image = Pool([{**row, "exp_type": "NRC_IMAGE", "tsovisit": "f"} for row in _rows(pool)])
    split = solve(image, apart="detector").discovered()
    assert {name.rpartition("-")[2] for name in level3(split)} == {"nrca1", "nrca3"}
    assert {one.asn_id for one in split if one.level == 3} == {"a3001"}


def _rows(pool: Pool) -> list[dict[str, str]]:
    table = pool.to_arrow().to_pylist()
    return [{name: cell for name, cell in row.items() if cell is not None} for row in table]


def test_parts_and_kept_programs_know_what_is_apart(tmp_path: Path) -> None:
    pool = Pool([series(d, program=p) for p in ("1", "2") for d in ("NRCA1", "NRCA3")], name="two")
    for apart, known in (((), 0), (("detector",), 0), (("detector",), 2)):
        parts = parts_of_pool(pool, 2)
        with solve_parts(parts, name="two", kept=Kept(tmp_path), apart=apart) as run:
            assert run.known == known
            found = pa.concat_tables(run.associations())
        assert found.equals(pa.concat_tables(parts_of(solve(pool, apart=apart))))


@pytest.mark.parametrize("options", [[], ["-j", "2"], ["--resume"], ["-i", "o001"]])
def test_the_command_writes_files_and_containers_alike(
    options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    SERIES.write("series.csv")
    argv = ["generate", "series.csv", "--apart", "detector", *options]
    assert main([*argv, "-p", "files"]) == 0
    assert main([*argv, "-p", "one", "--format", "jsonl"]) == 0
    assert main(["export", "one/series.jsonl", "-p", "exported"]) == 0
    written, exported = (
        {path.name: json.loads(path.read_text("utf-8")) for path in Path(folder).rglob("*.json")}
        for folder in ("files", "exported")
    )
    assert written == exported
    assert len([name for name in written if "tso3" in name]) == 2


def test_names_are_those_of_associations_from_files(tmp_path: Path) -> None:
    rows = [
        dict(row) for row in simulate([Program(number=1, plans=(MODES["nircam_image"].plan(),))])
    ]
    files = write_files(rows, tmp_path, "cal")
    from_files = associate(files, 3, apart="detector").associations
    names = {one.products[0].name for one in from_files}
    assert len(names) > 1
    assert names == set(level3(solve(Pool(rows), apart="detector")))


def test_a_name_that_a_member_was_named_after_is_reported() -> None:
    """The catalog of the direct images is named after their product, which is split."""
    pool = Pool(simulate([Program(number=1, plans=(MODES["nircam_wfss_parallel"].plan(),))]))
    split = solve(pool, apart="detector")
    assert split.same_names == ()
    told = [str(note) for note in split.renamed]
    assert any("Edit the associations that still have the old name" in text for text in told)
    assert any("_asn.json" in text for text in told)


def test_neither_the_order_of_rows_nor_the_solver_makes_a_difference() -> None:
    rows = _rows(Pool.read(str(demo_pool())))
    forwards = solve(Pool(rows), apart="detector")
    assert forwards == solve(Pool(rows[::-1]), apart="detector")
    assert forwards == solve(Pool(rows), apart="detector", solver="exact")
    assert forwards.same_names == ()


@pytest.mark.parametrize(
    ("apart", "what"),
    [
        ("detecter", "--apart does not take 'detecter'; .*Did you mean detector"),
        ("pair", "--apart does not take 'pair'"),
        (7, "--apart does not take '7'"),
    ],
)
def test_what_cannot_be_kept_apart_is_said(apart: Any, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        solve(SERIES, apart=apart)


def test_a_pool_without_the_columns_that_are_compared_is_refused(tmp_path: Path) -> None:
    rows = _rows(Pool.read(str(demo_pool())))
    named = ("patt_num", "exposure", "visit")
    pool = Pool([{name: row[name] for name in row if name not in named} for row in rows])
    with pytest.raises(PoolError, match="apart dither compares PATT_NUM or EXPOSURE, and no expos"):
        solve(pool, apart="dither")
    with pytest.raises(PoolError, match="column VISIT: --apart visit compares VISIT") as error:
        solve(pool, apart=["visit", "observation", "detector", "filter"])
    assert len(error.value.problems) == 1
    path = tmp_path / "pool.csv"
    pool.write(path)
    run = ["generate", str(path), "--apart", "dither", "--dry-run"]
    assert [main([*run, *parts]) for parts in ([], ["-j", "1", "--part-size", "50"])] == [2, 2]


def test_what_splits_nothing_for_want_of_a_column_is_a_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (problem,) = solve(SERIES, apart=["detector", "band"]).problems
    assert str(problem) == (
        "series, column BAND: --apart band compares BAND, and no exposure has it, so it splits "
        "nothing. Add the column to the pool; 'asnsolve pool FILES --columns BAND' makes a pool "
        "with it."
    )
    assert level3(solve(SERIES, apart="band")) == level3(solve(SERIES))
    several = [series(detector, number, number) for detector in ("NRCA1",) for number in "12"]
    Pool(several, name="several").write(tmp_path / "several.csv")
    argv = ["generate", str(tmp_path / "several.csv"), "--apart", "band", "--level", "3"]
    for options in (["--dry-run"], ["-j", "1", "--part-size", "1", "-p", str(tmp_path / "out")]):
        # Each part lacks the column, and this is told once.
        assert main([*argv, *options]) == 1
        told = capsys.readouterr().err.splitlines()
        assert [line.partition(", and")[0] for line in told] == [
            "asnsolve: several, column BAND: --apart band compares BAND"
        ]
    assert main([argv[0], argv[1], "--apart", "filter", "--dry-run"]) == 0


def test_files_without_the_keyword_are_not_split(tmp_path: Path) -> None:
    rows = simulate([Program(number=7, plans=(MODES["nircam_image"].plan(),))])
    files = write_files(rows, tmp_path, "cal")
    whole, split = associate(files, 3), associate(files, 3, apart=["msametid", "pair"])
    made = [[one.products for one in found.associations] for found in (whole, split)]
    assert made[0] == made[1]
    (problem,) = set(split.problems) - set(whole.problems)
    assert str(problem) == (
        "files, column MSAMETID: --apart msametid compares MSAMETID, and no exposure has it, so it "
        "splits nothing. Give the values in a table, with --extra; its columns are FILENAME "
        "MSAMETID."
    )
