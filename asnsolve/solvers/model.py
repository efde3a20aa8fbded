"""Where rules are solved, and what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = ["Groups", "Scope", "Scopes", "cell_of"]


def cell_of(candidate: tuple[str, str]) -> str:
    """Return the candidate cell that an exposure has inside a candidate: that candidate alone."""
    return f"[{candidate}]"


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

    @property
    def candidate_type(self) -> str | None:
        """Type of the candidate, as ``mosaic``."""
        return None if self.candidate is None else self.candidate[1]

    @property
    def cell(self) -> str | None:
        """Candidate cell that an exposure has in this scope; None: its own."""
        return None if self.candidate is None else cell_of(self.candidate)


@dataclass(frozen=True)
class Scopes:
    """All scopes of a pool, with their exposures.

    An exposure that is in several scopes has an *entry* in each.

    Parameters
    ----------
    candidates : tuple of (str, str)
        Ids and types that candidates of the pool have.
    components : ndarray of int64, shape (scopes,)
        Component of each scope.
    pairs : ndarray of int64, shape (scopes,)
        Its candidate, as an index into `candidates`; -1: all of the component.
    rows : ndarray of int64, shape (n,)
        Exposures, scope by scope.
    scopes : ndarray of int64, shape (n,)
        For each of `rows` its scope; ascending.
    """

    candidates: tuple[tuple[str, str], ...]
    components: NDArray[np.int64]
    pairs: NDArray[np.int64]
    rows: NDArray[np.int64]
    scopes: NDArray[np.int64]

    def __len__(self) -> int:
        """Count the entries."""
        return len(self.rows)

    def __getitem__(self, scope: int) -> Scope:
        """Return one scope."""
        pair = int(self.pairs[scope])
        return Scope(int(self.components[scope]), None if pair < 0 else self.candidates[pair])

    @cached_property
    def table(self) -> tuple[Scope, ...]:
        """All scopes, one by one."""
        return tuple(self[scope] for scope in range(len(self.pairs)))

    def is_type(self, scopes: NDArray[np.int64], types: Sequence[str]) -> NDArray[np.bool_]:
        """Tell which of some scopes are candidates of one of some types."""
        wanted = [kind in types for _, kind in self.candidates]
        found: NDArray[np.bool_] = np.array([*wanted, False], dtype=np.bool_)[self.pairs[scopes]]
        return found


@dataclass(frozen=True, slots=True)
class Groups:
    """What a rule makes of the scopes: sets of exposures with their roles.

    Parameters
    ----------
    entries : ndarray of int64, shape (m,)
        Exposures, as indices into ``Scopes.rows``, group by group; ascending in each.
    starts : ndarray of int64, shape (g,)
        Where each group begins in `entries`; no group is empty.
    roles : ndarray of int8, shape (m,)
        Role of each member, as an index into the words of the rule's roles.
    """

    entries: NDArray[np.int64]
    starts: NDArray[np.int64]
    roles: NDArray[np.int8]

    @classmethod
    def of(cls, sets: Sequence[Sequence[int]], roles: NDArray[np.int8]) -> Groups:
        """Lay sets of entries end to end; `roles` is by entry."""
        entries = np.array([entry for members in sets for entry in sorted(members)], dtype=np.int64)
        sizes = np.array([0, *map(len, sets)], dtype=np.int64)
        return cls(entries, np.cumsum(sizes)[:-1], roles[entries])

    def __len__(self) -> int:
        """Count the groups."""
        return len(self.starts)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many members each group has, shape (g,)."""
        return np.diff(self.starts, append=len(self.entries)).astype(np.int64)

    def members(self, group: int) -> slice:
        """Return where the members of a group are in `entries` and `roles`."""
        ends = self.starts[group + 1] if group + 1 < len(self.starts) else len(self.entries)
        return slice(int(self.starts[group]), int(ends))
