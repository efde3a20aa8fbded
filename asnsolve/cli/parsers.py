"""Parsers of the command line: names and options in any order, and what was probably meant."""

from __future__ import annotations

import argparse
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import NoReturn, TypeVar, overload

from asnsolve.cli.taken_names import taken_problem
from asnsolve.errors import Problem, UsageError
from asnsolve.suggest import did_you_mean

Values = TypeVar("Values")


class Parser(argparse.ArgumentParser):
    """A parser whose errors are `UsageError`, and name the likely option or choice.

    The parser of a command takes names and options in any order: ``rules show -r FILE NAME``.
    """

    _splits = False
    _given: Sequence[str] = ()

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
            Empty: arguments that the parser does not know are errors.
        """
        # argparse parses each half by this method again. Left to itself, it would give the first
        # run of names to all positional arguments, and refuse names after an option.
        if self._splits:
            return super().parse_known_args(args, namespace)
        self._given = given = [] if args is None else list(args)
        if commands_of(self):
            found, unknown = super().parse_known_args(given, namespace)
        else:
            self._splits = True
            try:
                found, unknown = self.parse_known_intermixed_args(given, namespace)
            finally:
                self._splits = False
        if unknown:
            self.error(f"unexpected argument{'s' if len(unknown) > 1 else ''}: {' '.join(unknown)}")
        if not getattr(found, "demo", False):
            self._refuse_taken(found)
        return found, unknown

    def error(self, message: str) -> NoReturn:
        """Refuse the arguments.

        Parameters
        ----------
        message : str
            What is wrong with them.

        Raises
        ------
        UsageError
            Always. If an option is unknown, the error is about that option: `argparse` would
            first complain of what it took its value for.
        """
        for option in unknown_options(self, self._given):
            what = f"there is no option {option}"
            raise UsageError(Problem(what, advice=self._likely_option(option)))
        missing = re.fullmatch("the following arguments are required: (.+)", message)
        if missing:
            taken = taken_problem(self, self._given, missing[1])
            if taken is not None:
                raise UsageError(taken)
            message = f"{missing[1]} {'are' if ', ' in missing[1] else 'is'} missing"
        # The message about a value already says what is wrong.
        is_plain = message.endswith("?") or message.startswith("argument ")
        raise UsageError(Problem(message, advice="" if is_plain else self._where_to_look()))

    def _refuse_taken(self, found: object) -> None:
        """Refuse an option that has taken the pool or another source, which `--demo` replaces."""
        options = options_of(self)
        for action in self._actions:
            is_name = not action.option_strings and "--demo" in options
            if is_name and action.nargs in ("?", "*") and not getattr(found, action.dest):
                taken = taken_problem(self, self._given, str(action.metavar))
                if taken is not None:
                    raise UsageError(taken)
                return

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Refuse a value that is not among the choices; `argparse` calls this."""
        if action.choices is None or value in action.choices:
            return
        choices = [str(choice) for choice in action.choices]
        likely = did_you_mean(str(value), choices)
        if isinstance(action, argparse._SubParsersAction):
            self.error(f"there is no command {value}" + (f". {likely}" if likely else ""))
        name = "/".join(action.option_strings) or action.dest
        what = f"{name} {value} is not one of {', '.join(choices)}"
        self.error(what + (f". {likely}" if likely else ""))

    def _likely_option(self, option: str) -> str:
        """Say what to do about an option that does not exist."""
        commands = commands_of(self).values()
        if any(option in options_of(command) for command in commands):
            return "It is an option of commands: put it after the name of the command."
        known = [name for name in options_of(self, visible=True) if name.startswith("--")]
        # Two dashes would make any two short names look alike.
        words = did_you_mean(option.lstrip("-"), [name.lstrip("-") for name in known])
        return re.sub(r"(?<=mean |. or )(?=\w)", "--", words) or self._where_to_look()

    def _where_to_look(self) -> str:
        return f"'{self.prog} --help' lists what it takes."


def commands_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the parsers of the commands.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        The parser of a program.

    Returns
    -------
    dict of str to argparse.ArgumentParser
        Empty if the program has no commands.
    """
    found: dict[str, argparse.ArgumentParser] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found |= action.choices
    return found


def options_of(parser: argparse.ArgumentParser, *, visible: bool = False) -> tuple[str, ...]:
    """Return the options that a parser knows.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        The parser.
    visible : bool
        Whether to leave out the options that the help does not show.

    Returns
    -------
    tuple of str
        With their dashes.
    """
    return tuple(
        option
        for action in parser._actions
        for option in action.option_strings
        if not (visible and action.help == argparse.SUPPRESS)
    )


def unknown_options(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> Iterator[str]:
    """Find the options that a parser does not know.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        The parser of a program or a command.
    arguments : sequence of str
        What it is given.

    Yields
    ------
    str
        An unknown option, without a value that ``=`` puts behind it.
    """
    known = options_of(parser)
    given = takewhile(lambda argument: argument != "--", arguments)
    if commands_of(parser):
        # What follows the command is for the command to know.
        given = takewhile(lambda argument: argument.startswith("-"), given)
    for argument in given:
        option = argument.partition("=")[0]
        # A word with a blank is a value, and so is a negative number or a lone dash.
        if " " in option or not re.match(r"--?[^\W\d]", option):
            continue
        is_long = option.startswith("--")
        # argparse takes the beginning of a long option for the option, and -pDIR for -p DIR.
        beginnings = (name.startswith(option) if is_long else option[:2] == name for name in known)
        if not any(beginnings):
            yield option


def add_other_name(
    parser: argparse._ActionsContainer,
    *names: str,
    dest: str,
    read: Callable[[str], object] = str,
) -> None:
    """Let an option have other names, which the help does not show.

    Parameters
    ----------
    parser : argparse parser or group
        Where the option is.
    *names : str
        The other names, as those that the option has in another program.
    dest : str
        Where the option keeps its value.
    read : callable
        How the option reads its value.
    """
    # Suppress its default, so that the default of the option stays.
    parser.add_argument(
        *names, dest=dest, type=read, default=argparse.SUPPRESS, help=argparse.SUPPRESS
    )


class HelpLayout(argparse.HelpFormatter):
    """Lays out help: headings like sentences, and texts by paragraph.

    Paragraphs are wrapped, whereas lines that are indented or follow one that is stay as they are.
    """

    def start_section(self, heading: str | None) -> None:
        """Begin a part of the help.

        Parameters
        ----------
        heading : str or None
            Its heading.
        """
        # argparse itself names "options" and the like.
        names = {"positional arguments": "arguments"}
        heading = heading and names.get(heading, heading)
        super().start_section(heading and heading[:1].upper() + heading[1:])

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        """Begin the help with the arguments.

        Parameters
        ----------
        usage : str or None
            A text instead of what is made of the arguments.
        actions : iterable of argparse.Action
            The arguments.
        groups : iterable of argparse groups
            Arguments of which one may be given.
        prefix : str, optional
            What to begin with.
        """
        super().add_usage(usage, actions, groups, "Usage: " if prefix is None else prefix)

    def add_argument(self, action: argparse.Action) -> None:
        """Add an argument, or commands.

        Parameters
        ----------
        action : argparse.Action
            The argument.
        """
        super().add_argument(action)
        if isinstance(action, argparse._SubParsersAction):
            # argparse forgets that commands are indented, so the longest would have lines to
            # themselves.
            indent = self._current_indent + self._indent_increment
            longest = indent + max(map(len, action.choices))
            self._action_max_length = max(self._action_max_length, longest)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """Wrap a text; `argparse` calls this."""
        paragraphs = (
            paragraph
            if re.search(r"^ ", paragraph, re.MULTILINE)
            else textwrap.fill(" ".join(paragraph.split()), width)
            for paragraph in text.split("\n\n")
        )
        return "\n\n".join(textwrap.indent(paragraph, indent) for paragraph in paragraphs)
