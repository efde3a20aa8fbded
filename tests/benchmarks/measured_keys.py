"""Cost of keys that measure: ``python -m tests.benchmarks.measured_keys [EXPOSURES ...]``.

The pools of `tests.benchmarks.scale` get a time and a position per exposure. Each is read, solved
and written as JSON lines by the default rules, once as they are, and once with the exposures of an
association linked in time and on the sky.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
from rich.console import Console

from asnsolve.report.tables import print_table

SIZES = (100_000, 300_000, 1_000_000)
KEYS = ("time=30d", "sky=2arcmin")


def measured_pool(exposures: int) -> pa.Table:
    """Make a pool in which every exposure has a time, and every observation a position.

    The times of a program spread over 90 days, and its positions over 6 arcmin, so that both keys
    split some of the associations.
    """
    from tests.benchmarks.big_pools import big_pool

    table = big_pool(exposures)
    chance = np.random.default_rng(5)
    program, observation = (
        table[name].to_numpy().astype(np.int64) for name in ("PROGRAM", "OBS_NUM")
    )
    _, target = np.unique(program * 1_000 + observation, return_inverse=True)
    right, up = chance.uniform(0, 0.1, (2, len(target)))
    columns = {
        "EXPSTART": 59_000 + program % 1_000 + chance.uniform(0, 90, exposures),
        "TARG_RA": program % 360 + right[target],
        "TARG_DEC": program % 120 - 60 + up[target],
    }
    for name, values in columns.items():
        cells = pa.array(np.char.mod("%.6f", values))
        if name in table.column_names:
            table = table.set_column(table.column_names.index(name), name, cells)
        else:
            table = table.append_column(name, cells)
    return table


def run(pool: Path, lines: Path, keys: tuple[str, ...]) -> dict[str, float]:
    """Read, solve and write; return CPU seconds and the number of associations."""
    from asnsolve import Pool, load_rules, solve
    from asnsolve.archive.write_containers import write_solution
    from asnsolve.rules.grouping import regrouped

    rules = regrouped(load_rules(), keys, ())
    start = time.process_time()
    read = Pool.read(pool)
    after_read = time.process_time()
    solution = solve(read, rules)
    solved = time.process_time()
    count = write_solution(solution, lines, "jsonl", replace=True)
    return {
        "read": after_read - start,
        "solve": solved - after_read,
        "write": time.process_time() - solved,
        "total": time.process_time() - start,
        "associations": count,
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exposures", type=int, nargs="*")
    parser.add_argument("--one", nargs="+", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        pool, lines, *keys = args.one
        print(json.dumps(run(Path(pool), Path(lines), tuple(keys))))  # noqa: T201 - it is a command
        return
    print_costs(Console(width=120), args.exposures or list(SIZES))


def print_costs(console: Console, sizes: list[int]) -> None:
    """Measure every size; print the cost of the keys and how it grows."""
    rows: list[tuple[str, ...]] = []
    totals: list[tuple[int, float]] = []
    for exposures in sizes:
        plain, measured = _measure(exposures)
        totals.append((exposures, measured["total"]))
        for what, found in (("", plain), (" and ".join(KEYS), measured)):
            stages = (f"{found[stage]:.2f}" for stage in ("read", "solve", "write", "total"))
            ratio = f"{found['total'] / plain['total']:.2f}"
            rows.append((f"{exposures}", what, *stages, ratio, f"{found['associations']:.0f}"))
    head = ("exposures", "keys", "read", "solve", "write", "total", "ratio", "associations")
    print_table(console, head, rows, numbers=6)
    for (small, less), (large, more) in pairwise(totals):
        power = math.log(more / less) / math.log(large / small)
        console.print(f"with keys, {small} to {large}: exponent {power:.2f}")


def _measure(exposures: int) -> list[dict[str, float]]:
    """Measure without and with the keys, in separate processes."""
    from tests.benchmarks.big_pools import write_pool

    with TemporaryDirectory() as folder:
        pool, lines = Path(folder, "pool.csv"), Path(folder, "pool.jsonl")
        write_pool(measured_pool(exposures), pool)
        found = []
        for keys in ((), KEYS):
            # Replacing a large file costs more than writing a new one.
            lines.unlink(missing_ok=True)
            argv = [sys.executable, "-m", "tests.benchmarks.measured_keys", "--one"]
            told = subprocess.run(
                [*argv, str(pool), str(lines), *keys], check=True, capture_output=True, text=True
            )
            found.append(json.loads(told.stdout))
        return found


if __name__ == "__main__":
    main()
