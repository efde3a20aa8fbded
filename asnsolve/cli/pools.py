"""Arguments that several commands share: the pool, the rules, the version id."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asnsolve.cli.command import named
from asnsolve.errors import Problem, UsageError, doing

if TYPE_CHECKING:
    from asnsolve.cli.streams import MessageLog
    from asnsolve.pool.table import Pool
    from asnsolve.profiles import Profile


POOL_FORMAT: Final = (
    "format of the pool: text, csv, ecsv, parquet, fits, or another format of astropy tables "
    "(default: that of its content)"
)
"""What the help says about the formats of pools."""

STDIN: Final = "-"
"""Name of standard input on the command line."""


def add_pool(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Add the arguments that name a pool.

    Parameters
    ----------
    parser : argparse.ArgumentParser or argument group
        Where to add them.
    """
    add = parser.add_argument
    what = "text with '|', CSV, ECSV, Parquet or FITS table; - reads text from standard input"
    add("pool", metavar="POOL", nargs="?", type=named, help=what)
    add("--demo", action="store_true", help="use the demonstration pool instead of POOL")
    add(
        "-d",
        "--delimiter",
        metavar="MARK",
        help="delimiter of the cells in a text pool (default: that of its header)",
    )
    add("--pool-format", metavar="NAME", help=POOL_FORMAT)
    add("--strict", action="store_true", help="stop at any problem of the pool")


def check_pool(args: argparse.Namespace, advice: str = "") -> None:
    """Raise an error unless exactly one pool is named.

    Parameters
    ----------
    args : argparse.Namespace
        The arguments of `add_pool`.
    advice : str
        What to do if no pool is named.

    Raises
    ------
    UsageError
        If there is no pool, or both a file and the demonstration pool.
    """
    # argparse has mutually exclusive groups, but its message would name neither of the values.
    if args.demo and args.pool is not None:
        raise UsageError(Problem(f"--demo and {args.pool} cannot be combined", expected="one pool"))
    if not args.demo and args.pool is None:
        raise UsageError(Problem("POOL is missing", expected="a file, or --demo", advice=advice))


def add_rules(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Add the arguments that name rules.

    Parameters
    ----------
    parser : argparse.ArgumentParser or argument group
        Where to add them.
    """
    add = parser.add_argument
    add(
        "-r",
        "--rules",
        action="append",
        default=[],
        metavar="NAME_OR_FILE",
        help="Python file of rules to add to the default set jwst, or the name of a rule set to "
        "use instead (may be repeated; 'asnsolve rules' lists the sets)",
    )
    add("--ignore-default", action="store_true", help="use only the rules of -r")


def add_mission(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the argument that names the mission of association files.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Where to add it.
    what : str
        What the command does with the files, such as ``check files``.
    """
    parser.add_argument(
        "-r",
        "--rules",
        metavar="NAME_OR_FILE",
        help=f"{what} of the mission of this rule set or Python file (default: jwst)",
    )


def mission(args: argparse.Namespace) -> Profile | None:
    """Return the mission of association files; None if it is the default one.

    Parameters
    ----------
    args : argparse.Namespace
        The argument of `add_mission`.

    Returns
    -------
    Profile or None

    Raises
    ------
    RuleError
        If the rules cannot be loaded.
    """
    from asnsolve.rules.load import load_rules

    return None if args.rules is None else load_rules(args.rules).profile


def note_mission(args: argparse.Namespace, log: MessageLog, names: Iterable[str]) -> None:
    """Note that rules of another mission may be needed, if files are named like those of one.

    Parameters
    ----------
    args : argparse.Namespace
        The argument of `add_mission`.
    log : MessageLog
        Where the note goes.
    names : iterable of str
        Names of association files, without directory.
    """
    from asnsolve.profiles import beginning_of_file_name, default_profile

    own = default_profile()
    beginnings = ((beginning_of_file_name(name), name) for name in names)
    foreign = (
        name for start, name in beginnings if start and not start.startswith(own.names.prefix)
    )
    name = next(foreign, None) if args.rules is None else None
    if name is not None:
        what = f"note: {name} is not named like the files of {own.name}"
        log.warn(f"{what}. If it is of another mission, name the rules of that mission with -r.")


def rule_sources(args: argparse.Namespace) -> list[str]:
    """Return the sources of the rules: the default set, unless another one is named.

    Parameters
    ----------
    args : argparse.Namespace
        The arguments of `add_rules`.

    Returns
    -------
    list of str
        What `load_rules` takes, each source once.

    Raises
    ------
    UsageError
        If no rules are left.
    """
    from asnsolve.rules.load import DEFAULT_RULES, is_set_name

    named: list[str] = args.rules
    if args.ignore_default and not named:
        raise UsageError(Problem("--ignore-default leaves no rules", advice="Add rules with -r."))
    # Files of rules are added to the default set; the name of a rule set replaces it.
    default = [] if args.ignore_default or any(map(is_set_name, named)) else [DEFAULT_RULES]
    return list(dict.fromkeys([*default, *named]))


def read_pool(args: argparse.Namespace, log: MessageLog, profile: Profile | None = None) -> Pool:
    """Read the pool that is asked for, or the demonstration pool.

    Parameters
    ----------
    args : argparse.Namespace
        The arguments of `add_pool`.
    log : MessageLog
        Where messages go.
    profile : Profile, optional
        The mission whose exposures they are; by default JWST.

    Returns
    -------
    Pool
        The pool.

    Raises
    ------
    PoolError
        If the pool cannot be read, or has problems under ``--strict``.
    UsageError
        If format and delimiter do not go together, or standard input is closed.
    """
    from importlib.resources import as_file

    from asnsolve.pool.table import Pool
    from asnsolve.simulate.demo import demo_pool

    options = {"format": args.pool_format, "delimiter": args.delimiter, "strict": args.strict}
    if args.demo:
        # The package may be installed as a zip archive: the pool then becomes a file for a moment.
        with as_file(demo_pool()) as path:
            return Pool.read(path, profile=profile, **options)
    if args.pool != STDIN:
        log.note(f"reading {args.pool}")
        with doing(f"reading {args.pool}"):
            return Pool.read(args.pool, profile=profile, **options)
    # The interpreter has no stream for a descriptor that is closed.
    if sys.stdin is None:
        raise UsageError(Problem("standard input is closed", expected="a pool, as text"))
    log.note("reading standard input")
    with doing("reading standard input"):
        return Pool.read(sys.stdin.buffer, profile=profile, **options)


def write_orphans(args: argparse.Namespace, orphans: Pool) -> Path:
    """Write the exposures in no association as a pool.

    Parameters
    ----------
    args : argparse.Namespace
        The arguments, with the directory of ``-p`` and the name of ``--save-orphans``.
    orphans : Pool
        The exposures.

    Returns
    -------
    Path
        The file.
    """
    from asnsolve.associations.asn_files import make_directory

    path: Path = args.path / args.save_orphans
    # Without associations, nothing has made the directory yet.
    make_directory(path.parent)
    orphans.write(path, replace=args.replace)
    return path


def version_id(args: argparse.Namespace) -> str | None:
    """Return the version id that is asked for: a text, or the time (UTC).

    Parameters
    ----------
    args : argparse.Namespace
        Arguments with ``version_id``: a text, True for the time, or None.

    Returns
    -------
    str or None
        The version id; None if none is asked for.
    """
    # argparse stores True for --version-id without a text.
    if args.version_id is True:
        return datetime.now(UTC).strftime("%Y%m%dt%H%M%S")
    version: str | None = args.version_id
    return version
