"""Single candidates that are very large: ``python -m tests.benchmarks.stress [FACTOR]``.

Every pool is solved by the default rules and its associations are made into JSON lines, at one
size and at twice that size, in a process of its own. What is not in proportion to the output shows
in the last column.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping

from rich.console import Console

from asnsolve.report.tables import print_table

CASES: Mapping[str, tuple[str, Mapping[str, int]]] = {
    "one candidate of 20,000 exposures": ("nircam_image", {"SCIENCE": 20_000}),
    "2,000 backgrounds on 2,000 science": (
        "miri_lrs_slit_background",
        {"SCIENCE": 2_000, "BACKGROUND": 2_000},
    ),
}
"""Modes, and how many exposures of each role are in the candidate."""


def rows(mode: str, counts: Mapping[str, int], factor: float) -> Iterator[dict[str, str]]:
    """Repeat the exposures of one program until there are as many of each role as asked for."""
    from asnsolve.simulate import MODES, Program, simulate

    base = [dict(row) for row in simulate([Program(number=1, plans=(MODES[mode].plan(),))])]
    base = [row for row in base if row["PNTGTYPE"].upper() == "SCIENCE"]
    for role, count in counts.items():
        own = [row for row in base if (row["BKGDTARG"].upper() == "T") == (role == "BACKGROUND")]
        for number in range(round(count * factor)):
            row = own[number % len(own)]
            root, rest = row["FILENAME"].split("_", 1)
            exposure = f"{number // len(own) + 1:05}"
            first, _, detector = rest.split("_", 2)
            yield row | {"FILENAME": f"{root}_{first}_{exposure}_{detector}", "EXPOSURE": exposure}


def run(case: str, factor: float) -> dict[str, float]:
    """Solve and write; return CPU seconds, megabytes of memory and output, associations."""
    from asnsolve import Pool, solve

    pool = Pool(list(rows(*CASES[case], factor)))
    start = time.process_time()
    solution = solve(pool)
    count = size = 0
    for names, texts in solution.lines():
        count += len(names)
        size += len(texts.content())
    return {
        "exposures": len(pool),
        "associations": count,
        "output": size / 1e6,
        "seconds": time.process_time() - start,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
    }


def measure(case: str, factor: float) -> dict[str, float]:
    """Measure in a process of its own, so that memory is its own."""
    argv = [sys.executable, "-m", "tests.benchmarks.stress", "--one", case, str(factor)]
    told = subprocess.run(argv, check=True, capture_output=True, text=True)
    return dict(json.loads(told.stdout))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("factor", type=float, nargs="?", default=1.0)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(run(args.one[0], float(args.one[1]))))  # noqa: T201 - it is a command
        return
    print_cases(Console(width=120), args.factor)


def print_cases(console: Console, largest: float = 1.0) -> None:
    """Measure every case at two sizes, and print what they take."""
    lines: list[tuple[str, ...]] = []
    for case in CASES:
        for factor in (largest / 2, largest):
            found = measure(case, factor)
            numbers = (f"{found[name]:,.0f}" for name in ("exposures", "associations", "output"))
            rate = found["output"] / found["seconds"]
            seconds = f"{found['seconds']:.2f}"
            lines.append((case, *numbers, seconds, f"{found['memory']:,.0f}", f"{rate:.0f}"))
    head = ("pool", "exposures", "associations", "MB written", "CPU s", "MB held", "MB/s")
    print_table(console, head, lines, numbers=6)


if __name__ == "__main__":
    main()
