"""Groups: the sets of entries that a rule takes together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asnsolve.solvers.arrays import sizes_of


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of one rule, laid end to end: g groups with m members in all.

    Parameters
    ----------
    entries : ndarray of int64, shape (m,)
        Entry of each member, group by group and ascending within a group.
    starts : ndarray of int64, shape (g,)
        Where each group begins in `entries`; no group is empty.
    roles : ndarray of int8, shape (m,)
        Role of each member, as an index into ``rule.member_roles.results()``.
    unsolved : tuple of ndarray of int64
        Entries, ascending, of each component that has too many sets; see
        `asnsolve.solvers.maximal_sets.within_bounds`.
    """

    entries: NDArray[np.int64]
    starts: NDArray[np.int64]
    roles: NDArray[np.int8]
    unsolved: tuple[NDArray[np.int64], ...] = ()

    @classmethod
    def of(
        cls,
        sets: Sequence[Sequence[int]],
        roles: NDArray[np.int8],
        unsolved: tuple[NDArray[np.int64], ...] = (),
    ) -> Groups:
        """Lay sets of entries end to end.

        Parameters
        ----------
        sets : sequence of sequences of int
            The entries of each group; none is empty.
        roles : ndarray of int8, shape (entries,)
            Role of every entry of the pool.
        unsolved : tuple of ndarray of int64
            Entries of each component that has too many sets.

        Returns
        -------
        Groups
        """
        entries = np.array([entry for members in sets for entry in sorted(members)], dtype=np.int64)
        sizes = np.array([0, *map(len, sets)], dtype=np.int64)
        return cls(entries, np.cumsum(sizes)[:-1], roles[entries], unsolved)

    @classmethod
    def none(cls, unsolved: tuple[NDArray[np.int64], ...] = ()) -> Groups:
        """Return no groups at all.

        Parameters
        ----------
        unsolved : tuple of ndarray of int64
            Entries of each component that has too many sets.

        Returns
        -------
        Groups
        """
        no_entries = np.zeros(0, dtype=np.int64)
        return cls(no_entries, no_entries, no_entries.astype(np.int8), unsolved)

    def __len__(self) -> int:
        """Count the groups."""
        return len(self.starts)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Number of members of each group, shape (g,)."""
        return sizes_of(self.starts, len(self.entries))
