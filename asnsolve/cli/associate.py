"""``asnsolve associate``: association files of FITS files, in one call."""

from __future__ import annotations

import argparse
from pathlib import Path

from asnsolve.cli.pools import add_rules, rule_sources
from asnsolve.cli.streams import Messages, print_json, progress

__all__ = ["add_to", "run"]

_EPILOG = """\
examples:
  asnsolve associate rate/ --level 2 -p asn
  asnsolve associate 'star/*_cal.fits' --background 'sky/*_x1d.fits' --level 3 -p asn

exit status: 0 done; 1 done, but some files are in no association, or are left out; 2 bad usage"""


def add_to(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    common: argparse.ArgumentParser,
) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "associate",
        help="find the associations of FITS files",
        description="Find the associations of FITS files by their primary headers.",
        epilog=_EPILOG,
        parents=[common],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    add = parser.add_argument
    add("files", metavar="FILES", nargs="+", help="files, directories, patterns, or @list")
    add("--level", type=int, choices=(2, 3), help="the only level of products that is wanted")
    for name, what in (
        ("background", "dedicated backgrounds"),
        ("psf", "PSF references"),
        ("imprint", "imprints"),
        ("selfcal", "exposures that show the bad pixels of an integral field unit's detector"),
    ):
        add(
            f"--{name}",
            metavar="FILE",
            nargs="+",
            default=[],
            help=f"the {what}, whatever headers say",
        )
    add(
        "--together",
        metavar="WHAT",
        nargs="+",
        choices=("observation", "visit", "target"),
        default=[],
        help="what level 3 takes together: observation, visit, target",
    )
    add(
        "--apart",
        metavar="WHAT",
        nargs="+",
        choices=("observation", "visit", "dither", "detector"),
        default=[],
        help="what level 3 keeps apart: observation, visit, dither, detector",
    )
    add("--exclude", metavar="FILE", nargs="+", default=[], help="files to leave out")
    add("--product", metavar="NAME", help="name of the product, where exactly one is made")
    add("-p", "--path", type=Path, default=Path(), metavar="DIR", help="where to (default: .)")
    add(
        "--paths",
        choices=("name", "relative", "absolute"),
        default="name",
        help="how members are named: without directory, as seen from DIR, or by their whole path",
    )
    add("--extra", metavar="TABLE", type=Path, help="a table of what no header tells")
    add("-j", "--jobs", type=int, default=1, metavar="N", help="read headers in N processes")
    add("--dry-run", action="store_true", help="write no file")
    add_rules(parser)


def run(args: argparse.Namespace, messages: Messages) -> int:
    """Run the command; return 1 if something is left over."""
    from asnsolve.plans.associate import associate
    from asnsolve.pool.headers import expanded
    from asnsolve.report.associated import associated_data, associated_lines

    files = sum(isinstance(path, Path) for path in expanded(args.files))
    with progress(files, "files") as done:
        found = associate(
            args.files,
            args.level,
            rule_sources(args),
            backgrounds=args.background,
            psfs=args.psf,
            imprints=args.imprint,
            selfcal=args.selfcal,
            exclude=args.exclude,
            together=args.together,
            apart=args.apart,
            product=args.product,
            out=None if args.dry_run else args.path,
            paths=args.paths,
            extra=args.extra,
            jobs=args.jobs,
            on_file=done,
        )
    if args.json:
        print_json(associated_data(found))
    else:
        print("\n".join(associated_lines(found)))
    return 1 if found.problems or found.leftover else 0
