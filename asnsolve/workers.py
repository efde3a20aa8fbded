"""Apply a function to tasks in several processes, and survive the death of any of them.

A worker first receives the function, and then one task after the other. It may later receive other
functions, each with its own tasks. If the crew starts before there is work, a worker is first told
which module to import. To each of these messages it sends one answer::

    module ------> worker --- ready -------------------> function
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

import os
import pickle
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
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
    """Apply a function to tasks in several processes, which end with the iteration.

    Parameters
    ----------
    act : callable
        The function; see `Crew.run`.
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
    with closing(Crew(jobs, warn)) as crew:
        yield from crew.run(act, tasks)


_ALONE: Final = "this process does all the work"


class Crew:
    """Workers that do one piece of work after the other, until they are closed.

    Parameters
    ----------
    jobs : int
        Largest number of processes.
    warn : callable
        Called with a message, once, if fewer processes can be started.
    """

    def __init__(self, jobs: int, warn: Callable[[str], None] = warn_of_trouble) -> None:
        self._jobs = jobs
        self._warn = warn
        self._workers: list[Worker] = []
        self._trouble = ""
        self._is_told = False

    def close(self) -> None:
        """End all workers, even busy ones, since nobody waits for their results any more."""
        # Kill all of them before waiting for the first. The stack ends the others if one fails.
        with ExitStack() as stack:
            for worker in self._workers:
                stack.callback(worker.end)
                worker.process.kill()
            self._workers = []

    def prepare(self, module: str) -> None:
        """Start workers before there is work, so that they can import a module in the meantime.

        There may be less work than workers, so at most one worker for each processor starts now.
        `run` starts the others if there is work for them.

        Parameters
        ----------
        module : str
            Full name of a module that the work will need.
        """
        early = min(self._jobs, os.cpu_count() or 1)
        self._hire(early - len(self._workers), partial(Worker.prepare, module=module))

    def run(
        self, act: Callable[[Task], Result], tasks: Iterable[Task]
    ) -> Iterator[Done[Task, Result] | Lost[Task]]:
        """Apply a function to tasks.

        If a process dies or runs out of memory, only its task is affected. That task is tried once
        more when all others are done, with no other process beside it. If no process can be
        started, this process does the tasks. Workers that are left by an error, or by an iteration
        that is not finished, are ended.

        Parameters
        ----------
        act : callable
            The function. Like the tasks and results, it must be picklable; otherwise this process
            does the tasks.
        tasks : iterable
            The tasks.

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
            self._tell(
                f"the work cannot be sent to another process ({error_text(error)}); {_ALONE}"
            )
            yield from in_this_process(act, waiting)
            return
        suspects: list[tuple[Task, str]] = []
        try:
            yield from self._shared_out(function, waiting, suspects)
            if waiting:
                self._tell(f"no process can be started ({self._trouble}); {_ALONE}")
                yield from in_this_process(act, waiting)
            # A task that may have used up the memory is tried again while no other process runs.
            if suspects:
                self.close()
            for value, why in suspects:
                yield from _tried_alone(function, value, why)
        except BaseException:
            self.close()
            raise

    def _shared_out(
        self, function: bytes, waiting: deque[Task], suspects: list[tuple[Task, str]]
    ) -> Iterator[Done[Task, Any]]:
        """Share out the waiting tasks; add those whose worker died to `suspects`."""
        take_up = partial(Worker.take_up, function=function)
        for worker in self._workers:
            take_up(worker)
        self._hire(min(self._jobs, len(waiting)) - len(self._workers), take_up)
        while self._workers and (waiting or self._is_busy):
            for worker in self._answering():
                answer = worker.answer()
                if answer.kind == "ready" and worker.task is not None:
                    # It is ready for the last function, and was given a task of this one already.
                    continue
                task, worker.task = worker.task, None
                if answer.kind in ("dead", "memory"):
                    self._dismiss(worker)
                    if task is None:
                        self._report(f"one {answer.why}")
                    else:
                        suspects.append((*task, f"its process {answer.why}"))
                        self._hire(1 if waiting else 0, take_up)
                elif waiting:
                    # Give it work before the caller handles the result, which may take time.
                    worker.give(waiting.popleft())
                if answer.kind == "error":
                    raise answer.value
                if answer.kind == "done" and task is not None:
                    yield Done(*task, answer.value)

    @property
    def _is_busy(self) -> bool:
        return any(worker.task is not None for worker in self._workers)

    def _hire(self, count: int, welcome: Callable[[Worker], None]) -> None:
        for _ in range(count):
            try:
                worker = Worker()
            except (OSError, MemoryError) as error:
                self._report(getattr(error, "strerror", None) or error_text(error))
                return
            self._workers.append(worker)
            welcome(worker)

    def _report(self, trouble: str) -> None:
        """Remember why a worker is missing, and say so if others are there."""
        if not self._trouble and self._workers:
            self._tell(f"not all processes can be started ({trouble}); the others do the work")
        self._trouble = trouble

    def _tell(self, text: str) -> None:
        """Warn, but not again for every piece of work."""
        if not self._is_told:
            self._warn(text)
        self._is_told = True

    def _dismiss(self, worker: Worker) -> None:
        self._workers.remove(worker)
        worker.end()

    def _answering(self) -> list[Worker]:
        """Wait until some workers have answered or died, and return these."""
        readable = set(connection.wait([worker.pipe for worker in self._workers]))
        return [worker for worker in self._workers if worker.pipe in readable]


def _tried_alone(
    function: bytes, value: Task, before: str
) -> Iterator[Done[Task, Any] | Lost[Task]]:
    """Try a task again with one worker.

    `before` says what happened the first time. It is the reason of a lost task if this time the
    worker does not even start.
    """
    try:
        worker = Worker()
    except (OSError, MemoryError):
        yield Lost(value, before)
        return
    try:
        worker.take_up(function)
        answer = worker.answer()
        if answer.kind == "ready":
            worker.give(value)
            answer = worker.answer()
            before = f"its process {answer.why}"
    finally:
        worker.end()
    if answer.kind == "error":
        raise answer.value
    yield Done(value, answer.value) if answer.kind == "done" else Lost(value, before)
