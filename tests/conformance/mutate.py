"""Small pools in which rules fire, and small things gone wrong with them; all from one `Random`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from random import Random

from asnsolve.simulate import MODES, NULL, Program, Row, simulate
from tests.strategies import RULE_COLUMNS, VOCABULARY

__all__ = ["MOST_CHANGES", "mutated", "related", "small_pool"]

FLAGS = ("IS_PSF", "IS_IMPRT", "BKGDTARG", "TSOVISIT")
DITHERS = (
    "PATTTYPE",
    "PATT_NUM",
    "NUMDTHPT",
    "SUBPXPTS",
    "DITHPTIN",
    "MOSTILNO",
    "EXPSPCIN",
)
OPTICS = (
    "FXD_SLIT",
    "DETECTOR",
    "FILTER",
    "PUPIL",
    "GRATING",
    "CHANNEL",
    "BAND",
    "SUBARRAY",
    "MSAMETFL",
    "OPMODE",
    "LAMP",
)
KINDS = ("MOSAIC", "BACKGROUND", "GROUP", "DIRECT_IMAGE", "WFS", "CORONAGRAPHY", "POOL")
SCOPES = ("EXP_TYPE", "OBS_NUM", "DETECTOR", "TARGETID", "FILTER")
MOST_CHANGES = 4

Rows = list[Row]
Change = Callable[[Random, Rows], Rows]


def small_pool(rng: Random, size: int = 8) -> Rows:
    """Return a pool of at most so many exposures, or one more, as often as not gone wrong."""
    rows = related(rng, simulate(_programs(rng), seed=rng.randrange(1000)), size)
    for _ in range(rng.choice((0, 1, 1, 2, 2, 3, MOST_CHANGES))):
        rows = mutated(rng, rows)
    return rows


def mutated(rng: Random, rows: Rows) -> Rows:
    """Return the rows with one thing changed; never without any row."""
    (change,) = rng.choices(list(CHANGES), list(CHANGES.values()))
    return change(rng, rows) or rows[:1]


def related(rng: Random, rows: Rows, size: int) -> Rows:
    """Return some rows that belong together: those that one candidate ties, of few detectors.

    Exposures of every kind are kept before any kind is kept twice, so that backgrounds, imprints,
    acquisitions and direct images stay with their science. Now and then others fill up the pool.
    """
    everything = rows
    tied = rng.choice(_candidates(rows))
    rows = [row for row in rows if tied in row["ASN_CANDIDATE"]]
    if rng.random() < 0.7:
        anchor = rng.choice([row for row in rows if row["PNTGTYPE"] == "SCIENCE"] or rows)
        kept = {anchor["DETECTOR"], *rng.sample(sorted({r["DETECTOR"] for r in rows}), 1)}
        if rng.random() < 0.6:
            kept = {anchor["DETECTOR"]}
        rows = [row for row in rows if row["DETECTOR"] in kept or row["PNTGTYPE"] != "SCIENCE"]
    kinds: dict[tuple[str, ...], list[int]] = {}
    for place, row in enumerate(rows):
        kinds.setdefault(_kind(row), []).append(place)
    queues = list(kinds.values())
    rng.shuffle(queues)
    chosen: list[int] = []
    while len(chosen) < size and any(queues):
        chosen += [queue.pop(0) for queue in queues if queue]
    picked = [rows[place] for place in sorted(chosen[:size])]
    if rng.random() < 0.4:
        others = [row for row in everything if row not in picked]
        picked += rng.sample(others, min(len(others), size - len(picked)))
    return picked


def _kind(row: Row) -> tuple[str, ...]:
    return tuple(row[c] for c in ("OBS_NUM", "EXP_TYPE", "IS_IMPRT", "PNTGTYPE", "FILTER", "PUPIL"))


def _programs(rng: Random) -> list[Program]:
    """Return mostly one program of one plan, now and then more that may meet."""
    modes = list(MODES.values())
    plans = [rng.choice(modes).draw(rng) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    if len(plans) > 1 and rng.random() < 0.3:
        return [Program(number=1001 + n, plans=(plan,)) for n, plan in enumerate(plans)]
    return [Program(number=1001, plans=tuple(plans))]


def _candidates(rows: Rows) -> list[str]:
    """Return the names of candidates: ties of observations three times, as they are fewer."""
    pieces = {piece for row in rows for piece in row["ASN_CANDIDATE"].split("'")}
    names = sorted(p for p in pieces if p[:1] in ("o", "c") and p[1:].isdigit())
    return [name for name in names for _ in range(3 if name.startswith("c") else 1)]


def _reach(rng: Random, rows: Rows) -> list[int]:
    """Return the places that a change reaches: one, those alike in some way, or all."""
    place = rng.randrange(len(rows))
    draw = rng.random()
    if draw < 0.45:
        return [place]
    if draw < 0.55:
        return list(range(len(rows)))
    scope = rng.choice(SCOPES)
    return [n for n, row in enumerate(rows) if row[scope] == rows[place][scope]]


def _with(rows: Rows, places: Collection[int], column: str, cell: str) -> Rows:
    return [{**row, column: cell} if n in places else row for n, row in enumerate(rows)]


def _assigned(rng: Random, rows: Rows, columns: Iterable[str], given: Iterable[str] = ()) -> Rows:
    """Return the rows with a value of a column that some mode writes there, or one of `given`."""
    column = rng.choice(list(columns))
    cells = list(given) or VOCABULARY.get(column, (NULL,))
    return _with(rows, _reach(rng, rows), column, rng.choice(cells))


def _dropped(rng: Random, rows: Rows) -> Rows:
    gone = set(rng.sample(range(len(rows)), min(len(rows) - 1, rng.randint(1, 3))))
    return [row for n, row in enumerate(rows) if n not in gone]


def _cleared(rng: Random, rows: Rows) -> Rows:
    return _with(rows, _reach(rng, rows), rng.choice(RULE_COLUMNS), NULL)


def _anything(rng: Random, rows: Rows) -> Rows:
    return _assigned(rng, rows, RULE_COLUMNS)


def _swapped(rng: Random, rows: Rows) -> Rows:
    """Return the rows with two cells of a column exchanged, most often targets."""
    one, two = rng.randrange(len(rows)), rng.randrange(len(rows))
    column = "TARGETID" if rng.random() < 0.3 else rng.choice(RULE_COLUMNS)
    once = _with(rows, [one], column, rows[two][column])
    return _with(once, [two], column, rows[one][column])


def _copied(rng: Random, rows: Rows) -> Rows:
    """Return the rows with a cell of one row given to others."""
    column = rng.choice(RULE_COLUMNS)
    return _with(rows, _reach(rng, rows), column, rng.choice(rows)[column])


def _flagged(rng: Random, rows: Rows) -> Rows:
    return _assigned(rng, rows, FLAGS, ("T", "T", "F", NULL))


def _pointed(rng: Random, rows: Rows) -> Rows:
    cells = ("SCIENCE", "SCIENCE", "TARGET_ACQUISITION", "PARALLEL_PURE", NULL)
    return _assigned(rng, rows, ("PNTGTYPE",), cells)


def _dithered(rng: Random, rows: Rows) -> Rows:
    column = rng.choice(DITHERS)
    numbers = () if column == "PATTTYPE" else [str(n) for n in range(7)] + [NULL]
    return _assigned(rng, rows, (column,), numbers)


def _refitted(rng: Random, rows: Rows) -> Rows:
    """Return the rows with another element in the beam, of the same instrument if there is one."""
    column = rng.choice(OPTICS)
    place = rng.randrange(len(rows))
    cells = _ELEMENTS.get((rows[place]["INSTRUME"], column)) or [NULL]
    reached = _reach(rng, rows) if rng.random() < 0.5 else [place]
    return _with(rows, reached, column, rng.choice(cells))


def _retied(rng: Random, rows: Rows) -> Rows:
    """Return the rows with other candidates: fewer, one more, or of another kind."""
    reached = _reach(rng, rows)
    pairs = _pairs(rng.choice(rows)["ASN_CANDIDATE"]) or [("o001", "OBSERVATION")]
    draw = rng.random()
    if draw < 0.35:
        pairs = [rng.choice(pairs)]
    elif draw < 0.7:
        tie = (rng.choice(("c1000", "c1001", "c1002")), rng.choice(KINDS))
        own = [_pairs(row["ASN_CANDIDATE"]) for row in rows]
        return [
            {**row, "ASN_CANDIDATE": str([*own[n], tie])}
            if n in reached and tie[0] not in dict(own[n])
            else row
            for n, row in enumerate(rows)
        ]
    else:
        old, new = rng.choice(pairs)[1], rng.choice((*KINDS, "OBSERVATION"))
        return [
            {**row, "ASN_CANDIDATE": row["ASN_CANDIDATE"].replace(f"'{old}'", f"'{new}'")}
            for row in rows
        ]
    return _with(rows, reached, "ASN_CANDIDATE", str(pairs))


def _pairs(cell: str) -> list[tuple[str, str]]:
    words = cell.split("'")[1::2]
    return list(zip(words[::2], words[1::2], strict=False))


def _repeated(rng: Random, rows: Rows) -> Rows:
    """Return the rows with one row taken again under another name."""
    row = rng.choice(rows)
    detector = f"_{row['DETECTOR'].lower()}_uncal"
    name = row["FILENAME"].replace("_uncal", "9_uncal")
    if detector in row["FILENAME"]:
        name = row["FILENAME"].replace(detector, f"9{detector}")
    return [*rows, {**row, "FILENAME": name}]


CHANGES: dict[Change, int] = {
    _dropped: 3,
    _cleared: 4,
    _anything: 3,
    _swapped: 3,
    _copied: 3,
    _flagged: 4,
    _pointed: 2,
    _dithered: 4,
    _refitted: 3,
    _retied: 4,
    _repeated: 1,
}
"""What can go wrong, and how likely it is."""


def _elements() -> dict[tuple[str, str], list[str]]:
    """Return what each instrument has, by column."""
    seen: dict[tuple[str, str], set[str]] = {}
    for row in simulate():
        for column in OPTICS:
            seen.setdefault((row["INSTRUME"], column), {NULL}).add(row[column])
    return {key: sorted(cells) for key, cells in seen.items()}


_ELEMENTS = _elements()
