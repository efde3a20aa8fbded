"""The options of ``asnsolve generate``."""

from __future__ import annotations

import argparse
from argparse import SUPPRESS
from pathlib import Path
from typing import Final

from asnsolve.archive import FORMATS
from asnsolve.cli.command import (
    add_replace,
    integer,
    output_file,
    output_place,
)
from asnsolve.cli.pools import add_pool, add_rules

_ORPHANS: Final = Path("orphaned.csv")

WITHOUT_EFFECT: Final = {
    "--no-merge": "associations are merged with --merge alone",
    "--no-finalize": "there are no unfinished associations that could be written",
    "--per-pool-algorithm": "the associations do not depend on how the pool is divided",
}
"""Options of asn_generate that change nothing here, with the reason."""


def add_generate_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        The parser of the command.
    """
    add_pool(parser.add_argument_group("the pool"))
    _add_choice(parser.add_argument_group("what to find"))
    _add_output(parser.add_argument_group("what to write"))
    _add_parts(parser.add_argument_group("large pools (solved in parts of whole programs)"))


def _add_choice(group: argparse._ArgumentGroup) -> None:
    # The names of the options are those of asn_generate, so that scripts move over.
    only = group.add_mutually_exclusive_group()
    only.add_argument(
        "-i",
        "--ids",
        nargs="+",
        metavar="ID",
        help="solve only these candidates, such as o001 or c1000",
    )
    only.add_argument(
        "--discover",
        action="store_true",
        help="keep only discovered associations, less those that repeat a candidate's",
    )
    only.add_argument(
        "--all-candidates", action="store_true", help="solve all candidates, without discovery"
    )
    add = group.add_argument
    add_rules(group)
    add(
        "--level",
        type=integer,
        choices=(2, 3),
        help="find only associations of this level (default: both)",
    )
    add(
        "--solver",
        choices=("fast", "exact"),
        default="fast",
        help="fast, or exact: the definition itself, for small pools; the results are equal "
        "(default: fast)",
    )
    add(
        "--distinct-names",
        action="store_true",
        help="give different names to products that have the same name but not the same members",
    )
    add(
        "--together",
        nargs="+",
        action="extend",
        default=[],
        metavar="WHAT",
        help="at level 3, combine exposures of different visits, targets or programs (WHAT is "
        "visit, target or program), or only those that are close: sky=2arcmin instead of the "
        "target, time=30d, pa=1deg; implies --distinct-names",
    )
    add(
        "--apart",
        nargs="+",
        action="extend",
        default=[],
        metavar="WHAT",
        help="at level 3, split associations by WHAT: observation, visit, dither, detector, or an "
        "attribute of the pool such as band or filter; implies --distinct-names",
    )
    add(
        "--merge",
        action="store_true",
        help="merge the associations of level 2 that have the same program, id and type",
    )
    # What asn_generate takes too and asnsolve needs no option for.
    for option in WITHOUT_EFFECT:
        add(option, action="append_const", dest="without_effect", const=option, help=SUPPRESS)


def _add_output(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add(
        "-p",
        "--path",
        type=output_place,
        default=Path(),
        metavar="DIR",
        help="directory for the files, or a URL such as s3://BUCKET/PATH/ for containers (default: "
        "the working directory)",
    )
    add(
        "--save-orphans",
        nargs="?",
        const=_ORPHANS,
        type=Path,
        metavar="FILE",
        help=f"write the orphans, the exposures in no association, to FILE in DIR (default: "
        f"{_ORPHANS})",
    )
    add(
        "--version-id",
        nargs="?",
        const=True,
        metavar="TEXT",
        help="put TEXT into the file names (default: the time, UTC)",
    )
    add(
        "--format",
        choices=("files", "json", *FORMATS),
        help="files or json: a JSON file for each association; jsonl or parquet: one container, "
        "POOL.jsonl or POOL.parquet in DIR, which 'asnsolve export' turns into files (default: "
        "files; parquet if DIR is a URL)",
    )
    add_replace(group)
    add("--dry-run", action="store_true", help="do not write any files")
    add(
        "--timings",
        action="store_true",
        help="print how many seconds each stage took, on standard error",
    )
    add(
        "--DMS",
        dest="dms",
        action="store_true",
        help="lay out messages as operations read them; with -i, also solve the background "
        "candidates of the ids",
    )
    loudness = group.add_mutually_exclusive_group()
    loudness.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="report progress, and list all orphans and problems",
    )
    loudness.add_argument(
        "-q", "--quiet", action="store_true", help="print only problems, no report"
    )
    add("--version", action="store_true", default=SUPPRESS, help="print the version and stop")


def _add_parts(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("-j", "--jobs", type=integer, metavar="N", help="number of processes (default: 1)")
    add(
        "--part-size",
        type=integer,
        metavar="N",
        help="solve at most N exposures at once, unless a program has more; each needs about 4 kB "
        "of memory (default: 25,000 to 100,000, depending on the pool)",
    )
    add(
        "--dask",
        metavar="ADDRESS",
        help="solve on the Dask cluster with the scheduler at ADDRESS; local starts a cluster on "
        "this machine",
    )
    add(
        "--shards",
        action="store_true",
        help="write a container for each part, in DIR/POOL.shards (with --format jsonl or parquet)",
    )
    add(
        "--resume",
        action="store_true",
        help="keep solved programs in DIR/POOL.parts, and reuse those of an earlier run whose "
        "exposures, rules and options are the same",
    )
    add(
        "--cache",
        type=output_file,
        metavar="DIR",
        help="like --resume, with a directory that several runs may share, even at the same time",
    )
    add(
        "--cache-size",
        type=float,
        default=10.0,
        metavar="GB",
        help="size of the cache in GB; what was used longest ago is deleted first (default: 10)",
    )
    add(
        "--changes",
        type=output_file,
        metavar="FILE",
        help="with --cache or --resume: write which associations appeared, changed and disappeared "
        "since the previous run, as lines of JSON",
    )
