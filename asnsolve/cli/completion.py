"""``asnsolve completion``: scripts by which shells complete commands and options."""

from __future__ import annotations

import argparse
from typing import Final

from asnsolve.cli.command import Command, Example
from asnsolve.cli.parsers import commands_of
from asnsolve.cli.streams import MessageLog, print_report

_SHELLS: Final = ("bash", "zsh", "fish")

_DIRECTORIES: Final = frozenset({"DIR", "DEST"})
_FILES: Final = frozenset(
    "A B ASN CONTAINER FILE FILES LIST NAME_OR_FILE PLAN POOL RULES SOURCE TABLE".split()
)
"""Placeholders of arguments that are files, of which some may be directories or names too."""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=_SHELLS, help="the shell that will read the script")


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command."""
    import shtab

    from asnsolve.cli.main import program_parser

    parser = program_parser()
    for command in commands_of(parser).values():
        for action in command._actions:
            if action.metavar in _DIRECTORIES:
                action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
            elif action.metavar in _FILES:
                action.complete = shtab.FILE  # type: ignore[attr-defined]
    script = shtab.complete(parser, args.shell)
    print_report(args, {"shell": args.shell, "script": script}, [script])
    return 0


COMMAND = Command(
    name="completion",
    help="print a script by which a shell completes commands and options",
    description="Print a script by which a shell completes commands, options, their choices and "
    "the names of files when you press Tab.",
    examples=(
        Example(
            "For bash, in this and in later sessions",
            "asnsolve completion bash > ~/.local/share/bash-completion/completions/asnsolve",
        ),
        Example(
            "For zsh, if ~/.zfunc is in fpath before compinit runs",
            "asnsolve completion zsh > ~/.zfunc/_asnsolve",
        ),
        Example(
            "For fish",
            "asnsolve completion fish > ~/.config/fish/completions/asnsolve.fish",
        ),
    ),
    statuses={0: "done", 2: "the shell is not one of these"},
    add_arguments=_add_arguments,
    run=_run,
)
