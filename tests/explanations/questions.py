"""Questions with their answers in full, in ``questions.toml``: the pools that they are about."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from asnsolve import Pool, demo_pool
from asnsolve.simulate import MODES, Program, Row, simulate

__all__ = ["Question", "questions"]

_PAGE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Question:
    """A question about an exposure or an association of a pool.

    Parameters
    ----------
    about : str
        Name of the exposure, association file or product.
    answer : str
        The answer in full.
    mode : str
        The simulated mode that gives the pool, or ``demo`` for the demonstration pool.
    options : mapping of str to object
        Choices of the mode.
    drop : mapping of str to str
        Columns with a value: rows that have one of these are not in the pool.
    cells : tuple of (str, str, str)
        Part of a file name, a column, and the cell that is written there; an empty part of a name
        stands for every row.
    rules : str
        The rule set.
    """

    about: str
    answer: str
    mode: str = "demo"
    options: Mapping[str, Any] = field(default_factory=dict)
    drop: Mapping[str, str] = field(default_factory=dict)
    cells: tuple[tuple[str, str, str], ...] = ()
    rules: str = "jwst"

    def __str__(self) -> str:
        """Name the question."""
        changes = [f"without {value}" for value in self.drop.values()]
        changes += [f"{column}={cell}" for _, column, cell in self.cells]
        return " ".join((self.mode, self.about, *changes))

    def pool(self) -> Pool:
        """Return the pool."""
        if self.mode == "demo":
            return _demonstration()
        plan = MODES[self.mode].plan(**self.options)
        return Pool([*self._changed(simulate([Program(number=1, plans=(plan,))]))])

    def _changed(self, rows: Iterable[Row]) -> Iterable[Row]:
        for row in rows:
            if any(row[column].lower() == value for column, value in self.drop.items()):
                continue
            cells = {name: cell for part, name, cell in self.cells if part in row["FILENAME"]}
            yield {**row, **cells}


@cache
def _demonstration() -> Pool:
    return Pool.read(demo_pool())


def questions(kind: str) -> tuple[Question, ...]:
    """Return the questions about exposures or about associations."""
    return tuple(
        Question(
            **{name: value for name, value in one.items() if name not in ("cells", "answer")},
            answer=one["answer"].strip(),
            cells=tuple(map(tuple, one.get("cells", ()))),
        )
        for one in tomllib.loads(_PAGE.read_text("utf-8"))[kind]
    )
