"""``asnsolve show``: associations as trees in the terminal."""

from __future__ import annotations

import argparse

from asnsolve.cli.command import Command, Example
from asnsolve.cli.sources import SOURCE_STATUSES, add_source, read_source
from asnsolve.cli.streams import MessageLog, console, print_json

_EXAMPLES = (
    Example("Show one association", "asnsolve show jw09801-o002_image3_00001_asn.json"),
    Example("Show the associations of a candidate", "asnsolve show pool.csv -i c1000"),
    Example(
        "Show the association that makes a product",
        "asnsolve show pool.csv --product jw09801-c1000_t000_miri_f770w",
    ),
)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source(parser)
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="show every association with every member"
    )


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if there are problems."""
    solution = read_source(args, log)
    log.problems(solution.problems)
    if args.json:
        associations = {one.file_name: one.to_dict() for one in solution.associations}
        print_json({"associations": associations, "problems": solution.problems})
    else:
        from asnsolve.report.association_tree import print_trees

        with console() as screen:
            print_trees(screen, solution.associations, everything=args.verbose)
    return 1 if solution.problems else 0


COMMAND = Command(
    name="show",
    help="show associations as trees in the terminal",
    description="Show associations as trees: their products, the members by role, and what the "
    "members share. If there are many associations, show a line for each candidate instead.",
    examples=_EXAMPLES,
    statuses=SOURCE_STATUSES,
    add_arguments=_add_arguments,
    run=_run,
)
