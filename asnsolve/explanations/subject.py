"""The exposure that is asked about, in its program: programs never meet, so no more is solved."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from asnsolve.errors import Location, PoolError, Problem
from asnsolve.naming import exposure_root, program_text
from asnsolve.pool.table import Pool
from asnsolve.suggest import did_you_mean

__all__ = ["Subject", "subject_of"]

_MOST_SUGGESTED_FROM = 2_000


@dataclass(frozen=True, slots=True)
class Subject:
    """An exposure in its program.

    Parameters
    ----------
    filename : str
        The exposure.
    program : str
        Its program, as names have it.
    pool : Pool
        The exposures of the program.
    """

    filename: str
    program: str
    pool: Pool

    @property
    def rows(self) -> list[int]:
        """Rows of the exposure in `pool`."""
        code = self.pool.values("filename").index(self.filename)
        return np.flatnonzero(self.pool.codes("filename") == code).tolist()

    def without(self) -> Pool:
        """Return the program without the exposure."""
        code = self.pool.values("filename").index(self.filename)
        return self.pool.take(self.pool.codes("filename") != code)


def subject_of(pool: Pool, exposure: str) -> Subject:
    """Find an exposure, by its file name or by the name of any file that was made of it.

    Raises
    ------
    PoolError
        If no exposure has that name, or if several have.
    """
    name = _filename(pool, exposure.strip().lower().rpartition("/")[2])
    row = int(np.argmax(pool.codes("filename") == bisect_left(pool.values("filename"), name)))
    said = [*map(program_text, pool.values("program")), program_text("0")]
    program = said[pool.codes("program")[row]]
    own = np.array([text == program for text in said])
    return Subject(name, program, pool.take(own[pool.codes("program")]))


def _filename(pool: Pool, asked: str) -> str:
    names = pool.values("filename")
    place = bisect_left(names, asked)
    if place < len(names) and names[place] == asked:
        return asked
    root = exposure_root(asked)
    near = takewhile(lambda name: name.startswith(root), names[bisect_left(names, root) :])
    found = [name for name in near if exposure_root(name) == root]
    if len(found) == 1:
        return found[0]
    where = Location(pool.name, column="filename")
    if found:
        what = f"{asked} may be any of {', '.join(found)}"
        raise PoolError(Problem(what, where, "the whole name of a file"))
    start = max(place - _MOST_SUGGESTED_FROM // 2, 0)
    advice = did_you_mean(asked, names[start : start + _MOST_SUGGESTED_FROM])
    raise PoolError(Problem(f"no exposure is named {asked}", where, advice=advice))
