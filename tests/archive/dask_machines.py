"""Dask clusters of separate processes and hosts: ``python -m tests.archive.dask_machines``.

A scheduler and workers run as processes of their own, in other working directories than the run
itself. As root, on Linux, workers are hosts: each has a network namespace of its own, connected to
that of the scheduler by a bridge, and an empty file system in place of the folder of the run. Then
workers are killed, come late or have another version, and the scheduler goes away.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final
from unittest.mock import patch

from asnsolve.archive.manifests import MANIFEST
from tests.archive.stores import running_store
from tests.benchmarks.big_pools import big_pool, write_pool

PATIENCE: Final = 600
"""How long anything may take, in seconds."""

_BRIDGE: Final = "asnbr0"
_ADDRESS: Final = "10.213.7"
"""What the addresses of all hosts begin with."""

_MOST_HOSTS: Final = 4

_WORKER: Final = ("--nthreads", "1", "--no-dashboard", "--no-nanny", "--death-timeout", "60")


@dataclass
class Cluster:
    """A scheduler and its workers.

    `folder` has a folder for each process, and `hidden` is what hosts do not see.
    """

    address: str
    folder: Path
    scheduler: subprocess.Popen[bytes]
    hidden: Path | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def add(self, *, is_host: bool = False, version: str | None = None) -> subprocess.Popen[bytes]:
        """Start a worker, perhaps on a host or with another version of asnsolve."""
        number = len(self.workers) + 1
        home = self.folder / f"worker{number}"
        home.mkdir()
        environment = dict(os.environ)
        if version is not None:
            info = home / f"asnsolve-{version}.dist-info"
            info.mkdir()
            (info / "METADATA").write_text(
                f"Metadata-Version: 2.1\nName: asnsolve\nVersion: {version}\n"
            )
            environment["PYTHONPATH"] = f"{home}:{environment.get('PYTHONPATH', '')}"
        command = [sys.executable, "-m", "dask", "worker", self.address, *_WORKER]
        command += ["--local-directory", str(home)]
        if is_host:
            command = _on_host(f"asnhost{number}", number + 1, self.hidden, command)
        worker = _started(command, home, environment)
        self.workers.append(worker)
        return worker


def _started(
    command: Sequence[str], home: Path, environment: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    with (home / "log").open("wb") as log:
        return subprocess.Popen(command, cwd=home, env=environment, stdout=log, stderr=log)


def _on_host(name: str, number: int, hidden: Path | None, command: list[str]) -> list[str]:
    """Make a host, and return the command that runs a command on it."""
    link = f"asnv{number}"
    for words in (
        f"netns add {name}",
        f"link add {link} type veth peer name eth0 netns {name}",
        f"link set {link} master {_BRIDGE} up",
        f"-n {name} link set lo up",
        f"-n {name} link set eth0 up",
        f"-n {name} address add {_ADDRESS}.{number}/24 dev eth0",
    ):
        subprocess.run(["ip", *words.split()], check=True, capture_output=True)
    script = 'mount -t tmpfs none "$0" && exec "$@"'
    return ["ip", "netns", "exec", name, "unshare", "-m", "sh", "-c", script, str(hidden), *command]


@contextmanager
def hosts() -> Iterator[None]:
    """Let clusters have hosts until the block ends."""
    try:
        for words in (
            f"link add {_BRIDGE} type bridge",
            f"address add {_ADDRESS}.1/24 dev {_BRIDGE}",
            f"link set {_BRIDGE} up",
        ):
            subprocess.run(["ip", *words.split()], check=True, capture_output=True)
        yield
    finally:
        _remove_hosts()
        subprocess.run(["ip", "link", "del", _BRIDGE], check=False, capture_output=True)


def _remove_hosts() -> None:
    for number in range(1, _MOST_HOSTS + 1):
        command = ["ip", "netns", "del", f"asnhost{number}"]
        subprocess.run(command, check=False, capture_output=True)


@contextmanager
def running_cluster(
    folder: Path, *, host: str = "127.0.0.1", hidden: Path | None = None
) -> Iterator[Cluster]:
    """Run a scheduler without workers until the block ends."""
    home = folder / "scheduler"
    home.mkdir(parents=True)
    file = home / "scheduler.json"
    command = [sys.executable, "-m", "dask", "scheduler", "--host", host, "--port", "0"]
    command += ["--no-dashboard", "--scheduler-file", str(file)]
    scheduler = _started(command, home)
    cluster = Cluster("", folder, scheduler, hidden)
    try:
        address = _await(lambda: _address(file), "the scheduler")
        cluster.address = address
        yield cluster
    finally:
        for process in (*cluster.workers, scheduler):
            process.kill()
            process.wait()


def _address(file: Path) -> str | None:
    try:
        return str(json.loads(file.read_text())["address"])
    except (OSError, ValueError):
        return None


def _await(found: Callable[[], str | None], what: str) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if (value := found()) is not None:
            return value
        time.sleep(0.1)
    raise TimeoutError(f"{what} does not start")


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    status: int
    told: str
    seconds: float
    content: bytes


@dataclass
class Run:
    """A run of the command in a process of its own."""

    process: subprocess.Popen[str]
    container: Path
    begun: float

    def end(self) -> Outcome:
        """Wait for the end; have a run that does not end say where it is."""
        try:
            self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)
        _, told = self.process.communicate()
        seconds = time.monotonic() - self.begun
        content = self.container.read_bytes() if self.container.exists() else b""
        return Outcome(self.process.returncode, told, seconds, content)


def start(pool: Path, out: str, *options: str) -> Run:
    """Solve a pool, named by a relative path, in parts of 200 exposures."""
    command = [sys.executable, "-m", "asnsolve", "generate", pool.name, "-p", out, "-q"]
    command += ["--format", "jsonl", "--part-size", "200", *options]
    temporary = pool.parent / "tmp"
    temporary.mkdir(exist_ok=True)
    process = subprocess.Popen(
        command,
        cwd=pool.parent,
        env={**os.environ, "TMPDIR": str(temporary), "PYTHONFAULTHANDLER": "1"},
        stderr=subprocess.PIPE,
        text=True,
    )
    return Run(process, pool.parent / out / f"{pool.stem}.jsonl", time.monotonic())


Trial = Callable[[Cluster, Path, bytes, Random], Iterator[str]]
"""Takes a cluster without workers, a pool and the container that is expected."""


def _whole(outcome: Outcome, expected: bytes) -> Iterator[str]:
    if outcome.status:
        yield f"it ended with status {outcome.status}: {outcome.told}"
    if outcome.content != expected:
        yield f"it wrote {len(outcome.content)} bytes, not the {len(expected)} of one process"


def _refused(outcome: Outcome, *texts: str) -> Iterator[str]:
    if outcome.status != 2:
        yield f"it ended with status {outcome.status}: {outcome.told}"
    for text in texts:
        if text not in outcome.told:
            yield f"it told {outcome.told!r}, not {text!r}"


def _begun(cluster: Cluster, pool: Path, out: str) -> Run:
    """Start a run, and wait until a worker has written what it found."""
    run = start(pool, out, "--dask", cluster.address, "--resume")
    parts = pool.parent / out / f"{pool.stem}.parts"
    _await(lambda: next((str(file) for file in parts.glob("*.arrow")), None), "solving")
    return run


def paths_suffice(cluster: Cluster, pool: Path, expected: bytes, random: Random) -> Iterator[str]:
    """Workers with the same file system, in other working directories."""
    for _ in range(2):
        cluster.add()
    yield from _whole(start(pool, "shared", "--dask", cluster.address).end(), expected)


def nothing_is_shared(
    cluster: Cluster, pool: Path, expected: bytes, random: Random
) -> Iterator[str]:
    """Workers on hosts that do not have the pool."""
    for _ in range(2):
        cluster.add(is_host=True)
    yield from _whole(start(pool, "apart", "--dask", cluster.address).end(), expected)


def workers_die(cluster: Cluster, pool: Path, expected: bytes, random: Random) -> Iterator[str]:
    """Of three hosts, two are killed at random moments."""
    for _ in range(3):
        cluster.add(is_host=True)
    run = start(pool, "killed", "--dask", cluster.address)
    for worker in cluster.workers[:2]:
        time.sleep(random.uniform(1, 6))
        worker.kill()
    yield from _whole(run.end(), expected)


def workers_are_late(
    cluster: Cluster, pool: Path, expected: bytes, random: Random
) -> Iterator[str]:
    """There is no worker at first, then one with the files, then one without."""
    run = start(pool, "late", "--dask", cluster.address)
    time.sleep(random.uniform(1, 3))
    cluster.add()
    time.sleep(random.uniform(2, 5))
    cluster.add(is_host=True)
    yield from _whole(run.end(), expected)


def a_version_differs(
    cluster: Cluster, pool: Path, expected: bytes, random: Random
) -> Iterator[str]:
    """One of two workers has another version, from the start or later."""
    cluster.add()
    late = random.random() < 0.5
    run = start(pool, "versions", "--dask", cluster.address) if late else None
    if late:
        time.sleep(4)
    cluster.add(version="0.0.9")
    if run is None:
        time.sleep(6)
        run = start(pool, "versions", "--dask", cluster.address)
    told = ("has workers that cannot solve parts: tcp://", "has asnsolve 0.0.9; expected asnsolve ")
    yield from _refused(run.end(), *told)


def the_scheduler_goes(
    cluster: Cluster, pool: Path, expected: bytes, random: Random
) -> Iterator[str]:
    """The scheduler is killed at a random moment; the run ends soon, and says so."""
    cluster.add()
    run = _begun(cluster, pool, "gone")
    time.sleep(random.uniform(0, 2))
    cluster.scheduler.kill()
    outcome = run.end()
    yield from _refused(outcome, "the Dask cluster at tcp://", "has gone away")
    if "Traceback" in outcome.told:
        yield f"it told {outcome.told}"


def all_workers_die(cluster: Cluster, pool: Path, expected: bytes, random: Random) -> Iterator[str]:
    """No worker is left, and none comes."""
    cluster.add()
    run = _begun(cluster, pool, "deserted")
    time.sleep(random.uniform(0, 2))
    cluster.workers[0].kill()
    yield from _refused(run.end(), "has had no workers for 60 s")


def objects_are_whole(
    cluster: Cluster, pool: Path, expected: bytes, random: Random
) -> Iterator[str]:
    """Two of three workers are killed that write to an object store, and then the run."""
    with running_store() as store, patch.dict(os.environ, store.variables):
        start(pool, "s3://bucket/one/").end()
        whole = store.objects("one/")
        for _ in range(3):
            cluster.add()
        out = ("s3://bucket/asn/", "--dask", cluster.address)
        run = start(pool, *out)
        for worker in cluster.workers[:2]:
            time.sleep(random.uniform(2, 6))
            worker.kill()
        time.sleep(random.uniform(0, 4))
        run.process.kill()
        run.end()
        objects = store.objects("asn/")
        for name in objects.keys() & whole.keys():
            if objects[name] != whole[name]:
                yield f"the object {name} is half-written"
        if any(name.endswith(MANIFEST) for name in objects) and not whole.keys() <= objects.keys():
            yield "there is a manifest, and what it lists is not there"
        outcome = start(pool, *out).end()
        if outcome.status or not whole:
            yield f"it ended with status {outcome.status}: {outcome.told}"
        if store.objects("asn/") != whole:
            yield "the objects are not those of one process"


TRIALS: Final[dict[str, tuple[Trial, bool]]] = {
    trial.__name__: (trial, needs_hosts)
    for trial, needs_hosts in (
        (paths_suffice, False),
        (nothing_is_shared, True),
        (workers_die, True),
        (workers_are_late, True),
        (a_version_differs, False),
        (the_scheduler_goes, False),
        (all_workers_die, False),
        (objects_are_whole, False),
    )
}
"""The trials, and whether each needs network namespaces."""


def can_have_hosts() -> bool:
    """Tell whether this machine lets this user make network and mount namespaces."""
    if shutil.which("ip") is None or shutil.which("unshare") is None:
        return False
    tried = subprocess.run(["unshare", "-mn", "true"], check=False, capture_output=True)
    return tried.returncode == 0 and os.geteuid() == 0


def main() -> int:
    """Try everything, and return 1 if something went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exposures", type=int, default=6_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--times", type=int, default=1, help="how often each is tried")
    parser.add_argument("--only", choices=TRIALS, nargs="+", default=[*TRIALS])
    args = parser.parse_args()
    random = Random(args.seed)
    wrong = 0
    with TemporaryDirectory() as name, ExitStack() as stack:
        home = Path(name).resolve() / "caller"
        home.mkdir(parents=True)
        has_hosts = can_have_hosts()
        if has_hosts:
            stack.enter_context(hosts())
        table = big_pool(args.exposures)
        pools = [home / "pool.parquet", home / "pool.csv"]
        expected: dict[Path, bytes] = {}
        for pool in pools:
            write_pool(table.take(random.sample(range(len(table)), len(table))), pool)
            expected[pool] = start(pool, f"one{pool.suffix}").end().content
        for time_, (trial, needs_hosts) in (
            (number, TRIALS[only]) for number in range(args.times) for only in args.only
        ):
            if needs_hosts and not has_hosts:
                print(f"{trial.__name__}: not tried, since there can be no namespaces")  # noqa: T201 - it is a command
                continue
            for pool in pools:
                host = f"{_ADDRESS}.1" if needs_hosts else "127.0.0.1"
                place = Path(name) / f"{trial.__name__}{time_}{pool.suffix}"
                for out in home.glob("*/"):
                    shutil.rmtree(out)
                with running_cluster(place, host=host, hidden=home) as cluster:
                    begun = time.monotonic()
                    faults = [*trial(cluster, pool, expected[pool], random)]
                    seconds = time.monotonic() - begun
                _remove_hosts()
                wrong += bool(faults)
                heading = f"{trial.__name__}, {pool.name}: {seconds:.0f} s"
                print(heading, *faults, sep="\n  ", flush=True)  # noqa: T201 - it is a command
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
