"""Failure classes 16, 17, 18 and 22: orphans, rule files, equal bytes, and odd cells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from asnsolve import Pool, solve
from asnsolve.cli.main import main
from asnsolve.simulate import Row, demo_programs, simulate, write_pool
from tests.scenarios.pools import (
    IFU,
    MIRI_IMAGE,
    NIRCAM_IMAGE,
    exposures,
    observed,
    orders,
    orphans,
    planned,
    solved,
    told,
)

RULE_FILE = '''
"""Images of one target in whatever filter, for a picture in colours."""

from asnsolve import Rule
from asnsolve.expr.build import at_least, one_of, same
from asnsolve.rules.jwst.level3.base import DMS_Level3_Base
from asnsolve.rules.model import Clause

Asn_Colours = Rule(
    name="Asn_Colours",
    asn_type="colours3",
    title="Images of one target, for a picture in colours",
    base=DMS_Level3_Base,
    clauses=(
        Clause("program", key=same("program")),
        Clause("exp_type", one_of("exp_type", "mir_image")),
        Clause("opt_elem", key=same("instrume")),
        Clause("target", key=same("targetid")),
    ),
    needs=(at_least(2, "science"),),
)
'''


@pytest.mark.parametrize("mode", ["miri_image_background", "nircam_image", "nirspec_msa"])
def test_16_what_is_in_an_association_is_no_orphan(mode: str, tmp_path: Path) -> None:
    """Every row of the pool was reported as an orphan."""
    assert solved(planned(mode)).orphans == ()
    write_pool(planned(mode), tmp_path / "pool.csv")
    argv = [str(tmp_path / "pool.csv"), "-p", str(tmp_path), "--save-orphans"]
    assert main(["generate", *argv]) == 0
    (header,) = (tmp_path / "orphaned.csv").read_text().splitlines()
    assert header.startswith("filename|")


def test_16_orphans_are_what_is_in_no_association_each_once_with_the_reason() -> None:
    """Orphans were missing, listed twice, or listed though a discarded association had them."""
    image = {**NIRCAM_IMAGE, "GRATING": "NULL", "PATTTYPE": "NULL"}
    rows = exposures(
        {**IFU, "PATTTYPE": "4-POINT-DITHER"},
        lit=observed(1, "c1000 GROUP"),
        dark=observed(1, "c1000 GROUP", DETECTOR="NRS2"),
        image=observed(2, **image),
        unknown=observed(2, **{**image, "FILTER": "NULL", "TARGETID": "NULL"}),
    )
    for each in orders(rows):
        dark, unknown = solved(each).orphans
        assert str(dark) == (
            "dark_uncal.fits: Asn_Lv2Spec, clause ifu_reaches_detector: expected that it is [lit "
            "through the integral-field unit], but detector is nrs2, filter is f170lp, grating is "
            "g235m"
        )
        assert str(unknown) == (
            "unknown_uncal.fits: Asn_Lv3Image, clause target: expected that targetid is set, but "
            "targetid is not set"
        )


def test_16_what_was_not_asked_for_is_an_orphan_for_that_reason() -> None:
    """With some ids asked for, exposures of the others were not reported, or as if unfit."""
    rows = exposures(MIRI_IMAGE, a=observed(1), b=observed(2))
    (orphan,) = solve(Pool(rows), ids=["o001"]).orphans
    assert orphan.filename == "b_uncal.fits"
    assert orphan.refusal is not None
    assert (orphan.refusal.rule, orphan.refusal.clause) == ("Asn_Lv2Image", "candidate")
    assert orphan.refusal.values == (("asn_candidate", "[('o002', 'observation')]"),)


def test_16_the_written_orphans_are_the_rows_of_the_pool(tmp_path: Path) -> None:
    """The file of orphans held rows that were associated, or other columns than the pool."""
    rows = exposures(
        {**NIRCAM_IMAGE, **observed(1)}, a={}, dark={"EXP_TYPE": "NRC_DARK"}, b={"PUPIL": "F162M"}
    )
    write_pool(rows, tmp_path / "pool.csv")
    argv = [str(tmp_path / "pool.csv"), "-p", str(tmp_path), "--save-orphans", "lost.csv"]
    assert main(["generate", *argv]) == 0
    lost = Pool.read(tmp_path / "lost.csv")
    assert lost.values("filename") == ("dark_uncal.fits",)
    assert lost.columns == Pool.read(tmp_path / "pool.csv").columns


def report(capsys: pytest.CaptureFixture[str], *argv: object) -> dict[str, Any]:
    """Run ``generate --json`` and return its report; the run has no findings."""
    assert main(["generate", *map(str, argv), "--json"]) == 0
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    return data


@pytest.mark.parametrize("options", [[], ["--ignore-default"]])
def test_17_a_rule_file_is_solved_in_every_candidate(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A rule of a user's own crashed the run when the second candidate was reached."""
    (tmp_path / "colours.py").write_text(RULE_FILE)
    tie = "c1000 GROUP"
    rows = exposures(
        MIRI_IMAGE,
        a1=observed(1, tie),
        a2=observed(1, tie, FILTER="F1000W"),
        b1=observed(2, tie),
        b2=observed(2, tie, FILTER="F1500W"),
        c1=observed(3),
        c2=observed(3, TARGETID="2"),
    )
    write_pool(rows, tmp_path / "pool.csv")
    out = tmp_path / "out"
    argv = [tmp_path / "pool.csv", "-r", tmp_path / "colours.py", "-p", out, *options]
    found = [one for one in report(capsys, *argv)["associations"] if one["rule"] == "Asn_Colours"]
    assert sorted(path.name for path in out.glob("*_colours3_*")) == [
        "jw01234-a3001_colours3_00001_asn.json",
        "jw01234-c1000_colours3_00001_asn.json",
        "jw01234-o001_colours3_00001_asn.json",
        "jw01234-o002_colours3_00001_asn.json",
    ]
    members = {one["asn_id"]: [m["expname"] for m in _members(out, one)] for one in found}
    assert members == {
        "a3001": [f"{name}_cal.fits" for name in ("a1", "a2", "b1", "b2", "c1")],
        "c1000": [f"{name}_cal.fits" for name in ("a1", "a2", "b1", "b2")],
        "o001": ["a1_cal.fits", "a2_cal.fits"],
        "o002": ["b1_cal.fits", "b2_cal.fits"],
    }


def _members(folder: Path, association: dict[str, Any]) -> list[dict[str, str]]:
    (path,) = folder.glob(f"*-{association['asn_id']}_colours3_*")
    content: dict[str, Any] = json.loads(path.read_bytes())
    (product,) = content["products"]
    members: list[dict[str, str]] = product["members"]
    return members


def written(folder: Path, seed: str) -> dict[str, bytes]:
    """Run the command in a process of its own; return what it wrote, by name, and its report."""
    folder.mkdir()
    argv = ["generate", "../pool.csv", "-p", "out", "--save-orphans", "--json"]
    ran = subprocess.run(
        [sys.executable, "-m", "asnsolve", *argv],
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=True,
    )
    assert ran.stderr == b""
    files = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    return files | {"stdout": ran.stdout}


def test_18_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    """Two runs of one pool gave other words, numbers and orders of members."""
    write_pool(simulate(demo_programs()), tmp_path / "pool.csv")
    first, second = (written(tmp_path / seed, seed) for seed in ("1", "2"))
    assert len(first) > 100
    assert first == second


def test_22_a_null_optical_element_stops_nothing() -> None:
    """One exposure without pupil, or without filter, stopped the run of the whole pool."""
    rows = exposures(
        {**NIRCAM_IMAGE, **observed(1)},
        a={},
        no_pupil={"PUPIL": "NULL"},
        no_filter={"FILTER": "NULL"},
        nothing={"FILTER": "NULL", "PUPIL": "NULL", "DETECTOR": "NULL", "SUBARRAY": "NULL"},
    )
    for each in orders(rows):
        solution = solved(each)
        assert told(solution) == [
            ("Asn_Lv2Image", "o001", "a", "science a_rate"),
            ("Asn_Lv2Image", "o001", "no_pupil", "science no_pupil_rate"),
            (
                "Asn_Lv3Image",
                "o001",
                "jw01234-o001_t001_nircam_clear-f200w",
                "science a_cal no_filter_cal no_pupil_cal",
            ),
        ]
        assert orphans(solution) == ["nothing"]


@pytest.mark.parametrize(
    "cell",
    ["o001", "[('o001',)]", "[('o001', 'OBSERVATION'", "[(1, 2)]", "{'o001': 'OBSERVATION'}"],
)
def test_22_a_candidate_cell_that_is_no_list_of_pairs_stops_nothing(cell: str) -> None:
    """One candidate cell that could not be read stopped the run of the whole pool."""
    good: Row = {**MIRI_IMAGE, **observed(1)}
    rows = exposures(good, a={}, odd={"ASN_CANDIDATE": cell}, b={})
    for each in orders(rows):
        solution = solve(Pool(each))
        assert told(solution) == [
            (
                "Asn_Lv3Image",
                "a3001",
                "jw01234-a3001_t001_miri_f770w",
                "science a_cal b_cal odd_cal",
            ),
            ("Asn_Lv2Image", "o001", "a", "science a_rate"),
            ("Asn_Lv2Image", "o001", "b", "science b_rate"),
            ("Asn_Lv3Image", "o001", "jw01234-o001_t001_miri_f770w", "science a_cal b_cal"),
        ]
        (problem,) = solution.problems
        assert problem.location.column == "asn_candidate"
        assert problem.location.row == [row["ASN_CANDIDATE"] for row in each].index(cell) + 1
        assert problem.expected == "a list of pairs such as [('o001', 'observation')]"


def test_22_the_command_reports_it_and_writes_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command ended with a traceback and had written nothing."""
    rows = exposures(
        {**MIRI_IMAGE, **observed(1)}, a={}, odd={"ASN_CANDIDATE": "o001"}, bare={"FILTER": "NULL"}
    )
    write_pool(rows, tmp_path / "pool.csv")
    out = tmp_path / "out"
    assert main(["generate", str(tmp_path / "pool.csv"), "-p", str(out)]) == 1
    assert "'o001' names no candidates" in " ".join(capsys.readouterr().err.split())
    assert "jw01234-o001_image2_00001_asn.json" in {path.name for path in out.iterdir()}
