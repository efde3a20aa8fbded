"""Compare what both sides write: ``python -m tests.conformance.files_on_disk [POOL ...]``.

Writes each pool to a file, runs asn_generate and ``asnsolve generate`` on that file, and compares
the two directories as ``asnsolve diff`` does. The pools are those of `tests.conformance.live`, the
smallest first. Fails if anything differs that is not declared.
"""

from __future__ import annotations

import argparse
import contextlib
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from rich.console import Console

from asnsolve.cli.main import main as asnsolve
from asnsolve.differences.compare import Difference as Differing
from asnsolve.differences.compare import OnlyIn, diff
from asnsolve.differences.results import ReadResults, Result, read_results
from asnsolve.errors import Problem
from asnsolve.phrases import count_text
from asnsolve.profiles import FILE_ENDING
from asnsolve.simulate.pool_text import write_pool
from tests.conformance.declared import GIVES_UP, Difference, deviation_of
from tests.conformance.live import UNSTABLE, Source, other_orders, sources, wavers
from tests.conformance.reference import INSTALLED, Crash, Facts, Rows, attempted, shared_reference

__all__ = ["Compared", "compare_files", "generate_both", "judge", "main"]

MODE = "all"
"""What both sides find without options: all candidates, and what no candidate names."""

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """The files of both sides for one pool."""

    pool: str
    products: tuple[int, int]
    """How many products the files of the reference and ours hold."""

    differences: tuple[tuple[Differing, str | None], ...]
    """Each with the names of the deviations that explain it, or None."""

    problems: tuple[str, ...] = ()
    """What in either directory is not valid, or cannot be read."""

    crashes: tuple[str, str] = ("", "")
    """The last words of the reference and ours if they gave up."""

    @property
    def undeclared(self) -> tuple[Differing, ...]:
        return tuple(difference for difference, name in self.differences if name is None)

    @property
    def agrees(self) -> bool:
        theirs, own = self.crashes
        alike = bool(theirs) == bool(own) or (theirs in GIVES_UP and not own)
        return alike and not self.undeclared and not self.problems

    def __str__(self) -> str:
        """Write the figures as one line, and a line for what is not declared."""
        first, second = self.products
        head = f"{self.pool}: {count_text(first, 'product')} and {second}"
        sides = zip(("the reference gives up", "we give up"), self.crashes, strict=True)
        given_up = [f"{side}: {words}" for side, words in sides if words]
        if given_up:
            return "; ".join([head, *given_up])
        names = Counter(name for _, name in self.differences if name is not None)
        told = [f"{name} {count}" for name, count in sorted(names.items())]
        told += [f"undeclared {len(self.undeclared)}"] if self.undeclared else []
        head += f", {count_text(len(self.differences), 'difference')}"
        head += f" ({', '.join(told)})" if told else ""
        shown = [*map(str, self.undeclared), *self.problems]
        return "\n".join([head, *shown[:_SHOWN]])


def generate_both(pool: Path, theirs: Path, ours: Path) -> tuple[str, str]:
    """Run both sides on a pool file; return the last words of each side that gives up."""
    for directory in (theirs, ours):
        directory.mkdir()
    # Exit status 1 says that the pool has problems, which the reference does not mind.
    with contextlib.redirect_stderr(io.StringIO()) as said:
        status = asnsolve(["generate", str(pool), "-p", str(ours), "--quiet"])
    own = said.getvalue().strip() if status == 2 else ""
    generate = import_module("jwst.associations.main").Main.cli
    ran = attempted(lambda: generate([str(pool), "-p", str(theirs)]))
    return ran.words if isinstance(ran, Crash) else "", own


def compare_files(source: Source) -> Compared:
    """Write the files of both sides for a pool, and compare them."""
    rows = source.read()
    with TemporaryDirectory() as name:
        directory = Path(name)
        pool, theirs, ours = (directory / part for part in ("pool.csv", "theirs", "ours"))
        write_pool(rows, pool)
        with shared_reference() as run:
            crashes = generate_both(pool, theirs, ours)
            first, second = _read(theirs), _read(ours)
            compared = judge(source.name, rows, first, second, crashes)
            if compared.undeclared:
                others = [run(order)[MODE] for order in other_orders(rows)]
                facts = _counted(first), _counted(second)
                weighed = tuple(
                    (differing, UNSTABLE)
                    if label is None
                    and all(
                        wavers(one, others)
                        for one in _sides(differing, rows, *facts)
                        if deviation_of(one) is None
                    )
                    else (differing, label)
                    for differing, label in compared.differences
                )
                compared = replace(compared, differences=weighed)
    return compared


def judge(
    name: str,
    rows: Rows,
    first: ReadResults,
    second: ReadResults,
    crashes: tuple[str, str] = ("", ""),
) -> Compared:
    """Compare the associations of the reference with ours, and name what is declared."""
    facts = _counted(first), _counted(second)
    differences = diff(first.results, second.results) if not any(crashes) else ()
    judged = tuple(
        (differing, _label(list(_sides(differing, rows, *facts)))) for differing in differences
    )
    problems = (*first.invalid, *first.unread, *second.invalid, *second.unread)
    sizes = len(first.results), len(second.results)
    return Compared(name, sizes, judged, tuple(map(str, problems)), crashes)


def _read(directory: Path) -> ReadResults:
    """Read the associations of a directory, which may hold none."""
    found = any(directory.glob(f"*{FILE_ENDING}"))
    return read_results(directory) if found else ReadResults((), (), ())


def _counted(read: ReadResults) -> Counter[Facts]:
    return Counter(map(_facts, read.results))


def _facts(result: Result) -> Facts:
    members = frozenset(result.members)
    return Facts(result.rule, result.asn_type, result.asn_id, result.product, members)


def _sides(
    differing: Differing, rows: Rows, reference: Counter[Facts], ours: Counter[Facts]
) -> Iterator[Difference]:
    """Yield what one side has and the other has not; a pair of products differs on both."""
    kinds: list[tuple[Literal["missing", "extra"], Result]]
    if isinstance(differing, OnlyIn):
        kinds = [("missing" if differing.which == "first" else "extra", differing.result)]
    else:
        kinds = [("missing", differing.first), ("extra", differing.second)]
    for kind, result in kinds:
        yield Difference(kind, _facts(result), rows, MODE, reference, ours)


def _label(sides: Sequence[Difference]) -> str | None:
    """Return the names of the deviations if they explain both sides of a difference."""
    names = [deviation_of(side) for side in sides]
    known = sorted({name for name in names if name is not None})
    return " and ".join(known) if None not in names else None


def _size(source: Source) -> int:
    return len(source.read())


def _run(chosen: Sequence[Source], jobs: int) -> Iterator[Compared]:
    with ProcessPoolExecutor(jobs) as executor:
        tasks = [executor.submit(compare_files, source) for source in chosen]
        for task in as_completed(tasks):
            yield task.result()


def main() -> int:
    """Compare; 1 if anything differs that is not declared, 2 if there is no reference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pools", nargs="*", metavar="POOL", help="names of pools, all by default")
    parser.add_argument("--kind", choices=("bundled", "simulated"), help="these alone")
    parser.add_argument("--largest", type=int, metavar="N", help="no pool of more exposures")
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    console = Console(highlight=False, markup=False, soft_wrap=True)
    if not INSTALLED:
        advice = "pip install jwst==3.0.0"
        console.print(str(Problem("there is no reference to compare with", advice=advice)))
        return 2
    every = {source.name: source for source in sources()}
    unknown = [name for name in options.pools if name not in every]
    if unknown:
        console.print(str(Problem(f"no pool is named {' or '.join(unknown)}")))
        return 2
    chosen = [every[name] for name in options.pools] or list(every.values())
    chosen = [source for source in chosen if options.kind in (None, source.kind)]
    sized = sorted(((_size(source), source) for source in chosen), key=lambda pair: pair[0])
    kept = [source for size, source in sized if size <= (options.largest or size)]
    results = []
    for compared in _run(kept, options.jobs):
        console.print(str(compared))
        results.append(compared)
    _print_total(console, results)
    return 0 if all(compared.agrees for compared in results) else 1


def _print_total(console: Console, results: Sequence[Compared]) -> None:
    theirs, ours = (sum(c.products[side] for c in results) for side in (0, 1))
    differences = [label for c in results for _, label in c.differences]
    names = Counter(label for label in differences if label is not None)
    console.print(
        f"\n{count_text(len(results), 'pool')}: {count_text(theirs, 'product')} and {ours}, "
        f"{count_text(len(differences), 'difference')}, {len(differences) - names.total()} "
        f"undeclared; {sum(any(c.crashes) for c in results)} on which a side gives up"
    )
    for name, count in sorted(names.items()):
        console.print(f"{name}: {count}")


if __name__ == "__main__":
    raise SystemExit(main())
