"""A list of associations: what it gives, whether they are objects already or rows of a table.

A solution has one list of what it found and one of what was dropped. All lists give the same, so
that no caller has to know whether an association has been made into an object yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from asnsolve.associations.association import Association
from asnsolve.pool.column_tables import Cells
from asnsolve.pool.texts import Texts
from asnsolve.solvers.arrays import Ints


@dataclass(frozen=True, slots=True)
class Columns(Mapping[str, Cells]):
    """Columns of one length by name, each made when it is asked for.

    Parameters
    ----------
    makers : mapping of str to callable
        The function that makes each column, by its name.
    """

    makers: Mapping[str, Callable[[], Cells]]

    def __getitem__(self, name: str) -> Cells:
        """Make a column."""
        return self.makers[name]()

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self.makers)

    def __len__(self) -> int:
        """Count the columns."""
        return len(self.makers)


class AssociationList(Protocol):
    """Associations in order; k of them."""

    def __len__(self) -> int:
        """Count the associations."""

    def objects(self) -> tuple[Association, ...]:
        """Return them as objects.

        Returns
        -------
        tuple of Association, of length k
        """

    def lines(self) -> Iterator[tuple[Texts, Texts]]:
        """Return the file names and the JSON, one line for each association.

        Yields
        ------
        file_names, texts : Texts, shape (l,)
            Of some thousands of consecutive associations.
        """

    def contained(self, ending: str) -> Iterator[Texts]:
        """Return the lines of a container.

        Parameters
        ----------
        ending : str
            What each line ends with, from its closing bracket on.

        Yields
        ------
        Texts
            Consecutive lines, about a megabyte of them.
        """

    def named_contained(self, ending: str) -> Iterator[tuple[Texts, Texts]]:
        """Return the file names and the lines of a container.

        Parameters
        ----------
        ending : str
            What each line ends with, from its closing bracket on.

        Yields
        ------
        file_names, lines : Texts, shape (l,)
            Of some thousands of consecutive associations.
        """

    @property
    def columns(self) -> Columns:
        """The associations as columns, one row each."""

    @property
    def member_columns(self) -> Columns:
        """The members as columns, one row each.

        ``association`` is the place of their association in this list.
        """

    def take(self, places: Ints) -> AssociationList:
        """Return some of them.

        Parameters
        ----------
        places : ndarray of int64, shape (j,)
            Their places in this list, in the order wanted.

        Returns
        -------
        AssociationList, of length j
        """
