"""What solving a pool gives: associations, what was dropped, orphans, and problems on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from importlib import import_module
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, overload

import numpy as np

from asnsolve.associations.asn_files import write_all
from asnsolve.associations.association import Association
from asnsolve.associations.distinct_names import with_distinct_names
from asnsolve.associations.dropped import Dropped, with_new_winners
from asnsolve.associations.found_lists import FoundLists
from asnsolve.associations.merge import joined_by, merge
from asnsolve.associations.same_names import same_names
from asnsolve.associations.selection import Selection
from asnsolve.associations.solution_display import solution_html, solution_text
from asnsolve.displays import public_names
from asnsolve.errors import Problem, UsageError
from asnsolve.pool.column_tables import arrow_table, astropy_table, pandas_frame
from asnsolve.pool.table import Pool
from asnsolve.pool.texts import Texts
from asnsolve.profiles import Profile, default_profile
from asnsolve.rules.rule_set import RuleSet
from asnsolve.solvers.arrays import Ints
from asnsolve.solvers.refusals import Orphan

if TYPE_CHECKING:
    import networkx
    import pyarrow as pa
    from astropy.table import Table
    from pandas import DataFrame


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
        told from their file name, and `unsolved`.
    renamed : tuple of Problem
        Notes on products that were given different names; see `with_distinct_names`.
    _found : FoundLists
        The associations, the dropped ones and the orphans.
    exposures : Pool or None
        The pool that was solved; None if it is not known, as after a solution was sent to another
        process.
    rule_set : RuleSet or None
        The rules that it was solved by; None if they are not known.
    unsolved : tuple of Problem
        The components that are not solved, because their exposures fit together in too many ways.
    mission : Profile or None
        The mission of associations that were read from files; None if `exposures` has it, or if it
        is the default one.

    Examples
    --------
    >>> from asnsolve import demo_pool, solve
    >>> solution = solve(demo_pool())
    >>> len(solution), solution[0].asn_type
    (115, 'image3')
    >>> [one.file_name for one in solution.select(rule="Asn_Lv3MIRMRS", candidate="c1001")]
    ['jw09801-c1001_spec3_00001_asn.json']
    >>> solution.to_table("members").colnames[:4]
    ['association', 'file_name', 'product', 'expname']
    """

    pool: str
    rules: str
    problems: tuple[Problem, ...]
    renamed: tuple[Problem, ...]
    _found: FoundLists
    exposures: Pool | None = None
    rule_set: RuleSet | None = None
    unsolved: tuple[Problem, ...] = ()
    mission: Profile | None = None

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
        unsolved: Iterable[Problem] = (),
        mission: Profile | None = None,
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
        unsolved : iterable of Problem
            Those of `problems` that report components that are not solved.
        mission : Profile, optional
            The mission, if `exposures` does not have it; by default `default_profile`.

        Returns
        -------
        Solution
        """
        found = FoundLists.of(associations, dropped, orphans)
        notes = (tuple(problems), tuple(renamed))
        return cls(pool, rules, *notes, found, exposures, rule_set, tuple(unsolved), mission)

    @cached_property
    def associations(self) -> tuple[Association, ...]:
        """Associations, sorted by program, id, type, rule, product name and members."""
        return self._found.made.objects()

    @cached_property
    def dropped(self) -> tuple[Dropped, ...]:
        """Associations that gave way to others, with the law that decided, in the same order."""
        return self._found.dropped.objects()

    @property
    def orphans(self) -> tuple[Orphan, ...]:
        """Exposures in no association, by file name."""
        return self._found.orphans

    @property
    def outside(self) -> tuple[str, ...]:
        """File names of the orphans, sorted; cheap, because it looks for no reasons."""
        return self._found.outside

    @cached_property
    def same_names(self) -> tuple[Problem, ...]:
        """Products of one name that do not have the same members."""
        # Few products share a name, and only for these are objects made.
        names = [cell.split(", ") for cell in self.to_arrow()["product"].to_pylist()]
        times = Counter(chain.from_iterable(names))
        sharing = [place for place, own in enumerate(names) if max(map(times.__getitem__, own)) > 1]
        return same_names(self._at(np.array(sharing, dtype=np.int64)))

    def lines(self) -> Iterator[tuple[Texts, Texts]]:
        """Return the associations as JSON, some thousands at a time.

        Yields
        ------
        file_names : Texts, shape (k,)
            Names of their files.
        texts : Texts, shape (k,)
            Their JSON without line breaks; `write` writes the same objects on several lines.
        """
        yield from self._found.made.lines()

    def contained(self, ending: str = "}\n") -> Iterator[Texts]:
        """Return the lines of a container, about a megabyte at a time.

        Parameters
        ----------
        ending : str
            What each line ends with, from its closing bracket on.

        Yields
        ------
        Texts
            JSON with the file name as first field.
        """
        yield from self._found.made.contained(ending)

    def named_contained(self, ending: str = "}\n") -> Iterator[tuple[Texts, Texts]]:
        """Return the lines of a container with the file names, some thousands at a time.

        Parameters
        ----------
        ending : str
            What each line ends with, from its closing bracket on.

        Yields
        ------
        file_names : Texts, shape (k,)
            Names of the files of the associations.
        lines : Texts, shape (k,)
            JSON with the file name as first field.
        """
        yield from self._found.made.named_contained(ending)

    def __iter__(self) -> Iterator[Association]:
        """Iterate over the associations."""
        return iter(self.associations)

    @property
    def profile(self) -> Profile:
        """The mission of the exposures or files; `default_profile` if neither has one."""
        if self.exposures is not None:
            return self.exposures.profile
        return self.mission or default_profile()

    def __len__(self) -> int:
        """Return the number of associations."""
        return len(self._found.made)

    def __eq__(self, other: object) -> bool:
        """Tell whether two solutions hold the same."""
        return isinstance(other, Solution) and self._content == other._content

    def __hash__(self) -> int:
        """Hash what is held."""
        return hash((self.pool, self.rules, len(self)))

    def __reduce__(self) -> tuple[object, ...]:
        """Send the content to another process, not the functions that find it."""
        made_by = partial(
            Solution.of,
            problems=self.problems,
            renamed=self.renamed,
            dropped=self.dropped,
            unsolved=self.unsolved,
            mission=self.profile,
        )
        return made_by, (self.pool, self.rules, self.associations, self.orphans)

    def __repr__(self) -> str:
        """Show the size of the solution: associations by type, and what else there is."""
        return solution_text(self)

    def _repr_html_(self) -> str:
        """Show a table of the rules in a notebook."""
        return solution_html(self)

    def __dir__(self) -> list[str]:
        """List the public names, for completion."""
        return public_names(super().__dir__())

    @overload
    def __getitem__(self, key: int | str) -> Association: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[Association, ...]: ...
    def __getitem__(self, key: int | str | slice) -> Association | tuple[Association, ...]:
        """Return the association at a place or of a file name, or those of a slice."""
        if isinstance(key, slice):
            return self._at(np.arange(len(self))[key])
        if isinstance(key, str):
            return self._at(np.array([self._found.place_of(key)]))[0]
        if not -len(self) <= key < len(self):
            what = f"there are {len(self)} associations, and none at place {key}"
            raise UsageError(Problem(what))
        return self._at(np.array([key % len(self)]))[0]

    def _at(self, places: Ints) -> tuple[Association, ...]:
        """Return the associations at some places, without making objects of the others."""
        if "associations" in self.__dict__:
            return tuple(self.associations[place] for place in places.tolist())
        return self._found.made.take(places).objects()

    def _ipython_key_completions_(self) -> list[str]:
        """List the file names, for completion in brackets."""
        return self._found.file_names()

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
        return self.select(candidate=self.profile.names.discovered)

    def select(
        self,
        *,
        rule: str | Iterable[str] | None = None,
        asn_type: str | Iterable[str] | None = None,
        candidate: str | Iterable[str] | None = None,
        exposure: str | Iterable[str] | None = None,
        product: str | Iterable[str] | None = None,
        level: int | None = None,
    ) -> Solution:
        """Keep the associations that satisfy all conditions that are given.

        Parameters
        ----------
        rule : str or iterable of str, optional
            Names of rules, such as ``Asn_Lv3Image``.
        asn_type : str or iterable of str, optional
            Types of association, such as ``image3``.
        candidate : str or iterable of str, optional
            Ids, such as ``c1000``; ``a3001`` for discovered associations.
        exposure : str or iterable of str, optional
            Exposures of which at least one is a member, each given by any of its files, as
            ``jw01234001001_02101_00001_mirimage_cal.fits``; or names of other members.
        product : str or iterable of str, optional
            Names of products, such as ``jw01234-o001_t001_nircam_clear-f200w``, or of association
            files.
        level : int, optional
            Level of the products, 2 or 3.

        Returns
        -------
        Solution
            With the same orphans, and the dropped associations that satisfy the conditions.

        Raises
        ------
        UsageError
            If a name is not a text.
        """
        words = {"rule": rule, "asn_type": asn_type, "candidate": candidate}
        chosen = Selection.of(words, exposure, product, level, self.profile.files)
        return replace(self, _found=self._found.select(chosen))

    def to_arrow(self, what: str = "associations") -> pa.Table:
        """Convert to Arrow.

        Parameters
        ----------
        what : str
            What the rows of the table are: ``"associations"``, ``"members"``, ``"orphans"`` or
            ``"dropped"``. Members are numbered by their association, from 0.

        Returns
        -------
        pyarrow.Table
            Columns of dictionary-encoded text, null where missing, and of numbers.

        Raises
        ------
        UsageError
            If `what` is none of these.
        """
        return arrow_table(self._found.columns(what))

    def to_table(self, what: str = "associations") -> Table:
        """Convert to astropy.

        Parameters
        ----------
        what : str
            What the rows of the table are; see `to_arrow`.

        Returns
        -------
        astropy Table
            Columns of text, masked where missing, and of numbers.

        Raises
        ------
        UsageError
            If there is no such table.
        """
        return astropy_table(self.to_arrow(what))

    def to_pandas(self, what: str = "associations") -> DataFrame:
        """Convert to pandas.

        Parameters
        ----------
        what : str
            What the rows of the table are; see `to_arrow`.

        Returns
        -------
        pandas DataFrame
            Columns of text and of numbers.

        Raises
        ------
        UsageError
            If there is no such table, or pandas is not installed.
        """
        return pandas_frame(self.to_arrow(what))

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
        distinct, notes = with_distinct_names(self.associations, self.profile)
        dropped = with_new_winners(self.dropped, distinct, lambda one: one.file_name)
        return replace(self, renamed=notes, _found=self._found.with_associations(distinct, dropped))

    def merged(self) -> Solution:
        """Join the associations of level 2 that have one program, id and type.

        Returns
        -------
        Solution
        """
        joined = merge(self.associations, self.profile.names)
        # Level 2 has one joined association per program, id and type; level 3 stays as it is.
        of_level_2 = [one for one in joined if one.level == 2]
        dropped = with_new_winners(self.dropped, of_level_2, joined_by)
        return replace(self, _found=self._found.with_associations(joined, dropped))

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

    def graph(self, *, fold: bool = True) -> networkx.DiGraph[str]:
        """Build a graph of the hierarchy, the exposures and the associations.

        Parameters
        ----------
        fold : bool
            Whether like nodes become one: exposures of one observation and type that have the same
            roles in the same associations, and associations of level 2 that one rule made of one
            candidate.

        Returns
        -------
        networkx.DiGraph
            Edges lead from a program down to exposures, and from exposures to associations, with
            the attribute ``role``. The attributes of a node are ``kind``, ``label``, ``count`` (how
            many exposures or associations it shows) and ``layer`` (its column in a drawing, counted
            from the left).
        """
        # Graphs are made by a layer above, as pages are.
        solution_graph = import_module("asnsolve.drawings.solution_graph").solution_graph
        graph: networkx.DiGraph[str] = solution_graph(self, fold=fold)
        return graph

    def report(self, path: str | PathLike[str], *, replace: bool = False) -> Path:
        """Write a page that shows the solution, to be opened in a browser.

        Parameters
        ----------
        path : path-like
            The file, such as ``report.html``.
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
