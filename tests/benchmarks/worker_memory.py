"""Memory of a Dask worker by the size of parts: ``python -m tests.benchmarks.worker_memory``.

A scheduler and one worker of one thread run as processes of their own. The most memory that the
worker had is read from ``/proc`` when the run has ended, so this needs Linux.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from asnsolve.report.tables import print_table
from tests.archive.dask_machines import running_cluster
from tests.benchmarks.big_pools import big_pool, write_pool

SIZES = (10_000, 50_000)
"""Exposures of a part."""


def peak(pid: int) -> float:
    """Return the most memory that a process had, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    if found is None:
        raise SystemExit("this system does not tell how much memory a process had")
    return int(found[1]) / 1000


def measure(pool: Path, folder: Path, size: int) -> tuple[float, float]:
    """Return the megabytes of a worker before it has a part, and the most in a run."""
    with running_cluster(folder / f"of{size}") as cluster:
        worker = cluster.add()
        command = [sys.executable, "-m", "asnsolve", "generate", str(pool), "-q"]
        command += ["--dask", cluster.address, "-p", str(folder / f"out{size}")]
        command += ["--format", "jsonl", "--shards", "--part-size"]
        # The smallest parts show what the worker has in memory anyway.
        peaks = []
        for most in (1, size):
            given = [*command, str(most), "--replace"]
            if most == 1:
                given[given.index(str(pool))] = str(pool.with_name("small.parquet"))
            subprocess.run(given, check=True)
            peaks.append(peak(worker.pid))
        return peaks[0], peaks[1]


def print_peaks(console: Console, exposures: int, sizes: Sequence[int]) -> None:
    """Measure each size and print the table."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        table = big_pool(exposures)
        write_pool(table, folder / "pool.parquet")
        write_pool(table.slice(0, 100), folder / "small.parquet")
        found = {size: measure(folder / "pool.parquet", folder, size) for size in sizes}
    rows = [(f"{size:,}", *(f"{peak:,.0f}" for peak in peaks)) for size, peaks in found.items()]
    print_table(console, ("exposures of a part", "MB before", "MB at most"), rows, numbers=3)
    first, last = min(found), max(found)
    if first < last:
        each = (found[last][1] - found[first][1]) / (last - first)
        rest = found[first][1] - each * first
        console.print(f"{rest:,.0f} MB, and {each * 1000:.1f} kB for each exposure of a part")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exposures", type=int, default=200_000)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    args = parser.parse_args()
    print_peaks(Console(width=100), args.exposures, args.sizes)


if __name__ == "__main__":
    main()
