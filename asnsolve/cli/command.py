"""What a command of the command line is made of."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from asnsolve.cli.parsers import HelpLayout
from asnsolve.cli.streams import MessageLog
from asnsolve.errors import Location, Problem, UsageError
from asnsolve.file_systems import Url, path_or_url
from asnsolve.input_files import is_directory, is_file


def add_replace(parser: argparse._ActionsContainer) -> None:
    """Add the option of commands that write files.

    Parameters
    ----------
    parser : argparse parser or group
        Where to add it.
    """
    help_text = "replace existing files that differ; otherwise nothing is overwritten"
    parser.add_argument("--replace", action="store_true", help=help_text)


def integer(text: str) -> int:
    """Read a whole number; the type of arguments such as ``--jobs``.

    Parameters
    ----------
    text : str
        The argument.

    Returns
    -------
    int

    Raises
    ------
    argparse.ArgumentTypeError
        If it is none.
    """
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number") from None


def named(text: str) -> str:
    """Read the name of a file or directory; the type of arguments such as ``POOL``.

    Parameters
    ----------
    text : str
        The argument.

    Returns
    -------
    str
        The same.

    Raises
    ------
    argparse.ArgumentTypeError
        If the name is empty, as that of a shell variable that is not set. It would be taken for the
        working directory.
    """
    if not text.strip():
        raise argparse.ArgumentTypeError("the name is empty")
    return text


def output_file(text: str) -> Path:
    """Read the name of a file or directory to write; the type of arguments such as ``--output``.

    Parameters
    ----------
    text : str
        The argument.

    Returns
    -------
    Path

    Raises
    ------
    argparse.ArgumentTypeError
        If the name is empty, as that of a shell variable that is not set.
    """
    return Path(named(text))


def file_to_write(text: str) -> Path:
    """Read the name of a file to write, and look at once whether its directory is there.

    It is for commands that write only after much work.

    Parameters
    ----------
    text : str
        The argument.

    Returns
    -------
    Path

    Raises
    ------
    argparse.ArgumentTypeError
        If the name is empty or that of a directory, or its directory is missing.
    """
    path = output_file(text)
    if is_directory(path):
        raise argparse.ArgumentTypeError("it is a directory")
    if not is_directory(path.parent):
        raise argparse.ArgumentTypeError(f"there is no directory {path.parent}")
    return path


def output_place(text: str) -> Path | Url:
    """Read the name of a directory to write to, which may be a URL; see `output_file`.

    Parameters
    ----------
    text : str
        The argument.

    Returns
    -------
    Path or Url

    Raises
    ------
    argparse.ArgumentTypeError
        If the name is empty.
    """
    return path_or_url(str(output_file(text)) if "://" not in text else text)


def refuse_input(output: Path, inputs: Iterable[str | PathLike[str]]) -> None:
    """Refuse to write over a file that a command reads.

    Parameters
    ----------
    output : Path
        The file to write.
    inputs : iterable of path-like
        What the command reads: files, directories of FITS files, patterns, and lists written
        ``@list``.

    Raises
    ------
    UsageError
        If the output is one of the inputs, even by another name or a link.
    """
    if not is_file(output):
        return
    from asnsolve.pool.headers import expanded

    names = [fspath(name) for name in inputs]
    lists = [Path(name[1:]) for name in names if name.startswith("@")]
    for file in (*lists, *expanded(names)):
        # Names without files are problems here, which the command itself reports.
        if isinstance(file, Path) and is_file(file) and file.samefile(output):
            what = f"is read by this command as {file}, and would be replaced"
            problem = Problem(what, Location(str(output)), "another file for the output")
            raise UsageError(problem)


def package_version() -> str:
    """Return the version of the installed package.

    Returns
    -------
    str
        ``(not installed)`` if the package is run from a directory of sources.
    """
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("asnsolve")
    except PackageNotFoundError:
        return "(not installed)"


@dataclass(frozen=True, slots=True)
class Example:
    """A command line that shows what a command is for.

    Parameters
    ----------
    purpose : str
        What it does, as a phrase with an imperative.
    line : str
        The line, as users type it.
    """

    purpose: str
    line: str


@dataclass(frozen=True, slots=True)
class Command:
    """One command of the command line.

    Parameters
    ----------
    name : str
        What users type after ``asnsolve``.
    help : str
        What the command does, as a line in the list of commands.
    examples : tuple of Example
        What its help shows below the options.
    statuses : mapping of int to str
        What the exit statuses mean.
    add_arguments : callable
        Adds the arguments of this command to its parser.
    run : callable
        Runs the command with the parsed arguments and the log for its messages; returns the exit
        status.
    description : str
        Text above the options, paragraphs with a blank line between them; `help` as a sentence if
        empty.
    """

    name: str
    help: str
    examples: tuple[Example, ...]
    statuses: Mapping[int, str]
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, MessageLog], int]
    description: str = ""

    def add_to(
        self,
        commands: argparse._SubParsersAction[Any],
        common: argparse.ArgumentParser,
    ) -> None:
        """Add a parser for this command.

        Parameters
        ----------
        commands : argparse._SubParsersAction
            The commands of the main parser.
        common : argparse.ArgumentParser
            The options that every command takes.
        """
        parser = commands.add_parser(
            self.name,
            help=self.help,
            description=self.description or f"{self.help.capitalize()}.",
            epilog=self._epilog(),
            parents=[common],
            formatter_class=HelpLayout,
        )
        parser.set_defaults(run=self.run)
        self.add_arguments(parser)

    def _epilog(self) -> str:
        """Write the examples and the exit statuses as the help shows them."""
        examples = "\n".join(f"  {_heading(one.purpose)}\n    {one.line}" for one in self.examples)
        return f"Examples:\n{examples}\n\n{statuses_text(self.statuses)}"


def _heading(purpose: str) -> str:
    return purpose if purpose.endswith("?") else f"{purpose}:"


def statuses_text(statuses: Mapping[int, str]) -> str:
    """Write what the exit statuses of a command mean, as its help shows them.

    Parameters
    ----------
    statuses : mapping of int to str
        The meaning of each.

    Returns
    -------
    str
        A heading, and a line for each.
    """
    lines = "\n".join(f"  {status}  {meaning}" for status, meaning in statuses.items())
    return f"Exit status:\n{lines}"
