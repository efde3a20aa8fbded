"""Standard output and error that are safe to print anything to.

Control characters are written as escapes, and a stream that is closed or full causes no traceback.
While a command runs, `safe_streams` replaces both streams by a `SafeStream`. All that is printed
passes through them: reports, messages, the help, warnings of libraries, and what rule files print.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, TextIO, cast

from asnsolve.shown_values import escaped

LAYOUT: Final = "\n\t"
"""Control characters that lay out a text; all others are written as escapes."""


class OutputError(Exception):
    """Standard output cannot be written; the text says why."""


class SafeStream:
    """A stream that writes control characters as escapes.

    Parameters
    ----------
    stream : text file or None
        Where to write; None if it is closed.
    is_needed : bool
        Whether to raise an error if the stream cannot be written. Otherwise the text is lost.
    """

    def __init__(self, stream: TextIO | None, *, is_needed: bool) -> None:
        self.wrapped = stream
        self._is_needed = is_needed

    @property
    def encoding(self) -> str:
        """Encoding of the stream."""
        return getattr(self.wrapped, "encoding", None) or "utf-8"

    def isatty(self) -> bool:
        """Tell whether the stream is a terminal.

        Returns
        -------
        bool
        """
        return self.wrapped is not None and self.wrapped.isatty()

    def writable(self) -> bool:
        """Tell that the stream can be written to.

        Returns
        -------
        bool
        """
        return True

    def fileno(self) -> int:
        """Return the file descriptor of the stream.

        Returns
        -------
        int

        Raises
        ------
        OSError
            If it has none.
        """
        if self.wrapped is None:
            raise io.UnsupportedOperation("fileno")
        return self.wrapped.fileno()

    def write(self, text: str) -> int:
        """Write a text with escapes.

        Parameters
        ----------
        text : str
            The text.

        Returns
        -------
        int
            Its length.

        Raises
        ------
        OutputError
            If the stream is needed and cannot be written.
        """
        return self.write_styled(escaped(text, LAYOUT))

    def write_styled(self, text: str) -> int:
        """Write a text as it is.

        Parameters
        ----------
        text : str
            The text, with the colours of a report. Other control characters are escapes already.

        Returns
        -------
        int
            Its length.

        Raises
        ------
        OutputError
            If the stream is needed and cannot be written.
        """
        with self._errors():
            if self.wrapped is not None:
                self.wrapped.write(text)
            elif self._is_needed and text:
                raise OutputError("it is closed")
        return len(text)

    def flush(self) -> None:
        """Write what is still buffered.

        Raises
        ------
        OutputError
            If the stream is needed and cannot be written.
        """
        with self._errors():
            if self.wrapped is not None:
                self.wrapped.flush()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Discard the text if the stream cannot be written, and say why if the stream is needed."""
        try:
            yield
        except BrokenPipeError:
            self._discard()
            if self._is_needed:
                raise
        except OSError as error:
            self._discard()
            if self._is_needed:
                raise OutputError(error.strerror or str(error)) from error

    def _discard(self) -> None:
        """Send what is still buffered to the null device.

        The interpreter would otherwise try to write it once more when it ends, and fail.
        """
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())


@contextmanager
def safe_streams() -> Iterator[None]:
    """Make standard output and error safe while the block runs.

    Yields
    ------
    None
    """
    _fill_closed()
    before = sys.stdout, sys.stderr
    for stream in before:
        # File names may hold characters that the encoding of the terminal lacks.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    report, messages = SafeStream(before[0], is_needed=True), SafeStream(before[1], is_needed=False)
    sys.stdout, sys.stderr = cast("TextIO", report), cast("TextIO", messages)
    try:
        yield
    finally:
        # A run without an error has flushed its report itself, so no OutputError is lost here.
        with suppress(OutputError, BrokenPipeError):
            report.flush()
        messages.flush()
        sys.stdout, sys.stderr = before


def write_styled(stream: TextIO | SafeStream, text: str) -> None:
    """Write a report with its colours to a stream, safe or not.

    Parameters
    ----------
    stream : text file
        The stream.
    text : str
        The report, in which other control characters are escapes already.
    """
    if isinstance(stream, SafeStream):
        stream.write_styled(text)
    else:
        stream.write(text)


def unwrapped(stream: TextIO | SafeStream) -> TextIO:
    """Return the stream that a safe one writes to.

    A progress bar needs it, because it moves the cursor with control characters.

    Parameters
    ----------
    stream : text file
        The stream, safe or not.

    Returns
    -------
    text file
    """
    if isinstance(stream, SafeStream):
        return io.StringIO() if stream.wrapped is None else stream.wrapped
    return stream


def _fill_closed() -> None:
    """Open the null device for each closed standard stream, so that no file takes its number."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            with suppress(OSError):
                os.open(os.devnull, os.O_RDWR)
