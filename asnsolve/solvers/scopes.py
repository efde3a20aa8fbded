"""Where rules are solved: the candidates of each component, and whole components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asnsolve.naming import is_asn_id
from asnsolve.pool.table import Pool
from asnsolve.rules.rule import Reach
from asnsolve.solvers.arrays import spans
from asnsolve.solvers.model import Scopes

__all__ = ["CandidateFilter", "scopes_of", "select_scopes"]


@dataclass(frozen=True, slots=True)
class CandidateFilter:
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
    of_candidates = _numbered(starts, len(order))

    whole_order, whole_starts = spans(components)
    of_wholes = _numbered(whole_starts, len(whole_order)) + len(starts)
    first, wholes = labels[order][starts], components[whole_order][whole_starts]
    return Scopes(
        candidates=named.table,
        components=np.concatenate([first // width, wholes]),
        pairs=np.concatenate([first % width, np.full(len(wholes), -1, dtype=np.int64)]),
        rows=np.concatenate([rows[order], whole_order]),
        scopes=np.concatenate([of_candidates, of_wholes]),
    )


def _numbered(starts: NDArray[np.int64], total: int) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(starts), dtype=np.int64), np.diff(starts, append=total))


def select_scopes(scopes: Scopes, reach: Reach, selection: CandidateFilter) -> NDArray[np.bool_]:
    """Tell in which scopes a rule of some reach is solved, shape (scopes,)."""
    allowed = [_allowed(candidate, reach, selection) for candidate in scopes.candidates]
    whole = selection.discover and reach.discovered and reach.candidate_types is None
    chosen: NDArray[np.bool_] = np.array([*allowed, whole], dtype=np.bool_)[scopes.pairs]
    return chosen


def _allowed(candidate: tuple[str, str], reach: Reach, selection: CandidateFilter) -> bool:
    asn_id, candidate_type = candidate
    types = reach.candidate_types
    if candidate_type in reach.barred_types or (types is not None and candidate_type not in types):
        return False
    asked = selection.ids is None or asn_id in selection.ids
    # In discovery a rule bound to types of candidates is solved inside all of those.
    return asked or (types is not None and selection.discover and reach.discovered)
