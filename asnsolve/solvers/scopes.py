"""Where rules are solved: the candidates of each component, and whole components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asnsolve.naming import is_asn_id
from asnsolve.pool.table import Pool
from asnsolve.rules.model import Rule
from asnsolve.solvers.arrays import spans
from asnsolve.solvers.model import Scope, Scopes

__all__ = ["Selection", "scopes_of", "select_entries"]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which candidates are asked for, and whether to discover.

    Parameters
    ----------
    ids : frozenset of str or None
        Ids of candidates; None: all of them.
    discover : bool
        Whether whole components are solved too.
    """

    ids: frozenset[str] | None
    discover: bool


def scopes_of(pool: Pool, components: NDArray[np.int64]) -> Scopes:
    """List every scope of a pool: each candidate of each component, then each component.

    Parameters
    ----------
    pool : Pool
        The exposures, n of them.
    components : ndarray of int64, shape (n,)
        Component of each exposure: two programs may use one candidate id for different things.

    Returns
    -------
    Scopes
        Without the candidates whose id no name can hold.
    """
    named = pool.candidates
    width = max(len(named.table), 1)
    usable = np.array([is_asn_id(asn_id) for asn_id, _ in named.table], dtype=np.bool_)
    kept = usable[named.pairs]
    rows = named.rows[kept]
    labels = components[rows] * width + named.pairs[kept]
    order, starts = spans(labels)
    table = [
        Scope(int(label) // width, named.table[int(label) % width])
        for label in labels[order][starts]
    ]
    sizes = np.diff(starts, append=len(order))
    of_candidates = np.repeat(np.arange(len(starts), dtype=np.int64), sizes)

    whole_order, whole_starts = spans(components)
    whole_sizes = np.diff(whole_starts, append=len(whole_order))
    of_wholes = np.repeat(np.arange(len(whole_starts), dtype=np.int64), whole_sizes) + len(table)
    table += [Scope(int(label), None) for label in components[whole_order][whole_starts]]
    return Scopes(
        tuple(table),
        np.concatenate([rows[order], whole_order]),
        np.concatenate([of_candidates, of_wholes]),
    )


def select_entries(scopes: Scopes, rule: Rule, selection: Selection) -> NDArray[np.bool_]:
    """Tell which entries are in a scope in which a rule is solved, shape (entries,)."""
    allowed = np.array([_allowed(scope, rule, selection) for scope in scopes.table], dtype=np.bool_)
    return allowed[scopes.scopes]


def _allowed(scope: Scope, rule: Rule, selection: Selection) -> bool:
    reach = rule.scope_reach
    types, discovers = reach.candidate_types, selection.discover and reach.discovered
    if scope.candidate is None:
        return discovers and types is None
    asn_id, candidate_type = scope.candidate
    if candidate_type in reach.barred_types or (types is not None and candidate_type not in types):
        return False
    asked = selection.ids is None or asn_id in selection.ids
    # In discovery a rule bound to types of candidates is solved inside all of those.
    return asked or (types is not None and discovers)
