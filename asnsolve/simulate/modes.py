"""All modes, and programs made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from random import Random
from types import MappingProxyType

from asnsolve.simulate import fgs, miri, nircam, niriss, nirspec
from asnsolve.simulate.pool_columns import COLUMNS
from asnsolve.simulate.proposal import Mode, Program
from asnsolve.simulate.rows import Row, program_rows

__all__ = ["MODES", "every_mode", "scaled", "simulate", "simulate_columns", "stream"]

MODES: Mapping[str, Mode] = MappingProxyType(
    {
        mode.name: mode
        for instrument in (nircam, miri, nirspec, niriss, fgs)
        for mode in instrument.MODES
    }
)
"""Every mode by its name."""

_FIRST_PROGRAM = 1001
_MOST_PLANS = 5


def every_mode() -> tuple[Program, ...]:
    """Return one program for every mode, numbered from 1001 in the order of `MODES`."""
    return tuple(
        Program(number=number, plans=(mode.plan(),))
        for number, mode in enumerate(MODES.values(), start=_FIRST_PROGRAM)
    )


def simulate(programs: Iterable[Program] | None = None, *, seed: int = 0) -> list[Row]:
    """Carry out programs.

    Parameters
    ----------
    programs : iterable of Program, optional
        What to observe; one program of every mode if not given.
    seed : int
        Decides what the programs leave open. The same programs and seed make the same rows, and a
        program makes the same rows whatever stands beside it.

    Returns
    -------
    list of dict of str to str
        One row an exposure, with the columns of `COLUMNS`.
    """
    return list(stream(programs, seed=seed))


def stream(programs: Iterable[Program] | None = None, *, seed: int = 0) -> Iterator[Row]:
    """Yield the rows of `simulate` one by one, for pools that are large."""
    for program in every_mode() if programs is None else programs:
        yield from program_rows(program, seed)


def simulate_columns(
    programs: Iterable[Program] | None = None, *, seed: int = 0
) -> dict[str, list[str]]:
    """Return the rows of `simulate` as columns, which take half the memory."""
    table: dict[str, list[str]] = {column: [] for column in COLUMNS}
    appends = [cells.append for cells in table.values()]
    for row in stream(programs, seed=seed):
        for append, cell in zip(appends, row.values(), strict=True):
            append(cell)
    return table


def scaled(exposures: int, seed: int = 0) -> tuple[Program, ...]:
    """Draw programs until they make at least so many exposures.

    Parameters
    ----------
    exposures : int
        Wanted rows; the last program may make up to a few hundred more.
    seed : int
        Decides modes and options.

    Returns
    -------
    tuple of Program
        Programs of one to five plans each, numbered from 1001.
    """
    rng = Random(seed)
    modes = tuple(MODES.values())
    programs: list[Program] = []
    total = 0
    while total < exposures:
        plans = tuple(rng.choice(modes).draw(rng) for _ in range(rng.randint(1, _MOST_PLANS)))
        program = Program(number=_FIRST_PROGRAM + len(programs), plans=plans, failures=0.01)
        programs.append(program)
        total += program.exposures
    return tuple(programs)
