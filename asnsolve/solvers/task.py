"""What there is to solve: the entries of a pool, some rules, and the scopes of each rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from asnsolve.pool.table import Pool
from asnsolve.rules.rule_set import RuleSet
from asnsolve.solvers.graph import array_components
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.scopes import CandidateFilter, scopes_of, solved_scopes

EVERYTHING: Final = CandidateFilter(None, discover=True)
"""Every candidate, and discovery."""


@dataclass(frozen=True, slots=True)
class Task:
    """The entries of a pool, and the rules to solve in their scopes.

    Parameters
    ----------
    scoped : ScopedPool
        All entries of the pool.
    rules : RuleSet
        The rules.
    solved_in : ndarray of bool, shape (rules, scopes)
        In which scopes each rule is solved.
    """

    scoped: ScopedPool
    rules: RuleSet
    solved_in: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        pool: Pool,
        rules: RuleSet,
        candidates: CandidateFilter = EVERYTHING,
        components: Callable[[Pool], NDArray[np.int64]] = array_components,
    ) -> Task:
        """Build the scopes of a pool and read its exposures in them.

        Parameters
        ----------
        pool : Pool
            The exposures, n of them. Columns that measure are read as the rules declare them.
        rules : RuleSet
            The rules.
        candidates : CandidateFilter
            Which candidates to solve, and whether to discover.
        components : callable
            Returns the component of each exposure, shape (n,).

        Returns
        -------
        Task
        """
        pool = pool.with_measures(rules.measures, compared=rules.compared)
        scopes = scopes_of(pool, components(pool), across_programs=rules.across_programs)
        # Rules of one reach are solved in the same scopes: there are few reaches and many scopes.
        reaches = [rule.scope_reach for rule in rules]
        selected = {reach: solved_scopes(scopes, reach, candidates) for reach in {*reaches}}
        solved_in = np.zeros((len(reaches), len(scopes)), dtype=np.bool_)
        for row, reach in zip(solved_in, reaches, strict=True):
            row[:] = selected[reach]
        return cls(ScopedPool.of(pool, scopes, rules), rules, solved_in)
