"""Associations as lines of JSON, joined from the columns of the table without making objects.

The pieces of a line are the same for all associations of a rule, up to the values that these have.
So they are prepared once per rule, and neighbouring pieces become one wherever few combinations of
their texts occur::

    {"asn_type":"image3",...,"program":" | 01234 | ","constraints":"...opt_elem (  | f770w | )",...
                one piece                one piece          one piece               one piece
    `---------------------- one piece, with a text per program and filter ----------------------'

A part of the lines then takes a few texts per line and joins them once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from asnsolve.associations.association_table import AssociationTable
from asnsolve.associations.json_fields import (
    ASSOCIATION_FIELDS,
    MEMBER_FIELDS,
    Column,
    fields_at,
    file_names,
)
from asnsolve.associations.text_columns import TextColumn
from asnsolve.pool.texts import Texts
from asnsolve.rules.model import Rule
from asnsolve.solvers.arrays import Ints, Mask, combine, dense, ranges

_ROWS_PER_TEXT = 8
"""Pieces become one if each of their combinations occurs in this many rows on average."""


@dataclass(frozen=True)
class LineMaker:
    """Makes the lines and the file names of some associations, a part at a time.

    Parameters
    ----------
    table : AssociationTable
        Numbered associations.
    places : ndarray of int64, shape (k,)
        Rows of the table, in the order of the lines.
    contained : bool
        Whether to make lines of a container: with the file name as first field, and a line break.
    """

    table: AssociationTable
    places: Ints
    contained: bool

    def names(self, part: slice) -> Texts:
        """Name the files of a part of the associations.

        Parameters
        ----------
        part : slice
            Where they are in `places`.

        Returns
        -------
        Texts, shape (size of the part,)
        """
        return self._interleaved(part, _RuleLines.names)

    def lines(self, part: slice) -> Texts:
        """Write a part of the associations as `to_dict` would be written, each in one line.

        Parameters
        ----------
        part : slice
            Where they are in `places`.

        Returns
        -------
        Texts, shape (size of the part,)
        """
        return self._interleaved(part, _RuleLines.lines)

    def _interleaved(self, part: slice, texts: Callable[[_RuleLines, slice], Texts]) -> Texts:
        """Put the texts of all rules in the order of the places."""
        texts_of_rules, positions_of_rules = [], []
        for lines in self._rules:
            rows = slice(*np.searchsorted(lines.positions, [part.start, part.stop]).tolist())
            if rows.stop > rows.start:
                texts_of_rules.append(texts(lines, rows))
                positions_of_rules.append(lines.positions[rows] - part.start)
        return Texts.interleaved(texts_of_rules, positions_of_rules)

    @cached_property
    def _rules(self) -> list[_RuleLines]:
        return [
            _RuleLines(self.table, rule, positions, self.places[positions], self.contained)
            for rule, positions in self.table.by_rule(self.places)
        ]


@dataclass(frozen=True)
class _RuleLines:
    """The lines of the r associations of one rule.

    Parameters
    ----------
    table : AssociationTable
        All associations.
    rule : Rule
        The rule.
    positions : ndarray of int64, shape (r,)
        Which of all lines are those of the rule, ascending.
    places : ndarray of int64, shape (r,)
        Their rows of the table.
    contained : bool
        See `LineMaker`.
    """

    table: AssociationTable
    rule: Rule
    positions: Ints
    places: Ints
    contained: bool

    def names(self, rows: slice) -> Texts:
        """Name the files of some of the associations."""
        return _joined(self._names, rows)

    def lines(self, rows: slice) -> Texts:
        """Write some of the associations."""
        before = [_texts_of(piece, rows) for piece in self._before_members]
        after = "]}]}\n" if self.contained else "]}]}"
        return Texts.joined([*before, self._member_lists(rows), after], rows.stop - rows.start)

    def _member_lists(self, rows: slice) -> Texts:
        """Write the members of each association, separated by commas."""
        starts = self._member_starts[rows.start : rows.stop + 1]
        members = _joined(self._members, slice(int(starts[0]), int(starts[-1])))
        # The texts of an association lie end to end, so that its list is what lies between two
        # offsets; no text is copied.
        return members.runs(starts[:-1] - starts[0])

    @cached_property
    def _names(self) -> list[TextColumn | str]:
        return _with_fewer_pieces(file_names(self.table, self.rule, self.places), len(self.places))

    @cached_property
    def _before_members(self) -> list[TextColumn | str]:
        """Pieces of each line before its members."""
        table, rule, places = self.table, self.rule, self.places
        pieces: list[TextColumn | str] = ["{"]
        if self.contained:
            pieces += ['"file_name":', *_json(file_names(table, rule, places)), ","]
        for field in fields_at(ASSOCIATION_FIELDS, rule.base.level):
            pieces += [f'"{field.key}":', *_json(field.column(table, rule, places)), ","]
        pieces += ['"products":[{"name":', *_json([table.product.take(places)]), ',"members":[']
        return _with_fewer_pieces(pieces, len(places))

    @cached_property
    def _member_starts(self) -> Ints:
        """Where the members of each association begin among those of the rule, shape (r + 1,)."""
        return np.concatenate([[0], np.cumsum(self.table.sizes[self.places])])

    @cached_property
    def _members(self) -> list[TextColumn | str]:
        """Pieces of all members of the rule, association by association."""
        table, rule = self.table, self.rule
        starts, sizes = table.members.starts[self.places], table.sizes[self.places]
        members = ranges(starts, sizes)
        derived = table.members.entries[members] < 0
        pieces: list[TextColumn | str] = []
        for field in fields_at(MEMBER_FIELDS, rule.base.level):
            mark = "," if pieces else "{"
            column = [f'{mark}"{field.key}":', *_json(field.column(table, rule, members))]
            # Derived members lack some fields, with their keys.
            pieces += column if field.derived else _left_out(column, derived)
        # Every member but the last of an association is followed by a comma.
        is_last = np.zeros(len(members), dtype=np.int64)
        is_last[self._member_starts[1:] - 1] = 1
        pieces.append(TextColumn(is_last, Texts.of(["},", "}"])))
        return _with_fewer_pieces(pieces, len(members))


def _json(column: Column) -> list[TextColumn | str]:
    """Return a column as JSON values, quotes included."""
    first = column[0]
    if len(column) == 1 and isinstance(first, TextColumn) and (first.codes < 0).any():
        values = Texts.joined(['"', first.texts.json, '"'], len(first.texts))
        with_null = Texts.end_to_end([values, Texts.of(["null"])])
        return [TextColumn(np.where(first.codes < 0, len(values), first.codes), with_null)]
    pieces: list[TextColumn | str] = ['"']
    for piece in column:
        if isinstance(piece, str):
            pieces.append(Texts.of([piece]).json[0])
        else:
            pieces.append(TextColumn(piece.codes, piece.texts.json))
    return [*pieces, '"']


def _left_out(column: Column, rows: Mask) -> list[TextColumn | str]:
    """Let a column be empty in some rows."""
    if not rows.any():
        return [*column]
    pieces: list[TextColumn | str] = []
    for piece in column:
        own = TextColumn.constant(piece, len(rows)) if isinstance(piece, str) else piece
        texts = Texts.end_to_end([own.texts, Texts.of([""])])
        pieces.append(TextColumn(np.where(rows, len(own.texts), own.codes), texts))
    return pieces


def _with_fewer_pieces(column: Column, count: int) -> list[TextColumn | str]:
    """Join neighbouring pieces into one wherever few combinations of their texts occur.

    Parameters
    ----------
    column : sequence of TextColumn or str
        Pieces of n texts.
    count : int
        Their length, n; at least 1.

    Returns
    -------
    list of TextColumn or str
        Pieces that give the same n texts.
    """
    pieces: list[TextColumn | str] = []
    # Pieces to join, and for each row which combination of their texts it has.
    run: list[TextColumn | str] = []
    combinations = np.zeros(count, dtype=np.int64)
    for piece in column:
        if isinstance(piece, str):
            run.append(piece)
            continue
        joint = combine([combinations, piece.codes])
        if not _are_few(joint):
            pieces += _joined_per_combination(run, combinations)
            run, joint = [], dense(piece.codes)
            if not _are_few(joint):
                pieces.append(piece)
                combinations = np.zeros(count, dtype=np.int64)
                continue
        run.append(piece)
        combinations = joint
    return pieces + _joined_per_combination(run, combinations)


def _are_few(combinations: Ints) -> bool:
    """Tell whether each of some dense numbers occurs often enough, on average."""
    return (int(combinations.max()) + 1) * _ROWS_PER_TEXT <= len(combinations)


def _joined_per_combination(run: Column, combinations: Ints) -> list[TextColumn | str]:
    """Join the pieces of a run into one; none if the run is empty.

    Parameters
    ----------
    run : sequence of TextColumn or str
        Pieces of n texts.
    combinations : ndarray of int64, shape (n,)
        Which combination of texts each row has, as dense numbers.

    Returns
    -------
    list of TextColumn or str
        One piece at most.
    """
    if all(isinstance(piece, str) for piece in run):
        return ["".join(piece for piece in run if isinstance(piece, str))] if run else []
    # Any row that has a combination represents it.
    example = np.zeros(int(combinations.max()) + 1, dtype=np.int64)
    example[combinations] = np.arange(len(combinations))
    texts = [p if isinstance(p, str) else p.texts.take(p.codes[example]) for p in run]
    return [TextColumn(combinations, Texts.joined(texts, len(example)))]


def _joined(column: Column, rows: slice) -> Texts:
    """Join the pieces of a column in some rows."""
    return Texts.joined([_texts_of(piece, rows) for piece in column], rows.stop - rows.start)


def _texts_of(piece: TextColumn | str, rows: slice) -> Texts | str:
    return piece if isinstance(piece, str) else piece.texts.take(piece.codes[rows])
