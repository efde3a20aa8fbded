"""What changes from run to run is what `diff` finds between their solutions."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asnsolve import AssociationError, Pool, solve
from asnsolve.archive.engines import LostPart
from asnsolve.archive.last_runs import last_run_file
from asnsolve.archive.parts import parts_of_pool
from asnsolve.archive.runs import Run, solve_parts
from asnsolve.archive.store import Kept
from asnsolve.differences.compare import MembersDiffer, OnlyIn, diff
from asnsolve.differences.results import results_of
from asnsolve.differences.run_changes import Changes, change_problems, changes_of
from asnsolve.simulate import MODES, Program, simulate
from asnsolve.temporary import temporary_folder

Rows = Sequence[Mapping[str, str]]


def rows_of(*programs: int) -> list[dict[str, str]]:
    plans = (MODES["miri_mrs"].plan(),)
    return [dict(row) for row in simulate([Program(number=n, plans=plans) for n in programs])]


def run_of(rows: Rows, kept: Kept, *, is_complete: bool = True) -> tuple[Run, Changes]:
    """Solve a pool and compare; a run that is not complete ends before it is remembered."""
    with solve_parts(parts_of_pool(Pool(rows), 20), kept=kept) as run:
        changes = changes_of(run)
        if is_complete:
            run.remember()
    return run, changes


def expected(before: Rows, after: Rows) -> Changes:
    first, second = (solve(Pool(rows)).associations if rows else () for rows in (before, after))
    return Changes(diff(results_of(first), results_of(second)), ())


@st.composite
def edits(draw: st.DrawFn) -> Rows:
    """Leave out some exposures of some programs, and change others."""
    rows = rows_of(*draw(st.sets(st.integers(1, 4), min_size=1)))
    gone = draw(st.sets(st.integers(0, len(rows) - 1), max_size=3))
    for number in draw(st.sets(st.integers(0, len(rows) - 1), max_size=2)):
        rows[number]["EXP_TYPE"] = draw(st.sampled_from(["MIR_DARK", "MIR_TACQ"]))
    # A file of another program makes the two depend on each other.
    if draw(st.booleans()):
        rows[-1]["FILENAME"] = rows[0]["FILENAME"]
    return [row for number, row in enumerate(rows) if number not in gone]


@settings(max_examples=10, deadline=None)
@given(st.lists(edits(), min_size=2, max_size=3), st.sampled_from([None, 0, 10**9]))
def test_changes_are_the_difference_of_solutions(pools: list[Rows], most: int | None) -> None:
    """Also if the cache has room for nothing but what these runs use."""
    with temporary_folder() as folder:
        kept = Kept(folder / "kept", most, "there")
        before: Rows = []
        for rows in pools:
            assert run_of(rows, kept)[1] == expected(before, rows)
            before = rows


def test_a_run_that_does_not_end_does_not_count(tmp_path: Path) -> None:
    kept = Kept(tmp_path, None, "there")
    first, second, third = rows_of(1, 2), rows_of(2), rows_of(2, 3)
    run_of(first, kept)
    run_of(second, kept, is_complete=False)
    assert run_of(second, kept, is_complete=False)[1] == expected(first, second)
    assert run_of(third, kept)[1] == expected(first, third)
    assert run_of(third, kept)[1] == Changes((), ())


def test_runs_to_other_places_and_of_other_rules_are_told_apart(tmp_path: Path) -> None:
    here, there = (Kept(tmp_path, 10**9, place) for place in ("here", "there"))
    rows = rows_of(1)
    assert run_of(rows, here)[1] == run_of(rows, there)[1] == expected([], rows)
    parts = parts_of_pool(Pool(rows), 20)
    with solve_parts(parts, kept=here, discover=False) as run:
        assert not run.known
        found = results_of(solve(Pool(rows), discover=False).associations)
        changes = diff(results_of(solve(Pool(rows)).associations), found)
        assert changes_of(run) == Changes(changes, ())
    # Without a place, nothing is known of runs before, and nothing is kept for the next.
    run, changes_of_all = run_of(rows, Kept(tmp_path, 10**9))
    assert run.last is None
    assert changes_of_all == expected([], rows)
    assert len([*tmp_path.glob("*.last")]) == 2


def test_programs_that_are_lost_are_as_before(tmp_path: Path) -> None:
    kept = Kept(tmp_path, None, "there")
    run_of(rows_of(1, 2), kept)
    later = [row | {"FILTER": "other"} for row in rows_of(1)] + rows_of(2)
    parts = parts_of_pool(Pool(later), 1)
    with solve_parts(
        parts,
        kept=kept,
        engine=lambda act, tasks: iter([LostPart(tasks[0], "it died"), act(tasks[1])]),
    ) as run:
        assert run.lost == {"00001"}
        assert changes_of(run) == Changes((), ())
        run.remember()
    assert run_of(later, kept)[1] == expected(rows_of(1, 2), later)


def test_what_is_no_longer_known_is_said(tmp_path: Path) -> None:
    kept = Kept(tmp_path, None, "there")
    run_of(rows_of(1, 2), kept)
    later = [*rows_of(1)[1:], *rows_of(2)]
    (file,) = tmp_path.glob("*.arrow")
    content = file.read_bytes()
    file.write_bytes(content[:-1])
    run, changes = run_of(later, kept, is_complete=False)
    # The second program is known to be the same by its digest.
    assert changes == Changes(expected([], later[: len(rows_of(1)) - 1]).differences, ("00001",))
    (problem,) = change_problems(run, changes.forgotten)
    assert "are listed as new ones: program 00001" in str(problem)
    file.write_bytes(content)
    _, changes = run_of(later, kept, is_complete=False)
    assert changes == expected(rows_of(1, 2), later)
    assert {type(one) for one in changes.differences} >= {MembersDiffer, OnlyIn}
    record = last_run_file(kept)
    assert record is not None
    record.write_bytes(record.read_bytes()[:-2])
    run, changes = run_of(later, kept)
    assert changes == expected([], later)
    (problem,) = change_problems(run, changes.forgotten)
    assert f"{record}: the file is damaged, so that it is not known" in str(problem)


@pytest.mark.parametrize(
    "place",
    [
        {"start": "a"},
        {"start": -1},
        {"stop": 1e99},
        {"stop": 10_000},
        {"name": "a\0"},
        {"name": "../other.arrow"},
    ],
    ids=str,
)
def test_a_record_that_somebody_has_changed_is_no_record(
    tmp_path: Path, place: Mapping[str, object]
) -> None:
    kept = Kept(tmp_path, None, "there")
    run_of(rows_of(1, 2), kept)
    record = last_run_file(kept)
    assert record is not None
    data = orjson.loads(zlib.decompress(record.read_bytes()))
    parts = ("digest", "name", "start", "stop", "size")
    for program, held in data["programs"].items():
        changed = {**dict(zip(parts, held, strict=True)), "digest": "other", **place}
        data["programs"][program] = [changed[part] for part in parts]
    record.write_bytes(zlib.compress(orjson.dumps(data)))
    run, changes = run_of(rows_of(1, 2), kept)
    assert changes.differences == expected([], rows_of(1, 2)).differences
    assert change_problems(run, changes.forgotten)


def test_a_record_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    kept = Kept(tmp_path, None, "there")
    record = last_run_file(kept)
    assert record is not None
    with solve_parts(parts_of_pool(Pool(rows_of(1)), 20), kept=kept) as run:
        record.mkdir()
        with pytest.raises(AssociationError, match=record.name):
            run.remember()
