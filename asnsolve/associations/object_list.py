"""A list of associations that are objects already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from asnsolve.associations.asn_files import contained_line, to_line
from asnsolve.associations.association import Association, Member
from asnsolve.associations.association_lists import Columns
from asnsolve.pool.column_tables import coded
from asnsolve.pool.texts import Texts
from asnsolve.solvers.arrays import Ints

_AT_ONCE = 7_000
"""Associations that are written at a time."""


@dataclass(frozen=True)
class ObjectList:
    """Associations that are objects already.

    Parameters
    ----------
    known : tuple of Association
        The associations.
    """

    known: tuple[Association, ...]

    def __len__(self) -> int:
        """Count the associations."""
        return len(self.known)

    def take(self, places: Ints) -> ObjectList:
        """Return some of them.

        Parameters
        ----------
        places : ndarray of int64, shape (j,)
            Their places in this list, in the order wanted.

        Returns
        -------
        ObjectList, of length j
        """
        return ObjectList(tuple(self.known[place] for place in places.tolist()))

    def objects(self) -> tuple[Association, ...]:
        """Return them.

        Returns
        -------
        tuple of Association, of length k
        """
        return self.known

    def lines(self) -> Iterator[tuple[Texts, Texts]]:
        """Return the file names and the JSON, one line for each association.

        Yields
        ------
        file_names, texts : Texts, shape (l,)
            Of some thousands of consecutive associations.
        """
        for some in self._parts():
            names = Texts.of(association.file_name for association in some)
            yield names, Texts.of(map(to_line, some))

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
        for some in self._parts():
            yield Texts.of(contained_line(association, ending) for association in some)

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
        for some in self._parts():
            names = Texts.of(association.file_name for association in some)
            yield names, Texts.of(contained_line(association, ending) for association in some)

    def _parts(self) -> Iterator[tuple[Association, ...]]:
        for start in range(0, len(self.known), _AT_ONCE):
            yield self.known[start : start + _AT_ONCE]

    @property
    def columns(self) -> Columns:
        """The associations as columns, one row each."""
        known = self.known
        return Columns(
            {
                "file_name": lambda: coded([one.file_name for one in known]),
                "program": lambda: coded([one.program for one in known]),
                "asn_id": lambda: coded([one.asn_id for one in known]),
                "asn_type": lambda: coded([one.asn_type for one in known]),
                "rule": lambda: coded([one.rule for one in known]),
                "level": lambda: np.array([one.level for one in known], dtype=np.int64),
                "target": lambda: coded([one.target for one in known]),
                "product": lambda: coded(
                    [", ".join(product.name for product in one.products) for one in known]
                ),
                "members": lambda: np.array([len(one.members) for one in known], dtype=np.int64),
            }
        )

    @property
    def member_columns(self) -> Columns:
        """The members as columns, one row each."""
        rows: list[tuple[int, str, Member]] = [
            (place, product.name, member)
            for place, one in enumerate(self.known)
            for product in one.products
            for member in product.members
        ]
        members = [member for _, _, member in rows]
        return Columns(
            {
                "association": lambda: np.array([place for place, _, _ in rows], dtype=np.int64),
                "file_name": lambda: coded([self.known[place].file_name for place, _, _ in rows]),
                "product": lambda: coded([product for _, product, _ in rows]),
                "expname": lambda: coded([member.expname for member in members]),
                "exptype": lambda: coded([member.exptype for member in members]),
                "exposure": lambda: coded([member.exposure or None for member in members]),
                "stage": lambda: coded([member.stage or None for member in members]),
                "exposerr": lambda: coded([member.exposerr for member in members]),
                "asn_candidate": lambda: coded([member.asn_candidate for member in members]),
                "derived": lambda: np.array([member.derived for member in members], dtype=np.bool_),
            }
        )
