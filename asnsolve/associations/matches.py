"""How good the best members of a role are: which condition holds, and how far away they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asnsolve.interpret.to_text import condition_text
from asnsolve.rules.model import Rule
from asnsolve.rules.steps import Best
from asnsolve.solvers.arrays import Ints, Mask


@dataclass(frozen=True, slots=True)
class Matches:
    """How good m members are for the science member for which each is best.

    Parameters
    ----------
    kinds : ndarray of int64, shape (m,)
        The condition that holds, as an index into `match_kinds` of the rule; -1 for a member that
        no step ranks.
    distances : ndarray of float64, shape (m,)
        How far apart the two are; NaN if that is not known, or does not matter.
    science : ndarray of int64, shape (m,)
        Entry of the science member; -1 for a member that no step ranks.
    """

    kinds: Ints
    distances: NDArray[np.float64]
    science: Ints

    @classmethod
    def none(cls, count: int) -> Matches:
        """Return what members have that no step ranks.

        Parameters
        ----------
        count : int
            Their number, m.

        Returns
        -------
        Matches
        """
        unranked = np.full(count, -1, dtype=np.int64)
        return cls(unranked, np.full(count, np.nan), unranked)

    def __len__(self) -> int:
        """Count the members."""
        return len(self.kinds)

    def take(self, members: Ints | Mask) -> Matches:
        """Return what some of the members have.

        Parameters
        ----------
        members : ndarray of int64, shape (k,), or of bool, shape (m,)
            Positions of the members, or a mask.

        Returns
        -------
        Matches
        """
        return Matches(self.kinds[members], self.distances[members], self.science[members])

    def plus(self, more: Matches) -> Matches:
        """Add further members.

        Parameters
        ----------
        more : Matches
            What they have.

        Returns
        -------
        Matches
        """
        return Matches(
            np.concatenate([self.kinds, more.kinds]),
            np.concatenate([self.distances, more.distances]),
            np.concatenate([self.science, more.science]),
        )

    def but(self, members: Ints, other: Matches) -> Matches:
        """Replace what some of the members have.

        Parameters
        ----------
        members : ndarray of int64, shape (k,)
            Positions of the members.
        other : Matches
            What these k members have instead.

        Returns
        -------
        Matches
        """
        kinds, distances, science = (self.kinds.copy(), self.distances.copy(), self.science.copy())
        kinds[members] = other.kinds
        distances[members] = other.distances
        science[members] = other.science
        return Matches(kinds, distances, science)


@dataclass(frozen=True, slots=True)
class MatchKind:
    """A condition by which a step ranks members.

    Parameters
    ----------
    step : Best
        The step.
    condition : str
        The condition in English, such as ``the same detector``; empty for members for which none
        holds.
    """

    step: Best
    condition: str


def match_kinds(rule: Rule) -> tuple[MatchKind, ...]:
    """List the conditions by which the steps of a rule rank members.

    Parameters
    ----------
    rule : Rule
        The rule.

    Returns
    -------
    tuple of MatchKind
        Step by step, from the best condition to none at all.
    """
    return tuple(_kinds(rule))


def _kinds(rule: Rule) -> Iterator[MatchKind]:
    for step in _best_steps(rule):
        yield from (MatchKind(step, condition_text(condition)) for condition in step.prefer)
        yield MatchKind(step, "")


def first_kind(rule: Rule, step: Best) -> int:
    """Return where the conditions of a step begin in `match_kinds`.

    Parameters
    ----------
    rule : Rule
        The rule.
    step : Best
        One of its steps.

    Returns
    -------
    int
    """
    steps = _best_steps(rule)
    return sum(len(before.prefer) + 1 for before in steps[: steps.index(step)])


def _best_steps(rule: Rule) -> list[Best]:
    return [step for step in rule.all_steps if isinstance(step, Best)]
