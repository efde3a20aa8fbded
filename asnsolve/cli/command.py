"""What a command of the command line is made of."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any, TypeVar, overload

from asnsolve.cli.streams import MessageLog
from asnsolve.errors import Location, Problem, UsageError
from asnsolve.file_systems import Url, path_or_url
from asnsolve.input_files import is_directory, is_file

Values = TypeVar("Values")


def add_replace(parser: argparse._ActionsContainer) -> None:
    """Add the option of commands that write files.

    Parameters
    ----------
    parser : argparse parser or group
        Where to add it.
    """
    help_text = "replace existing files that differ; without it, nothing is overwritten"
    parser.add_argument("--replace", action="store_true", help=help_text)


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


class CommandParser(argparse.ArgumentParser):
    """A parser that takes names and options in any order: ``rules show -r FILE NAME``."""

    _splits = False

    @overload
    def parse_known_args(
        self, args: Iterable[str] | None = None, namespace: None = None
    ) -> tuple[argparse.Namespace, list[str]]: ...
    @overload
    def parse_known_args(
        self, args: Iterable[str] | None, namespace: Values
    ) -> tuple[Values, list[str]]: ...
    @overload
    def parse_known_args(self, *, namespace: Values) -> tuple[Values, list[str]]: ...
    def parse_known_args(
        self, args: Iterable[str] | None = None, namespace: object = None
    ) -> tuple[object, list[str]]:
        """Parse the options first, and then the names that are left.

        Parameters
        ----------
        args : iterable of str, optional
            The arguments.
        namespace : argparse.Namespace, optional
            Where to put the values.

        Returns
        -------
        namespace : argparse.Namespace
            The values.
        unknown : list of str
            Arguments that the parser does not know.
        """
        # argparse parses each half by this method again. Left to itself, it would give the first
        # run of names to all positional arguments, and refuse names after an option.
        if self._splits:
            return super().parse_known_args(args, namespace)
        self._splits = True
        try:
            return self.parse_known_intermixed_args(None if args is None else list(args), namespace)
        finally:
            self._splits = False


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
class Command:
    """One command of the command line.

    Parameters
    ----------
    name : str
        What users type after ``asnsolve``.
    help : str
        What the command does, as a line in the list of commands.
    epilog : str
        Text below the options: examples and the exit status.
    add_arguments : callable
        Adds the arguments of this command to its parser.
    run : callable
        Runs the command with the parsed arguments and the log for its messages; returns the exit
        status.
    description : str
        Text above the options; `help` as a sentence if empty.
    """

    name: str
    help: str
    epilog: str
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
        # Texts with line breaks are laid out by hand; argparse would wrap them anew.
        is_laid_out = "\n" in self.description + self.epilog
        parser = commands.add_parser(
            self.name,
            help=self.help,
            description=self.description or f"{self.help.capitalize()}.",
            epilog=self.epilog,
            parents=[common],
            formatter_class=(
                argparse.RawDescriptionHelpFormatter if is_laid_out else argparse.HelpFormatter
            ),
        )
        parser.set_defaults(run=self.run)
        self.add_arguments(parser)
