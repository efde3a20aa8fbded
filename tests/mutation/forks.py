"""Run tests on a mutant in a forked process.

There are two ways. A *warm* process has imported the package and collected all tests; a fork of it
puts the mutated code into the functions that are there, and starts at once. A *cold* one has
imported third-party packages only, and its fork imports the package with the mutated module, as
changes outside of functions need. What a test does at import, or keeps in a cache, is seen by cold
forks alone; so what survives warm is tried again cold.
"""

from __future__ import annotations

import gc
import importlib.abc
import importlib.machinery
import importlib.util
import os
import resource
import signal
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Final, Literal, NoReturn

import pytest

from tests.mutation.record import ROOT

__all__ = ["Outcome", "Result", "WarmProcess", "preload", "run_cold"]

Outcome = Literal["killed", "timeout", "survived", "not swapped"]

_OPTIONS: Final = (
    *("-q", "-o", "addopts=", "--no-header", "--no-summary", "--tb=no"),
    # Since the package has a plugin, pytest would import its modules with rewritten assertions,
    # before a mutated module is looked for.
    "--assert=plain",
    *(f"-pno:{name}" for name in ("cov", "xdist", "benchmark", "cacheprovider")),
    # Third-party plugins are imported before pytest can rewrite their assertions.
    *("-p", "tests.mutation.quick", "-W", "ignore::pytest.PytestAssertRewriteWarning"),
)
_MEMORY: Final = 4 * 2**30
_KILLED: Final = 1
_NOT_SWAPPED: Final = 33
_BROKEN: Final = 34


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mutant: the outcome, and the test that failed."""

    outcome: Outcome
    test: str = ""


@dataclass(eq=False)
class _StopAtFailure:
    """Plugin: tell the parent of each test; the first failure ends the process."""

    report: Connection

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.report.send(("started", nodeid))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.report.send(("failed", report.nodeid))
            os._exit(_KILLED)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.report.send(("failed", report.nodeid))
            os._exit(_KILLED)


def preload() -> None:
    """Import what the package and its tests import of others, so that forks need not."""
    for name in (
        *("numpy", "pyarrow", "pyarrow.parquet", "pyarrow.csv", "pyarrow.compute", "pandas"),
        *("astropy.table", "astropy.io.fits", "networkx", "constraint", "orjson", "jsonschema"),
        *("hypothesis", "rich.console", "rich.progress", "tomlkit", "pysat.solvers"),
    ):
        importlib.import_module(name)


def _wait(child: int, seconds: float, heard: Connection) -> Result:
    """Wait for a forked process, and end it when a test takes too long."""
    failed = ""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        # Look whether it has ended before reading: then nothing can be sent any more.
        done, status = os.waitpid(child, os.WNOHANG)
        while heard.poll():
            event, text = heard.recv()
            failed = text if event == "failed" else failed
            until = time.monotonic() + seconds
        if done:
            code = os.waitstatus_to_exitcode(status)
            if code == _BROKEN:
                raise RuntimeError(f"the tests cannot be run: {failed}")
            if code == _NOT_SWAPPED:
                return Result("not swapped")
            return Result("survived" if code == 0 else "killed", failed)
        time.sleep(0.005)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return Result("timeout")


def _become_child() -> None:
    """Separate a fork from its parent: a process group of its own, no output, bounded memory."""
    os.setpgid(0, 0)
    gc.disable()
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def _forked(run: Callable[[Connection], int], seconds: float) -> Result:
    """Run something in a fork, and judge by its exit status."""
    heard, told = Pipe(duplex=False)
    child = os.fork()
    if not child:
        code = _BROKEN
        try:
            _become_child()
            code = run(told)
        finally:
            # Whatever went wrong here, the parent must hear of it.
            if sys.exc_info()[0] is not None:
                told.send(("failed", traceback.format_exc()))
            os._exit(code)
    # The fork may not have become a group leader yet when its time is over.
    with suppress(PermissionError, ProcessLookupError):
        os.setpgid(child, child)
    try:
        return _wait(child, seconds, heard)
    finally:
        heard.close()
        told.close()


@dataclass
class _MutatedModule(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Import one module from a text."""

    name: str
    path: Path
    source: str

    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.name:
            return None
        is_package = self.path.name == "__init__.py"
        locations = [str(self.path.parent)] if is_package else None
        return importlib.util.spec_from_file_location(
            fullname, self.path, loader=self, submodule_search_locations=locations
        )

    def create_module(self, spec: object) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, str(self.path), "exec", dont_inherit=True), module.__dict__)


def run_cold(file: str, source: str, tests: Sequence[str], seconds: float) -> Result:
    """Import a mutated module anew, and run tests.

    Parameters
    ----------
    file : str
        Path of the module from the root of the repository.
    source : str
        Its text.
    tests : sequence of str
        Names of tests, in the order in which they run.
    seconds : float
        Time limit of one test, and of what comes before the first.
    """

    def run(told: Connection) -> int:
        name = ".".join(Path(file).with_suffix("").parts).removesuffix(".__init__")
        sys.meta_path.insert(0, _MutatedModule(name, ROOT / file, source))
        return int(pytest.main([*_OPTIONS, *tests], plugins=[_StopAtFailure(told)]))

    return _forked(run, seconds)


@dataclass(frozen=True, slots=True)
class _Job:
    file: str
    source: str
    tests: Sequence[str]
    seconds: float


class WarmProcess:
    """A process that has collected tests and runs some of them in forks, one mutant at a time.

    Parameters
    ----------
    tests : sequence of str
        Folders and files of tests to collect.
    """

    def __init__(self, tests: Sequence[str]) -> None:
        self._here, there = Pipe()
        self._process = os.fork()
        if not self._process:
            self._here.close()
            _serve(there, tests)
        there.close()
        if self._here.recv() != "ready":
            raise SystemExit("the tests cannot be collected")

    def run(self, file: str, source: str, tests: Sequence[str], seconds: float) -> Result:
        """Put mutated code into the functions of a module, and run tests; see `run_cold`."""
        self._here.send(_Job(file, source, tests, seconds))
        result: Result = self._here.recv()
        return result

    def close(self) -> None:
        """End the process."""
        self._here.close()
        os.waitpid(self._process, 0)


def _serve(jobs: Connection, tests: Sequence[str]) -> NoReturn:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        pytest.main([*_OPTIONS, *tests], plugins=[_Server(jobs)])
    finally:
        os._exit(0)


@dataclass(eq=False)
class _Server:
    """Plugin: instead of running all tests, run those of each job in a fork."""

    jobs: Connection
    functions: dict[tuple[str, str], list[FunctionType]] = field(default_factory=dict)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        self.functions = _functions()
        gc.freeze()
        self.jobs.send("ready")
        while True:
            try:
                job: _Job = self.jobs.recv()
            except EOFError:
                return True
            self.jobs.send(_forked(partial(self._run, job, items), job.seconds))

    def _run(self, job: _Job, items: dict[str, pytest.Item], told: Connection) -> int:
        if not self._swap(job):
            return _NOT_SWAPPED
        stop = _StopAtFailure(told)
        for name in job.tests:
            if item := items.get(name):
                item.config.pluginmanager.register(stop)
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                item.config.pluginmanager.unregister(stop)
        return 0

    def _swap(self, job: _Job) -> bool:
        """Put mutated code into functions; False if the functions are not known."""
        path = str(ROOT / job.file)
        text = (ROOT / job.file).read_text("utf-8")
        if job.source == text:
            return True
        old = compile(text, path, "exec", dont_inherit=True)
        new = compile(job.source, path, "exec", dont_inherit=True)
        before, after = _by_name(old), _by_name(new)
        changed = [name for name, codes in after.items() if codes != before.get(name)]
        outer = [name for name in changed if not any(_is_inside(name, other) for other in changed)]
        for name in outer:
            functions = self.functions.get((path, name), [])
            codes = after[name]
            if len(codes) != 1 or not functions:
                return False
            for function in functions:
                if function.__code__.co_freevars != codes[0].co_freevars:
                    return False
                function.__code__ = codes[0]
        return bool(outer)


def _is_inside(name: str, other: str) -> bool:
    return name.startswith(f"{other}.<locals>.")


def _by_name(module: CodeType) -> dict[str, list[CodeType]]:
    """Return the code of the functions of a module by their qualified names."""
    named: dict[str, list[CodeType]] = defaultdict(list)
    for code in _inner(module):
        named[code.co_qualname].append(code)
    return named


def _inner(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_flags & 0x2:  # CO_NEWLOCALS: a function, and not the body of a class
                yield constant
            yield from _inner(constant)


def _functions() -> dict[tuple[str, str], list[FunctionType]]:
    """Return the functions of the package that are in memory, by file and qualified name."""
    package = f"{ROOT / 'asnsolve'}{os.sep}"
    known: dict[tuple[str, str], list[FunctionType]] = defaultdict(list)
    everything: Iterable[object] = gc.get_objects()
    for thing in everything:
        if isinstance(thing, FunctionType) and thing.__code__.co_filename.startswith(package):
            known[thing.__code__.co_filename, thing.__code__.co_qualname].append(thing)
    return dict(known)
