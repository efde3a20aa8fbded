"""``asnsolve gather``: copy an association and the files of its members."""

from __future__ import annotations

import argparse
from pathlib import Path

from asnsolve.cli.command import Command, Example
from asnsolve.cli.streams import MessageLog, print_report


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="ASN", type=Path, help="association file")
    parser.add_argument(
        "directory",
        metavar="DEST",
        type=Path,
        help="directory for the copies; created if it does not exist",
    )
    parser.add_argument(
        "--from",
        dest="origin",
        type=Path,
        metavar="DIR",
        help="look for members in DIR (default: the directory of ASN)",
    )
    add = parser.add_argument
    add("--only", nargs="+", default=[], metavar="ROLE", help="gather only members in these roles")
    add(
        "--without",
        nargs="+",
        default=[],
        metavar="ROLE",
        help="leave out the members in these roles",
    )
    add("--link", action="store_true", help="make symbolic links instead of copies")
    add(
        "--replace",
        action="store_true",
        help="replace files in DEST that differ; otherwise nothing is overwritten",
    )


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if a member has no file."""
    from asnsolve.edits.gather_files import gather_files
    from asnsolve.phrases import count_text

    gathered = gather_files(
        args.file,
        args.directory,
        origin=args.origin,
        only=args.only,
        without=args.without,
        link=args.link,
        replace=args.replace,
    )
    association, copied, missing = gathered.association, gathered.copied, gathered.missing
    counts = f"{count_text(len(copied), 'file')} gathered, {len(missing)} missing"
    notes = [f"note: {note}" for note in gathered.unknown]
    report = {
        "association": association,
        "copied": copied,
        "problems": missing,
        "notes": gathered.unknown,
    }
    print_report(args, report, (*missing, *notes, f"{association}: {counts}"))
    # Missing files are findings, not errors: the pipeline may find them elsewhere.
    return 1 if missing else 0


COMMAND = Command(
    name="gather",
    help="copy an association file and the files of its members",
    description="Copy an association file, the files of its members, and those that members refer "
    "to, into one directory.",
    examples=(
        Example(
            "Copy an association and its members into a directory for the pipeline",
            "asnsolve gather jw09801-o002_image3_00001_asn.json run/",
        ),
        Example(
            "Link the science members only, from another directory",
            "asnsolve gather jw09801-o002_image3_00001_asn.json links/ --from data/ --only science "
            "--link",
        ),
    ),
    statuses={
        0: "done",
        1: "done, but some members have no file",
        2: "the arguments or the association cannot be used; nothing is copied",
    },
    add_arguments=_add_arguments,
    run=_run,
)
