"""``asnsolve fuzz``: rules tried on random pools."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from asnsolve.cli.command import Command, Example, add_replace, file_to_write, integer
from asnsolve.cli.streams import MessageLog, print_report, progress

if TYPE_CHECKING:
    from asnsolve.testing import FuzzReport

_DESCRIPTION = """\
Solve random pools that are made for the rules, and check that every law of solving holds: groups
are valid and as large as possible, both solvers agree, the order of the rows makes no difference,
names are unique, and so on. For each broken law, print the smallest pool that breaks it."""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "rules",
        metavar="RULES",
        nargs="+",
        help="names of rule sets or files of rules, used together",
    )
    parser.add_argument(
        "--examples", type=integer, default=500, metavar="N", help="number of pools (default: 500)"
    )
    parser.add_argument(
        "--seed", type=integer, default=0, metavar="S", help="seed of the random pools (default: 0)"
    )
    parser.add_argument(
        "--law",
        action="append",
        dest="laws",
        metavar="NAME",
        help="check only this law (may be repeated)",
    )
    parser.add_argument(
        "--against",
        metavar="OTHER",
        help="instead of checking laws, compare the results with those of this rule set or file",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=file_to_write,
        metavar="FILE",
        help="write the smallest pool to FILE; if several laws are broken, the other pools go to "
        "files with the law in their names",
    )
    add_replace(parser)


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if a law is broken."""
    from asnsolve.report.broken_laws import fuzz_data, fuzz_lines, repeat_command
    from asnsolve.rules.load import load_rules
    from asnsolve.testing import fuzz

    rules = load_rules(args.rules)
    with progress(args.examples, "pools") as advance:
        report = fuzz(
            rules,
            examples=args.examples,
            seed=args.seed,
            laws=args.laws,
            against=args.against,
            on_example=advance,
        )
    if args.output is not None:
        _write(report, args.output, replace=args.replace)
    command = repeat_command(report, args.rules, args.against)
    names = [rule.name for rule in rules]
    print_report(args, fuzz_data(report, command), fuzz_lines(report, names, command))
    return 1 if report.failures else 0


def _write(report: FuzzReport, path: Path, *, replace: bool) -> None:
    """Write the smallest pool of each failure."""
    for number, failure in enumerate(report.failures):
        word = failure.law.replace(" ", "-")
        file = path if number == 0 else path.with_stem(f"{path.stem}-{word}")
        failure.pool.write(file, replace=replace)


COMMAND = Command(
    name="fuzz",
    help="try rules on random pools",
    description=_DESCRIPTION,
    examples=(
        Example("Try rules of your own on 50 pools", "asnsolve fuzz my_rules.py --examples 50"),
        Example(
            "Look for a pool that two rule sets solve differently",
            "asnsolve fuzz jwst --against level3-2017 --examples 5 -o smallest.csv",
        ),
    ),
    statuses={
        0: "every law holds",
        1: "a law is broken, or the results differ",
        2: "the arguments or the rules cannot be used",
    },
    add_arguments=_add_arguments,
    run=_run,
)
