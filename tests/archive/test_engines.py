"""A process that dies takes nothing with it but the part that kills it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from asnsolve import Pool, UsageError
from asnsolve.archive.engines import LostPart, every_result, in_processes, in_turn
from asnsolve.archive.parts import Part
from asnsolve.errors import Problem

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Numbered:
    """A part that is only a number."""

    number: int

    @property
    def programs(self) -> tuple[str, ...]:
        return (f"{self.number:05}",)

    @property
    def exposures(self) -> int:
        return 1

    @property
    def source(self) -> None:
        return None

    @property
    def file_name(self) -> str:
        return "pool"

    def pool(self) -> Pool:
        raise NotImplementedError


@dataclass(frozen=True)
class Deadly:
    """Doubles a number; dies of some, always or the first time."""

    always: int
    once: int
    marks: Path

    def __call__(self, part: Part) -> int:
        number = int(part.programs[0])
        first = not (self.marks / str(number)).exists()
        (self.marks / str(number)).touch()
        if number == self.always or (number == self.once and first):
            os.kill(os.getpid(), signal.SIGKILL)
        return 2 * number


def doubled(part: Part) -> int:
    return 2 * int(part.programs[0])


PARTS: list[Part] = [Numbered(number) for number in range(7)]


def numbers(results: Iterable[int | LostPart[Part]]) -> list[int]:
    return sorted(result for result in results if isinstance(result, int))


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_part_is_done(jobs: int) -> None:
    """The processes of an engine do one piece of work after the other."""
    with in_processes(jobs) if jobs > 1 else nullcontext(in_turn) as engine:
        assert numbers(engine(doubled, PARTS)) == [0, 2, 4, 6, 8, 10, 12]
        assert list(engine(doubled, [])) == []
        assert sorted(every_result(engine, str, [3, 1, 2])) == ["1", "2", "3"]


def test_what_is_lost_is_done_here() -> None:
    def losing(
        act: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> Iterator[Result | LostPart[Task]]:
        yield act(tasks[0])
        yield LostPart(tasks[1], "it died")

    assert every_result(losing, str, [1, 2]) == ["1", "2"]


def test_a_part_is_done_again_and_then_reported(tmp_path: Path) -> None:
    with in_processes(2) as engine:
        results = list(engine(Deadly(always=3, once=5, marks=tmp_path), PARTS))
    (lost,) = [result for result in results if isinstance(result, LostPart)]
    assert lost.part == PARTS[3]
    assert lost.why == "its process was killed (SIGKILL), perhaps for lack of memory"
    assert numbers(results) == [0, 2, 4, 8, 10, 12]


def failing(part: Part) -> int:
    raise UsageError(Problem(f"program {part.programs[0]}"))


def test_an_error_is_an_error() -> None:
    with in_processes(1) as engine:
        with pytest.raises(UsageError, match="program 00000"):
            list(engine(failing, PARTS[:1]))
        # Its processes have ended, and others take their place.
        assert numbers(engine(doubled, PARTS[:2])) == [0, 2]


def test_a_number_of_processes_is_a_number() -> None:
    with pytest.raises(UsageError, match="the number of processes is 0; expected 1 or more"):
        in_processes(0).__enter__()


def test_a_part_that_lacks_memory_is_lost() -> None:
    def lacking(part: Part) -> int:
        raise MemoryError

    assert list(in_turn(lacking, PARTS[:1])) == [
        LostPart(PARTS[0], "its process ran out of memory")
    ]
