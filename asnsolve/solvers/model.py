"""What a solver is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asnsolve.pool.table import Pool
from asnsolve.rules.model import Rule

__all__ = ["Groups", "Scope", "Scopes", "Solver"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a rule is solved.

    Parameters
    ----------
    component : int
        Label of a connected component of the pool.
    candidate : tuple of (str, str) or None
        Id and type of the candidate whose exposures they are; None: all of the component.
    """

    component: int
    candidate: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Scopes:
    """All scopes of a pool, with their exposures.

    Parameters
    ----------
    table : tuple of Scope
        The scopes.
    rows : ndarray of int64, shape (n,)
        Exposures, scope by scope.
    scopes : ndarray of int64, shape (n,)
        For each of `rows` its scope, as an index into `table`; ascending.
    """

    table: tuple[Scope, ...]
    rows: NDArray[np.int64]
    scopes: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Groups:
    """What a rule makes of the scopes: sets of exposures with their roles.

    Parameters
    ----------
    rows : ndarray of int64, shape (m,)
        Exposures, group by group; ascending in each.
    starts : ndarray of int64, shape (g,)
        Where each group begins in `rows`; no group is empty.
    scopes : ndarray of int64, shape (g,)
        Scope of each group.
    roles : ndarray of int8, shape (m,)
        Role of each member, as an index into the words of the rule's roles.
    """

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    scopes: NDArray[np.int64]
    roles: NDArray[np.int8]

    @classmethod
    def of(cls, sets: Sequence[tuple[int, Sequence[int]]], roles: NDArray[np.int8]) -> Groups:
        """Lay (scope, exposures) pairs end to end; `roles` is by exposure, shape (pool,)."""
        rows = np.array([row for _, members in sets for row in sorted(members)], dtype=np.int64)
        sizes = np.array([0, *(len(members) for _, members in sets)], dtype=np.int64)
        scopes = np.array([scope for scope, _ in sets], dtype=np.int64)
        return cls(rows, np.cumsum(sizes)[:-1], scopes, roles[rows])

    def __len__(self) -> int:
        """Count the groups."""
        return len(self.starts)

    def members(self, group: int) -> slice:
        """Return where the members of a group are in `rows` and `roles`."""
        ends = self.starts[group + 1] if group + 1 < len(self.starts) else len(self.rows)
        return slice(int(self.starts[group]), int(ends))


@dataclass(frozen=True, slots=True)
class Solver:
    """A way to solve: how a pool falls into components, and what a rule makes of its scopes.

    Parameters
    ----------
    components : callable
        ``components(pool)`` labels the component of each exposure, shape (n,).
    groups : callable
        ``groups(rule, scopes)`` finds the inclusion-maximal sets of compatible exposures
        in each scope that meet the rule's needs.
    """

    components: Callable[[Pool], NDArray[np.int64]]
    groups: Callable[[Rule, Scopes], Groups]
