"""The fast solver: keys are integers, groups are sorts, and search is the exception.

Entries of a scope that agree on every key fall together by sorting. There is something left to find
out only where a key has several values *and* some entries leave it open; in most such components
the open keys are nested (`asnsolve.solvers.nested_keys`), and the others are searched, within the
bounds of `asnsolve.solvers.maximal_sets`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.nodes import Same
from asnsolve.interpret.to_mask import OPEN, Codes, MemberGroups, to_group_mask
from asnsolve.rules.model import Rule
from asnsolve.solvers.arrays import (
    Ints,
    Mask,
    combine,
    sizes_of,
    spans,
    stable_order,
    starts_of,
)
from asnsolve.solvers.groups import Groups
from asnsolve.solvers.key_numbers import KeyNumbers
from asnsolve.solvers.maximal_sets import maximal_sets
from asnsolve.solvers.measured_parts import measured_parts
from asnsolve.solvers.nested_keys import KeyPaths, paths_to_leaves
from asnsolve.solvers.scoped_pool import ScopedPool

_BEYOND = np.iinfo(np.int32).max


def fast_groups(scoped: ScopedPool, rule: Rule, solved_in: Mask) -> Groups:
    """Find the maximal sets of compatible entries that meet the needs of a rule.

    Parameters
    ----------
    scoped : ScopedPool
        All entries.
    rule : Rule
        The rule.
    solved_in : ndarray of bool, shape (scopes,)
        Scopes in which the rule is solved.

    Returns
    -------
    Groups
        Each group is inside one scope.
    """
    members, starts, unsolved = _maximal_sets(scoped, rule, solved_in)
    if not len(starts):
        return Groups.none(unsolved)
    return replace(_meeting_needs(members, rule, starts), unsolved=unsolved)


def least_unmet(scoped: ScopedPool, rule: Rule, solved_in: Mask) -> tuple[Ints, Mask]:
    """Find the needs of a rule that the best maximal set of each entry does not meet.

    Parameters
    ----------
    scoped : ScopedPool
        All entries.
    rule : Rule
        The rule.
    solved_in : ndarray of bool, shape (scopes,)
        Scopes in which the rule is solved.

    Returns
    -------
    entries : ndarray of int64, shape (k,)
        The entries that satisfy every clause, ascending, without those of unsolved components.
    unmet : ndarray of bool, shape (k, needs)
        Which of ``rule.all_needs`` are not met, in the set of the entry with the fewest of these.
    """
    members, starts, _ = _maximal_sets(scoped, rule, solved_in)
    unmet_by_set = ~_needs_met(members, rule, starts, members.decide(rule.member_roles))
    unmet = np.repeat(unmet_by_set, sizes_of(starts, len(members)), axis=0)
    # Entries ascend, each with its sets by the number of needs; ties are broken by the needs.
    order = stable_order(members.entries, unmet.sum(axis=1), *unmet.T[::-1].astype(np.int64))
    first = order[starts_of(members.entries[order])]
    return members.entries[first], unmet[first]


def _maximal_sets(
    scoped: ScopedPool, rule: Rule, solved_in: Mask
) -> tuple[ScopedPool, Ints, tuple[Ints, ...]]:
    """Find the maximal sets of compatible entries, whether they meet the needs or not.

    Returns
    -------
    members : ScopedPool
        The members of all sets, set by set.
    starts : ndarray of int64, shape (g,)
        Where each set begins.
    unsolved : tuple of ndarray of int64
        Entries of each component that has too many sets.
    """
    entries = scoped.eligible(rule, solved_in)
    eligible = scoped.at(entries)
    if not len(entries):
        return eligible, entries, ()
    # Without two values in the pool no two entries differ on a key: they are bound alike, or open.
    keys = [key for _, key in rule.keys if _value_count(scoped, key) > 1]
    # What each entry offers for each key, shape (keys, n).
    offers = np.empty((len(keys), len(entries)), dtype=np.int32)
    for place, key in enumerate(keys):
        offers[place] = eligible.offers(rule, key).offered
    least, most = offers.min(axis=1), offers.max(axis=1)
    # A key for which all entries offer the same, or which all leave open, parts none of them.
    is_open = (least == OPEN) & (most != OPEN)
    is_closed = (least != OPEN) & (most != least)
    # Keys that nobody leaves open split the scopes into components, which no set crosses.
    components = combine([eligible.entry_scopes, *offers[is_closed]])
    unsolved: list[Ints] = []
    if is_open.any():
        sets, members, unsolved = _open_sets(
            components, offers[is_open], rule, lambda: scoped.scopes.candidate_counts()[entries]
        )
    else:
        sets, members = _whole_sets(components, np.arange(len(components), dtype=np.int64))
    if rule.measured_keys:
        numbers = [
            KeyNumbers.of(key, eligible.numbers_for(rule, key)) for _, key in rule.measured_keys
        ]
        (sets, members), left = measured_parts(
            (sets, members),
            _split(components, offers[is_open]),
            numbers,
            rule,
            lambda: scoped.scopes.candidate_counts()[entries],
        )
        unsolved += left
    return eligible.at(members), starts_of(sets), tuple(entries[part] for part in unsolved)


def _value_count(scoped: ScopedPool, key: Same) -> int:
    """Count the values of the attributes that a key looks at, in the whole pool."""
    sources = key.sources if key.instead is None else (*key.sources, *key.instead[1])
    return sum(len(scoped.values(source)) for source in sources)


def _whole_sets(components: Ints, positions: Ints) -> tuple[Ints, Ints]:
    """Make one set of each component, of the entries at some positions.

    Returns
    -------
    sets, members : ndarray of int64, shape (positions,)
        Number of a set and position of a member, set by set, members ascending.
    """
    labels = components[positions]
    order, _ = spans(labels)
    return labels[order], positions[order]


def _open_sets(
    components: Ints, offers: Codes, rule: Rule, candidate_counts: Callable[[], Ints]
) -> tuple[Ints, Ints, list[Ints]]:
    """Find the maximal sets where some entries leave keys open.

    Parameters
    ----------
    components : ndarray of int64, shape (n,)
        Component of each entry, dense from 0.
    offers : ndarray of int32, shape (keys, n)
        Value that each entry offers for each key; `OPEN` if it leaves the key open.
    rule : Rule
        The rule.
    candidate_counts : callable
        Counts the candidates of each entry's exposure, shape (n,); called if there is a search.

    Returns
    -------
    sets, members : ndarray of int64, shape (m,)
        Number of a set and position of a member, set by set, members ascending.
    unsolved : list of ndarray of int64
        Positions, ascending, of each component that has too many sets.
    """
    components = _split(components, offers)
    disputed = _disputed(components, offers)
    is_tangled: Mask = np.logical_or.reduce(disputed)
    # Without a disputed key all entries of a component are compatible: it is one set.
    parts = [_whole_sets(components, np.flatnonzero(~is_tangled[components]))]
    tangled = np.flatnonzero(is_tangled[components])
    unsolved: list[Ints] = []
    if len(tangled):
        numbers = np.cumsum(is_tangled) - 1
        paths = KeyPaths.of(
            numbers[components[tangled]], offers[:, tangled], disputed[:, is_tangled]
        )
        in_nested = paths.in_nested()
        sets, places = paths_to_leaves(paths.of_nested())
        parts.append((sets, tangled[in_nested][places]))
        searched = _by_label(components, tangled[~in_nested])
        counts = candidate_counts() if searched else components
        for positions in searched:
            found = maximal_sets(offers[:, positions].T, rule, int(counts[positions].max()))
            if found is None:
                unsolved.append(positions)
                continue
            own_sets = np.repeat(np.arange(len(found), dtype=np.int64), [*map(len, found)])
            parts.append((own_sets, positions[np.concatenate(found)]))
    sets, members = _numbered(parts)
    order = stable_order(sets, members)
    return sets[order], members[order], unsolved


def _numbered(parts: list[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    """Join sets of several parts and number them through: each part begins after the last."""
    numbers: list[Ints] = []
    first = 0
    for sets, _ in parts:
        numbers.append(sets + first)
        first += int(sets.max(initial=-1)) + 1
    return np.concatenate(numbers), np.concatenate([members for _, members in parts])


def _split(components: Ints, offers: Codes) -> Ints:
    """Split components by each key that no entry of a component leaves open, until none is left.

    A split may part the entries that leave a key open from the others: then the next key can be
    one that nobody in the smaller component leaves open.
    """
    count = -1
    while count != (components_now := int(components.max()) + 1):
        count = components_now
        parts: list[NDArray[np.integer]] = [components]
        for values in offers:
            is_open = np.zeros(count, dtype=np.bool_)
            is_open[components[values == OPEN]] = True
            parts.append(np.where(is_open[components], 0, values + 1))
        components = combine(parts)
    return components


def _disputed(components: Ints, offers: Codes) -> Mask:
    """Tell which keys have several values in a component, shape (keys, components)."""
    order, starts = spans(components)
    disputed = np.zeros((len(offers), len(starts)), dtype=np.bool_)
    for key, values in enumerate(offers):
        # Open entries are below every value in the maximum and above every one in the minimum,
        # so that they never make a dispute: all open gives -1 > _BEYOND, which is false.
        sorted_values = values[order]
        most = np.maximum.reduceat(sorted_values, starts)
        least = np.minimum.reduceat(np.where(sorted_values == OPEN, _BEYOND, sorted_values), starts)
        disputed[key] = most > least
    return disputed


def _by_label(labels: Ints, positions: Ints) -> list[Ints]:
    """Group positions by their label."""
    order, starts = spans(labels[positions])
    return np.split(positions[order], starts[1:])[: len(starts)]


def _meeting_needs(members: ScopedPool, rule: Rule, starts: Ints) -> Groups:
    """Make groups of the sets that meet every need of a rule.

    `members` holds the m members of all g sets, set by set; `starts`, shape (g,), says where each
    set begins.
    """
    roles = members.decide(rule.member_roles)
    is_met: Mask = np.logical_and.reduce(_needs_met(members, rule, starts, roles), axis=1)
    if is_met.all():
        return Groups(members.entries, starts, roles)
    sizes = sizes_of(starts, len(members))
    kept = np.repeat(is_met, sizes)
    kept_starts = np.concatenate([[0], np.cumsum(sizes[is_met])])[:-1].astype(np.int64)
    return Groups(members.entries[kept], kept_starts, roles[kept])


def _needs_met(members: ScopedPool, rule: Rule, starts: Ints, roles: NDArray[np.int8]) -> Mask:
    """Tell which sets meet which of the needs of a rule, shape (g, needs)."""
    words = rule.member_roles.results()
    set_scopes = members.entry_scopes[starts]
    groups = MemberGroups(
        np.arange(len(members), dtype=np.int64),
        starts,
        is_role=lambda role: roles == (words.index(role) if role in words else -1),
        is_type=lambda types: members.scopes.is_type(set_scopes, types),
    )
    met = np.ones((len(starts), len(rule.all_needs)), dtype=np.bool_)
    for place, need in enumerate(rule.all_needs):
        met[:, place] = to_group_mask(need, groups, members)
    return met
