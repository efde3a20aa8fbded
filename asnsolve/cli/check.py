"""``asnsolve check``: what a rule set takes and what it leaves, proved."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from asnsolve.cli.command import Command, Example, integer
from asnsolve.cli.streams import MessageLog, console, print_json, print_report
from asnsolve.errors import Problem, UsageError

_DESCRIPTION = """\
Prove what a rule set takes and what it leaves out, for all exposures that can exist. The report
lists promises that are not kept, exposures that two rules take, rules, clauses and values that make
no difference, and product names that do not tell associations apart."""

_HOW_TO_ACCEPT = """\
To accept a finding, declare it in your file of rules, as a Gap or a Waiver with the reason:
  DECLARED = Declared(waivers=(Waiver(KIND, RULE, SUBJECT, REASON),))"""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "rules",
        metavar="RULES",
        nargs="*",
        help="names of rule sets, each checked by itself, or files of rules, checked together with "
        "the default set (default: jwst)",
    )
    parser.add_argument(
        "--ignore-default", action="store_true", help="check only the rules of the files"
    )
    parser.add_argument(
        "--declared",
        metavar="FILE",
        help="Python file whose DECLARED lists promises and known gaps, besides those that the "
        "rules declare",
    )
    parser.add_argument(
        "--domain",
        metavar="FILE",
        help="Python file whose DOMAIN says which exposures can exist (default: DOMAIN in the file "
        "of rules, or else the exposures of JWST)",
    )
    parser.add_argument(
        "--update",
        action="store_true",
        help="instead of checking, record what the rules take now in the file beside their "
        "declarations",
    )
    parser.add_argument(
        "--level",
        type=integer,
        metavar="N",
        help="check only the rules of level N, 2 or 3 (default: both)",
    )
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="list what is declared too, with the reasons"
    )


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if something is found that nobody declared."""
    from asnsolve.proofs.rule_check import check
    from asnsolve.report.proofs import print_report, report_data
    from asnsolve.rules.joined_declarations import joined_profile
    from asnsolve.rules.load import DEFAULT_RULES, declared_rules, domain_of_file, is_set_name
    from asnsolve.rules.measured_rules import joined_measures

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
    columns = frozenset[str]().union(*(rules.known_columns for rules in sets))
    measures = joined_measures(rules.measures for rules in sets)
    profile = joined_profile("", (rules.profile for rules in sets))
    domain = None
    if args.domain is not None:
        domain = domain_of_file(args.domain, columns, measures, profile)
    reports = [check(rules, args.level, domain) for rules in sets]
    if args.json:
        print_json({"reports": list(map(report_data, reports))})
    else:
        with console() as screen:
            for report in reports:
                print_report(screen, report, everything=args.verbose)
            if files and any(report.undeclared for report in reports):
                screen.print(_HOW_TO_ACCEPT, soft_wrap=True)
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
    examples=(
        Example("Check the rule set of the pipeline", "asnsolve check jwst"),
        Example("Check rules of your own alone", "asnsolve check my_rules.py --ignore-default"),
    ),
    statuses={
        0: "everything that is found is declared",
        1: "something that is found is not declared",
        2: "the arguments or the rules cannot be used",
    },
    add_arguments=_add_arguments,
    run=_run,
)
