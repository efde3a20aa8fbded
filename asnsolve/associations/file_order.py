"""The order of associations in files and reports, and the numbers in the names of their files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

import numpy as np

from asnsolve.associations.association_table import AssociationTable
from asnsolve.associations.text_columns import Values
from asnsolve.solvers.arrays import Ints, combine, sizes_of, spans, stable_order, starts_of

SignatureOf = Callable[[int], Mapping[str, Values]]
"""Takes the number of a rule, and gives the values that its associations share, by key."""


def in_file_order(table: AssociationTable, places: Ints) -> Ints:
    """Sort associations by program, id, type, rule, product name, members and keys.

    Parameters
    ----------
    table : AssociationTable
        The associations.
    places : ndarray of int64, shape (k,)
        Rows of the table.

    Returns
    -------
    ndarray of int64, shape (k,)
        The same rows in order.
    """
    labels = combine(
        [
            column[places]
            for column in (
                table.program.ranks,
                table.asn_id.ranks,
                table.ranks_by_rule(lambda rule: rule.asn_type),
                table.ranks_by_rule(lambda rule: rule.name),
                table.product.ranks,
            )
        ]
    )
    return places[order_by(table, places, labels)]


def order_by(table: AssociationTable, places: Ints, labels: Ints) -> Ints:
    """Sort associations by labels, and those of one label by their content.

    Parameters
    ----------
    table : AssociationTable
        All associations.
    places : ndarray of int64, shape (k,)
        Rows of the table.
    labels : ndarray of int64, shape (k,)
        What they are sorted by; only associations of one product name should have the same label.

    Returns
    -------
    ndarray of int64, shape (k,)
        Indices into `places`, in order.
    """
    order = stable_order(labels)
    in_order = labels[order]
    repeats = in_order[1:] == in_order[:-1]
    # Positions in the order, shape (t,), whose label is also that of a neighbour.
    tied = np.flatnonzero(np.append(False, repeats) | np.append(repeats, False))
    if not len(tied):
        return order
    # In most ties the first members differ. Every association has members.
    first = table.members.starts[places[order[tied]]]
    keys = combine([in_order[tied], table.members.ranks[first]])
    by_first, starts = spans(keys)
    order[tied] = order[tied[by_first]]
    signature_of = _signatures_by_rule(table)
    for start, size in zip(starts.tolist(), sizes_of(starts, len(tied)).tolist(), strict=True):
        if size > 1:
            # They are neighbours in the order, because they have the same label.
            place = int(tied[start])
            own = order[place : place + size]
            order[place : place + size] = _by_content(table, places, own, signature_of)
    return order


def _signatures_by_rule(table: AssociationTable) -> SignatureOf:
    """Return a function that looks for the values of a rule once, when they are first asked for."""
    return cache(lambda code: table.signatures[code]())


def _by_content(
    table: AssociationTable, places: Ints, tied: Ints, signature_of: SignatureOf
) -> list[int]:
    """Sort indices of associations by their members, then by all else that is in their files.

    The rest is compared only where members do not decide: a step may leave two groups with the same
    files, which come from other keys, or from rows of the pool that contradict one another.
    """
    rows = dict(zip(tied.tolist(), places[tied].tolist(), strict=True))
    members = {at: _member_ranks(table, row) for at, row in rows.items()}
    if len(set(members.values())) == len(tied):
        return sorted(rows, key=members.__getitem__)
    # Rules of one name may tie, so that each association is asked for its own rule.
    return sorted(rows, key=lambda at: (members[at], _rest(table, rows[at], signature_of)))


def _member_ranks(table: AssociationTable, association: int) -> tuple[tuple[int, ...], ...]:
    at, members = table.members.of(association), table.members
    return tuple(members.ranks[at].tolist()), tuple(members.roles[at].tolist())


def _rest(
    table: AssociationTable, association: int, signature_of: SignatureOf
) -> tuple[object, ...]:
    """Return the values of the keys, then what each member shows of its row."""
    code = int(table.rule[association])
    values = signature_of(code)
    # Values are counted from the first association of the rule.
    number = association - int(np.searchsorted(table.rule, code))
    of_keys = [(key, values[key].at(int(values[key].codes[number]))) for key in sorted(values)]
    # An image that is not an exposure of the pool has entry -1.
    entries = table.members.entries[table.members.of(association)]
    rows = table.scoped.at(np.maximum(entries, 0))
    return of_keys, [rows.codes(column).tolist() for column in ("exposerr", "asn_candidate")]


def with_numbers(table: AssociationTable, places: Ints) -> AssociationTable:
    """Give the associations of one program, id and type numbers from 1.

    Parameters
    ----------
    table : AssociationTable
        The associations.
    places : ndarray of int64, shape (k,)
        Rows that get a number, from `in_file_order`.

    Returns
    -------
    AssociationTable
        The same, with `number`.
    """
    keys = (
        table.program.ranks,
        table.asn_id.ranks,
        table.ranks_by_rule(lambda rule: rule.asn_type),
    )
    # Families are ascending, because the order begins with their keys.
    families = combine([key[places] for key in keys])
    starts = starts_of(families)
    sizes = sizes_of(starts, len(families))
    numbers = table.number.copy()
    numbers[places] = np.arange(len(families)) - np.repeat(starts, sizes) + 1
    return replace(table, number=numbers)
