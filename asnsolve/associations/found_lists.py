"""What solving found, in lists that make objects and look for reasons only when they are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from asnsolve.associations.association import Association
from asnsolve.associations.association_lists import AssociationList
from asnsolve.associations.dropped import Dropped
from asnsolve.associations.dropped_list import DroppedList
from asnsolve.associations.object_list import ObjectList
from asnsolve.associations.orphan_columns import orphan_columns
from asnsolve.associations.selection import Selection
from asnsolve.displays import brief
from asnsolve.errors import Problem, UsageError
from asnsolve.pool.column_tables import Cells
from asnsolve.shown_values import shown
from asnsolve.solvers.arrays import Ints
from asnsolve.solvers.refusals import Orphan
from asnsolve.suggest import did_you_mean


@dataclass(frozen=True, eq=False)
class FoundLists:
    """The associations, the dropped ones and the orphans of a solution.

    Parameters
    ----------
    made : AssociationList
        The associations.
    find_dropped : callable
        Finds the dropped associations.
    find_orphans : callable
        Finds the orphans with their reasons.
    find_outside : callable
        Finds the file names of the orphans, sorted, without looking for reasons.
    find_laws : callable
        Finds the law by which each association was dropped, as an index into `LAWS`, in any order
        and without sorting the associations.
    """

    made: AssociationList
    find_dropped: Callable[[], DroppedList]
    find_orphans: Callable[[], tuple[Orphan, ...]]
    find_outside: Callable[[], tuple[str, ...]]
    find_laws: Callable[[], Ints]

    @classmethod
    def of(
        cls,
        associations: Iterable[Association],
        dropped: Iterable[Dropped],
        orphans: Iterable[Orphan],
    ) -> FoundLists:
        """Make the lists of objects that are known already.

        Parameters
        ----------
        associations : iterable of Association
            The associations, in order.
        dropped : iterable of Dropped
            The dropped associations.
        orphans : iterable of Orphan
            The orphans.

        Returns
        -------
        FoundLists
        """
        gone, outside = DroppedList.of(tuple(dropped)), tuple(orphans)
        return cls(
            ObjectList(tuple(associations)),
            lambda: gone,
            lambda: outside,
            lambda: tuple(orphan.filename for orphan in outside),
            lambda: gone.laws,
        )

    @cached_property
    def dropped(self) -> DroppedList:
        """The dropped associations."""
        return self.find_dropped()

    @cached_property
    def orphans(self) -> tuple[Orphan, ...]:
        """The orphans, by file name."""
        return self.find_orphans()

    @cached_property
    def outside(self) -> tuple[str, ...]:
        """File names of the orphans, sorted."""
        return self.find_outside()

    def with_associations(
        self, associations: Iterable[Association], dropped: Iterable[Dropped]
    ) -> FoundLists:
        """Exchange the associations, and keep the orphans.

        Parameters
        ----------
        associations : iterable of Association
            The associations, in order.
        dropped : iterable of Dropped
            The dropped associations.

        Returns
        -------
        FoundLists
        """
        return replace(
            FoundLists.of(associations, dropped, ()),
            find_orphans=lambda: self.orphans,
            find_outside=lambda: self.outside,
        )

    def select(self, chosen: Selection) -> FoundLists:
        """Keep the associations, dropped ones too, that satisfy conditions, and all orphans.

        Parameters
        ----------
        chosen : Selection
            The conditions.

        Returns
        -------
        FoundLists
        """
        return FoundLists(
            made=chosen.of_list(self.made),
            find_dropped=lambda: chosen.of_dropped(self.dropped),
            find_orphans=lambda: self.orphans,
            find_outside=lambda: self.outside,
            find_laws=lambda: chosen.of_dropped(self.dropped).laws,
        )

    def file_names(self) -> list[str]:
        """Return the file name of each association.

        Returns
        -------
        list of str
        """
        codes, texts = self.made.columns["file_name"]
        names = list(texts)
        return [names[code] for code in codes.tolist()]

    def place_of(self, file_name: str) -> int:
        """Return the place of the first association of a file name.

        Parameters
        ----------
        file_name : str
            The file name.

        Returns
        -------
        int
            Counted from 0.

        Raises
        ------
        UsageError
            If there is none.
        """
        names = self.file_names()
        if file_name not in names:
            what = f"there is no association {brief(file_name)}"
            raise UsageError(Problem(what, advice=did_you_mean(file_name, names)))
        return names.index(file_name)

    def columns(self, what: str) -> Mapping[str, Cells]:
        """Lay out one of the lists, one row each.

        Parameters
        ----------
        what : str
            ``"associations"``, ``"members"``, ``"orphans"`` or ``"dropped"``.

        Returns
        -------
        mapping of str to cells

        Raises
        ------
        UsageError
            If `what` is none of these.
        """
        match what:
            case "associations":
                return self.made.columns
            case "members":
                return self.made.member_columns
            case "orphans":
                return orphan_columns(self.orphans)
            case "dropped":
                return self.dropped.columns
        raise UsageError(
            Problem(
                f"a solution has no table of {shown(what)}",
                expected="associations, members, orphans or dropped",
            )
        )
