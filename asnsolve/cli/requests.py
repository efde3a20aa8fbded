"""What the commands that take FITS files are asked for alike."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from asnsolve.cli.pools import add_rules, rule_sources

if TYPE_CHECKING:
    from asnsolve.from_files.request import Request

__all__ = ["add_request", "count_files", "request_of"]


def add_request(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say which files, which associations, and how they are written."""
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
        default=[],
        help="what level 3 takes together: observation, visit, target",
    )
    add(
        "--apart",
        metavar="WHAT",
        nargs="+",
        default=[],
        help="what level 3 keeps apart: observation, visit, dither, detector",
    )
    add("--exclude", metavar="FILE", nargs="+", default=[], help="files to leave out")
    add("--product", metavar="NAME", help="name of the product, where exactly one is made")
    add("-p", "--path", type=Path, default=Path(), metavar="DIR", help="where to (default: .)")
    add(
        "--paths",
        default="name",
        metavar="POLICY",
        help="how members are named: name, without directory (default); relative, as seen from "
        "DIR; absolute, by their whole path",
    )
    add("--extra", metavar="TABLE", type=Path, help="a table of what no header tells")
    add("-j", "--jobs", type=int, default=1, metavar="N", help="read headers in N processes")
    add_rules(parser)


def request_of(args: argparse.Namespace) -> Request:
    """Make the request of the arguments."""
    from asnsolve.from_files.request import Request

    return Request(
        files=tuple(args.files),
        level=args.level,
        rules=tuple(rule_sources(args)),
        backgrounds=tuple(args.background),
        psfs=tuple(args.psf),
        imprints=tuple(args.imprint),
        selfcal=tuple(args.selfcal),
        exclude=tuple(args.exclude),
        together=tuple(args.together),
        apart=tuple(args.apart),
        product=args.product,
        out=str(args.path),
        paths=args.paths,
        extra=None if args.extra is None else str(args.extra),
        jobs=args.jobs,
    )


def count_files(request: Request) -> int:
    """Count the files whose headers will be read, for progress."""
    from asnsolve.pool.headers import expanded

    names = (*request.files, *request.backgrounds, *request.psfs)
    names += (*request.imprints, *request.selfcal)
    return len({path for path in expanded(names) if isinstance(path, Path)})
