"""``asnsolve pool``: make a pool from the headers of FITS files."""

from __future__ import annotations

import argparse
from pathlib import Path

from asnsolve.cli.command import Command, Example, add_replace, integer, output_file, refuse_input
from asnsolve.cli.streams import MessageLog, print_report, progress
from asnsolve.from_files.request_fields import FILES, JOBS, WHERE


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("files", metavar="FILES", nargs="+", help=FILES)
    add(
        "-o",
        "--output",
        metavar="POOL",
        type=output_file,
        help="file for the pool (default: pool.csv)",
    )
    add("--extra", metavar="TABLE", type=Path, help="table of values that the headers do not have")
    add("--where", metavar="KEY=VALUE", nargs="+", default=(), help=WHERE)
    add(
        "--columns",
        metavar="KEYWORD",
        nargs="+",
        default=(),
        help="further columns, such as EXPSTART: keywords of the primary header or of that of the "
        "first extension",
    )
    add(
        "--candidate",
        nargs=2,
        action="append",
        default=[],
        metavar=("ID", "TYPE"),
        help="add a candidate, such as c1000 background, to all exposures (may be repeated)",
    )
    add("-j", "--jobs", type=integer, default=1, metavar="N", help=JOBS)
    add_replace(parser)
    add("--strict", action="store_true", help="stop at any problem of the headers")
    add(
        "-v",
        "--verbose",
        action="store_true",
        help="list the derived values of each exposure",
    )


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if some files are left out, or no exposure has a column."""
    from asnsolve.pool.headers import expanded
    from asnsolve.pool.table import Pool
    from asnsolve.report.provenance import provenance_data, provenance_lines

    output = args.output or Path("pool.csv")
    # Names that match no file are expanded to problems; they are no steps of the progress.
    files = [path for path in expanded(args.files) if isinstance(path, Path)]
    refuse_input(output, [*args.files, *([args.extra] if args.extra else [])])
    with progress(len(files), "files") as advance:
        pool = Pool.from_fits(
            args.files,
            name=output.stem,
            strict=args.strict,
            extra=args.extra,
            where=args.where,
            columns=args.columns,
            jobs=args.jobs,
            on_file=advance,
        )
    for asn_id, asn_type in args.candidate:
        pool = pool.with_candidate(asn_id, asn_type)
    pool.write(output, replace=args.replace)
    lines = provenance_lines(pool, output, verbose=args.verbose)
    print_report(args, provenance_data(pool, output), lines)
    return 1 if pool.problems else 0


COMMAND = Command(
    name="pool",
    help="make a pool from FITS files",
    description="Make a pool from the primary headers of FITS files at any stage.",
    examples=(
        Example("Make a pool of a directory", "asnsolve pool rate/ -o rate_pool.csv"),
        Example(
            "Use only the exposures of one filter, in a common candidate",
            "asnsolve pool rate/ --where FILTER=F200W --candidate c1000 mosaic -o f200w.csv",
        ),
    ),
    statuses={
        0: "done",
        1: "done, but some files are left out, or no exposure has a column",
        2: "the arguments cannot be used, or no file is an exposure",
    },
    add_arguments=_add_arguments,
    run=_run,
)
