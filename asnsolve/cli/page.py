"""``asnsolve report``: a page to look at, in one file."""

from __future__ import annotations

import argparse
from pathlib import Path

from asnsolve.cli.command import Command, Example, add_replace, file_to_write, named
from asnsolve.cli.sources import (
    SOURCE_HELP,
    SOURCE_STATUSES,
    add_source_options,
    refuse_sources,
    solve_or_read,
)
from asnsolve.cli.streams import MessageLog, print_report
from asnsolve.errors import Problem, UsageError

_DESCRIPTION = """\
Write a page that shows associations in a browser: one file, which needs no network.

The page has an overview, the associations with search and filters, a picture of the memberships,
the hierarchy of the exposures, and the orphans with reasons and remedies. If you give two sources,
it also shows the differences."""

_EXAMPLES = (
    Example(
        "Show the demonstration pool",
        "asnsolve report --demo -o demo.html",
    ),
    Example("Show one program of a pool", "asnsolve report pool.csv --program 9801"),
    Example("Show one candidate", "asnsolve report pool.csv -i c1000 -o mosaic.html"),
    Example("Show association files", "asnsolve report before/ -o before.html"),
    Example(
        "Show the association files of another mission",
        "asnsolve report mosaics/ -r roman_like.py -o mosaics.html",
    ),
    Example(
        "Show what is different in a second set",
        "asnsolve report before/ out/pool.jsonl -o differences.html",
    ),
)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    what = f"{SOURCE_HELP}; if you give two, the page shows the second, compared with the first"
    add("sources", metavar="SOURCE", nargs="*", type=named, help=what)
    add(
        "--demo",
        action="store_true",
        help="use the demonstration pool as the only source, or as the first of two",
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
        what = "SOURCE is missing" if not sources else f"{len(sources)} sources are given"
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
    examples=_EXAMPLES,
    statuses=SOURCE_STATUSES,
    add_arguments=_add_arguments,
    run=_run,
)
