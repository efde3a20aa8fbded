"""Names of files that an option has taken, because it takes all that follows it."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from asnsolve.errors import Problem
from asnsolve.input_files import exists
from asnsolve.phrases import and_more


def taken_problem(
    parser: argparse.ArgumentParser, given: Sequence[str], missing: str
) -> Problem | None:
    """Say which option has taken the files that are missing.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        The parser of a command.
    given : sequence of str
        Its arguments.
    missing : str
        The arguments that are missing, as the help shows them: ``FILES`` or ``ASN, DEST``.

    Returns
    -------
    Problem or None
        None if no option has taken what may be a file.
    """
    for option, values in _taken(parser, given):
        several = option.nargs == "+"
        named = [value for value in values if exists(value) or (several and _may_be_file(value))]
        if named:
            name = option.option_strings[-1]
            are = "are" if ", " in missing else "is"
            taken = and_more(named[0], len(named))
            what = f"{missing} {are} missing, because {name} has taken {taken}"
            advice = f"Put {missing} before {name}, or put -- before {missing}."
            if missing == "POOL":
                advice = _advice_on_pools(named, advice)
            return Problem(what, advice=advice)
    return None


def _advice_on_pools(named: Sequence[str], advice: str) -> str:
    """Say what to do with FITS files, and with several files."""
    if all(name.lower().endswith((".fits", ".fits.gz")) for name in named):
        return "POOL is one table. For FITS files use 'asnsolve associate'."
    return advice if len(named) == 1 else f"{advice} POOL is one table."


def _taken(
    parser: argparse.ArgumentParser, given: Sequence[str]
) -> Iterator[tuple[argparse.Action, list[str]]]:
    """List the options that may take what follows them, with what they have taken."""
    given = list(takewhile(lambda argument: argument != "--", given))
    for place, argument in enumerate(given):
        option = _option(parser, argument)
        if option is not None and option.nargs in ("+", "*", "?"):
            values = list(takewhile(lambda value: value[:1] != "-", given[place + 1 :]))
            yield option, values[:1] if option.nargs == "?" else values


def _option(parser: argparse.ArgumentParser, argument: str) -> argparse.Action | None:
    """Return the option that an argument names, in full or by its beginning."""
    if argument[:1] != "-":
        return None
    matches = [
        (name, action)
        for action in parser._actions
        for name in action.option_strings
        if name == argument or (argument[:2] == "--" and name.startswith(argument))
    ]
    # A whole name comes before one that only begins like it.
    return min(matches, key=lambda match: len(match[0]), default=("", None))[1]


def _may_be_file(text: str) -> bool:
    """Tell whether a text looks like a path or a name with an extension, perhaps with wildcards."""
    return "=" not in text and re.search(r"[/\\]|\.[A-Za-z*?][\w*?]*$", text) is not None
