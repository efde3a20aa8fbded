"""Random pools for a rule set: exposures that its rules take, copied with changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Final

from hypothesis import strategies as st

from asnsolve.pool.columns import MANDATORY
from asnsolve.pool.table import Pool
from asnsolve.profiles import Profile, default_profile
from asnsolve.rules.load import DEFAULT_RULES, RuleSource, load_rules
from asnsolve.rules.model import Rule
from asnsolve.simulate import NULL
from asnsolve.testing.rule_values import Cells, RuleValues
from asnsolve.testing.simulated_pools import modes_of, simulated_rows

Cell = str | None

_HIERARCHY: Final[Mapping[str, tuple[Cell, ...]]] = {
    "program": ("1", "2"),
    "obs_num": ("1", "2", None),
    "visit": ("1", "2", None),
    "visitgrp": ("02", "03", None),
    "seq_id": ("1", "2", None),
    "act_id": ("01", "02", None),
}
"""Values of the columns of the hierarchy; the first is that of most exposures."""

_OBSERVED: Final = ("program", "obs_num", "act_id")
"""The columns of the hierarchy that change most."""


def pools(
    rules: RuleSource | Iterable[RuleSource] = DEFAULT_RULES,
    *,
    max_exposures: int = 12,
    simulated: bool = True,
) -> st.SearchStrategy[Pool]:
    """Make a strategy of pools in which rules find something to associate.

    Parameters
    ----------
    rules : str, path, Rule, RuleSet, or iterable of these
        What `load_rules` takes.
    max_exposures : int
        Most exposures of a pool.
    simulated : bool
        Whether half of the pools are simulated programs, if the rules take exposures of these.

    Returns
    -------
    SearchStrategy of Pool

    Raises
    ------
    RuleError
        If the rules have mistakes.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from asnsolve import solve
    >>> from asnsolve.testing import pools
    >>> @settings(max_examples=3, database=None, deadline=None)
    ... @given(pools("level3-2017"))
    ... def names_are_unique(pool):
    ...     names = [one.file_name for one in solve(pool, "level3-2017")]
    ...     assert len(names) == len(set(names))
    >>> names_are_unique()
    """
    rule_set = load_rules(rules)
    values = RuleValues(rule_set)
    # The simulator knows the modes of JWST alone.
    is_simulated = simulated and rule_set.profile == default_profile()
    modes = modes_of(rule_set) if is_simulated else ()

    # Hypothesis prints the arguments of strategies, and a rule set takes pages.
    @st.composite
    def made(draw: st.DrawFn) -> Pool:
        return _pool(_rows(draw, values, max_exposures), rule_set.profile)

    @st.composite
    def simulated_pools(draw: st.DrawFn) -> Pool:
        rows = draw(simulated_rows(max_exposures=max_exposures, modes=modes))
        return _pool(rows, rule_set.profile)

    return made() | simulated_pools() if modes else made()


def _pool(rows: Sequence[Mapping[str, Cell]], profile: Profile) -> Pool:
    """Make a pool of rows, without the columns that hold nothing."""
    held = {name for row in rows for name, cell in row.items() if cell not in (None, NULL)}
    columns = [name for name in rows[0] if name in held or name.lower() in MANDATORY]
    cells = [{name: row[name] for name in columns} for row in rows]
    return Pool(cells, name="random", profile=profile)


def _rows(draw: st.DrawFn, values: RuleValues, max_exposures: int) -> list[dict[str, Cell]]:
    """Draw the rows of a pool; there is always one."""
    # Everything is drawn from short lists, the simplest first: that is what it shrinks to.
    rule = draw(st.sampled_from(values.rules.rules))
    taken = _family(draw, values, rule)
    if draw(st.sampled_from((False, False, True))):
        taken = (*taken, *_family(draw, values, draw(st.sampled_from(values.rules.rules))))
    named = rule.scope_reach.candidate_types or ()
    # A rule that is bound to types of candidates finds nothing without one.
    ties = [("c1000", draw(st.sampled_from(named)))] if named else []
    ties += [
        (f"c10{number:02}", draw(st.sampled_from(values.candidate_types)))
        for number in range(1, draw(st.sampled_from((1, 2, 1, 3))))
    ]
    programs = draw(st.sampled_from((1, 1, 2)))
    shared = {name: values.choices[name][0] for name in values.keys} | {
        name: draw(st.sampled_from(values.choices[name])) for name in _few(draw, values.keys)
    }
    # Now and then each exposure leaves another key open, so that solvers have to search. All are
    # science: a set of one exposure, too, then meets most needs.
    crossing = values.crossing(rule) if draw(st.sampled_from((False, False, True))) else {}
    taken = taken[:1] if crossing else taken
    # Hypothesis likes to draw the same again, and then nothing would cross.
    random = Random(draw(st.integers(0, 2**16)))
    # Otherwise, of a few keys, each exposure has one of three values, or none.
    tangled = {name: _few_or_none(values.choices[name]) for name in _few(draw, values.open_keys)}
    # Needs ask for a number of values: a pool has more of them, as many, or one fewer.
    spare = draw(st.sampled_from((1, 1, 0, -1)))
    value_counts = {name: max(1, count + spare) for name, count in values.counted.items()}
    hierarchy = _hierarchy_of(values.rules.profile)
    rows: list[dict[str, Cell]] = []
    for number in range(draw(st.sampled_from(range(1, max_exposures + 1)))):
        row = dict(draw(_first_or_copy(taken, rows, shared, hierarchy)))
        row["program"] = str(1 + number % programs)
        if crossing:
            # Any further difference would only part the exposures.
            row |= _crossed(random, crossing)
        else:
            row |= _counted(draw, number, value_counts)
            if rows:
                # The first is taken as it is, so that there is something to change.
                row |= {name: draw(st.sampled_from(cells)) for name, cells in tangled.items()}
                _change(draw, row, values)
        row["asn_candidate"] = draw(_candidates(row, ties))
        row["exposure"] = str(number + 1)
        row["filename"] = _file_name(row, number, values.rules.profile)
        rows.append(row)
    names = {name: None for row in rows for name in row}
    rows = [{name: row.get(name) for name in names} for row in rows]
    for row in rows[1:]:
        # Now and then two rows are about one file.
        if draw(st.sampled_from(range(24))) == 23:
            row["filename"] = rows[0]["filename"]
    return rows


def _few(draw: st.DrawFn, names: Sequence[str]) -> list[str]:
    """Draw up to three of some names."""
    if not names:
        return []
    return [draw(st.sampled_from(names)) for _ in range(draw(st.sampled_from(range(4))))]


def _counted(draw: st.DrawFn, number: int, value_counts: Mapping[str, int]) -> dict[str, Cell]:
    """Draw values of which needs ask for several: most exposures have the next one."""
    row: dict[str, Cell] = {}
    for name, count in value_counts.items():
        value = str(1 + number % count)
        row[name] = draw(st.sampled_from((value, value, None))) if number else value
    return row


def _crossed(random: Random, crossing: Mapping[str, tuple[Cell, ...]]) -> dict[str, Cell]:
    """Choose values that bind an exposure by all of some keys but one, which it leaves open."""
    left_open = random.choice([name for name, cells in crossing.items() if len(cells) > 1])
    return {
        name: cells[0] if name == left_open else random.choice(cells[1:] or cells)
        for name, cells in crossing.items()
    }


def _few_or_none(choices: Sequence[Cell]) -> tuple[Cell, ...]:
    return (None, *[cell for cell in choices if cell is not None][:3])


def _family(draw: st.DrawFn, values: RuleValues, rule: Rule) -> tuple[Cells, ...]:
    """Draw a family of exposures that a rule takes; a rule may take none."""
    return draw(st.sampled_from(values.families(rule) or (({},),)))


def _first_or_copy(
    taken: Sequence[Cells],
    rows: Sequence[Cells],
    shared: Cells,
    hierarchy: Mapping[str, tuple[Cell, ...]],
) -> st.SearchStrategy[Cells]:
    """Draw an exposure that a rule takes, or one of those that are there already."""
    # What the rule does not test is the same in most exposures, or no group would form.
    fresh = [{**shared, **cells, **_levels(cells, hierarchy)} for cells in taken]
    return st.sampled_from([*rows, *fresh, *rows] if rows else fresh[:1])


def _levels(cells: Cells, hierarchy: Mapping[str, tuple[Cell, ...]]) -> dict[str, Cell]:
    """Return the hierarchy of an exposure: that of most, but unset where a rule wants it so."""
    return {
        name: None if name in cells and cells[name] is None else first
        for name, (first, *_) in hierarchy.items()
    }


def _change(draw: st.DrawFn, row: dict[str, Cell], values: RuleValues) -> None:
    """Change up to three cells of a row: mostly keys, or any cell at which a rule looks."""
    hierarchy = _hierarchy_of(values.rules.profile)
    observed = {name: hierarchy[name] for name in _OBSERVED if name in hierarchy}
    kinds = [_choices(values, values.keys), values.choices, hierarchy, observed]
    for _ in range(draw(st.sampled_from((0, 1, 0, 2, 1, 3)))):
        choices = draw(st.sampled_from([kind for kind in kinds if kind]))
        name = draw(st.sampled_from(tuple(choices)))
        row[name] = draw(st.sampled_from(choices[name]))


def _choices(values: RuleValues, names: Sequence[str]) -> dict[str, tuple[Cell, ...]]:
    return {name: values.choices[name] for name in names if name in values.choices}


def _hierarchy_of(profile: Profile) -> Mapping[str, tuple[Cell, ...]]:
    """Return values of the columns of the hierarchy of a mission."""
    if profile == default_profile():
        return _HIERARCHY
    columns = dict.fromkeys(name for _, names in profile.hierarchy for name in names)
    return dict.fromkeys(columns, ("1", "2", None)) | {"program": ("1", "2")}


def _candidates(row: Cells, ties: Sequence[tuple[str, str]]) -> st.SearchStrategy[Cell]:
    """Draw the cell of candidates: the observation with all ties, some, or none."""
    observation = (f"o{int(row.get('obs_num') or 0):03}", "observation")
    cells = [str([observation, *ties])]
    cells += [*cells, *cells, str([observation, *ties[:1]]), str([observation])]
    cells += [str([*ties])] if ties else []
    return st.sampled_from([*cells, None])


def _file_name(row: Cells, number: int, profile: Profile) -> str:
    """Return a file name in the way of the archive; it is the exposure's own."""
    if profile != default_profile():
        return f"{profile.names.prefix}{row['program']}_{number + 1:05}{profile.files.raw_ending}"
    program, observation, visit = (int(row[name] or 0) for name in ("program", "obs_num", "visit"))
    detector = (row.get("detector") or "det").replace("_", "")
    group, sequence, activity = row["visitgrp"] or "00", row["seq_id"] or "0", row["act_id"] or "00"
    where = f"jw{program:05}{observation:03}{visit:03}_{group}{sequence}{activity}"
    return f"{where}_{number + 1:05}_{detector}_uncal.fits"
