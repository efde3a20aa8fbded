"""Where rules are solved, and what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Groups", "Scope", "Scopes"]


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
        """Candidate cell that an exposure has in this scope: the candidate alone; None: its own."""
        return None if self.candidate is None else f"[{self.candidate}]"


@dataclass(frozen=True, slots=True)
class Scopes:
    """All scopes of a pool, with their exposures.

    An exposure that is in several scopes has an *entry* in each.

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

    def __len__(self) -> int:
        """Count the entries."""
        return len(self.rows)


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

    def members(self, group: int) -> slice:
        """Return where the members of a group are in `entries` and `roles`."""
        ends = self.starts[group + 1] if group + 1 < len(self.starts) else len(self.entries)
        return slice(int(self.starts[group]), int(ends))
