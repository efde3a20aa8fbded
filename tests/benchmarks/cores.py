"""Cost of a pool in one process and in several: ``python -m tests.benchmarks.cores [--cores N]``.

A pool is solved in parts by the command line, from Parquet to shards of JSON lines, and from text.
For each number of processes there are wall clock, CPU seconds of all processes and of the one that
shares out the work, and the memory of all processes together. The memory is that of another run,
because each look at it stops the processes for many milliseconds. From two numbers of processes
follows the share that does not scale (Amdahl); the share of CPU seconds of the first process says
the same where other programs disturb the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from asnsolve.report.tables import print_table

EXPOSURES = 1_000_000

COMMAND = """
import json, resource, sys
from asnsolve.cli.main import program
if __name__ == "__main__":
    status = program()
    own, others = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps([status, own.ru_utime + own.ru_stime, others.ru_utime + others.ru_stime]))
"""
_PAUSE = 0.2
"""Seconds between two looks at the memory."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run took.

    Parameters
    ----------
    seconds : float
        Wall clock.
    first, others : float
        CPU seconds of the process that shares out the work, and of all others.
    megabytes : float
        Most memory of all processes together, with shared pages counted once.
    digest : str
        Digest of all that was written.
    """

    seconds: float
    first: float
    others: float
    megabytes: float
    digest: str


def measure(pool: Path, jobs: int, options: Sequence[str], folder: Path) -> Cost:
    """Run the command in so many processes, first by the clock, and then looking at the memory."""
    cost = _run(pool, jobs, options, folder, is_watched=False)
    watched = _run(pool, jobs, options, folder, is_watched=True)
    if cost.digest != watched.digest:
        raise SystemExit(f"two runs in {jobs} processes write different things")
    return replace(cost, megabytes=watched.megabytes)


def _run(pool: Path, jobs: int, options: Sequence[str], folder: Path, *, is_watched: bool) -> Cost:
    script = folder / "command.py"
    script.write_text(COMMAND)
    with TemporaryDirectory(dir=folder) as out:
        argv = ["generate", str(pool), "-j", str(jobs), "-p", out, "-q", *options]
        # Nothing that has been written before is to be written to the disk meanwhile.
        os.sync()
        begun = time.perf_counter()
        run = subprocess.Popen(
            [sys.executable, str(script), *argv], stdout=subprocess.PIPE, text=True
        )
        most = 0.0
        while is_watched and run.poll() is None:
            most = max(most, sum(map(megabytes, family(run.pid))))
            time.sleep(_PAUSE)
        told = run.communicate()[0]
        seconds = time.perf_counter() - begun
        status, first, others = json.loads(told.splitlines()[-1])
        if status:
            raise SystemExit(f"generate ended with status {status}")
        return Cost(seconds, first, others, most, _digest(Path(out)))


def family(pid: int) -> Iterator[int]:
    """Yield a process and its descendants."""
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from family(int(child))


def megabytes(pid: int) -> float:
    """Return the memory of a process; pages that it shares are divided among those that do."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1e3
    return 0.0


def _digest(folder: Path) -> str:
    digest = sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(str(file.relative_to(folder)).encode())
        with file.open("rb") as stream:
            while block := stream.read(1 << 24):
                digest.update(block)
    return digest.hexdigest()


def not_scaling(one: float, several: float, jobs: int) -> float:
    """Return the share of a run that does not scale, from its time in one process and in several.

    With the share s, the time in n processes is that in one times s + (1 - s) / n.
    """
    return (jobs * several / one - 1) / (jobs - 1)


def print_costs(console: Console, exposures: int, cores: int, kinds: Iterable[str]) -> None:
    """Measure a pool of each kind in one process and in several, and print the table."""
    from tests.benchmarks.big_pools import big_pool, write_pool

    rows: list[tuple[str, ...]] = []
    told: list[str] = []
    with TemporaryDirectory() as folder:
        table = big_pool(exposures)
        for kind in kinds:
            pool = Path(folder, "pool.parquet" if kind == "parquet" else "pool.csv")
            write_pool(table, pool)
            costs = {
                jobs: measure(pool, jobs, ("--format", "jsonl", "--shards"), Path(folder))
                for jobs in sorted({1, cores})
            }
            for jobs, cost in costs.items():
                cpu = cost.first + cost.others
                figures = (cost.seconds, cpu, cost.first, cost.megabytes)
                rows.append((kind, f"{jobs}", *(f"{figure:.1f}" for figure in figures)))
            one, several = costs[1], costs[cores]
            if one.digest != several.digest:
                raise SystemExit(f"from {kind}, {cores} processes write something else than one")
            if cores > 1:
                clock = not_scaling(one.seconds, several.seconds, cores)
                cpu = several.first / (several.first + several.others)
                told.append(
                    f"from {kind}: {one.seconds / several.seconds:.2f} times as fast in {cores} "
                    f"processes; does not scale: {clock:.1%} by the clock, {cpu:.1%} of the CPU"
                )
    head = ("from", "processes", "wall s", "CPU s", "first process", "MB")
    print_table(console, head, rows, numbers=5)
    for line in told:
        console.print(line)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--exposures", type=int, default=EXPOSURES)
    parser.add_argument("--kinds", nargs="+", choices=("parquet", "text"), default=["parquet"])
    args = parser.parse_args()
    print_costs(Console(width=120), args.exposures, args.cores, args.kinds)


if __name__ == "__main__":
    main()
