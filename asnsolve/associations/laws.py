"""Laws of repeats: which association gives way to which.

A law only marks associations; it removes none. It compares associations of one base, because the
levels are independent of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.association_table import LAWS, AssociationTable
from asnsolve.associations.file_order import in_file_order, order_by
from asnsolve.associations.member_sets import labels_of_rows, parts_of_others, set_marks
from asnsolve.rules.model import Base, Law
from asnsolve.solvers.arrays import (
    Ints,
    combine,
    dense,
    distinct,
    ranges,
    sizes_of,
    stable_order,
    starts_of,
)

Marks = tuple[Ints, Ints]
"""Associations that give way, shape (k,), and those that they give way to, shape (k,)."""


def with_repeats_marked(table: AssociationTable) -> AssociationTable:
    """Mark the associations that repeat others by the laws of their base.

    Parameters
    ----------
    table : AssociationTable
        Associations none of which has given way.

    Returns
    -------
    AssociationTable
        The same, with `gave_way_to` and `law`.
    """
    gave_way_to, law_codes = table.gave_way_to.copy(), table.law.copy()
    bases: list[Base] = []
    for rule in table.rules:
        # A list, because comparing bases is cheap and hashing them is not.
        if rule.base not in bases:
            bases.append(rule.base)
    for base in bases:
        of_base = np.array([rule.base == base for rule in table.rules], dtype=np.bool_)
        left = np.flatnonzero(of_base[table.rule])
        for law in base.laws:
            losers, winners = _law(law)(table, left)
            gave_way_to[losers] = winners
            law_codes[losers] = LAWS.index(law)
            left = left[gave_way_to[left] < 0]
    _follow(gave_way_to, law_codes)
    return replace(table, gave_way_to=gave_way_to, law=law_codes)


def _follow(gave_way_to: Ints, law_codes: NDArray[np.int8]) -> None:
    """Let each association point to one that stays: a winner may have lost by a later law.

    The association that stays in the end also satisfies the earlier law, unless the later one was
    "one product", which keeps only the science. In that case, "one product" is the law that counts.
    """
    one_product = LAWS.index("one product")
    while True:
        losers = np.flatnonzero(gave_way_to >= 0)
        winners = gave_way_to[losers]
        onward = gave_way_to[winners] >= 0
        if not onward.any():
            return
        losers, winners = losers[onward], winners[onward]
        law_codes[losers[law_codes[winners] == one_product]] = one_product
        gave_way_to[losers] = gave_way_to[winners]


def _law(law: Law) -> Callable[[AssociationTable, Ints], Marks]:
    match law:
        case "discovered repeats":
            return _discovered_repeats
        case "one membership":
            return _one_membership
        case "whole products":
            return _whole_products
        case "one product":
            return _one_product
        case _:
            assert_never(law)


def _discovered_repeats(table: AssociationTable, left: Ints) -> Marks:
    """Let a discovered association give way to one of a candidate with its type and files.

    Source: section 9 of the documented Level-3 rules, mode "all".
    """
    if not len(left):
        return left, left
    # A file with two roles counts once: the first of each run of equal (owner, rank).
    members = table.members
    owners = members.owners
    order = stable_order(owners, members.ranks)
    repeated = (np.diff(owners[order]) == 0) & (np.diff(members.ranks[order]) == 0)
    counts = np.ones(len(order), dtype=np.bool_)
    counts[order[1:][repeated]] = False
    marks = set_marks(members.starts, members.ranks, counts)[left]
    types = table.ranks_by_rule(lambda rule: rule.asn_type)[left]
    contents = labels_of_rows(table.components[left], types, marks[:, 0], marks[:, 1])

    # Contents are labels from 0: the winner of each is the lowest candidate's association.
    discovered = table.candidates[left] < 0
    # Nods of one group agree in all but roles: the order of files breaks the tie, not that of rows.
    named = np.searchsorted(left, in_file_order(table, left[~discovered]))
    keys = (table.product.ranks, table.asn_id.ranks)
    lowest_first = named[np.lexsort(tuple(key[left[named]] for key in keys))]
    winner = np.full(int(contents.max()) + 1, -1, dtype=np.int64)
    winner[contents[lowest_first[::-1]]] = left[lowest_first[::-1]]
    repeats = discovered & (winner[contents] >= 0)
    return left[repeats], winner[contents[repeats]]


def _one_membership(table: AssociationTable, left: Ints) -> Marks:
    """Keep one of the associations whose files have the same roles, whatever their rules.

    The association with the greatest id stays, because it is of the nearest candidate: an
    observation comes before a candidate of several observations, which comes before discovery.
    Among rules, the last by name stays, which is the most special. Source: the operational
    generator.
    """
    labels = table.members.ranks * len(table.roles)
    labels += table.members.roles
    marks = set_marks(table.members.starts, labels)[left]
    contents = labels_of_rows(table.components[left], marks[:, 0], marks[:, 1])
    several = np.bincount(contents)[contents] > 1
    rivals = left[several]
    standing = (
        table.asn_id.ranks,
        table.ranks_by_rule(lambda rule: rule.name),
        table.program.ranks,
        table.product.ranks,
    )
    return _best_stay(
        table, rivals, contents[several], [_from_highest(column[rivals]) for column in standing]
    )


def _best_stay(
    table: AssociationTable, rivals: Ints, groups: Ints, standing: Sequence[Ints]
) -> Marks:
    """Let all associations of a group give way to the one of the lowest standing.

    Rows that contradict one another can make associations of one standing: of these, the first by
    content stays. `groups` and each column of `standing` have the shape of `rivals`, (k,).
    """
    order = order_by(table, rivals, combine([groups, *standing]))
    rivals, groups = rivals[order], groups[order]
    # Rivals now lie group by group, the best of each first.
    starts = starts_of(groups)
    winners = np.repeat(rivals[starts], sizes_of(starts, len(groups)))
    loses = winners != rivals
    return rivals[loses], winners[loses]


def _from_highest(ranks: Ints) -> Ints:
    """Turn ranks round, shape (k,): the highest becomes 0."""
    return int(ranks.max(initial=0)) - ranks


def _whole_products(table: AssociationTable, left: Ints) -> Marks:
    """Let an association give way to one of its product name that has all its members and more.

    Source: the operational generator, where this is the intention.
    """
    names = combine([table.components[left], table.product.ranks[left]])
    several = np.bincount(names)[names] > 1
    if not several.any():
        return left[:0], left[:0]
    rivals, names = left[several], names[several]
    standing = [names, _from_highest(table.sizes[rivals]), table.asn_id.ranks[rivals]]
    # Rivals lie name by name, the largest first; of equally large ones, that of the lowest id.
    order = order_by(table, rivals, combine(standing))
    rivals, names = rivals[order], dense(names[order])
    sizes = table.sizes[rivals]
    cuts = np.concatenate([[0], np.cumsum(sizes)])
    members = ranges(table.members.starts[rivals], sizes)
    columns = (table.members.roles[members], table.members.ranks[members])
    labels = combine([np.repeat(names, sizes), *columns])
    # Mostly, each has a member that no rival of its name has, and is no part of any.
    may_be_part = np.minimum.reduceat(np.bincount(labels)[labels], cuts[:-1]) > 1
    starts = np.append(starts_of(names), len(names))
    losers: list[int] = []
    winners: list[int] = []
    for name in distinct(names[may_be_part]).tolist():
        first, last = starts[name : name + 2].tolist()
        sets = [labels[start:end].tolist() for start, end in pairwise(cuts[first : last + 1])]
        for part, whole in parts_of_others(sets):
            losers.append(first + part)
            winners.append(first + whole)
    return rivals[losers], rivals[winners]


def _one_product(table: AssociationTable, left: Ints) -> Marks:
    """Keep one of the associations that make one product of the same science files.

    The largest stays, as in the operational generator. Of equally large ones, one with dedicated
    backgrounds goes before one with nods, and that before one without background; then the nearest
    candidate goes first, of these the lowest id, of several rules the last by name.
    """
    names = combine([table.components[left], table.product.ranks[left]])
    rivals = left[np.bincount(names)[names] > 1]
    if not len(rivals):
        return rivals, rivals
    standing = (
        _from_highest(table.sizes[rivals]),
        _from_highest(_background_ranks(table, rivals)),
        _nearest_first(table, rivals),
        _from_highest(table.ranks_by_rule(lambda rule: rule.name)[rivals]),
        table.ranks_by_rule(lambda rule: rule.variant)[rivals],
    )
    return _best_stay(table, rivals, _science_products(table, rivals), standing)


def _science_products(table: AssociationTable, places: Ints) -> Ints:
    """Label associations, shape (k,), by their product name and the set of their science files."""
    sizes = table.sizes[places]
    members = ranges(table.members.starts[places], sizes)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    is_science = table.members.roles[members] == table.roles.index("science")
    marks = set_marks(starts, table.members.ranks[members], is_science)
    names = (table.components[places], table.product.ranks[places])
    return labels_of_rows(*names, marks[:, 0], marks[:, 1])


def _background_ranks(table: AssociationTable, places: Ints) -> Ints:
    """Rank associations, shape (k,), by their background: 0 none, 1 nods alone, 2 dedicated."""
    ranks = np.zeros(len(places), dtype=np.int64)
    for rule, positions in table.by_rule(places):
        if "background" not in rule.all_roles:
            continue
        sizes = table.sizes[places[positions]]
        members = ranges(table.members.starts[places[positions]], sizes)
        owners = np.repeat(positions, sizes)
        is_background = table.members.roles[members] == table.roles.index("background")
        owners, entries = owners[is_background], table.members.entries[members[is_background]]
        ranks[owners] = 1
        own_roles = rule.member_roles.results()
        if "background" in own_roles:
            # The cases of the rule say what an exposure is; a step makes nods backgrounds.
            decided = table.scoped.at(entries).decide(rule.member_roles)
            ranks[owners[decided == own_roles.index("background")]] = 2
    return ranks


def _nearest_first(table: AssociationTable, places: Ints) -> Ints:
    """Rank associations, shape (k,), by their id: o001, o002, c1000, c1001, a3001."""
    _, first_of_each, which = np.unique(
        table.asn_id.ranks[places], return_index=True, return_inverse=True
    )
    ids = [text or "" for text in table.asn_id.take(places[first_of_each]).list()]
    # Letters fall from observations to discovery; a number of more digits is the higher one.
    in_order = sorted(ids, key=lambda text: (-ord(text[0]), len(text), text))
    rank = {text: number for number, text in enumerate(in_order)}
    return np.array([rank[text] for text in ids], dtype=np.int64)[which]
