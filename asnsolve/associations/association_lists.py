"""Associations in a row: rows of the table or objects, which give objects, lines and columns.

A solution holds one list of what it found and one of what was dropped. Both kinds of list answer
alike, so that nothing above them knows whether an association has been made into an object yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from asnsolve.associations.asn_files import contained_line, to_line
from asnsolve.associations.association import Association, Member
from asnsolve.associations.association_table import LAWS, AssociationTable
from asnsolve.associations.dropped import Dropped
from asnsolve.associations.json_fields import MEMBER_FIELDS, Field
from asnsolve.associations.line_maker import LineMaker
from asnsolve.associations.rendering import to_objects
from asnsolve.associations.text_columns import TextColumn
from asnsolve.pool.column_tables import Cells, CodedTexts, coded
from asnsolve.pool.texts import Texts
from asnsolve.rules.model import Rule
from asnsolve.solvers.arrays import Ints, Mask, ranges

Columns = Mapping[str, Cells]
"""Columns of one length by name."""


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

    def lines(self, part: slice) -> tuple[Texts, Texts]:
        """Return the file names of a part and its JSON, one line each.

        Parameters
        ----------
        part : slice
            Which associations.

        Returns
        -------
        file_names, texts : Texts, shape (size of the part,)
        """

    def contained(self, part: slice) -> Texts:
        """Return the lines of a part in a container.

        Parameters
        ----------
        part : slice
            Which associations.

        Returns
        -------
        Texts, shape (size of the part,)
        """

    def columns(self, *names: str) -> Columns:
        """Return what they are, one row per association.

        Parameters
        ----------
        *names : str
            Which columns; all if none is named.

        Returns
        -------
        mapping of str to cells, each of length k
        """

    def member_columns(self, *names: str) -> Columns:
        """Return their members, one row per member.

        Parameters
        ----------
        *names : str
            Which columns; all if none is named.

        Returns
        -------
        mapping of str to cells, each of length m
            ``association`` numbers the associations of this list from 0.
        """

    def take(self, places: Ints) -> AssociationList:
        """Return some of them.

        Parameters
        ----------
        places : ndarray of int64, shape (j,)
            Which, in the order wanted.

        Returns
        -------
        AssociationList, of length j
        """


@dataclass(frozen=True)
class TableList:
    """Some associations of the table; nothing is made of them before it is asked for.

    Parameters
    ----------
    table : AssociationTable
        All associations.
    places : ndarray of int64, shape (k,)
        Rows of the table.
    """

    table: AssociationTable
    places: Ints

    def __len__(self) -> int:
        """Count the associations."""
        return len(self.places)

    def take(self, places: Ints) -> TableList:
        """Return some of them.

        Parameters
        ----------
        places : ndarray of int64, shape (j,)
            Which, in the order wanted.

        Returns
        -------
        TableList, of length j
        """
        return TableList(self.table, self.places[places])

    def objects(self) -> tuple[Association, ...]:
        """Return them as objects.

        Returns
        -------
        tuple of Association, of length k
        """
        return to_objects(self.table, self.places)

    def lines(self, part: slice) -> tuple[Texts, Texts]:
        """Return the file names and the JSON of a part.

        Parameters
        ----------
        part : slice
            Which associations.

        Returns
        -------
        file_names, texts : Texts, shape (size of the part,)
        """
        return self._in_files.names(part), self._in_files.lines(part)

    def contained(self, part: slice) -> Texts:
        """Return the lines of a part in a container.

        Parameters
        ----------
        part : slice
            Which associations.

        Returns
        -------
        Texts, shape (size of the part,)
        """
        return self._in_container.lines(part)

    @cached_property
    def _in_files(self) -> LineMaker:
        return LineMaker(self.table, self.places, contained=False)

    @cached_property
    def _in_container(self) -> LineMaker:
        return LineMaker(self.table, self.places, contained=True)

    @cached_property
    def _file_names(self) -> Texts:
        return self._in_files.names(slice(0, len(self)))

    def columns(self, *names: str) -> Columns:
        """Return what they are.

        Parameters
        ----------
        *names : str
            Which columns; all if none is named.

        Returns
        -------
        mapping of str to cells, each of length k
        """
        table, places = self.table, self.places
        return _made(
            {
                "file_name": lambda: (np.arange(len(self)), self._file_names),
                "program": lambda: _cells(table.program.take(places)),
                "asn_id": lambda: _cells(table.asn_id.take(places)),
                "asn_type": lambda: self._of_rule(lambda rule: rule.asn_type),
                "rule": lambda: self._of_rule(lambda rule: rule.name),
                "level": lambda: self._levels,
                "target": lambda: _cells(table.target.take(places)),
                "product": lambda: _cells(table.product.take(places)),
                "members": lambda: table.sizes[places],
            },
            names,
        )

    @property
    def _levels(self) -> Ints:
        levels = np.array([rule.base.level for rule in self.table.rules], dtype=np.int64)
        return levels[self.table.rule[self.places]]

    def _of_rule(self, word: Callable[[Rule], str]) -> Cells:
        """Return a word of the rule of each association."""
        words = list(map(word, self.table.rules))
        number = {text: code for code, text in enumerate(dict.fromkeys(words))}
        codes = np.array([number[text] for text in words], dtype=np.int64)
        return codes[self.table.rule[self.places]], Texts.of(number)

    def member_columns(self, *names: str) -> Columns:
        """Return their members.

        Parameters
        ----------
        *names : str
            Which columns; all if none is named.

        Returns
        -------
        mapping of str to cells, each of length m
        """
        table, places = self.table, self.places
        sizes = table.sizes[places]
        members = ranges(table.members.starts[places], sizes)
        owners = np.repeat(np.arange(len(self), dtype=np.int64), sizes)
        is_derived = table.members.entries[members] < 0
        # A file is a member of many associations, and its name is made once.
        numbers, codes = np.unique(table.members.files[members], return_inverse=True)
        fields = {field.key: field for field in MEMBER_FIELDS}

        def of_exposure(place: int) -> Cells:
            if not len(numbers):
                return coded([])
            own_codes, texts = coded(table.files.exposures(numbers)[place])
            return _unless(is_derived, (own_codes[codes], texts))

        def of_field(key: str) -> Cells:
            return _unless(is_derived, self._field(fields[key], owners, members))

        def names_of_files() -> Cells:
            pieces = [column.spelled_out() for column in table.files.columns(numbers)]
            return codes, Texts.joined(pieces, len(numbers))

        return _made(
            {
                "association": lambda: owners,
                "file_name": lambda: (owners, self._file_names),
                "product": lambda: _cells(table.product.take(places[owners])),
                "expname": names_of_files,
                "exptype": lambda: (
                    table.members.roles[members].astype(np.int64),
                    table.role_texts,
                ),
                "exposure": lambda: of_exposure(0),
                "stage": lambda: of_exposure(1),
                "exposerr": lambda: of_field("exposerr"),
                "asn_candidate": lambda: of_field("asn_candidate"),
                "derived": lambda: is_derived,
            },
            names,
        )

    def _field(self, field: Field, owners: Ints, members: Ints) -> CodedTexts:
        """Return a field of members, shape (m,), which each rule writes in its own way."""
        columns, positions = [], []
        codes = self.table.rule[self.places[owners]]
        for code in np.unique(codes).tolist():
            rule, at = self.table.rules.rules[code], np.flatnonzero(codes == code)
            shown = rule.base.level in field.levels
            (piece,) = field.column(self.table, rule, members[at]) if shown else (None,)
            nothing = TextColumn(np.full(len(at), -1, dtype=np.int64), Texts.of(()))
            columns.append(piece if isinstance(piece, TextColumn) else nothing)
            positions.append(at)
        joined = TextColumn.end_to_end(columns)
        ordered = np.empty(len(members), dtype=np.int64)
        ordered[np.concatenate([np.zeros(0, dtype=np.int64), *positions])] = joined.codes
        return ordered, joined.texts


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
            Which, in the order wanted.

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

    def lines(self, part: slice) -> tuple[Texts, Texts]:
        """Return the file names and the JSON of a part.

        Parameters
        ----------
        part : slice
            Which associations.

        Returns
        -------
        file_names, texts : Texts, shape (size of the part,)
        """
        return (
            Texts.of(association.file_name for association in self.known[part]),
            Texts.of(to_line(association) for association in self.known[part]),
        )

    def contained(self, part: slice) -> Texts:
        """Return the lines of a part in a container.

        Parameters
        ----------
        part : slice
            Which associations.

        Returns
        -------
        Texts, shape (size of the part,)
        """
        return Texts.of(contained_line(association) for association in self.known[part])

    def columns(self, *names: str) -> Columns:
        """Return what they are.

        Parameters
        ----------
        *names : str
            Which columns; all if none is named.

        Returns
        -------
        mapping of str to cells, each of length k
        """
        products = [", ".join(product.name for product in one.products) for one in self.known]
        every: Columns = {
            "file_name": coded([one.file_name for one in self.known]),
            "program": coded([one.program for one in self.known]),
            "asn_id": coded([one.asn_id for one in self.known]),
            "asn_type": coded([one.asn_type for one in self.known]),
            "rule": coded([one.rule for one in self.known]),
            "level": np.array([one.level for one in self.known], dtype=np.int64),
            "target": coded([one.target for one in self.known]),
            "product": coded(products),
            "members": np.array([len(one.members) for one in self.known], dtype=np.int64),
        }
        return {name: every[name] for name in names or every}

    def member_columns(self, *names: str) -> Columns:
        """Return their members.

        Parameters
        ----------
        *names : str
            Which columns; all if none is named.

        Returns
        -------
        mapping of str to cells, each of length m
        """
        rows: list[tuple[int, str, Member]] = [
            (place, product.name, member)
            for place, one in enumerate(self.known)
            for product in one.products
            for member in product.members
        ]
        members = [member for _, _, member in rows]
        every: Columns = {
            "association": np.array([place for place, _, _ in rows], dtype=np.int64),
            "file_name": coded([self.known[place].file_name for place, _, _ in rows]),
            "product": coded([product for _, product, _ in rows]),
            "expname": coded([member.expname for member in members]),
            "exptype": coded([member.exptype for member in members]),
            "exposure": coded([member.exposure or None for member in members]),
            "stage": coded([member.stage or None for member in members]),
            "exposerr": coded([member.exposerr for member in members]),
            "asn_candidate": coded([member.asn_candidate for member in members]),
            "derived": np.array([member.derived for member in members], dtype=np.bool_),
        }
        return {name: every[name] for name in names or every}


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
            Which, in the order wanted.

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

    def columns(self) -> Columns:
        """Return what they were, and what they gave way to.

        Returns
        -------
        mapping of str to cells, each of length k
        """
        losers, winners = dict(self.losers.columns()), self.winners.columns()
        # They have no number, and so no file name.
        del losers["file_name"]
        return {
            **losers,
            "law": (self.laws.astype(np.int64), Texts.of(LAWS)),
            "gave_way_to": taken(winners["file_name"], self.which),
            "by_rule": taken(winners["rule"], self.which),
        }


def taken(cells: Cells, places: Ints) -> Cells:
    """Return some rows of a column.

    Parameters
    ----------
    cells : cells
        The column.
    places : ndarray of int64, shape (k,)
        Which rows.

    Returns
    -------
    cells, of length k
    """
    if isinstance(cells, tuple):
        codes, texts = cells
        return codes[places], texts
    return cells[places]


def _made(makers: Mapping[str, Callable[[], Cells]], names: Sequence[str]) -> Columns:
    """Make the columns of some names, or all of them."""
    return {name: makers[name]() for name in names or makers}


def _cells(column: TextColumn) -> Cells:
    return column.codes, column.texts


def _unless(is_missing: Mask, cells: CodedTexts) -> Cells:
    """Take the text away from some rows."""
    codes, texts = cells
    return np.where(is_missing, -1, codes), texts
