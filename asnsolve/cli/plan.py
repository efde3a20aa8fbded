"""``asnsolve plan``: find the associations of FITS files, and write a plan to edit."""

from __future__ import annotations

import argparse
from pathlib import Path

from asnsolve.cli.command import Command, Example, output_file
from asnsolve.cli.requests import add_request, count_files, refuse_requested, request_of
from asnsolve.cli.streams import MessageLog, print_report, progress

_EXAMPLES = (
    Example(
        "Write a plan of the associations of a directory",
        "asnsolve plan cal/ --level 3 -o plan.toml",
    ),
    Example("Write the associations, after you have edited the plan", "asnsolve write plan.toml"),
)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_request(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="PLAN",
        type=output_file,
        help="file for the plan (default: plan.toml)",
    )


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if something is left over."""
    from asnsolve.plans.plan_files import make_plan
    from asnsolve.report.associated import planned_lines, problems_data

    request = request_of(args)
    output = args.output or Path("plan.toml")
    refuse_requested(output, request)
    with progress(count_files(request), "files") as done:
        found = make_plan(request, output, done, replace=args.replace)
    report = {**problems_data(found), "written": [output]}
    print_report(args, report, planned_lines(found, output))
    return 1 if found.problems or found.leftover else 0


COMMAND = Command(
    name="plan",
    help="find the associations of FITS files, and write a plan to edit",
    description="Find the associations of FITS files, and write them as a plan, a text file that "
    "you can edit. 'asnsolve write' turns the plan into association files.",
    examples=_EXAMPLES,
    statuses={
        0: "done",
        1: "done, but some files are left out or are in no association",
        2: "the arguments or the files cannot be used",
    },
    add_arguments=_add_arguments,
    run=_run,
)
