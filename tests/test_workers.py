"""A task that kills its process affects no other, and fewer processes than requested suffice."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import active_children
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import NoReturn

import pytest

from asnsolve.workers import Crew, Done, Lost, in_this_process, in_workers


@dataclass(frozen=True)
class Work:
    """Doubles a number, unless it is one that makes the process fail."""

    marks: Path

    def __call__(self, number: int) -> int:
        first = not (self.marks / str(number)).exists()
        (self.marks / str(number)).touch()
        match number:
            case 1:
                os.kill(os.getpid(), signal.SIGKILL)
            case 2:
                raise MemoryError
            case 3 if first:
                os._exit(7)
        return 2 * number


class OddError(Exception):
    """An error that cannot be sent to another process."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} and {two}")


class Unloadable:
    """A function that can be pickled but not loaded again."""

    def __reduce__(self) -> tuple[Callable[[], NoReturn], tuple[()]]:
        return unloaded, ()

    def __call__(self, number: int) -> int:
        return 2 * number


def unloaded() -> NoReturn:
    raise ImportError("not here")


def odd(number: int) -> int:
    raise OddError("one", str(number))


def lacking(number: int) -> int:
    if number == 2:
        raise MemoryError
    return 2 * number


def split(
    outcomes: Iterable[Done[int, int] | Lost[int]],
) -> tuple[dict[int, int], dict[int, str]]:
    """Return results and reasons by task."""
    done, lost = {}, {}
    for outcome in outcomes:
        match outcome:
            case Done(task, result):
                done[task] = result
            case Lost(task, why):
                lost[task] = why
    return done, lost


def test_what_dies_or_lacks_memory_is_tried_again_and_takes_nothing_with_it(
    tmp_path: Path,
) -> None:
    done, lost = split(in_workers(Work(tmp_path), range(7), 2, pytest.fail))
    assert done == {0: 0, 3: 6, 4: 8, 5: 10, 6: 12}
    assert lost == {
        1: "its process was killed (SIGKILL), perhaps for lack of memory",
        2: "its process ran out of memory",
    }
    assert active_children() == []


def test_processes_end_when_nobody_waits_for_them_and_an_error_comes_back() -> None:
    work = in_workers(lacking, [1, 3, 4], 2)
    next(work)
    assert active_children() != []
    del work
    assert active_children() == []
    with pytest.raises(RuntimeError, match="OddError: one and 5"):
        list(in_workers(odd, [5], 1))
    assert active_children() == []


def is_imported(module: str) -> bool:
    return module in sys.modules


def test_workers_import_a_module_before_there_is_work() -> None:
    def imported(module: str | None) -> list[bool]:
        with closing(Crew(1, pytest.fail)) as crew:
            if module is not None:
                crew.prepare(module)
                assert len(active_children()) == 1
            return [one.result for one in crew.run(is_imported, ["wave"]) if isinstance(one, Done)]

    assert imported(None) == [False]
    assert imported("wave") == [True]
    # If the work needs a missing module, its own error says so.
    assert imported("no_module_of_this_name") == [False]


def test_workers_that_were_started_early_do_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    with closing(Crew(2, pytest.fail)) as crew:
        crew.prepare("wave")
        early = {process.pid for process in active_children()}
        done, lost = split(crew.run(lacking, [1, 3, 4, 5]))
        assert (done, lost) == ({1: 2, 3: 6, 4: 8, 5: 10}, {})
        assert {process.pid for process in active_children()} == early
    assert len(early) == 2


@pytest.mark.parametrize(("processors", "early"), [(2, 2), (1, 1), (None, 1)])
def test_no_more_workers_are_started_early_than_there_are_processors(
    processors: int | None, early: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    # If another worker started, this would be reported.
    refusing(early, monkeypatch)
    with closing(Crew(1000, pytest.fail)) as crew:
        crew.prepare("wave")
        assert len(active_children()) == early


def test_workers_that_were_not_started_early_are_started_for_the_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    with closing(Crew(3, pytest.fail)) as crew:
        crew.prepare("wave")
        done, lost = split(crew.run(lacking, [1, 3]))
        assert (done, lost) == ({1: 2, 3: 6}, {})
        assert len(active_children()) == 2


def refusing(starts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let so many processes start, and no more."""
    started: list[SpawnProcess] = []
    start = SpawnProcess.start

    def limited(process: SpawnProcess) -> None:
        if len(started) == starts:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        started.append(process)
        start(process)

    monkeypatch.setattr(SpawnProcess, "start", limited)


def test_where_no_process_can_be_started_this_one_does_the_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refusing(0, monkeypatch)
    told: list[str] = []
    done, lost = split(in_workers(lacking, [1, 2, 3], 2, told.append))
    assert (done, lost) == ({1: 2, 3: 6}, {2: "its process ran out of memory"})
    (text,) = told
    assert text == (
        "no process can be started (Resource temporarily unavailable); this process does all the "
        "work"
    )


def test_where_some_processes_can_be_started_they_do_the_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refusing(1, monkeypatch)
    told: list[str] = []
    done, _ = split(in_workers(lacking, [1, 3], 2, told.append))
    assert done == {1: 2, 3: 6}
    assert told == [
        "not all processes can be started (Resource temporarily unavailable); the others do the "
        "work"
    ]


def test_what_cannot_be_sent_is_done_here() -> None:
    told: list[str] = []
    done, _ = split(in_workers(lambda number: 2 * number, [1, 3], 2, told.append))
    assert done == {1: 2, 3: 6}
    assert told[0].startswith("the work cannot be sent to another process (")


def test_what_cannot_be_loaded_there_is_done_here() -> None:
    with pytest.warns(RuntimeWarning, match=r"\(one cannot load the work: ImportError: not"):
        done, _ = split(in_workers(Unloadable(), [1, 3], 1))
    assert done == {1: 2, 3: 6}


def test_in_one_process_lack_of_memory_loses_one_task() -> None:
    done, lost = split(in_this_process(lacking, [1, 2, 3]))
    assert (done, list(lost)) == ({1: 2, 3: 6}, [2])
