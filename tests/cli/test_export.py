"""``generate --format`` and ``export``: all associations in one file, and their files again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from asnsolve.archive import FORMATS
from asnsolve.cli.main import main


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_exported_is_what_files_hold(
    kind: str, two_observations: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["generate", str(two_observations), "-p"]
    assert main([*argv, str(tmp_path / "loose")]) == 0
    capsys.readouterr()
    assert main([*argv, str(tmp_path), "--format", kind]) == 0
    told = capsys.readouterr().out
    container = tmp_path / f"pool.{kind}"
    assert told.startswith("Pool pool: 3 exposures, rules jwst\n\nIn no association: 1 exposure\n")
    assert told.endswith(f"\nWrote 5 associations to {container}\n")
    assert main(["export", str(container), "-p", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out == f"Wrote 5 files to {tmp_path / 'out'}\n"
    assert main(["export", str(container), "-p", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out == f"Wrote 0 files to {tmp_path / 'out'}, 5 unchanged\n"
    loose = sorted((tmp_path / "loose").iterdir())
    exported = sorted((tmp_path / "out" / "00001").iterdir())
    assert [path.name for path in exported] == [path.name for path in loose]
    assert [path.read_bytes() for path in exported] == [path.read_bytes() for path in loose]


def test_data_of_a_container(
    two_observations: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["generate", str(two_observations), "-p", str(tmp_path), "--format", "jsonl", "--json"]
    assert main([*argv, "-i", "o001", "o009"]) == 1
    data = json.loads(capsys.readouterr().out)
    (problem,) = data.pop("problems")
    assert problem["what"] == "no exposure names the candidate 'o009'"
    assert data == {
        "pool": "pool",
        "rules": "jwst",
        "counts": {"exposures": 3, "associations": 2, "orphans": 2, "problems": 1},
        "written": [str(tmp_path / "pool.jsonl")],
    }
    assert main(["export", str(tmp_path / "pool.jsonl"), "-p", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"counts": {"files": 2}, "problems": []}


def test_operations_are_told_of_problems(
    two_observations: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["generate", str(two_observations), "-p", str(tmp_path), "--format", "parquet", "--DMS"]
    assert main([*argv, "-i", "o001", "o009"]) == 1
    assert "no exposure names the candidate" in capsys.readouterr().err


@pytest.mark.parametrize("other", ["--dry-run", "--save-orphans"])
def test_a_container_is_written_whole(
    other: str, two_observations: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["generate", str(two_observations), "-p", str(tmp_path), "--format", "jsonl", other]
    assert main(argv) == 2
    assert f"--format jsonl cannot be combined with {other}. " in capsys.readouterr().err


def test_bad_lines_are_a_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text("nonsense\n")
    assert main(["export", str(file), "-p", str(tmp_path)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith(f"{file}, row 1: the line is not JSON")
    assert told[1] == f"Wrote 0 files to {tmp_path}"
    assert main(["export", str(tmp_path / "none.jsonl")]) == 2


@pytest.mark.parametrize("kind", FORMATS)
def test_shards_are_exported_together(
    kind: str, two_observations: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that cannot be read does not stop the others."""
    other = tmp_path / "other.csv"
    text = two_observations.read_text().replace("jw00001", "jw00002")
    other.write_text(text.replace("|1|[", "|2|["))
    for pool, folder in ((two_observations, "a"), (other, "a/b")):
        argv = ["generate", str(pool), "-p", str(tmp_path / folder), "--format", kind]
        assert main([*argv, "--shards", "-q"]) == 0
    capsys.readouterr()
    assert main(["export", str(tmp_path / "a"), "-p", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out == f"Wrote 10 files to {tmp_path / 'out'}\n"
    damaged, first = tmp_path / "a" / "0.parquet", tmp_path / "a" / "1.jsonl"
    damaged.write_bytes(b"PAR1 and no more")
    first.write_text('{"records":0,"crc32":"df33c162"}\n')
    assert main(["export", str(tmp_path / "a"), "-p", str(tmp_path / "out")]) == 1
    told = capsys.readouterr().out
    assert told.startswith(f"{damaged}: cannot be read: ")
    assert told.endswith(f"Wrote 0 files to {tmp_path / 'out'}, 10 unchanged\n")
    assert main(["export", str(tmp_path / "out")]) == 2
    assert f"{tmp_path / 'out'}: the directory holds no container" in capsys.readouterr().err


def test_a_name_in_two_shards_is_a_finding(
    two_observations: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("a", "b"):
        argv = ["generate", str(two_observations), "-p", str(tmp_path / "in" / folder)]
        assert main([*argv, "--format", "jsonl", "-q"]) == 0
    capsys.readouterr()
    assert main(["export", str(tmp_path / "in"), "-p", str(tmp_path / "out")]) == 1
    told = capsys.readouterr().out
    assert told.count(" occurs twice; expected a different file name") == 5
    assert f"{tmp_path / 'in' / 'b' / 'pool.jsonl'}: the file name jw00001" in told
