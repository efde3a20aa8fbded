"""A list of associations that are rows of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from asnsolve.associations.association import Association
from asnsolve.associations.association_lists import Columns
from asnsolve.associations.association_table import AssociationTable
from asnsolve.associations.json_fields import column_of
from asnsolve.associations.line_maker import LineMaker
from asnsolve.associations.rendering import to_objects
from asnsolve.associations.text_columns import TextColumn
from asnsolve.pool.column_tables import Cells, CodedTexts, coded
from asnsolve.pool.texts import Texts
from asnsolve.rules.model import Rule
from asnsolve.solvers.arrays import Ints, Mask, ranges


@dataclass(frozen=True)
class TableList:
    """Some associations of the table, of which nothing is made before it is asked for.

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
            Their places in this list, in the order wanted.

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

    def lines(self) -> Iterator[tuple[Texts, Texts]]:
        """Return the file names and the JSON, one line for each association.

        Yields
        ------
        file_names, texts : Texts, shape (l,)
            Of some thousands of consecutive associations.
        """
        yield from LineMaker(self.table, self.places).named_lines()

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
        maker = LineMaker(self.table, self.places, starts_with_name=True, ending=ending)
        yield from maker.lines()

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
        maker = LineMaker(self.table, self.places, starts_with_name=True, ending=ending)
        yield from maker.named_lines()

    @cached_property
    def _file_names(self) -> Texts:
        return LineMaker(self.table, self.places).names()

    @property
    def columns(self) -> Columns:
        """The associations as columns, one row each."""
        table, places = self.table, self.places
        return Columns(
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
            }
        )

    @property
    def _levels(self) -> Ints:
        levels = np.array([rule.base.level for rule in self.table.rules], dtype=np.int64)
        return levels[self.table.rule[self.places]]

    def _of_rule(self, word: Callable[[Rule], str]) -> Cells:
        """Return a word of the rule of each association."""
        codes, texts = coded([word(rule) for rule in self.table.rules])
        return codes[self.table.rule[self.places]], texts

    @property
    def member_columns(self) -> Columns:
        """The members as columns, one row each."""
        table, places = self.table, self.places
        sizes = table.sizes[places]
        members = ranges(table.members.starts[places], sizes)
        owners = np.repeat(np.arange(len(self), dtype=np.int64), sizes)
        is_derived = table.members.entries[members] < 0
        # A file is a member of many associations, and its name is made once.
        numbers, codes = np.unique(table.members.files[members], return_inverse=True)

        def of_exposure(place: int) -> Cells:
            own_codes, texts = coded(table.files.exposures(numbers)[place])
            return _unless(is_derived, (own_codes[codes], texts))

        def known(attribute: str) -> Cells:
            return _unless(is_derived, self._attribute(attribute, owners, members))

        def names_of_files() -> Cells:
            pieces = [column.spelled_out() for column in table.files.columns(numbers)]
            return codes, Texts.joined(pieces, len(numbers))

        return Columns(
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
                "exposerr": lambda: known("exposerr"),
                "asn_candidate": lambda: known("asn_candidate"),
                "derived": lambda: is_derived,
            }
        )

    def _attribute(self, attribute: str, owners: Ints, members: Ints) -> CodedTexts:
        """Return an attribute of members, shape (m,); each rule has its own way to write it."""
        columns, positions = [], []
        codes = self.table.rule[self.places[owners]]
        for code in np.unique(codes).tolist():
            rule, at = self.table.rules.rules[code], np.flatnonzero(codes == code)
            shown = self.table.fields.has_at(attribute, rule.base.level)
            (piece,) = column_of(attribute, self.table, rule, members[at]) if shown else (None,)
            nothing = TextColumn(np.full(len(at), -1, dtype=np.int64), Texts.of(()))
            columns.append(piece if isinstance(piece, TextColumn) else nothing)
            positions.append(at)
        joined = TextColumn.end_to_end(columns)
        ordered = np.empty(len(members), dtype=np.int64)
        ordered[np.concatenate([np.zeros(0, dtype=np.int64), *positions])] = joined.codes
        return ordered, joined.texts


def _cells(column: TextColumn) -> Cells:
    return column.codes, column.texts


def _unless(is_missing: Mask, cells: CodedTexts) -> Cells:
    """Take the text away from some rows."""
    codes, texts = cells
    return np.where(is_missing, -1, codes), texts
