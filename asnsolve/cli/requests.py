"""Arguments that the commands for FITS files share; they come from the table of request fields."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asnsolve.cli.command import integer, named, refuse_input
from asnsolve.cli.pools import add_rules, rule_sources
from asnsolve.from_files.request_fields import REQUEST_FIELDS, ROLES, RequestField

if TYPE_CHECKING:
    from asnsolve.from_files.request import Request

_DEFAULT_OUT = "."
"""Where a command puts association files if it is not told."""


def add_request(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of a request.

    Parameters
    ----------
    parser : ArgumentParser
        Parser of the command.
    """
    for field in REQUEST_FIELDS:
        if field.kind == "rules":
            add_rules(parser)
        elif field.flags:
            parser.add_argument(*field.flags, dest=field.name, **_argument(field))
        else:
            parser.add_argument(field.name, **_argument(field))


def _argument(field: RequestField) -> dict[str, Any]:
    """Return how `argparse` takes a field."""
    argument: dict[str, Any] = {
        "help": field.help,
        "metavar": field.metavar or None,
        "default": field.default,
    }
    match field.kind:
        case "flag":
            return {"help": field.help, "action": "store_true"}
        case "files" | "texts":
            argument["nargs"] = "+"
            if field.kind == "files":
                argument["type"] = named
            if field.flags:
                # An option that is given twice adds to what it was given first.
                argument |= {"action": "extend", "default": []}
        case "file":
            argument["type"] = Path
        case "integer":
            argument["type"] = integer
        case "choice" if not field.metavar:
            argument |= {"choices": field.choices}
            if isinstance(field.choices[0], int):
                argument["type"] = integer
        case "choice" | "text" | "rules":
            pass  # Text as it is; `Request` checks choices that the help does not list.
    return argument


def request_of(args: argparse.Namespace) -> Request:
    """Make the request that arguments ask for.

    Parameters
    ----------
    args : Namespace
        Arguments of a parser that `add_request` extended.

    Returns
    -------
    Request
        The request.

    Raises
    ------
    UsageError
        If the arguments leave no rules, hold an unknown way to name members, or name two places
        for the association files.
    """
    from asnsolve.from_files.request import Request

    values = {**vars(args), "rules": rule_sources(args)}
    # Association files that go beside their data have no other place by default.
    if not args.beside and values["out"] is None:
        values["out"] = _DEFAULT_OUT
    return Request.of(values)


def count_files(request: Request) -> int:
    """Count the files whose headers will be read, for the progress bar.

    Parameters
    ----------
    request : Request
        The request.

    Returns
    -------
    int
        Number of files; exclusions are not subtracted.
    """
    from asnsolve.pool.headers import expanded

    return len({path for path in expanded(_file_names(request)) if isinstance(path, Path)})


def refuse_requested(output: Path, request: Request) -> None:
    """Refuse to write over a file that a request reads.

    Parameters
    ----------
    output : Path
        The file to write.
    request : Request
        The request.

    Raises
    ------
    UsageError
        If the output is one of the inputs, even by another name or a link.
    """
    extra = [] if request.extra is None else [request.extra]
    refuse_input(output, [*_file_names(request), *extra])


def _file_names(request: Request) -> list[str]:
    """Return the names of files, directories, patterns and lists in a request."""
    return [name for field in ("files", *ROLES) for name in getattr(request, field)]
