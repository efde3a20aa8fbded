"""``asnsolve validate``: are these files associations that a pipeline can take."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING

from asnsolve.cli.command import Command
from asnsolve.cli.streams import MessageLog, print_json, progress

if TYPE_CHECKING:
    from asnsolve.errors import Problem

__all__ = ["COMMAND"]


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", metavar="FILE", nargs="+", help="an association, or a container of them"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="name the valid files too")


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if a file is not valid."""
    from asnsolve.report.data import problem_data
    from asnsolve.report.tables import count_text

    found: dict[str, tuple[Problem, ...]] = {}
    with progress(len(args.files)) as done:
        for file in args.files:
            for name, problems in _checked(file):
                found[name] = (*found.get(name, ()), *problems)
            done(file)
    invalid = sum(map(bool, found.values()))
    if args.json:
        files = [
            {"file": file, "valid": not problems, "problems": list(map(problem_data, problems))}
            for file, problems in found.items()
        ]
        print_json({"counts": {"files": len(found), "invalid": invalid}, "files": files})
        return 1 if invalid else 0
    for file, problems in found.items():
        for problem in problems:
            print(problem)
        if args.verbose and not problems:
            print(f"{file}: valid")
    print(f"{count_text(len(found), 'file')}, {invalid} not valid")
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
