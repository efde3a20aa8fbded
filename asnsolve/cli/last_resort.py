"""What the program says about an error that nobody expected."""

from __future__ import annotations

import shlex
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final

from asnsolve.cli.command import package_version
from asnsolve.cli.safe_streams import OutputError
from asnsolve.cli.streams import MessageLog, print_json
from asnsolve.errors import Problem
from asnsolve.shown_values import error_text, escaped

UNEXPECTED: Final = 3
"""Exit status after an error that nobody expected."""

_PACKAGE: Final = Path(__file__).parents[1]
_ISSUES: Final = ("issues", "bug tracker", "issue tracker", "tracker")
"""Usual labels of the address for reports, in the metadata of a package."""

_PASSING: Final = (KeyboardInterrupt, BrokenPipeError, OutputError)
"""Errors that `main` handles itself."""

_SMALLER: Final = (
    "Use a machine with more memory, or solve a large pool in parts (asnsolve generate --resume). "
    "If the input is small, please report this"
)

_TOO_MANY: Final = ("Resource temporarily unavailable", "can't start new thread")
"""Texts of errors, of the system and of libraries, if a limit on processes is reached."""

_MORE: Final = "Raise the limit (ulimit -u). If there is room for more, please report this"


@dataclass(slots=True)
class LastResort:
    """A block in which an error that nobody expected becomes a message and an exit status.

    Interruptions, and errors of writing to standard output, pass through: `main` handles them.

    Parameters
    ----------
    arguments : sequence of str
        The command line, without the name of the program.
    log : MessageLog
        Where the message goes.
    debug : bool
        Whether to print the traceback.
    status : int
        Exit status of the run; set when it has ended.
    """

    arguments: Sequence[str]
    log: MessageLog = field(default_factory=MessageLog)
    debug: bool = False
    status: int = 0

    def __enter__(self) -> LastResort:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Report an error and return True, unless `main` handles it."""
        if error is None or isinstance(error, _PASSING):
            return False
        interruption = _interruption_before(error)
        if interruption is not None:
            raise interruption
        self.status = UNEXPECTED
        problem = unexpected_error(error, self.arguments)
        if self.debug:
            # Classes of rule files may have no text to print.
            with suppress(Exception, SystemExit):
                traceback.print_exception(error)
        self.log.error(str(problem))
        if "--json" in self.arguments:
            with suppress(BrokenPipeError, OutputError):
                print_json({"errors": [problem]})
                sys.stdout.flush()
        return True


def _interruption_before(error: BaseException | None) -> KeyboardInterrupt | None:
    """Find the interruption after which an error was raised, by code that tidies up for example."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return error
        error = error.__context__
    return None


def unexpected_error(error: BaseException, arguments: Sequence[str]) -> Problem:
    """Say what was being done when an error came up, and how to report it.

    Parameters
    ----------
    error : BaseException
        The error.
    arguments : sequence of str
        The command line, without the name of the program.

    Returns
    -------
    Problem
    """
    text = error_text(error)
    if isinstance(error, MemoryError):
        kind, asks = "there is not enough memory", _SMALLER
    elif any(words in text for words in _TOO_MANY):
        kind, asks = "the system allows no more threads or processes", _MORE
    else:
        kind, asks = "an error that asnsolve does not expect", "Please report this"
    what = f"{kind}, {_activity(error, arguments)}: {text}{_place(error)}"
    command = escaped(shlex.join(["asnsolve", *arguments]))
    advice = (
        f"{asks} to {_developers()}, with the traceback that -D shows, the version "
        f"({_versions()}) and the command line: {command}"
    )
    return Problem(what, advice=advice)


def _activity(error: BaseException, arguments: Sequence[str]) -> str:
    """Say what was being done, from the innermost note of `asnsolve.errors.doing`."""
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, str) and note.startswith("while "):
            return escaped(note)
    name = getattr(error, "filename", None)
    file = f" on {name}" if isinstance(error, OSError) and name is not None else ""
    command = next((one for one in arguments if not one.startswith("-")), "")
    return escaped(f"while running asnsolve {command}".rstrip() + file)


def _place(error: BaseException) -> str:
    """Return the innermost line of asnsolve that was being carried out."""
    lines = [
        (Path(frame.f_code.co_filename), line)
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    for file, line in reversed(lines):
        if file.is_relative_to(_PACKAGE):
            return f" ({file.relative_to(_PACKAGE.parent)}, line {line})"
    return ""


def _developers() -> str:
    """Return where reports go, as the package says."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        found = metadata("asnsolve")
    except PackageNotFoundError:
        return "the developers of asnsolve"
    for entry in found.get_all("Project-URL") or ():
        label, _, address = entry.partition(",")
        if label.strip().lower() in _ISSUES:
            return f"the developers at {address.strip()}"
    return "the developers of asnsolve"


def _versions() -> str:
    python = ".".join(map(str, sys.version_info[:3]))
    return f"asnsolve {package_version()}, Python {python}, {sys.platform}"
