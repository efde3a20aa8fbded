"""What solving a pool gives: the associations, the orphans, and what went wrong on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path

from asnsolve.associations.association import Association
from asnsolve.associations.merge import merge
from asnsolve.associations.product_names import DISCOVERED
from asnsolve.associations.same_names import same_names
from asnsolve.associations.write import to_line, write_all
from asnsolve.errors import Problem
from asnsolve.pool.texts import Texts
from asnsolve.solvers.refusals import Orphan

__all__ = ["Solution"]

_MOST_LINES = 20_000


@dataclass(frozen=True, eq=False, repr=False)
class Solution:
    """The associations of a pool under a rule set.

    Parameters
    ----------
    pool : str
        Name of the pool.
    rules : str
        Name of the rule set.
    problems : tuple of Problem
        What reading the pool reported, ids that no exposure names, members whose stage cannot be
        told from their file name.
    find_associations : callable
        Makes the associations when they are asked for.
    find_orphans : callable
        Finds the orphans when they are asked for.
    find_outside : callable
        Finds their file names alone, which takes no search for reasons.
    count : int
        How many associations there are.
    find_lines : callable
        Makes of a part of the associations their file names and their JSON, each in one line.
    """

    pool: str
    rules: str
    problems: tuple[Problem, ...]
    find_associations: Callable[[], tuple[Association, ...]]
    find_orphans: Callable[[], tuple[Orphan, ...]]
    find_outside: Callable[[], tuple[str, ...]]
    count: int
    find_lines: Callable[[slice], tuple[Texts, Texts]]

    @classmethod
    def of(
        cls,
        pool: str,
        rules: str,
        associations: Iterable[Association] = (),
        orphans: Iterable[Orphan] = (),
        problems: Iterable[Problem] = (),
    ) -> Solution:
        """Make a solution of associations and orphans that are known."""
        found, outside = tuple(associations), tuple(orphans)
        return cls(
            pool,
            rules,
            tuple(problems),
            lambda: found,
            lambda: outside,
            lambda: tuple(orphan.filename for orphan in outside),
            len(found),
            lambda part: (
                Texts.of(one.file_name for one in found[part]),
                Texts.of(to_line(one) for one in found[part]),
            ),
        )

    @cached_property
    def associations(self) -> tuple[Association, ...]:
        """Associations, sorted by program, id, type, rule, product name and members."""
        return self.find_associations()

    @cached_property
    def orphans(self) -> tuple[Orphan, ...]:
        """Exposures in no association, by file name."""
        return self.find_orphans()

    @cached_property
    def outside(self) -> tuple[str, ...]:
        """File names of the orphans, sorted; cheap, where `orphans` says why."""
        return self.find_outside()

    @cached_property
    def same_names(self) -> tuple[Problem, ...]:
        """Products that have one name but not the same members."""
        return same_names(self.associations)

    def lines(self) -> Iterator[tuple[Texts, Texts]]:
        """Give the associations as text, some thousands at a time.

        Yields
        ------
        file_names : Texts, shape (k,)
            Names of their files.
        texts : Texts, shape (k,)
            Their JSON, without line breaks; the object that `write` writes on several lines.
        """
        for start in range(0, self.count, _MOST_LINES):
            yield self.find_lines(slice(start, min(start + _MOST_LINES, self.count)))

    def __iter__(self) -> Iterator[Association]:
        """Iterate over the associations."""
        return iter(self.associations)

    def __len__(self) -> int:
        """Count the associations."""
        return self.count

    def __eq__(self, other: object) -> bool:
        """Tell whether two solutions hold the same."""
        return isinstance(other, Solution) and self._told == other._told

    def __hash__(self) -> int:
        """Hash what is held."""
        return hash((self.pool, self.rules, self.count))

    def __reduce__(self) -> tuple[object, ...]:
        """Send what is held to another process, not the ways to find it."""
        held = (self.pool, self.rules, self.associations, self.orphans, self.problems)
        return Solution.of, held

    def __repr__(self) -> str:
        """Say how large the solution is."""
        return f"<Solution of {self.pool} by {self.rules}: {self.count} associations>"

    @property
    def _told(self) -> tuple[object, ...]:
        return (self.pool, self.rules, self.associations, self.orphans, self.problems)

    def discovered(self) -> Solution:
        """Keep the associations that no candidate names; the orphans stay those they are."""
        kept = [found for found in self.associations if found.asn_id == DISCOVERED]
        return Solution.of(self.pool, self.rules, kept, self.orphans, self.problems)

    def merged(self) -> Solution:
        """Join the associations of level 2 that have one program, id and type."""
        joined = merge(self.associations)
        return Solution.of(self.pool, self.rules, joined, self.orphans, self.problems)

    def write(self, directory: str | PathLike[str]) -> list[Path]:
        """Write one file an association; see `asnsolve.associations.write.write_all`."""
        return write_all(self.associations, directory)
