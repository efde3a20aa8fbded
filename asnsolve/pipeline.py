"""The spine of asnsolve, from a pool to its associations.

::

    pool + rules -> Task -> Groups per rule -> AssociationTable -> laws, order, numbers -> Solution
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, TypedDict

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.association_table import AssociationTable
from asnsolve.associations.dropped_list import DroppedList
from asnsolve.associations.file_order import in_file_order, with_numbers
from asnsolve.associations.found_lists import FoundLists
from asnsolve.associations.laws import with_repeats_marked
from asnsolve.associations.solution import Solution
from asnsolve.associations.solution_problems import (
    known_candidates,
    members_without_stage,
    unknown_candidates,
    unusable_candidates,
)
from asnsolve.associations.table_list import TableList
from asnsolve.errors import Problem, UsageError, doing
from asnsolve.pool.table import Pool
from asnsolve.profiles import default_profile
from asnsolve.rules.grouping import check_apart, pool_groupings, regrouped
from asnsolve.rules.load import DEFAULT_RULES, RuleSource, load_rules
from asnsolve.rules.model import Rule
from asnsolve.rules.near_groupings import check_columns, near
from asnsolve.solvers.arrays import Ints
from asnsolve.solvers.exact import exact_groups
from asnsolve.solvers.fast import fast_groups
from asnsolve.solvers.graph import array_components, graph_components
from asnsolve.solvers.groups import Groups
from asnsolve.solvers.refusals import nearest_refusals
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.scopes import CandidateFilter
from asnsolve.solvers.task import EVERYTHING, Task
from asnsolve.solvers.unsolved import unsolved_problems
from asnsolve.suggest import did_you_mean


@dataclass(frozen=True, slots=True)
class Solver:
    """A way to solve.

    Parameters
    ----------
    components : callable
        Labels the connected component of each exposure of a pool, shape (n,).
    groups : callable
        Takes the entries, a rule and the scopes in which the rule is solved, a mask of shape
        (scopes,). Finds the inclusion-maximal sets of compatible exposures that meet the needs of
        the rule.
    """

    components: Callable[[Pool], NDArray[np.int64]]
    groups: Callable[[ScopedPool, Rule, NDArray[np.bool_]], Groups]


SOLVERS: Final[Mapping[str, Solver]] = MappingProxyType(
    {
        "fast": Solver(array_components, fast_groups),
        "exact": Solver(graph_components, exact_groups),
    }
)
"""The solvers by name: ``fast`` works on columns, ``exact`` is the definition itself."""


_NO_COLUMN: Final = (
    "Add the column to the pool; 'asnsolve pool FILES --columns {columns}' makes a pool with it."
)
"""What to do if a pool lacks a column that is compared."""


class Options(TypedDict, total=False):
    """Options of `solve`, besides the pool and the rules."""

    candidates: str | tuple[str, ...]
    discover: bool
    ids: tuple[str, ...] | None
    backgrounds_of_ids: bool
    version_id: str | None
    distinct_names: bool
    merge: bool
    together: str | tuple[str, ...]
    apart: str | tuple[str, ...]
    solver: str


def solve(
    pool: object,
    rules: RuleSource | Iterable[RuleSource] = DEFAULT_RULES,
    *,
    candidates: str | Iterable[str] = "all",
    discover: bool = True,
    ids: Iterable[str] | None = None,
    backgrounds_of_ids: bool = False,
    version_id: str | None = None,
    distinct_names: bool = False,
    merge: bool = False,
    together: str | Iterable[str] = (),
    apart: str | Iterable[str] = (),
    solver: str = "fast",
    on_rule: Callable[[str], None] | None = None,
) -> Solution:
    """Find the associations of a pool.

    Parameters
    ----------
    pool : Pool, or anything that `Pool.read` takes
        The exposures: a pool, the path of a pool file, or a table in memory.
    rules : str, path, Rule, RuleSet, or iterable of these
        What `load_rules` takes.
    candidates : "all", "none", or iterable of str
        Which candidates to solve: all, none, or those with these ids.
    discover : bool
        Whether to find associations outside candidates too. Those that repeat a candidate's are
        dropped.
    ids : iterable of str, optional
        Ids of the only candidates to solve, without discovery: the same as ``candidates=ids,
        discover=False``.
    backgrounds_of_ids : bool
        Whether to solve also the background candidates that share an exposure with the candidates
        asked for. Their own associations are left out, but an association that one of them has
        with its backgrounds is then not made without them.
    version_id : str, optional
        Text to put into the file names: letters and digits, with ``_ . + -`` between them.
    distinct_names : bool
        Whether to give products of one name with different members different names; see
        `Solution.with_distinct_names`.
    merge : bool
        Whether to join the associations of level 2 that have one program, id and type into one
        association of several products.
    together : str, or iterable of str
        What level 3 takes together, although its rules do not: ``visit``, ``target``, ``program``;
        and how close science exposures must be: ``sky=2arcmin``, ``time=30d``, ``pa=1deg``. It
        includes `distinct_names`.
    apart : str, or iterable of str
        What level 3 keeps apart, although its rules do not: ``observation``, ``visit``, ``dither``,
        ``detector``, or any attribute of a pool, such as ``band``. It includes `distinct_names`.
    solver : "fast" or "exact"
        ``"fast"`` works on columns. ``"exact"`` is the definition itself, for small pools. Their
        results are equal.
    on_rule : callable, optional
        Called with the name of each rule when its associations have been found.

    Returns
    -------
    Solution
        The same for any order of the rows. Components in which the exposures fit together in too
        many ways are not solved, and are among its problems.

    Raises
    ------
    PoolError
        If `pool` cannot be read as a pool, or has no column that is compared.
    RuleError
        If the rules have mistakes.
    UsageError
        If the arguments contradict one another.

    Examples
    --------
    >>> from asnsolve import Pool, demo_pool, solve
    >>> pool = Pool.read(demo_pool())
    >>> solution = solve(pool, "jwst", ids=["c1001"])
    >>> len(solution)
    6
    >>> solution.associations[0].file_name
    'jw09801-c1001_spec2_00001_asn.json'
    """
    widened, split = _texts(together), _texts(apart)
    rule_set = load_rules(rules)
    if widened or split:
        rule_set = regrouped(rule_set, pool_groupings(widened), split)
    if rule_set.across_programs and ids is not None:
        what = "ids name candidates of single programs, and programs are to be combined"
        raise UsageError(Problem(what, expected="one of the two"))
    asked = candidate_filter(candidates, discover=discover, ids=ids)
    exposures = Pool.read(pool, profile=rule_set.profile)
    unsplit = check_groupings(exposures, widened, split)
    selection = _with_backgrounds(exposures, asked) if backgrounds_of_ids else asked
    version = None if version_id is None else rule_set.profile.names.check_version_id(version_id)
    engine = _solver(solver)
    task = Task.of(exposures, rule_set, selection, engine.components)
    solution = solve_task(task, engine, asked, version, on_rule)
    if distinct_names or widened or split:
        solution = solution.with_distinct_names()
    if unsplit:
        solution = replace(solution, problems=(*solution.problems, *unsplit))
    return solution.merged() if merge else solution


def check_groupings(
    pool: Pool, together: str | Iterable[str], apart: str | Iterable[str]
) -> tuple[Problem, ...]:
    """Refuse a pool without the columns that groupings compare.

    Parameters
    ----------
    pool : Pool
        The exposures.
    together, apart : str or iterable of str
        What `solve` takes.

    Returns
    -------
    tuple of Problem
        Attributes that split nothing, because the pool does not have them.

    Raises
    ------
    PoolError
        If level 3 would take no science exposure.
    """
    place = (pool.columns, pool.name, _NO_COLUMN)
    check_columns(near(_texts(together)), *place)
    return check_apart(_texts(apart), pool.profile, *place)


def _texts(asked: str | Iterable[str]) -> tuple[str, ...]:
    """Return the groupings that are asked for."""
    return (asked,) if isinstance(asked, str) or not isinstance(asked, Iterable) else tuple(asked)


def solve_task(
    task: Task,
    engine: Solver = SOLVERS["fast"],
    asked: CandidateFilter = EVERYTHING,
    version: str | None = None,
    on_rule: Callable[[str], None] | None = None,
) -> Solution:
    """Find the associations of a pool whose scopes are known.

    Parameters
    ----------
    task : Task
        The entries, the rules, and where each rule is solved.
    engine : Solver
        How groups are found.
    asked : CandidateFilter
        The candidates that were asked for; others may be solved for their sake.
    version : str, optional
        Text that goes into the file names, from `check_version_id`.
    on_rule : callable, optional
        Called with the name of each rule when its associations have been found.

    Returns
    -------
    Solution
    """
    pool = task.scoped.pool
    unsolved: list[tuple[Ints, ...]] = []
    groups = _groups(task, engine, on_rule, unsolved)
    table = AssociationTable.of(task.scoped, task.rules, groups, version)
    table = with_repeats_marked(table)
    # Associations that were not asked for are numbered too, and then left out: what gave way to
    # one of them can still name it.
    order = in_file_order(table, np.flatnonzero(table.stays))
    table = with_numbers(table, order)
    places = order[_is_asked(table, order, asked)]
    outside = _outside(table, places)
    left = unsolved_problems(task, unsolved)
    return Solution(
        pool=pool.name,
        rules=task.rules.name,
        problems=(
            *pool.problems,
            *unusable_candidates(pool),
            *unknown_candidates(pool.name, known_candidates(pool), asked),
            *members_without_stage(table, places),
            *left,
        ),
        unsolved=left,
        renamed=(),
        _found=FoundLists(
            made=TableList(table, places),
            find_dropped=lambda: _dropped(table, asked),
            find_orphans=lambda: nearest_refusals(task, outside, unsolved),
            find_outside=lambda: _file_names(pool, outside),
            find_laws=lambda: _laws(table, asked),
        ),
        exposures=pool,
        rule_set=task.rules,
    )


def _groups(
    task: Task,
    engine: Solver,
    on_rule: Callable[[str], None] | None,
    unsolved: list[tuple[Ints, ...]],
) -> Iterator[Groups]:
    """Find the groups of each rule, in their order; add what each leaves unsolved to `unsolved`."""
    for rule, solved_in in zip(task.rules, task.solved_in, strict=True):
        with doing(f"solving by the rule {rule.name}"):
            groups = engine.groups(task.scoped, rule, solved_in)
        unsolved.append(groups.unsolved)
        yield groups
        if on_rule is not None:
            on_rule(rule.name)


def _dropped(table: AssociationTable, asked: CandidateFilter) -> DroppedList:
    """List the associations that gave way, with those that stay in their place."""
    losers = in_file_order(table, _losers(table, asked))
    winners, which = np.unique(table.gave_way_to[losers], return_inverse=True)
    laws = table.law[losers].astype(np.int64)
    return DroppedList(TableList(table, losers), TableList(table, winners), which, laws)


def _laws(table: AssociationTable, asked: CandidateFilter) -> NDArray[np.int64]:
    """Return the law by which each association gave way, in any order."""
    return table.law[_losers(table, asked)].astype(np.int64)


def _losers(table: AssociationTable, asked: CandidateFilter) -> NDArray[np.int64]:
    gave_way = np.flatnonzero(~table.stays)
    return gave_way[_is_asked(table, gave_way, asked)]


def candidate_filter(
    candidates: str | Iterable[str] = "all",
    *,
    discover: bool = True,
    ids: Iterable[str] | None = None,
) -> CandidateFilter:
    """Say which candidates are solved.

    Parameters
    ----------
    candidates : "all", "none", or iterable of str
        As `solve` takes them.
    discover : bool
        Whether to find associations outside candidates too.
    ids : iterable of str, optional
        Ids of the only candidates to solve.

    Returns
    -------
    CandidateFilter

    Raises
    ------
    UsageError
        If the arguments contradict one another, or no id can be meant.
    """
    if ids is not None:
        if candidates not in ("all", "none"):
            raise UsageError(Problem("both candidates and ids name candidates", expected="one"))
        return CandidateFilter(_ids("ids", ids), discover=False)
    if candidates == "all":
        return CandidateFilter(None, discover)
    if candidates == "none":
        return CandidateFilter(frozenset(), discover)
    if isinstance(candidates, str) and not default_profile().names.is_asn_id(candidates.strip()):
        # A misspelt word would otherwise be the id of a candidate that no exposure names.
        what = f"there are no candidates {candidates!r}"
        advice = did_you_mean(candidates, ("all", "none"))
        raise UsageError(Problem(what, expected="all, none, or ids such as o001", advice=advice))
    return CandidateFilter(_ids("candidates", candidates), discover)


def _with_backgrounds(pool: Pool, asked: CandidateFilter) -> CandidateFilter:
    """Add to asked candidates the background candidates that an exposure of theirs names too."""
    if asked.ids is None:
        return asked
    named = pool.candidates
    is_asked = np.array([asn_id in asked.ids for asn_id, _ in named.table], dtype=np.bool_)
    is_background = np.array([kind == "background" for _, kind in named.table], dtype=np.bool_)
    rows = np.unique(named.rows[is_asked[named.pairs]])
    beside = np.isin(named.rows, rows) & is_background[named.pairs]
    ids = {named.table[pair][0] for pair in np.unique(named.pairs[beside]).tolist()}
    return CandidateFilter(asked.ids | ids, asked.discover)


def _is_asked(
    table: AssociationTable, places: NDArray[np.int64], asked: CandidateFilter
) -> NDArray[np.bool_]:
    """Tell which associations were asked for; the others were only made for their sake."""
    if asked.ids is None or asked.discover:
        return np.ones(len(places), dtype=np.bool_)
    wanted = [asn_id in asked.ids for asn_id, _ in table.scoped.scopes.candidates]
    # A discovered association has the candidate -1, which is the last place.
    mask: NDArray[np.bool_] = np.array([*wanted, True])[table.candidates[places]]
    return mask


def _ids(argument: str, ids: object) -> frozenset[str]:
    """Return ids in lower case; `argument` is the name of the argument that holds them."""
    named: set[str] = set()
    for name in [ids] if isinstance(ids, str) or not isinstance(ids, Iterable) else ids:
        if not isinstance(name, str):
            what = f"{argument} holds {name!r}, which is not text"
            raise UsageError(Problem(what, expected="ids of candidates, such as 'o001'"))
        named.add(name.strip().lower())
    return frozenset(named)


def _solver(name: str) -> Solver:
    if name not in SOLVERS:
        expected, advice = " or ".join(SOLVERS), did_you_mean(name, SOLVERS)
        raise UsageError(Problem(f"there is no solver {name!r}", expected=expected, advice=advice))
    return SOLVERS[name]


def _outside(table: AssociationTable, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Find the exposures, as rows of the pool, that are in none of some associations.

    A row that repeats what another row says about a file is wherever that file is.
    """
    members = table.members
    shown = np.zeros(len(table), dtype=np.bool_)
    shown[places] = True
    repeat_owners, repeat_entries = members.repeats
    entries = np.concatenate(
        [members.entries[shown[members.owners]], repeat_entries[shown[repeat_owners]]]
    )
    inside = np.zeros(len(table.scoped.pool), dtype=np.bool_)
    # Derived members have the entry -1, and are no exposures.
    inside[table.scoped.scopes.entry_rows[entries[entries >= 0]]] = True
    return np.flatnonzero(~inside).astype(np.int64)


def _file_names(pool: Pool, rows: NDArray[np.int64]) -> tuple[str, ...]:
    names = pool.values("filename")
    return tuple(names[code] for code in np.sort(pool.codes("filename")[rows]).tolist())
