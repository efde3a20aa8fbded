"""Run a hostile input in this process, and judge what came of it."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from types import FrameType
from typing import Any, Final
from xml.etree import ElementTree

from asnsolve.archive.checksums import CHECKSUM, COUNT
from asnsolve.associations.validation import validate_data
from asnsolve.cli.main import main
from asnsolve.input_files import is_file
from tests.hostile.good_files import GoodFiles
from tests.hostile.inputs import HostileInput, lay_input

__all__ = ["SECONDS", "WAIT", "Fault", "Said", "Verdict", "innermost", "judge", "try_input"]

SECONDS: Final = 20
"""How long a command may work."""

WAIT: Final = 40
"""How long a command may work or wait, in seconds: other work may be going on."""

_OUTCOMES: Final = {0: "done", 1: "findings", 2: "refused"}
_PACKAGE: Final = f"{os.sep}asnsolve{os.sep}"
_FRAME: Final = re.compile(r'File "[^"]*/(asnsolve/[^"]+)", line (\d+),? in (\w+)')
_RAW: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""Characters that a terminal acts on."""

_WANTED: Final = (
    *(DeprecationWarning, PendingDeprecationWarning, ResourceWarning, ImportWarning),
    SyntaxWarning,
)
"""Warnings that Python hides from users, and those that tell authors of rule files of a slip."""


@dataclass(frozen=True)
class Fault:
    """What is wrong: its sort, and where, by which faults are grouped."""

    sort: str
    where: str
    detail: str = ""


@dataclass(frozen=True)
class Said:
    """What a command said: its exit status, or the text of the exception that it ended with."""

    status: int | None
    out: str
    err: str
    trace: str = ""
    warned: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """What became of an input."""

    number: int
    command: str
    kind: str
    outcome: str
    faults: tuple[Fault, ...]
    argv: tuple[str, ...]
    changes: tuple[str, ...]
    seconds: float = 0.0

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Verdict:
        data = json.loads(text)
        faults = tuple(Fault(**fault) for fault in data.pop("faults"))
        argv, changes = (tuple(data.pop(name)) for name in ("argv", "changes"))
        return cls(faults=faults, argv=argv, changes=changes, **data)


class Hang(BaseException):
    """The time is up."""


def _ring(number: int, frame: FrameType | None) -> None:
    raise Hang


@contextmanager
def _in_place(folder: Path, stdin: bytes) -> Iterator[None]:
    """Work in a directory, with a standard input and a directory for temporary files of its own."""
    before, stream = Path.cwd(), sys.stdin
    own = folder.parent / "tmp"
    own.mkdir(exist_ok=True)
    temporary, tempfile.tempdir = tempfile.tempdir, str(own)
    os.chdir(folder)
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin))
    try:
        yield
    finally:
        sys.stdin = stream
        os.chdir(before)
        tempfile.tempdir = temporary


def run(made: HostileInput, folder: Path, *more: str) -> Said:
    """Run a command in a directory, until it ends or the time is up."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    status, trace = None, ""
    handlers: dict[int, Any] = {
        number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)
    }
    for timer in (signal.SIGALRM, signal.SIGPROF):
        handlers[timer] = signal.signal(timer, _ring)
    start = time.perf_counter()
    with ExitStack() as stack:
        stack.enter_context(_in_place(folder, made.stdin))
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(err))
        warned = stack.enter_context(warnings.catch_warnings(record=True))
        warnings.simplefilter("always")
        for category in _WANTED:
            warnings.simplefilter("ignore", category)
        try:
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            signal.alarm(WAIT)
            status = main([*made.argv, *more])
        except BaseException as error:  # noqa: BLE001
            trace = "".join(traceback.format_exception(error, limit=-60))
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.alarm(0)
    seconds = time.perf_counter() - start
    for number, handler in handlers.items():
        signal.signal(number, handler)
    # Each warning once.
    shown = sorted({f"{one.category.__name__}: {one.message}" for one in warned or ()})
    return Said(status, _content(out), _content(err), trace, tuple(shown), seconds)


def _content(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


Contents = dict[str, bytes]


def _contents(root: Path) -> Contents:
    """Return a digest of every file below a directory, or the target of a broken link."""
    found: Contents = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        # A link to a file of the same content is as good as the file.
        if is_file(path):
            found[name] = blake2b(path.read_bytes()).digest()
        elif path.is_symlink():
            found[name] = str(path.readlink()).encode("utf-8", "surrogateescape")
    return found


def try_input(good: GoodFiles, seed: int, number: int, root: Path) -> tuple[Verdict, Said]:
    """Lay an input below a directory, run it and judge it."""
    shutil.rmtree(root, ignore_errors=True)
    # Deep enough that a name with ".." stays below the root, where it is seen.
    folder = root / "a" / "b" / "c"
    folder.mkdir(parents=True)
    made = lay_input(good, seed, number, folder)
    before = _contents(root)
    said = run(made, folder)
    if said.status not in _OUTCOMES and not said.trace:
        # The last resort hides the trace. Another run shows it.
        traced = run(made, folder, "-D")
        said = Said(
            said.status, said.out, said.err, traced.trace or traced.err, said.warned, said.seconds
        )
    faults = tuple(judge(made, said, before, root))
    outcome = "fault" if faults else _OUTCOMES[said.status or 0]
    verdict = Verdict(
        number,
        made.command,
        made.kind,
        outcome,
        faults,
        tuple(made.argv),
        tuple(made.changes),
        said.seconds,
    )
    return verdict, said


def judge(made: HostileInput, said: Said, before: Contents, root: Path) -> Iterator[Fault]:
    """Yield what is wrong with what a command said and wrote."""
    if said.trace or said.status not in _OUTCOMES:
        yield _trace_fault(said)
        return
    if "Traceback (most recent call last)" in said.out + said.err:
        yield Fault("traceback in the output", innermost(said.out + said.err), said.err[-500:])
    for name, text in (("stdout", said.out), ("stderr", said.err)):
        if raw := _RAW.search(text):
            around = text[max(raw.start() - 60, 0) : raw.end() + 20]
            yield Fault("raw control character", f"{made.command}, {name}", repr(around))
    for warning in said.warned:
        yield Fault("warning of a library", f"{warning.partition(':')[0]}, {made.command}", warning)
    report: Any = None
    if _prints_json(made.argv):
        try:
            report = json.loads(said.out)
        except ValueError as error:
            yield Fault("--json prints no JSON", made.command, f"{error}: {said.out[:200]!r}")
    if said.status in (0, 1) and isinstance(report, dict):
        yield from _losses(made, report, said, root)
    yield from _outputs(made, said, before, root)


def _trace_fault(said: Said) -> Fault:
    last = said.trace.strip().rpartition("\n")[2][:300]
    kind = re.match(r"[\w.]+", last)
    sort = "hang" if "Hang" in last else "traceback" if said.trace else f"exit status {said.status}"
    where = f"{kind[0] if kind else '?'} in {innermost(said.trace)}"
    return Fault(sort, where, last or said.err[-300:])


def innermost(trace: str, *, last: bool = True) -> str:
    """Return the innermost frame of the package in a trace, which stands last or first."""
    frames = _FRAME.findall(trace)
    file, _, function = frames[-1 if last else 0] if frames else ("no frame of asnsolve", "", "?")
    return f"{file}, {function}"


def _prints_json(argv: list[str]) -> bool:
    """Tell whether ``--json`` is an option, and no other one prints something else."""
    options = argv[: argv.index("--")] if "--" in argv else argv
    return "--json" in options and not {"-h", "--help", "--version"} & set(options)


def _losses(made: HostileInput, report: dict[str, Any], said: Said, root: Path) -> Iterator[Fault]:
    """Yield rows, records and files that a report does not account for."""
    counts = report.get("counts", {})
    if made.rows is not None and {"exposures", "set_aside"} <= counts.keys():
        kept, aside = counts["exposures"], counts["set_aside"]
        if kept + aside != made.rows:
            yield Fault(
                "lost rows", made.kind, f"{kept} kept, {aside} set aside, {made.rows} given"
            )
    if made.records is not None and made.command == "export":
        files, bad = counts["files"], len(report["problems"])
        if files + bad < made.records:
            yield Fault(
                "lost records", made.kind, f"{files} files, {bad} problems, {made.records} given"
            )
    if made.files:
        is_new = made.command == "plan" and "-o" in made.argv[:-1]
        name = made.argv[made.argv.index("-o") + 1] if is_new else "plan.toml"
        plan = root / "a" / "b" / "c" / name
        everything = (
            said.out + said.err + (plan.read_text("utf-8", "replace") if is_file(plan) else "")
        )
        lost = [name for name in made.files if name not in everything]
        # A note names the first file of a kind, and counts the others.
        counted = sum(map(int, re.findall(r" and (\d+) more\b", everything)))
        if len(lost) > counted and made.command in ("associate", "plan"):
            yield Fault("lost files", made.command, f"not spoken of: {lost[:3]}")


def _outputs(made: HostileInput, said: Said, before: Contents, root: Path) -> Iterator[Fault]:
    """Yield what is wrong with the files that are there now."""
    after = _contents(root)
    here = "a/b/c/"
    for path in sorted(before.keys() - after.keys()):
        yield Fault("an input is gone", made.command, path)
    changed = [path for path in sorted(after) if path in before and after[path] != before[path]]
    new = sorted(after.keys() - before.keys())
    edited = {os.path.normpath(here + made.argv[1])} if made.command == "edit" else set()
    if "--replace" not in made.argv:
        for path in changed:
            if path not in edited and ".parts/" not in path:
                yield Fault("an input is changed", made.command, path)
    for path in new:
        if path.startswith("a/b/tmp") or ".asnsolve-" in path or path.endswith(".tmp"):
            yield Fault("a temporary file is left", made.command, path)
        elif not path.startswith(here) and ".." not in " ".join(made.argv):
            yield Fault("a file outside", made.command, path)
    for path in (*new, *changed):
        if made.command in ("report", "graph", "rules graph") and (root / path).is_file():
            yield from _picture_faults(made, path, (root / path).read_bytes())
        if path.endswith(".json") and (root / path).is_file():
            yield from _association_faults(made, root, path)
        if path.endswith(".jsonl") and (root / path).is_file():
            for line in (root / path).read_bytes().splitlines():
                yield from _data_faults(made, path, line)


def _picture_faults(made: HostileInput, path: str, content: bytes) -> Iterator[Fault]:
    """Yield what is wrong with a page, or with a graph that is XML."""
    if made.command == "report":
        text = content.decode("utf-8", "replace")
        # Its data and its script.
        if text.count("<script") != 2 or text.count("</script") != 2:
            yield Fault("a page with other scripts", made.command, path)
        if raw := _RAW.search(text.replace("\ufffd", "")):
            around = text[max(raw.start() - 60, 0) : raw.end() + 20]
            yield Fault("raw control character", f"{made.command}, page", repr(around))
    elif content.startswith(b"<?xml"):
        try:
            ElementTree.fromstring(content)
        except ElementTree.ParseError as error:
            yield Fault("invalid output", f"{made.command}, no XML", f"{path}: {error}")


def _association_faults(made: HostileInput, root: Path, path: str) -> Iterator[Fault]:
    content = (root / path).read_bytes()
    # The first two change what they were given, which may have been wrong before; what the others
    # write may have any name.
    if made.command in ("edit", "gather", "pool", "plan", "report", "graph", "rules graph"):
        return
    yield from _data_faults(made, path, content)


def _data_faults(made: HostileInput, path: str, content: bytes) -> Iterator[Fault]:
    try:
        data = json.loads(content)
    except ValueError as error:
        yield Fault("invalid output", f"{made.command}, no JSON", f"{path}: {error}")
        return
    # The last line of a container without associations says that there are none.
    if isinstance(data, dict) and data.keys() == {COUNT, CHECKSUM}:
        return
    for fault in validate_data(data, None):
        # A rule file may ask for associations that make little sense.
        is_meant = made.command != "generate" or made.kind == "rule file"
        if fault.weight == "error" or (fault.weight == "finding" and not is_meant):
            yield Fault(
                "invalid output", f"{made.command}, {fault.kind}", f"{path}: {fault.problem}"[:400]
            )
