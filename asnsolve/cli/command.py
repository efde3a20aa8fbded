"""What a command of the command line is made of."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from asnsolve.cli.streams import MessageLog


def add_replace(parser: argparse._ActionsContainer) -> None:
    """Add the option of commands that write files.

    Parameters
    ----------
    parser : argparse parser or group
        Where to add it.
    """
    help_text = "replace existing files that differ; without it, nothing is overwritten"
    parser.add_argument("--replace", action="store_true", help=help_text)


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
        commands: argparse._SubParsersAction[argparse.ArgumentParser],
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
