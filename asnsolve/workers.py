"""Apply a function to tasks in several processes, and survive the death of any of them.

A worker first receives the function, and then one task after the other. To each of these messages
it sends one answer::

    function ----> worker --- ready -------------------> first task
    task --------> worker -+- done, with the result ---> Done, next task
                           |- error -------------------> raised by in_workers
                           |- memory ------------------> suspect; another worker replaces this one
                           `- the pipe is closed ------> suspect; another worker replaces this one

    suspect -----> worker that runs alone -+- done ----> Done
                                           |- error ---> raised by in_workers
                                           `- other ---> Lost

A suspect may have killed its worker, or have been killed because all workers together took too much
memory. It is therefore tried once more after all other tasks, with no other worker beside it.

The executors of `concurrent.futures` do not fit: when one of their processes dies, all tasks fail,
and they need threads and semaphores, of which a small machine or a container may have too few. A
worker here shares one pipe with the caller and nothing else.
"""

from __future__ import annotations

import pickle
import signal
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
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
    """Warn that there are fewer processes than requested.

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


_NO_MEMORY: Final = "ran out of memory"


def in_workers(
    act: Callable[[Task], Result],
    tasks: Iterable[Task],
    jobs: int,
    warn: Callable[[str], None] = warn_of_trouble,
) -> Iterator[Done[Task, Result] | Lost[Task]]:
    """Apply a function to tasks in several processes.

    If a process dies or runs out of memory, only its task is affected. That task is tried once more
    when all others are done, with no other process beside it. If no process can be started, this
    process does the tasks.

    Parameters
    ----------
    act : callable
        The function. Like the tasks and results, it must be picklable; otherwise this process does
        the tasks.
    tasks : iterable
        The tasks.
    jobs : int
        Largest number of processes.
    warn : callable
        Called with a message if fewer processes can be started.

    Yields
    ------
    Done or Lost
        In any order.

    Raises
    ------
    Exception
        Whatever the function raises, except MemoryError.
    """
    waiting = deque(tasks)
    try:
        function = bytes(ForkingPickler.dumps(act))
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        warn(f"the work cannot be sent to another process ({error_text(error)}); {_ALONE}")
        yield from in_this_process(act, waiting)
        return
    suspects: list[tuple[Task, str]] = []
    with closing(_Crew(function, warn)) as crew:
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
                        suspects.append((*task, f"its process {answer.why}"))
                        crew.hire(1 if waiting else 0)
                elif waiting:
                    # Give it work before the caller handles the result, which may take time.
                    worker.give(waiting.popleft())
                if answer.kind == "error":
                    raise answer.value
                if answer.kind == "done" and task is not None:
                    yield Done(*task, answer.value)
    if waiting:
        warn(f"no process can be started ({crew.trouble}); {_ALONE}")
        yield from in_this_process(act, waiting)
    for value, why in suspects:
        yield from _alone(function, value, why)


_ALONE: Final = "this process does all the work"


def _alone(function: bytes, value: Task, before: str) -> Iterator[Done[Task, Any] | Lost[Task]]:
    """Try a task again with one worker.

    `before` says what happened the first time. It is the reason of a lost task if this time the
    worker does not even start.
    """
    with closing(_Crew(function, lambda text: None)) as crew:
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
class _Answer:
    """What a worker answers.

    `value` is the result if it is done, and the exception if there was an error. `why` says what
    happened to a worker that died or ran out of memory, as the predicate of a sentence.
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
        # The task that it has, in a tuple because the task itself may be None.
        self.task: tuple[Any] | None = None
        self._send(function)

    def give(self, value: object) -> None:
        self.task = (value,)
        self._send(bytes(ForkingPickler.dumps(value)))

    def _send(self, message: bytes) -> None:
        # If the process has died, `answer` finds the pipe closed.
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
    """Say how a process ended: its exit status is negative if a signal killed it."""
    if status is not None and status < 0:
        with suppress(ValueError):
            return f"was killed ({signal.Signals(-status).name}), perhaps for lack of memory"
    return f"ended by itself (status {status})"


class _Crew:
    """Workers with the same function."""

    def __init__(self, function: bytes, warn: Callable[[str], None]) -> None:
        self.workers: list[_Worker] = []
        self.trouble = ""
        self._function = function
        self._warn = warn

    def close(self) -> None:
        """End all workers, even busy ones, since nobody waits for their results any more."""
        # Kill all of them before waiting for the first. The stack ends the others if one fails.
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
        """Remember why a worker is missing, and warn the first time if others are there."""
        if not self.trouble and self.workers:
            self._warn(f"not all processes can be started ({trouble}); the others do the work")
        self.trouble = trouble

    def dismiss(self, worker: _Worker) -> None:
        self.workers.remove(worker)
        worker.end()

    def ready(self) -> list[_Worker]:
        """Wait until some workers have answered or died, and return these."""
        readable = set(connection.wait([worker.pipe for worker in self.workers]))
        return [worker for worker in self.workers if worker.pipe in readable]


@contextmanager
def _interruptions_held() -> Iterator[None]:
    """Block SIGINT while a process starts.

    The process inherits that, so that Ctrl-C interrupts the caller alone, which then ends it.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipe: connection.Connection) -> None:
    """Run a worker: receive the function, then apply it to one task after the other."""
    _end_with_parent()
    caught = _Caught()
    with caught:
        act = pickle.loads(pipe.recv_bytes())
    if caught.error is not None:
        why = f"cannot load the work: {error_text(caught.error)}"
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
    """Apply a function to a pickled task, and return the pickled answer."""
    caught = _Caught()
    with caught:
        answer = _Answer("done", act(pickle.loads(message)))
        return bytes(ForkingPickler.dumps(answer))
    if isinstance(caught.error, MemoryError):
        return bytes(ForkingPickler.dumps(_Answer("memory", why=_NO_MEMORY)))
    assert caught.error is not None
    return _of_error(caught.error)


def _of_error(error: BaseException) -> bytes:
    """Pickle an answer with an error, or with its text if the error cannot be pickled."""
    # Classes of rule files may fail in any way when they are asked for their text or pickled.
    with suppress(BaseException):
        # A traceback cannot be pickled, but its text can.
        error.add_note("in another process:\n" + "".join(traceback.format_exception(error)))
    with suppress(BaseException):
        message = bytes(ForkingPickler.dumps(_Answer("error", error)))
        pickle.loads(message)
        return message
    return bytes(ForkingPickler.dumps(_Answer("error", RuntimeError(error_text(error)))))


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
