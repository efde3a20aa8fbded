"""``asnsolve report``: a page to look at, in one file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from asnsolve.cli.command import Command, add_replace, output_file, refuse_input
from asnsolve.cli.pools import STDIN, add_rules, read_pool, rule_sources
from asnsolve.cli.streams import MessageLog, print_report
from asnsolve.errors import Problem, UsageError

if TYPE_CHECKING:
    from asnsolve.associations.solution import Solution

_DESCRIPTION = """\
Write a page that shows associations in a browser: one file, which needs no network.

The page has an overview, the differences if two results are given, the associations with
search and filters, a picture of the memberships, the hierarchy of the exposures, and the
exposures in no association with the reason and the way out."""

_EPILOG = """\
examples:
  asnsolve report --demo -o report.html              try it on the demonstration pool
  asnsolve report pool.csv --program 1234            one program of a pool
  asnsolve report pool.csv -i c1000 -o mosaic.html   one candidate
  asnsolve report associations/                      associations that are there already
  asnsolve report before/ after.jsonl                what is different in the second

exit status: 0 done; 1 done, but there are problems (a row set aside, an invalid file, ...);
2 the arguments or what they name cannot be used"""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    what = "a pool, which is solved; or a directory, container or file of associations"
    add("sources", metavar="SOURCE", nargs="*", help=f"{what}; of two, the second is shown")
    add("--demo", action="store_true", help="use the demonstration pool")
    add(
        "-o",
        "--output",
        metavar="FILE",
        type=output_file,
        default=Path("report.html"),
        help="file for the page (default: report.html)",
    )
    add("--program", nargs="+", default=[], metavar="NUMBER", help="show only these programs")
    add("-i", "--ids", nargs="+", metavar="ID", help="show only the candidates with these ids")
    add_rules(parser)
    add("-d", "--delimiter", metavar="MARK", help="delimiter of the cells in a text pool")
    add("--pool-format", metavar="NAME", help="format of a pool, if its content does not tell")
    add("--strict", action="store_true", help="stop at any problem of a pool")
    add_replace(parser)


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if there are problems."""
    sources = [*([None] if args.demo else []), *args.sources]
    if not 1 <= len(sources) <= 2:
        what = "there is no SOURCE" if not sources else f"there are {len(sources)} SOURCEs"
        raise UsageError(
            Problem(what, expected="a pool or associations, or two of them to compare")
        )
    refuse_input(args.output, [Path(source) for source in sources if source not in (None, STDIN)])
    from asnsolve.report.page.write_page import write_page

    *before, solution = [_read(source, args, log) for source in sources]
    page = write_page(
        solution,
        args.output,
        before=next(iter(before), None),
        part=_part(args),
        replace=args.replace,
    )
    problems = [problem for one in (*before, solution) for problem in one.problems]
    log.problems(problems)
    counts = {
        "associations": len(solution),
        "orphans": len(solution.outside),
        "problems": len(problems),
    }
    report = {"counts": counts, "problems": problems, "written": [page]}
    print_report(args, report, [f"Wrote {page}"])
    return 1 if problems else 0


def _part(args: argparse.Namespace) -> str:
    """Say which part of its sources a page shows."""
    named = (("program", args.program), ("candidate", args.ids or ()))
    return ", ".join(
        f"{noun}{'s' if len(names) > 1 else ''} {' '.join(names)}" for noun, names in named if names
    )


def _read(source: str | None, args: argparse.Namespace, log: MessageLog) -> Solution:
    """Solve a pool, or read associations; None is the demonstration pool."""
    from asnsolve.pipeline import solve
    from asnsolve.report.page.page_facts import check_size
    from asnsolve.report.page.page_sources import (
        holds_associations,
        part_of_pool,
        read_associations,
    )
    from asnsolve.rules.load import load_rules

    if source is not None and source != STDIN and holds_associations(Path(source)):
        return read_associations(source, args.program, args.ids or ())
    args.pool, args.demo = source, source is None
    pool = part_of_pool(read_pool(args, log), args.program, args.ids)
    check_size(pool)
    return solve(pool, load_rules(rule_sources(args)), ids=args.ids)


COMMAND = Command(
    name="report",
    help="write a page that shows associations in a browser",
    description=_DESCRIPTION,
    epilog=_EPILOG,
    add_arguments=_add_arguments,
    run=_run,
)
