"""``asnsolve associate``: association files of FITS files, in one call."""

from __future__ import annotations

import argparse
from dataclasses import replace

from asnsolve.cli.command import Command, Example, output_file
from asnsolve.cli.requests import add_request, count_files, refuse_requested, request_of
from asnsolve.cli.streams import MessageLog, print_report, progress
from asnsolve.errors import Problem

_EXAMPLES = (
    Example(
        "Associate all rate files of a directory for stage 2",
        "asnsolve associate rate/ --level 2 -p asn",
    ),
    Example(
        "Subtract dedicated backgrounds from a star, for stage 3",
        "asnsolve associate 'star/*_cal.fits' --background 'sky/*_x1d.fits' --level 3 -p asn",
    ),
    Example(
        "Find the files to download for a table of the archive",
        "asnsolve associate search.csv --level 3 -p asn --files to_download.txt",
    ),
)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_request(parser)
    parser.add_argument(
        "--files",
        dest="downloads",
        metavar="LIST",
        type=output_file,
        help="write the addresses of the files to download to LIST, if FILES are tables of the "
        "archive",
    )
    parser.add_argument("--dry-run", action="store_true", help="do not write any files")


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if something is left over."""
    from asnsolve.from_files.associate_files import associate_request
    from asnsolve.from_files.downloads import write_list
    from asnsolve.report.associated import associated_data, associated_lines

    request = request_of(args)
    if args.downloads is not None:
        refuse_requested(args.downloads, request)
    with progress(count_files(request), "files") as done:
        found = associate_request(request, done, dry_run=args.dry_run)
    if args.downloads is not None and not found.downloads:
        nothing = Problem("--files: you have all files, so there is nothing to download")
        found = replace(found, notes=(*found.notes, nothing))
    elif args.downloads is not None and not args.dry_run:
        write_list(found.downloads, args.downloads, replace=args.replace)
    print_report(args, associated_data(found), associated_lines(found))
    return 1 if found.problems or found.leftover else 0


COMMAND = Command(
    name="associate",
    help="find the associations of FITS files",
    description="Find the associations of FITS files by their primary headers, and write a file "
    "for each. Before the download, use a table of headers from the archive instead.",
    examples=_EXAMPLES,
    statuses={
        0: "done",
        1: "done, but some files are left out or are in no association",
        2: "the arguments or the files cannot be used",
    },
    add_arguments=_add_arguments,
    run=_run,
)
