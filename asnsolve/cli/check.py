"""``asnsolve check``: what a rule set takes and what it leaves, proved."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from asnsolve.cli.command import Command
from asnsolve.cli.streams import MessageLog, console, print_json, print_report
from asnsolve.errors import Problem, UsageError

_DESCRIPTION = """\
Prove what a rule set takes and what it leaves out, for all exposures that there can be. It finds
promises that are not kept, exposures that two rules take, rules, clauses and values that make no
difference, and product names that do not tell associations apart."""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "rules",
        metavar="RULES",
        nargs="*",
        help="names of rule sets, each checked by itself, or files of rules, checked together with "
        "the default set (default: the default set)",
    )
    parser.add_argument(
        "--ignore-default", action="store_true", help="check the rules of the files alone"
    )
    parser.add_argument(
        "--declared",
        metavar="FILE",
        help="a Python file whose DECLARED says what is promised and known, besides what the rules "
        "declare themselves",
    )
    parser.add_argument(
        "--domain",
        metavar="FILE",
        help="a Python file whose DOMAIN says which exposures there can be (default: DOMAIN in the "
        "file of rules, or else the exposures of JWST)",
    )
    parser.add_argument(
        "--update",
        action="store_true",
        help="do not check; write what the rules take now into the file beside their declarations",
    )
    parser.add_argument("--level", type=int, metavar="N", help="check only this level")
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="also list what is declared, with the reasons"
    )


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if something is found that nobody declared."""
    from asnsolve.proofs.rule_check import check
    from asnsolve.report.proofs import print_report, report_data
    from asnsolve.rules.load import DEFAULT_RULES, declared_rules, domain_of_file, is_set_name

    if args.update and args.level is not None:
        raise UsageError(Problem("--update declares all levels", expected="no --level"))
    if args.update:
        return _update(args, args.rules or [DEFAULT_RULES])
    names = [name for name in args.rules if is_set_name(name)]
    files = [name for name in args.rules if not is_set_name(name)]
    if args.ignore_default and not files:
        raise UsageError(
            Problem("--ignore-default leaves no rules", advice="Name a file of rules.")
        )
    default = [] if args.ignore_default else [DEFAULT_RULES]
    together = [[*default, *files]] if files or not names else []
    sets = [
        declared_rules(sources, args.declared)
        for sources in (*([name] for name in names), *together)
    ]
    columns = frozenset[str]().union(*(rules.columns for rules in sets))
    domain = None if args.domain is None else domain_of_file(args.domain, columns)
    reports = [check(rules, args.level, domain) for rules in sets]
    if args.json:
        print_json({"reports": list(map(report_data, reports))})
    else:
        with console() as screen:
            for report in reports:
                print_report(screen, report, everything=args.verbose)
    return 1 if any(report.undeclared for report in reports) else 0


def _update(args: argparse.Namespace, names: Sequence[str]) -> int:
    """Write what the rules of each set take now beside its declarations."""
    from asnsolve.proofs.extents import update_extents

    paths = {name: update_extents(name) for name in names}
    lines = (f"Wrote the extents of rule set {name} to {path}" for name, path in paths.items())
    print_report(args, {"updated": paths}, lines)
    return 0


COMMAND = Command(
    name="check",
    help="prove what a rule set takes and what it leaves out",
    description=_DESCRIPTION,
    epilog="exit status: 0 everything found is declared; 1 something is not; 2 bad usage",
    add_arguments=_add_arguments,
    run=_run,
)
