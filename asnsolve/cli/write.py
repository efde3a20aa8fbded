"""``asnsolve write``: the associations of a plan, if the rules allow them."""

from __future__ import annotations

import argparse
from pathlib import Path

from asnsolve.cli.command import Command, add_replace
from asnsolve.cli.streams import MessageLog, print_report


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("plan", metavar="PLAN", type=Path, help="the plan")
    add(
        "-p",
        "--path",
        type=Path,
        metavar="DIR",
        help="directory for the association files (default: the one in the plan)",
    )
    add_replace(parser)
    add("--force", action="store_true", help="write associations that break their rules too")


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if the plan breaks rules, or some files cannot be written."""
    from asnsolve.plans.associations_of_plan import write_associations
    from asnsolve.report.associated import written_data, written_lines

    found = write_associations(args.plan, args.path, force=args.force, replace=args.replace)
    print_report(args, written_data(found), written_lines(found))
    return 1 if found.violations or found.problems else 0


COMMAND = Command(
    name="write",
    help="write the associations of a plan",
    description="Check a plan of 'asnsolve plan', edited or not, and write its associations.",
    epilog="exit status: 0 done; 1 the plan breaks rules, and nothing is written without "
    "--force; 2 it cannot be used",
    add_arguments=_add_arguments,
    run=_run,
)
