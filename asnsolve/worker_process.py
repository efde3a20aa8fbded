"""One worker: a process that applies functions to tasks which it receives through a pipe.

`asnsolve.workers` shows which messages it receives and which it answers.
"""

from __future__ import annotations

import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import connection, parent_process, resource_tracker
from multiprocessing.context import SpawnProcess
from multiprocessing.reduction import ForkingPickler
from os import _exit
from threading import Thread
from types import TracebackType
from typing import Any, Final, Literal

from asnsolve.own_processes import collect_rarely, memory_kept, start_arrow
from asnsolve.shown_values import error_text

NO_MEMORY: Final = "ran out of memory"
"""What happened to a worker for which there is not enough memory, as in an `Answer`."""

_MODULE: Final = b"m"
_FUNCTION: Final = b"f"
_TASK: Final = b"t"
"""First byte of a message, which tells what follows."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker answers.

    Parameters
    ----------
    kind : str
        Whether the worker is ready for its first task, is done with one, met an error, ran out of
        memory, or is dead.
    value : object
        The result if it is done, and the exception if there was an error.
    why : str
        What happened to a worker that died or ran out of memory, as the predicate of a sentence.
    """

    kind: Literal["ready", "done", "error", "memory", "dead"]
    value: Any = None
    why: str = ""


class Worker:
    """A process that applies a function to one task after the other.

    Attributes
    ----------
    task : tuple of one object, or None
        The task that the worker has; in a tuple because the task itself may be None.
    pipe : Connection
        The caller's end of the pipe.
    process : SpawnProcess
        The process.

    Raises
    ------
    OSError
        If no process can be started.
    """

    def __init__(self) -> None:
        self.pipe, other_end = connection.Pipe()
        self.process = SpawnProcess(target=_work, args=(other_end,), daemon=True)
        with other_end, _interruptions_held(), memory_kept():
            self.process.start()
        self.task: tuple[Any] | None = None

    def prepare(self, module: str) -> None:
        """Make the worker import a module that the work will need.

        Parameters
        ----------
        module : str
            Its full name.
        """
        self._send(_MODULE + module.encode())

    def take_up(self, function: bytes) -> None:
        """Send a function, which is applied to the tasks that follow.

        Parameters
        ----------
        function : bytes
            The pickled function.
        """
        self._send(_FUNCTION + function)

    def give(self, value: object) -> None:
        """Send a task.

        Parameters
        ----------
        value : object
            The task.
        """
        self.task = (value,)
        self._send(_TASK + bytes(ForkingPickler.dumps(value)))

    def _send(self, message: bytes) -> None:
        # If the process has died, `answer` finds the pipe closed.
        with suppress(OSError):
            self.pipe.send_bytes(message)

    def answer(self) -> Answer:
        """Wait for the next answer, or for the end of the process.

        Returns
        -------
        Answer
        """
        try:
            message = self.pipe.recv_bytes()
        except (EOFError, OSError):
            self.process.join()
            return Answer("dead", why=_death(self.process.exitcode))
        answer: Answer = pickle.loads(message)
        return answer

    def end(self) -> None:
        """Kill the process and close the pipe."""
        self.process.kill()
        self.process.join()
        self.process.close()
        self.pipe.close()


def _death(status: int | None) -> str:
    """Say how a process ended: its exit status is negative if a signal killed it."""
    if status is not None and status < 0:
        with suppress(ValueError):
            return f"was killed ({signal.Signals(-status).name}), perhaps for lack of memory"
    return f"ended by itself (status {status})"


@contextmanager
def _interruptions_held() -> Iterator[None]:
    """Block SIGINT while a process starts.

    The process inherits that, so that Ctrl-C interrupts the caller alone, which then ends it.
    """
    # The first process starts the tracker of resources, which would let SIGINT through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipe: connection.Connection) -> None:
    """Run a worker: receive a function, and apply it to one task after the other until the next.

    Before the first function, it may receive the name of a module to import.
    """
    _end_with_parent()
    collect_rarely()
    act: Callable[[Any], Any] | None = None
    while True:
        try:
            message = memoryview(pipe.recv_bytes())
        except EOFError:
            return
        kind, content = bytes(message[:1]), message[1:]
        if kind == _TASK:
            assert act is not None
            pipe.send_bytes(_answered(act, content))
            continue
        caught = _Caught()
        if kind == _MODULE:
            # If this fails, loading the function also fails and reports the reason.
            with caught:
                import_module(str(content, "utf-8"))
                if "pyarrow" in sys.modules:
                    # There is a worker for each processor.
                    start_arrow(threads=1)
            pipe.send(Answer("ready"))
            continue
        with caught:
            act = pickle.loads(content)
        if caught.error is not None:
            why = f"cannot load the work: {error_text(caught.error)}"
            pipe.send(Answer("dead", why=why))
            return
        pipe.send(Answer("ready"))


def _answered(act: Callable[[Any], Any], message: memoryview) -> bytes:
    """Apply a function to a pickled task, and return the pickled answer."""
    caught = _Caught()
    with caught:
        answer = Answer("done", act(pickle.loads(message)))
        return bytes(ForkingPickler.dumps(answer))
    if isinstance(caught.error, MemoryError):
        return bytes(ForkingPickler.dumps(Answer("memory", why=NO_MEMORY)))
    assert caught.error is not None
    return _of_error(caught.error)


def _of_error(error: BaseException) -> bytes:
    """Pickle an answer with an error, or with its text if the error cannot be pickled."""
    # Classes of rule files may fail in any way when they are asked for their text or pickled.
    with suppress(BaseException):
        # A traceback cannot be pickled, but its text can.
        error.add_note("in another process:\n" + "".join(traceback.format_exception(error)))
    with suppress(BaseException):
        message = bytes(ForkingPickler.dumps(Answer("error", error)))
        pickle.loads(message)
        return message
    return bytes(ForkingPickler.dumps(Answer("error", RuntimeError(error_text(error)))))


class _Caught:
    """Keeps the error that ends a block.

    It may be of any class. A rule file may call sys.exit(), which must not end the worker without
    an answer.
    """

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def __enter__(self) -> None:
        self.error = None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        self.error = error
        return True


def _end_with_parent() -> None:
    """Make this process end with its parent, even if that is killed while this one works."""
    parent = parent_process()
    # If no thread can be started, it ends when it looks for its next task.
    with suppress(RuntimeError):
        if parent is not None:
            Thread(target=_await_end, args=(parent.sentinel,), daemon=True).start()


def _await_end(sentinel: int) -> None:
    connection.wait([sentinel])
    _exit(1)
