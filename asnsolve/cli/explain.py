"""``asnsolve explain``: why an exposure is in its associations, and why it is in no others."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from asnsolve.cli.command import Command, Example
from asnsolve.cli.pools import add_pool, add_rules, check_pool, read_pool, rule_sources
from asnsolve.cli.streams import MessageLog, console, print_json, print_report
from asnsolve.errors import Problem, UsageError

if TYPE_CHECKING:
    from asnsolve.explanations.answers import Explanation
    from asnsolve.pool.table import Pool
    from asnsolve.rules.rule_set import RuleSet

_MOST_RULES: Final = 3
"""The largest number of rules that the hint about ``--only-rule`` names."""

_EXAMPLES = (
    Example(
        "Why is an exposure in its associations, and in no others?",
        "asnsolve explain pool.csv jw09801001001_02101_00001_nrcb1_uncal.fits",
    ),
    Example(
        "Why does one rule take it, or not?",
        "asnsolve explain pool.csv jw09801001001_02101_00001_nrcb1_cal.fits --only-rule Asn_Lv3TSO",
    ),
    Example(
        "Why are the members of an association together?",
        "asnsolve explain pool.csv jw09801-o001_image3_00001_asn.json",
    ),
    Example(
        "Why are two exposures together, or not?",
        "asnsolve explain pool.csv jw09801001001_02101_00001_nrcb1_cal.fits "
        "--with jw09801001001_02101_00001_nrcblong_cal.fits",
    ),
    Example(
        "What would change without an exposure?",
        "asnsolve explain pool.csv --without jw09801001001_02101_00001_nrcb1_uncal.fits",
    ),
)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_pool(parser)
    add_rules(parser)
    add = parser.add_argument
    add(
        "exposure",
        metavar="EXPOSURE",
        nargs="?",
        help="name of its file at any stage; or an association file or the name of a product, to "
        "ask why its members are together",
    )
    add(
        "--only-rule",
        dest="rule",
        metavar="NAME",
        help="ask only the rule NAME, and list its clauses",
    )
    add(
        "--with",
        dest="other",
        metavar="OTHER",
        help="explain why EXPOSURE and OTHER are together, or why not",
    )
    add("--without", metavar="EXPOSURE", help="list what would change without this exposure")


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
    pool = read_pool(args, log, rules.profile).with_measures(
        rules.measures, compared=rules.compared, strict=args.strict
    )
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
        what = "--without cannot be combined with EXPOSURE, --with or --only-rule"
        raise UsageError(Problem(what, expected="--without EXPOSURE alone"))
    if args.without is None and args.exposure is None:
        expected = "POOL EXPOSURE, or --demo EXPOSURE"
        raise UsageError(Problem("EXPOSURE is missing", expected=expected))


def _explain(args: argparse.Namespace, pool: Pool, rules: RuleSet) -> None:
    from asnsolve.explanations.why import explain
    from asnsolve.report.explanations import explanation_data, print_clauses

    explanation = explain(pool, rules, args.exposure, args.rule)
    # To lay out many associations takes long, so it is only done where it is asked for.
    if args.json:
        print_json(explanation_data(explanation))
        return
    print(explanation)
    if unnamed := _unnamed_rules(args, rules, explanation):
        names = ", ".join(unnamed)
        print(f"\nNot named here: {names}. To ask about one of your rules, add --only-rule NAME.")
    # The prose names the clauses that refuse; about one rule, the reader wants all its clauses.
    if args.rule is not None:
        with console() as screen:
            for answer in explanation.rules:
                print_clauses(screen, answer)


def _unnamed_rules(
    args: argparse.Namespace, rules: RuleSet, explanation: Explanation
) -> Sequence[str]:
    """Return a few of the rules that the user added and that the prose does not name.

    The prose names the nearest rule of each level, which is often one of the default set.
    """
    from asnsolve.rules.load import DEFAULT_RULES, load_rules

    if args.rule is not None or not args.rules or DEFAULT_RULES not in rule_sources(args):
        return ()
    shipped = {rule.name for rule in load_rules(DEFAULT_RULES)}
    named = {answer.rule for answer in explanation.told}
    named |= {membership.rule for membership in explanation.memberships}
    named |= {dropped.rule for dropped in explanation.dropped}
    own = (rule.name for rule in rules if rule.name not in shipped | named)
    return [*dict.fromkeys(own)][:_MOST_RULES]


def _explain_association(args: argparse.Namespace, pool: Pool, rules: RuleSet) -> None:
    from asnsolve.explanations.named_associations import explain_association
    from asnsolve.report.explanations import association_data

    if args.rule is not None:
        what = f"--only-rule needs an exposure, and {args.exposure} is not an exposure of the pool"
        raise UsageError(Problem(what, expected="the name of an exposure"))
    answers = explain_association(pool, rules, args.exposure)
    data = {"associations": [association_data(answer) for answer in answers]}
    print_report(args, data, answers)


COMMAND = Command(
    name="explain",
    help="explain why an exposure is in its associations, or in none",
    description="Explain why an exposure is in its associations, and what would let it into "
    "others; or why the members of an association are together.",
    examples=_EXAMPLES,
    statuses={0: "done", 2: "the arguments or the files that they name cannot be used"},
    add_arguments=_add_arguments,
    run=_run,
)
