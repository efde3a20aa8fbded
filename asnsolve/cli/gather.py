"""``asnsolve gather``: copy an association and the files of its members."""

from __future__ import annotations

import argparse
from pathlib import Path

from asnsolve.cli.command import Command
from asnsolve.cli.streams import MessageLog, print_report


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="ASN", type=Path, help="an association, as JSON")
    parser.add_argument("directory", metavar="DEST", type=Path, help="made if it does not exist")
    parser.add_argument(
        "--from",
        dest="origin",
        type=Path,
        metavar="DIR",
        help="find members relative to DIR (default: the directory of ASN)",
    )


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if a member has no file."""
    from asnsolve.edits.gather_files import gather_files
    from asnsolve.report.tables import count_text

    gathered = gather_files(args.file, args.directory, origin=args.origin)
    association, copied, missing = gathered.association, gathered.copied, gathered.missing
    counts = f"{count_text(len(copied), 'member file')} gathered, {len(missing)} missing"
    report = {"association": association, "copied": copied, "problems": missing}
    print_report(args, report, (*missing, f"{counts}: {association}"))
    # Missing files are findings, not errors: the pipeline may find them elsewhere.
    return 1 if missing else 0


COMMAND = Command(
    name="gather",
    help="copy an association file and the files of its members",
    description="Copy an association file and the files of its members into one directory.",
    epilog="exit status: 0 done; 1 done, but members have no file; 2 bad usage or input, and "
    "nothing is copied",
    add_arguments=_add_arguments,
    run=_run,
)
