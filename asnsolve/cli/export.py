"""``asnsolve export``: write the associations of a container as files."""

from __future__ import annotations

import argparse
from pathlib import Path

from asnsolve.cli.command import Command, Example, add_replace
from asnsolve.cli.pools import add_mission, mission, note_mission
from asnsolve.cli.streams import MessageLog, print_report


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "container",
        metavar="CONTAINER",
        help="file or directory that 'asnsolve generate --format' wrote, or a directory of them",
    )
    parser.add_argument(
        "-p",
        "--path",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="directory for the files (default: the working directory)",
    )
    add_mission(parser, "read files")
    add_replace(parser)


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if something in the container is no association."""
    from asnsolve.archive.loose_files import export, first_name
    from asnsolve.report.summary import wrote_text

    files = export(args.container, args.path, replace=args.replace, profile=mission(args))
    # Without problems, the files of any mission are written as they are.
    note_mission(args, log, first_name(args.container) if files.problems else ())
    lines = (*files.problems, wrote_text(files.count, "file", files.unchanged, args.path))
    data = {"counts": {"files": files.count}, "problems": files.problems}
    print_report(args, data, lines)
    return 1 if files.problems else 0


COMMAND = Command(
    name="export",
    help="write the associations of containers as files",
    description="Write the associations of a container, or of all containers in a directory, as "
    "files, in a directory for each program.",
    examples=(
        Example(
            "Write an association file for each association of a container",
            "asnsolve export out/pool.jsonl -p files",
        ),
    ),
    statuses={
        0: "done",
        1: "done, but some lines or rows cannot be used",
        2: "the container cannot be read",
    },
    add_arguments=_add_arguments,
    run=_run,
)
