"""Associations as objects, made from the columns of the table."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from asnsolve.associations.association import Association, Match, Member, Product
from asnsolve.associations.association_table import AssociationTable
from asnsolve.associations.json_fields import column_of, file_names
from asnsolve.associations.text_columns import Column
from asnsolve.pool.texts import Texts
from asnsolve.profiles import OF_EXPOSURES
from asnsolve.profiles.file_fields import OF_ASSOCIATION, OF_MEMBER
from asnsolve.rules.model import Rule
from asnsolve.solvers.arrays import Ints, combine, ranges

_MOST = 20_000
"""Associations that are made into objects at a time."""

_STORED = tuple(attribute for attribute in OF_ASSOCIATION if attribute != "code_version")
"""Attributes that an association holds; `code_version` is the same for all associations."""


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
        attribute: _values(column_of(attribute, table, rule, places), count)
        for attribute in _STORED
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
            fields=table.fields,
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
    # An exposure is a member of many associations, mostly as the same object.
    columns = (table.members.files, table.members.roles, table.members.entries)
    matches = table.match_places(members)
    codes = combine([*(column[members] + 1 for column in columns), matches + 1])
    _, first_of_each = np.unique(codes, return_index=True)
    distinct = [*_members(table, rule, members[first_of_each], matches[first_of_each])]
    objects = map(distinct.__getitem__, codes.tolist())
    for size in sizes.tolist():
        yield tuple(islice(objects, size))


def _members(table: AssociationTable, rule: Rule, members: Ints, matches: Ints) -> Iterator[Member]:
    shown = [name for name in OF_MEMBER if table.fields.has_at(name, rule.base.level)]
    columns = [_values(column_of(name, table, rule, members), len(members)) for name in shown]
    for values, entry, match, other, exposure, stage in zip(
        zip(*columns, strict=True),
        table.members.entries[members].tolist(),
        _matches(table, rule, matches),
        _notes(table, rule, matches),
        *table.files.exposures(table.members.files[members]),
        strict=True,
    ):
        derived = entry < 0
        attributes: dict[str, Any] = {
            name: value
            for name, value in zip(shown, values, strict=True)
            if not (derived and name in OF_EXPOSURES)
        }
        if not derived:
            attributes |= {"exposure": exposure, "stage": stage, "match": match, "other": other}
        yield Member(**attributes, derived=derived)


def _matches(table: AssociationTable, rule: Rule, places: Ints) -> Iterator[Match | None]:
    """Say how good members are, given as rows of the table of the best members."""
    objects = table.matches.objects(rule, table.scoped, places[places >= 0])
    return (next(objects) if place >= 0 else None for place in places.tolist())


def _notes(table: AssociationTable, rule: Rule, places: Ints) -> list[tuple[tuple[str, str], ...]]:
    """List what files say of that, with the keys."""
    noted = table.matches.noted(rule, table.scoped, places)
    columns = [[(key, value) for value in column.list()] for key, column in noted]
    if not columns:
        return [()] * len(places)
    return [
        tuple((key, value) for key, value in row if value is not None)
        for row in zip(*columns, strict=True)
    ]


def _values(column: Column, count: int) -> list[str | None]:
    """Return a column as Python objects."""
    if len(column) == 1:
        (piece,) = column
        return [piece] * count if isinstance(piece, str) else piece.list()
    return [*_joined(column, count).list()]
