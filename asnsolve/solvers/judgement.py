"""How close exposures come to rules: which clauses refuse them. Computed here, worded elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from asnsolve.expr.nodes import AllOf, AnyOf, Named, OneOf, Predicate
from asnsolve.expr.possible import possible
from asnsolve.rules.model import Rule
from asnsolve.solvers.arrays import Ints, Mask
from asnsolve.solvers.profiles import Profiles
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.task import Task

Values = tuple[tuple[str, str | None], ...]
"""Attributes with the values that an exposure has for them."""

CANDIDATE: Final = "candidate"
"""In place of a clause: the exposure is in no scope in which the rule is solved."""

NEEDS: Final = "needs"
"""In place of a clause: no clause refuses the exposure, but it is in no valid group."""

_TYPE: Final = frozenset({"exp_type"})
SORT: Final = _TYPE | {"bkgdtarg", "is_imprt", "is_psf", "pntgtype", "tsovisit", "visitype"}
"""What an exposure is: its type, whom it serves, whether it is a time series or of a visit for
wavefront sensing."""

FIXED: Final = SORT | {"asn_candidate"}
"""What cannot change about an exposure: what it is, and its candidates."""

_FAR: Final = 1_000
_OF_ANOTHER_SORT: Final = 100
_STEP: Final = 1_000_000
"""More than a rule has clauses: one refusal more outweighs any number of clauses passed."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How close the entries of a pool come to one rule.

    Clauses are judged once per profile; the methods look up the entries that they are given.

    Parameters
    ----------
    rule : Rule
        The rule, with c clauses.
    solved_in : ndarray of bool, shape (scopes,)
        In which scopes it is solved.
    passing : ndarray of bool, shape (p, c)
        Whether each clause of ``rule.demands`` lets in the exposures of each profile.
    weights : ndarray of int64, shape (p,)
        How many clauses refuse each profile. A clause that refuses the exposure type, whatever the
        other attributes are, counts as a thousand; one that refuses what else an exposure is (an
        imprint, a background, a PSF reference, an acquisition, a time series, wavefront sensing),
        as a hundred.
    leading : ndarray of int64, shape (p,)
        How many clauses come before the first that refuses; c where none does.
    """

    rule: Rule
    solved_in: Mask
    passing: Mask
    weights: Ints
    leading: Ints

    @property
    def wanted_candidate(self) -> str:
        """What `CANDIDATE` asks for: in which candidates the rule is solved, in English."""
        reach = self.rule.scope_reach
        of_type = ""
        if reach.candidate_types is not None:
            of_type = f" of type {' or '.join(reach.candidate_types)}"
        elif reach.barred_types:
            of_type = f" of a type other than {' or '.join(reach.barred_types)}"
        return f"a candidate{of_type} names it"

    def solved(self, entries: ScopedPool) -> Mask:
        """Tell in the scope of which entries the rule is solved.

        Parameters
        ----------
        entries : ScopedPool
            Entries of the pool that was judged, n of them.

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        solved: Mask = self.solved_in[entries.entry_scopes]
        return solved

    def clauses(self, entries: ScopedPool, place: int) -> Iterator[tuple[str, Predicate, bool]]:
        """Go through the clauses of the rule for one entry.

        Parameters
        ----------
        entries : ScopedPool
            Entries of the pool that was judged.
        place : int
            Which of them.

        Yields
        ------
        clause : str
            Name of the clause, in the order of the rule.
        demand : Predicate
            What it demands of the entry.
        passes : bool
            Whether it lets the entry in.
        """
        passing = self.passing[entries.profiles.labels[entries.entries[place]]]
        for (clause, demand), passes in zip(self.rule.demands, passing.tolist(), strict=True):
            yield clause.name, demand, passes

    def distances(self, entries: ScopedPool) -> Ints:
        """Count the refusals of each entry, with their weights.

        Parameters
        ----------
        entries : ScopedPool
            Entries of the pool that was judged, n of them.

        Returns
        -------
        ndarray of int64, shape (n,)
            The clauses that refuse, and one more where the rule is not solved in the scope.
        """
        distances: Ints = self.weights[_profiles(entries)] + ~self.solved(entries)
        return distances

    def eligible(self, entries: ScopedPool) -> Mask:
        """Tell which entries satisfy every clause, in a scope where the rule is solved.

        Parameters
        ----------
        entries : ScopedPool
            Entries of the pool that was judged, n of them.

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        passing: Mask = (self.weights[_profiles(entries)] == 0) & self.solved(entries)
        return passing

    def for_its_type(self, entries: ScopedPool) -> Mask:
        """Tell which entries are of a type that the rule is for, whatever else it asks.

        Parameters
        ----------
        entries : ScopedPool
            Entries of the pool that was judged, n of them.

        Returns
        -------
        ndarray of bool, shape (n,)
            True for entries of the type and sort of the rule, and for others that no clause refuses
            for their type and whose type a clause lists.
        """
        listed = {word for _, demand in self.rule.demands for word in _listed_types(demand)}
        is_listed = np.array([*(name in listed for name in entries.values("exp_type")), False])
        takes_type = self.weights[_profiles(entries)] < _FAR
        # Code -1, of entries without a type, finds the last.
        meant: Mask = takes_type & is_listed[entries.codes("exp_type")]
        return meant | self.of_its_sort(entries)

    def of_its_sort(self, entries: ScopedPool) -> Mask:
        """Tell which entries the rule is meant for, by their type and sort.

        Parameters
        ----------
        entries : ScopedPool
            Entries of the pool that was judged, n of them.

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        meant: Mask = self.weights[_profiles(entries)] < _OF_ANOTHER_SORT
        return meant

    def ranks(self, entries: ScopedPool, *, scope_first: bool = False) -> Ints:
        """Rank entries by how close they come to the rule; ranks of several rules compare.

        Parameters
        ----------
        entries : ScopedPool
            Entries of the pool that was judged, n of them.
        scope_first : bool
            Whether a scope in which the rule is not solved counts as refusing before every clause.

        Returns
        -------
        ndarray of int64, shape (n,)
            The lowest is the nearest: the smallest distance, and of equal ones that where the first
            refusal comes latest.
        """
        leading = self.leading[_profiles(entries)]
        if scope_first:
            leading = np.where(self.solved(entries), leading, 0)
        ranks: Ints = self.distances(entries) * _STEP - leading
        return ranks


def judge(task: Task) -> tuple[Judgement, ...]:
    """Judge all entries of a pool by each of some rules.

    Parameters
    ----------
    task : Task
        The entries and the rules.

    Returns
    -------
    tuple of Judgement
        One per rule, in their order.
    """
    profiles = task.scoped.profiles
    return tuple(
        _judgement(rule, solved_in, profiles)
        for rule, solved_in in zip(task.rules, task.solved_in, strict=True)
    )


def _judgement(rule: Rule, solved_in: Mask, profiles: Profiles) -> Judgement:
    # Profiles are rows and clauses columns, also where a rule has no clause or a pool no profile.
    passing = np.ones((len(profiles), len(rule.demands)), dtype=np.bool_)
    weights = np.zeros(len(profiles), dtype=np.int64)
    for place, (_, demand) in enumerate(rule.demands):
        passing[:, place] = profiles.mask(demand)
        # What an exposure is stays as it is: a rule for another type or sort is far from its own.
        weights += ~passing[:, place]
        weights += (_OF_ANOTHER_SORT - 1) * ~profiles.mask(_possible(demand, SORT))
        weights += (_FAR - _OF_ANOTHER_SORT) * ~profiles.mask(_possible(demand, _TYPE))
    # A row that begins with k passes and then a refusal accumulates to k ones.
    leading = np.logical_and.accumulate(passing, axis=1).sum(axis=1, dtype=np.int64)
    return Judgement(rule, solved_in, passing, weights, leading)


# Most clauses stand in many rules, and every pool is judged by them again.
_possible = cache(possible)


def _listed_types(predicate: Predicate) -> Iterator[str]:
    """Find the exposure types that a predicate lists among those that it takes."""
    match predicate:
        case OneOf(("exp_type",), values):
            yield from values
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _listed_types(part)
        case Named(_, inner):
            yield from _listed_types(inner)


def _profiles(entries: ScopedPool) -> Ints:
    profiles: Ints = entries.profiles.labels[entries.entries]
    return profiles


def values_of(entries: ScopedPool, place: int, names: Iterable[str]) -> Values:
    """Return what one entry has for some attributes.

    Parameters
    ----------
    entries : ScopedPool
        Some entries.
    place : int
        Which of them.
    names : iterable of str
        The attributes.

    Returns
    -------
    tuple of (str, str or None)
        Attributes in alphabetical order; None: not set.
    """
    return tuple((name, entries.value(place, name)) for name in sorted(names))
