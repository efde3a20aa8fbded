"""``asnsolve rules``: list rules, say what one means in English, compare rule sets."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from asnsolve.cli.command import Command, Example
from asnsolve.cli.graph_output import add_graph_output, write_graph
from asnsolve.cli.streams import MessageLog, console, print_json, print_report
from asnsolve.errors import Problem, UsageError

if TYPE_CHECKING:
    from asnsolve.rules.model import Rule
    from asnsolve.rules.rule_set import RuleSet


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        nargs="?",
        choices=("list", "show", "diff", "test", "graph"),
        default="list",
        help="list rules, show a rule in English, diff two rule sets, test the examples of rules, "
        "or draw a graph of a rule set (default: list)",
    )
    parser.add_argument(
        "names",
        metavar="NAME",
        nargs="*",
        help="for list and show: rules or rule sets; for diff: OLD and NEW, names or files, which "
        "you can join as jwst+mine.py; for test: rule sets or files; for graph: one rule "
        "set or file",
    )
    parser.add_argument(
        "--show", action="store_true", help="test: list everything that the examples make"
    )
    parser.add_argument(
        "--pool", metavar="POOL", help="diff: also compare the associations of this pool"
    )
    parser.add_argument(
        "-r",
        "--rules",
        action="append",
        metavar="NAME_OR_FILE",
        help="use this rule set or Python file instead of the rule sets of asnsolve "
        "(may be repeated)",
    )
    add_graph_output(parser)


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if two sets that are compared differ, or an example fails."""
    if args.action == "diff":
        return _diff(args)
    if args.action == "test":
        return _test(args)
    if args.action == "graph":
        return _graph(args)
    from asnsolve.rules.load import ALIASES, RULE_SETS, load_rules

    # Unlike other commands, this one looks at every set unless told otherwise.
    sets = [load_rules(source) for source in args.rules or RULE_SETS]
    names = [ALIASES.get(name, name) for name in args.names]
    if args.action == "list":
        _list(_named_sets(names, sets), as_json=args.json)
    elif names:
        _show(names, sets, as_json=args.json)
    else:
        raise UsageError(Problem("the name of a rule or a rule set is missing after 'rules show'"))
    return 0


def _diff(args: argparse.Namespace) -> int:
    from asnsolve.differences.compare import diff
    from asnsolve.differences.results import results_of
    from asnsolve.pipeline import solve
    from asnsolve.pool.table import Pool
    from asnsolve.proofs.changes import rule_changes
    from asnsolve.report.rule_changes import changes_data, changes_lines
    from asnsolve.rules.load import load_rules

    if len(args.names) != 2:
        raise UsageError(Problem("'rules diff' compares two rule sets", expected="OLD and NEW"))
    old, new = map(load_rules, args.names)
    changes, differences = rule_changes(old, new), None
    if args.pool is not None:
        # The proofs cover all possible exposures; a pool shows what the change means in practice.
        pool = Pool.read(args.pool, profile=new.profile)
        differences = diff(*(results_of(solve(pool, rules)) for rules in (old, new)))
    print_report(args, changes_data(changes, differences), changes_lines(changes, differences))
    return 0 if changes.are_none and not differences else 1


def _test(args: argparse.Namespace) -> int:
    from asnsolve.differences.example_runs import run_examples
    from asnsolve.report.example_results import examples_data, examples_lines
    from asnsolve.rules.load import load_rules, sources_in

    if not args.names:
        raise UsageError(
            Problem("rules are missing after 'rules test'", expected="files or rule sets")
        )
    sources = [source for name in args.names for source in sources_in(name)]
    results = [result for source in sources for result in run_examples(load_rules(source))]
    if not results:
        advice = "Put examples into EXAMPLES in the file of rules."
        raise UsageError(Problem("the rules have no examples", advice=advice))
    print_report(args, examples_data(results), examples_lines(results, show=args.show))
    return 0 if all(result.passed for result in results) else 1


def _graph(args: argparse.Namespace) -> int:
    from asnsolve.drawings.rules_graph import rules_graph
    from asnsolve.rules.load import DEFAULT_RULES, load_rules

    if len(args.names) > 1:
        what = f"'rules graph' draws one rule set, and {len(args.names)} are given"
        raise UsageError(Problem(what, expected="a name or file; you can join sets with +"))
    sources = args.names or args.rules or [DEFAULT_RULES]
    write_graph(args, rules_graph(load_rules(sources)))
    return 0


def _named_sets(names: Sequence[str], sets: Sequence[RuleSet]) -> list[RuleSet]:
    """Return the rule sets of these names; all if there are no names."""
    by_name = {rule_set.name: rule_set for rule_set in sets}
    for name in names:
        if name not in by_name:
            raise _unknown(f"there is no rule set {name!r}", name, by_name)
    return [by_name[name] for name in names or by_name]


def _list(sets: Sequence[RuleSet], *, as_json: bool) -> None:
    from asnsolve.report.rule_sentences import print_rules

    if not as_json:
        with console() as screen:
            print_rules(screen, sets)
        return
    print_json(
        [
            {
                "name": rule_set.name,
                "rules": [
                    {"name": rule.name, "asn_type": rule.asn_type, "title": rule.title}
                    for rule in rule_set
                ],
            }
            for rule_set in sets
        ]
    )


def _show(names: Sequence[str], sets: Sequence[RuleSet], *, as_json: bool) -> None:
    from asnsolve.report.rule_sentences import describe, rule_text

    rules = [(rule_set, rule) for name in names for rule_set, rule in _rules_named(name, sets)]
    if as_json:
        print_json(
            [{"rule_set": rule_set.name, **asdict(rule_text(rule))} for rule_set, rule in rules]
        )
        return
    sets_of_name = defaultdict(set)
    for rule_set, rule in rules:
        sets_of_name[rule.name].add(rule_set.name)
    # Rules of one name in several sets differ, so each says of which set it is.
    texts = [
        (f"In rule set {rule_set.name}:\n" if len(sets_of_name[rule.name]) > 1 else "")
        + describe(rule)
        for rule_set, rule in rules
    ]
    print("\n".join(texts), end="")


def _rules_named(name: str, sets: Sequence[RuleSet]) -> list[tuple[RuleSet, Rule]]:
    """Return the rules of this name, or all rules of the set of this name, with their sets.

    A rule that several sets have alike is returned once, with the first of them.
    """
    rules = [(rule_set, rule) for rule_set in sets for rule in rule_set]
    named: dict[Rule, RuleSet] = {}
    for rule_set, rule in rules:
        if name in (rule.name, rule_set.name):
            named.setdefault(rule, rule_set)
    if not named:
        known = {known for rule_set, rule in rules for known in (rule.name, rule_set.name)}
        raise _unknown(f"there is no rule {name!r}", name, known)
    return [(rule_set, rule) for rule, rule_set in named.items()]


def _unknown(what: str, name: str, known: Iterable[str]) -> UsageError:
    from asnsolve.suggest import did_you_mean

    advice = did_you_mean(name, known) or "'asnsolve rules' lists what there is."
    return UsageError(Problem(what, advice=advice))


COMMAND = Command(
    name="rules",
    help="list rule sets and their rules, explain a rule, compare two sets, or test examples",
    description="List rule sets and their rules, explain a rule in English, compare two rule sets, "
    "test the examples of rules, or draw a rule set.",
    examples=(
        Example("List the rules of a rule set", "asnsolve rules list jwst"),
        Example("Explain a rule in English", "asnsolve rules show Asn_Lv3MIRMRS"),
        Example(
            "List what rules of your own change",
            "asnsolve rules diff jwst jwst+my_rules.py --pool pool.csv",
        ),
        Example("Test the examples of a file of rules", "asnsolve rules test my_rules.py"),
        Example("Draw a rule set", "asnsolve rules graph level3-2017 --format mermaid"),
    ),
    statuses={
        0: "done",
        1: "the rule sets differ, or an example fails",
        2: "the arguments or the rules cannot be used",
    },
    add_arguments=_add_arguments,
    run=_run,
)
