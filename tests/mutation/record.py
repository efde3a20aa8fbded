"""Which tests run which lines, and how long they take: recorded once, read for every mutant.

As a plugin of pytest (``-p tests.mutation.record``) this module writes the durations.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest
from coverage import CoverageData

from tests.mutation.mutants import Mutant

__all__ = ["ROOT", "Record", "own_tests", "record"]

ROOT: Final = Path(__file__).parents[2]
_FOLDER: Final = ROOT / ".mutation"
_COVERAGE: Final = _FOLDER / "coverage"
_DURATIONS: Final = _FOLDER / "durations.json"
_HASHES: Final = _FOLDER / "hashes.json"

TESTS: Final = ("tests",)
LEFT_OUT: Final = ("tests/conformance", "tests/benchmarks", "tests/mutation", "tests/docs")
"""Tests that need another package, or look at texts."""

_durations: dict[str, float] = defaultdict(float)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up the phases of each test."""
    if report.outcome != "passed":
        _durations[report.nodeid] = float("inf")
    _durations[report.nodeid] += report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the durations of the tests that passed, in the process that hears of all of them."""
    if not hasattr(session.config, "workerinput"):
        passed = {name: time for name, time in _durations.items() if time != float("inf")}
        _DURATIONS.write_text(json.dumps(passed), encoding="utf-8")


def record(tests: Sequence[str], processes: int) -> int:
    """Run tests, and keep which lines they run and how long they take.

    Parameters
    ----------
    tests : sequence of str
        Folders, files or names of tests; all of them if empty.
    processes : int
        In how many processes.

    Returns
    -------
    int
        Exit status of pytest.
    """
    _FOLDER.mkdir(exist_ok=True)
    for old in _FOLDER.glob("coverage*"):
        old.unlink()
    options = _FOLDER / "coveragerc"
    # With relative names, a copy of the repository can use the record too.
    content = f"[run]\nsource = asnsolve\nrelative_files = true\ndata_file = {_COVERAGE}\n"
    options.write_text(content, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.mutation.record"]
    command += ["-p", "tests.mutation.quick", "-n", str(processes)]
    command += ["--cov", "--cov-context=test", "--cov-report=", f"--cov-config={options}"]
    command += ["--cov-fail-under=0", *(f"--ignore={path}" for path in LEFT_OUT)]
    hashes = _hashes()
    status = subprocess.run([*command, *(tests or TESTS)], cwd=ROOT, check=False).returncode
    _HASHES.write_text(json.dumps(hashes), encoding="utf-8")
    return status


def own_tests(file: str) -> Path:
    """Return where the tests of a module are, from the root of the repository.

    Parameters
    ----------
    file : str
        The module.

    Returns
    -------
    Path
    """
    module = Path("tests", *Path(file).parts[1:])
    return module.with_name(f"test_{module.name}")


def _hashes() -> dict[str, str]:
    paths = sorted((ROOT / "asnsolve").rglob("*.py"))
    return {str(path.relative_to(ROOT)): _hash(path) for path in paths}


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


@dataclass(frozen=True)
class Record:
    """What was recorded.

    Parameters
    ----------
    durations : mapping of str to float
        Seconds that each test takes.
    hashes : mapping of str to str
        What identifies each module as it was when recorded.
    """

    durations: Mapping[str, float]
    hashes: Mapping[str, str]

    @classmethod
    def read(cls) -> Record:
        """Return the last record."""
        if not _HASHES.exists():
            raise SystemExit("no tests are recorded: run python -m tests.mutation --record")
        return cls(json.loads(_DURATIONS.read_text()), json.loads(_HASHES.read_text()))

    def is_current(self, file: str) -> bool:
        """Tell whether a module is as it was when it was recorded."""
        return self.hashes.get(file) == _hash(ROOT / file)

    @cached_property
    def _coverage(self) -> CoverageData:
        data = CoverageData(str(_COVERAGE))
        data.read()
        return data

    @cached_property
    def _by_line(self) -> dict[str, dict[int, list[str]]]:
        return {}

    def _lines(self, file: str) -> dict[int, list[str]]:
        if file not in self._by_line:
            lines = self._coverage.contexts_by_lineno(file)
            self._by_line[file] = {
                line: [context.rpartition("|")[0] for context in contexts if "|" in context]
                for line, contexts in lines.items()
            }
        return self._by_line[file]

    def tests_of(self, mutant: Mutant) -> list[str]:
        """Return the tests that can see a mutant, the quickest first.

        What an import runs is seen by the tests that run a line that uses its names, by those that
        run anything of its module, and by the tests of the module, which may look at a constant.
        """
        first, last = mutant.lines
        lines = self._lines(mutant.file)
        tests = self._at(mutant.file, range(first, last + 1))
        if not mutant.in_function:
            tests |= self._at(mutant.file, lines)
            for name in mutant.names:
                tests |= self._using(name)
            own = f"{own_tests(mutant.file)}::"
            tests |= {test for test in self.durations if test.startswith(own)}
        return sorted(tests, key=lambda test: (self.durations[test], test))

    def _at(self, file: str, numbers: Iterable[int]) -> set[str]:
        lines = self._lines(file)
        tests = {test for number in numbers for test in lines.get(number, ())}
        return tests & self.durations.keys()

    def _using(self, name: str) -> set[str]:
        word = re.compile(rf"\b{re.escape(name)}\b")
        tests: set[str] = set()
        for file in self.hashes:
            text = (ROOT / file).read_text("utf-8")
            if word.search(text):
                numbers = [n for n, line in enumerate(text.splitlines(), 1) if word.search(line)]
                tests |= self._at(file, numbers)
        return tests
