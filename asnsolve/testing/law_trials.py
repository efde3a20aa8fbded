"""Trials: a pool and rules, with what the laws of solving ask about them, and how they fail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from asnsolve.associations.solution import Solution
from asnsolve.errors import LawError, Location, Problem
from asnsolve.pipeline import solve
from asnsolve.pool.table import Pool
from asnsolve.rules.model import Rule
from asnsolve.rules.rule_set import RuleSet, rule_key
from asnsolve.solvers.exact import Entry, read_entry, remembering
from asnsolve.solvers.fast import fast_groups
from asnsolve.solvers.graph import graph_components
from asnsolve.solvers.task import Task


@dataclass(frozen=True)
class Trial:
    """A pool and rules, with what several laws ask about them, computed once.

    Parameters
    ----------
    pool : Pool
        The exposures.
    rules : RuleSet
        The rules.
    """

    pool: Pool
    rules: RuleSet

    @cached_property
    def solution(self) -> Solution:
        """The solution by the fast solver."""
        return solve(self.pool, self.rules)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The groups that the fast solver finds, read again one exposure at a time."""
        return tuple(groups_of(self.pool, self.rules))

    @property
    def has_one_row_per_file(self) -> bool:
        """Whether file names tell the rows apart."""
        return len(self.pool.values("filename")) == len(self.pool)

    def of_rows(self, rows: Iterable[int]) -> Pool:
        """Return the pool of some rows.

        Parameters
        ----------
        rows : iterable of int
            Rows of the pool.

        Returns
        -------
        Pool
        """
        return self.pool.take(np.fromiter(rows, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Group:
    """A group that the fast solver found, read again by the definition.

    Parameters
    ----------
    rule : Rule
        The rule.
    members : tuple of Entry or None
        The members; None for one that a clause of the rule refuses.
    rows : tuple of int
        Row of the pool of each member.
    outsiders : tuple of Entry
        The other entries of the scope that the rule admits.
    candidate_type : str or None
        Type of the candidate in which the group is; None for a whole component.
    """

    rule: Rule
    members: tuple[Entry | None, ...]
    rows: tuple[int, ...]
    outsiders: tuple[Entry, ...]
    candidate_type: str | None

    def shared(self) -> tuple[str | None, ...]:
        """Return what the members share.

        Returns
        -------
        tuple of str or None
            The value of each key; None if they leave it open.
        """
        offers = zip(*(member.offers for member in self.members if member), strict=True)
        return tuple(next((v for v in column if v is not None), None) for column in offers)


def groups_of(pool: Pool, rules: RuleSet) -> Iterator[Group]:
    """Find the groups of every rule, and read the exposures of their scopes by the definition.

    Parameters
    ----------
    pool : Pool
        The exposures.
    rules : RuleSet
        The rules.

    Yields
    ------
    Group
        Rule by rule.
    """
    task = Task.of(pool, rules, components=graph_components)
    scopes, ask, exposures = task.scoped.scopes, remembering(), task.scoped.pool
    for rule, solved_in in zip(rules, task.solved_in, strict=True):
        groups = fast_groups(task.scoped, rule, solved_in)
        if not len(groups):
            continue
        # What the rule admits in each scope, by entry, read by the definition.
        admitted: dict[int, dict[int, Entry]] = defaultdict(dict)
        for index in np.flatnonzero(solved_in[scopes.entry_scopes]).tolist():
            at = int(scopes.entry_scopes[index])
            row = int(scopes.entry_rows[index])
            entry = read_entry(exposures, row, rule, index=index, scope=scopes[at], ask=ask)
            if entry is not None:
                admitted[at][index] = entry
        for start, size in zip(groups.starts.tolist(), groups.sizes.tolist(), strict=True):
            inside = groups.entries[start : start + size].tolist()
            at = int(scopes.entry_scopes[inside[0]])
            known = admitted[at]
            yield Group(
                rule,
                tuple(map(known.get, inside)),
                tuple(scopes.entry_rows[inside].tolist()),
                tuple(entry for index, entry in known.items() if index not in inside),
                scopes[at].candidate_type,
            )


def broken(what: str, rule: Rule | None = None, expected: str = "") -> LawError:
    """Make the error of a law that does not hold.

    Parameters
    ----------
    what : str
        What is wrong.
    rule : Rule, optional
        The rule whose group or association it is.
    expected : str
        What was expected.

    Returns
    -------
    LawError
    """
    where = Location() if rule is None else Location(rule=rule_key(rule))
    return LawError(Problem(what, where, expected))
