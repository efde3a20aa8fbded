"""Engines that run tasks, such as parts of a pool, in this process or in several.

`asnsolve.archive.dask_engine` has one that runs them on a cluster. Their results are equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from asnsolve.errors import Problem, UsageError
from asnsolve.workers import Crew, Done, Lost, in_this_process, warn_of_trouble

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class LostPart(Generic[Task]):
    """A task without a result, because the process that did it died or ran out of memory.

    Parameters
    ----------
    part : object
        The task, such as a part of a pool.
    why : str
        What happened, as a clause.
    """

    part: Task
    why: str


class Engine(Protocol):
    """A function that runs tasks."""

    def __call__(
        self, act: Callable[[Task], Result], tasks: Sequence[Task], /
    ) -> Iterator[Result | LostPart[Task]]:
        """Apply a function to each task and yield the results as they come, in any order."""


def in_turn(
    act: Callable[[Task], Result], tasks: Sequence[Task]
) -> Iterator[Result | LostPart[Task]]:
    """Run one task after the other in this process.

    Parameters
    ----------
    act : callable
        What is done with a task.
    tasks : sequence
        The tasks.

    Yields
    ------
    object
        The result of each task, in order. A task for which there is not enough memory is lost.
    """
    yield from _results(in_this_process(act, tasks))


@contextmanager
def in_processes(
    jobs: int, warn: Callable[[str], None] = warn_of_trouble, module: str | None = None
) -> Iterator[Engine]:
    """Open an engine that runs tasks in several processes, which end with the block.

    If a process dies or runs out of memory, its task is run again when all others are done. If that
    fails too, only this task is lost. If no process can be started, this process runs the tasks.

    Parameters
    ----------
    jobs : int
        Number of processes.
    warn : callable
        Called with a message if fewer processes can be started.
    module : str, optional
        Full name of a module that the tasks will need. Processes, at most one for each processor,
        then start at once, and import the module while the caller goes on. By default, processes
        start with the first tasks.

    Yields
    ------
    Engine

    Raises
    ------
    UsageError
        If `jobs` is below 1.
    """
    if jobs < 1:
        raise UsageError(Problem(f"the number of processes is {jobs}", expected="1 or more"))
    with closing(Crew(jobs, warn)) as crew:
        if module is not None:
            crew.prepare(module)

        def run(
            act: Callable[[Task], Result], tasks: Sequence[Task]
        ) -> Iterator[Result | LostPart[Task]]:
            yield from _results(crew.run(act, tasks))

        yield run


def every_result(
    engine: Engine, act: Callable[[Task], Result], tasks: Sequence[Task]
) -> list[Result]:
    """Run tasks of which none may be lost.

    Parameters
    ----------
    engine : Engine
        What runs the tasks.
    act : callable
        What is done with a task.
    tasks : sequence
        The tasks.

    Returns
    -------
    list of object
        The results, in any order. What an engine loses is done by this process.

    Raises
    ------
    MemoryError
        If there is not enough memory for a task.
    """
    return [
        act(result.part) if isinstance(result, LostPart) else result
        for result in engine(act, tasks)
    ]


def _results(
    outcomes: Iterable[Done[Task, Result] | Lost[Task]],
) -> Iterator[Result | LostPart[Task]]:
    for outcome in outcomes:
        match outcome:
            case Done(_, result):
                yield result
            case Lost(task, why):
                yield LostPart(task, why)
