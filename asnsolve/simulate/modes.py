"""All modes, and programs that use them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from random import Random
from types import MappingProxyType

from asnsolve.simulate import fgs, miri, nircam, niriss, nirspec
from asnsolve.simulate.pool_columns import COLUMNS
from asnsolve.simulate.proposal import Mode, Program
from asnsolve.simulate.rows import Row, program_rows

MODES: Mapping[str, Mode] = MappingProxyType(
    {
        mode.name: mode
        for instrument in (nircam, miri, nirspec, niriss, fgs)
        for mode in instrument.MODES
    }
)
"""All modes by name."""

_FIRST_PROGRAM = 1001
_MOST_PLANS = 5


def every_mode() -> tuple[Program, ...]:
    """Make a program for every mode.

    Returns
    -------
    tuple of Program
        Numbered from 1001, in the order of `MODES`.
    """
    return tuple(
        Program(number=number, plans=(mode.plan(),))
        for number, mode in enumerate(MODES.values(), start=_FIRST_PROGRAM)
    )


def simulate(programs: Iterable[Program] | None = None, *, seed: int = 0) -> list[Row]:
    """Carry out programs.

    Parameters
    ----------
    programs : iterable of Program, optional
        The programs; by default those of `every_mode`.
    seed : int
        Seed of what the programs leave open. A program and a seed always make the same rows,
        whatever the other programs are.

    Returns
    -------
    list of dict of str to str
        One row per exposure, with the columns of `COLUMNS`.
    """
    return list(stream(programs, seed=seed))


def stream(programs: Iterable[Program] | None = None, *, seed: int = 0) -> Iterator[Row]:
    """Yield the rows of `simulate` one by one, for large pools.

    Parameters
    ----------
    programs : iterable of Program, optional
        The programs; by default those of `every_mode`.
    seed : int
        Seed of what the programs leave open.

    Yields
    ------
    dict of str to str
        One row per exposure, with the columns of `COLUMNS`.
    """
    for program in every_mode() if programs is None else programs:
        yield from program_rows(program, seed)


def simulate_columns(
    programs: Iterable[Program] | None = None, *, seed: int = 0
) -> dict[str, list[str]]:
    """Return the rows of `simulate` as columns, which take half the memory.

    Parameters
    ----------
    programs : iterable of Program, optional
        The programs; by default those of `every_mode`.
    seed : int
        Seed of what the programs leave open.

    Returns
    -------
    dict of str to list of str
        Cells by column of `COLUMNS`.
    """
    table: dict[str, list[str]] = {column: [] for column in COLUMNS}
    # Rows have the columns in this order, so that cells need not be looked up by name.
    appends = [cells.append for cells in table.values()]
    for row in stream(programs, seed=seed):
        for append, cell in zip(appends, row.values(), strict=True):
            append(cell)
    return table


def scaled(exposures: int, seed: int = 0, *, most_plans: int = _MOST_PLANS) -> tuple[Program, ...]:
    """Draw random programs for a number of exposures.

    Parameters
    ----------
    exposures : int
        Smallest number of exposures; the last program may add up to a few hundred more.
    seed : int
        Seed of modes and options.
    most_plans : int
        Largest number of plans of a program.

    Returns
    -------
    tuple of Program
        Programs of one to `most_plans` plans each, numbered from 1001.
    """
    rng = Random(seed)
    modes = tuple(MODES.values())
    programs: list[Program] = []
    total = 0
    while total < exposures:
        plans = tuple(rng.choice(modes).draw(rng) for _ in range(rng.randint(1, most_plans)))
        program = Program(number=_FIRST_PROGRAM + len(programs), plans=plans, failures=0.01)
        programs.append(program)
        total += program.exposures
    return tuple(programs)
