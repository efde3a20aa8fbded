"""A list of associations that gave way, with those that stay in their place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from asnsolve.associations.association_lists import AssociationList, Columns
from asnsolve.associations.association_table import LAWS
from asnsolve.associations.dropped import Dropped
from asnsolve.associations.object_list import ObjectList
from asnsolve.pool.column_tables import Cells
from asnsolve.pool.texts import Texts
from asnsolve.solvers.arrays import Ints


@dataclass(frozen=True)
class DroppedList:
    """Associations that gave way; k of them.

    Parameters
    ----------
    losers : AssociationList, of length k
        The associations that gave way.
    winners : AssociationList, of length w
        Associations that stay in their place.
    which : ndarray of int64, shape (k,)
        The winner over each loser, as an index into `winners`.
    laws : ndarray of int, shape (k,)
        The law that decided, as an index into `LAWS`.
    """

    losers: AssociationList
    winners: AssociationList
    which: Ints
    laws: Ints

    @classmethod
    def of(cls, dropped: tuple[Dropped, ...]) -> DroppedList:
        """Make the list of objects.

        Parameters
        ----------
        dropped : tuple of Dropped
            The objects.

        Returns
        -------
        DroppedList
        """
        return cls(
            ObjectList(tuple(gone.association for gone in dropped)),
            ObjectList(tuple(gone.gave_way_to for gone in dropped)),
            np.arange(len(dropped), dtype=np.int64),
            np.array([LAWS.index(gone.law) for gone in dropped], dtype=np.int64),
        )

    def __len__(self) -> int:
        """Count the associations that gave way."""
        return len(self.which)

    def take(self, places: Ints) -> DroppedList:
        """Return some of them.

        Parameters
        ----------
        places : ndarray of int64, shape (j,)
            Their places in this list, in the order wanted.

        Returns
        -------
        DroppedList, of length j
        """
        return DroppedList(
            self.losers.take(places), self.winners, self.which[places], self.laws[places]
        )

    def objects(self) -> tuple[Dropped, ...]:
        """Return them as objects.

        Returns
        -------
        tuple of Dropped, of length k
        """
        winners = self.winners.objects()
        return tuple(
            Dropped(association, winners[winner], LAWS[law])
            for association, winner, law in zip(
                self.losers.objects(), self.which.tolist(), self.laws.tolist(), strict=True
            )
        )

    @property
    def columns(self) -> Columns:
        """The dropped associations, and what they gave way to, as columns, one row each."""
        losers, winners = self.losers.columns, self.winners.columns
        return Columns(
            {
                # They have no number, and so no file name.
                **{name: make for name, make in losers.makers.items() if name != "file_name"},
                "law": lambda: (self.laws.astype(np.int64), Texts.of(LAWS)),
                "gave_way_to": lambda: _taken(winners["file_name"], self.which),
                "by_rule": lambda: _taken(winners["rule"], self.which),
            }
        )


def _taken(cells: Cells, places: Ints) -> Cells:
    """Return some rows of a column of texts."""
    codes, texts = cells
    return codes[places], texts
