"""What has changed since the last run to the same place.

A program is compared only if it was solved anew or was not there before; see
`asnsolve.archive.last_runs`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from asnsolve.archive.engines import Engine, every_result, in_turn
from asnsolve.archive.runs import Run
from asnsolve.archive.store import Store, StoredProgram, StoredRows
from asnsolve.differences.compare import Difference, diff
from asnsolve.differences.results import Result, results_of_data
from asnsolve.errors import AssociationError, Location, Problem

_AT_ONCE: Final = 5_000
"""Associations that are compared at once, unless one program has more."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed in some programs.

    Parameters
    ----------
    differences : tuple of Difference
        What `diff` finds between the previous run, as the first set, and this one.
    forgotten : tuple of str
        Numbers of programs of which it is no longer known what the previous run found. All that
        this run found in them is among the differences.
    """

    differences: tuple[Difference, ...]
    forgotten: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Programs that may have changed.

    Parameters
    ----------
    number : int
        Place in the order of comparisons.
    store : Store
        Where their lines are.
    programs : tuple of (str, StoredRows or None, StoredRows or None)
        For each program its number, and where its lines are, before and now.
    """

    number: int
    store: Store
    programs: tuple[tuple[str, StoredRows | None, StoredRows | None], ...]

    def changes(self) -> Changes:
        """Compare them.

        Returns
        -------
        Changes

        Raises
        ------
        AssociationError
            If what this run found cannot be read again.
        """
        forgotten: list[str] = []
        places = [place for _, place, _ in self.programs if place is not None]
        try:
            before = list(_lines(self.store, places))
        except AssociationError:
            before = []
            for program, place, _ in self.programs:
                try:
                    before += _lines(self.store, [] if place is None else [place])
                except AssociationError:
                    forgotten.append(program)
        now = _lines(self.store, [place for _, _, place in self.programs if place is not None])
        # Most programs that are solved anew have mostly the same associations.
        first, second = Counter(before), Counter(now)
        differences = diff(_results(first - second), _results(second - first))
        return Changes(differences, tuple(forgotten))


def comparisons(run: Run) -> list[Comparison]:
    """Find the programs that may have changed since the previous run.

    Parameters
    ----------
    run : Run
        A run whose `Kept` has a place.

    Returns
    -------
    list of Comparison
        In the order of the programs. Programs that were lost are left out.
    """
    before = {} if run.last is None else run.last.programs
    found: list[list[tuple[str, StoredRows | None, StoredRows | None]]] = []
    size = _AT_ONCE
    for program in sorted((before.keys() | run.programs.keys()) - run.lost):
        first, second = before.get(program), run.programs.get(program)
        if _is_same(first, second):
            continue
        rows = (None if first is None else first.rows, None if second is None else second.rows)
        count = sum(one.stop - one.start for one in rows if one is not None)
        if size + count > _AT_ONCE:
            found.append([])
            size = 0
        found[-1].append((program, *rows))
        size += count
    return [Comparison(number, run.store, tuple(some)) for number, some in enumerate(found)]


def changes_of(run: Run, engine: Engine = in_turn) -> Changes:
    """Compare what a run found with what the previous run found.

    Parameters
    ----------
    run : Run
        A run whose `Kept` has a place.
    engine : Engine
        What compares programs.

    Returns
    -------
    Changes
        In the order of programs. If there was no previous run, everything is new.

    Raises
    ------
    AssociationError
        If what the run found cannot be read again.
    """
    tasks = comparisons(run)
    found = every_result(engine, _numbered_changes, tasks)
    ordered = [changes for _, changes in sorted(found, key=lambda pair: pair[0])]
    return Changes(
        tuple(difference for changes in ordered for difference in changes.differences),
        tuple(program for changes in ordered for program in changes.forgotten),
    )


def change_problems(run: Run, forgotten: Sequence[str]) -> list[Problem]:
    """Say what is not known of the previous run.

    Parameters
    ----------
    run : Run
        The run.
    forgotten : sequence of str
        Programs of which it is not known what the previous run found.

    Returns
    -------
    list of Problem
    """
    listed = "all associations of this run are listed as new ones"
    problems: list[Problem] = []
    if run.last is not None and run.last.damage is not None:
        damage = run.last.damage
        problems.append(Problem(f"{damage.what}; {listed}", damage.location))
    if forgotten:
        what = "what the previous run found is no longer there, so that all associations are listed"
        what += f" as new ones: program {', '.join(forgotten)}"
        advice = "A larger cache keeps more: --cache-size."
        problems.append(Problem(what, Location(str(run.store.directory)), advice=advice))
    return problems


def _numbered_changes(comparison: Comparison) -> tuple[int, Changes]:
    return comparison.number, comparison.changes()


def _is_same(first: StoredProgram | None, second: StoredProgram | None) -> bool:
    """Tell whether two programs have the same associations, without reading them."""
    if first is None or second is None:
        return False
    # Files of a store are named by their content.
    return first.digest == second.digest or first.rows == second.rows


def _lines(store: Store, places: Sequence[StoredRows]) -> Iterator[str]:
    for table in store.lines(places):
        yield from table["line"].to_pylist()


def _results(lines: Counter[str]) -> Iterator[Result]:
    for line in lines.elements():
        yield from results_of_data(orjson.loads(line))
