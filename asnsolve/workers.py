"""Apply a function in several processes, none of which can take the others or the caller with it.

Each process has a pipe of its own and nothing else: no threads of the caller and no semaphores,
which a small machine or a container may lack, and no queue that waits for ever for a process that
is gone.
"""

from __future__ import annotations

import pickle
import signal
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import connection, parent_process
from multiprocessing.context import SpawnProcess
from multiprocessing.reduction import ForkingPickler
from os import _exit
from threading import Thread
from types import TracebackType
from typing import Any, Final, Generic, Literal, TypeVar

from asnsolve.shown_values import error_text

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Done(Generic[Task, Result]):
    """A task with its result.

    Parameters
    ----------
    task : object
        The task.
    result : object
        What the function returned.
    """

    task: Task
    result: Result


@dataclass(frozen=True, slots=True)
class Lost(Generic[Task]):
    """A task without a result, although it was tried twice.

    Parameters
    ----------
    task : object
        The task.
    why : str
        What happened, as a clause.
    """

    task: Task
    why: str


def warn_of_trouble(text: str) -> None:
    """Warn that there are fewer processes than were asked for.

    Parameters
    ----------
    text : str
        The warning.
    """
    warnings.warn(text, RuntimeWarning, stacklevel=2)


def in_this_process(
    act: Callable[[Task], Result], tasks: Iterable[Task]
) -> Iterator[Done[Task, Result] | Lost[Task]]:
    """Apply a function to tasks, one after the other.

    Parameters
    ----------
    act : callable
        The function.
    tasks : iterable
        The tasks.

    Yields
    ------
    Done or Lost
        In the order of the tasks. A task for which there is not enough memory is lost.
    """
    for task in tasks:
        try:
            done = Done(task, act(task))
        except MemoryError:
            yield Lost(task, f"its process {_NO_MEMORY}")
        else:
            yield done


_NO_MEMORY: Final = "had not enough memory"


def in_workers(
    act: Callable[[Task], Result],
    tasks: Iterable[Task],
    jobs: int,
    warn: Callable[[str], None] = warn_of_trouble,
) -> Iterator[Done[Task, Result] | Lost[Task]]:
    """Apply a function to tasks in several processes.

    A process that dies, or that lacks memory, takes only its task with it. That task is tried once
    more when all others are done, in a process that has the machine to itself. If no process can be
    started, the tasks are done in this one.

    Parameters
    ----------
    act : callable
        The function; it is sent to the processes, as are the tasks.
    tasks : iterable
        The tasks.
    jobs : int
        The most processes.
    warn : callable
        Called with a message if fewer processes can be started.

    Yields
    ------
    Done or Lost
        In any order.

    Raises
    ------
    Exception
        Whatever else the function raises.
    """
    waiting = deque(tasks)
    try:
        function = bytes(ForkingPickler.dumps(act))
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        warn(
            f"what is to be done cannot be sent to another process ({error_text(error)}); {_ALONE}"
        )
        yield from in_this_process(act, waiting)
        return
    suspects: list[tuple[Task, str]] = []
    with _Crew(function, warn) as crew:
        crew.hire(min(jobs, len(waiting)))
        while crew.workers and (waiting or crew.is_busy):
            for worker in crew.ready():
                answer = worker.answer()
                task, worker.task = worker.task, None
                if answer.kind in ("dead", "memory"):
                    crew.dismiss(worker)
                    if task is None:
                        crew.report(f"one {answer.why}")
                    else:
                        suspects.append((task.value, f"its process {answer.why}"))
                        crew.hire(1 if waiting else 0)
                elif waiting:
                    # It goes on before its result is looked at, which may take time.
                    worker.give(waiting.popleft())
                if answer.kind == "error":
                    raise answer.value
                if answer.kind == "done" and task is not None:
                    yield Done(task.value, answer.value)
    if waiting:
        warn(f"no process can be started ({crew.trouble}); {_ALONE}")
        yield from in_this_process(act, waiting)
    for value, why in suspects:
        yield from _alone(function, value, why)


_ALONE: Final = "this process does all the work"


def _alone(function: bytes, value: Task, before: str) -> Iterator[Done[Task, Any] | Lost[Task]]:
    """Try a task again in a process of its own, where it can kill no other."""
    with _Crew(function, lambda text: None) as crew:
        crew.hire(1)
        given = False
        while crew.workers:
            (worker,) = crew.ready()
            answer = worker.answer()
            if answer.kind == "ready":
                worker.give(value)
                given = True
            elif answer.kind == "done":
                yield Done(value, answer.value)
                return
            elif answer.kind == "error":
                raise answer.value
            else:
                crew.dismiss(worker)
                before = f"its process {answer.why}" if given else before
    yield Lost(value, before)


@dataclass(frozen=True, slots=True)
class _Given:
    """A task that a worker has; the task itself may be None."""

    value: Any


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a worker says: that it is ready or has done its task, or what went wrong.

    `why` is what became of the process, as the end of a sentence.
    """

    kind: Literal["ready", "done", "error", "memory", "dead"]
    value: Any = None
    why: str = ""


class _Worker:
    """A process that applies a function to one task after the other."""

    def __init__(self, function: bytes) -> None:
        self.pipe, other_end = connection.Pipe()
        self.process = SpawnProcess(target=_work, args=(other_end,), daemon=True)
        with other_end, _interruptions_held():
            self.process.start()
        self.task: _Given | None = None
        self._send(function)

    def give(self, value: object) -> None:
        self.task = _Given(value)
        self._send(bytes(ForkingPickler.dumps(value)))

    def _send(self, message: bytes) -> None:
        # A process that has died says so when its answer is looked for.
        with suppress(OSError):
            self.pipe.send_bytes(message)

    def answer(self) -> _Answer:
        try:
            message = self.pipe.recv_bytes()
        except (EOFError, OSError):
            self.process.join()
            return _Answer("dead", why=_death(self.process.exitcode))
        answer: _Answer = pickle.loads(message)
        return answer

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.process.close()
        self.pipe.close()


def _death(status: int | None) -> str:
    """Say how a process ended, from its exit status or, below zero, the signal that killed it."""
    if status is not None and status < 0:
        with suppress(ValueError):
            return f"was killed ({signal.Signals(-status).name}), for lack of memory perhaps"
    return f"ended by itself (status {status})"


class _Crew:
    """Workers that have the same function; they end with the block."""

    def __init__(self, function: bytes, warn: Callable[[str], None]) -> None:
        self.workers: list[_Worker] = []
        self.trouble = ""
        self._function = function
        self._warn = warn

    def __enter__(self) -> _Crew:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all workers, also those that are busy: nobody waits for them any more."""
        with ExitStack() as stack:
            for worker in self.workers:
                stack.callback(worker.end)
                worker.process.kill()

    @property
    def is_busy(self) -> bool:
        return any(worker.task is not None for worker in self.workers)

    def hire(self, count: int) -> None:
        for _ in range(count):
            try:
                self.workers.append(_Worker(self._function))
            except (OSError, MemoryError) as error:
                self.report(getattr(error, "strerror", None) or error_text(error))
                return

    def report(self, trouble: str) -> None:
        """Say once that there are fewer processes than were asked for."""
        if not self.trouble and self.workers:
            self._warn(f"not all processes can be started ({trouble}); the others do the work")
        self.trouble = trouble

    def dismiss(self, worker: _Worker) -> None:
        self.workers.remove(worker)
        worker.end()

    def ready(self) -> list[_Worker]:
        """Wait until workers have something to say, and return these."""
        said = set(connection.wait([worker.pipe for worker in self.workers]))
        return [worker for worker in self.workers if worker.pipe in said]


@contextmanager
def _interruptions_held() -> Iterator[None]:
    """Hold Ctrl-C back while a process starts, which then never gets it: the caller ends it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipe: connection.Connection) -> None:
    """Receive a function, and apply it to what comes after it."""
    _end_with_parent()
    caught = _Caught()
    with caught:
        act = pickle.loads(pipe.recv_bytes())
    if caught.error is not None:
        why = f"cannot load what it is to do: {error_text(caught.error)}"
        pipe.send(_Answer("dead", why=why))
        return
    pipe.send(_Answer("ready"))
    while True:
        try:
            message = pipe.recv_bytes()
        except EOFError:
            return
        pipe.send_bytes(_answered(act, message))


def _answered(act: Callable[[Any], Any], message: bytes) -> bytes:
    """Apply a function to a task that came as a message; return the answer as one."""
    caught = _Caught()
    with caught:
        answer = _Answer("done", act(pickle.loads(message)))
        return bytes(ForkingPickler.dumps(answer))
    if isinstance(caught.error, MemoryError):
        return bytes(ForkingPickler.dumps(_Answer("memory", why=_NO_MEMORY)))
    assert caught.error is not None
    return _of_error(caught.error)


def _of_error(error: BaseException) -> bytes:
    """Write an error as an answer, or what it says if it cannot be sent."""
    with _Caught():
        # The traceback itself stays in this process.
        error.add_note("in another process:\n" + "".join(traceback.format_exception(error)))
    with _Caught():
        message = bytes(ForkingPickler.dumps(_Answer("error", error)))
        pickle.loads(message)
        return message
    return bytes(ForkingPickler.dumps(_Answer("error", RuntimeError(error_text(error)))))


class _Caught:
    """Keeps the error that ends a block."""

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
    # Without a thread that watches, it ends when it looks for its next task.
    with suppress(RuntimeError):
        if parent is not None:
            Thread(target=_await_end, args=(parent.sentinel,), daemon=True).start()


def _await_end(sentinel: int) -> None:
    connection.wait([sentinel])
    _exit(1)
