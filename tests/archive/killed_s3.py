"""Kill runs that write to a store, and run them again: ``python -m tests.archive.killed_s3``.

Each object must be whole at any time, and the manifest be there only if all others are. After the
second run, all objects must be those of a run that nobody disturbed, and so must be the changes, if
they are asked for. With ``-j 2``, any of the processes is killed. The store is a server of S3 on
this machine, for which moto must be installed.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

import pyarrow as pa

from asnsolve.archive.manifests import MANIFEST, UNFINISHED
from asnsolve.simulate import scaled, simulate
from tests.archive.stores import Objects, Store, running_store
from tests.cli.killed import (
    SIGNALS,
    STATUSES,
    Moment,
    processes_of,
    run_trials,
    start,
)

_POOL: Final = ("generate", "s3://bucket/pool/", "-p", "s3://bucket/asn/")
COMMANDS: Final = {
    "parquet": _POOL,
    "jsonl": (*_POOL, "--format", "jsonl", "-j", "2"),
    "replace": (*_POOL, "--replace", "--version-id", "v2"),
    "changes": (*_POOL, "--replace", "--cache", "cache", "--changes", "changes.jsonl"),
}
"""The commands; the last two replace what the first one wrote, the last one with another pool."""

CHANGES: Final = "changes.jsonl"
"""What has changed, for the command of this name."""

MODULES: Final = (
    *("asnsolve.archive.runs", "asnsolve.archive.write_datasets", "asnsolve.report.archive"),
    *("asnsolve.pipeline", "pyarrow.fs", "rich.console", "rich.table"),
)
"""What the commands import."""


@dataclass(frozen=True)
class _Whole:
    """A run that nobody disturbed: what it took, the objects before and after it, the changes."""

    seconds: float
    status: int
    before: Objects
    after: Objects
    changes: bytes | None


def lay_out(store: Store, objects: Mapping[str, bytes], folder: Path) -> None:
    """Make the objects of the result those that are given, and the folder that of before."""
    shutil.rmtree(folder)
    before = folder.with_name("before")
    if before.exists():
        shutil.copytree(before, folder)
    else:
        folder.mkdir()
    for name in store.objects("asn/"):
        store.delete(f"asn/{name}")
    for name, content in objects.items():
        store.put(f"asn/{name}", content)


def undisturbed(command: str, store: Store, before: Objects, folder: Path) -> _Whole:
    """Run a command to its end."""
    lay_out(store, before, folder)
    begun = time.perf_counter()
    child = start(COMMANDS[command], folder, folder)
    status = child.end()
    seconds = time.perf_counter() - begun
    if status not in (0, 1):
        raise AssertionError(f"{command}: {child.told()}")
    return _Whole(seconds, status, before, store.objects("asn/"), changes_in(folder))


def broken(objects: Objects, whole: _Whole) -> Iterator[str]:
    """Say which objects are not as they should be, whenever a run is killed."""
    for name, content in objects.items():
        # While several processes write, an empty object says that the container is not whole.
        of_other_runs = b"" if name.endswith(UNFINISHED) else whole.before.get(name)
        if content not in (of_other_runs, whole.after.get(name)):
            yield f"the object {name} is half-written"
    for name, content in objects.items():
        if name.endswith(MANIFEST):
            is_new = content == whole.after.get(name)
            listed = whole.after if is_new else whole.before
            if any(objects.get(one) != known for one, known in listed.items()):
                yield "there is a manifest, and what it lists is not there"


def failures(moment: Moment, store: Store, whole: _Whole, folder: Path) -> Iterator[str]:
    """Kill a run, run it again, and say what is not as it should be."""
    lay_out(store, whole.before, folder)
    before = changes_in(folder)
    child = start(COMMANDS[moment.command], folder, folder)
    status = child.status(moment.seconds)
    if status is None:
        processes = sorted(processes_of(child.pid))
        # Ctrl-C and SIGTERM are for the command; anything may kill any process of it.
        is_any = moment.number == signal.SIGKILL and processes
        victim = processes[moment.victim % len(processes)] if is_any else child.pid
        with suppress(ProcessLookupError):
            os.kill(victim, moment.number)
        status = child.end()
    if status not in (whole.status, *STATUSES[moment.number]):
        yield f"it ended with status {status}: {child.told()}"
    if "Traceback" in child.told():
        yield f"it told {child.told()}"
    deadline = time.monotonic() + 10
    while processes_of(child.pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    if processes_of(child.pid):
        yield f"the processes {processes_of(child.pid)} are left"
    yield from broken(store.objects("asn/"), whole)
    killed = changes_in(folder)
    again = start(COMMANDS[moment.command], folder, folder)
    status = again.end()
    if status != whole.status:
        yield f"the second run ended with status {status}: {again.told()}"
    now = store.objects("asn/")
    if now != whole.after:
        names = {name for name in {*now, *whole.after} if now.get(name) != whole.after.get(name)}
        yield f"after the second run these objects differ: {', '.join(sorted(names))}"
    if moment.command == "changes":
        yield from wrong_changes(before, killed, changes_in(folder), whole.changes)


def changes_in(folder: Path) -> bytes | None:
    """Read what has changed."""
    file = folder / CHANGES
    return file.read_bytes() if file.exists() else None


def wrong_changes(
    before: bytes | None, killed: bytes | None, again: bytes | None, whole: bytes | None
) -> Iterator[str]:
    """Say what is wrong with changes that a killed run wrote, and then the same run again."""
    if killed not in (before, whole):
        yield "the killed run left half of the changes"
    # If it was killed after its end was remembered, nothing has changed since.
    if again != whole and (killed, again) != (whole, b""):
        yield "after the second run the changes differ"


def trials(
    count: int, seed: int, exposures: int = 600, only: Sequence[str] = (*COMMANDS,)
) -> Iterator[tuple[Moment, list[str]]]:
    """Kill some commands at random moments; yield each moment with what went wrong."""
    random = Random(seed)
    # A process that is forked has all modules, but no connection to the store.
    for module in MODULES:
        import_module(module)
    with running_store() as store, TemporaryDirectory() as name:
        folder = Path(name) / "run"
        folder.mkdir()
        os.environ.update(store.variables)
        table = pa.Table.from_pylist(simulate(scaled(exposures, seed)))
        store.put_pool("pool", table)
        # Before, every fifth exposure was unknown.
        store.put_pool("old/pool", table.take([row for row in range(len(table)) if row % 5]))
        runs = {"parquet": undisturbed("parquet", store, {}, folder)}
        runs["jsonl"] = undisturbed("jsonl", store, {}, folder)
        runs["replace"] = undisturbed("replace", store, runs["parquet"].after, folder)
        old = ("generate", "s3://bucket/old/pool/", *COMMANDS["changes"][2:])
        lay_out(store, {}, folder)
        if start(old, folder, folder).end() not in (0, 1):
            raise AssertionError("the run before failed")
        shutil.copytree(folder, folder.with_name("before"))
        runs["changes"] = undisturbed("changes", store, store.objects("asn/"), folder)
        if not runs["changes"].changes:
            raise AssertionError("nothing has changed")
        runs = {name: runs[name] for name in only}
        for place in range(count):
            command = [*runs][place % len(runs)]
            number = SIGNALS[place // len(runs) % len(SIGNALS)]
            # Half of the moments are late, when objects are written.
            first = 0.6 * (random.random() < 0.5)
            seconds = random.uniform(first, 1.02) * runs[command].seconds
            moment = Moment(command, number, seconds, random.randrange(60))
            yield moment, [*failures(moment, store, runs[command], folder)]


if __name__ == "__main__":
    sys.exit(run_trials(trials, __doc__, count=50, exposures=600))
