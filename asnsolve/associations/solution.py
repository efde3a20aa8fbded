"""What solving a pool gives: associations, what was dropped, orphans, and problems on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from importlib import import_module
from os import PathLike
from pathlib import Path

from asnsolve.associations.asn_files import contained_line, to_line, write_all
from asnsolve.associations.association import Association
from asnsolve.associations.distinct_names import with_distinct_names
from asnsolve.associations.merge import merge
from asnsolve.associations.product_names import DISCOVERED
from asnsolve.associations.same_names import same_names
from asnsolve.errors import Problem
from asnsolve.pool.table import Pool
from asnsolve.pool.texts import Texts
from asnsolve.rules.model import Law
from asnsolve.rules.rule_set import RuleSet
from asnsolve.solvers.refusals import Orphan

_MOST_LINES = 7_000
"""Associations that are written at a time."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """An association that a rule made and that gave way to another one.

    Parameters
    ----------
    association : Association
        The association that was dropped; it has no number, and so no file name.
    gave_way_to : Association
        The association that stays in its place. The solution may not hold it: with `ids`, when it
        is of a background candidate that was not asked for; after `discovered`, when it is of a
        candidate.
    law : str
        The law of repeats by which it was dropped: ``"discovered repeats"``, ``"one membership"``,
        ``"whole products"`` or ``"one product"``. Where its winner was dropped by a later law in
        turn, `gave_way_to` is the association that stays in the end.
    """

    association: Association
    gave_way_to: Association
    law: Law


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
        What reading the pool reported, ids that no exposure names, and members whose stage cannot
        be told from their file name.
    renamed : tuple of Problem
        Notes on products that were given different names; see `with_distinct_names`.
    find_associations, find_dropped, find_orphans : callable
        Make the associations, the dropped ones and the orphans when they are first asked for.
    find_outside : callable
        Finds the file names of the orphans alone, which takes no search for reasons.
    count : int
        Number of associations.
    find_lines : callable
        Takes a slice of the associations; returns their file names and their JSON, one line each.
    find_contained : callable
        Takes a slice of the associations; returns their lines in a container.
    exposures : Pool or None
        The pool that was solved; None if it is not known, as after a solution was sent to another
        process.
    rule_set : RuleSet or None
        The rules that it was solved by; None if they are not known.
    """

    pool: str
    rules: str
    problems: tuple[Problem, ...]
    renamed: tuple[Problem, ...]
    find_associations: Callable[[], tuple[Association, ...]]
    find_dropped: Callable[[], tuple[Dropped, ...]]
    find_orphans: Callable[[], tuple[Orphan, ...]]
    find_outside: Callable[[], tuple[str, ...]]
    count: int
    find_lines: Callable[[slice], tuple[Texts, Texts]]
    find_contained: Callable[[slice], Texts]
    exposures: Pool | None = None
    rule_set: RuleSet | None = None

    @classmethod
    def of(
        cls,
        pool: str,
        rules: str,
        associations: Iterable[Association] = (),
        orphans: Iterable[Orphan] = (),
        *,
        problems: Iterable[Problem] = (),
        renamed: Iterable[Problem] = (),
        dropped: Iterable[Dropped] = (),
        exposures: Pool | None = None,
        rule_set: RuleSet | None = None,
    ) -> Solution:
        """Make a solution of associations that are known already.

        Parameters
        ----------
        pool, rules : str
            Names of the pool and of the rule set.
        associations : iterable of Association
            The associations, in order.
        orphans : iterable of Orphan
            Exposures in none of them.
        problems : iterable of Problem
            What was reported.
        renamed : iterable of Problem
            Notes on products that were given different names.
        dropped : iterable of Dropped
            Associations that gave way.
        exposures : Pool, optional
            The pool that was solved.
        rule_set : RuleSet, optional
            The rules that it was solved by.

        Returns
        -------
        Solution
        """
        known, outside, gone = tuple(associations), tuple(orphans), tuple(dropped)
        return cls(
            pool,
            rules,
            tuple(problems),
            tuple(renamed),
            lambda: known,
            lambda: gone,
            lambda: outside,
            lambda: tuple(orphan.filename for orphan in outside),
            len(known),
            lambda part: (
                Texts.of(association.file_name for association in known[part]),
                Texts.of(to_line(association) for association in known[part]),
            ),
            lambda part: Texts.of(contained_line(association) for association in known[part]),
            exposures,
            rule_set,
        )

    @cached_property
    def associations(self) -> tuple[Association, ...]:
        """Associations, sorted by program, id, type, rule, product name and members."""
        return self.find_associations()

    @cached_property
    def dropped(self) -> tuple[Dropped, ...]:
        """Associations that gave way to others, with the law that decided, in the same order."""
        return self.find_dropped()

    @cached_property
    def orphans(self) -> tuple[Orphan, ...]:
        """Exposures in no association, by file name."""
        return self.find_orphans()

    @cached_property
    def outside(self) -> tuple[str, ...]:
        """File names of the orphans, sorted; cheap, because it looks for no reasons."""
        return self.find_outside()

    @cached_property
    def same_names(self) -> tuple[Problem, ...]:
        """Products of one name that do not have the same members."""
        return same_names(self.associations)

    def lines(self) -> Iterator[tuple[Texts, Texts]]:
        """Return the associations as JSON, some thousands at a time.

        Yields
        ------
        file_names : Texts, shape (k,)
            Names of their files.
        texts : Texts, shape (k,)
            Their JSON without line breaks; `write` writes the same objects on several lines.
        """
        for part in self._parts():
            yield self.find_lines(part)

    def contained(self) -> Iterator[Texts]:
        """Return the lines of a container of JSON lines, some thousands at a time.

        Yields
        ------
        Texts, shape (k,)
            The JSON of associations with their file name as first field; each ends with a line
            break.
        """
        for part in self._parts():
            yield self.find_contained(part)

    def _parts(self) -> Iterator[slice]:
        for start in range(0, self.count, _MOST_LINES):
            yield slice(start, min(start + _MOST_LINES, self.count))

    def __iter__(self) -> Iterator[Association]:
        """Iterate over the associations."""
        return iter(self.associations)

    def __len__(self) -> int:
        """Return the number of associations."""
        return self.count

    def __eq__(self, other: object) -> bool:
        """Tell whether two solutions hold the same."""
        return isinstance(other, Solution) and self._content == other._content

    def __hash__(self) -> int:
        """Hash what is held."""
        return hash((self.pool, self.rules, self.count))

    def __reduce__(self) -> tuple[object, ...]:
        """Send the content to another process, not the functions that find it."""
        made_by = partial(
            Solution.of, problems=self.problems, renamed=self.renamed, dropped=self.dropped
        )
        return made_by, (self.pool, self.rules, self.associations, self.orphans)

    def __repr__(self) -> str:
        """Return the size of the solution."""
        return f"<Solution of {self.pool} by {self.rules}: {self.count} associations>"

    @property
    def _content(self) -> tuple[object, ...]:
        """What is compared."""
        made = (self.associations, self.orphans, self.problems, self.renamed, self.dropped)
        return (self.pool, self.rules, *made)

    def discovered(self) -> Solution:
        """Keep the associations that no candidate names.

        Returns
        -------
        Solution
            With the orphans of this one, and the dropped associations that no candidate names.
        """
        kept = [found for found in self.associations if found.asn_id == DISCOVERED]
        dropped = [gone for gone in self.dropped if gone.association.asn_id == DISCOVERED]
        return self._with(kept, dropped)

    def with_distinct_names(self) -> Solution:
        """Give products of one name with different members different names.

        Each name gets a suffix: the value of a key in which the products differ, or else the type
        of association or a number. No association gives way to another for its name at level 3,
        so that without this the pipeline replaces the files of the one by those of the other.

        Returns
        -------
        Solution
            With `renamed`, a note for each name that was given up, and no `same_names`.
        """
        distinct, notes = with_distinct_names(self.associations)
        distinct_of = {one.file_name: one for one in distinct}
        dropped = [
            # A candidate that was solved only as a background of others is not in this solution.
            replace(gone, gave_way_to=distinct_of.get(gone.gave_way_to.file_name, gone.gave_way_to))
            for gone in self.dropped
        ]
        return Solution.of(
            self.pool,
            self.rules,
            distinct,
            self.orphans,
            problems=self.problems,
            renamed=notes,
            dropped=dropped,
            exposures=self.exposures,
            rule_set=self.rule_set,
        )

    def merged(self) -> Solution:
        """Join the associations of level 2 that have one program, id and type.

        Returns
        -------
        Solution
        """
        joined = merge(self.associations)
        # Level 2 has one joined association per program, id and type; level 3 stays as it is.
        joined_of = {_identity(joint): joint for joint in joined if joint.level == 2}
        dropped = [
            # A candidate that was solved only as a background of others has no joined association.
            replace(gone, gave_way_to=joined_of.get(_identity(gone.gave_way_to), gone.gave_way_to))
            for gone in self.dropped
        ]
        return self._with(joined, dropped)

    def _with(self, associations: Iterable[Association], dropped: Iterable[Dropped]) -> Solution:
        """Return a solution of other associations that has the same orphans and problems."""
        return Solution.of(
            self.pool,
            self.rules,
            associations,
            self.orphans,
            problems=self.problems,
            renamed=self.renamed,
            dropped=dropped,
            exposures=self.exposures,
            rule_set=self.rule_set,
        )

    def write(self, directory: str | PathLike[str], *, replace: bool = False) -> list[Path]:
        """Write one file per association; see `asnsolve.associations.asn_files.write_each`.

        Parameters
        ----------
        directory : path-like
            Where the files go; made if it does not exist.
        replace : bool
            Whether to replace files that have other content.

        Returns
        -------
        list of Path
            The files, in the order of the associations, whether they had to be written or not.

        Raises
        ------
        AssociationError
            If a file cannot be written.
        UsageError
            If the directory cannot be used, or a file has other content and may not be replaced.
        """
        return write_all(self.associations, directory, replace=replace)

    def report(self, path: str | PathLike[str], *, replace: bool = False) -> Path:
        """Write a page that shows the solution, to be opened in a browser.

        Parameters
        ----------
        path : path-like
            The file, as ``report.html``.
        replace : bool
            Whether to replace a file that has other content.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        UsageError
            If the solution is too large for a page, the file cannot be written, or it has other
            content and may not be replaced.
        """
        # Pages are made by a layer above, which is found by its name when it is asked for.
        write_page = import_module("asnsolve.report.page.write_page").write_page
        written: Path = write_page(self, path, replace=replace)
        return written


def _identity(association: Association) -> tuple[str, str, str]:
    """Return what associations of level 2 are joined by."""
    return association.program, association.asn_id, association.asn_type
