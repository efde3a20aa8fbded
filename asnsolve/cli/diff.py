"""``asnsolve diff``: compare two sets of associations."""

from __future__ import annotations

import argparse

from asnsolve.cli.command import Command
from asnsolve.cli.streams import MessageLog, print_report


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    what = "a directory of files, a container, or a file"
    parser.add_argument("first", metavar="A", help=what)
    parser.add_argument("second", metavar="B", help=what)


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if the sets differ."""
    from asnsolve.differences.compare import diff
    from asnsolve.differences.results import read_results
    from asnsolve.report.differences import difference_data
    from asnsolve.report.tables import count_text

    first, unread = read_results(args.first)
    second, also_unread = read_results(args.second)
    problems = (*unread, *also_unread)
    differences = diff(first, second)
    report = {
        "counts": {"first": len(first), "second": len(second), "differences": len(differences)},
        "differences": list(map(difference_data, differences)),
        "problems": problems,
    }
    counts = f"{count_text(len(first), 'product')} and {len(second)}"
    closing = f"{counts}, {count_text(len(differences), 'difference')}"
    print_report(args, report, (*problems, *differences, closing))
    return 1 if differences or problems else 0


COMMAND = Command(
    name="diff",
    help="compare two sets of associations",
    description="Compare two sets of associations: products, members, roles and names.",
    epilog="exit status: 0 they hold the same; 1 they differ, or a file is no association; "
    "2 one cannot be read",
    add_arguments=_add_arguments,
    run=_run,
)
