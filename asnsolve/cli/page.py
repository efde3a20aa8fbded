"""``asnsolve report``: a page to look at, in one file."""

from __future__ import annotations

import argparse
from pathlib import Path

from asnsolve.cli.command import Command, add_replace, file_to_write, named
from asnsolve.cli.sources import (
    SOURCE_HELP,
    add_source_options,
    refuse_sources,
    solve_or_read,
)
from asnsolve.cli.streams import MessageLog, print_report
from asnsolve.errors import Problem, UsageError

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
    what = f"{SOURCE_HELP}; of two, the second is shown"
    add("sources", metavar="SOURCE", nargs="*", type=named, help=what)
    add(
        "--demo",
        action="store_true",
        help="use the demonstration pool; with a SOURCE, it is the first of two",
    )
    add(
        "-o",
        "--output",
        metavar="FILE",
        type=file_to_write,
        default=Path("report.html"),
        help="file for the page (default: report.html)",
    )
    add_source_options(parser)
    add_replace(parser)


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if there are problems."""
    sources = [*([None] if args.demo else []), *args.sources]
    if not 1 <= len(sources) <= 2:
        what = "there is no SOURCE" if not sources else f"there are {len(sources)} SOURCEs"
        raise UsageError(
            Problem(what, expected="a pool or associations, or two of them to compare")
        )
    refuse_sources(args.output, sources)
    from asnsolve.report.page.page_facts import check_size
    from asnsolve.report.page.write_page import write_page

    *before, solution = [solve_or_read(source, args, log, check_size) for source in sources]
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


COMMAND = Command(
    name="report",
    help="write a page that shows associations in a browser",
    description=_DESCRIPTION,
    epilog=_EPILOG,
    add_arguments=_add_arguments,
    run=_run,
)
