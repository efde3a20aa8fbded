"""``asnsolve export``: the files of all associations that are kept in one."""

from __future__ import annotations

import argparse
from pathlib import Path

from asnsolve.cli.streams import Messages, print_json

__all__ = ["add_to", "run"]


def add_to(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    common: argparse.ArgumentParser,
) -> None:
    """Add the command to the parser."""
    text = "write the files of associations that are kept in one file"
    parser = commands.add_parser(
        "export",
        help=text,
        description=f"{text.capitalize()}, those of each program in a directory of its own.",
        epilog="exit status: 0 done; 1 done, but for some lines; 2 the file cannot be read",
        parents=[common],
    )
    parser.set_defaults(run=run)
    parser.add_argument(
        "container", metavar="CONTAINER", help="what 'asnsolve generate --format' wrote"
    )
    parser.add_argument(
        "-p", "--path", type=Path, default=Path(), metavar="DIR", help="where to (default: .)"
    )


def run(args: argparse.Namespace, messages: Messages) -> int:
    """Run the command; return 1 if something in the container is no association."""
    from asnsolve.archive.containers import export
    from asnsolve.report.data import problem_data
    from asnsolve.report.tables import count_text

    count, problems = export(args.container, args.path)
    if args.json:
        print_json({"counts": {"files": count}, "problems": list(map(problem_data, problems))})
    else:
        for problem in problems:
            print(problem)
        print(f"Wrote {count_text(count, 'file')} to {args.path}")
    return 1 if problems else 0
