"""Hypothesis strategies: small pools in which rules do fire, and cells that go wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from hypothesis import strategies as st

from asnsolve.simulate import COLUMNS, MODES, NULL, ObservingPlan, Program, Row, simulate

__all__ = [
    "RULE_COLUMNS",
    "VOCABULARY",
    "bad_cells",
    "candidate_cells",
    "plans",
    "pool_rows",
    "small_pools",
]

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


_EVERYTHING = simulate()

VOCABULARY: dict[str, tuple[str, ...]] = {
    column: (NULL, *sorted({row[column] for row in _EVERYTHING} - {NULL}))
    for column in RULE_COLUMNS
}
"""What the modes write into those columns, `NULL` first."""

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
    """Return full rows from what they share and what each has of its own; the rest is `NULL`."""
    return Rows({**dict.fromkeys(COLUMNS, NULL), **shared, **cells} for cells in own)


@st.composite
def plans(draw: st.DrawFn) -> ObservingPlan:
    """Return a plan of any mode with any of its choices."""
    mode = draw(st.sampled_from(_SIMPLEST_FIRST))
    options = {name: draw(st.sampled_from(values)) for name, values in mode.choices.items()}
    return mode.plan(**options)


@st.composite
def small_pools(draw: st.DrawFn, *, max_exposures: int = 25, max_changes: int = 4) -> list[Row]:
    """Return the rows of one or two programs of up to three plans, with some things gone wrong.

    Parameters
    ----------
    draw : callable
        Given by hypothesis.
    max_exposures : int
        Most rows; there is always one.
    max_changes : int
        Most changes to the simulated rows; 0 for pools as the archive would write them.
    """
    numbers = draw(st.sampled_from([(1001,), (1001, 1002)]))
    seed = draw(st.integers(0, 3))
    observed = draw(st.lists(plans(), min_size=1, max_size=3))
    programs = [
        Program(number=number, plans=tuple(observed[place :: len(numbers)]))
        for place, number in enumerate(numbers)
    ]
    rows = draw(_parts(simulate(programs, seed=seed), max_exposures))
    changes = [_cleared, _assigned, _swapped, _retied, _dropped, _doubled, _repeated]
    for change in draw(st.lists(st.sampled_from(changes), max_size=max_changes)):
        rows = draw(change(rows))
    return Rows(rows[:max_exposures])


def bad_cells() -> st.SearchStrategy[str]:
    """Return cells that readers trip over: words for nothing, broken lists, odd text."""
    nothing = ["", " ", "null", "NULL", "--", "n", "F", "None", "nan", "N/A", "0", "t", "unknown"]
    broken = [
        "[",
        "[]",
        "[()]",
        "[('o001',)]",
        "[('o001', 'OBSERVATION')",
        "[('o001', 'OBSERVATION', 'MOSAIC')]",
        "[(1, 2)]",
        "('o001', 'OBSERVATION')",
        "{'o001': 'OBSERVATION'}",
        "[['o001', 'OBSERVATION']]",
        "[('o001', 'OBSERVATION')] * 9",
        "__import__('os')",
        "o001",
    ]
    odd = [
        "a|b",
        '"',
        "'",
        'a "quoted" word',
        "a\nb",
        "#",
        "=1+1",
        "É",
        "ﬀ",
        "x" * 300,
        "\\d+",
        ".*",
    ]
    text = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=12)
    return st.sampled_from(nothing + broken + odd) | text


def candidate_cells() -> st.SearchStrategy[str]:
    """Return well-formed candidate cells, observations first and repeats allowed."""
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
    return _with(rows, reached, column, draw(st.sampled_from(VOCABULARY[column])))


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
