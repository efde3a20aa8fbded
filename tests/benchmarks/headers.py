"""Headers of many files, beside astropy: ``python -m tests.benchmarks.headers [FILES]``.

Header-only files of simulated programs are read and associated in one process; astropy opens the
same files and reads the same keywords of their primary headers. CPU seconds.
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from asnsolve import Pool, solve
from asnsolve.report.tables import print_table
from asnsolve.simulate import scaled, simulate
from tests.pool.fits_files import KEYWORDS, write_files

__all__ = ["print_headers"]


def by_astropy(folder: Path) -> float:
    """Open every file with astropy; return the seconds that takes."""
    from astropy.io import fits

    start = time.process_time()
    for path in sorted(folder.iterdir()):
        with fits.open(path) as opened:
            header = opened[0].header
            for keyword in KEYWORDS.values():
                header.get(keyword.upper())
    return time.process_time() - start


def print_headers(console: Console, count: int = 10_000) -> None:
    """Measure and print."""
    with TemporaryDirectory() as folder:
        write_files(simulate(scaled(count, seed=3))[:count], Path(folder))
        start = time.process_time()
        pool = Pool.from_fits(folder)
        read = time.process_time()
        found = sum(len(names) for names, _ in solve(pool).lines())
        solved = time.process_time()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        theirs = by_astropy(Path(folder))
    rows = [
        ("astropy opens them", f"{theirs:.2f}", "1.00"),
        ("headers read", f"{read - start:.2f}", f"{(read - start) / theirs:.2f}"),
        (
            "headers read and associated",
            f"{solved - start:.2f}",
            f"{(solved - start) / theirs:.2f}",
        ),
    ]
    print_table(console, (f"{len(pool)} files", "CPU s", "of astropy"), rows, numbers=2)
    console.print(f"{found} associations, {memory:.0f} MB held before astropy was asked")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=10_000)
    print_headers(Console(width=100), parser.parse_args().count)


if __name__ == "__main__":
    main()
