"""Associations as lines of JSON, joined from the columns of the table without making objects.

The pieces of a line are the same for all associations of a rule, up to the values that these have.
So they are prepared once per rule, and neighbouring pieces become one wherever few combinations of
their texts occur::

    {"asn_type":"image3",...,"program":" | 01234 | ","constraints":"...opt_elem (  | f770w | )",...
                one piece                one piece          one piece               one piece
    `---------------------- one piece, with a text per program and filter ----------------------'

Some lines at a time are then put together from a few pieces each; see
`asnsolve.associations.pieced_texts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from asnsolve.associations.association_table import AssociationTable
from asnsolve.associations.json_fields import column_in_file, file_names
from asnsolve.associations.pieced_texts import PieceRows, parts, pieced_texts
from asnsolve.associations.text_columns import Column, TextColumn
from asnsolve.pool.texts import Texts
from asnsolve.profiles import OF_EXPOSURES
from asnsolve.rules.model import Rule
from asnsolve.solvers.arrays import Ints, Mask, combine, dense, ranges

_ROWS_PER_TEXT = 8
"""Pieces become one if each of their combinations occurs in this many rows on average."""

_PIECES_LAID_OUT = 1 << 19
"""Pieces whose order is worked out at a time, of some 30,000 lines."""

_PIECES_AT_ONCE = 1 << 13
"""Pieces that are copied at a time: a megabyte stays in the cache of the processor."""

_NAMED_LINES = 7_000
"""Lines that come with their names at a time. The pages of Parquet files depend on it."""

_PIECES_OF_NAMED_LINES = 1 << 21
"""Pieces of lines that come with their names: fewer lines at a time if they have many members."""


@dataclass(frozen=True)
class LineMaker:
    """Makes the lines and the file names of some associations.

    Parameters
    ----------
    table : AssociationTable
        Numbered associations.
    places : ndarray of int64, shape (k,)
        Rows of the table, in the order of the lines.
    starts_with_name : bool
        Whether the file name is the first field of a line.
    ending : str
        The end of each line, from its closing bracket on.
    """

    table: AssociationTable
    places: Ints
    starts_with_name: bool = False
    ending: str = "}"

    def lines(self) -> Iterator[Texts]:
        """Write each association in one line, as `to_dict` would be written.

        Yields
        ------
        Texts
            Consecutive lines, about a megabyte of them.
        """
        rows, starts = self._lines
        for part in parts(starts, _PIECES_LAID_OUT):
            yield from pieced_texts(rows, part, starts).batches(_PIECES_AT_ONCE)

    def named_lines(self) -> Iterator[tuple[Texts, Texts]]:
        """Write each association in one line, and name its file.

        Yields
        ------
        names, lines : Texts, shape (l,)
            Of some thousands of consecutive associations.
        """
        rows, starts = self._lines
        name_rows, name_starts = self._names
        for first in range(0, len(self.places), _NAMED_LINES):
            some = starts[first : first + _NAMED_LINES + 1]
            for part in parts(some, _PIECES_OF_NAMED_LINES):
                which = slice(first + part.start, first + part.stop)
                names = pieced_texts(name_rows, which, name_starts).whole()
                yield names, pieced_texts(rows, which, starts).whole()

    def names(self) -> Texts:
        """Name all files.

        Returns
        -------
        Texts, shape (k,)
        """
        rows, starts = self._names
        return pieced_texts(rows, slice(0, len(self.places)), starts).whole()

    @property
    def _lines(self) -> tuple[list[PieceRows], Ints]:
        return self._by_rule(self._lines_of_rule)

    @property
    def _names(self) -> tuple[list[PieceRows], Ints]:
        return self._by_rule(self._names_of_rule)

    def _by_rule(self, pieces: Callable[[Rule, Ints], PieceRows]) -> tuple[list[PieceRows], Ints]:
        """Return the pieces of the texts of each rule, and where those of each text begin."""
        rows = [pieces(rule, positions) for rule, positions in self.table.by_rule(self.places)]
        starts = np.zeros(len(self.places) + 1, dtype=np.int64)
        for some in rows:
            starts[some.positions + 1] = some.counts()
        return rows, np.cumsum(starts)

    def _names_of_rule(self, rule: Rule, positions: Ints) -> PieceRows:
        """Return the pieces of the file names of a rule's associations; r of them."""
        column = file_names(self.table, rule, self.places[positions])
        pieces = _with_fewer_pieces(column, len(positions))
        return PieceRows(positions, pieces, [], np.zeros(len(positions) + 1, dtype=np.int64))

    def _lines_of_rule(self, rule: Rule, positions: Ints) -> PieceRows:
        """Return the pieces of the lines of a rule's associations; r of them."""
        table, places = self.table, self.places[positions]
        pieces: list[TextColumn | str] = ["{"]
        if self.starts_with_name:
            pieces += ['"file_name":', *_json(file_names(table, rule, places)), ","]
        for field in table.fields.association_at(rule.base.level):
            column = column_in_file(field, table, rule, places)
            pieces += [f'"{field.key}":', *_json(column), ","]
        pieces += ['"products":[{"name":', *_json([table.product.take(places)]), ',"members":[{']
        sizes = table.sizes[places]
        member_starts = np.zeros(len(places) + 1, dtype=np.int64)
        np.cumsum(sizes, out=member_starts[1:])
        members = ranges(table.members.starts[places], sizes)
        is_last = np.zeros(len(members), dtype=np.int64)
        is_last[member_starts[1:] - 1] = 1
        first, others = _first_text(self._members_of_rule(rule, members))
        # Every member but the last is followed by the beginning of the next one.
        endings = Texts.of([f"}},{{{first}", f"}}]}}]{self.ending}"])
        return PieceRows(
            positions,
            _with_fewer_pieces([*pieces, first], len(places)),
            _with_fewer_pieces([*others, TextColumn(is_last, endings)], len(members)),
            member_starts,
        )

    def _members_of_rule(self, rule: Rule, members: Ints) -> list[TextColumn | str]:
        """Return the pieces of members between their brackets."""
        table = self.table
        derived = table.members.entries[members] < 0
        pieces: list[TextColumn | str] = []
        for field in table.fields.members_at(rule.base.level):
            mark = "," if pieces else ""
            values = _json(column_in_file(field, table, rule, members))
            column = [f'{mark}"{field.key}":', *values]
            # Derived members lack some fields, with their keys.
            pieces += _left_out(column, derived) if field.holds in OF_EXPOSURES else column
        for note, texts in table.matches.noted(rule, table.scoped, table.match_places(members)):
            pieces += _left_out([f',"{note}":', *_json([texts])], texts.codes < 0)
        return pieces


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


def _first_text(column: Column) -> tuple[str, Column]:
    """Split a column into the text that all rows begin with, and the pieces after it."""
    first = ""
    for place, piece in enumerate(column):
        if not isinstance(piece, str):
            return first, column[place:]
        first += piece
    return first, []


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
