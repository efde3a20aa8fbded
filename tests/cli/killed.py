"""Kill commands at random moments and run them again: ``python -m tests.cli.killed --moments 200``.

After the second run all files must be those of a run that nobody disturbed, and no temporary file
and no process may be left. After Ctrl-C and SIGTERM none may be left at once. No file may ever be
half-written.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from asnsolve import Pool
from asnsolve.cli.main import main
from asnsolve.simulate import scaled, simulate
from tests.pool.fits_files import write_files

SIGNALS: Final = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
STATUSES: Final = {signal.SIGKILL: (-9,), signal.SIGTERM: (143, -15), signal.SIGINT: (130, -2)}
"""Exit statuses of a run that a signal has ended, in its course or before it began."""

PATIENCE: Final = 60
"""How long a run may take to end, in seconds."""

COMMANDS: Final = {
    "generate": ("generate", "pool.csv", "-p", "out"),
    "resume": (*("generate", "pool.csv", "-p", "out", "--resume", "-j", "2", "--format", "jsonl"),),
    "changes": (
        *("generate", "pool.csv", "-p", "hourly", "--replace", "-j", "2", "--part-size", "40"),
        *("--format", "jsonl", "--shards", "--cache", "cache", "--changes", "changes.jsonl"),
    ),
    "associate": ("associate", "rate", "--level", "2", "-p", "out"),
    "write": ("write", "plan.txt", "-p", "out"),
    "gather": ("gather", "rate/one_asn.json", "gathered"),
    "edit": ("edit", "rate/one_asn.json", "--add", "rate/extra_rate.fits"),
}
"""The commands, with their arguments, as they run in a prepared folder."""

MODULES: Final = (
    *("asnsolve.archive.runs", "asnsolve.archive.write_containers", "asnsolve.report.archive"),
    *(
        "asnsolve.report.change_lines",
        "asnsolve.archive.part_containers",
        "asnsolve.archive.write_parts",
        "asnsolve.report.summary",
        "asnsolve.report.associated",
    ),
    *(
        "asnsolve.pipeline",
        "asnsolve.from_files.associate_files",
        "asnsolve.plans.associations_of_plan",
    ),
    *("asnsolve.edits.change_members", "asnsolve.edits.gather_files", "astropy.io.fits"),
    *("rich.console", "rich.table"),
)
"""What the commands import."""

Files = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Moment:
    """When and how a command is killed; `victim` chooses among its processes."""

    command: str
    number: signal.Signals
    seconds: float
    victim: int = 0

    def __str__(self) -> str:
        return f"{self.command}, {self.number.name} after {self.seconds:.3f} s"


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """A run that nobody disturbed: what it took and what it left."""

    seconds: float
    status: int
    before: Files
    after: Files


Trials = Callable[[int, int, int], Iterable[tuple[Moment, list[str]]]]
"""Takes the number of moments, the seed and the number of exposures."""


def prepare(folder: Path, exposures: int) -> None:
    """Put what all commands read into a folder."""
    rows = simulate(scaled(exposures, seed=3))
    # The run of an hour ago: some exposures came later, and one was changed.
    earlier = [*rows[: exposures // 2], *rows[exposures // 2 + exposures // 10 :]]
    earlier[0] = {**earlier[0], "EXP_TYPE": "NRC_DARK"}
    Pool(earlier).write(folder / "pool.csv")
    start(COMMANDS["changes"], folder, folder.parent).end()
    Pool(rows).write(folder / "pool.csv", replace=True)
    rate = folder / "rate"
    rate.mkdir()
    files = write_files(rows[: exposures // 3], rate)
    for file in files:
        # Files as large as real ones take time to be copied.
        with file.open("ab") as stream:
            stream.write(bytes(2880 * 100))
    shutil.copy(files[0], rate / "extra_rate.fits")
    names = [f"rate/{file.name}" for file in files]
    for arguments in (
        ["list", *names, "-o", "rate/one_asn.json", "--product", "one", "--type", "image3"],
        ["plan", "rate", "--exclude", "rate/extra_rate.fits", "-o", "plan.txt"],
    ):
        start(arguments, folder, folder.parent).end()


def files_in(folder: Path) -> Files:
    """Return all files below a folder by their paths in it."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@dataclass(frozen=True, slots=True)
class Child:
    """A command that runs in a process of its own."""

    pid: int
    messages: Path

    def status(self, seconds: float) -> int | None:
        """Return the exit status, or the signal below zero; None if it still runs then."""
        deadline = time.perf_counter() + seconds
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if time.perf_counter() > deadline:
                return None
            time.sleep(0.0005)

    def end(self) -> int:
        """Return the exit status; a command that does not end is killed."""
        status = self.status(PATIENCE)
        if status is None:
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            raise AssertionError(f"a run does not end within {PATIENCE} s")
        return status

    def told(self) -> str:
        # A process that is killed at once has not made the file.
        return self.messages.read_text(errors="replace") if self.messages.exists() else ""


def start(arguments: Sequence[str], folder: Path, temporary: Path) -> Child:
    """Start a command in a session of its own, with its own folder for temporary files.

    The process is a fork of this one, which has imported everything: the moments then fall into the
    work, and not into the start of the interpreter.
    """
    messages = folder.parent / "messages"
    pid = os.fork()
    if pid:
        return Child(pid, messages)
    status = 99
    try:
        os.setsid()
        os.chdir(folder)
        os.environ["TMPDIR"] = str(temporary)
        tempfile.tempdir = None
        out = os.open(messages, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        status = main(arguments)
        sys.stdout.flush()
    finally:
        # Nothing of the process that was forked is to be undone here.
        os._exit(status)


def laid_out(prepared: Path, folder: Path) -> tuple[Path, Path]:
    """Return a folder to run in and one for temporary files, at one place for all runs.

    Association files may hold whole paths, which have to be the same in all runs.
    """
    shutil.rmtree(folder, ignore_errors=True)
    run, temporary = folder / "run", folder / "tmp"
    shutil.copytree(prepared, run)
    temporary.mkdir()
    return run, temporary


def undisturbed(command: str, prepared: Path, folder: Path) -> Undisturbed:
    """Run a command to its end."""
    run, temporary = laid_out(prepared, folder)
    before = files_in(run)
    begun = time.perf_counter()
    child = start(COMMANDS[command], run, temporary)
    status = child.end()
    seconds = time.perf_counter() - begun
    if status not in (0, 1):
        raise AssertionError(f"{command}: {child.told()}")
    return Undisturbed(seconds, status, before, files_in(run))


def processes_of(session: int) -> list[int]:
    """Return the processes of a session that still run."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(entry.name))
    return found


def send(number: signal.Signals, session: int) -> None:
    """Send a signal to the first process of a session, or Ctrl-C to all, as a terminal does."""
    if number == signal.SIGINT:
        # The process may just have been forked, and have no session yet.
        with suppress(ProcessLookupError):
            os.killpg(session, number)
            return
    os.kill(session, number)


def failures(moment: Moment, prepared: Path, whole: Undisturbed, folder: Path) -> Iterator[str]:
    """Kill a run, run it again, and say what is not as it should be."""
    run, temporary = laid_out(prepared, folder)
    child = start(COMMANDS[moment.command], run, temporary)
    status = child.status(moment.seconds)
    if status is None:
        send(moment.number, child.pid)
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
    for name, content in files_in(run).items():
        is_temporary = Path(name).name.startswith(".asnsolve-")
        if is_temporary and moment.number != signal.SIGKILL:
            yield f"the temporary file {name} is left at once"
        elif not is_temporary and content not in (whole.before.get(name), whole.after.get(name)):
            yield f"the file {name} is half-written"
    if moment.number != signal.SIGKILL and any(temporary.iterdir()):
        yield f"left at once: {[*temporary.iterdir()]}"
    is_done = files_in(run) == whole.after
    again = start(COMMANDS[moment.command], run, temporary)
    status = again.end()
    # Members that a whole run has added cannot be added again.
    if status != whole.status and not (moment.command == "edit" and is_done):
        yield f"the second run ended with status {status}: {again.told()}"
    now = files_in(run)
    expected = {**whole.after}
    if moment.command == "changes" and is_done:
        # Since a run that has done everything, nothing has changed.
        expected["changes.jsonl"] = b""
    different = sorted(name for name in {*now, *expected} if now.get(name) != expected.get(name))
    if different:
        yield f"after the second run these files differ: {', '.join(different[:5])}"
    if any(temporary.iterdir()):
        yield f"left after the second run: {[*temporary.iterdir()]}"


def moments(count: int, random: Random, runs: dict[str, Undisturbed]) -> Iterator[Moment]:
    """Choose moments for each command and signal in turn, all along the run."""
    for place in range(count):
        command = list(runs)[place % len(runs)]
        number = SIGNALS[place // len(runs) % len(SIGNALS)]
        yield Moment(command, number, random.uniform(0, runs[command].seconds * 1.02))


def trials(
    count: int, seed: int, exposures: int = 150, commands: Iterable[str] = COMMANDS
) -> Iterator[tuple[Moment, list[str]]]:
    """Kill commands at random moments; yield each moment with what went wrong."""
    random = Random(seed)
    for module in MODULES:
        import_module(module)
    with TemporaryDirectory() as name:
        base = Path(name).resolve()
        prepared, work = base / "prepared", base / "work"
        # What is prepared may say where it is, which is to be where the commands run.
        (work / "run").mkdir(parents=True)
        prepare(work / "run", exposures)
        shutil.copytree(work / "run", prepared)
        runs = {command: undisturbed(command, prepared, work) for command in commands}
        for moment in moments(count, random, runs):
            yield moment, [*failures(moment, prepared, runs[moment.command], work)]


def run_trials(trials: Trials, description: str | None, *, count: int, exposures: int) -> int:
    """Run the trials that the command line asks for; return 1 if something went wrong."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--moments", type=int, default=count)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--exposures", type=int, default=exposures)
    args = parser.parse_args()
    counts: Counter[str] = Counter()
    failed = 0
    for moment, wrong in trials(args.moments, args.seed, args.exposures):
        counts[f"{moment.command} {moment.number.name}"] += 1
        failed += bool(wrong)
        for text in wrong:
            print(f"{moment}: {text}", flush=True)  # noqa: T201 - it is a command
    each = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    print(f"{counts.total()} moments, {failed} failed: {each}")  # noqa: T201 - it is a command
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run_trials(trials, __doc__, count=200, exposures=150))
