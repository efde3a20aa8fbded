"""``asnsolve graph``: exposures, hierarchy and associations as a graph."""

from __future__ import annotations

import argparse

from asnsolve.cli.command import Command
from asnsolve.cli.graph_output import add_graph_output, write_graph
from asnsolve.cli.sources import add_source, read_source, refuse_sources
from asnsolve.cli.streams import MessageLog

_EPILOG = """\
examples:
  asnsolve graph --demo --program 9801 -o demo.svg       a picture of a program
  asnsolve graph pool.csv -i c1000 --format mermaid      a candidate, as text for a page
  asnsolve graph --demo --product jw09801-c1000_t000_miri_f770w
                                                         one association of a pool
  asnsolve graph jw01234-o001_image3_00001_asn.json      one association, for Graphviz

exit status: 0 done; 1 done, but there are problems (a row set aside, an invalid file, ...);
2 the arguments or what they name cannot be used"""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source(parser)
    parser.add_argument(
        "--every-exposure", action="store_true", help="fold nothing: a node for each exposure"
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
    description="Write a graph that leads from programs and observations down to exposures, and "
    "from exposures to the associations that they are in, coloured by role. Like exposures, and "
    "associations of level 2 that one rule made of one candidate, are one node.",
    epilog=_EPILOG,
    add_arguments=_add_arguments,
    run=_run,
)
