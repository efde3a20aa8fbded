"""The changes since the previous run, for programs: a line of JSON for each association."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from asnsolve.archive.engines import Engine, every_result, in_turn
from asnsolve.archive.runs import Run
from asnsolve.archive.write_containers import written
from asnsolve.differences.compare import Difference, OnlyIn
from asnsolve.differences.run_changes import Comparison, change_problems, comparisons
from asnsolve.errors import Problem
from asnsolve.phrases import count_text
from asnsolve.report.differences import difference_data

KINDS: Final = ("appeared", "changed", "disappeared")
"""What may have become of an association."""


@dataclass(frozen=True, slots=True)
class WrittenChanges:
    """How many changes were written.

    Parameters
    ----------
    counts : mapping of str to int
        How many there are of each of `KINDS`.
    problems : tuple of Problem
        What is not known of the previous run.
    is_first : bool
        Whether there was no previous run.
    """

    counts: Mapping[str, int]
    problems: tuple[Problem, ...]
    is_first: bool

    def __str__(self) -> str:
        """Tell the numbers in a sentence."""
        appeared, changed, disappeared = (self.counts[kind] for kind in KINDS)
        first = count_text(appeared, "association")
        if self.is_first:
            return f"No previous run is known: {first} appeared"
        rest = f"{changed} changed, {disappeared} disappeared"
        return f"Since the previous run: {first} appeared, {rest}"


def write_changes(
    run: Run, path: Path, engine: Engine = in_turn, *, replace: bool = False
) -> WrittenChanges:
    """Write what has changed since the last run to the same place.

    Parameters
    ----------
    run : Run
        A run whose `Kept` has a place.
    path : Path
        The file, which appears whole or not at all.
    engine : Engine
        What compares programs.
    replace : bool
        Whether to replace a file that has other content.

    Returns
    -------
    WrittenChanges

    Raises
    ------
    AssociationError
        If the file cannot be written, or what the run found cannot be read again.
    UsageError
        If the file exists with other content, and `replace` is False.
    """
    found = every_result(engine, _lines, comparisons(run))
    ordered = sorted(found, key=lambda lines: lines.number)
    with written(path, replace=replace) as stream:
        stream.writelines(lines.content for lines in ordered)
    counts = sum((Counter(lines.counts) for lines in ordered), Counter[str]())
    forgotten = [program for lines in ordered for program in lines.forgotten]
    problems = tuple(change_problems(run, forgotten))
    is_first = run.last is None or not run.last.programs
    return WrittenChanges({kind: counts[kind] for kind in KINDS}, problems, is_first)


def change_data(difference: Difference) -> dict[str, Any]:
    """Lay out a change for programs.

    Parameters
    ----------
    difference : Difference
        What differs between the previous run, as the first set, and this one.

    Returns
    -------
    dict
        With the key ``change``, one of `KINDS`, and the keys of `difference_data`.
    """
    return {"change": _kind(difference), **difference_data(difference)}


def _kind(difference: Difference) -> str:
    if not isinstance(difference, OnlyIn):
        return "changed"
    return "disappeared" if difference.which == "first" else "appeared"


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a comparison."""

    number: int
    content: bytes
    counts: Mapping[str, int]
    forgotten: tuple[str, ...]


def _lines(comparison: Comparison) -> _Lines:
    changes = comparison.changes()
    data = [change_data(difference) for difference in changes.differences]
    content = b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in data)
    counts = Counter(one["change"] for one in data)
    return _Lines(comparison.number, content, counts, changes.forgotten)
