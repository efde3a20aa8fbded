"""The engine that runs tasks on a Dask cluster.

A worker that has the files of this machine reads them, and writes what it finds. To others, parts
travel as Arrow with their tasks, and what is found returns. Each worker looks for itself, whenever
it is given a task, since workers may join late.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast
from warnings import catch_warnings, simplefilter

from asnsolve.archive.engines import Engine, LostPart, Result, Task
from asnsolve.archive.shared_files import FileProof, OfFiles, proofs_of
from asnsolve.associations.association import code_version
from asnsolve.errors import AsnsolveError, Problem, UsageError
from asnsolve.shown_values import error_text

if TYPE_CHECKING:
    from distributed import Client, Future

Kind = TypeVar("Kind")

_LOCAL: Final = "local"
_PATIENCE: Final = 60
"""How long a cluster may be without a worker, in seconds."""

_PAUSE: Final = 2.0
"""Seconds between two looks at a cluster that gives no results."""

_AHEAD: Final = 2
"""Tasks per core: one that is done, and one that waits."""


def on_dask(address: str, jobs: int) -> Engine:
    """Make an engine that runs tasks on a Dask cluster.

    Dask itself runs a task again when its worker dies.

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
        If Dask is not installed, a local cluster cannot be started, the scheduler does not answer
        or goes away, or its cluster has no workers or workers with another version of asnsolve.
    """

    def run(
        act: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> Iterator[Result | LostPart[Task]]:
        if not tasks:
            return
        with ExitStack() as stack:
            stack.enter_context(_quiet())
            client = stack.enter_context(_client(address, jobs))
            proofs = stack.enter_context(proofs_of(_places(act)))
            cluster = _Cluster(client, address)
            cluster.refuse_other_versions()
            yield from _results(cluster, act, tasks, proofs)

    return run


@dataclass(frozen=True, slots=True)
class _Job(Generic[Task, Result]):
    """A task, what is to be done with it, and what must be true where it is done."""

    act: Callable[[Task], Result]
    task: Task
    proofs: tuple[FileProof, ...]
    version: str


@dataclass(frozen=True, slots=True)
class _Found(Generic[Result]):
    """A result."""

    result: Result


@dataclass(frozen=True, slots=True)
class _NoFiles:
    """The worker does not have the files of the caller."""


@dataclass(frozen=True, slots=True)
class _OtherVersion:
    """The worker has another version of asnsolve."""

    worker: str
    version: str


def _do(job: _Job[Task, Result]) -> _Found[Result] | _NoFiles | _OtherVersion:
    """Do a task on a worker, if it can be done there."""
    if code_version() != job.version:
        from distributed import get_worker

        return _OtherVersion(str(get_worker().address), code_version())
    if not all(proof.holds() for proof in job.proofs):
        return _NoFiles()
    return _Found(job.act(job.task))


@dataclass(frozen=True, slots=True)
class _Cluster:
    """A cluster, and how it is called."""

    client: Client
    address: str

    def error(self, what: str, advice: str = "") -> UsageError:
        """Make an error of what is wrong with the cluster."""
        return UsageError(Problem(f"the Dask cluster at {self.address} {what}", advice=advice))

    def cores(self) -> int:
        """Return the number of cores of all workers that are there now."""
        with self.contact():
            return sum(self.client.nthreads().values())

    @contextmanager
    def contact(self) -> Iterator[None]:
        """Report a scheduler that does not answer."""
        try:
            yield
        except (OSError, TimeoutError) as error:
            raise self.gone() from error

    def gone(self) -> UsageError:
        """Make the error of a scheduler that has gone away."""
        advice = "Give the command again when it is back. With --cache, what is solved is kept."
        return self.error("has gone away", advice)

    def refuse_other_versions(self) -> None:
        """Raise an error if a worker has another version of asnsolve than this process."""

        # Dask sends an inner function as code, which runs without asnsolve.
        def version() -> str:
            try:
                from asnsolve.associations.association import code_version
            except ImportError:
                return "no asnsolve"
            return code_version()

        with self.contact():
            found = self.client.run(version, on_error="return")
        own = code_version()
        others = {worker: told for worker, told in found.items() if told != own}
        if others:
            self.refuse(others)

    def refuse(self, versions: dict[str, object]) -> None:
        """Raise an error that names workers with their versions."""
        named = ", ".join(f"{worker} has {told}" for worker, told in sorted(versions.items()))
        what = f"has workers that cannot solve parts: {named}"
        raise UsageError(
            Problem(
                f"the Dask cluster at {self.address} {what}",
                expected=f"{code_version()}, as here",
                advice="Install the same version of asnsolve on all workers.",
            )
        )


def _results(
    cluster: _Cluster,
    act: Callable[[Task], Result],
    tasks: Sequence[Task],
    proofs: tuple[FileProof, ...],
) -> Iterator[Result | LostPart[Task]]:
    """Run tasks and yield the results as they come."""
    sender = _Sender(cluster.client, act, proofs)
    done: SimpleQueue[Future] = SimpleQueue()
    running: dict[str, Task] = {}
    ahead = iter(tasks)
    # Whether all workers that were given a task had the files.
    is_shared = True

    def start(task: Task) -> None:
        future = sender.sent(task) if not is_shared else sender.named(task)
        running[future.key] = task
        future.add_done_callback(done.put)

    def fill() -> None:
        most = _AHEAD * max(cluster.cores(), 1)
        while len(running) < most:
            try:
                start(next(ahead))
            except StopIteration:
                return

    fill()
    while running:
        future = _next(cluster, done)
        task = running.pop(future.key)
        match _outcome(cluster, future, task):
            case _NoFiles():
                is_shared = False
                start(task)
            case _OtherVersion(worker, version):
                cluster.refuse({worker: version})
            case _Found(result):
                yield result
            case lost:
                yield lost
        future.release()
        fill()


def _next(cluster: _Cluster, done: SimpleQueue[Future]) -> Future:
    """Wait for a result, as long as somebody works."""
    deserted = 0.0
    while True:
        begun = time.monotonic()
        try:
            return done.get(timeout=_PAUSE)
        except Empty:
            # Dask itself waits for ever for a worker to join.
            deserted = 0.0 if cluster.cores() else deserted + time.monotonic() - begun
            if deserted > _PATIENCE:
                raise cluster.error(f"has had no workers for {_PATIENCE} s") from None


def _outcome(
    cluster: _Cluster, future: Future, task: Task
) -> _Found[Any] | _NoFiles | _OtherVersion | LostPart[Task]:
    """Say what became of a task."""
    from distributed import CancelledError, KilledWorker

    try:
        outcome: _Found[Any] | _NoFiles | _OtherVersion = future.result()
    except KilledWorker as error:
        return LostPart(task, f"workers died of it: {error}")
    except MemoryError:
        return LostPart(task, "its worker ran out of memory")
    except (CancelledError, TimeoutError) as error:
        raise cluster.gone() from error
    except AsnsolveError:
        raise
    except Exception:
        # A late worker of another version may not even understand its task.
        cluster.refuse_other_versions()
        raise
    return outcome


@dataclass(frozen=True, slots=True)
class _Sender(Generic[Task, Result]):
    """Sends tasks to a cluster, under names that tell their programs."""

    client: Client
    act: Callable[[Task], Result]
    proofs: tuple[FileProof, ...]

    def named(self, task: Task) -> Future:
        """Send a task with the names of its files."""
        with proofs_of(_places(task)) as proofs:
            return self._submit(_Job(self.act, task, (*self.proofs, *proofs), code_version()))

    def sent(self, task: Task) -> Future:
        """Send a task with the content of its files."""
        return self._submit(_Job(_sent(self.act), _sent(task), (), code_version()))

    def _submit(self, job: _Job[Task, Result]) -> Future:
        return self.client.submit(_do, job, key=_key(job.act, job.task), pure=False)


def _places(named: object) -> tuple[Path, ...]:
    return tuple(named.places()) if isinstance(named, OfFiles) else ()


def _sent(named: Kind) -> Kind:
    return cast(Kind, named.without_files()) if isinstance(named, OfFiles) else named


def _key(act: object, task: object) -> str:
    """Name a task as the dashboard of Dask shows it, such as ``solve-01234-01250-...``.

    Dask groups tasks by the words before the first number.
    """
    name = getattr(act, "__name__", type(act).__name__)
    words = re.findall(r"[A-Z]?[a-z]+", name)
    programs = getattr(task, "programs", ())
    ends = dict.fromkeys((*programs[:1], *programs[-1:]))
    return "-".join([words[0].lower() if words else "do", *ends, secrets.token_hex(8)])


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from writing what is reported anyway."""
    logger = logging.getLogger("distributed.client")
    before = logger.disabled
    with catch_warnings():
        # It warns of large arguments. They are intended: a part is sent with its task, so that it
        # can be sent again when a worker is lost.
        simplefilter("ignore", UserWarning)
        logger.disabled = True
        try:
            yield
        finally:
            logger.disabled = before


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
            # One worker is enough to begin with: others may join later.
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            what = f"has no workers after {_PATIENCE} s"
            raise _Cluster(client, address).error(what) from error
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
