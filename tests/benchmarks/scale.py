"""Cost of pools of growing size: ``python -m tests.benchmarks.scale [EXPOSURES ...]``.

For each size a pool is written as text, and then read, solved by the default rules and written as
JSON lines in a process of its own. The floor is what pyarrow takes to read the same file and orjson
to write the same lines, in another one. The figures of one run are comparable with one another.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from asnsolve.report.tables import print_table

SIZES = (1_000, 10_000, 100_000, 1_000_000)


def run(pool: Path, lines: Path, level: int | None) -> dict[str, float]:
    """Read, solve and write; return CPU seconds of each stage and the peak memory in MB."""
    from asnsolve import Pool, load_rules, solve
    from asnsolve.archive.write_containers import write_solution

    rules = [rule for rule in load_rules() if level in (None, rule.base.level)]
    start = time.process_time()
    read = Pool.read(pool)
    after_read = time.process_time()
    solution = solve(read, rules)
    solved = time.process_time()
    count = write_solution(solution, lines, "jsonl", replace=True)
    written = time.process_time()
    return {
        "read": after_read - start,
        "solve": solved - after_read,
        "write": written - solved,
        "total": written - start,
        "associations": count,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
    }


def floor(pool: Path, lines: Path) -> dict[str, float]:
    """Read the same file with pyarrow and write the same lines with orjson."""
    import orjson
    import pyarrow as pa
    import pyarrow.csv

    start = time.process_time()
    names = pool.open().readline().strip().split("|")
    text = pa.dictionary(pa.int32(), pa.string())
    pyarrow.csv.read_csv(
        pool,
        parse_options=pyarrow.csv.ParseOptions(delimiter="|"),
        convert_options=pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, text)),
    )
    after_read = time.process_time()
    dumping = 0.0
    with lines.open("rb") as source, lines.with_suffix(".again").open("wb") as target:
        while batch := source.readlines(1 << 24):
            known = list(map(orjson.loads, batch))
            begun = time.process_time()
            for association in known:
                target.write(orjson.dumps(association) + b"\n")
            dumping += time.process_time() - begun
    return {"total": after_read - start + dumping}


def measure(what: str, pool: Path, lines: Path) -> dict[str, float]:
    """Measure in a process of its own, so that memory is its own."""
    argv = [sys.executable, "-m", "tests.benchmarks.scale", "--one", what, str(pool), str(lines)]
    told = subprocess.run(argv, check=True, capture_output=True, text=True)
    return dict(json.loads(told.stdout))


def table(sizes: list[int]) -> list[tuple[str, ...]]:
    """Measure every size; a row for both levels and a row for level 3 alone."""
    from tests.benchmarks.big_pools import big_pool, write_pool

    rows: list[tuple[str, ...]] = []
    with TemporaryDirectory() as folder:
        pool, lines = Path(folder, "pool.csv"), Path(folder, "pool.jsonl")
        for size in sizes:
            write_pool(big_pool(size), pool)
            for what in ("both", "3"):
                found = measure(what, pool, lines)
                least = measure("floor", pool, lines)
                rows.append(
                    (
                        f"{size}",
                        "2 and 3" if what == "both" else "3",
                        *(f"{found[stage]:.2f}" for stage in ("read", "solve", "write", "total")),
                        f"{found['total'] / least['total']:.1f}",
                        f"{found['memory']:.0f}",
                        f"{found['associations']:.0f}",
                    )
                )
    return rows


def exponents(rows: list[tuple[str, ...]]) -> list[str]:
    """Say how the total grows from size to size: 1 is in proportion."""
    told = []
    for level in ("2 and 3", "3"):
        own = [(int(row[0]), float(row[5])) for row in rows if row[1] == level]
        for (small, less), (large, more) in pairwise(own):
            power = math.log(more / less) / math.log(large / small)
            told.append(f"level {level}, {small} to {large}: exponent {power:.2f}")
    return told


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exposures", type=int, nargs="*")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        what, pool, lines = args.one[0], Path(args.one[1]), Path(args.one[2])
        level = None if what == "both" else 3
        found = floor(pool, lines) if what == "floor" else run(pool, lines, level)
        print(json.dumps(found))  # noqa: T201 - it is a command
        return
    print_growth(Console(width=120), args.exposures or list(SIZES))


def print_growth(console: Console, sizes: list[int]) -> None:
    """Measure every size and print what it takes, and how that grows."""
    rows = table(sizes)
    head = (
        "exposures",
        "level",
        "read",
        "solve",
        "write",
        "total",
        "of floor",
        "MB",
        "associations",
    )
    print_table(console, head, rows, numbers=7)
    for line in exponents(rows):
        console.print(line)


if __name__ == "__main__":
    main()
