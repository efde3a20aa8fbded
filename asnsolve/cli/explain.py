"""``asnsolve explain``: why an exposure is in its associations, and why it is in no others."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from asnsolve.cli.command import Command
from asnsolve.cli.pools import add_pool, add_rules, check_pool, read_pool, rule_sources
from asnsolve.cli.streams import MessageLog, console, print_json, print_report
from asnsolve.errors import Problem, UsageError

if TYPE_CHECKING:
    from asnsolve.pool.table import Pool
    from asnsolve.rules.rule_set import RuleSet

_EPILOG = """\
examples:
  asnsolve explain pool.csv jw00001001001_02101_00001_nrca1_uncal.fits
  asnsolve explain pool.csv jw00001001001_02101_00001_nrca1_cal.fits --rule Asn_Lv3Image
  asnsolve explain pool.csv jw00001-o001_image3_00001_asn.json
  asnsolve explain pool.csv FILE --with OTHER      why two exposures are not together
  asnsolve explain pool.csv --without FILE         what a missing exposure would undo

exit status: 0 done; 2 the arguments or what they name cannot be used"""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_pool(parser)
    add_rules(parser)
    add = parser.add_argument
    add(
        "exposure",
        metavar="EXPOSURE",
        nargs="?",
        help="name of its file, or of a file that was made from it; or an association file, or the "
        "name of a product, to ask why its members are together",
    )
    add("--rule", metavar="NAME", help="ask only this rule, and list its clauses")
    add(
        "--with",
        dest="other",
        metavar="OTHER",
        help="say why the two exposures are together, or why not",
    )
    add("--without", metavar="EXPOSURE", help="say what would change without this exposure")


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command."""
    # Bad usage is refused before anything heavy is imported.
    _settle_names(args)
    from asnsolve.explanations.absence import explain_absence
    from asnsolve.explanations.pair import explain_pair
    from asnsolve.explanations.programs import has_exposure
    from asnsolve.report.explanations import absence_data, together_data
    from asnsolve.rules.load import load_rules

    rules = load_rules(rule_sources(args))
    pool = read_pool(args, log)
    if args.without is not None:
        absence = explain_absence(pool, rules, args.without)
        print_report(args, absence_data(absence), [absence])
    elif args.other is not None:
        pair = explain_pair(pool, rules, args.exposure, args.other, args.rule)
        print_report(args, together_data(pair), [pair])
    elif not args.exposure.lower().endswith(".json") and has_exposure(pool, args.exposure):
        _explain(args, pool, rules)
    else:
        _explain_association(args, pool, rules)
    return 0


def _settle_names(args: argparse.Namespace) -> None:
    """Sort out which name is the pool and which the exposure; refuse what does not fit together.

    argparse takes the first name for the pool; with ``--demo`` it is the exposure.
    """
    if args.demo and args.exposure is None:
        args.pool, args.exposure = None, args.pool
    check_pool(args)
    if args.without is not None and (args.exposure, args.other, args.rule) != (None, None, None):
        what = "--without goes with neither another exposure nor --with nor --rule"
        raise UsageError(Problem(what, expected="--without EXPOSURE alone"))
    if args.without is None and args.exposure is None:
        raise UsageError(Problem("there is no EXPOSURE", expected="the name of a file"))


def _explain(args: argparse.Namespace, pool: Pool, rules: RuleSet) -> None:
    from asnsolve.explanations.why import explain
    from asnsolve.report.explanations import explanation_data, print_clauses

    explanation = explain(pool, rules, args.exposure, args.rule)
    # To lay out many associations takes long, so it is only done where it is asked for.
    if args.json:
        print_json(explanation_data(explanation))
        return
    print(explanation)
    # The prose names the clauses that refuse; about one rule, the reader wants all its clauses.
    if args.rule is not None:
        with console() as screen:
            for answer in explanation.rules:
                print_clauses(screen, answer)


def _explain_association(args: argparse.Namespace, pool: Pool, rules: RuleSet) -> None:
    from asnsolve.explanations.named_associations import explain_association
    from asnsolve.report.explanations import association_data

    if args.rule is not None:
        what = f"--rule asks about an exposure, and {args.exposure} is none of the pool"
        raise UsageError(Problem(what, expected="the name of an exposure with --rule"))
    answers = explain_association(pool, rules, args.exposure)
    data = {"associations": [association_data(answer) for answer in answers]}
    print_report(args, data, answers)


COMMAND = Command(
    name="explain",
    help="why an exposure is in its associations, or is not",
    description="Say why an exposure is in its associations, and what would let it into others; or "
    "why the members of an association are together.",
    epilog=_EPILOG,
    add_arguments=_add_arguments,
    run=_run,
)
