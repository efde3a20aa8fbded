"""Cost of ten changed programs among 10,000: ``python -m tests.benchmarks.changed``.

An archive is solved with a cache. Then some programs change, and it is solved again, with the
changes written. What that takes beyond reading the pool and digesting its programs is to be small,
and not to grow with the archive but for copying the container.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
from rich.console import Console

from asnsolve.report.tables import print_table
from tests.benchmarks.big_pools import big_pool, write_pool
from tests.benchmarks.cores import COMMAND

EXPOSURES = 310_000
"""About 10,000 programs."""

_READING = ("split into parts", "read, all processes", "compare, all processes")
"""Stages of reading the pool and digesting its programs, as ``--timings`` names them."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run took.

    Parameters
    ----------
    seconds, cpu : float
        Wall clock, and CPU seconds of all processes.
    reading : float
        Seconds of reading and digesting.
    told : str
        What the run said of changes.
    """

    seconds: float
    cpu: float
    reading: float
    told: str


def measure(pool: Path, folder: Path, options: list[str]) -> Cost:
    """Solve the pool with the cache of the runs before."""
    script = folder / "command.py"
    script.write_text(COMMAND)
    argv = ["generate", str(pool), "-p", str(folder / "out"), "--replace", "--timings", *options]
    argv += ["--cache", str(folder / "cache"), "--changes", str(folder / "changes.jsonl")]
    # Modules have been compiled before, as those of an installed package.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    begun = time.perf_counter()
    run = subprocess.run(
        [sys.executable, str(script), *argv], capture_output=True, text=True, check=True, env=env
    )
    seconds = time.perf_counter() - begun
    status, own, others = json.loads(run.stdout.splitlines()[-1])
    if status:
        raise SystemExit(f"generate ended with status {status}: {run.stderr}")
    stages = [line.split() for line in run.stderr.splitlines()]
    times = {
        " ".join(words[: words.index("s") - 1]): float(words[words.index("s") - 1])
        for words in stages
        if "s" in words
    }
    (told,) = [line for line in run.stdout.splitlines() if " appeared" in line]
    reading = sum(times[name] for name in _READING)
    return Cost(seconds, own + others, reading, told)


def changed_pool(table: pa.Table, programs: int) -> pa.Table:
    """Leave out the first exposure of so many programs, which are spread over the pool."""
    numbers = table["PROGRAM"].to_pylist()
    names = sorted(set(numbers))
    chosen = set(names[:: len(names) // programs][:programs])
    first = {number: place for place, number in reversed([*enumerate(numbers)]) if number in chosen}
    kept = pc.invert(pc.is_in(pa.array(range(len(table))), pa.array(first.values())))
    return table.filter(kept)


def print_costs(console: Console, exposures: int, programs: int, options: list[str]) -> None:
    """Measure three runs and print the table."""
    rows: list[tuple[str, ...]] = []
    told: list[str] = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        pool = folder / "pool.parquet"
        table = big_pool(exposures)
        for what, some in (
            ("everything is new", table),
            ("nothing has changed", table),
            (f"{programs} programs have changed", changed_pool(table, programs)),
        ):
            write_pool(some, pool)
            cost = measure(pool, folder, options)
            figures = (cost.seconds, cost.reading, cost.seconds - cost.reading, cost.cpu)
            rows.append((what, *(f"{figure:.1f}" for figure in figures)))
            told.append(cost.told)
    head = ("run", "wall s", "reading", "more", "CPU s")
    print_table(console, head, rows, numbers=4)
    for line in told:
        console.print(line)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exposures", type=int, default=EXPOSURES)
    parser.add_argument("--programs", type=int, default=10, help="how many change")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--format", choices=("jsonl", "parquet"), default="jsonl")
    parser.add_argument("--shards", action="store_true")
    args = parser.parse_args()
    options = ["-j", str(args.jobs), "--format", args.format, *(["--shards"] * args.shards)]
    print_costs(Console(width=120), args.exposures, args.programs, options)


if __name__ == "__main__":
    main()
