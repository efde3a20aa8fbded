"""``asnsolve plan``: the associations of FITS files as a text to be edited."""

from __future__ import annotations

import argparse
from pathlib import Path

from asnsolve.cli.requests import add_request, count_files, request_of
from asnsolve.cli.streams import Messages, print_json, progress

__all__ = ["add_to", "run"]

_EPILOG = """\
examples:
  asnsolve plan cal/ --level 3 -o plan.toml
  asnsolve write plan.toml -p asn

exit status: 0 done; 1 done, but some files are in no association, or are left out; 2 bad usage"""


def add_to(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    common: argparse.ArgumentParser,
) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "plan",
        help="the associations of FITS files as a text to be edited",
        description="Find the associations of FITS files, and write them as a text to be edited.",
        epilog=_EPILOG,
        parents=[common],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    add_request(parser)
    parser.add_argument(
        "-o", "--output", metavar="PLAN", type=Path, help="where the plan goes (default: plan.toml)"
    )


def run(args: argparse.Namespace, messages: Messages) -> int:
    """Run the command; return 1 if something is left over."""
    from asnsolve.plans.plan_files import make_plan
    from asnsolve.report.associated import planned_lines, problems_data

    request = request_of(args)
    output = args.output or Path("plan.toml")
    with progress(count_files(request), "files") as done:
        found = make_plan(request, output, done)
    if args.json:
        print_json({**problems_data(found), "written": [str(output)]})
    else:
        print("\n".join(planned_lines(found, output)))
    return 1 if found.problems or found.leftover else 0
