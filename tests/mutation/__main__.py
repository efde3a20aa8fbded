"""Put small faults into the code, and see whether a test fails.

Record first which tests run which lines, then try mutants::

    python -m tests.mutation --record
    python -m tests.mutation asnsolve/solvers asnsolve/pool --sample 200 --seed 1
    python -m tests.mutation asnsolve/pool/columns.py:27

A mutant is *killed* if a test fails, or takes far longer than it should. One that changes nothing
that anybody can see is *equivalent*: it is listed in ``equivalent.toml`` with the reason. All
others *survive*, and are printed. The exit status is 1 if any does.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from tests.mutation.equivalents import Equivalents
from tests.mutation.forks import Result, WarmProcess, preload, run_cold
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.record import ROOT, Record, own_tests, record

_LEAST_SECONDS: Final = 20.0
_FIRST: Final = 12

Runner = Callable[[str, str, Sequence[str], float], Result]
_SLOWER: Final = 5.0
"""How much longer than recorded a test may take: other work may be going on."""


@dataclass
class Tally:
    """Counts of outcomes of a folder."""

    killed: int = 0
    equivalent: int = 0
    survived: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Share of killed mutants among those that are not equivalent, in percent."""
        return 100 * self.killed / max(self.killed + self.survived, 1)


@dataclass
class Run:
    """One run over mutants: what is known of the tests, and which of them killed what."""

    record: Record
    warm: WarmProcess
    budget: float
    kills: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    sound: set[tuple[Runner, str]] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)

    def judge(self, mutant: Mutant) -> tuple[Result, int]:
        """Return what became of a mutant, and how many tests can see it."""
        tests = self.record.tests_of(mutant)
        kills = self.kills[mutant.file]
        # First tests that killed others of the module, then its own, those of its folder, others.
        module = own_tests(mutant.file)
        own, folder = f"{module}::", f"{module.parent}/"
        tests.sort(
            key=lambda test: (-kills[test], not test.startswith(own), not test.startswith(folder))
        )
        chosen = [test for test in self._affordable(tests) if test not in self.broken]
        if not chosen:
            return Result("survived"), 0
        result = Result("not swapped")
        if mutant.in_function:
            result = self._run(self.warm.run, mutant, chosen)
        # A cold process collects the files of all its tests first, so it gets a few to begin with.
        for some in (chosen[:_FIRST], chosen[_FIRST:]):
            if some and result.outcome in ("survived", "not swapped"):
                result = self._run(run_cold, mutant, some)
        if result.outcome == "killed" and result.test in self.broken:
            return self.judge(mutant)
        kills[result.test] += 1
        return result, len(tests)

    def _run(self, run: Runner, mutant: Mutant, tests: Sequence[str]) -> Result:
        """Run tests on a mutant. A test that fails without it too is broken, and kills nothing."""
        seconds = _LEAST_SECONDS + _SLOWER * max(self.record.durations[test] for test in tests)
        result = run(mutant.file, mutant.source, tests, seconds)
        if result.outcome != "killed" or (run, result.test) in self.sound:
            return result
        text = (ROOT / mutant.file).read_text("utf-8")
        named = [result.test] if result.test in tests else tests[:1]
        if run(mutant.file, text, named, seconds).outcome == "survived":
            self.sound.add((run, result.test))
        elif result.test not in tests:
            raise SystemExit(f"the tests cannot be run without a mutant: {', '.join(named)}")
        else:
            self.broken.add(result.test)
            _say(f"fails without a mutant, and is left out: {result.test}")
        return result

    def _affordable(self, tests: Sequence[str]) -> Iterator[str]:
        """Give tests as long as the time lasts."""
        left = self.budget
        for test in tests:
            left -= self.record.durations[test]
            if left < 0:
                return
            yield test


def mutants_at(place: str) -> list[Mutant]:
    """Return the mutants of a folder, of a module, or of one line: ``FILE:LINE``."""
    path, _, line = place.partition(":")
    paths = sorted((ROOT / path).rglob("*.py")) if (ROOT / path).is_dir() else [ROOT / path]
    found = [
        mutant
        for module in paths
        for mutant in mutants_of(str(module.relative_to(ROOT)), module.read_text("utf-8"))
    ]
    return [mutant for mutant in found if not line or mutant.line == int(line)]


def _survivor(mutant: Mutant, tests: int) -> str:
    lines = [
        f"{mutant.file}:{mutant.line} survived {tests} tests ({mutant.operator})",
        f"    {mutant.text}",
        f"    {mutant.change}",
    ]
    return "\n".join(lines)


def main() -> int:
    """Record tests, or try mutants and print those that survive."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("places", nargs="*", help="folders, modules or MODULE:LINE")
    parser.add_argument("--record", action="store_true", help="record which tests run which lines")
    parser.add_argument("--tests", nargs="+", default=[], help="tests to record; default: all")
    parser.add_argument("-n", type=int, default=2, help="processes that record (default 2)")
    parser.add_argument("--sample", type=int, help="how many mutants to draw of each place")
    parser.add_argument("--seed", type=int, default=0, help="decides which mutants are drawn")
    parser.add_argument("--budget", type=float, default=60, help="seconds of tests per mutant")
    parser.add_argument("--list", action="store_true", help="print the mutants, and run nothing")
    options = parser.parse_args()
    if options.record:
        return record(options.tests, options.n)
    mutants = [mutant for place in options.places for mutant in _drawn(mutants_at(place), options)]
    if options.list:
        for mutant in mutants:
            _say(f"{mutant.file}:{mutant.line} {mutant.operator}: {mutant.change}")
        return 0
    return _try(mutants, options.budget)


def _drawn(mutants: list[Mutant], options: argparse.Namespace) -> list[Mutant]:
    if options.sample is None or options.sample >= len(mutants):
        return mutants
    drawn = Random(options.seed).sample(range(len(mutants)), options.sample)
    return [mutants[place] for place in sorted(drawn)]


def _try(mutants: Sequence[Mutant], budget: float) -> int:
    known = Record.read()
    equivalents = Equivalents.read()
    changed = sorted({m.file for m in mutants if not known.is_current(m.file)})
    if changed:
        raise SystemExit(f"changed since the tests were recorded: {', '.join(changed)}")
    preload()
    run = Run(known, WarmProcess(sorted({test.split("::")[0] for test in known.durations})), budget)
    tallies: dict[str, Tally] = defaultdict(Tally)
    for number, mutant in enumerate(mutants, 1):
        tally = tallies[str(Path(mutant.file).parent)]
        if equivalents.reason(mutant) is not None:
            tally.equivalent += 1
            continue
        started = time.monotonic()
        result, tests = run.judge(mutant)
        spent = time.monotonic() - started
        if result.outcome == "survived":
            tally.survived += 1
            _say(_survivor(mutant, tests))
        else:
            tally.killed += 1
            tally.seconds += spent
        sys.stderr.write(f"{number} of {len(mutants)}: {result.outcome} in {spent:.1f} s\n")
    run.warm.close()
    _say(f"{'folder':24}{'killed':>8}{'survived':>10}{'equivalent':>12}{'rate':>8}{'s/kill':>8}")
    for folder, tally in tallies.items():
        _say(
            f"{folder:24}{tally.killed:8}{tally.survived:10}{tally.equivalent:12}"
            f"{tally.rate:7.1f}%{tally.seconds / max(tally.killed, 1):8.2f}"
        )
    return int(any(tally.survived for tally in tallies.values()))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
