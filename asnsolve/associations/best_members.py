"""The best members of a role: those that a step ranks first for some science member.

Members of one file are one choice. Exposures that no condition and no distance tell apart are
ranked once, so that pairs are made of distinct exposures only, and inside associations only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.matches import Matches, first_kind
from asnsolve.associations.memberships import Memberships, role_code
from asnsolve.expr.nodes import Condition, Same
from asnsolve.interpret.to_mask import numbers_in, to_codes
from asnsolve.pool.measures import turn_of
from asnsolve.rules.model import Rule
from asnsolve.rules.steps import Best, Sky
from asnsolve.solvers.arrays import (
    Ints,
    Mask,
    combine,
    places_in_spans,
    ranges,
    spans,
    stable_order,
    starts_of,
)
from asnsolve.solvers.nearest import Places, nearest_pairs
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.sky import degrees_apart, unit_vectors

_MOST_PAIRS = 2_000_000
"""Pairs that are ranked at a time, which bounds the memory."""

_FEW = 2
"""Search only if there are more than this many times as many members as a search finds."""


@dataclass(frozen=True, slots=True)
class _Ranked:
    """Pairs of a science member and a member that is kept for it; k of them.

    Parameters
    ----------
    science, members : ndarray of int64, shape (k,)
        Positions among the members of all associations.
    levels : ndarray of int64, shape (k,)
        Number of the first condition that holds; that of the last one plus 1 if none does.
    distances : ndarray of float64, shape (k,)
        How far apart they are; NaN if that is not known, or does not matter.
    """

    science: Ints
    members: Ints
    levels: Ints
    distances: NDArray[np.float64]

    def take(self, pairs: Ints | Mask) -> _Ranked:
        return _Ranked(
            self.science[pairs], self.members[pairs], self.levels[pairs], self.distances[pairs]
        )


@dataclass(frozen=True, slots=True)
class _Sights:
    """What a step sees of the m members of all associations.

    Parameters
    ----------
    step : Best
        The step.
    groups, names : ndarray of int64, shape (m,)
        Their associations, and the ranks of their file names.
    conditions : tuple of tuple of (ndarray of int64, ndarray of int64), shape (m,) each
        For each part of each condition the code that a science member asks for, and the code that
        a member has, which is -1 if it fits no science member.
    places : ndarray of float64, shape (columns, m)
        Their numbers, or points on the sphere; NaN where one is not known.
    turn : float
        The period of the numbers, which are then between 0 and `turn`; 0 if they have no period.
    """

    step: Best
    groups: Ints
    names: Ints
    conditions: tuple[tuple[tuple[Ints, Ints], ...], ...]
    places: NDArray[np.float64]
    turn: float

    @classmethod
    def of(cls, step: Best, members: ScopedPool, groups: Ints) -> _Sights:
        """Look at the members of associations."""
        numbers = numbers_in(step.columns, members)
        turn = 0.0
        if isinstance(step.nearest, Sky):
            numbers = unit_vectors(*numbers).T
        elif step.nearest is not None and (turn := turn_of(step.unit)):
            numbers %= turn
        return cls(
            step=step,
            groups=groups,
            names=members.codes("filename").astype(np.int64),
            conditions=tuple(
                tuple(_asked_and_had(part, members) for part in condition)
                for condition in step.prefer
            ),
            places=numbers,
            turn=turn,
        )

    def alike(self, places: Ints) -> Ints:
        """Give members a number, shape (k,), for all that ranks them besides their names."""
        parts = [codes[places] + 1 for each in self.conditions for part in each for codes in part]
        ranks = [np.unique(row[places], return_inverse=True)[1] for row in self.places]
        return combine([self.groups[places], *parts, *ranks])

    def files(self, groups: Ints, members: Ints) -> Ints:
        """Give the files of members numbers, shape (k,), that differ from group to group."""
        width = int(self.names.max()) + 1
        return groups * width + self.names[members]

    @property
    def most_near(self) -> int:
        """About how many near members a search finds for a science member, by all conditions."""
        return 4 * self.step.at_most * (len(self.conditions) + 1)

    def labels(self, science: Ints, members: Ints) -> Iterator[tuple[Ints, Ints]]:
        """Label both members of pairs for each condition, which holds where the labels are equal.

        The label is -1 where the condition never holds. The last labels are for no condition: they
        are equal within an association.
        """
        groups = np.concatenate([self.groups[science], self.groups[members]])
        for condition in (*self.conditions, ()):
            codes = [np.concatenate([asked[science], had[members]]) for asked, had in condition]
            labels = combine([groups, *(code + 1 for code in codes)])
            for code in codes:
                labels[code < 0] = -1
            yield labels[: len(science)], labels[len(science) :]

    def ranked(self, science: Ints, members: Ints) -> _Ranked:
        """Rank pairs, and keep those that are not too far apart and that a condition allows."""
        levels = np.full(len(science), len(self.conditions), dtype=np.int64)
        for level, condition in reversed([*enumerate(self.conditions)]):
            holds = np.ones(len(science), dtype=np.bool_)
            for asked, had in condition:
                holds &= (had[members] >= 0) & (asked[science] == had[members])
            levels[holds] = level
        ranked = _Ranked(science, members, levels, self._distances(science, members))
        may_stay = np.ones(len(science), dtype=np.bool_)
        if self.step.within is not None:
            may_stay &= ranked.distances <= self.step.within
        if not self.step.otherwise:
            may_stay &= levels < len(self.conditions)
        return ranked.take(may_stay)

    def _distances(self, science: Ints, members: Ints) -> NDArray[np.float64]:
        if self.step.nearest is None:
            return np.full(len(science), np.nan)
        if isinstance(self.step.nearest, Sky):
            return degrees_apart(self.places.T[science], self.places.T[members])
        # Numbers that are too far apart for a number are infinitely far apart.
        with np.errstate(over="ignore"):
            apart = np.abs(self.places[0, science] - self.places[0, members])
        if self.turn:
            apart = np.minimum(apart, self.turn - apart)
        return np.asarray(apart, dtype=np.float64)

    def best_first(self, ranked: _Ranked, science: Ints) -> Ints:
        """Sort pairs by labels of the science members, the best pair of each first."""
        # A distance that is not known is sorted after all that are.
        keys = (self.names[ranked.members], ranked.distances, ranked.levels, science)
        return np.asarray(np.lexsort(keys), dtype=np.int64)


def _asked_and_had(part: Condition, members: ScopedPool) -> tuple[Ints, Ints]:
    """Return the codes that members ask for as science members, and those that they have."""
    if isinstance(part, Same):
        codes = to_codes(part.sources, members)[0].astype(np.int64)
        return codes, codes
    passes = np.where(members.mask(part), 0, -1).astype(np.int64)
    return np.zeros_like(passes), passes


def best_members(
    step: Best, scoped: ScopedPool, rule: Rule, memberships: Memberships
) -> Memberships:
    """Keep the members of a role that are among the best for some science member.

    Parameters
    ----------
    step : Best
        The step.
    scoped : ScopedPool
        All entries.
    rule : Rule
        The rule.
    memberships : Memberships
        The associations.

    Returns
    -------
    Memberships
        The same associations; those without a science member have all their members.
    """
    science = memberships.with_role(rule, "science")
    groups = memberships.groups
    # Attached members are ranked too.
    of_role = memberships.roles == role_code(rule, step.role)
    chosen = np.flatnonzero(of_role & memberships.any_member(science)[groups])
    if not len(chosen):
        return memberships
    sights = _Sights.of(step, scoped.at(memberships.entries), groups)
    has_choice = np.zeros(memberships.count, dtype=np.bool_)
    has_choice[groups[chosen]] = True
    subjects = _first_by_name(sights, np.flatnonzero(science & has_choice[groups]), 1)
    kept = [
        _first_files(sights, sights.ranked(*pairs))
        for pairs in _pairs(sights, subjects, _first_by_name(sights, chosen, step.at_most))
    ]
    best = _best_of_each(sights, _joined(kept))
    # All rows of a file stay or go together.
    known = sights.files(groups[best.members], best.members)
    order = np.argsort(known)
    known, files = known[order], sights.files(groups[chosen], chosen)
    at = np.searchsorted(known, files)
    at[at == len(known)] = 0
    stays = known[at] == files if len(known) else np.zeros(len(chosen), dtype=np.bool_)
    places, pairs = chosen[stays], order[at[stays]]
    found = Matches(
        kinds=best.levels[pairs] + first_kind(rule, step),
        distances=best.distances[pairs],
        science=memberships.entries[best.science[pairs]],
    )
    known_matches = memberships.matches or Matches.none(len(groups))
    is_kept = np.ones(len(groups), dtype=np.bool_)
    is_kept[chosen[~stays]] = False
    ranked = replace(memberships, matches=known_matches.but(places, found))
    return ranked.take(is_kept)


def _first_by_name(sights: _Sights, places: Ints, count: int) -> Ints:
    """Keep of members that are alike the first few files by name, each once."""
    alike = sights.alike(places)
    order = stable_order(alike, sights.names[places])
    files = combine([alike, sights.names[places]])[order]
    order = order[starts_of(files)]
    _, starts = spans(alike[order])
    return np.sort(places[order[places_in_spans(starts, len(order)) < count]])


def _pairs(sights: _Sights, science: Ints, members: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Pair science members with members that may be best for them, a part at a time."""
    starts = np.searchsorted(sights.groups[members], sights.groups[science])
    ends = np.searchsorted(sights.groups[members], sights.groups[science], side="right")
    sizes = (ends - starts).astype(np.int64)
    # If there are many members, look only at the nearest ones.
    is_large = sizes > sights.most_near * _FEW
    is_large &= ~np.isin(sights.groups[science], _with_repeats(sights, members))
    small = np.flatnonzero(~is_large)
    for part in _parts(sizes[small]):
        at = small[part]
        pairs = np.repeat(science[at], sizes[at])
        yield pairs, members[ranges(starts[at].astype(np.int64), sizes[at])]
    large = np.flatnonzero(is_large)
    for part in _parts(np.full(len(large), sights.most_near, dtype=np.int64)):
        yield _near(sights, science[large[part]], members)


def _parts(sizes: Ints) -> Iterator[slice]:
    """Cut a list into parts whose sizes add up to a bounded number of pairs."""
    cuts = [*starts_of(np.cumsum(sizes) // _MOST_PAIRS).tolist(), len(sizes)]
    return (slice(first, last) for first, last in pairwise(cuts))


def _with_repeats(sights: _Sights, members: Ints) -> Ints:
    """Return the associations in which rows contradict one another about a file."""
    groups = sights.groups[members]
    files = combine([groups, sights.names[members]])
    order = stable_order(files)
    is_repeat = files[order[1:]] == files[order[:-1]]
    repeated: Ints = groups[order[1:][is_repeat]]
    return repeated


def _near(sights: _Sights, science: Ints, members: Ints) -> tuple[Ints, Ints]:
    """Pair science members with the nearest members that meet each condition, and of all members.

    The best member is among the nearest members that meet its first condition: any nearer member
    that meets this condition is better, by this condition or by an earlier one.
    """
    found = [
        nearest_pairs(
            Places(asked, sights.places[:, science], sights.names[science]),
            Places(had, sights.places[:, members], sights.names[members]),
            sights.step.at_most,
            sights.turn,
        )
        for asked, had in sights.labels(science, members)
    ]
    first, second = (np.concatenate(places) for places in zip(*found, strict=True))
    return science[first], members[second]


def _first_files(sights: _Sights, ranked: _Ranked) -> _Ranked:
    """Keep of each science member the pairs with the best few files."""
    ranked = ranked.take(sights.best_first(ranked, ranked.science))
    # Rows that contradict one another about a file are one choice, which is as good as its best.
    _, first = np.unique(sights.files(ranked.science, ranked.members), return_index=True)
    ranked = ranked.take(np.sort(first))
    number = places_in_spans(starts_of(ranked.science), len(ranked.science))
    return ranked.take(number < sights.step.at_most)


def _joined(parts: list[_Ranked]) -> _Ranked:
    nothing = np.zeros(0, dtype=np.int64)
    return _Ranked(
        np.concatenate([nothing, *(part.science for part in parts)]),
        np.concatenate([nothing, *(part.members for part in parts)]),
        np.concatenate([nothing, *(part.levels for part in parts)]),
        np.concatenate([np.zeros(0), *(part.distances for part in parts)]),
    )


def _best_of_each(sights: _Sights, ranked: _Ranked) -> _Ranked:
    """Keep of each association and file the pair that ranks it highest."""
    names = sights.names
    files = sights.files(sights.groups[ranked.members], ranked.members)
    order = np.lexsort((names[ranked.science], ranked.distances, ranked.levels, files))
    return ranked.take(np.asarray(order[starts_of(files[order])], dtype=np.int64))
