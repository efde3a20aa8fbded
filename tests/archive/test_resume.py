"""What was solved is taken over as long as nothing it depends on has changed."""

from __future__ import annotations

import os
import pickle
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest

from asnsolve import Pool, load_rules, solve
from asnsolve.archive.digests import content_digest, program_digests
from asnsolve.archive.parts import parts_of_pool
from asnsolve.archive.runs import Run, solve_parts
from asnsolve.archive.solved_programs import LINE_SCHEMA, Findings, SolvedPrograms
from asnsolve.archive.store import Kept, Store, StoredProgram, StoredRows
from asnsolve.archive.write_containers import parts_of, write_container
from asnsolve.errors import AssociationError, Location, Problem
from asnsolve.simulate import MODES, Program, scaled, simulate


def rows_of(*programs: int) -> list[dict[str, str]]:
    plans = (MODES["nircam_wfss"].plan(), MODES["miri_mrs"].plan())
    return [dict(row) for row in simulate([Program(number=n, plans=plans) for n in programs])]


def joined(run: Run) -> pa.Table:
    return pa.concat_tables(run.associations())


def told(pool: Pool, kept: Path, rules: str = "jwst", *, discover: bool = True) -> tuple[int, int]:
    """Solve, see that it is what solving anew gives, and count programs solved and known."""
    parts = parts_of_pool(pool, 100)
    with solve_parts(parts, rules, name=pool.name, kept=Kept(kept), discover=discover) as run:
        whole = pa.concat_tables(parts_of(solve(pool, rules, discover=discover)))
        assert joined(run).equals(whole)
    return run.solved, run.known


def test_only_what_changed_is_solved_again(tmp_path: Path) -> None:
    rows = rows_of(1, 2, 3, 4)
    assert told(Pool(rows), tmp_path) == (4, 0)
    assert told(Pool(rows[::-1]), tmp_path) == (0, 4)
    grown = [*rows, *rows_of(5)]
    assert told(Pool(grown), tmp_path) == (1, 4)
    grown[0] = grown[0] | {"FILTER": "other"}
    assert told(Pool(grown), tmp_path) == (1, 4)
    programs = {row["PROGRAM"] for row in grown}
    assert len(programs) == 5
    fewer = [row for row in grown if row["PROGRAM"] != min(programs)]
    assert told(Pool(fewer), tmp_path) == (0, 4)


def test_rules_options_and_the_name_of_the_pool_count(tmp_path: Path) -> None:
    rows = rows_of(1, 2)
    assert told(Pool(rows), tmp_path) == (2, 0)
    assert told(Pool(rows), tmp_path, discover=False) == (2, 0)
    assert told(Pool(rows, name="other"), tmp_path) == (2, 0)
    assert told(Pool(rows, name="other"), tmp_path, rules="level3-2017") == (2, 0)
    assert told(Pool(rows, name="other"), tmp_path, rules="level3-2017") == (0, 2)
    assert len(list(tmp_path.iterdir())) == 1


def test_the_file_of_the_pool_counts(tmp_path: Path) -> None:
    """Associations say which file the pool was read from."""
    Pool(rows_of(1)).write(tmp_path / "mine.csv")
    (tmp_path / "mine.txt").write_bytes((tmp_path / "mine.csv").read_bytes())
    for name, known in (("mine.csv", 0), ("mine.csv", 1), ("mine.txt", 0)):
        pool = Pool.read(tmp_path / name)
        assert (pool.name, pool.file_name) == ("mine", name)
        assert told(pool, tmp_path / "kept") == (1 - known, known)


def test_a_damaged_file_is_solved_again_and_named(tmp_path: Path) -> None:
    told(Pool(rows_of(1, 2)), tmp_path)
    (first,) = tmp_path.iterdir()
    rows = rows_of(1, 2, 3)
    told(Pool(rows), tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    content = first.read_bytes()
    for damaged in (content[:-20], b"", content[:300] + b"?" + content[301:]):
        first.write_bytes(damaged)
        parts = parts_of_pool(Pool(rows), 100)
        with solve_parts(parts, kept=Kept(tmp_path), discover=True) as run:
            assert joined(run).equals(pa.concat_tables(parts_of(solve(Pool(rows)))))
        assert (run.solved, run.known) == (2, 1)
        what = "the file was damaged and has not been used; the programs in it were solved again"
        assert list(map(str, run.damaged)) == [f"{first}: {what}"]
        assert first.read_bytes() == content
    assert told(Pool(rows), tmp_path) == (0, 3)


def solved_in(kept: Kept, pool: Pool) -> tuple[int, int]:
    """Solve with a cache, and count programs solved and known."""
    with solve_parts(parts_of_pool(pool, 100), name=pool.name, kept=kept) as run:
        assert joined(run).equals(pa.concat_tables(parts_of(solve(pool))))
    return run.solved, run.known


def test_a_cache_keeps_what_other_runs_use(tmp_path: Path) -> None:
    cache = Kept(tmp_path, 10**9)
    one, other = Pool(rows_of(1, 2), name="one"), Pool(rows_of(2, 3), name="other")
    assert solved_in(cache, one) == (2, 0)
    assert solved_in(cache, other) == (2, 0)
    assert solved_in(cache, one) == (0, 2)
    assert solved_in(cache, other) == (0, 2)
    changed = [row | {"TARGNAME": "changed"} for row in rows_of(3)]
    assert solved_in(cache, Pool([*rows_of(2), *changed], name="other")) == (1, 1)
    assert solved_in(cache, other) == (0, 2)


def test_a_cache_deletes_what_was_used_longest_ago(tmp_path: Path) -> None:
    pools = [Pool(rows_of(number), name="mine") for number in (1, 2, 3)]
    for age, pool in enumerate(pools):
        solved_in(Kept(tmp_path, 10**9), pool)
        for file in tmp_path.iterdir():
            times = file.stat().st_mtime - 100 * (3 - age)
            os.utime(file, (times, times))
    size = sum(file.stat().st_size for file in tmp_path.iterdir())
    # The first one is used now, so that the second one is the oldest.
    assert solved_in(Kept(tmp_path, size - 1), pools[0]) == (0, 1)
    assert len(list(tmp_path.iterdir())) == 2
    assert solved_in(Kept(tmp_path, 10**9), pools[2]) == (0, 1)
    assert solved_in(Kept(tmp_path, 10**9), pools[1]) == (1, 0)
    # What a run uses stays, however small the cache is to be.
    assert solved_in(Kept(tmp_path, 0), pools[1]) == (0, 1)
    assert len(list(tmp_path.iterdir())) == 1


def test_nothing_is_deleted_that_another_run_uses(tmp_path: Path) -> None:
    first, second = Pool(rows_of(1), name="mine"), Pool(rows_of(2), name="mine")
    with solve_parts(parts_of_pool(first, 100), name="mine", kept=Kept(tmp_path, 0)) as run:
        assert solved_in(Kept(tmp_path, 0), second) == (1, 0)
        assert joined(run).equals(pa.concat_tables(parts_of(solve(first))))


def test_other_files_in_the_directory_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.arrow").write_bytes(b"something")
    (tmp_path / "abc").mkdir()
    told(Pool(rows_of(1)), tmp_path)
    told(Pool(rows_of(2)), tmp_path)
    assert {"mine.arrow", "abc"} <= {path.name for path in tmp_path.iterdir()}
    assert (tmp_path / "mine.arrow").read_bytes() == b"something"


@pytest.mark.parametrize("change", ["damaged", "removed"])
def test_a_file_that_changes_during_the_run_is_never_trusted(change: str, tmp_path: Path) -> None:
    parts = parts_of_pool(Pool(rows_of(1)), 100)
    with solve_parts(parts, kept=Kept(tmp_path)) as run:
        (file,) = tmp_path.iterdir()
        if change == "damaged":
            file.write_bytes(file.read_bytes()[:-1])
        else:
            file.unlink()
        why = "it is damaged" if change == "damaged" else "No such file or directory"
        with pytest.raises(AssociationError, match=f"cannot be read again: {why}.*Give the"):
            list(run.associations())


def test_a_run_deletes_nothing_that_another_one_adds(tmp_path: Path) -> None:
    parts = parts_of_pool(Pool(rows_of(1)), 100)

    def other_run(_: int) -> None:
        told(Pool(rows_of(2), name="other"), tmp_path)

    with solve_parts(parts, kept=Kept(tmp_path), on_part=other_run) as run:
        assert joined(run)
    assert told(Pool(rows_of(2), name="other"), tmp_path) == (0, 1)


def test_orphans_and_problems_of_known_programs_are_told(tmp_path: Path) -> None:
    rows = rows_of(1, 2)
    rows[0]["FILENAME"] = "odd.fits"
    rows[1]["ASN_CANDIDATE"] = "[('nonsense', 'observation')]"
    rows[2]["EXP_TYPE"] = "NRC_UNKNOWN"
    pool = Pool(rows)
    runs = []
    for _ in range(2):
        with solve_parts(parts_of_pool(pool, 10), kept=Kept(tmp_path)) as run:
            runs.append((run.findings.outside, run.problems))
    assert runs[0] == runs[1]
    assert len(runs[0][1]) == 2
    assert runs[0][0]


def test_a_program_of_two_rows_of_one_file_has_one_digest() -> None:
    rows = rows_of(1)
    twice = [*rows, rows[0] | {"FILTER": "other"}]
    digests = [program_digests(Pool(given), "") for given in (twice, twice[::-1])]
    assert digests[0] == digests[1] != program_digests(Pool(rows), "")
    assert program_digests(Pool(rows), "a") != program_digests(Pool(rows), "b")


def test_cells_do_not_run_together() -> None:
    row = {"filename": "a", "program": "1", "exp_type": "x", "asn_candidate": ""}
    cells = [("ab", "c"), ("a", "bc"), ("abc", ""), ("", "abc")]
    pools = [Pool([row | {"one": one, "two": two}]) for one, two in cells]
    assert len({program_digests(pool, "")["00001"] for pool in pools}) == len(cells)


def test_rules_are_digested_by_content() -> None:
    """The order of a set differs from process to process."""
    code = (
        "from asnsolve import load_rules; from asnsolve.archive.digests import content_digest;"
        "print(content_digest(load_rules()))"
    )
    found = set()
    for seed in ("1", "2"):
        env = os.environ | {"PYTHONHASHSEED": seed}
        argv = [sys.executable, "-c", code]
        found.add(subprocess.run(argv, env=env, check=True, capture_output=True).stdout.strip())
    assert found == {content_digest(load_rules()).encode()}
    with pytest.raises(TypeError, match="object is no data"):
        content_digest(object())


def test_a_run_that_is_killed_goes_on(tmp_path: Path) -> None:
    """Whenever it is killed, the next run ends as an undisturbed one."""
    pool = tmp_path / "pool.csv"
    Pool(simulate(scaled(2_000, seed=4))).write(pool)
    argv = [sys.executable, "-m", "tests.archive.slow_parts", str(pool)]
    undisturbed = tmp_path / "undisturbed"
    subprocess.run([*argv, str(undisturbed)], check=True)
    moments = random.Random(5)
    for _ in range(3):
        started = subprocess.Popen([*argv, str(tmp_path / "out")], start_new_session=True)
        time.sleep(moments.uniform(0.6, 2.5))
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()
        assert not Store(tmp_path / "out" / "parts").listing().damaged
    subprocess.run([*argv, str(tmp_path / "out")], check=True)
    name = "pool.jsonl"
    assert (tmp_path / "out" / name).read_bytes() == (undisturbed / name).read_bytes()


_ROUNDS = """
import sys
from asnsolve.cli.main import main
for number in range(4):
    size = "10" if number % 2 else "1e-9"
    argv = ["generate", "mine.csv", "-p", f"out{number}", "--format", "jsonl", "-q"]
    argv += ["--cache", "../cache", "--cache-size", size, "--part-size", "30"]
    status = main([*argv, "--changes", "changes.jsonl", "--replace"])
    if status:
        sys.exit(status)
"""


def test_two_processes_use_one_cache_at_the_same_time(tmp_path: Path) -> None:
    """Both are right, though they solve the same programs and delete what they do not use."""
    running = []
    expected = []
    for name, programs in (("one", (1, 2, 3)), ("other", (2, 3, 4))):
        (tmp_path / name).mkdir()
        pool = Pool(rows_of(*programs), name="mine")
        pool.write(tmp_path / name / "mine.csv")
        expected.append(pa.concat_tables(parts_of(solve(Pool.read(tmp_path / name / "mine.csv")))))
        command = [sys.executable, "-c", _ROUNDS]
        running.append(
            subprocess.Popen(command, cwd=tmp_path / name, stderr=subprocess.PIPE, text=True)
        )
    for process in running:
        _, told = process.communicate(timeout=120)
        assert (process.returncode, told) == (0, "")
    for name, table in zip(("one", "other"), expected, strict=True):
        folder = tmp_path / name
        contents = {(folder / f"out{number}" / "mine.jsonl").read_bytes() for number in range(4)}
        write_container([table], folder / "whole.jsonl", "jsonl")
        assert contents == {(folder / "whole.jsonl").read_bytes()}
    assert not Store(tmp_path / "cache").listing().damaged


def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    parts = parts_of_pool(Pool(rows_of(1)), 10)
    (tmp_path / "kept").write_text("a file")
    with (
        pytest.raises(AssociationError, match=r"kept: the directory cannot be made"),
        solve_parts(parts, kept=Kept(tmp_path / "kept")),
    ):
        pass
    with pytest.raises(AssociationError, match="cannot be written"):
        nothing = SolvedPrograms(LINE_SCHEMA.empty_table(), {}, {"00001": Findings()})
        Store(tmp_path / "none").add({"00001": "a"}, nothing)


def test_processes_exchange_equal_programs() -> None:
    problem = Problem("it is odd", Location("pool.csv", row=3))
    program = StoredProgram(
        "digest",
        StoredRows(Path("one.arrow"), 1, 3, 700),
        Findings(("a_cal.fits",), (), (problem,), (problem, problem), ()),
    )
    assert pickle.loads(pickle.dumps(program)) == program
