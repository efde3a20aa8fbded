"""``asnsolve validate``: check association files."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING

from asnsolve.cli.command import Command
from asnsolve.cli.streams import MessageLog, print_report, progress

if TYPE_CHECKING:
    from asnsolve.errors import Problem


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", metavar="FILE", nargs="+", help="an association, or a container of them"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="name the valid files too")


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if a file is not valid."""
    from asnsolve.report.tables import count_text

    # A container may hold a name more than once: the problems of all of them are shown under it.
    problems_of_file: dict[str, tuple[Problem, ...]] = {}
    with progress(len(args.files)) as advance:
        for file in args.files:
            for name, problems in _checked(file):
                problems_of_file[name] = (*problems_of_file.get(name, ()), *problems)
            advance(file)
    invalid = sum(map(bool, problems_of_file.values()))
    counts = {"files": len(problems_of_file), "invalid": invalid}
    files: list[dict[str, object]] = []
    lines: list[object] = []
    for file, problems in problems_of_file.items():
        files.append({"file": file, "valid": not problems, "problems": problems})
        lines += problems or ([f"{file}: valid"] if args.verbose else [])
    lines.append(f"{count_text(len(problems_of_file), 'file')}, {invalid} not valid")
    print_report(args, {"counts": counts, "files": files}, lines)
    return 1 if invalid else 0


def _checked(file: str) -> Iterable[tuple[str, tuple[Problem, ...]]]:
    from asnsolve.archive.containers import is_container, validate_container
    from asnsolve.associations.validation import validate_file

    return validate_container(file) if is_container(file) else [(file, validate_file(file))]


COMMAND = Command(
    name="validate",
    help="check association files: shape, names, and whether they agree",
    epilog="exit status: 0 all are valid; 1 some are not; 2 bad usage",
    add_arguments=_add_arguments,
    run=_run,
)
