"""Divide sets of compatible entries by the keys that compare numbers.

A set *fits* if each key of chains finds one chain among the members that it binds, and each key of
windows a window that holds them. What is left of a chain without some of its members may be none,
so that sets are divided again and again, by one key after the other, until every part fits. Each
set that fits is inside one of the parts, whatever the order of the keys: the largest parts are the
maximal sets that fit.

If there is no window, and every entry of a set leaves either all chains open or none, all sets are
divided at once: the chains divide the entries that leave none open, and the other entries are in
every part. Other components are divided one by one, within the bounds of
`asnsolve.solvers.maximal_sets`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

import numpy as np

from asnsolve.expr.nodes import Spread
from asnsolve.rules.model import Rule
from asnsolve.solvers.arrays import (
    Ints,
    Mask,
    combine,
    dense,
    places_in_spans,
    spans,
    stable_order,
    starts_of,
)
from asnsolve.solvers.key_numbers import KeyNumbers
from asnsolve.solvers.maximal_sets import bounds_of, member_power

Sets = tuple[Ints, Ints]
"""Number of a set and position of a member, shape (m,) each: set by set, members ascending."""


def measured_parts(
    found: Sets,
    components: Ints,
    keys: Sequence[KeyNumbers],
    rule: Rule,
    candidate_counts: Callable[[], Ints],
) -> tuple[Sets, list[Ints]]:
    """Divide maximal sets of compatible entries into maximal sets that fit.

    Parameters
    ----------
    found : tuple of ndarray of int64
        The sets of n entries.
    components : ndarray of int64, shape (n,)
        Component of each entry; no set crosses components.
    keys : sequence of KeyNumbers
        What the n entries have for each key that compares numbers.
    rule : Rule
        The rule.
    candidate_counts : callable
        Returns the number of candidates of each entry's exposure, shape (n,).

    Returns
    -------
    parts : tuple of ndarray of int64
        The sets that fit.
    unsolved : list of ndarray of int64
        Positions, ascending, of each component that has too many.
    """
    sets, members = dense(found[0]), found[1]
    component_of = dense(components)
    of_set = component_of[members[starts_of(sets)]]
    is_whole = np.bincount(of_set, minlength=int(component_of.max(initial=-1)) + 1) <= 1
    is_divided = np.zeros(len(is_whole), dtype=np.bool_)
    for key in keys:
        fits = key.at(members).fits(sets)
        is_divided[of_set[~fits]] = True
        if isinstance(key.key, Spread):
            is_whole[of_set[~fits]] = False
    counts = cache(candidate_counts)
    chains = [key for key in keys if not isinstance(key.key, Spread)]
    is_open = np.all([key.is_open for key in chains], axis=0) if chains else None
    if is_open is not None and is_divided.any():
        is_whole &= _is_simple(chains, is_open, component_of)
        is_whole &= _is_within(is_open, component_of, rule, counts)
    # Keep the sets that no key divides.
    in_partition = (is_divided & is_whole)[component_of[members]]
    in_turn = (is_divided & ~is_whole)[component_of[members]]
    rest = ~(in_partition | in_turn)
    parts = [(sets[rest], members[rest])]
    if in_partition.any() and is_open is not None:
        parts.append(_partition((sets[in_partition], members[in_partition]), chains, is_open))
    unsolved: list[Ints] = []
    for component in _grouped(component_of[members[in_turn]], np.flatnonzero(in_turn)):
        whole = [members[places] for places in _grouped(sets[component], component)]
        positions = np.unique(members[component])
        shared_by = int(counts()[positions].max())
        fitting = fitting_parts(whole, keys, most_members(whole, len(positions), rule, shared_by))
        if fitting is None:
            unsolved.append(positions)
        else:
            numbers = np.repeat(np.arange(len(fitting)), [*map(len, fitting)])
            parts.append((numbers, np.concatenate(fitting)))
    return numbered(parts), unsolved


def _is_simple(chains: Sequence[KeyNumbers], is_open: Mask, component_of: Ints) -> Mask:
    """Tell in which components each entry leaves either all chains open or none."""
    simple = np.ones(int(component_of.max()) + 1, dtype=np.bool_)
    for key in chains:
        simple[component_of[key.is_open & ~is_open]] = False
    return simple


def _is_within(
    is_open: Mask, component_of: Ints, rule: Rule, candidate_counts: Callable[[], Ints]
) -> Mask:
    """Tell which components are within the bounds even if every bound entry is a part by itself.

    A component without open entries always is: its parts have no more members than its sets.
    """
    count = int(component_of.max()) + 1
    within = np.ones(count, dtype=np.bool_)
    if is_open.any():
        open_count = np.bincount(component_of[is_open], minlength=count)
        size = np.bincount(component_of)
        shared_by = np.ones(count, dtype=np.int64)
        np.maximum.at(shared_by, component_of, candidate_counts())
        # A part has at most all members of the component. Powers of floats do not overflow.
        most = (size - open_count) * size.astype(np.float64) ** member_power(rule)
        within = (open_count == 0) | (most <= bounds_of(0)[1] // shared_by)
    return within


def _partition(found: Sets, chains: Sequence[KeyNumbers], is_open: Mask) -> Sets:
    """Divide sets by chains alone, all at once, until every part fits.

    ``is_open`` tells for each of the n entries whether it leaves all chains open. Such an entry is
    in every part of its set. The other entries leave no chain open; each of them is in one part::

        set       entries            parts
        0         a  b  c  (x)       a b (x)    c (x)
        1         d  e  (y) (z)      d (y z)    e (y z)
    """
    wholes, everyone = found
    is_bound = ~is_open[everyone]
    # Sets have dense numbers, so their count grows as long as a set is divided.
    sets, members = dense(wholes[is_bound]), everyone[is_bound]
    keys = [key.at(members) for key in chains]
    count = -1
    while count != (sets_now := int(sets.max()) + 1):
        count = sets_now
        for key in keys:
            sets = combine([sets, key.chains(sets)])
        if len(keys) == 1:
            break
    # The set that each part comes from, shape (count,); parts of one set follow one another.
    whole_of = np.zeros(int(sets.max()) + 1, dtype=np.int64)
    whole_of[sets] = wholes[is_bound]
    # Repeat each open entry for each part of its set.
    part_count = np.bincount(whole_of)
    first_part = np.cumsum(part_count) - part_count
    own, shared = wholes[~is_bound], everyone[~is_bound]
    times = part_count[own]
    place = places_in_spans(np.cumsum(times) - times, int(times.sum()))
    sets = np.concatenate([sets, np.repeat(first_part[own], times) + place])
    members = np.concatenate([members, np.repeat(shared, times)])
    order = stable_order(sets, members)
    return sets[order], members[order]


def _grouped(labels: Ints, values: Ints) -> Iterator[Ints]:
    """Group values by their labels."""
    order, starts = spans(labels)
    yield from np.split(values[order], starts[1:]) if len(starts) else ()


def numbered(parts: Iterable[Sets]) -> Sets:
    """Join sets of several parts and number them through, each set by itself.

    Parameters
    ----------
    parts : iterable of tuple of ndarray of int64
        Sets, which have numbers of their own in each part.

    Returns
    -------
    tuple of ndarray of int64
        All of them: set by set, members ascending.
    """
    numbers: list[Ints] = []
    members: list[Ints] = []
    first = 0
    for sets, own in parts:
        numbers.append(dense(sets) + first)
        members.append(own)
        first += int(numbers[-1].max(initial=first - 1)) + 1 - first
    return np.concatenate(numbers), np.concatenate(members)


def most_members(whole: Sequence[Ints], size: int, rule: Rule, shared_by: int) -> tuple[int, int]:
    """Return how many members the parts of some sets may have.

    Parameters
    ----------
    whole : sequence of ndarray of int64
        The sets.
    size : int
        Number of entries of their component.
    rule : Rule
        The rule, whose steps may multiply the members.
    shared_by : int
        The most candidates that an entry's exposure is in.

    Returns
    -------
    members, power : int
        The bound, which is never below what the sets have; and the power to which the number of
        members of a set counts.
    """
    power = member_power(rule)
    have = sum(len(members) ** power for members in whole)
    return max(bounds_of(size, shared_by)[1], have), power


def fitting_parts(
    whole: Sequence[Ints], keys: Sequence[KeyNumbers], bound: tuple[int, int]
) -> list[Ints] | None:
    """Divide the sets of one component until every part fits.

    Parameters
    ----------
    whole : sequence of ndarray of int64
        Members of each set, ascending; no set is inside another one.
    keys : sequence of KeyNumbers
        What all entries have for each key.
    bound : tuple of (int, int)
        What `most_members` returns.

    Returns
    -------
    list of ndarray of int64, or None
        Members of the maximal sets that fit, ascending, in the order of their members; None if
        there are too many.
    """
    sets, (most, power) = list(whole), bound
    # Whether there are too many must not depend on the order of the keys in the rule. Chains come
    # first, because windows multiply the sets.
    in_order = sorted(keys, key=lambda one: (isinstance(one.key, Spread), repr(one.key)))
    is_divided = True
    while is_divided:
        is_divided = False
        for key in in_order:
            found: dict[bytes, Ints] = {}
            count = 0
            for members in sets:
                for part in key.parts(members):
                    is_divided |= len(part) < len(members)
                    if found.setdefault(part.tobytes(), part) is part:
                        count += len(part) ** power
                        if count > most:
                            return None
            sets = _largest(found.values())
    return sorted(sets, key=lambda members: members.tolist())


def _largest(sets: Iterable[Ints]) -> list[Ints]:
    """Keep the sets that no other contains; no two are equal."""
    kept: list[frozenset[int]] = []
    arrays: list[Ints] = []
    holding: dict[int, list[int]] = defaultdict(list)
    # A set can only be inside one that is larger.
    for members in sorted(sets, key=len, reverse=True):
        own = frozenset(members.tolist())
        # The sets that hold its rarest member are the only ones in which it can be.
        near = min((holding[member] for member in own), key=len)
        if not any(own <= kept[number] for number in near):
            for member in own:
                holding[member].append(len(kept))
            kept.append(own)
            arrays.append(members)
    return arrays
