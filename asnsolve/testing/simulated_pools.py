"""Realistic pools of JWST: simulated programs with some things gone wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Literal, get_args

from hypothesis import strategies as st

from asnsolve.pool.table import Pool
from asnsolve.rules.rule_set import RuleSet
from asnsolve.simulate import COLUMNS, MODES, NULL, Mode, ObservingPlan, Program, Row, simulate
from asnsolve.solvers.task import Task

RULE_COLUMNS = (
    "FILTER",
    "PUPIL",
    "GRATING",
    "BAND",
    "FXD_SLIT",
    "SUBARRAY",
    "DETECTOR",
    "CHANNEL",
    "TARGETID",
    "EXP_TYPE",
    "INSTRUME",
    "PNTGTYPE",
    "VISITYPE",
    "BKGDTARG",
    "IS_PSF",
    "IS_IMPRT",
    "TSOVISIT",
    "PATTTYPE",
    "PATT_NUM",
    "NUMDTHPT",
    "SUBPXPTS",
    "DITHPTIN",
    "MOSTILNO",
    "EXPSPCIN",
    "ACT_ID",
    "OBS_ID",
    "OBS_NUM",
    "PROGRAM",
    "MSAMETFL",
    "MSASTATE",
    "OPMODE",
    "LAMP",
    "NINTS",
    "DMS_NOTE",
    "EXPOSERR",
    "ASN_CANDIDATE",
)
"""Columns that some rule looks at, the likeliest first."""


@cache
def vocabulary() -> Mapping[str, tuple[str, ...]]:
    """Return what the modes of the simulator write into these columns.

    Returns
    -------
    mapping of str to tuple of str
        Values of each column of `RULE_COLUMNS`, `NULL` first.
    """
    everything = simulate()
    return {
        column: (NULL, *sorted({row[column] for row in everything} - {NULL}))
        for column in RULE_COLUMNS
    }


Scope = Literal["row", "EXP_TYPE", "OBS_NUM", "DETECTOR", "TARGETID", "pool"]
"""Which rows a change reaches, seen from one of them: itself, those with its value, or all."""

_MOSTLY = st.integers(0, 31)
"""Seldom 0."""

_SIMPLEST_FIRST = sorted(MODES.values(), key=lambda mode: mode.plan().exposures)


class Rows(list[Row]):
    """Rows that print as a short call of `pool_rows`, to be pasted into a test."""

    def __repr__(self) -> str:
        shared = {
            column: cell
            for column, cell in self[0].items()
            if cell != NULL and all(row[column] == cell for row in self)
        }
        own = [
            {column: cell for column, cell in row.items() if cell != shared.get(column, NULL)}
            for row in self
        ]
        return f"pool_rows({shared}, {', '.join(map(str, own))})"


def pool_rows(shared: Row, *own: Row) -> Rows:
    """Make full rows.

    Parameters
    ----------
    shared : mapping of str to str
        Cells that all rows have.
    *own : mapping of str to str
        Cells of each row; what no one gives is `NULL`.

    Returns
    -------
    Rows
    """
    return Rows({**dict.fromkeys(COLUMNS, NULL), **shared, **cells} for cells in own)


def modes_of(rules: RuleSet) -> tuple[Mode, ...]:
    """List the modes of the simulator of which rules take exposures.

    Parameters
    ----------
    rules : RuleSet
        The rules.

    Returns
    -------
    tuple of Mode
        Those with the fewest exposures first.
    """
    # One program per mode: its number tells the mode.
    programs = [
        Program(number=number, plans=(mode.plan(),))
        for number, mode in enumerate(_SIMPLEST_FIRST, start=1)
    ]
    pool = Pool(simulate(programs, seed=0))
    task = Task.of(pool, rules)
    entry_rows = task.scoped.scopes.entry_rows
    rows = {
        row
        for rule, solved_in in zip(rules, task.solved_in, strict=True)
        for row in entry_rows[task.scoped.eligible(rule, solved_in)].tolist()
    }
    taken = {int(pool.value(row, "program") or 0) for row in rows}
    return tuple(mode for number, mode in enumerate(_SIMPLEST_FIRST, start=1) if number in taken)


@st.composite
def plans(draw: st.DrawFn, modes: Sequence[Mode] = _SIMPLEST_FIRST) -> ObservingPlan:
    """Draw a plan of some mode, with any of its choices.

    Parameters
    ----------
    modes : sequence of Mode
        The modes, the simplest first.

    Returns
    -------
    ObservingPlan
    """
    mode = draw(st.sampled_from(modes))
    options = {name: draw(st.sampled_from(values)) for name, values in mode.choices.items()}
    return mode.plan(**options)


@st.composite
def simulated_rows(
    draw: st.DrawFn,
    *,
    max_exposures: int = 25,
    max_changes: int = 4,
    modes: Sequence[Mode] = _SIMPLEST_FIRST,
) -> list[Row]:
    """Draw the rows of one or two programs of up to three plans, with some things gone wrong.

    Parameters
    ----------
    max_exposures : int
        Most rows; there is always one.
    max_changes : int
        Most changes to the simulated rows; 0 for pools as the archive would write them.
    modes : sequence of Mode
        Observing modes of the simulator.

    Returns
    -------
    list of dict of str to str
        The rows, with the columns of the archive.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from asnsolve import Pool
    >>> from asnsolve.testing import simulated_rows
    >>> @settings(max_examples=3, database=None, deadline=None)
    ... @given(simulated_rows())
    ... def no_row_is_invented(rows):
    ...     assert len(Pool.read(rows)) <= len(rows)
    >>> no_row_is_invented()
    """
    numbers = draw(st.sampled_from([(1001,), (1001, 1002)]))
    seed = draw(st.integers(0, 3))
    observed = draw(st.lists(plans(modes), min_size=1, max_size=3))
    programs = [
        Program(number=number, plans=tuple(observed[place :: len(numbers)]))
        for place, number in enumerate(numbers)
    ]
    rows = draw(_parts(simulate(programs, seed=seed), max_exposures))
    changes = [_cleared, _assigned, _swapped, _retied, _dropped, _doubled, _repeated]
    for change in draw(st.lists(st.sampled_from(changes), max_size=max_changes)):
        rows = draw(change(rows))
    return Rows(rows[:max_exposures])


def candidate_cells() -> st.SearchStrategy[str]:
    """Draw well-formed candidate cells, observations first and repeats allowed.

    Returns
    -------
    SearchStrategy of str
    """
    kinds = ["MOSAIC", "BACKGROUND", "GROUP", "CORONAGRAPHY", "AMI", "DIRECT_IMAGE"]
    observation = st.tuples(st.sampled_from(["o001", "o002", "o003"]), st.just("OBSERVATION"))
    tie = st.tuples(st.sampled_from(["c1000", "c1001", "c1002"]), st.sampled_from(kinds))
    return st.builds(
        lambda first, others: str([first, *others]), observation, st.lists(tie, max_size=3)
    )


@st.composite
def _parts(draw: st.DrawFn, rows: list[Row], most: int) -> list[Row]:
    """Return the first rows, or rows spread over the pool, with a gap here and there.

    One draw a row, of which the simplest is a gap: so a failing pool shrinks to the rows it needs.
    """
    step = -(-len(rows) // most) if draw(st.booleans()) else 1
    chosen = rows[::step][:most]
    return [row for row in chosen if draw(_MOSTLY)] or chosen[:1]


def _places(rows: list[Row]) -> st.SearchStrategy[int]:
    return st.integers(0, len(rows) - 1)


def _reach(rows: list[Row], place: int, scope: Scope) -> set[int]:
    if scope == "row":
        return {place}
    if scope == "pool":
        return set(range(len(rows)))
    return {n for n, row in enumerate(rows) if row[scope] == rows[place][scope]}


def _with(rows: list[Row], places: Iterable[int], column: str, cell: str) -> list[Row]:
    reached = set(places)
    return [{**row, column: cell} if n in reached else row for n, row in enumerate(rows)]


@st.composite
def _cleared(draw: st.DrawFn, rows: list[Row]) -> list[Row]:
    """Return the rows with a column not given, in one row or in many."""
    reached = _reach(rows, draw(_places(rows)), draw(st.sampled_from(get_args(Scope))))
    return _with(rows, reached, draw(st.sampled_from(RULE_COLUMNS)), NULL)


@st.composite
def _assigned(draw: st.DrawFn, rows: list[Row]) -> list[Row]:
    """Return the rows with another value of a column, in one row or in many."""
    reached = _reach(rows, draw(_places(rows)), draw(st.sampled_from(get_args(Scope))))
    column = draw(st.sampled_from(RULE_COLUMNS))
    return _with(rows, reached, column, draw(st.sampled_from(vocabulary()[column])))


@st.composite
def _swapped(draw: st.DrawFn, rows: list[Row]) -> list[Row]:
    """Return the rows with two cells of a column exchanged, such as targets or filters."""
    first, second = draw(_places(rows)), draw(_places(rows))
    column = draw(st.sampled_from(RULE_COLUMNS))
    once = _with(rows, [first], column, rows[second][column])
    return _with(once, [second], column, rows[first][column])


@st.composite
def _retied(draw: st.DrawFn, rows: list[Row]) -> list[Row]:
    """Return the rows with other candidates, in one row or in many."""
    reached = _reach(rows, draw(_places(rows)), draw(st.sampled_from(get_args(Scope))))
    return _with(rows, reached, "ASN_CANDIDATE", draw(candidate_cells()))


@st.composite
def _dropped(draw: st.DrawFn, rows: list[Row]) -> list[Row]:
    """Return the rows without some of them, but never none."""
    gone = draw(st.sets(_places(rows), max_size=4))
    return [row for n, row in enumerate(rows) if n not in gone] or rows[:1]


@st.composite
def _doubled(draw: st.DrawFn, rows: list[Row]) -> list[Row]:
    """Return the rows with one row twice, under its own name."""
    return [*rows, rows[draw(_places(rows))]]


@st.composite
def _repeated(draw: st.DrawFn, rows: list[Row]) -> list[Row]:
    """Return the rows with one row taken again, as the next exposure or by another program."""
    row = rows[draw(_places(rows))]
    program = draw(st.sampled_from([row["PROGRAM"], "1003"]))
    name = row["FILENAME"].replace("_uncal", "9_uncal")
    return [*rows, {**row, "PROGRAM": program, "FILENAME": name}]
