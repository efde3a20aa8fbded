"""The fast solver: keys are integers, groups are sorts, and search is the exception.

Exposures of a scope that agree on every key fall together by sorting. Only where a key has
several values *and* exposures that may stand beside any of them is there anything to search for;
there, exposures of equal offers are one block, and the blocks are searched.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from asnsolve.interpret.to_mask import ANYTHING, Gathering, to_group_mask
from asnsolve.rules.model import Rule
from asnsolve.solvers.arrays import combine, spans
from asnsolve.solvers.model import Groups
from asnsolve.solvers.reading import Reading
from asnsolve.solvers.search import maximal_sets

__all__ = ["fast_groups"]

Offers = NDArray[np.int32]
Ints = NDArray[np.int64]


def fast_groups(reading: Reading, rule: Rule, chosen: NDArray[np.bool_]) -> Groups:
    """Find the maximal sets of compatible exposures that meet a rule's needs.

    Parameters
    ----------
    reading : Reading
        The exposures.
    rule : Rule
        The rule.
    chosen : ndarray of bool, shape (entries,)
        Entries in scopes in which the rule is solved.
    """
    entries = np.flatnonzero(chosen & reading.eligible(rule)).astype(np.int64)
    where = reading.scopes.scopes[entries]
    columns = [reading.offers(rule, key).offered[entries] for _, key in rule.keys]
    offers = np.stack(columns, axis=1) if columns else np.zeros((len(entries), 0), dtype=np.int32)
    components = _split(where, offers)
    searched = _needs_search(components, offers)

    plain = np.flatnonzero(~searched)
    order, starts = spans(components[plain])
    pieces = [plain[order]]
    begins = [starts]
    offset = len(order)
    for positions in _parts(components, np.flatnonzero(searched)):
        for members in maximal_sets(offers[positions], f"rule {rule.name}"):
            pieces.append(positions[members])
            begins.append(np.array([offset], dtype=np.int64))
            offset += len(members)
    placed = np.concatenate(pieces)
    return _valid(reading, rule, entries[placed], np.concatenate(begins))


def _split(where: Ints, offers: Offers) -> Ints:
    """Split scopes by each key on which all exposures of a part are bound, until none is left."""
    loose = (offers == ANYTHING).any(axis=0)
    components = combine([where, *offers[:, ~loose].T])
    parts = -1
    while loose.any() and parts != (parts := int(components.max(initial=-1)) + 1):
        for values in offers[:, loose].T:
            open_ended = np.zeros(int(components.max(initial=-1)) + 1, dtype=np.bool_)
            open_ended[components[values == ANYTHING]] = True
            components = combine([components, np.where(open_ended[components], 0, values + 1)])
    return components


def _needs_search(components: Ints, offers: Offers) -> NDArray[np.bool_]:
    """Tell which exposures are in a component where some key takes several values.

    Keys on which all are bound were split on already, so there some exposure takes any of them.
    """
    total = int(components.max(initial=-1)) + 1
    several = np.zeros(total, dtype=np.bool_)
    for values in offers.T:
        bound = values != ANYTHING
        width = int(values.max(initial=0)) + 1
        pairs = np.unique(components[bound] * width + values[bound])
        several |= np.bincount(pairs // width, minlength=total) > 1
    return several[components]


def _parts(labels: Ints, positions: Ints) -> list[Ints]:
    """Group positions by their label."""
    order, starts = spans(labels[positions])
    return np.split(positions[order], starts[1:])[: len(starts)]


def _valid(reading: Reading, rule: Rule, entries: Ints, starts: Ints) -> Groups:
    """Keep the groups that meet every need of the rule."""
    roles = reading.decide(rule.member_roles)[entries]
    words = rule.member_roles.words()
    met = np.ones(len(starts), dtype=np.bool_)
    if len(starts):
        types = np.array([scope.candidate_type or "" for scope in reading.scopes.table])
        type_of = types[reading.scopes.scopes[entries[starts]]]
        groups = Gathering(
            entries,
            starts,
            is_role=lambda role: roles == words.index(role),
            is_type=lambda wanted: np.isin(type_of, wanted),
        )
        for need in rule.all_needs:
            met &= to_group_mask(need, groups, reading)
    sizes = np.diff(starts, append=len(entries))
    kept = np.repeat(met, sizes)
    begins = np.concatenate([[0], np.cumsum(sizes[met])])[:-1].astype(np.int64)
    return Groups(entries[kept], begins, roles[kept])
