"""What solving a pool gives: the associations, the orphans, and what went wrong on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from asnsolve.associations.model import Association
from asnsolve.associations.write import write_all
from asnsolve.errors import Problem
from asnsolve.solvers.trace import Orphan

__all__ = ["Solution"]


@dataclass(frozen=True, slots=True)
class Solution:
    """The associations of a pool under a rule set.

    Parameters
    ----------
    pool : str
        Name of the pool.
    rules : str
        Name of the rule set.
    associations : tuple of Association
        Sorted by program, id, type, rule, product name and members.
    orphans : tuple of Orphan
        Exposures in no association, by file name.
    problems : tuple of Problem
        What reading the pool reported, ids that no exposure names, members whose stage cannot be
        told from their file name.
    same_names : tuple of Problem
        Products that have one name but not the same members.
    """

    pool: str
    rules: str
    associations: tuple[Association, ...]
    orphans: tuple[Orphan, ...]
    problems: tuple[Problem, ...] = ()
    same_names: tuple[Problem, ...] = ()

    def __iter__(self) -> Iterator[Association]:
        """Iterate over the associations."""
        return iter(self.associations)

    def __len__(self) -> int:
        """Count the associations."""
        return len(self.associations)

    def write(self, directory: str | PathLike[str]) -> list[Path]:
        """Write one file an association; see `asnsolve.associations.write.write_all`."""
        return write_all(self.associations, directory)
