"""Engines that run tasks, such as parts of a pool: this process, several processes, or Dask.

Their results are equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar
from warnings import catch_warnings, simplefilter

from asnsolve.errors import Problem, UsageError
from asnsolve.shown_values import error_text
from asnsolve.workers import Crew, Done, Lost, in_this_process, warn_of_trouble

if TYPE_CHECKING:
    from distributed import Client

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


_LOCAL: Final = "local"
_PATIENCE: Final = 60
"""How long a Dask cluster may take until it has a worker, in seconds."""


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
def in_processes(jobs: int, warn: Callable[[str], None] = warn_of_trouble) -> Iterator[Engine]:
    """Open an engine that runs tasks in several processes, which end with the block.

    If a process dies or runs out of memory, its task is run again when all others are done. If that
    fails too, only this task is lost. If no process can be started, this process runs the tasks.

    Parameters
    ----------
    jobs : int
        Number of processes.
    warn : callable
        Called with a message if fewer processes can be started.

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


def on_dask(address: str, jobs: int) -> Engine:
    """Make an engine that runs parts on a Dask cluster.

    Dask itself runs a part again when its worker dies.

    Parameters
    ----------
    address : str
        Address of the scheduler; ``local`` starts a cluster on this machine for the run.
    jobs : int
        Number of processes of a local cluster.

    Returns
    -------
    Engine

    Raises
    ------
    UsageError
        If Dask is not installed, a local cluster cannot be started, the scheduler does not answer,
        or its cluster has no workers or none that can run asnsolve.
    """

    def run(
        act: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> Iterator[Result | LostPart[Task]]:
        with _client(address, jobs) as client, catch_warnings():
            from distributed import CancelledError, KilledWorker, as_completed

            # Dask warns of large arguments. They are intended: a part is sent with its task, so
            # that it can be sent again when a worker is lost.
            simplefilter("ignore", UserWarning)
            ahead = iter(tasks)
            running: dict[str, Task] = {}
            completed = as_completed()
            # Two parts per core keep workers busy, and the client holds no more results than that.
            most = 2 * max(len(client.ncores()), 1)

            def start() -> None:
                for part in ahead:
                    future = client.submit(act, part, pure=False)
                    running[future.key] = part
                    completed.add(future)
                    if len(running) >= most:
                        return

            start()
            for future in completed:
                part = running.pop(future.key)
                try:
                    yield future.result()
                except KilledWorker as error:
                    yield LostPart(part, f"workers died of it: {error}")
                except MemoryError:
                    yield LostPart(part, "its worker ran out of memory")
                except CancelledError as error:
                    raise _of_cluster(f"has gone away: {error_text(error)}", address) from error
                except ImportError as error:
                    what = f"cannot run asnsolve: {error_text(error)}"
                    advice = "Install the same version of asnsolve on its workers."
                    raise _of_cluster(what, address, advice) from error
                future.release()
                start()

    return run


def _of_cluster(what: str, address: str, advice: str = "") -> UsageError:
    return UsageError(Problem(f"the Dask cluster at {address} {what}", advice=advice))


@contextmanager
def _client(address: str, jobs: int) -> Iterator[Client]:
    """Connect to a cluster, and end it with the block if it was started here."""
    try:
        from distributed import Client
    except ImportError as error:
        advice = "Install it: pip install 'asnsolve[dask]'"
        raise UsageError(Problem("Dask is not installed", advice=advice)) from error
    with ExitStack() as stack:
        if address == _LOCAL:
            client = _local_client(jobs, stack)
        else:
            try:
                client = stack.enter_context(Client(address))
            except (OSError, ValueError, TimeoutError) as error:
                what = f"no Dask scheduler answers at {address}"
                expected = "an address such as tcp://host:8786, or local"
                raise UsageError(Problem(what, expected=expected)) from error
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            raise _of_cluster(f"has no workers after {_PATIENCE} s", address) from error
        yield client


def _local_client(jobs: int, stack: ExitStack) -> Client:
    from distributed import Client, LocalCluster

    try:
        cluster = LocalCluster(n_workers=jobs, threads_per_worker=1, dashboard_address=None)
        return stack.enter_context(Client(stack.enter_context(cluster)))
    except (OSError, RuntimeError, TimeoutError) as error:
        # Threads and processes may be limited, and so may files.
        what = f"no local Dask cluster can be started: {error_text(error).rstrip('.')}"
        advice = "Use -j instead of --dask, or neither."
        raise UsageError(Problem(what, advice=advice)) from error
