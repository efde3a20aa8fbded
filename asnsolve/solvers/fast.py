"""The fast solver: keys are integers, groups are sorts, and search is the exception.

Exposures of a scope that agree on every key fall together by sorting. Only where a key has
several values *and* exposures that may stand beside any of them is there anything to find out;
mostly what is left open there is nested (`solvers.chains`), and else the component is searched.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from asnsolve.interpret.to_mask import OPEN, MemberGroups, to_group_mask
from asnsolve.rules.rule import Rule
from asnsolve.solvers.arrays import combine, spans, starts_of
from asnsolve.solvers.groups import Groups
from asnsolve.solvers.maximal_sets import maximal_sets
from asnsolve.solvers.nested_keys import KeyPaths, paths_to_leaves
from asnsolve.solvers.scoped_pool import ScopedPool

__all__ = ["fast_groups"]

Codes = NDArray[np.int32]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

_BEYOND = np.iinfo(np.int32).max


def fast_groups(scoped: ScopedPool, rule: Rule, chosen: Mask) -> Groups:
    """Find the maximal sets of compatible exposures that meet a rule's needs.

    Parameters
    ----------
    scoped : ScopedPool
        All entries.
    rule : Rule
        The rule.
    chosen : ndarray of bool, shape (scopes,)
        Scopes in which the rule is solved.
    """
    entries = scoped.eligible(rule, chosen)
    seen = scoped.at(entries)
    offers = [seen.offers(rule, key).offered for _, key in rule.keys] if len(entries) else []
    open_keys = [offered for offered in offers if (offered == OPEN).any()]
    closed_keys = [offered for offered in offers if not (offered == OPEN).any()]
    components = combine([seen.entry_scopes, *closed_keys])
    if open_keys:
        sets, members = _open_sets(components, np.stack(open_keys), f"rule {rule.name}")
    else:
        members, starts = spans(components)
        sets = np.repeat(
            np.arange(len(starts), dtype=np.int64), np.diff(starts, append=len(members))
        )
    return _valid(seen, rule, members, sets)


def _open_sets(components: Ints, offers: Codes, name: str) -> tuple[Ints, Ints]:
    """Find the maximal sets where some keys are left open by some exposures.

    Returns
    -------
    sets, members : ndarray of int64, shape (m,)
        Number of a set and position of a member, set by set, members ascending.
    """
    components = _split(components, offers)
    disputed = _disputed(components, offers)
    paths = KeyPaths.of(components, offers, disputed)
    if paths.nested.all():
        sets, members = paths_to_leaves(paths)
    else:
        sets, members = _partly_searched(paths, offers, disputed, name)
    order = np.lexsort((members, sets))
    return sets[order], members[order]


def _partly_searched(
    paths: KeyPaths, offers: Codes, disputed: Mask, name: str
) -> tuple[Ints, Ints]:
    """Search the components that are not nested one by one."""
    plain = np.flatnonzero(paths.nested[paths.components])
    labels = combine([paths.components[plain]])
    kept = np.unique(paths.components[plain])
    sets, members = paths_to_leaves(KeyPaths.of(labels, offers[:, plain], disputed[:, kept]))
    all_sets, all_members = [sets], [plain[members]]
    count = int(sets.max(initial=-1)) + 1
    for positions in _parts(paths.components, np.flatnonzero(~paths.nested[paths.components])):
        for found in maximal_sets(offers[:, positions].T, name):
            all_sets.append(np.full(len(found), count, dtype=np.int64))
            all_members.append(positions[found])
            count += 1
    return np.concatenate(all_sets), np.concatenate(all_members)


def _split(components: Ints, offers: Codes) -> Ints:
    """Split components by each key on which all exposures of a part are bound, until none is."""
    parts = -1
    while parts != (total := int(components.max(initial=-1)) + 1):
        parts = total
        kept: list[NDArray[np.integer]] = [components]
        for values in offers:
            is_open = np.zeros(total, dtype=np.bool_)
            is_open[components[values == OPEN]] = True
            kept.append(np.where(is_open[components], 0, values + 1))
        components = combine(kept)
    return components


def _disputed(components: Ints, offers: Codes) -> Mask:
    """Tell which keys have several values in a component, shape (keys, components)."""
    order, starts = spans(components)
    found = np.zeros((len(offers), len(starts)), dtype=np.bool_)
    for key, values in enumerate(offers):
        laid = values[order]
        most = np.maximum.reduceat(laid, starts)
        least = np.minimum.reduceat(np.where(laid == OPEN, _BEYOND, laid), starts)
        found[key] = most > least
    return found


def _parts(labels: Ints, positions: Ints) -> list[Ints]:
    """Group positions by their label."""
    order, starts = spans(labels[positions])
    return np.split(positions[order], starts[1:])[: len(starts)]


def _valid(seen: ScopedPool, rule: Rule, members: Ints, sets: Ints) -> Groups:
    """Keep the sets that meet every need of the rule."""
    entries = seen.entries[members]
    found = seen.at(members)
    roles = found.decide(rule.member_roles)
    starts = starts_of(sets)
    if not len(starts):
        return Groups(entries, starts, roles)
    words = rule.member_roles.words()
    where = found.entry_scopes[starts]
    groups = MemberGroups(
        np.arange(len(members), dtype=np.int64),
        starts,
        is_role=lambda role: roles == (words.index(role) if role in words else -1),
        is_type=lambda wanted: found.scopes.is_type(where, wanted),
    )
    met = np.ones(len(starts), dtype=np.bool_)
    for need in rule.all_needs:
        met &= to_group_mask(need, groups, found)
    if met.all():
        return Groups(entries, starts, roles)
    sizes = np.diff(starts, append=len(entries))
    kept = np.repeat(met, sizes)
    begins = np.concatenate([[0], np.cumsum(sizes[met])])[:-1].astype(np.int64)
    return Groups(entries[kept], begins, roles[kept])
