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
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.reduction import ForkingPickler
from typing import Any, Final, Generic, TypeVar

from asnsolve.shown_values import error_text
from asnsolve.worker_process import NO_MEMORY, Worker

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
            yield Lost(task, f"its process {NO_MEMORY}")
        else:
            yield done


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


class _Crew:
    """Workers with the same function."""

    def __init__(self, function: bytes, warn: Callable[[str], None]) -> None:
        self.workers: list[Worker] = []
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
                self.workers.append(Worker(self._function))
            except (OSError, MemoryError) as error:
                self.report(getattr(error, "strerror", None) or error_text(error))
                return

    def report(self, trouble: str) -> None:
        """Remember why a worker is missing, and warn the first time if others are there."""
        if not self.trouble and self.workers:
            self._warn(f"not all processes can be started ({trouble}); the others do the work")
        self.trouble = trouble

    def dismiss(self, worker: Worker) -> None:
        self.workers.remove(worker)
        worker.end()

    def ready(self) -> list[Worker]:
        """Wait until some workers have answered or died, and return these."""
        readable = set(connection.wait([worker.pipe for worker in self.workers]))
        return [worker for worker in self.workers if worker.pipe in readable]
