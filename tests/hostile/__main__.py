"""Give every command hostile files and arguments, and see whether it breaks or loses any.

Good pools of every format, headers, tables of the archive, plans, associations, containers, stores
and rule files are changed at random: in bytes, words, cells, rows, types and as files. A command
may do what it was asked, do it with findings, or refuse. Anything else is a fault: an exception, a
hang, the end of the process, control characters in what it prints, rows that are neither kept nor
set aside, files that are not valid, temporary files, changed inputs, and warnings of libraries::

    python -m tests.hostile --inputs 10000 --seed 1
    python -m tests.hostile --seed 1 --only 4711

The first prints how often commands did what, and each fault once, with the inputs that have it,
whose files it keeps in a directory. The second tries one input again and shows what was said. The
exit status is 1 if there are faults.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tests.hostile.good_files import make_good_files
from tests.hostile.inputs import lay_input
from tests.hostile.trials import Fault, Verdict, try_input
from tests.hostile.workers import try_all

_OUTCOMES: Final = ("done", "findings", "refused", "fault")
_KEPT: Final = 3
"""Inputs of each fault that are kept."""


def main() -> int:
    """Try inputs and print what became of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--inputs", type=int, default=1000, help="how many inputs (default 1000)")
    parser.add_argument(
        "--first", type=int, default=0, help="number of the first input (default 0)"
    )
    parser.add_argument("--seed", type=int, default=0, help="decides the inputs (default 0)")
    parser.add_argument("-n", type=int, default=2, help="number of processes (default 2)")
    parser.add_argument("--only", type=int, metavar="N", help="try this input alone")
    parser.add_argument("--keep", type=Path, help="directory for inputs with faults")
    options = parser.parse_args()
    # In memory, where there is such a place: every input lays and removes a hundred files.
    memory = Path("/dev/shm")
    place = memory if memory.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="hostile-", dir=place) as name:
        root = Path(name)
        good = make_good_files(root / "good")
        if options.only is not None:
            verdict, said = try_input(good, options.seed, options.only, root / "one")
            _show(verdict, said.out, said.err, said.trace)
            verdicts = [verdict]
        else:
            numbers = range(options.first, options.first + options.inputs)
            start = time.perf_counter()
            verdicts = []
            for verdict in try_all(root / "good", options.seed, numbers, root, options.n):
                verdicts.append(verdict)
                _progress(verdicts, len(numbers), time.perf_counter() - start)
            print_table(verdicts)
        faults = faults_of(verdicts)
        print_faults(faults, options.seed)
        keep = options.keep or Path(tempfile.gettempdir()) / f"hostile-{options.seed}"
        for _, found in faults:
            for one in found[:_KEPT]:
                folder = keep / str(one.number)
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True)
                lay_input(good, options.seed, one.number, folder)
        if faults:
            _say(f"\nthe inputs are in {keep}")
    return 1 if faults else 0


def _show(verdict: Verdict, out: str, err: str, trace: str) -> None:
    _say(f"asnsolve {' '.join(map(repr, verdict.argv))}")
    for change in verdict.changes:
        _say(f"  {change!r}")
    _say(f"stdout:\n{out[-5000:]!r}\nstderr:")
    for line in err[-5000:].splitlines():
        _say(f"  {line!r}")
    _say("\n".join(map(repr, trace.splitlines())))
    _say(f"{verdict.outcome} after {verdict.seconds:.1f} s\n")


def _progress(verdicts: list[Verdict], number: int, seconds: float) -> None:
    if len(verdicts) % 100 == 0:
        faults = sum(verdict.outcome == "fault" for verdict in verdicts)
        rate = len(verdicts) / seconds
        sys.stderr.write(
            f"{len(verdicts)} of {number}, {faults} with faults, {rate:.1f} inputs/s\n"
        )


def print_table(verdicts: Iterable[Verdict]) -> None:
    """Print how many inputs had which outcome, by command and by kind of the changed file."""
    verdicts = list(verdicts)
    for title in ("command", "kind"):
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for verdict in verdicts:
            counts[getattr(verdict, title)][verdict.outcome] += 1
        _say(f"{title:26}" + "".join(f"{outcome:>10}" for outcome in _OUTCOMES))
        for name in sorted(counts):
            _say(f"{name:26}" + "".join(f"{counts[name][outcome]:10}" for outcome in _OUTCOMES))
        total = Counter(verdict.outcome for verdict in verdicts)
        _say(f"{'all':26}" + "".join(f"{total[outcome]:10}" for outcome in _OUTCOMES) + "\n")


def faults_of(verdicts: Iterable[Verdict]) -> list[tuple[Fault, list[Verdict]]]:
    """Group verdicts by fault, the most frequent first."""
    found: dict[tuple[str, str], tuple[Fault, list[Verdict]]] = {}
    for verdict in sorted(verdicts, key=lambda verdict: verdict.number):
        for fault in verdict.faults:
            group = found.setdefault((fault.sort, fault.where), (fault, []))[1]
            if verdict not in group:
                group.append(verdict)
    return sorted(found.values(), key=lambda group: -len(group[1]))


def print_faults(faults: Iterable[tuple[Fault, list[Verdict]]], seed: int) -> None:
    """Print each fault once, with the inputs that have it."""
    for fault, verdicts in faults:
        numbers = " ".join(str(verdict.number) for verdict in verdicts[:8])
        _say(f"{len(verdicts)} x {fault.sort}: {fault.where}")
        _say(f"    {fault.detail[:400]!r}")
        _say(f"    {' '.join(verdicts[0].argv)!r}; {'; '.join(verdicts[0].changes)!r}"[:400])
        _say(f"    python -m tests.hostile --seed {seed} --only N, where N is one of {numbers}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text.encode('ascii', 'backslashreplace').decode()}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
