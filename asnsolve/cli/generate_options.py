"""The options of ``asnsolve generate``."""

from __future__ import annotations

import argparse
from argparse import SUPPRESS
from pathlib import Path
from typing import Final

from asnsolve.archive import FORMATS
from asnsolve.cli.command import add_replace, output_file, output_place
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
    _add_choice(parser.add_argument_group("what is found"))
    _add_output(parser.add_argument_group("what is written"))
    _add_parts(parser.add_argument_group("large pools, solved in parts of whole programs"))


def _add_choice(group: argparse._ArgumentGroup) -> None:
    # The names of the options are those of asn_generate, so that scripts move over.
    only = group.add_mutually_exclusive_group()
    only.add_argument(
        "-i", "--ids", nargs="+", metavar="ID", help="solve only the candidates with these ids"
    )
    only.add_argument(
        "--discover",
        action="store_true",
        help="keep only discovered associations that do not repeat a candidate's",
    )
    only.add_argument(
        "--all-candidates", action="store_true", help="solve all candidates, discover nothing"
    )
    add = group.add_argument
    add_rules(group)
    add("--level", type=int, choices=(2, 3), help="find only associations of this level")
    add(
        "--solver",
        choices=("fast", "exact"),
        default="fast",
        help="vectorised, or the definition itself for small pools; equal results (default: fast)",
    )
    add(
        "--distinct-names",
        action="store_true",
        help="give products of one name with different members different names",
    )
    add(
        "--apart",
        nargs="+",
        action="extend",
        default=[],
        metavar="WHAT",
        help="what level 3 keeps apart: observation, visit, dither, detector, or any attribute of "
        "a pool, as band or filter; includes --distinct-names",
    )
    add(
        "--merge",
        action="store_true",
        help="merge associations of level 2 with the same program, id and type",
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
        help="directory for the files; the URL of one, as s3://BUCKET/PATH/, for containers",
    )
    add(
        "--save-orphans",
        nargs="?",
        const=_ORPHANS,
        type=Path,
        metavar="FILE",
        help=f"write the exposures in no association to FILE inside DIR (default: {_ORPHANS})",
    )
    add(
        "--version-id",
        nargs="?",
        const=True,
        metavar="TEXT",
        help="put TEXT, or without TEXT the time (UTC), into the file names",
    )
    add(
        "--format",
        choices=("files", "json", *FORMATS),
        help="a JSON file for each association (files or json), or all of them in one: POOL.jsonl, "
        "POOL.parquet in DIR "
        "('asnsolve export' makes files of it; products of one name are not reported)",
    )
    add_replace(group)
    add("--dry-run", action="store_true", help="do not write any files")
    add("--timings", action="store_true", help="print on stderr how long each stage took")
    add(
        "--DMS",
        dest="dms",
        action="store_true",
        help="messages on stderr as operations read them; with -i, backgrounds of the ids too",
    )
    loudness = group.add_mutually_exclusive_group()
    loudness.add_argument(
        "-v", "--verbose", action="store_true", help="report progress, and list everything"
    )
    loudness.add_argument(
        "-q", "--quiet", action="store_true", help="print only problems, no report"
    )
    add("--version", action="store_true", default=SUPPRESS, help="print the version and stop")


def _add_parts(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("-j", "--jobs", type=int, metavar="N", help="in N processes (default: 1)")
    add(
        "--part-size",
        type=int,
        metavar="N",
        help="solve at most N exposures at once, unless a program has more (default: 25,000 to "
        "100,000, by the size of the pool); a process needs about 4 kB for each",
    )
    add(
        "--dask",
        metavar="ADDRESS",
        help="on the Dask cluster with this scheduler; 'local' starts one here, for this run",
    )
    add(
        "--shards",
        action="store_true",
        help="with --format jsonl or parquet: a container for each part, in DIR/POOL.shards",
    )
    add(
        "--resume",
        action="store_true",
        help="keep solved programs in DIR/POOL.parts; those whose exposures, rules and options are "
        "as they were in an earlier run are taken from there",
    )
    add(
        "--cache",
        type=output_file,
        metavar="DIR",
        help="keep solved programs in DIR, which any runs may use, also at the same time",
    )
    add(
        "--cache-size",
        type=float,
        default=10.0,
        metavar="GB",
        help="delete what was used longest ago if the files in the cache are larger (default: 10)",
    )
