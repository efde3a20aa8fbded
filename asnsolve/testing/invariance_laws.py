"""Laws of solving twice: another solver, row order or part of the pool changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

import numpy as np
import pyarrow as pa

from asnsolve.archive.partition import solve_partition
from asnsolve.archive.parts import named_programs
from asnsolve.associations.asn_files import to_bytes
from asnsolve.associations.solution import Solution
from asnsolve.differences.compare import diff
from asnsolve.differences.results import results_of
from asnsolve.pipeline import solve
from asnsolve.profiles import default_profile
from asnsolve.rules.rule_set import RuleSet
from asnsolve.rules.steps import Best, DirectImage
from asnsolve.testing.law_trials import Trial, broken

_MOST_DIFFERENCES: Final = 3
"""How many differences between two solutions a message lists."""


def exact(trial: Trial) -> None:
    """Look whether the fast solver finds what the exact solver finds.

    Parameters
    ----------
    trial : Trial
        A pool and rules.

    Raises
    ------
    LawError
        If the law does not hold.
    """
    exact = solve(trial.pool, trial.rules, solver="exact")
    _compare(trial.solution, exact, "the exact solver")


def _compare(first: Solution, second: Solution, whose: str) -> None:
    """Raise an error if two solutions differ."""
    differences = diff(results_of(first), results_of(second))
    if differences:
        raise broken(f"compared with {whose}: {_some(differences)}")
    for what, one, other in (
        ("associations", tuple(map(to_bytes, first)), tuple(map(to_bytes, second))),
        ("orphans", first.outside, second.outside),
        ("dropped associations", first.dropped, second.dropped),
    ):
        if one != other:
            raise broken(f"compared with {whose}, the {what} differ")


def row_order(trial: Trial) -> None:
    """Look whether the order of the rows makes no difference.

    Parameters
    ----------
    trial : Trial
        A pool and rules.

    Raises
    ------
    LawError
        If the law does not hold.
    """
    rows = list(range(len(trial.pool)))
    mixed = rows[::-1]
    if len(rows) > 2:
        # The same order whenever the pool is judged again.
        Random(len(rows)).shuffle(mixed)
    other = solve(trial.of_rows(mixed), trial.rules)
    _compare(trial.solution, other, "rows in another order")
    if trial.solution.orphans != other.orphans:
        raise broken("with the rows in another order, the reasons of orphans differ")
    if trial.solution.same_names != other.same_names:
        raise broken("with the rows in another order, other names are said to be the same")


def programs(trial: Trial) -> None:
    """Look whether programs are solved as if each were alone, if no rule combines programs.

    Parameters
    ----------
    trial : Trial
        A pool and rules.

    Raises
    ------
    LawError
        If the law does not hold.
    """
    numbers, programs = named_programs(trial.pool)
    present = np.unique(numbers).tolist()
    if len(present) < 2 or trial.rules.across_programs:
        return
    alone = {
        programs[number]: solve(trial.of_rows(np.flatnonzero(numbers == number)), trial.rules)
        for number in present
    }
    together = Counter(map(to_bytes, trial.solution))
    apart = Counter(to_bytes(one) for solution in alone.values() for one in solution)
    if together != apart:
        names = ", ".join(alone)
        raise broken(f"programs {names} have other associations together than each has alone")
    if trial.has_one_row_per_file:
        orphans = Counter(orphan for solution in alone.values() for orphan in solution.orphans)
        if orphans != Counter(trial.solution.orphans):
            raise broken("programs have other orphans together than each has alone")


def idempotent(trial: Trial) -> None:
    """Look whether the exposures that are associated have the same associations again.

    Parameters
    ----------
    trial : Trial
        A pool and rules.

    Raises
    ------
    LawError
        If the law does not hold.
    """
    solution = trial.solution
    # With fewer exposures, a component that is not solved may become one that is.
    if not trial.has_one_row_per_file or solution.unsolved:
        return
    names = trial.pool.values("filename")
    codes = trial.pool.codes("filename").tolist()
    spare = set(_still_wanted(trial))
    outside = set(solution.outside)
    gone = outside - spare
    kept = [row for row, code in enumerate(codes) if names[code] not in gone]
    again = solve(trial.of_rows(kept), trial.rules)
    _compare_associations(solution, again, "solved again without its orphans, the pool")
    if wrong := set(again.outside) ^ (outside & spare):
        what = f"solved again without its orphans, the pool has other orphans, as {min(wrong)}"
        raise broken(what)


def _still_wanted(trial: Trial) -> Iterator[str]:
    """List the files without which groups may differ, although steps take them out.

    An association may have the products of an image that is itself in none; and members that are
    not among the best meet needs and make chains before a step leaves them out.
    """
    for group in trial.groups:
        roles = {
            step.role if isinstance(step, Best) else "direct_image"
            for step in group.rule.all_steps
            if isinstance(step, Best | DirectImage)
        }
        for row, member in zip(group.rows, group.members, strict=True):
            if member is not None and member.role in roles:
                yield trial.pool.value(row, "filename") or ""


def _compare_associations(first: Solution, second: Solution, subject: str) -> None:
    differences = diff(results_of(first), results_of(second))
    if differences:
        raise broken(f"{subject} has other associations: {_some(differences)}")
    if tuple(map(to_bytes, first)) != tuple(map(to_bytes, second)):
        raise broken(f"{subject} has associations of other numbers or texts")


def partitions(trial: Trial) -> None:
    """Look whether a pool solved in parts is solved as a whole.

    Parameters
    ----------
    trial : Trial
        A pool and rules.

    Raises
    ------
    LawError
        If the law does not hold.
    """
    # Only JWST pools are solved in parts.
    if trial.rules.profile != default_profile():
        return
    table, name = trial.pool.to_arrow(), trial.pool.name
    numbers, _ = named_programs(trial.pool)
    # An orphan that two programs have is listed with one of them.
    with_orphans = trial.has_one_row_per_file
    whole = _parts_of(solve_partition(table, trial.rules, name=name), orphans=with_orphans)
    present = np.unique(numbers).tolist()
    if len(present) > 1 and not trial.rules.across_programs:
        apart: list[tuple[str, str, str]] = []
        for number in present:
            part = table.take(np.flatnonzero(numbers == number))
            apart += _parts_of(solve_partition(part, trial.rules, name=name), orphans=with_orphans)
        if whole != apart:
            raise broken("solved in parts, the pool has other associations or orphans")
    files = [association.file_name for association in trial.solution]
    if sorted(files) != sorted(file for _, file, _ in whole if file):
        raise broken("the table of associations has other files than the solution")


def _parts_of(table: pa.Table, *, orphans: bool) -> list[tuple[str, str, str]]:
    """Return program, file and content of the associations of a table, and of its orphans."""
    columns = ("program", "file_name", "association") + (("orphan",) if orphans else ())
    rows = [[row[name] or "" for name in columns] for row in table.to_pylist()]
    return [(program, file, "".join(held)) for program, file, *held in rows if any(held)]


def _some(differences: Sequence[object]) -> str:
    """Return the first differences in one text."""
    shown = "; ".join(map(str, differences[:_MOST_DIFFERENCES]))
    more = len(differences) - _MOST_DIFFERENCES
    return f"{shown}; and {more} more differences" if more > 0 else shown


def same_results(trial: Trial, other: RuleSet) -> None:
    """Look whether other rules give the same results.

    Parameters
    ----------
    trial : Trial
        A pool and rules.
    other : RuleSet
        The other rules.

    Raises
    ------
    LawError
        If a result differs.
    """
    differences = diff(results_of(trial.solution), results_of(solve(trial.pool, other)))
    if differences:
        raise broken(_some(differences))
