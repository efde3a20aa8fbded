"""The reference generator and asnsolve on one pool: ``python -m tests.benchmarks.against [POOL]``.

Both solve the same exposures in this process, in each of three ways, and then as whole commands.
The pool is the largest that comes with the reference, unless another is named. CPU seconds.
"""

from __future__ import annotations

import argparse
import logging
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console

from asnsolve.report.tables import print_table

__all__ = ["print_ratios"]

_LARGEST = "mega_pool"
_TIMES = 9
WAYS: Mapping[str, Mapping[str, Any]] = {
    "all": {},
    "candidates": {"discover": False},
    "discover": {"candidates": "none"},
}


def seconds(act: Callable[[], object]) -> float:
    """Return the CPU time that a call takes."""
    start = time.process_time()
    act()
    return time.process_time() - start


def command_seconds(*argv: str) -> float:
    """Return the CPU time that a command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ratios(pool_file: Path | None) -> list[tuple[str, float, float]]:
    """Measure both; a row for each way of solving, and one for the whole command."""
    from asnsolve import Pool, solve
    from tests.conformance.reference import bundled_rows, plain_reference

    logging.disable()
    warnings.simplefilter("ignore")
    pool = Pool(bundled_rows(_LARGEST)) if pool_file is None else Pool.read(pool_file)
    rows = [
        {name: value or "null" for name, value in row.items()}
        for row in pool.to_arrow().to_pylist()
    ]
    found = []
    for way, options in WAYS.items():
        theirs = seconds(partial(plain_reference, rows, way))
        ours = [seconds(partial(solve, pool, **options)) for _ in range(_TIMES)]
        found.append((f"solve, {way}", theirs, median(ours)))
    with TemporaryDirectory() as folder:
        source, out = Path(folder, "pool.csv"), ("-p", folder)
        pool.write(source)
        scripts = Path(sys.executable).parent
        theirs = command_seconds(str(scripts / "asn_generate"), str(source), *out)
        command = (sys.executable, "-m", "asnsolve", "generate", str(source), *out)
        ours = [command_seconds(*command) for _ in range(_TIMES)]
        found.append(("whole command", theirs, median(ours)))
    return found


def print_ratios(console: Console, pool: Path | None = None) -> None:
    """Measure and print."""
    rows = [
        (what, f"{theirs:.1f}", f"{ours:.3f}", f"{theirs / ours:,.0f}")
        for what, theirs, ours in ratios(pool)
    ]
    print_table(console, ("", "reference", "asnsolve", "ratio"), rows, numbers=3)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pool", type=Path, nargs="?")
    print_ratios(Console(width=100), parser.parse_args().pool)


if __name__ == "__main__":
    main()
