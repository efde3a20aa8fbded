"""``asnsolve graph``: exposures, hierarchy and associations as a graph."""

from __future__ import annotations

import argparse

from asnsolve.cli.command import Command, Example
from asnsolve.cli.graph_output import add_graph_output, write_graph
from asnsolve.cli.sources import SOURCE_STATUSES, add_source, read_source, refuse_sources
from asnsolve.cli.streams import MessageLog

_EXAMPLES = (
    Example("Draw a program", "asnsolve graph --demo --program 9801 -o demo.svg"),
    Example(
        "Draw a candidate as text for a web page",
        "asnsolve graph pool.csv -i c1000 --format mermaid",
    ),
    Example(
        "Draw the association that makes a product",
        "asnsolve graph pool.csv --product jw09801-c1000_t000_miri_f770w",
    ),
    Example(
        "Write the graph of an association file for Graphviz",
        "asnsolve graph jw09801-o002_image3_00001_asn.json -o image.dot",
    ),
)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source(parser)
    parser.add_argument(
        "--every-exposure",
        action="store_true",
        help="make a node for each exposure and association, and for all levels of the hierarchy",
    )
    add_graph_output(parser)


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if there are problems."""
    if args.output is not None:
        refuse_sources(args.output, [args.source])
    solution = read_source(args, log)
    log.problems(solution.problems)
    write_graph(args, solution.graph(fold=not args.every_exposure))
    return 1 if solution.problems else 0


COMMAND = Command(
    name="graph",
    help="draw exposures and associations, or write them as a graph",
    description="Write a graph that leads from programs and observations to exposures, and from "
    "exposures to their associations, coloured by role. Similar exposures share a node, and so do "
    "the associations of level 2 that one rule makes of one candidate.",
    examples=_EXAMPLES,
    statuses=SOURCE_STATUSES,
    add_arguments=_add_arguments,
    run=_run,
)
