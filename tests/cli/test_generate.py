from __future__ import annotations

import argparse
import gzip
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from asnsolve import Pool
from asnsolve.cli import generate
from asnsolve.cli.main import main
from asnsolve.pipeline import SOLVERS
from tests.cli.conftest import DOCUMENTED, Lay, name, row

RULE = """
from asnsolve.expr.build import one_of, same
from asnsolve.rules.level3_2017 import DMS_Level3_Base
from asnsolve.rules.model import Clause, Rule

asn_mine = Rule(
    name="Asn_Mine", asn_type="mine3", title="Mine", base=DMS_Level3_Base,
    clauses=(Clause("exp_type", one_of("exp_type", "nrc_image")), %s),
)
"""


def report(capsys: pytest.CaptureFixture[str], *argv: object) -> dict[str, Any]:
    """Run ``generate --json`` and return its report; the run has no findings."""
    assert main(["generate", *map(str, argv), "--json", "--dry-run"]) == 0
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    return data


def ids(data: dict[str, Any]) -> list[str]:
    return [found["asn_id"] for found in data["associations"]]


@pytest.fixture
def rule_file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(RULE % "")
    return path


def test_candidates_and_discovered_associations_are_found_by_default(
    two_observations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ids(report(capsys, two_observations, *DOCUMENTED)) == ["a3001", "o001", "o002"]


def test_the_rules_of_levels_2_and_3_are_solved_by_default(
    two_observations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = report(capsys, two_observations)
    assert data["rules"] == "jwst"
    assert [(found["asn_id"], found["rule"]) for found in data["associations"]] == [
        ("a3001", "Asn_Lv3Image"),
        ("o001", "Asn_Lv2Image"),
        ("o001", "Asn_Lv3Image"),
        ("o002", "Asn_Lv2Image"),
        ("o002", "Asn_Lv3Image"),
    ]
    (product,) = data["associations"][1]["products"]
    assert product["name"] == name(1).removesuffix("_uncal.fits")
    assert product["members"] == {"science": [name(1).replace("uncal", "rate")]}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["-i", "o001"], ["o001"]),
        (["--ids", "o002", "o001"], ["o001", "o002"]),
        (["--discover"], ["a3001"]),
        (["--all-candidates"], ["o001", "o002"]),
    ],
)
def test_an_option_chooses_which_associations_are_kept(
    options: list[str],
    expected: list[str],
    two_observations: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ids(report(capsys, two_observations, *DOCUMENTED, *options)) == expected


def test_discover_drops_what_repeats_a_candidate(
    lay: Lay, capsys: pytest.CaptureFixture[str]
) -> None:
    data = report(capsys, lay(row(name(1), 1)), "--discover", *DOCUMENTED)
    assert ids(data) == []
    assert data["orphans"] == []


def test_discover_reports_same_names_of_what_it_keeps_alone(
    lay: Lay, rule_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule_file.write_text(RULE % 'Clause("file", key=same("filename"))')
    argv = [lay(row(name(1, 1), 1), row(name(1, 2), 1)), "-r", rule_file, "--ignore-default"]
    assert report(capsys, *argv)["counts"]["same_names"] == 1
    assert report(capsys, *argv, "--discover")["counts"]["same_names"] == 0


def test_ids_discover_and_all_candidates_exclude_each_other(
    two_observations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pool = str(two_observations)
    assert main(["generate", pool, "--discover", "--all-candidates"]) == 2
    assert main(["generate", pool, "-i", "o001", "--discover"]) == 2
    assert "not allowed with argument" in capsys.readouterr().err


def test_files_go_into_the_path(
    two_observations: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["generate", str(two_observations), "-p", str(out), *DOCUMENTED]) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "jw00001-a3001_image3_001_asn.json",
        "jw00001-o001_image3_001_asn.json",
        "jw00001-o002_image3_001_asn.json",
    ]
    assert capsys.readouterr().out.endswith(f"Wrote 3 files to {out}\n")


def test_files_go_into_the_working_directory_by_default(
    two_observations: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["generate", str(two_observations), "-i", "o001", *DOCUMENTED]) == 0
    assert (tmp_path / "jw00001-o001_image3_001_asn.json").is_file()


def test_a_dry_run_is_refused_as_the_run_would_be(
    two_observations: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    argv = ["generate", str(two_observations), "-p", str(out)]
    assert main(argv) == 0
    first, *others = sorted(out.glob("*_asn.json"))
    before = first.read_text("utf-8")
    assert main([*argv, "--dry-run"]) == 0
    edited = before.replace('"science"', '"background"')
    first.write_text(edited, "utf-8")
    others[0].unlink()
    capsys.readouterr()
    assert main([*argv, "--dry-run"]) == 2
    assert f"{first}: already exists with other content" in capsys.readouterr().err
    assert main([*argv, "--dry-run", "--replace"]) == 0
    assert first.read_text("utf-8") == edited
    assert not others[0].exists()


def test_a_dry_run_writes_nothing(
    two_observations: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    argv = ["generate", str(two_observations), "-p", str(out), "--dry-run", "--save-orphans"]
    assert main(argv) == 0
    assert not out.exists()
    assert capsys.readouterr().out.endswith("No file was written.\n")


@pytest.mark.parametrize(("given", "file"), [([], "orphaned.csv"), (["left.txt"], "left.txt")])
def test_orphans_are_saved_as_a_pool(
    given: list[str], file: str, two_observations: Path, tmp_path: Path
) -> None:
    argv = ["generate", str(two_observations), "-p", str(tmp_path), "--save-orphans", *given]
    assert main(argv) == 0
    orphans = Pool.read(tmp_path / file)
    assert orphans.values("filename") == (name(3),)
    assert "|" in (tmp_path / file).read_text()


@pytest.mark.parametrize("outside", ["../lost.csv", "a/../../lost.csv", "/lost.csv", ".", ""])
def test_orphans_are_not_saved_outside_the_directory(
    outside: str, two_observations: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    argv = ["generate", str(two_observations), "-p", str(out), "--save-orphans", outside]
    assert main(argv) == 2
    assert capsys.readouterr().err == (
        f"asnsolve: error: --save-orphans {Path(outside)} is not a file in {out}; expected the "
        "name of a file inside the directory that -p names\n"
    )
    assert not out.exists()


@pytest.mark.parametrize("argv", [["--save-orphans", "pool.parquet"], ["--format", "parquet"]])
@pytest.mark.parametrize("in_parts", [False, True])
def test_the_pool_is_not_replaced_by_what_is_made_of_it(
    argv: list[str],
    in_parts: bool,
    two_observations: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pool = tmp_path / "pool.parquet"
    Pool.read(two_observations).write(pool)
    before = pool.read_bytes()
    jobs = ["-j", "1"] if in_parts and "--format" in argv else []
    command = ["generate", str(pool), "-p", str(tmp_path), "--replace", *argv, *jobs]
    assert main(command) == 2
    message = f"{pool}: is read by this command as {pool}, and would be replaced"
    assert message in capsys.readouterr().err
    assert pool.read_bytes() == before


@pytest.mark.parametrize("parts", [[], ["-j", "1"]])
def test_a_program_that_no_file_name_can_hold_does_not_stop_the_others(
    parts: list[str], lay: Lay, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = row("x_uncal.fits", 1)
    pool = lay(row(name(1), 1), (*long[:2], "7" * 300, *long[3:]))
    out = tmp_path / "out"
    argv = ["generate", str(pool), "-p", str(out), *DOCUMENTED, *parts]
    too_long = "Asn_Image: is not written: the name of the file has 327 bytes; expected at most 255"
    assert main([*argv, "--strict"]) == 2
    assert too_long in capsys.readouterr().err
    assert not out.exists()
    assert main(argv) == 1
    assert too_long in capsys.readouterr().err
    written = [path.name for path in out.iterdir()]
    assert written
    assert all(file.startswith("jw00001-") for file in written)
    if not parts:
        assert main([*argv, "--dry-run"]) == 1
        assert main([*argv, "--dry-run", "--strict"]) == 2
    # A container holds any name, and its export reports those that are no names of files.
    assert main([*argv, "--format", "jsonl"]) == 0
    assert main(["export", str(out / "pool.jsonl"), "-p", str(tmp_path / "files")]) == 1
    exported = tmp_path / "files" / "00001"
    assert sorted(path.name for path in exported.iterdir()) == sorted(written)


def test_no_orphans_are_saved_as_an_empty_pool(lay: Lay, tmp_path: Path) -> None:
    pool = lay(row(name(1), 1))
    assert main(["generate", str(pool), "-p", str(tmp_path), "--save-orphans"]) == 0
    assert (tmp_path / "orphaned.csv").read_text().splitlines()[1:] == []


@pytest.mark.parametrize("options", [[], ["-j", "2"]])
def test_orphans_are_saved_where_there_are_no_associations(
    options: list[str], lay: Lay, tmp_path: Path
) -> None:
    pool, out = lay(row(name(1), 1, "NRC_DARK")), tmp_path / "new" / "out"
    assert main(["generate", str(pool), "-p", str(out), "--save-orphans", *options]) == 0
    assert len((out / "orphaned.csv").read_text().splitlines()) == 2


def test_a_version_id_goes_into_the_file_names(
    two_observations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["-i", "o001", "--version-id", "build9", *DOCUMENTED]
    data = report(capsys, two_observations, *argv)
    assert [found["file_name"] for found in data["associations"]] == [
        "jw00001-o001_build9_image3_001_asn.json"
    ]


def test_a_version_id_without_text_is_the_time(
    two_observations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    data = report(capsys, two_observations, *DOCUMENTED, "-i", "o001", "--version-id")
    (found,) = data["associations"]
    stamp = re.fullmatch(r"jw00001-o001_(\d{8}t\d{6})_image3_001_asn.json", found["file_name"])
    assert stamp is not None
    told = datetime.strptime(stamp[1], "%Y%m%dt%H%M%S").replace(tzinfo=UTC)
    assert before <= told <= datetime.now(UTC)


def rules_used(data: dict[str, Any]) -> set[str]:
    return {found["rule"] for found in data["associations"]}


def test_a_rule_file_adds_to_the_default_rules(
    two_observations: Path, rule_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = report(capsys, two_observations, "-r", rule_file)
    assert rules_used(data) == {"Asn_Lv2Image", "Asn_Lv3Image", "Asn_Mine"}
    assert data["rules"] == "jwst+mine"


def test_ignore_default_leaves_the_rules_that_are_given(
    two_observations: Path, rule_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = report(capsys, two_observations, "--rules", rule_file, "--ignore-default")
    assert rules_used(data) == {"Asn_Mine"}


def test_a_rule_set_that_is_named_takes_the_place_of_the_default(
    two_observations: Path, rule_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = report(capsys, two_observations, "-r", rule_file, "-r", "level3-2017")
    assert data["rules"] == "mine+level3-2017"
    assert rules_used(data) == {"Asn_Image", "Asn_Mine"}


def test_a_rule_set_may_be_named_twice(
    two_observations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = report(capsys, two_observations, "-r", "level3-2017", "-r", "level3-2017")
    assert data["rules"] == "level3-2017"


def test_the_exact_solver_finds_the_same(
    two_observations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fast = report(capsys, two_observations, "--solver", "fast")
    assert report(capsys, two_observations, "--solver", "exact") == fast


def test_every_solver_can_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--help"]) == 0
    assert f"--solver {{{','.join(SOLVERS)}}}" in capsys.readouterr().out


def test_a_delimiter_can_be_given(lay: Lay, capsys: pytest.CaptureFixture[str]) -> None:
    pool = lay(row(name(1), 1), mark=";")
    assert main(["generate", str(pool), "--dry-run"]) == 2
    assert capsys.readouterr().err != ""
    assert ids(report(capsys, pool, "-d", ";", *DOCUMENTED)) == ["o001"]


def test_a_pool_format_can_be_given(
    two_observations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(capsys, two_observations, "--pool-format", "ascii")["counts"]["exposures"] == 3
    assert main(["generate", str(two_observations), "--pool-format", "parquet"]) == 2
    assert "cannot be read as Parquet" in capsys.readouterr().err


def test_the_report_lists_members_by_role_and_orphans_with_reasons(
    two_observations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = report(capsys, two_observations, "-i", "o001", *DOCUMENTED)
    assert data["counts"] == {
        "exposures": 3,
        "associations": 1,
        "orphans": 2,
        "dropped": 0,
        "problems": 0,
        "same_names": 0,
        "renamed": 0,
        "set_aside": 0,
    }
    (found,) = data["associations"]
    assert found["products"] == [
        {
            "name": "jw00001-o001_t001_nircam_f200w",
            "members": {"science": [name(1).replace("uncal", "cal")]},
        }
    ]
    assert [orphan["filename"] for orphan in data["orphans"]] == [name(2), name(3)]
    assert data["orphans"][0]["reason"]["clause"] == "candidate"
    assert data["written"] == []


def test_the_report_says_which_files_were_written(
    two_observations: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["generate", str(two_observations), "-i", "o001", "-p", str(tmp_path), "--json"]
    assert main([*argv, *DOCUMENTED]) == 0
    written = json.loads(capsys.readouterr().out)["written"]
    assert written == [str(tmp_path / "jw00001-o001_image3_001_asn.json")]


def test_a_row_set_aside_is_a_finding(lay: Lay, capsys: pytest.CaptureFixture[str]) -> None:
    pool = lay(row(name(1), 1), row("", 2))
    assert main(["generate", str(pool), "--dry-run"]) == 1
    told = capsys.readouterr()
    assert "\nProblems: 1 (on standard error)\n" in told.out
    assert told.err == f"asnsolve: {pool}, row 3, column filename: the row has no file name\n"
    assert main(["generate", str(pool), "--dry-run", "--json"]) == 1
    (aside,) = json.loads(capsys.readouterr().out)["set_aside"]
    assert aside["row"] == 3


def test_strict_makes_a_problem_of_the_pool_an_error(
    lay: Lay, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pool, out = lay(row(name(1), 1), row("", 2)), tmp_path / "out"
    assert main(["generate", str(pool), "--strict", "-p", str(out)]) == 2
    assert "asnsolve: error: " in capsys.readouterr().err
    assert not out.exists()


def test_an_unknown_id_is_a_finding_with_a_suggestion(
    two_observations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", str(two_observations), "-i", "o01", "--dry-run"]) == 1
    assert "Did you mean" in capsys.readouterr().err


def test_problems_beyond_the_first_are_counted_unless_all_are_asked_for(
    lay: Lay, capsys: pytest.CaptureFixture[str]
) -> None:
    pool = str(lay(row(name(1), 1), *(row("", 2) for _ in range(13))))
    assert main(["generate", pool, "--dry-run"]) == 1
    short = capsys.readouterr().err
    assert short.count("has no file name") == 10
    assert short.endswith("asnsolve: and 3 more problems (-v shows all)\n")
    assert main(["generate", pool, "--dry-run", "-v"]) == 1
    whole = capsys.readouterr().err
    assert whole.count("has no file name") == 13
    assert "more" not in whole


def test_verbose_says_what_is_done(
    two_observations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["generate", str(two_observations), "--dry-run", *DOCUMENTED]
    assert main(argv) == 0
    assert capsys.readouterr().err == ""
    assert main([*argv, "--verbose"]) == 0
    assert capsys.readouterr().err.splitlines() == [
        f"asnsolve: reading {two_observations}",
        "asnsolve: solving 3 exposures with rule set level3-2017",
        "asnsolve: found 3 associations, 1 orphan",
    ]


def test_dms_messages_are_lines_of_facts(
    two_observations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["generate", str(two_observations), "-i", "o001", "o9", "--dry-run", "--DMS"]
    assert main(argv) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert re.fullmatch(
        r"\d{12} WARNING pid=\d+ src=asnsolve\.generate asn_candidate_ids=o001,o9 program=1 "
        r'msg="pool, column asn_candidate: no exposure names the candidate \'o9\'.*"',
        line,
    )


def test_dms_errors_are_lines_of_facts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--DMS"]) == 2
    assert re.match(
        r'\d{12} ERROR pid=\d+ src=asnsolve\.generate msg="POOL is missing',
        capsys.readouterr().err,
    )


def test_the_demonstration_needs_no_pool(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", "--demo", "-p", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Pool demo_pool: ")
    assert list(tmp_path.iterdir())
    assert f"Wrote {len(list(tmp_path.iterdir()))} files to {tmp_path}" in out


def test_merge_changes_nothing_at_level_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--demo", "--dry-run", *DOCUMENTED]) == 0
    plain = capsys.readouterr()
    assert main(["generate", "--demo", "--dry-run", "--merge", *DOCUMENTED]) == 0
    assert capsys.readouterr() == plain


def test_merge_joins_associations_of_level_2(lay: Lay, capsys: pytest.CaptureFixture[str]) -> None:
    pool = lay(row(name(1, 1), 1), row(name(1, 2), 1))
    plain = report(capsys, pool)
    assert [found["rule"] for found in plain["associations"]] == [
        *("Asn_Lv2Image", "Asn_Lv2Image", "Asn_Lv3Image")
    ]
    joined = report(capsys, pool, "--merge")["associations"]
    assert [found["file_name"] for found in joined] == [
        "jw00001-o001_image2_00001_asn.json",
        "jw00001-o001_image3_00001_asn.json",
    ]
    assert [product["name"] for product in joined[0]["products"]] == [
        name(1, exposure).removesuffix("_uncal.fits") for exposure in (1, 2)
    ]
    assert joined[1] == plain["associations"][2]


def test_products_of_one_name_get_different_names_on_request(
    lay: Lay, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = tmp_path / "mine.py"
    rule.write_text(RULE % 'Clause("file", key=same("filename"))')
    pool = lay(row(name(1), 1), row(name(2), 2))
    pool = pool.rename(tmp_path / "c1000.csv")
    text = re.sub(r"o00[12]', 'observation", "c1000', 'mosaic", pool.read_text())
    pool.write_text(text)
    argv = (pool, "-r", rule, "--ignore-default", "--all-candidates")
    plain = report(capsys, *argv)
    assert plain["counts"]["same_names"] == 1
    assert plain["renamed"] == []
    distinct = report(capsys, *argv, "--distinct-names")
    assert distinct["same_names"] == []
    (note,) = distinct["renamed"]
    suffixes = [name(observation).replace("_", "-") for observation in (1, 2)]
    assert note["what"].endswith(f"; file is added: {', '.join(suffixes)}")
    (shared,) = {found["products"][0]["name"] for found in plain["associations"]}
    assert [found["products"][0]["name"] for found in distinct["associations"]] == [
        f"{shared}-{suffix}" for suffix in suffixes
    ]
    assert main(["generate", *map(str, argv), "--distinct-names", "-p", str(tmp_path)]) == 0
    assert f"Renamed products: 1\n  {note['what']}" in capsys.readouterr().out
    in_parts = [*map(str, argv), "--distinct-names", "-j", "1", "--format", "jsonl"]
    assert main(["generate", *in_parts, "-p", str(tmp_path)]) == 0
    assert f'"{shared}-{suffixes[1]}"' in (tmp_path / "c1000.jsonl").read_text()


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["pool.csv", "--demo"], "--demo and pool.csv cannot be combined"),
        ([], "POOL is missing; expected a file, or --demo"),
        (
            ["-i", "o001", "pool.csv"],
            "POOL is missing, because --ids has taken pool.csv. Put POOL before",
        ),
        (["--demo", "--ignore-default"], "--ignore-default leaves no rules"),
        (["--demo", "-r", "level3-2107"], "Did you mean level3-2017?"),
        (["--demo", "--version-id", "a/b"], "version"),
        (["no_such_pool.csv"], "no_such_pool.csv: the file cannot be read: No such file"),
    ],
)
def test_misuse_is_said_and_nothing_written(
    argv: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["generate", *argv]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("asnsolve: error: ")
    assert said in told.err
    assert "Traceback" not in told.err
    assert list(tmp_path.iterdir()) == []


def test_a_path_that_is_no_directory_is_bad_input(
    two_observations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", str(two_observations), "-p", str(two_observations)]) == 2
    assert "directory cannot be used" in capsys.readouterr().err


def test_debug_shows_the_traceback_of_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "-D"]) == 2
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "asnsolve: error: POOL is missing" in err


def test_options_have_the_names_that_scripts_use(
    two_observations: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[argparse.Namespace] = []

    def note(args: argparse.Namespace, log: object) -> int:
        seen.append(args)
        return 0

    command = replace(generate.COMMAND, run=note)
    monkeypatch.setattr("asnsolve.cli.main.COMMANDS", (command,))
    argv = f"{two_observations} --all-candidates -p out --save-orphans o.csv --version-id v1"
    argv += " -r a.py -r b.py --ignore-default --dry-run -d , --pool-format ascii --merge --DMS"
    assert main(["generate", *argv.split(), "-v", "-D"]) == 0
    (args,) = seen
    assert args.rules == ["a.py", "b.py"]
    assert (args.path, args.save_orphans) == (Path("out"), Path("o.csv"))


@pytest.mark.parametrize(("level", "rules"), [("2", {"Asn_Lv2Image"}), ("3", {"Asn_Lv3Image"})])
def test_one_level_may_be_asked_for(
    level: str, rules: set[str], two_observations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = report(capsys, two_observations, "--level", level)
    assert rules_used(data) == rules
    assert main(["generate", str(two_observations), "--level", "2", *DOCUMENTED]) == 2
    assert "rule set level3-2017 has no rule of level 2" in capsys.readouterr().err


def test_json_is_the_format_of_files(
    two_observations: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    argv = ["generate", str(two_observations), "-p", str(out), "--format", "json", "--quiet"]
    assert main(argv) == 0
    assert capsys.readouterr() == ("", "")
    assert {path.suffix for path in out.iterdir()} == {".json"}
    assert main([*argv, "-j", "1"]) == 0
    assert capsys.readouterr() == ("", "")


def test_the_version_is_said_without_a_pool(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    version = capsys.readouterr().out
    assert main(["generate", "--version"]) == 0
    assert capsys.readouterr().out == version


def test_rule_files_of_classes_are_refused(
    two_observations: Path, rule_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule_file.write_text(
        "from jwst.associations import Association\n\nclass Mine(Association): ...\n"
    )
    assert main(["generate", str(two_observations), "-r", str(rule_file)]) == 2
    assert capsys.readouterr().err == (
        f"asnsolve: error: {rule_file}: the file is of rules for asn_generate, which are classes "
        "of jwst.associations; expected Rule values of asnsolve. Rewrite each class as a Rule.\n"
    )


def give_input(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    """Put bytes on standard input."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_a_pool_is_read_from_standard_input(
    two_observations: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = report(capsys, two_observations)
    for content in (two_observations.read_bytes(), gzip.compress(two_observations.read_bytes())):
        give_input(monkeypatch, content)
        found = report(capsys, "-")
        assert found.pop("pool") == "stdin"
        assert found.items() < expected.items()


def test_a_pool_from_standard_input_is_solved_in_parts(
    two_observations: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    give_input(monkeypatch, two_observations.read_bytes())
    out = tmp_path / "out"
    assert main(["generate", "-", "-j", "1", "-p", str(out), "--format", "jsonl"]) == 0
    assert capsys.readouterr().out.startswith("Pool stdin: 3 exposures")
    assert [path.name for path in out.iterdir()] == ["stdin.jsonl"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "stdin: the file is empty; expected a header line with the column names"),
        (b"PAR1 and so on", "stdin: parquet cannot be read from an open file; expected text"),
        (b"a|b\n1|2\n", "stdin, row 1: "),
    ],
)
def test_what_is_no_text_of_a_pool_on_standard_input_is_said(
    content: bytes, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    give_input(monkeypatch, content)
    assert main(["generate", "-", "--dry-run"]) == 2
    assert capsys.readouterr().err.startswith(f"asnsolve: error: {said}")


def test_problems_go_to_standard_error_without_a_report_too(
    lay: Lay, capsys: pytest.CaptureFixture[str]
) -> None:
    pool = lay(row(name(1), 1), row("", 2))
    assert main(["generate", str(pool), "--dry-run", "--quiet"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.endswith("the row has no file name\n")
