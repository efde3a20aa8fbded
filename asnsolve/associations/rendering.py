"""Associations as lines of JSON and as objects, both made from the columns of the table.

Both read the lists in `json_fields`. Lines never go through objects: a million associations are
joined from columns of text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from itertools import islice
from typing import Any

import numpy as np
import orjson

from asnsolve.associations.association import Association, Member, Product
from asnsolve.associations.association_table import AssociationTable
from asnsolve.associations.json_fields import (
    ASSOCIATION_FIELDS,
    MEMBER_FIELDS,
    Column,
    Field,
    file_names,
)
from asnsolve.associations.text_columns import TextColumn
from asnsolve.pool.texts import Texts
from asnsolve.rules.model import Rule
from asnsolve.solvers.arrays import Ints, ranges

_MOST = 20_000
"""Associations that are made into objects at a time."""

_STORED = frozenset(field.name for field in fields(Association))
"""Attributes that an association holds; the others follow from these."""


def names_of_files(table: AssociationTable, places: Ints) -> Texts:
    """Name the files of associations.

    Parameters
    ----------
    table : AssociationTable
        Numbered associations.
    places : ndarray of int64, shape (k,)
        Rows of the table.

    Returns
    -------
    Texts, shape (k,)
    """

    def names_of_rule(rule: Rule, own: Ints) -> Texts:
        return _joined(file_names(table, rule, own), len(own))

    return _rule_by_rule(table, places, names_of_rule)


def to_lines(table: AssociationTable, places: Ints, *, contained: bool = False) -> Texts:
    """Write associations as JSON without line breaks, as `to_dict` would be written.

    Parameters
    ----------
    table : AssociationTable
        Numbered associations.
    places : ndarray of int64, shape (k,)
        Rows of the table.
    contained : bool
        Whether to write lines of a container: with the file name as first field, and a line break.

    Returns
    -------
    Texts, shape (k,)
    """

    def lines_of_rule(rule: Rule, own: Ints) -> Texts:
        return _lines_of_rule(table, rule, own, contained=contained)

    return _rule_by_rule(table, places, lines_of_rule)


def _rule_by_rule(
    table: AssociationTable, places: Ints, texts_of_rule: Callable[[Rule, Ints], Texts]
) -> Texts:
    """Make a text per association, for those of each rule at once; shape (k,)."""
    rules_and_positions = list(table.by_rule(places))
    return Texts.interleaved(
        [texts_of_rule(rule, places[positions]) for rule, positions in rules_and_positions],
        [positions for _, positions in rules_and_positions],
    )


def _lines_of_rule(table: AssociationTable, rule: Rule, places: Ints, *, contained: bool) -> Texts:
    pieces: list[TextColumn | str] = ["{"]
    if contained:
        pieces += ['"file_name":', *_json(file_names(table, rule, places)), ","]
    for field in _fields_at(ASSOCIATION_FIELDS, rule):
        pieces += [f'"{field.key}":', *_json(field.column(table, rule, places)), ","]
    pieces += ['"products":[{"name":', *_json([table.product.take(places)]), ',"members":[']
    every_place = np.arange(len(places), dtype=np.int64)
    pieces += [TextColumn(every_place, _member_lists(table, rule, places)), "]}]}"]
    pieces += ["\n"] if contained else []
    return _joined(pieces, len(places))


def _member_lists(table: AssociationTable, rule: Rule, places: Ints) -> Texts:
    """Write the members of each association, separated by commas; shape (k,)."""
    starts, sizes = table.members.starts[places], table.sizes[places]
    members = ranges(starts, sizes)
    derived = table.members.entries[members] < 0
    pieces: list[TextColumn | str] = []
    for field in _fields_at(MEMBER_FIELDS, rule):
        mark = "," if pieces else "{"
        column = [f'{mark}"{field.key}":', *_json(field.column(table, rule, members))]
        if field.derived or not derived.any():
            pieces += column
        else:
            # Derived members lack the field, its key and all.
            texts = Texts.end_to_end([_joined(column, len(members)), Texts.of([""])])
            codes = np.where(derived, len(members), np.arange(len(members)))
            pieces.append(TextColumn(codes, texts))
    # Every member but the last of an association is followed by a comma; then the texts of an
    # association lie next to each other, and its list is all that lies between two offsets.
    is_last = np.zeros(len(members), dtype=np.int64)
    is_last[np.cumsum(sizes) - 1] = 1
    pieces.append(TextColumn(is_last, Texts.of(["},", "}"])))
    return _joined(pieces, len(members)).runs(np.cumsum(sizes) - sizes)


def _fields_at(every: Sequence[Field], rule: Rule) -> Iterator[Field]:
    return (field for field in every if rule.base.level in field.levels)


def _json(column: Column) -> list[TextColumn | str]:
    """Return a column as JSON values, quotes included."""
    first = column[0]
    if len(column) == 1 and isinstance(first, TextColumn) and (first.codes < 0).any():
        values = Texts.joined(['"', first.texts.as_json(), '"'], len(first.texts))
        with_null = Texts.end_to_end([values, Texts.of(["null"])])
        return [TextColumn(np.where(first.codes < 0, len(values), first.codes), with_null)]
    return ['"', *map(_escaped, column), '"']


def _escaped(piece: TextColumn | str) -> TextColumn | str:
    """Return a piece as it is between the quotes of JSON."""
    if isinstance(piece, str):
        return orjson.dumps(piece)[1:-1].decode()
    if len(piece.texts) <= len(piece):
        return TextColumn(piece.codes, piece.texts.as_json())
    return TextColumn(np.arange(len(piece), dtype=np.int64), piece.spelled_out().as_json())


def _joined(column: Column, count: int) -> Texts:
    """Join the pieces of a column row by row; shape (count,)."""
    pieces: list[Texts | str] = []
    for piece in column:
        plain = piece if isinstance(piece, str) else piece.spelled_out()
        if isinstance(plain, str) and pieces and isinstance(pieces[-1], str):
            pieces[-1] += plain
        else:
            pieces.append(plain)
    return Texts.joined(pieces, count)


def to_objects(table: AssociationTable, places: Ints) -> tuple[Association, ...]:
    """Make objects of associations.

    Parameters
    ----------
    table : AssociationTable
        The associations; those without a number get no file name.
    places : ndarray of int64, shape (k,)
        Rows of the table.

    Returns
    -------
    tuple of Association, of length k
    """
    objects: list[Association] = []
    for start in range(0, len(places), _MOST):
        part = places[start : start + _MOST]
        by_place: dict[int, Association] = {}
        for rule, at in table.by_rule(part):
            by_place.update(zip(at.tolist(), _objects_of_rule(table, rule, part[at]), strict=True))
        objects += [by_place[place] for place in range(len(part))]
    return tuple(objects)


def _objects_of_rule(table: AssociationTable, rule: Rule, places: Ints) -> Iterator[Association]:
    count = len(places)
    columns: dict[str, list[Any]] = {
        field.attribute: _values(field.column(table, rule, places), count)
        for field in _fields_at(ASSOCIATION_FIELDS, rule)
        if field.attribute in _STORED
    }
    names = _joined(file_names(table, rule, places), count).list()
    products = table.product.take(places).spelled_out().list()
    members = _member_tuples(table, rule, places)
    rows = zip(*columns.values(), strict=True)
    for values, number, name, product, signature in zip(
        rows,
        table.number[places].tolist(),
        names,
        products,
        _signatures(table, places),
        strict=True,
    ):
        yield Association(
            **dict(zip(columns, values, strict=True)),
            products=(Product(product, next(members)),),
            file_name=name if number else "",
            signature=signature,
            level=rule.base.level,
        )


def _signatures(table: AssociationTable, places: Ints) -> Iterator[dict[str, str]]:
    """Give the values that the members share, by the names of the clauses."""
    signature, numbers = table.signature(places)
    columns = [values.as_text(numbers, "").spelled_out().list() for values in signature.values()]
    for place in range(len(places)):
        yield dict(zip(signature, (column[place] for column in columns), strict=True))


def _member_tuples(
    table: AssociationTable, rule: Rule, places: Ints
) -> Iterator[tuple[Member, ...]]:
    """Give the members of each association."""
    starts, sizes = table.members.starts[places], table.sizes[places]
    members = ranges(starts, sizes)
    objects = _members(table, rule, members)
    for size in sizes.tolist():
        yield tuple(islice(objects, size))


def _members(table: AssociationTable, rule: Rule, members: Ints) -> Iterator[Member]:
    shown = list(_fields_at(MEMBER_FIELDS, rule))
    columns = [_values(field.column(table, rule, members), len(members)) for field in shown]
    for values, entry, exposure, stage in zip(
        zip(*columns, strict=True),
        table.members.entries[members].tolist(),
        *table.files.exposures(table.members.files[members]),
        strict=True,
    ):
        derived = entry < 0
        attributes: dict[str, Any] = {
            field.attribute: value
            for field, value in zip(shown, values, strict=True)
            if field.derived or not derived
        }
        if not derived:
            attributes |= {"exposure": exposure, "stage": stage}
        yield Member(**attributes, derived=derived)


def _values(column: Column, count: int) -> list[str | None]:
    """Return a column as Python objects."""
    if len(column) == 1:
        (piece,) = column
        return [piece] * count if isinstance(piece, str) else piece.list()
    return [*_joined(column, count).list()]
