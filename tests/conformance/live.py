"""Compare with the reference: ``python -m tests.conformance.live``.

Solves the pools that come with the reference, and simulated ones, in every mode on both sides, and
prints by rule what is equal and what is not. Fails if anything differs that is not declared.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Literal

from rich.console import Console

from asnsolve import Pool, Solution, solve
from asnsolve.errors import AsnsolveError, Problem
from asnsolve.phrases import count_text
from asnsolve.report.tables import print_table
from asnsolve.simulate import MODES as OBSERVING
from asnsolve.simulate import Program, every_mode, scaled, simulate
from tests.conformance.compare import MODES
from tests.conformance.declared import GIVES_UP, NODS, Difference, deviation_of
from tests.conformance.reference import (
    INSTALLED,
    Answer,
    Crash,
    Facts,
    Found,
    Outcome,
    Rows,
    attempted,
    bundled_names,
    bundled_rows,
    rule_names,
    shared_reference,
)

__all__ = [
    "SHUFFLES",
    "Comparison",
    "Solver",
    "Source",
    "compare_pool",
    "main",
    "other_orders",
    "ours",
    "print_comparisons",
    "set_beside",
    "sources",
    "wavers",
]

RULES = "jwst"
SHUFFLES = 4
"""Other orders of the rows in which the reference is asked again."""

UNSTABLE = "unstable"
"""Stands for a deviation where the reference's answer hangs on the order of the rows."""

_SHOWN = 20

Solver = Callable[[Rows], dict[str, Outcome]]


@dataclass(frozen=True, slots=True)
class Source:
    """A pool to compare on."""

    name: str
    kind: Literal["bundled", "simulated"]
    read: Callable[[], Rows]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One pool in one mode, both sides beside each other."""

    mode: str
    reference: Outcome
    ours: Outcome
    differences: tuple[tuple[Difference, str | None], ...]
    """Each with the name of the deviation that explains it, or `UNSTABLE`."""

    other_words: tuple[str, ...]
    """Equal associations with other words around them: program, degraded status, target."""

    pool: str = ""
    kind: str = ""

    @property
    def undeclared(self) -> tuple[Difference, ...]:
        return tuple(difference for difference, name in self.differences if name is None)

    @property
    def crash(self) -> str:
        """Say who gave up where only one side did; empty if both did or none."""
        match self.reference, self.ours:
            case Crash(words), Answer() if words not in GIVES_UP:
                return f"the reference gives up: {words}"
            case Answer(), Crash(words):
                return f"we give up: {words}"
        return ""

    @property
    def agrees(self) -> bool:
        return not (self.undeclared or self.crash or self.other_words)


def ours(rows: Rows) -> dict[str, Outcome]:
    """Solve a pool in every mode."""
    try:
        pool = Pool([dict(row) for row in rows], name="pool")
    except AsnsolveError as error:
        return dict.fromkeys(MODES, Crash.of(error))
    return {mode: _solved(pool, mode) for mode in MODES}


def _solved(pool: Pool, mode: str) -> Outcome:
    return attempted(lambda: Answer(tuple(_found(solve(pool, RULES, **MODES[mode])))))


def _found(solution: Solution) -> Iterator[Found]:
    for association in solution:
        (product,) = association.products
        facts = Facts(
            association.rule,
            association.asn_type,
            association.asn_id,
            product.name,
            frozenset((member.expname, member.exptype) for member in product.members),
        )
        target = association.target if facts.rule.startswith("Asn_Lv3") else ""
        yield Found(facts, association.program, association.degraded_status, target)


def set_beside(rows: Rows, mode: str, reference: Outcome, mine: Outcome) -> Comparison:
    """Compare two outcomes of a pool in a mode."""
    differences: list[tuple[Difference, str | None]] = []
    other_words: list[str] = []
    if isinstance(reference, Answer) and isinstance(mine, Answer):
        expected, found = reference.facts, mine.facts
        sides: dict[Literal["missing", "extra"], Counter[Facts]] = {
            "missing": expected - found,
            "extra": found - expected,
        }
        for kind, facts in sides.items():
            for fact in sorted(facts.elements(), key=str):
                difference = Difference(kind, fact, rows, mode, expected, found)
                differences.append((difference, deviation_of(difference)))
        theirs, own = reference.words, mine.words
        other_words = [
            f"{fact.rule} {fact.product}: {sorted(theirs[fact])}, ours {sorted(own[fact])}"
            for fact in theirs.keys() & own.keys()
            if theirs[fact] != own[fact] and fact.rule not in NODS
        ]
    words = tuple(sorted(other_words))
    return Comparison(mode, reference, mine, tuple(differences), words)


def compare_pool(source: Source, solver: Solver = ours) -> list[Comparison]:
    """Run both sides on a pool in every mode, the reference in other orders where they differ."""
    rows = source.read()
    with shared_reference() as run:
        reference = run(rows)
        mine = solver(rows)
        results = [set_beside(rows, mode, reference[mode], mine[mode]) for mode in MODES]
        if any(result.undeclared for result in results):
            others = [run(order) for order in other_orders(rows)]
            results = [_weighed(c, [other[c.mode] for other in others]) for c in results]
    return [replace(result, pool=source.name, kind=source.kind) for result in results]


def other_orders(rows: Rows, count: int = SHUFFLES) -> Iterator[Rows]:
    """Yield the rows in other orders: first reversed, which turns every pair about."""
    yield rows[::-1]
    for n in range(1, count):
        yield Random(n).sample(list(rows), len(rows))


def _weighed(comparison: Comparison, others: Sequence[Outcome]) -> Comparison:
    """Name those differences that come and go with the order of the rows."""
    weighed = tuple(
        (each, UNSTABLE if name is None and wavers(each, others) else name)
        for each, name in comparison.differences
    )
    return replace(comparison, differences=weighed)


def wavers(difference: Difference, others: Sequence[Outcome]) -> bool:
    """Tell whether the reference finds the association in some orders of the rows only."""
    counts = {other.facts[difference.fact] if isinstance(other, Answer) else -1 for other in others}
    return counts != {difference.reference[difference.fact]}


def sources(count: int | None = None, seed: int = 0) -> list[Source]:
    """Return the bundled pools, the largest first, and simulated ones, the same for a seed.

    The first of the simulated pools have every mode once, so that few of them show every rule.
    """
    bundled = [Source(name, "bundled", partial(bundled_rows, name)) for name in bundled_names()]
    bundled.sort(key=lambda source: (source.name not in ("mega_pool", "pool_004_wfs"), source.name))
    of_modes = [
        Source(f"{mode}-{seed + n}", "simulated", partial(_one_mode, mode, seed + n))
        for n in range(3)
        for mode in OBSERVING
    ]
    simulated = [
        *of_modes[: len(OBSERVING)],
        *_many("two-programs", 12, seed, _two_programs),
        *of_modes[len(OBSERVING) :],
        Source(f"every-mode-{seed}", "simulated", partial(_every_mode, seed)),
        *_many("scaled", 12, seed, _scaled),
    ]
    return [*bundled, *simulated[:count]]


def _many(stem: str, number: int, seed: int, read: Callable[[int], Rows]) -> list[Source]:
    numbers = range(seed, seed + number)
    return [Source(f"{stem}-{n}", "simulated", partial(read, n)) for n in numbers]


def _every_mode(seed: int) -> Rows:
    return simulate(every_mode(), seed=seed)


def _scaled(seed: int) -> Rows:
    """Return up to 150 exposures of whole programs that mix modes, or the start of a larger one."""
    return simulate(scaled(60, seed), seed=seed)[:150]


def _two_programs(seed: int) -> Rows:
    rng = Random(seed)
    modes = list(OBSERVING.values())
    plans = [rng.choice(modes).draw(rng) for _ in range(3)]
    # The same plan in both programs: nothing may be tied across.
    programs = (
        Program(number=1001, plans=tuple(plans[:2])),
        Program(number=1002, plans=(plans[0], plans[2])),
    )
    return simulate(programs, seed=seed)


def _one_mode(mode: str, seed: int) -> Rows:
    """Return what a mode does with nothing chosen, and with choices left to chance."""
    plan = OBSERVING[mode].draw(Random(f"{mode}/{seed}")) if seed else OBSERVING[mode].plan()
    return simulate([Program(number=1001, plans=(plan,))], seed=seed)


def run(
    chosen: Sequence[Source], jobs: int, console: Console | None = None
) -> Iterator[Comparison]:
    """Compare on many pools at once."""
    with ProcessPoolExecutor(jobs) as executor:
        tasks = {executor.submit(compare_pool, source): source for source in chosen}
        for task in as_completed(tasks):
            results = task.result()
            if console is not None:
                agree = all(result.agrees for result in results)
                console.print(f"{tasks[task].name}: {'agrees' if agree else 'differs'}")
            yield from results


def print_comparisons(console: Console, comparisons: Sequence[Comparison]) -> None:
    """Print one table a kind of pool, then what is not declared."""
    for kind in ("bundled", "simulated"):
        those = [c for c in comparisons if c.kind == kind]
        if those:
            pools = len({c.pool for c in those})
            console.print(f"\n{kind}: {count_text(pools, 'pool')} in {len(MODES)} modes")
            _print_rules(console, those)
    names = Counter(name for c in comparisons for _, name in c.differences if name)
    for name, count in sorted(names.items()):
        console.print(f"{name}: {count}")
    _print_fired(console, comparisons)
    undeclared = [(c, difference) for c in comparisons for difference in c.undeclared]
    console.print(f"\n{count_text(len(undeclared), 'undeclared difference')}")
    for c, difference in undeclared[:_SHOWN]:
        console.print(f"{c.pool} {c.mode} {difference}", soft_wrap=True)
    lines = [f"{c.pool} {c.mode} {words}" for c in comparisons for words in c.other_words]
    console.print(f"\n{count_text(len(lines), 'association')} with other words")
    lines[_SHOWN:] = []
    lines += [f"{c.pool} {c.mode}: {c.crash}" for c in comparisons if c.crash][:_SHOWN]
    both = {c.pool for c in comparisons if isinstance(c.reference, Crash) and not c.crash}
    lines += [f"both give up: {', '.join(sorted(both))}"] if both else []
    for line in lines:
        console.print(line, soft_wrap=True)


def _print_rules(console: Console, comparisons: Iterable[Comparison]) -> None:
    words = ("reference", "equal", "missing", "extra", "declared", "unstable")
    counts: dict[str, Counter[str]] = {word: Counter() for word in words}
    for c in comparisons:
        expected = c.reference.facts if isinstance(c.reference, Answer) else Counter[Facts]()
        found = c.ours.facts if isinstance(c.ours, Answer) else Counter[Facts]()
        counts["reference"].update(fact.rule for fact in expected.elements())
        counts["equal"].update(fact.rule for fact in (expected & found).elements())
        for difference, name in c.differences:
            word = difference.kind if name is None else "declared" if name != UNSTABLE else name
            counts[word][difference.fact.rule] += 1
    rules = sorted({rule for count in counts.values() for rule in count})
    rows = [[rule, *(str(counts[word][rule]) for word in words)] for rule in rules]
    rows.append(["total", *(str(counts[word].total()) for word in words)])
    print_table(console, ["rule", *words], rows, numbers=len(words), total=True)


def _print_fired(console: Console, comparisons: Iterable[Comparison]) -> None:
    answers = [c.reference for c in comparisons if isinstance(c.reference, Answer)]
    fired = {fact.rule for answer in answers for fact in answer.facts}
    silent = [name for name in rule_names() if name not in fired]
    console.print(f"{len(fired)} of the {len(rule_names())} rules of the reference fire")
    if silent:
        console.print(f"silent: {', '.join(silent)}", soft_wrap=True)


def main() -> int:
    """Compare; 1 if anything differs that is not declared, 2 if there is no reference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pools", type=int, help="how many of the simulated pools, all by default")
    parser.add_argument("--seed", type=int, default=0, help="of the simulated pools")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", nargs="+", default=[], help="names of pools, or parts of them")
    parser.add_argument("--verbose", action="store_true", help="name each pool when it is done")
    options = parser.parse_args()
    console = Console(highlight=False, markup=False)
    if not INSTALLED:
        advice = "pip install jwst==3.0.0"
        console.print(str(Problem("there is no reference to compare with", advice=advice)))
        return 2
    chosen = [
        source
        for source in sources(options.pools, options.seed)
        if not options.only or any(word in source.name for word in options.only)
    ]
    if not chosen:
        console.print(str(Problem(f"no pool is named {' or '.join(options.only)}")))
        return 2
    results = list(run(chosen, options.jobs, console if options.verbose else None))
    results.sort(key=lambda c: (c.kind, c.pool, c.mode))
    print_comparisons(console, results)
    return 0 if all(c.agrees for c in results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
