"""Compare with the reference on random pools: ``python -m tests.conformance.fuzz``.

Where the two differ and no deviation says why, the rows are shuffled: what the reference finds in
one order and not in another it does not promise. What it always finds and we do not, or the other
way round, is unexplained; such pools are made as small as they can be, and printed.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from rich.console import Console

from asnsolve.errors import Problem
from asnsolve.phrases import count_text
from asnsolve.report.tables import print_table
from asnsolve.simulate import NULL, Row
from tests.conformance.compare import MODES
from tests.conformance.declared import Difference
from tests.conformance.live import (
    SHUFFLES,
    Comparison,
    Solver,
    other_orders,
    ours,
    set_beside,
    wavers,
)
from tests.conformance.mutate import small_pool
from tests.conformance.reference import INSTALLED, Answer, Outcome, Rows, shared_reference

__all__ = ["Case", "Verdict", "examine", "main", "minimise", "pool_of"]

_MOST_SHOWN = 30
_MOST_ALIKE = 2
_CHUNK = 20
_KEPT = ("FILENAME", "PROGRAM", "EXP_TYPE", "ASN_CANDIDATE")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came out of one pool in one mode."""

    number: int
    mode: str
    kind: str
    labels: frozenset[tuple[str, str]] = frozenset()
    """Kinds and rules of unexplained differences."""

    other_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """An unexplained difference on as few rows and cells as it needs."""

    number: int
    mode: str
    rows: list[Row]
    differences: tuple[Difference, ...]

    @property
    def shape(self) -> tuple[object, ...]:
        """By what cases are held to be the same."""
        labels = sorted({difference.label for difference in self.differences})
        return tuple(labels), tuple(sorted(Counter(row["EXP_TYPE"] for row in self.rows).items()))

    def __str__(self) -> str:
        columns = [c for c in self.rows[0] if any(row[c] != NULL for row in self.rows)]
        table = [columns, *([row[c] for c in columns] for row in self.rows)]
        widths = [max(len(line[k]) for line in table) for k in range(len(columns))]
        lines = [
            "|".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in table
        ]
        first = self.differences[0]
        sides = {"reference": first.reference, "ours": first.ours}
        for side, facts in sides.items():
            lines.append(f"{side}: {count_text(facts.total(), 'association')}")
            lines += [f"  {fact}" for fact in sorted(facts.elements(), key=str)]
        lines += [str(difference) for difference in self.differences]
        return "\n".join([f"pool {self.number} in mode {self.mode}", *lines])


def pool_of(seed: int, number: int, size: int = 8) -> list[Row]:
    """Return the pool of a number, always the same."""
    return small_pool(Random(f"{seed}/{number}"), size)


def examine(number: int, rows: Rows, solver: Solver = ours) -> list[Verdict]:
    """Compare on a pool in every mode, and look into what differs."""
    with shared_reference() as run:
        judge = _Judge(rows, run, solver)
        return [judge.verdict(number, mode) for mode in MODES]


class _Judge:
    """Both sides of one pool, and what the reference says of its rows in other orders."""

    def __init__(
        self,
        rows: Rows,
        run: Callable[[Rows], dict[str, Outcome]],
        solver: Solver,
        shuffles: int = SHUFFLES,
    ) -> None:
        self.rows, self._run, self._shuffles = rows, run, shuffles
        self._reference, self._ours = run(rows), solver(rows)
        self._others: list[dict[str, Outcome]] = []

    def comparison(self, mode: str) -> Comparison:
        return set_beside(self.rows, mode, self._reference[mode], self._ours[mode])

    def others(self, mode: str) -> list[Outcome]:
        """Return what the reference says of the rows in other orders."""
        if not self._others:
            self._others = [self._run(order) for order in other_orders(self.rows, self._shuffles)]
        return [other[mode] for other in self._others]

    def unexplained(self, comparison: Comparison) -> tuple[Difference, ...]:
        """Return the undeclared differences on which the reference does not waver."""
        if not comparison.undeclared:
            return ()
        others = self.others(comparison.mode)
        return tuple(d for d in comparison.undeclared if not wavers(d, others))

    def verdict(self, number: int, mode: str) -> Verdict:
        comparison = self.comparison(mode)
        names = sorted({name for _, name in comparison.differences if name})
        kind = "equal"
        labels: frozenset[tuple[str, str]] = frozenset()
        if comparison.crash:
            kind = comparison.crash
        elif not isinstance(comparison.reference, Answer):
            solved = isinstance(comparison.ours, Answer)
            kind = "declared: the reference gives up" if solved else "both give up"
        elif unexplained := self.unexplained(comparison):
            kind, labels = "unexplained", frozenset(d.label for d in unexplained)
        elif comparison.undeclared:
            kind = (
                f"unstable, {'' if self._is_one_answer(comparison) else 'not '}one of its answers"
            )
        elif names:
            kind = f"declared: {', '.join(names)}"
        return Verdict(number, mode, kind, labels, comparison.other_words)

    def _is_one_answer(self, comparison: Comparison) -> bool:
        mine = comparison.ours
        return isinstance(mine, Answer) and any(
            isinstance(other, Answer) and other.facts == mine.facts
            for other in self.others(comparison.mode)
        )


def minimise(
    number: int,
    mode: str,
    rows: list[Row],
    labels: frozenset[tuple[str, str]],
    solver: Solver = ours,
) -> Case | None:
    """Take away rows and cells while the same rules stay unexplained; None if they do not."""
    with shared_reference() as run:

        def still(fewer: list[Row]) -> tuple[Difference, ...]:
            if not fewer:
                return ()
            judge = _Judge(fewer, run, solver)
            found = judge.unexplained(judge.comparison(mode))
            return tuple(each for each in found if each.label in labels)

        differences = still(rows)
        if not differences:
            return None
        rows = _fewer_rows(rows, lambda fewer: bool(still(fewer)))
        rows = _fewer_cells(rows, lambda fewer: bool(still(fewer)))
        return Case(number, mode, rows, still(rows))


def _fewer_rows(rows: list[Row], still: Callable[[list[Row]], bool]) -> list[Row]:
    place = 0
    while place < len(rows):
        fewer = rows[:place] + rows[place + 1 :]
        if still(fewer):
            rows, place = fewer, 0
        else:
            place += 1
    return rows


def _fewer_cells(rows: list[Row], still: Callable[[list[Row]], bool]) -> list[Row]:
    """Clear columns, many at once where that goes, then what cells can go alone."""

    def cleared(columns: Sequence[str], places: Sequence[int]) -> list[Row]:
        empty = dict.fromkeys(columns, NULL)
        return [{**row, **empty} if n in places else row for n, row in enumerate(rows)]

    everywhere = range(len(rows))
    waiting = [[column for column in rows[0] if column not in _KEPT]]
    while waiting:
        columns = [c for c in waiting.pop() if any(row[c] != NULL for row in rows)]
        if columns and still(fewer := cleared(columns, everywhere)):
            rows = fewer
        elif len(columns) > 1:
            half = len(columns) // 2
            waiting += [columns[:half], columns[half:]]
    for place in everywhere:
        for column in [c for c in rows[0] if c not in _KEPT and rows[place][c] != NULL]:
            if len(rows) > 1 and still(fewer := cleared([column], [place])):
                rows = fewer
    return rows


def _examine_many(numbers: Sequence[int], seed: int, size: int) -> list[Verdict]:
    return [v for number in numbers for v in examine(number, pool_of(seed, number, size))]


def _minimise_one(verdict: Verdict, seed: int, size: int) -> Case | None:
    rows = pool_of(seed, verdict.number, size)
    return minimise(verdict.number, verdict.mode, rows, verdict.labels)


def _worth_minimising(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return a few of each combination of rules, the rest being most likely the same again."""
    alike: dict[frozenset[tuple[str, str]], list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        if verdict.labels and verdict.number not in {v.number for v in alike[verdict.labels]}:
            alike[verdict.labels].append(verdict)
    chosen = [v for several in alike.values() for v in several[:_MOST_ALIKE]]
    return sorted(chosen, key=lambda v: v.number)[: 2 * _MOST_SHOWN]


def _print_summary(
    console: Console, verdicts: Sequence[Verdict], seconds: float, pools: int
) -> None:
    kinds = Counter(verdict.kind for verdict in verdicts)
    rows = []
    for kind, count in kinds.most_common():
        examples = list(dict.fromkeys(v.number for v in verdicts if v.kind == kind))
        shown = "" if kind == "equal" else " ".join(map(str, examples[:6]))
        rows.append([kind, shown, str(count)])
    print_table(console, ["outcome", "pools", "solutions"], rows, numbers=1)
    words = [(v.number, v.mode, text) for v in verdicts for text in v.other_words]
    console.print(f"{count_text(len(words), 'association')} with other words")
    for number, mode, text in words[:10]:
        console.print(f"pool {number} in mode {mode}: {text}", soft_wrap=True)
    rate = pools / max(seconds, 1e-9)
    console.print(f"{count_text(pools, 'pool')} in {seconds:.0f} s, {rate:.1f} a second")


def main() -> int:
    """Compare; 1 if anything is unexplained or only one side gives up, 2 without a reference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pools", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--size", type=int, default=8, help="most rows of a pool before changes")
    parser.add_argument("--first", type=int, default=0, help="number of the first pool")
    parser.add_argument("--report", type=Path, help="write all minimised cases here")
    options = parser.parse_args()
    console = Console(highlight=False, markup=False)
    if not INSTALLED:
        advice = "pip install jwst==3.0.0"
        console.print(str(Problem("there is no reference to compare with", advice=advice)))
        return 2
    numbers = list(range(options.first, options.first + options.pools))
    chunks = [numbers[k : k + _CHUNK] for k in range(0, len(numbers), _CHUNK)]
    started = time.monotonic()
    with ProcessPoolExecutor(options.jobs) as executor:
        many = partial(_examine_many, seed=options.seed, size=options.size)
        verdicts = [v for part in executor.map(many, chunks) for v in part]
        _print_summary(console, verdicts, time.monotonic() - started, len(numbers))
        one = partial(_minimise_one, seed=options.seed, size=options.size)
        cases = [case for case in executor.map(one, _worth_minimising(verdicts)) if case]
    distinct = list({case.shape: case for case in reversed(cases)}.values())[::-1]
    console.print(f"\n{count_text(len(distinct), 'distinct unexplained case')}")
    for case in distinct[:_MOST_SHOWN]:
        console.print(f"\n{case}", soft_wrap=True)
    if options.report:
        text = "\n\n".join(map(str, distinct))
        options.report.write_text(f"{text}\n" if text else "", encoding="utf-8")
    good = ("equal", "both give up", "declared", "unstable")
    return 0 if all(verdict.kind.startswith(good) for verdict in verdicts) else 1


if __name__ == "__main__":
    raise SystemExit(main())
