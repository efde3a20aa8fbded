"""``asnsolve check``: what a rule set takes and what it leaves, proved."""

from __future__ import annotations

import argparse

from asnsolve.cli.command import Command
from asnsolve.cli.streams import MessageLog, console, print_json

__all__ = ["COMMAND"]

_DESCRIPTION = """\
Prove what a rule set takes and what it leaves, over all exposures that there can be: promises
that are not kept, exposures that two rules take, rules, clauses and values that make no
difference, and product names that do not tell associations apart."""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "rules",
        metavar="RULES",
        nargs="*",
        help="names of rule sets, each checked by itself, or files of rules, checked together with "
        "the default set (default: the default set)",
    )
    parser.add_argument("--level", type=int, metavar="N", help="look at products of this level")
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="tell what is declared too, with its reasons"
    )


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if something is found that nobody declared."""
    from asnsolve.proofs.rule_check import check
    from asnsolve.report.proofs import print_report, report_data
    from asnsolve.rules.load import DEFAULT_RULES, RULE_SETS

    names = [name for name in args.rules if name in RULE_SETS]
    files = [name for name in args.rules if name not in RULE_SETS]
    asked = [[DEFAULT_RULES, *files]] if files or not names else []
    reports = [check(sources, args.level) for sources in (*([name] for name in names), *asked)]
    if args.json:
        print_json({"reports": list(map(report_data, reports))})
    else:
        with console() as screen:
            for report in reports:
                print_report(screen, report, everything=args.verbose)
    return 1 if any(report.undeclared for report in reports) else 0


COMMAND = Command(
    name="check",
    help="prove what a rule set takes and what it leaves",
    description=_DESCRIPTION,
    epilog="exit status: 0 nothing is found but what is declared; 1 something is; 2 bad usage",
    add_arguments=_add_arguments,
    run=_run,
)
