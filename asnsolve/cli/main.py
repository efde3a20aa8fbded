"""The program ``asnsolve``: parse the arguments, run the command, return its exit status."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from asnsolve.cli import (
    associate,
    check,
    completion,
    diff,
    draw_graph,
    edit,
    explain,
    export,
    fuzz,
    gather,
    generate,
    list_files,
    page,
    plan,
    pool,
    rules,
    show,
    validate,
    write,
)
from asnsolve.cli.command import package_version, statuses_text
from asnsolve.cli.last_resort import LastResort
from asnsolve.cli.parsers import HelpLayout, Parser
from asnsolve.cli.safe_streams import OutputError, safe_streams
from asnsolve.cli.streams import MessageLog, print_json
from asnsolve.cli.termination import Terminated, interrupted_text, terminable
from asnsolve.errors import AsnsolveError, Problem, UsageError
from asnsolve.own_processes import collect_rarely

COMMANDS: Final = (
    generate.COMMAND,
    associate.COMMAND,
    plan.COMMAND,
    write.COMMAND,
    list_files.COMMAND,
    pool.COMMAND,
    explain.COMMAND,
    check.COMMAND,
    fuzz.COMMAND,
    export.COMMAND,
    diff.COMMAND,
    edit.COMMAND,
    gather.COMMAND,
    rules.COMMAND,
    validate.COMMAND,
    page.COMMAND,
    show.COMMAND,
    draw_graph.COMMAND,
    completion.COMMAND,
)
"""Every command, in the order of the help."""

BAD_INPUT: Final = 2
"""Exit status if the arguments or what they name cannot be used, as in `argparse`."""

INTERRUPTED: Final = 130
"""Exit status after Ctrl-C: 128 plus the number of the signal, as in shells."""

TERMINATED: Final = 143
"""Exit status after SIGTERM: 128 plus the number of the signal, as in shells."""

NO_READER: Final = 141
"""Exit status if the reader of the output has gone away: 128 plus the signal, as in shells."""

_STATUSES: Final = {
    0: "done",
    1: "done, with findings: a row is set aside, a file is not valid, ...",
    2: "the arguments or the files that they name cannot be used, or the output cannot be written",
    3: "an error that asnsolve does not expect: please report it",
}


def program() -> int:
    """Run the command line as the only work of this process.

    Returns
    -------
    int
        Exit status, as `main` returns it.
    """
    collect_rarely()
    return main(is_program=True)


def main(argv: Sequence[str] | None = None, *, is_program: bool = False) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments without the name of the program; by default those of the process.
    is_program : bool
        Whether the process ends with the command, so that commands may change how libraries work
        in it.

    Returns
    -------
    int
        Exit status: 0 done, 1 findings, 2 bad usage or input, 3 an error that nobody expected, 130
        interrupted, 141 no reader of the output, 143 terminated.
    """
    arguments = sys.argv[1:] if argv is None else argv
    # OpenBLAS starts a thread per core in each process, although nothing here multiplies matrices.
    # Where threads are limited, it interrupts the process if it cannot start them.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    last_resort = LastResort(arguments)
    with safe_streams():
        try:
            with last_resort, terminable():
                last_resort.status = _run_command(arguments, last_resort, is_program=is_program)
                # Flush here, where an error can still be answered with a status.
                sys.stdout.flush()
        except Terminated:
            return TERMINATED
        except KeyboardInterrupt:
            last_resort.log.warn(interrupted_text(arguments))
            return INTERRUPTED
        except BrokenPipeError:
            return NO_READER
        except OutputError as error:
            MessageLog().error(f"standard output cannot be written: {error}")
            return BAD_INPUT
    return last_resort.status


def _run_command(argv: Sequence[str], last_resort: LastResort, *, is_program: bool) -> int:
    parser = program_parser()
    try:
        args = parser.parse_args(argv)
    except SystemExit:
        # argparse exits after --help; callers of `main` want the status.
        return 0
    except UsageError as error:
        return _refused(error, MessageLog(), as_json="--json" in argv)
    args.is_program = is_program
    if args.version:
        print(f"asnsolve {package_version()}")
        return 0
    if args.command is None:
        parser.print_help(sys.stderr)
        return BAD_INPUT
    log = MessageLog.of(args)
    last_resort.log, last_resort.debug = log, args.debug
    try:
        _check_directory()
        status: int = args.run(args, log)
    except AsnsolveError as error:
        if args.debug:
            import traceback

            traceback.print_exception(error)
        return _refused(error, log, as_json=args.json)
    return status


def _refused(error: AsnsolveError, log: MessageLog, *, as_json: bool) -> int:
    """Report why a command is not done; return the exit status."""
    # One line per problem, so that each can be searched for.
    for problem in error.problems:
        log.error(str(problem))
    if as_json:
        print_json({"errors": error.problems})
    return BAD_INPUT


def _check_directory() -> None:
    """Refuse to run where relative paths lead nowhere."""
    try:
        Path.cwd()
    except OSError as error:
        what, advice = "the working directory does not exist any more", "Change to another one."
        raise UsageError(Problem(what, advice=advice)) from error


def program_parser() -> Parser:
    """Return the parser of the program, with those of its commands.

    Returns
    -------
    Parser
        The parser.
    """
    parser = Parser(
        prog="asnsolve",
        description="Find which JWST exposures are processed together.",
        epilog=f"{statuses_text(_STATUSES)}\n\n'asnsolve COMMAND --help' has examples.",
        formatter_class=HelpLayout,
    )
    # argparse's own version action would look the version up even for --help.
    parser.add_argument("--version", action="store_true", help="print the version and stop")
    # Each command has a help of its own.
    common = argparse.ArgumentParser(add_help=False)
    group = common.add_argument_group("for every command")
    group.add_argument(
        "--json", action="store_true", help="print the report as JSON on standard output"
    )
    group.add_argument(
        "-D", "--debug", action="store_true", help="print the traceback of an error, too"
    )
    parser.set_defaults(is_program=False)
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", parser_class=Parser
    )
    for command in COMMANDS:
        command.add_to(commands, common)
    return parser
