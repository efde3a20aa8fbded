"""``generate`` with -j, --dask or --resume: the same associations, found part by part."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from asnsolve import Pool
from asnsolve.archive import FORMATS
from asnsolve.cli.cut_pools import is_large
from asnsolve.cli.main import main
from asnsolve.simulate import scaled, simulate


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pools") / "mine.csv"
    Pool(simulate(scaled(150, seed=3))).write(path)
    return path


@pytest.mark.parametrize(
    "options", [["-j", "1"], ["-j", "2"], ["--resume"], ["-j", "1", "--merge", "--version-id", "v"]]
)
def test_files_are_those_of_a_run_in_one(options: list[str], pool: Path, tmp_path: Path) -> None:
    whole = [option for option in options if option in ("--merge", "--version-id", "v")]
    assert main(["generate", str(pool), "-p", str(tmp_path / "whole"), *whole]) == 0
    assert main(["generate", str(pool), "-p", str(tmp_path / "parts"), *options]) == 0
    assert contents(tmp_path / "parts") == contents(tmp_path / "whole")


@pytest.fixture(scope="module")
def entangled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a pool of several programs of which two share files, and with problems of all kinds."""
    rows = [dict(row) for row in simulate(scaled(150, seed=3))]
    programs = sorted({row["PROGRAM"] for row in rows})
    assert len(programs) > 2
    first = [row for row in rows if row["PROGRAM"] == programs[0]]
    last = [row for row in rows if row["PROGRAM"] == programs[-1]]
    last[0]["FILENAME"] = first[0]["FILENAME"]
    last[1]["FILENAME"] = first[1]["FILENAME"] = "odd.fits"
    last[2]["EXP_TYPE"] = first[2]["EXP_TYPE"] = "NRC_DARK"
    last[3]["ASN_CANDIDATE"] = "[('nonsense', 'observation')]"
    first[3]["ASN_CANDIDATE"] = "nonsense"
    rows[5]["FILENAME"] = ""
    for number, row in enumerate(rows):
        # Of the last program, nothing is known.
        known = row["PROGRAM"] != programs[-1] and number % 7
        row["TARG_RA"], row["TARG_DEC"] = (str(number % 3), "5") if known else ("", "")
        row["EXPSTART"] = str(59800 + 20 * (number % 11)) if known else ""
        row["PA_V3"] = "soon" if number % 50 == 3 else str(number % 4 / 2)
    names = list(rows[0])
    lines = ["|".join(row.get(name, "") for name in names) for row in rows]
    lines[20] += "|one|cell|too|many"
    lines += [lines[30], '"not closed']
    path = tmp_path_factory.mktemp("entangled") / "mine.csv"
    path.write_text("\n".join(["# a comment", "|".join(names), *lines]) + "\n")
    return path


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["-i", "o001", "c9999", "o0001"],
        ["-i", "o001", "--DMS"],
        ["--discover"],
        ["--all-candidates", "--save-orphans"],
        ["--dry-run"],
        ["--distinct-names"],
        ["--apart", "detector", "--merge"],
        ["--together", "sky=2arcmin", "time=30d", "pa=1deg"],
    ],
    ids=" ".join,
)
def test_everything_is_found_and_told_as_in_one(
    options: list[str],
    entangled: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However the pool is read: as a whole, in ranges of lines, or in copies of row groups."""
    monkeypatch.setattr("asnsolve.cli.cut_pools._AT_ONCE", 1)
    monkeypatch.setattr("asnsolve.archive.cut_files._RANGE", 5_000)
    found = []
    for number, parts in enumerate([[], ["-j", "1", "--part-size", "30"], ["--cache", "kept"]]):
        out = tmp_path / str(number)
        out.mkdir()
        monkeypatch.chdir(out)
        status = main(["generate", str(entangled), "-p", "out", "--json", *options, *parts])
        report = json.loads(capsys.readouterr().out)
        told = {name: report[name] for name in ("orphans", "set_aside")}
        # What is of no row in particular comes program by program, not kind by kind.
        for name in ("problems", "same_names", "renamed"):
            told[name] = sorted(report[name], key=str)
        found.append((status, told, contents(out / "out") if (out / "out").exists() else {}))
        assert report["counts"]["orphans"] == len(report["orphans"])
    whole, *others = found
    for other in others:
        assert other[0] == whole[0]
        for name in whole[1]:
            assert other[1][name] == whole[1][name], name
        assert other[2] == whole[2]
    assert whole[1]["problems"]


@pytest.mark.parametrize("kind", FORMATS)
def test_shards_are_the_same_whether_their_lines_are_kept(
    kind: str, entangled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """If they are not, each process writes the shards of the parts that it solves."""
    argv = ["generate", str(entangled), "--format", kind, "--shards", "--part-size", "30"]
    found = []
    for number, options in enumerate((["--cache", str(tmp_path / "kept")], [], ["-j", "2"])):
        out = tmp_path / str(number)
        status = main([*argv, "-p", str(out), "--json", *options])
        report = json.loads(capsys.readouterr().out)
        told = {name: report[name] for name in ("counts", "orphans", "problems")}
        found.append((status, told, contents(out / "mine.shards")))
        assert [path.name for path in out.iterdir()] == ["mine.shards"]
    assert found[0] == found[1] == found[2]
    assert len(found[0][2]) > 2


@pytest.mark.parametrize("kind", FORMATS)
def test_shards_hold_what_one_container_holds(kind: str, pool: Path, tmp_path: Path) -> None:
    argv = ["generate", str(pool), "--format", kind, "-q"]
    assert main([*argv, "-p", str(tmp_path / "whole")]) == 0
    small = ["--part-size", "40", "--shards"]
    for jobs in ("1", "2"):
        assert main([*argv, "-p", str(tmp_path / jobs), "-j", jobs, *small]) == 0
    shards = tmp_path / "1" / "mine.shards"
    assert len(contents(shards)) > 2
    assert contents(shards) == contents(tmp_path / "2" / "mine.shards")
    assert main(["validate", str(shards)]) == 0
    assert main(["diff", str(shards), str(tmp_path / "whole" / f"mine.{kind}")]) == 0
    # Fewer parts leave shards over, which are not taken for those of this run.
    fewer = [*argv, "-p", str(tmp_path / "1"), "--shards"]
    assert main(fewer) == 2
    assert main([*fewer, "--replace"]) == 0
    assert list(contents(shards)) == [f"00001.{kind}"]
    assert main(["diff", str(shards), str(tmp_path / "whole" / f"mine.{kind}")]) == 0


@pytest.mark.parametrize(
    "options",
    [
        "--format jsonl",
        "--format parquet -j 1",
        "--format jsonl --resume",
        "--format jsonl --shards --part-size 40",
        "--format parquet --shards --part-size 40 --resume",
        "-j 2 --part-size 40",
        "--format files",
    ],
)
def test_what_has_not_changed_is_not_said_to_be_written(
    options: str, pool: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["generate", str(pool), "-p", str(tmp_path / "out"), *options.split()]

    def said() -> tuple[int, int]:
        """Return how much is said to be written, and to be unchanged."""
        assert main(argv) == 0
        last = capsys.readouterr().out.splitlines()[-1]
        told = re.fullmatch(r"Wrote (\d+) \w+ to \S+?(?:, (\d+) unchanged)?", last)
        assert told is not None
        return int(told[1]), int(told[2] or 0)

    count = said()[0]
    assert count > 0
    assert said() == (0, count)
    files = [path for path in (tmp_path / "out").rglob("*.*") if path.is_file()]
    first = min(path for path in files if "mine.parts" not in path.parts)
    first.unlink()
    written, unchanged = said()
    assert (written > 0, written + unchanged) == (True, count)
    is_one_file = "--format" in options and not {"--shards", "files"} & {*options.split()}
    assert (unchanged == 0) == is_one_file


@pytest.mark.parametrize("options", [[], ["-j", "1", "--part-size", "30"]])
def test_programs_that_are_not_utf8_are_a_damaged_table(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = pa.table(Pool(simulate(scaled(60, seed=3))).to_arrow())
    raw = pa.array([b"\xff1"] * len(table), pa.binary())
    text = pa.StringArray.from_buffers(len(raw), *raw.buffers()[1:])
    path = tmp_path / "bad.parquet"
    place = table.column_names.index("program")
    pq.write_table(table.set_column(place, "program", text), path)
    assert main(["generate", str(path), "-p", str(tmp_path / "out"), *options]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"asnsolve: error: {path}")
    assert ": the table is damaged: " in told


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_directory_of_parquet_files(
    kind: str, pool: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").mkdir()
    table = Pool.read(pool).to_arrow()
    for number in range(2):
        rows = pa.array(range(number, len(table), 2))
        pq.write_table(table.take(rows), tmp_path / "mine" / f"{number}.pq")
    files = []
    for name, source in (("whole", pool), ("parts", tmp_path / "mine")):
        assert main(["generate", str(source), "-p", str(tmp_path / name), "--format", kind]) == 0
        container = tmp_path / name / f"mine.{kind}"
        assert capsys.readouterr().out.endswith(f"to {container}\n")
        assert main(["export", str(container), "-p", str(tmp_path / name)]) == 0
        capsys.readouterr()
        # Associations have the name of the file or directory that the pool was read from.
        pool_field = f'"asn_pool": "{source.name}"'.encode()
        texts = [path.read_bytes() for path in sorted((tmp_path / name).rglob("*.json"))]
        assert all(pool_field in text for text in texts)
        files.append([text.replace(pool_field, b"") for text in texts])
    assert files[0] == files[1]
    assert files[0]


def test_what_is_known_is_said(
    pool: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["generate", str(pool), "-p", str(tmp_path), "--format", "jsonl", "--resume"]
    assert main([*argv, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert main([*argv, "--json"]) == 0
    second = json.loads(capsys.readouterr().out)
    programs = first["counts"].pop("programs_solved")
    assert programs > 1
    assert first["counts"].pop("programs_as_before") == 0
    assert second["counts"].pop("programs_solved") == 0
    assert second["counts"].pop("programs_as_before") == programs
    assert first == second
    assert first["counts"]["orphans"] == len(first["orphans"])
    assert first["written"] == [str(tmp_path / "mine.jsonl")]
    assert main(argv) == 0
    assert f"\n0 programs solved, {programs} reused\n" in capsys.readouterr().out
    # Without a place for them, no program can be reused.
    assert main([arg for arg in [*argv, "-j", "1"] if arg != "--resume"]) == 0
    assert f"\n{programs} programs solved\n" in capsys.readouterr().out


def test_problems_of_reading_and_solving_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [dict(row) for row in simulate(scaled(20, seed=3))]
    rows[0]["FILENAME"] = ""
    rows[1]["ASN_CANDIDATE"] = "[('nonsense', 'observation')]"
    names = list(rows[0])
    text = "\n".join("|".join(row.get(name, "") for name in names) for row in rows)
    pool = tmp_path / "mine.csv"
    pool.write_text("|".join(names) + "\n" + text + "\n")
    assert main(["generate", str(pool), "-p", str(tmp_path), "-j", "1", "--DMS"]) == 1
    told = capsys.readouterr()
    assert "Problems: 2 (on standard error)\n" in told.out
    assert told.err.count("src=asnsolve.generate") == 2
    assert main(["generate", str(pool), "-p", str(tmp_path), "-j", "1", "--strict"]) == 2
    assert main(["generate", str(pool), "-p", str(tmp_path), "-j", "1", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["counts"]["set_aside"] == len(report["set_aside"]) == 1
    assert report["counts"]["exposures"] == len(rows) - 1


def test_the_stages_are_timed(
    pool: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["generate", str(pool), "-p", str(tmp_path), "--timings", "--format", "jsonl"]
    for more, stages in (
        ([], ["read", "solve", "write"]),
        (["-j", "1"], ["read", "split", "write"]),
    ):
        assert main([*argv, *more]) == 0
        lines = capsys.readouterr().err.splitlines()
        assert [line.split()[0] for line in lines][:3] == stages
        assert all(line.endswith(" exposures/s") for line in lines)
    assert lines[-1].startswith("total ")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["-j", "0"], "the number of processes is 0"),
        (["-j", "1", "--part-size", "0"], "the size of parts is 0 exposures"),
        (["--part-size", "0"], "the size of parts is 0 exposures; expected 1 or more"),
        (["--cache", "kept", "--cache-size", "nan"], "the size of the cache is nan GB"),
        (["--cache", "kept", "--cache-size", "-1"], "the size of the cache is -1 GB"),
        (["--shards"], "--shards needs --format jsonl or parquet"),
        (["--resume", "--cache", "kept"], "--resume and --cache both say where"),
        (["--changes", "changes.jsonl"], "--changes compares with what an earlier run found"),
        (["--changes", "changes.jsonl", "--resume", "--dry-run"], "--dry-run writes nothing"),
    ],
)
def test_what_does_not_go_together(
    options: list[str], told: str, pool: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", str(pool), "-p", str(tmp_path), *options]) == 2
    assert told in capsys.readouterr().err


def test_files_that_are_not_there_and_directories_that_cannot_be(
    pool: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", str(tmp_path / "none.csv"), "-j", "1"]) == 2
    assert "none.csv: the file cannot be read: No such file" in capsys.readouterr().err
    (tmp_path / "mine.parts").write_text("a file")
    assert main(["generate", str(pool), "-p", str(tmp_path), "--resume"]) == 2
    assert "mine.parts: the directory cannot be made" in capsys.readouterr().err


def test_a_container_is_validated(
    pool: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", str(pool), "-p", str(tmp_path), "--format", "jsonl"]) == 0
    container = tmp_path / "mine.jsonl"
    capsys.readouterr()
    assert main(["validate", str(container)]) == 0
    assert capsys.readouterr().out.endswith(" associations checked, all valid\n")
    lines = container.read_text().splitlines()
    lines[0] = lines[0].replace('"science"', '"nonsense"')
    lines[1] = "no JSON"
    container.write_text("\n".join(lines) + "\n")
    assert main(["validate", str(container)]) == 1
    told = capsys.readouterr().out
    assert " has changed since it was written: its CRC-32 is " in told
    assert told.endswith(" associations checked, 1 not valid\n")
    # Whoever changes a container takes the checksums away.
    lines = [re.sub(r',"(records|crc32)":[^,}]*', "", line) for line in lines]
    container.write_text("\n".join(lines) + "\n")
    assert main(["validate", str(container)]) == 1
    told = capsys.readouterr().out
    assert told.endswith(" associations checked, 2 not valid\n")
    assert told.startswith(f"finding: {container}/jw")
    assert f"{container}, row 2: the line is not JSON" in told


def test_a_container_that_cannot_be_read_does_not_stop_the_others(
    pool: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and no more")
    (tmp_path / "b.jsonl").write_text('{"records":0,"crc32":"df33c162"}\n')
    assert main(["generate", str(pool), "-p", str(tmp_path), "--format", "jsonl"]) == 0
    capsys.readouterr()
    assert main(["validate", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert f"{tmp_path / 'a.parquet'}: cannot be read: " in told
    assert told.endswith(" associations checked, 1 not valid\n")


def test_damage_to_solved_programs_is_told(
    pool: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["generate", str(pool), "-p", str(tmp_path), "--format", "jsonl", "--resume", "-q"]
    assert main(argv) == 0
    (file,) = (tmp_path / "mine.parts").glob("*.arrow")
    file.write_bytes(file.read_bytes()[:100])
    assert main(argv) == 0
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert f"{file}: the file was damaged and has not been used; the programs in it" in told.err


@pytest.mark.parametrize(
    "options",
    [
        ["--resume"],
        ["--cache", "cache", "--format", "parquet", "-j", "2"],
        ["--cache", "cache", "--format", "jsonl", "--shards", "--part-size", "40"],
    ],
    ids=" ".join,
)
def test_changes_since_the_run_before_are_written(
    options: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They are what `diff` says of the associations of both runs."""
    monkeypatch.chdir(tmp_path)
    rows = [dict(row) for row in simulate(scaled(100, seed=3))]
    later = [row | {"EXP_TYPE": "NRC_DARK"} if row is rows[3] else row for row in rows[:90]]
    argv = ["generate", "mine.csv", "-p", "out", "--replace", "--changes", "changes.jsonl"]
    for run, found in enumerate((rows, later, later)):
        Pool(found).write(tmp_path / "mine.csv", replace=True)
        assert main(["generate", "mine.csv", "-p", str(run), "--format", "jsonl", "-q"]) == 0
        assert main([*argv, *options]) == 0
        told = capsys.readouterr().out
        lines = [json.loads(line) for line in Path("changes.jsonl").read_text().splitlines()]
        if not run:
            assert {line.pop("change") for line in lines} == {"appeared"}
            assert f"No previous run is known: {len(lines)} associations appeared" in told
            continue
        counts = Counter(line.pop("change") for line in lines)
        main(["diff", f"{run - 1}/mine.jsonl", f"{run}/mine.jsonl", "--json"])
        assert json.loads(capsys.readouterr().out)["differences"] == lines
        assert (
            f"Since the previous run: {counts['appeared']} associations appeared, "
            f"{counts['changed']} changed, {counts['disappeared']} disappeared\n"
        ) in told
        assert bool(lines) == (run == 1)


def test_changes_are_counted_and_what_is_not_known_is_a_problem(
    pool: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = tmp_path / "changes.jsonl"
    argv = ["generate", str(pool), "-p", str(tmp_path), "--resume", "--changes", str(changes)]
    assert main([*argv, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    everything = {"appeared": report["counts"]["associations"], "changed": 0, "disappeared": 0}
    assert report["changes"] == everything
    listed = changes.read_text()
    # Without --replace, what nobody has read yet is not lost.
    assert main(argv) == 2
    assert f"{changes}: already exists with other content" in capsys.readouterr().err
    (record,) = (tmp_path / "mine.parts").glob("*.last")
    record.write_bytes(b"")
    assert main([*argv, "--replace", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["changes"] == everything
    assert changes.read_text() == listed
    (problem,) = report["problems"]
    assert "all associations of this run are listed as new ones" in problem["what"]
    assert main(["generate", str(pool), "-p", str(tmp_path), "--resume", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"] is None


@pytest.mark.parametrize(
    "options", [[], ["-j", "1"], ["-j", "2"], ["--resume"], ["--format", "jsonl"]]
)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_cells_that_only_rules_read_are_problems_in_parts_too(
    options: list[str], kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "long_rules.py"
    rules.write_text(
        "from dataclasses import replace\n"
        "import astropy.units as u\n"
        "from asnsolve.expr.build import above\n"
        "from asnsolve.pool.measures import number\n"
        "from asnsolve.rules.jwst.level3.image import Asn_Lv3Image\n"
        "from asnsolve.rules.model import Clause\n"
        "COLUMNS = number('effexptm', u.s)\n"
        "LONG = Clause('long', above('effexptm', 1 * u.s))\n"
        "Asn_Mine = replace(Asn_Lv3Image, name='Asn_Mine', clauses=(LONG,))\n"
    )
    row = {"exp_type": "mir_image", "program": "1", "asn_candidate": "[('o001', 'observation')]"}
    cells = {"a_uncal.fits": "300", "b_uncal.fits": "long"}
    rows = [row | {"filename": name, "effexptm": cell} for name, cell in cells.items()]
    path = tmp_path / f"pool.{kind}"
    Pool(rows).write(path)
    argv = [
        "generate",
        str(path),
        "-r",
        str(rules),
        "--ignore-default",
        "-p",
        str(tmp_path / "out"),
    ]
    assert main([*argv, *options]) == 1
    told = capsys.readouterr()
    assert "column effexptm: 'long' cannot be read; expected a number in s" in told.err
    assert "Problems: 1 (on standard error)" in told.out
    assert main([*argv, str(tmp_path / "strict"), "--strict"]) == 2
    assert "error: " in capsys.readouterr().err
    assert not [*tmp_path.glob("strict/*_asn.json")]
    # If rules compare a column that the pool lacks, this is one problem, not one for each part.
    lacking = [{name: cell for name, cell in row.items() if name != "effexptm"} for row in rows]
    Pool([lacking[0], lacking[1] | {"program": "2"}]).write(path, replace=True)
    argv[argv.index(str(tmp_path / "out"))] = str(tmp_path / "lacking")
    assert main([*argv, *options]) == 1
    assert capsys.readouterr().err.count("which Asn_Mine compares") == 1


@pytest.mark.parametrize(
    "file",
    [
        "out/mine.jsonl",
        "out/mine.shards/00001.jsonl",
        "out/jw00001-o001_image3_00001_asn.json",
        "cache/x.arrow",
    ],
)
def test_changes_replace_nothing_that_the_run_writes_or_keeps(
    file: str, pool: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / file).parent.mkdir(parents=True)
    argv = ["generate", str(pool), "-p", str(tmp_path / "out"), "--format", "jsonl", "--replace"]
    argv += ["--cache", str(tmp_path / "cache"), "--changes", str(tmp_path / file)]
    assert main(argv) == 2
    assert "is a file that the run itself writes or keeps" in capsys.readouterr().err
    assert not (tmp_path / file).exists()


def test_a_place_is_the_same_however_it_is_named(
    pool: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("link").symlink_to("out")
    argv = ["generate", str(pool), "--format", "jsonl", "--replace", "--cache", "cache"]
    # The directory of the changes is that of the associations, which the run itself makes.
    assert main([*argv, "-p", "out", "--changes", "out/changes.jsonl"]) == 0
    assert "No previous run is known" in capsys.readouterr().out
    for place in ("link", "cache/../out", "out/"):
        assert main([*argv, "-p", place, "--changes", "changes.jsonl"]) == 0
        assert "Since the previous run: 0 associations appeared" in capsys.readouterr().out


def test_changes_are_no_directory(
    pool: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["generate", str(pool), "-p", str(tmp_path / "out"), "--cache", str(tmp_path / "cache")]
    assert main([*argv, "--format", "jsonl", "--changes", str(tmp_path)]) == 2
    assert f"--changes {tmp_path} is a directory; expected a file" in capsys.readouterr().err


def test_processes_start_early_for_large_pools_only(tmp_path: Path) -> None:
    small, large = tmp_path / "small.csv", tmp_path / "large.csv"
    small.write_bytes(b" " * ((1 << 22) - 1))
    large.write_bytes(b" " * (1 << 22))
    pools = (None, "-", str(tmp_path / "none.csv"), str(small), str(large), str(tmp_path))
    assert [*map(is_large, pools)] == [False, False, False, False, True, True]
    assert is_large("s3://bucket/pool/")
