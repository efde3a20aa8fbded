"""The argument SOURCE of commands that show things: a pool, which is solved, or associations."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from asnsolve.cli.pools import STDIN, add_rules, read_pool, rule_sources
from asnsolve.cli.streams import MessageLog
from asnsolve.errors import Problem, UsageError

if TYPE_CHECKING:
    from asnsolve.associations.solution import Solution


def add_source(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that name a source and the part of it that is meant.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Where to add them.
    """
    add = parser.add_argument
    what = "a pool, which is solved; or a directory, container or file of associations"
    add("source", metavar="SOURCE", nargs="?", help=what)
    add("--demo", action="store_true", help="use the demonstration pool instead of SOURCE")
    add("--program", nargs="+", default=[], metavar="NUMBER", help="only these programs")
    add("-i", "--ids", nargs="+", metavar="ID", help="only the candidates with these ids")
    add_rules(parser)
    add("-d", "--delimiter", metavar="MARK", help="delimiter of the cells in a text pool")
    add("--pool-format", metavar="NAME", help="format of a pool, if its content does not tell")
    add("--strict", action="store_true", help="stop at any problem of a pool")


def read_source(args: argparse.Namespace, log: MessageLog) -> Solution:
    """Solve the pool, or read the associations, that the arguments name.

    Parameters
    ----------
    args : argparse.Namespace
        The arguments of `add_source`.
    log : MessageLog
        Where messages about the pool go.

    Returns
    -------
    Solution
        Of the programs and candidates that are meant.

    Raises
    ------
    UsageError
        If there is no source, or two, or it cannot be used.
    """
    if args.demo == (args.source is not None):
        what = "--demo takes the place of SOURCE" if args.demo else "there is no SOURCE"
        raise UsageError(Problem(what, expected="a pool or associations, or --demo"))
    from asnsolve.pipeline import solve
    from asnsolve.report.page.page_sources import (
        holds_associations,
        part_of_pool,
        read_associations,
    )
    from asnsolve.rules.load import load_rules

    source = args.source
    if source not in (None, STDIN) and holds_associations(Path(source)):
        return read_associations(source, args.program, args.ids or ())
    args.pool = source
    pool = part_of_pool(read_pool(args, log), args.program, args.ids)
    return solve(pool, load_rules(rule_sources(args)), ids=args.ids)
