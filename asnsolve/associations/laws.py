"""Which associations stay, in which order, under which numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.table import Table
from asnsolve.rules.rule import Base, Law
from asnsolve.solvers.arrays import combine, ranges, spans, starts_of

__all__ = ["Chosen", "choose", "select"]

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

_MOST_LOOKS = 4_000_000
"""Members that are looked up in one go: what is in memory at a time."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The associations that stay, in order.

    Parameters
    ----------
    places : ndarray of int64, shape (k,)
        Which they are of a table: sorted by program, id, type, rule, product name and members.
    numbers : ndarray of int64, shape (k,)
        Their numbers among those of one program, id and type, from 1.
    """

    places: Ints
    numbers: Ints


def select(table: Table) -> Ints:
    """Drop associations that repeat one another, by the laws of their level; levels are apart."""
    kept: list[Ints] = []
    bases: list[Base] = []
    for block in table.blocks:
        if block.rule.base not in bases:
            bases.append(block.rule.base)
    for base in bases:
        inside = np.array([block.rule.base == base for block in table.blocks])[table.block]
        left = np.flatnonzero(inside).astype(np.int64)
        for law in base.laws:
            left = _law(law)(table, left)
        kept.append(left)
    return np.concatenate(kept or [np.zeros(0, dtype=np.int64)])


def _law(law: Law) -> Callable[[Table, Ints], Ints]:
    match law:
        case "discovered repeats":
            return _without_discovered_repeats
        case "one membership":
            return _one_of_each_membership
        case "whole products":
            return _whole_products
        case _:
            assert_never(law)


def _without_discovered_repeats(table: Table, left: Ints) -> Ints:
    """Drop each discovered association that repeats a candidate's: type and files are the same.

    Source: section 9 of the documented Level-3 rules, mode "all".
    """
    members = table.members
    owners = members.owners
    # A file in two roles is one file.
    order = np.lexsort((members.ranks, owners))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (np.diff(owners[order]) != 0) | (np.diff(members.ranks[order]) != 0)
    once = np.zeros(len(order), dtype=np.bool_)
    once[order[first]] = True
    marks = table.marks(members.ranks, once)[left]
    contents = _labels(table.components[left], table.types[left], marks[:, 0], marks[:, 1])
    discovered = table.discovered[left]
    named = np.isin(contents, contents[~discovered])
    return left[~(discovered & named)]


def _one_of_each_membership(table: Table, left: Ints) -> Ints:
    """Keep one of the associations whose files have the same roles, whatever type and rule.

    The candidate of the greatest id stays, for it is the nearest: an observation before a
    candidate of several, that before what no candidate names. Among rules the last by name stays:
    the special before the general. Source: the operational generator.
    """
    marks = table.contents[left]
    contents = _labels(table.components[left], marks[:, 0], marks[:, 1])
    several = np.bincount(contents)[contents] > 1
    rivals, alone = left[several], left[~several]
    # Rows that contradict one another can make twins; they are found in the order of key values.
    twins = -np.arange(len(rivals))
    names = (table.products[rivals], table.programs[rivals], table.rules[rivals])
    order = np.lexsort((twins, *names, table.asn_ids[rivals], contents[several]))
    laid = contents[several][order]
    last = np.ones(len(order), dtype=np.bool_)
    last[:-1] = laid[1:] != laid[:-1]
    return np.sort(np.concatenate([alone, rivals[order[last]]]))


def _whole_products(table: Table, left: Ints) -> Ints:
    """Of the associations of one product name, drop those whose members another has too, and more.

    Source: the operational generator, where it was meant so.
    """
    names = combine([table.components[left], table.products[left]])
    order, starts = spans(names)
    sizes = np.diff(starts, append=len(order))
    shared = np.flatnonzero(sizes > 1)
    if not len(shared):
        return left
    # Each association of a shared name beside every one of that name.
    each = np.repeat(sizes[shared], sizes[shared])
    ones = np.repeat(left[order[ranges(starts[shared], sizes[shared])]], each)
    firsts = np.repeat(starts[shared], sizes[shared])
    others = left[order[ranges(firsts, each)]]
    smaller = table.sizes[ones] < table.sizes[others]
    ones, others = ones[smaller], others[smaller]
    gone = np.zeros(len(table), dtype=np.bool_)
    gone[ones[_within(table, ones, others)]] = True
    return left[~gone[left]]


def _within(table: Table, ones: Ints, others: Ints) -> Mask:
    """Tell of pairs of associations whether the other has all members of the one."""
    members = table.members
    labels = combine([members.ranks, members.roles.astype(np.int64)])
    width = int(labels.max(initial=0)) + 1
    known = np.sort(members.owners * width + labels)
    sizes = table.sizes[ones]
    found = np.ones(len(ones), dtype=np.bool_)
    cuts = [*starts_of(np.cumsum(sizes) // _MOST_LOOKS).tolist(), len(ones)]
    for start, end in pairwise(cuts):
        part = slice(start, end)
        asked = labels[ranges(members.starts[ones[part]], sizes[part])]
        wanted = np.repeat(others[part], sizes[part]) * width + asked
        place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        pair = np.repeat(np.arange(part.start, part.stop), sizes[part])
        found[pair[known[place] != wanted]] = False
    return found


def _labels(*parts: Ints) -> Ints:
    """Label distinct combinations of any numbers, from 0."""
    if not len(parts[0]):
        return parts[0]
    order = np.lexsort(parts)
    differs = np.zeros(len(order), dtype=np.bool_)
    for part in parts:
        laid = part[order]
        differs[1:] |= laid[1:] != laid[:-1]
    labels = np.empty(len(order), dtype=np.int64)
    labels[order] = np.cumsum(differs)
    return labels


def choose(table: Table, kept: Ints) -> Chosen:
    """Sort associations, and number those of one program, id and type from 1."""
    keys = [
        table.programs[kept],
        table.asn_ids[kept],
        table.types[kept],
        table.rules[kept],
        table.products[kept],
    ]
    families = combine(keys[:3])
    labels = combine([families, *keys[3:]])
    order = np.argsort(labels, kind="stable")
    laid = labels[order]
    tied = np.flatnonzero(laid[1:] == laid[:-1])
    if len(tied):
        order = _by_members(table, kept, order, laid)
    family = families[order]
    starts = starts_of(family)
    sizes = np.diff(starts, append=len(family))
    numbers = np.arange(len(family)) - np.repeat(starts, sizes) + 1
    return Chosen(kept[order], numbers.astype(np.int64))


def _by_members(table: Table, kept: Ints, order: Ints, laid: Ints) -> Ints:
    """Sort associations of one name by the file names of their members."""

    def ranks(at: int) -> tuple[list[int], list[int]]:
        return _member_ranks(table, int(kept[at]))

    told = order.copy()
    for start, end in pairwise([*starts_of(laid).tolist(), len(laid)]):
        if end - start > 1:
            told[start:end] = sorted(order[start:end].tolist(), key=ranks)
    return told


def _member_ranks(table: Table, association: int) -> tuple[list[int], list[int]]:
    members = table.members
    own = slice(int(members.starts[association]), int(members.starts[association + 1]))
    return members.ranks[own].tolist(), members.roles[own].tolist()
