"""Engines that run parts of a pool: this process, several processes, or Dask; results are equal."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process
from threading import Thread
from typing import TYPE_CHECKING, Final, Protocol, TypeVar
from warnings import catch_warnings, simplefilter

from asnsolve.errors import Problem, UsageError

if TYPE_CHECKING:
    from distributed import Client

    from asnsolve.archive.parts import Part

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class LostPart:
    """A part without a result, because the process that solved it died twice or more.

    Parameters
    ----------
    part : Part
        The part.
    why : str
        What happened, as a clause.
    """

    part: Part
    why: str


class Engine(Protocol):
    """A function that runs parts."""

    def __call__(
        self, act: Callable[[Part], Result], parts: Sequence[Part], /
    ) -> Iterator[Result | LostPart]:
        """Apply a function to each part and yield the results as they come, in any order."""


_LOCAL: Final = "local"


def in_turn(act: Callable[[Part], Result], parts: Sequence[Part]) -> Iterator[Result | LostPart]:
    """Run one part after the other in this process.

    Parameters
    ----------
    act : callable
        What is done with a part.
    parts : sequence of Part
        The parts.

    Yields
    ------
    object
        The result of each part, in order.
    """
    yield from map(act, parts)


def in_processes(jobs: int) -> Engine:
    """Make an engine that runs parts in several processes.

    When a process dies, the parts that were running are run again, each in a process of its own. A
    part whose process dies again is lost; the others are not.

    Parameters
    ----------
    jobs : int
        Number of processes.

    Returns
    -------
    Engine

    Raises
    ------
    UsageError
        If `jobs` is below 1.
    """
    if jobs < 1:
        raise UsageError(Problem(f"{jobs} processes are asked for", expected="1 or more"))

    def run(act: Callable[[Part], Result], parts: Sequence[Part]) -> Iterator[Result | LostPart]:
        waiting = list(reversed(parts))
        while waiting:
            suspects: list[Part] = []
            yield from _until_one_dies(jobs, act, waiting, suspects)
            for part in suspects:
                yield _alone(act, part)

    return run


def _until_one_dies(
    jobs: int, act: Callable[[Part], Result], waiting: list[Part], suspects: list[Part]
) -> Iterator[Result]:
    """Run waiting parts, the last one first, until a process dies.

    Results are yielded, and `waiting` keeps the parts that have not begun. If a process dies, the
    parts that were running become `suspects`: any of them may have killed it.
    """
    running: dict[Future[Result], Part] = {}
    with _processes(min(jobs, len(waiting))) as workers:
        while waiting or running:
            try:
                # One more part than processes, so that none of them is idle between two parts.
                while waiting and len(running) <= jobs:
                    running[workers.submit(act, waiting[-1])] = waiting[-1]
                    waiting.pop()
            except BrokenProcessPool:
                wait(running)
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            sound = [future for future in done if not _has_broken(future)]
            for future in sound:
                del running[future]
                yield future.result()
            if len(sound) < len(done) or not done:
                wait(running)
                suspects.extend(running.values())
                return


def _alone(act: Callable[[Part], Result], part: Part) -> Result | LostPart:
    """Run a suspect in a process of its own, where it can kill no other part."""
    with _processes(1) as worker:
        try:
            return worker.submit(act, part).result()
        except BrokenProcessPool:
            return LostPart(
                part, "the process that solved it died twice, of lack of memory perhaps"
            )


def _has_broken(future: Future[Result]) -> bool:
    return isinstance(future.exception(), BrokenProcessPool)


def _processes(count: int) -> ProcessPoolExecutor:
    # A forked process would inherit locks of threads that it does not have.
    context = get_context("spawn")
    return ProcessPoolExecutor(count, mp_context=context, initializer=_end_with_parent)


def _end_with_parent() -> None:
    """Make a worker end with its parent, even if that was killed."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_await_end, args=(parent.sentinel,), daemon=True).start()


def _await_end(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


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
        If Dask is not installed, or the scheduler does not answer.
    """

    def run(act: Callable[[Part], Result], parts: Sequence[Part]) -> Iterator[Result | LostPart]:
        with _client(address, jobs) as client, catch_warnings():
            from distributed import KilledWorker, as_completed

            # Dask warns of large arguments. They are intended: a part is sent with its task, so
            # that it can be sent again when a worker is lost.
            simplefilter("ignore", UserWarning)
            ahead = iter(parts)
            running: dict[str, Part] = {}
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
                future.release()
                start()

    return run


@contextmanager
def _client(address: str, jobs: int) -> Iterator[Client]:
    """Connect to a cluster, and end it with the block if it was started here."""
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        advice = "Install it: pip install 'asnsolve[dask]'"
        raise UsageError(Problem("Dask is not installed", advice=advice)) from error
    if address == _LOCAL:
        with (
            LocalCluster(n_workers=jobs, threads_per_worker=1, dashboard_address=None) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = Client(address)
    except (OSError, ValueError, TimeoutError) as error:
        what = f"no Dask scheduler answers at {address}"
        expected = "an address such as tcp://host:8786, or local"
        raise UsageError(Problem(what, expected=expected)) from error
    with client:
        yield client
