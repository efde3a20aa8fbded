"""The argument SOURCE of commands that show things: a pool, which is solved, or associations."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from asnsolve.cli.command import named, refuse_input
from asnsolve.cli.pools import POOL_FORMAT, STDIN, add_rules, read_pool, rule_sources
from asnsolve.cli.streams import MessageLog
from asnsolve.errors import Problem, UsageError
from asnsolve.file_systems import path_or_url

if TYPE_CHECKING:
    from asnsolve.associations.solution import Solution
    from asnsolve.pool.table import Pool

SOURCE_HELP: Final = "a pool, which is solved; or a directory, container or file of associations"

SOURCE_STATUSES: Final[Mapping[int, str]] = MappingProxyType(
    {
        0: "done",
        1: "done, but there are problems: a row is set aside, a file is not valid, ...",
        2: "the arguments or the files that they name cannot be used",
    }
)
"""What the exit statuses of these commands mean."""


def add_source(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of a command that takes one source.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Where to add them.
    """
    parser.add_argument("source", metavar="SOURCE", nargs="?", type=named, help=SOURCE_HELP)
    parser.add_argument(
        "--demo", action="store_true", help="use the demonstration pool instead of SOURCE"
    )
    add_source_options(parser)
    parser.add_argument(
        "--product",
        nargs="+",
        metavar="NAME",
        help="show only the associations with these products or file names",
    )


def add_source_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how to read a source, and which part of it to show.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Where to add them.
    """
    add = parser.add_argument
    add("--program", nargs="+", default=[], metavar="NUMBER", help="show only these programs")
    add("-i", "--ids", nargs="+", metavar="ID", help="show only these candidates, such as o001")
    add_rules(parser)
    add(
        "-d",
        "--delimiter",
        metavar="MARK",
        help="delimiter of the cells in a text pool (default: that of its header)",
    )
    add("--pool-format", metavar="NAME", help=POOL_FORMAT)
    add("--strict", action="store_true", help="stop at any problem of a pool")


def refuse_sources(output: Path, sources: Iterable[str | None]) -> None:
    """Refuse to write over a source.

    Parameters
    ----------
    output : Path
        The file to write.
    sources : iterable of str or None
        The sources that the command reads.

    Raises
    ------
    UsageError
        If the output is one of the sources, even by another name or a link.
    """
    files = (Path(source) for source in sources if source is not None and source != STDIN)
    refuse_input(output, files)


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
        With the programs, candidates and products that are asked for.

    Raises
    ------
    UsageError
        If there is no source, or two, or it cannot be used; or if no association makes a product
        that is asked for.
    """
    if args.demo == (args.source is not None):
        what = "--demo and SOURCE cannot be combined" if args.demo else "SOURCE is missing"
        raise UsageError(Problem(what, expected="a pool or associations, or --demo"))
    solution = solve_or_read(args.source, args, log)
    return solution if args.product is None else _of_products(solution, args.product)


def _of_products(solution: Solution, names: Iterable[str]) -> Solution:
    """Keep the associations of some products, and the exposures that are their members."""
    from dataclasses import replace

    import numpy as np

    from asnsolve.suggest import did_you_mean

    for name in names:
        if not len(solution.select(product=name)):
            known = [product.name for one in solution for product in one.products]
            what = f"no association has the product or file name {name}"
            raise UsageError(Problem(what, advice=did_you_mean(name, known)))
    chosen = solution.select(product=names)
    pool = chosen.exposures
    if pool is None:
        return chosen
    inside = {member.exposure for one in chosen for member in one.members}
    exposure_of = solution.profile.files.exposure_of
    is_inside = np.array(
        [*(exposure_of(name) in inside for name in pool.values("filename")), False]
    )
    return replace(chosen, exposures=pool.take(is_inside[pool.codes("filename")]))


def solve_or_read(
    source: str | None,
    args: argparse.Namespace,
    log: MessageLog,
    check: Callable[[Pool], None] | None = None,
) -> Solution:
    """Solve a pool, or read associations.

    Parameters
    ----------
    source : str or None
        Path of the pool or of the associations, or ``-``; None for the demonstration pool.
    args : argparse.Namespace
        The arguments of `add_source_options`.
    log : MessageLog
        Where messages about the pool go.
    check : callable, optional
        Called with a pool before it is solved; raises an error if it should not be.

    Returns
    -------
    Solution
        With the programs and candidates that are asked for.
    """
    from asnsolve.pipeline import solve
    from asnsolve.report.page.page_sources import (
        holds_associations,
        part_of_pool,
        read_associations,
    )
    from asnsolve.rules.load import load_rules

    if source is not None and source != STDIN and holds_associations(path_or_url(source)):
        profile = load_rules(args.rules).profile if args.rules else None
        return read_associations(source, args.program, args.ids or (), profile)
    args.pool, args.demo = source, source is None
    rules = load_rules(rule_sources(args))
    pool = part_of_pool(read_pool(args, log, rules.profile), args.program, args.ids)
    if check is not None:
        check(pool)
    pool = pool.with_measures(rules.measures, compared=rules.compared, strict=args.strict)
    return solve(pool, rules, ids=args.ids)
