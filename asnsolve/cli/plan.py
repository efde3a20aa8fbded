"""``asnsolve plan``: find the associations of FITS files, and write a plan to edit."""

from __future__ import annotations

import argparse
from pathlib import Path

from asnsolve.cli.command import Command, output_file
from asnsolve.cli.requests import add_request, count_files, refuse_requested, request_of
from asnsolve.cli.streams import MessageLog, print_report, progress

_EPILOG = """\
examples:
  asnsolve plan cal/ --level 3 -o plan.toml
  asnsolve write plan.toml -p asn

exit status: 0 done; 1 done, but some files are left out or in no association; 2 bad usage"""


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
    description="Find the associations of FITS files, and write a plan of them that you can edit.",
    epilog=_EPILOG,
    add_arguments=_add_arguments,
    run=_run,
)
