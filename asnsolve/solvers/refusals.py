"""Exposures in no association, each with the clause of the nearest rule that refuses it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.fold import attributes
from asnsolve.expr.nodes import Predicate
from asnsolve.interpret.to_csp import admits
from asnsolve.interpret.to_text import brief_text, to_text
from asnsolve.phrases import listed
from asnsolve.rules.model import Rule
from asnsolve.rules.steps import Attach, Best
from asnsolve.solvers.arrays import Ints, Mask
from asnsolve.solvers.fast import least_unmet
from asnsolve.solvers.judgement import (
    CANDIDATE,
    FIXED,
    NEEDS,
    Judgement,
    Values,
    judge,
)
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.task import Task
from asnsolve.solvers.unmet import unmet
from asnsolve.solvers.unsolved import advice, bounds_text, open_keys

SEARCH: Final = "search"
"""In place of a clause: no clause refuses the exposure, but its component is left unsolved."""

_NEAREST: Final = np.iinfo(np.int64).min

_Attachment = tuple[str, tuple[str, ...]]

_BestSets = tuple[Ints, Mask]
"""Entries, and the needs that are not met in the best group that each could join."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One clause that refuses one exposure.

    Parameters
    ----------
    rule : str
        Name of the rule.
    clause : str
        Name of the clause; ``needs`` if every clause lets the exposure in, but no group that it
        could join meets the needs of the rule; ``candidate`` if it is in no scope that was solved;
        ``search`` if there are too many groups that it could join.
    values : tuple of (str, str or None)
        Attributes that decide, with their values.
    expected : str
        What the clause asks for and the exposure does not meet, in English, with long lists of
        values cut short; of several needs, those that no group that it could join meets.

    Examples
    --------
    >>> from asnsolve import Pool, demo_pool, solve
    >>> pool = Pool.read(demo_pool())
    >>> refusal = solve(pool).orphans[0].refusal
    >>> refusal.clause, refusal.values
    ('calibrated_soss', (('filter', 'f277w'),))
    """

    rule: str
    clause: str
    values: Values
    expected: str

    def __str__(self) -> str:
        """Return the refusal as one line of prose."""
        return f"{self.rule}, clause {clause_text(self.clause, self.expected, self.values)}"


@dataclass(frozen=True, slots=True)
class Orphan:
    """An exposure in no association.

    Parameters
    ----------
    filename : str
        The exposure.
    refusal : Refusal or None
        The first clause of the nearest rule that refuses the exposure; None if there are no rules.
        The nearest rule has the fewest refusals; among several, the one whose first refusal comes
        latest. A refusal of the exposure type outweighs all others, and then one of what else the
        exposure is, an imprint or a time series, say.
    refusals : int
        How many clauses of that rule refuse it.
    of_its_sort : bool
        Whether that rule is one for exposures of this type and sort; if not, no rule is.
    for_its_type : bool
        Whether any rule is for exposures of this type.
    advice : str
        What the user can do about it, in a sentence; empty if nothing is known.
    attached_as : str
        The role in which rules attach exposures like it to associations, though none takes them by
        itself; empty if no rule does.
    attached_by : tuple of str
        The attributes that it then has in common with a member of the association.

    Examples
    --------
    >>> from asnsolve import Pool, demo_pool, solve
    >>> pool = Pool.read(demo_pool())
    >>> orphan = solve(pool).orphans[0]
    >>> orphan.filename
    'jw09802008001_04102_00001-seg001_nis_uncal.fits'
    >>> orphan.reason
    'Asn_Lv2SpecTSO, clause calibrated_soss: expected that filter is not f277w, but filter is f277w'
    """

    filename: str
    refusal: Refusal | None
    refusals: int = 1
    of_its_sort: bool = True
    for_its_type: bool = True
    advice: str = ""
    attached_as: str = ""
    attached_by: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the orphan as one line of prose."""
        return f"{self.filename}: {self.reason}"

    @property
    def reason(self) -> str:
        """Why it is in no association, and what can be done about it, in a sentence."""
        if self.advice and not self.of_its_sort:
            # The nearest rule is for other exposures: what it refuses would only mislead.
            return self.advice
        return f"{self.refused_by}. {self.advice}" if self.advice else self.refused_by

    @property
    def refused_by(self) -> str:
        """What refuses it, in a sentence: the nearest rule, or that no rule takes its type."""
        if self.refusal is None:
            return "there are no rules"
        if self.for_its_type:
            return str(self.refusal)
        if self.attached_as:
            return (
                f"rules attach {self.attached_as} exposures to associations with the same "
                f"{listed(self.attached_by)}, and there are none"
            )
        match dict(self.refusal.values):
            case {"exp_type": None}:
                return "no rule takes exposures without exp_type"
            case {"exp_type": exp_type}:
                return f"no rule takes exp_type {exp_type}"
            case _:
                return "no rule takes such exposures"


def clause_text(clause: str, expected: str, values: Values) -> str:
    """Say what a clause expected and what it found.

    Parameters
    ----------
    clause : str
        Name of the clause.
    expected : str
        What it asks for, in English.
    values : tuple of (str, str or None)
        Attributes that it looks at, with their values.

    Returns
    -------
    str
        One line, such as "filter: expected that filter is set, but filter is not set".
    """
    but = f", but {values_text(values)}" if values else ""
    return f"{clause}: expected that {expected}{but}"


def values_text(values: Values) -> str:
    """Say which values attributes have.

    Parameters
    ----------
    values : tuple of (str, str or None)
        Attributes with their values.

    Returns
    -------
    str
        One line, such as "filter is f200w, pupil is not set".
    """
    return ", ".join(f"{name} is {'not set' if value is None else value}" for name, value in values)


def nearest_refusals(
    task: Task, orphans: NDArray[np.int64], unsolved: Sequence[Sequence[Ints]] = ()
) -> tuple[Orphan, ...]:
    """Find for each orphan the clause of its nearest rule that refuses it.

    Parameters
    ----------
    task : Task
        The exposures and the rules that were solved.
    orphans : ndarray of int64, shape (k,)
        Exposures in no association, as rows of the pool.
    unsolved : sequence of sequences of ndarray of int64
        For each rule, the entries of each component that was left unsolved.

    Returns
    -------
    tuple of Orphan
        In the order of file names.
    """
    pool = task.scoped.pool
    names = {row: pool.value(row, "filename") or "" for row in orphans.tolist()}
    judgements = judge(task)
    if not judgements:
        return tuple(Orphan(name, None) for name in sorted(names.values()))
    is_orphan = np.zeros(len(pool), dtype=np.bool_)
    is_orphan[orphans] = True
    # Every orphan has an entry in each of its scopes: n entries for k orphans, k <= n.
    entries = task.scoped.at(np.flatnonzero(is_orphan[task.scoped.scopes.entry_rows]))
    ranks = np.stack([judgement.ranks(entries, scope_first=True) for judgement in judgements])
    # What a search gave up is nearer than what a need refuses.
    left = _components_left(task.scoped, unsolved)
    for number, components in left.items():
        ranks[number, components[entries.entries] >= 0] = _NEAREST
    nearest = ranks.argmin(axis=0)
    for_its_type = np.logical_or.reduce([one.for_its_type(entries) for one in judgements])
    attached = _attachments(task.rules, entries)
    # The best entry of an exposure comes first; entries follow their scopes, so ties are stable.
    order = np.lexsort((entries.entries, nearest, ranks.min(axis=0), entries.rows))
    _, first = np.unique(entries.rows[order], return_index=True)
    places = order[first]
    scopes = np.zeros(task.solved_in.shape[1], dtype=np.bool_)
    scopes[entries.entry_scopes] = True

    @cache
    def best_sets(number: int) -> _BestSets:
        judged = judgements[number]
        return least_unmet(task.scoped, judged.rule, judged.solved_in & scopes)

    @cache
    def left_unsolved(number: int, component: int) -> tuple[Refusal, str]:
        return _left_unsolved(task.scoped, judgements[number].rule, unsolved[number][component])

    found = []
    # From here on there is one entry per orphan, its best.
    best = _BestEntries(entries.at(places), nearest[places], judgements)
    for place, (row, number, entry, is_for_type) in enumerate(
        zip(
            best.entries.rows.tolist(),
            best.nearest.tolist(),
            best.entries.entries.tolist(),
            for_its_type[places].tolist(),
            strict=True,
        )
    ):
        if number in left and (component := int(left[number][entry])) >= 0:
            refusal, advised = left_unsolved(number, component)
            found.append(Orphan(names[row], refusal, advice=advised))
            continue
        orphan = best.orphan(names[row], place, partial(best_sets, number))
        role, shared = ("", ()) if is_for_type else attached.get(int(places[place]), ("", ()))
        found.append(
            replace(orphan, for_its_type=is_for_type, attached_as=role, attached_by=shared)
        )
    # Several rows of one file may be refused in the same words, for other numbers of refusals.
    return tuple(sorted(found, key=lambda orphan: (orphan.filename, str(orphan), repr(orphan))))


def _attachments(rules: Iterable[Rule], entries: ScopedPool) -> dict[int, _Attachment]:
    """Return the role in which a rule attaches each entry, and the attributes that it looks at.

    Entries that no rule attaches are left out.
    """
    steps = [step for rule in rules for step in rule.all_steps if isinstance(step, Attach)]
    found: dict[int, _Attachment] = {}
    # Rules of one base have the same steps.
    for step in dict.fromkeys(steps):
        for place in np.flatnonzero(entries.mask(step.where)).tolist():
            found.setdefault(place, (step.role, step.shared))
    return found


def _components_left(
    scoped: ScopedPool, unsolved: Sequence[Sequence[Ints]]
) -> dict[int, NDArray[np.int32]]:
    """Tell in which unsolved component each entry is, if in any; else -1.

    Returns the answers of the rules that have some, each of shape (entries,).
    """
    left = {}
    for number, components in enumerate(unsolved):
        if components:
            left[number] = np.full(scoped.scopes.entry_count, -1, dtype=np.int32)
            for place, members in enumerate(components):
                left[number][members] = place
    return left


def _left_unsolved(scoped: ScopedPool, rule: Rule, component: Ints) -> tuple[Refusal, str]:
    """Say why a rule leaves a component unsolved, and what can be done."""
    fits = f"the exposures that could be associated with it make {bounds_text(scoped, component)}"
    return Refusal(rule.name, SEARCH, (), fits), advice(open_keys(scoped, rule, component))


def _lacking(rule: Rule, best_sets: _BestSets, entry: int, role: str) -> str:
    """Say which needs of a rule no group meets that one entry of a role could join."""
    entries, unmet_needs = best_sets
    is_unmet = unmet_needs[np.searchsorted(entries, entry)].tolist()
    needs = [to_text(need) for need, lacks in zip(rule.all_needs, is_unmet, strict=True) if lacks]
    # Where nothing is lacking, a step of the rule left the exposure out of its group.
    if needs:
        return " and ".join(needs)
    if any(isinstance(step, Best) and step.role == role for step in rule.all_steps):
        return f"it is among the best {role} members for a science member"
    return "the later steps of the rule keep it in a group"


@dataclass(frozen=True, slots=True)
class _Refusing:
    """The first clause that refuses entries of one profile, and how many clauses do."""

    clause: str
    looked_at: tuple[str, ...]
    expected: str
    count: int


@dataclass(frozen=True, slots=True)
class _BestEntries:
    """The best entry of each orphan, k of them.

    Many orphans are alike: what a rule says is found once per profile, and cells are looked up
    column by column.
    """

    entries: ScopedPool
    nearest: Ints
    """The nearest rule of each entry, shape (k,)."""

    judgements: Sequence[Judgement]
    _refusing: dict[tuple[int, int], _Refusing | None] = field(default_factory=dict)
    _columns: dict[str, list[str | None]] = field(default_factory=dict)
    _of_its_sort: dict[int, list[bool]] = field(default_factory=dict)

    def orphan(self, name: str, place: int, best_sets: Callable[[], _BestSets]) -> Orphan:
        """Say which clause, candidate or need keeps out the exposure of one entry."""
        number = int(self.nearest[place])
        judgement = self.judgements[number]
        rule = judgement.rule
        refusing = self._clause(number, place)
        solved = bool(judgement.solved_in[self.entries.entry_scopes[place]])
        if refusing is not None:
            values = self._values(place, refusing.looked_at)
            refusal = Refusal(rule.name, refusing.clause, values, refusing.expected)
        elif not solved:
            # Candidates that name it may be left out of what is solved.
            wanted = f"{judgement.wanted_candidate} and was asked for"
            # Inside a candidate an exposure has that one alone: show all that it has.
            row = int(self.entries.rows[place])
            cell = self.entries.pool.value(row, "asn_candidate")
            refusal = Refusal(rule.name, CANDIDATE, (("asn_candidate", cell),), wanted)
        else:
            # Every clause lets it in, so other exposures are missing.
            number_of_role = int(self.entries.decide(rule.member_roles)[place])
            role = rule.member_roles.results()[number_of_role]
            expected = _lacking(rule, best_sets(), int(self.entries.entries[place]), role)
            refusal = Refusal(rule.name, NEEDS, (), expected)
        count = (0 if refusing is None else refusing.count) + (not solved)
        return Orphan(name, refusal, max(count, 1), self._is_of_its_sort(number, place))

    def _clause(self, number: int, place: int) -> _Refusing | None:
        key = number, int(self.entries.profiles.labels[self.entries.entries[place]])
        if key not in self._refusing:
            self._refusing[key] = _first_refusing(self.judgements[number], self.entries, place)
        return self._refusing[key]

    def _values(self, place: int, names: tuple[str, ...]) -> Values:
        for name in names:
            if name not in self._columns:
                values = self.entries.values(name)
                codes = self.entries.codes(name).tolist()
                self._columns[name] = [None if code < 0 else values[code] for code in codes]
        return tuple((name, self._columns[name][place]) for name in names)

    def _is_of_its_sort(self, number: int, place: int) -> bool:
        if number not in self._of_its_sort:
            self._of_its_sort[number] = self.judgements[number].of_its_sort(self.entries).tolist()
        return self._of_its_sort[number][place]


def _first_refusing(judgement: Judgement, entries: ScopedPool, place: int) -> _Refusing | None:
    clauses = judgement.clauses(entries, place)
    refusing = [(clause, demand) for clause, demand, passes in clauses if not passes]
    if not refusing:
        return None
    clause, whole_demand = refusing[0]
    demand = unmet_by(whole_demand, entries, place)
    return _Refusing(clause, tuple(sorted(attributes(demand))), brief_text(demand), len(refusing))


def unmet_by(demand: Predicate, entries: ScopedPool, place: int) -> Predicate:
    """Return what one entry does not meet of the demand of a clause.

    Parameters
    ----------
    demand : Predicate
        A demand that it does not satisfy.
    entries : ScopedPool
        Some entries.
    place : int
        Which of them.

    Returns
    -------
    Predicate
        See `unmet`.
    """
    exposure = {name: entries.value(place, name) for name in attributes(demand)}
    return unmet(demand, lambda part: admits(part, exposure), FIXED)
