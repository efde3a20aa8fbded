"""Pools that are built to explode: ``python -m tests.solvers.exploding --pools 200 --seed 1``.

In each pool some exposures of one program leave two to five keys open crosswise, so that their
maximal sets are as many as the products of the values; beside them are exposures of other modes.
Each pool is solved as a whole command, in a process of its own, by both solvers and in another
order of rows. All must give the same files and reports, within 10 seconds of CPU time and 1 GB, and
what is outside must be what the pool without the crossed exposures has.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from rich.console import Console

from asnsolve.simulate import MODES, NULL, Program, simulate
from tests.laws import abstract_rules

Row = dict[str, str]

ABSTRACT = str(Path(abstract_rules.__file__))
KEYS = {
    "jwst": ("FILTER", "PUPIL", "FXD_SLIT", "SUBARRAY", "CHANNEL", "VISITYPE", "TARGETID"),
    "level3-2017": ("PUPIL", "TARGETID"),
    ABSTRACT: ("FILTER", "GRATING", "MODULE", "TARGETID"),
}
"""Rule sets, with the keys of their rules that exposures may leave open."""

TYPES = {"jwst": ("",), "level3-2017": ("COR", "4QPM", "LYOT", "AMI"), ABSTRACT: ("",)}
"""Parts of the exposure types whose rules have these keys."""

CROSSED = "crossed"
MOST_SECONDS = 10
MOST_MEGABYTES = 1_000


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    status: int
    files: dict[str, str]
    told: str
    seconds: float
    megabytes: float


def crossed_rows(
    keys: Sequence[str], count: int, base: Sequence[Row], candidates: Sequence[str] = ("o001",)
) -> list[Row]:
    """Make exposures of which each has one of some keys and leaves the others open."""
    rows = []
    for number in range(count):
        row = base[number % len(base)]
        key, value = keys[number % len(keys)], number // len(keys)
        own = dict.fromkeys(keys, NULL) | {key: f"v{value}"}
        if "TARGETID" in keys:
            # The target binds science alone.
            own["IS_PSF"] = NULL if key == "TARGETID" else "T"
        named = [(one, "observation" if one[0] == "o" else "mosaic") for one in candidates]
        stem = f"jw00001001001_02101_{number:05}_{CROSSED}"
        rows.append(
            row
            | own
            | {"FILENAME": f"{stem}_uncal.fits", "PROGRAM": "00001", "ASN_CANDIDATE": str(named)}
        )
    return rows


def exploding_pool(random: Random, rules: str) -> tuple[list[Row], list[Row]]:
    """Make the crossed exposures and the others of a pool."""
    flagged: list[Row] = []
    while not flagged:
        flagged = [
            row | {"BAND": "SHORT"} if rules == ABSTRACT else row
            for row in _of_any_mode(random, 1)
            if row["PNTGTYPE"].upper() == "SCIENCE"
            and any(t in row["EXP_TYPE"] for t in TYPES[rules])
        ]
    keys = random.sample(KEYS[rules], min(random.randint(2, 5), len(KEYS[rules])))
    ids = [
        "o001",
        *(f"c{number}" for number in range(1000, 1000 + random.choice((0, 1, 1, 3, 10)))),
    ]
    crossed = crossed_rows(keys, random.randint(20, 300), flagged, ids)
    if random.random() < 0.3:
        # Some exposures have several of the keys, or none.
        crossed = [
            row
            | {key: random.choice((row[key], "v0", NULL)) for key in keys if random.random() < 0.2}
            for row in crossed
        ]
    beside = _of_any_mode(random, 1)
    instruments = {row["INSTRUME"] for row in flagged}
    if rules == ABSTRACT or any(row["INSTRUME"] in instruments for row in beside):
        # They could be associated with the crossed exposures.
        beside = []
    return crossed, beside + _of_any_mode(random, 2)


def _of_any_mode(random: Random, program: int) -> list[Row]:
    mode = random.choice(sorted(MODES))
    return [dict(row) for row in simulate([Program(number=program, plans=(MODES[mode].plan(),))])]


def write_pool(path: Path, rows: Sequence[Row]) -> None:
    columns = sorted({name for row in rows for name in row})
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, delimiter="|", restval=NULL)
        writer.writeheader()
        writer.writerows(rows)


def run(directory: Path, rows: Sequence[Row], *argv: str) -> Outcome:
    """Run a command on a pool in a process of its own."""
    directory.mkdir()
    write_pool(directory / "pool.csv", rows)
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_run_command, args=(directory, argv, theirs))
    child.start()
    theirs.close()
    # The limit is one of CPU time; a busy machine may take longer by the clock.
    status, told, seconds, megabytes = (
        ours.recv() if ours.poll(20 * MOST_SECONDS) else (-1, "no end", 0.0, 0.0)
    )
    child.kill()
    child.join()
    files = {path.name: path.read_text() for path in sorted(directory.glob("*_asn.json"))}
    return Outcome(status, files, told, seconds, megabytes)


def _run_command(directory: Path, argv: Sequence[str], answers: Connection) -> None:
    from asnsolve.cli.main import main

    start, told = time.process_time(), StringIO()
    try:
        with redirect_stdout(told), redirect_stderr(told):
            status = main([argv[0], str(directory / "pool.csv"), *argv[1:]])
    except BaseException as error:  # noqa: BLE001 - whatever ends the command is reported
        status, told = -2, StringIO(repr(error))
    seconds = time.process_time() - start
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    answers.send((status, told.getvalue().replace(str(directory), ""), seconds, megabytes))


def contents(outcome: Outcome) -> Counter[str]:
    """Return what associations without crossed exposures hold, apart from their numbers."""
    found: Counter[str] = Counter()
    for text in outcome.files.values():
        data = json.loads(text)
        if f"_{CROSSED}_" not in text:
            what = (data["asn_rule"], data["asn_id"], data["program"], data["products"])
            found[json.dumps(what, sort_keys=True)] += 1
    return found


def faults(seed: int, rules: str, directory: Path) -> tuple[list[str], list[Outcome]]:
    """Say what is wrong with one pool, and return what its commands took."""
    random = Random(seed)
    crossed, others = exploding_pool(random, rules)
    rows = [*crossed, *others]
    mixed = random.sample(rows, len(rows))
    options = ("-r", rules, "--ignore-default", "-p")
    fast, exact, rest = (
        run(directory / name, pool, "generate", *options, str(directory / name), "--solver", solver)
        for name, pool, solver in (
            ("fast", rows, "fast"),
            ("exact", mixed, "exact"),
            ("rest", others, "fast"),
        )
    )
    asked = ("explain", random.choice(crossed)["FILENAME"], "-r", rules, "--ignore-default")
    explained = run(directory / "explained", rows, *asked)
    found = []
    outcomes = [fast, exact, explained]
    for name, outcome in zip(("fast", "exact", "explain"), outcomes, strict=True):
        if outcome.status < 0 or outcome.status > 1:
            found.append(f"{name} ended with {outcome.status}: {outcome.told[-300:]}")
        if outcome.seconds > MOST_SECONDS or outcome.megabytes > MOST_MEGABYTES:
            found.append(f"{name} took {outcome.seconds:.1f} s, {outcome.megabytes:.0f} MB")
    if fast.files != exact.files or fast.told != exact.told or fast.status != exact.status:
        found.append("the solvers or the orders of rows differ")
    if contents(fast) != contents(rest):
        found.append("what is outside differs")
    return found, outcomes


def pools(count: int, seed: int) -> Iterator[tuple[int, str]]:
    for number in range(count):
        yield seed * 1_000_000 + number, list(KEYS)[number % len(KEYS)]


def main() -> int:
    """Run as many pools as asked for, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pools", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    console, wrong, all_outcomes, refused = Console(width=120), 0, [], 0
    csv.field_size_limit(sys.maxsize)
    for seed, rules in pools(args.pools, args.seed):
        with TemporaryDirectory() as directory:
            found, outcomes = faults(seed, rules, Path(directory))
        all_outcomes += outcomes
        refused += "too many ways" in outcomes[0].told
        wrong += bool(found)
        for fault in found:
            console.print(f"pool {seed}, {Path(rules).name}: {fault}", markup=False)
    names = ("fast", "exact", "explain")
    for place, name in enumerate(names):
        own = all_outcomes[place :: len(names)]
        seconds, megabytes = (
            max(getattr(o, what) for o in own) for what in ("seconds", "megabytes")
        )
        console.print(f"{name}: at most {seconds:.1f} s, {megabytes:.0f} MB")
    most = max(len(outcome.files) for outcome in all_outcomes)
    console.print(
        f"{args.pools} pools, {refused} with a refusal, at most {most} files, {wrong} wrong"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
