"""``asnsolve diff``: compare two sets of associations."""

from __future__ import annotations

import argparse

from asnsolve.cli.command import Command, Example
from asnsolve.cli.pools import add_mission, mission, note_mission
from asnsolve.cli.streams import MessageLog, print_report


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    what = "a directory of association files, a container, or one association file"
    parser.add_argument("first", metavar="A", help=what)
    parser.add_argument("second", metavar="B", help=what)
    add_mission(parser, "read files")


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if the sets differ."""
    from asnsolve.differences.compare import diff
    from asnsolve.differences.results import read_results
    from asnsolve.phrases import count_text
    from asnsolve.report.differences import difference_data

    profile = mission(args)
    first, second = read_results(args.first, profile), read_results(args.second, profile)
    note_mission(args, log, (*first.files, *second.files))
    differences = diff(first.results, second.results)
    invalid = (*first.invalid, *second.invalid)
    unread = (*first.unread, *second.unread)
    sizes = len(first.results), len(second.results)
    report = {
        "counts": {"first": sizes[0], "second": sizes[1], "differences": len(differences)},
        "differences": list(map(difference_data, differences)),
        "invalid": invalid,
        "problems": unread,
    }
    notes = [f"compared, though not valid: {problem}" for problem in invalid]
    notes += [f"not compared: {problem}" for problem in unread]
    counts = f"{count_text(sizes[0], 'product')} and {sizes[1]}"
    closing = f"{counts}, {count_text(len(differences), 'difference')}"
    print_report(args, report, (*notes, *differences, closing))
    return 1 if differences or unread else 0


COMMAND = Command(
    name="diff",
    help="compare two sets of associations",
    description="Compare two sets of associations, made by any software: rule, type, id, program, "
    "and products with their members and roles, in any order. Differences in the pool, the "
    "versions, the numbers in file names and the prefixes that asn_generate puts before rule names "
    "are ignored.",
    examples=(
        Example("Compare the files of two directories", "asnsolve diff before/ after/"),
        Example("Compare files with a container", "asnsolve diff before/ out/pool.jsonl"),
        Example(
            "Compare the association files of another mission",
            "asnsolve diff mosaics/ mosaics/ -r roman_like.py",
        ),
    ),
    statuses={
        0: "the sets are the same",
        1: "the sets differ, or some files cannot be compared",
        2: "one of the sets cannot be read",
    },
    add_arguments=_add_arguments,
    run=_run,
)
