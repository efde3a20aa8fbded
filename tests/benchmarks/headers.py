"""Headers of many files, beside astropy: ``python -m tests.benchmarks.headers [FILES]``.

Header-only files of simulated programs are read and associated in one process; astropy opens the
same files and reads the same keywords of their primary headers. CPU seconds. Memory is the most
that a new process held, for a tenth of the files and for all. The same is measured of a tree of
2,000 files as the archive's download makes it, with every stage, previews and tables.
"""

from __future__ import annotations

import argparse
import re
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from asnsolve import Pool, associate
from asnsolve.report.tables import print_table
from asnsolve.simulate import scaled, simulate
from tests.pool.download_tree import download_tree
from tests.pool.fits_files import KEYWORDS, write_files

__all__ = ["print_headers", "print_tree"]


def by_astropy(folder: Path) -> float:
    """Open every file with astropy; return the seconds that takes."""
    from astropy.io import fits

    start = time.process_time()
    for path in sorted(folder.rglob("*.fits")):
        with fits.open(path) as opened:
            header = opened[0].header
            for keyword in KEYWORDS.values():
                header.get(keyword.upper())
    return time.process_time() - start


def associated(files: list[Path]) -> tuple[int, float]:
    """Read and associate files; return the associations, and the most MB that were held."""
    found = associate(files)
    # Unlike getrusage, this does not count what the parent held when it made the process.
    (held,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return len(found.associations), int(held) / 1e3


def in_new_process(files: list[Path]) -> tuple[int, float]:
    with ProcessPoolExecutor(1, get_context("spawn")) as processes:
        return processes.submit(associated, files).result()


def print_headers(console: Console, count: int = 10_000) -> None:
    """Measure and print."""
    with TemporaryDirectory() as folder:
        write_files(simulate(scaled(count, seed=3))[:count], Path(folder))
        start = time.process_time()
        pool = Pool.from_fits(folder)
        read = time.process_time()
        associate(folder)
        solved = time.process_time() - read
        files = sorted(Path(folder).iterdir())
        (_, few), (found, all_of_them) = in_new_process(files[::10]), in_new_process(files)
        theirs = by_astropy(Path(folder))
    rows = [
        ("astropy opens them", f"{theirs:.2f}", "1.00"),
        ("headers read", f"{read - start:.2f}", f"{(read - start) / theirs:.2f}"),
        (
            "headers read and associated",
            f"{solved:.2f}",
            f"{solved / theirs:.2f}",
        ),
    ]
    print_table(console, (f"{len(pool)} files", "CPU s", "of astropy"), rows, numbers=2)
    told = f"{few:.0f} MB held for a tenth of the files, {all_of_them:.0f} MB for all"
    console.print(f"{found} associations; {told}")


def print_tree(console: Console, count: int = 2_000) -> None:
    """Measure a download tree at both levels, and print."""
    with TemporaryDirectory() as folder:
        tree = download_tree(Path(folder), count)
        files = sum(path.is_file() for path in tree.rglob("*"))
        theirs = by_astropy(tree)
        rows = [("astropy opens its FITS files", f"{theirs:.2f}", "1.00")]
        for level in (2, 3):
            start = time.process_time()
            associate(tree, level)
            ours = time.process_time() - start
            rows.append((f"associated, level {level}", f"{ours:.2f}", f"{ours / theirs:.2f}"))
    print_table(console, (f"tree of {files} files", "CPU s", "of astropy"), rows, numbers=2)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=10_000)
    console = Console(width=100)
    print_headers(console, parser.parse_args().count)
    print_tree(console)


if __name__ == "__main__":
    main()
