"""``asnsolve write``: the associations of a plan, if the rules allow them."""

from __future__ import annotations

import argparse
from pathlib import Path

from asnsolve.cli.command import Command, Example, add_replace
from asnsolve.cli.streams import MessageLog, print_report


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("plan", metavar="PLAN", type=Path, help="plan that 'asnsolve plan' wrote")
    add(
        "-p",
        "--path",
        type=Path,
        metavar="DIR",
        help="directory for the association files (default: that in the plan)",
    )
    add_replace(parser)
    add("--force", action="store_true", help="write associations that break rules too")


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
    examples=(
        Example("Write the associations of a plan", "asnsolve write plan.toml -p planned"),
        Example(
            "Write them even if the plan breaks rules",
            "asnsolve write plan.toml -p planned --force",
        ),
    ),
    statuses={
        0: "done",
        1: "the plan breaks rules; nothing is written without --force",
        2: "the plan cannot be used",
    },
    add_arguments=_add_arguments,
    run=_run,
)
