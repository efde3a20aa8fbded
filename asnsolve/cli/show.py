"""``asnsolve show``: associations as trees in the terminal."""

from __future__ import annotations

import argparse

from asnsolve.cli.command import Command
from asnsolve.cli.sources import add_source, read_source
from asnsolve.cli.streams import MessageLog, console, print_json

_EPILOG = """\
examples:
  asnsolve show jw01234-o001_image3_00001_asn.json    one association
  asnsolve show pool.csv -i c1000                     the associations of a candidate
  asnsolve show pool.csv --product jw01234-o001_t001_nircam_clear-f200w
                                                      one association of a pool
  asnsolve show --demo                                all candidates of a pool

exit status: 0 done; 1 done, but there are problems (a row set aside, an invalid file, ...);
2 the arguments or what they name cannot be used"""


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
    "members share. Of many associations, list those of each candidate in a line.",
    epilog=_EPILOG,
    add_arguments=_add_arguments,
    run=_run,
)
