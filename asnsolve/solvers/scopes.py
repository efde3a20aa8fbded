"""Scopes: where rules are solved: in every candidate, in every whole component, in the pool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asnsolve.pool.table import Pool
from asnsolve.rules.model import Reach
from asnsolve.solvers.arrays import sizes_of, spans


def cell_of(candidate: tuple[str, str]) -> str:
    """Return the candidate cell that an exposure has inside a candidate: that candidate alone.

    Parameters
    ----------
    candidate : tuple of (str, str)
        Id and type of the candidate.

    Returns
    -------
    str
        The cell, as a pool would have it.
    """
    return f"[{candidate}]"


@dataclass(frozen=True, slots=True)
class Scope:
    """One place where rules are solved.

    Parameters
    ----------
    component : int
        Label of a connected component of the pool.
    candidate : tuple of (str, str) or None
        Id and type of the candidate whose exposures are in the scope; None for all exposures of
        the component.
    is_pool : bool
        Whether all exposures of the pool are in the scope.
    """

    component: int
    candidate: tuple[str, str] | None
    is_pool: bool = False

    @property
    def candidate_type(self) -> str | None:
        """Type of the candidate, such as ``mosaic``; None for a whole component."""
        return None if self.candidate is None else self.candidate[1]

    @property
    def cell(self) -> str | None:
        """Candidate cell that exposures have in this scope; None where they keep their own."""
        return None if self.candidate is None else cell_of(self.candidate)


@dataclass(frozen=True, slots=True)
class Scopes:
    """All scopes of a pool, with their exposures.

    An exposure in a scope is an *entry*: an exposure that is in several scopes has one entry in
    each. The entries are numbered through, scope by scope.

    Parameters
    ----------
    candidates : tuple of (str, str)
        Ids and types of the candidates that the pool names.
    components : ndarray of int64, shape (scopes,)
        Component of each scope; the whole pool counts as one more.
    candidate_codes : ndarray of int64, shape (scopes,)
        Candidate of each scope, as an index into `candidates`; -1 for a whole component
        and the whole pool.
    entry_rows : ndarray of int64, shape (entries,)
        Exposure of each entry, as a row of the pool.
    entry_scopes : ndarray of int64, shape (entries,)
        Scope of each entry, ascending.
    has_pool : bool
        Whether the last scope is the whole pool.
    """

    candidates: tuple[tuple[str, str], ...]
    components: NDArray[np.int64]
    candidate_codes: NDArray[np.int64]
    entry_rows: NDArray[np.int64]
    entry_scopes: NDArray[np.int64]
    has_pool: bool = False

    def __len__(self) -> int:
        """Count the scopes."""
        return len(self.components)

    def __getitem__(self, scope: int) -> Scope:
        """Return one scope."""
        code = int(self.candidate_codes[scope])
        return Scope(
            int(self.components[scope]),
            None if code < 0 else self.candidates[code],
            is_pool=self.has_pool and scope == len(self) - 1,
        )

    @property
    def entry_count(self) -> int:
        """Number of entries of all scopes together."""
        return len(self.entry_rows)

    def candidate_counts(self) -> NDArray[np.int64]:
        """Count the candidates that the exposure of each entry is in.

        Returns
        -------
        ndarray of int64, shape (entries,)
            At least 1: an exposure without candidates is in its whole component.
        """
        # Count the entries of candidates only: one per exposure and candidate.
        in_candidate = self.candidate_codes[self.entry_scopes] >= 0
        rows = int(self.entry_rows.max(initial=-1)) + 1
        counts = np.bincount(self.entry_rows[in_candidate], minlength=rows)
        return np.maximum(counts, 1)[self.entry_rows]

    def is_type(self, scopes: NDArray[np.int64], types: Sequence[str]) -> NDArray[np.bool_]:
        """Tell which scopes are candidates of certain types.

        Parameters
        ----------
        scopes : ndarray of int64, shape (n,)
            The scopes to look at.
        types : sequence of str
            Types of candidates.

        Returns
        -------
        ndarray of bool, shape (n,)
            False for whole components.
        """
        # One flag per candidate and a last one that the code -1 of whole components picks.
        has_type = [candidate_type in types for _, candidate_type in self.candidates]
        mask: NDArray[np.bool_] = np.array([*has_type, False])[self.candidate_codes[scopes]]
        return mask


@dataclass(frozen=True, slots=True)
class CandidateFilter:
    """Which candidates to solve, and whether to discover.

    Parameters
    ----------
    ids : frozenset of str or None
        Ids of the candidates; None for all of them.
    discover : bool
        Whether whole components are solved too.
    """

    ids: frozenset[str] | None
    discover: bool


def scopes_of(
    pool: Pool, components: NDArray[np.int64], *, across_programs: bool = False
) -> Scopes:
    """List every scope of a pool: each candidate of each component, then each component.

    Parameters
    ----------
    pool : Pool
        The exposures, n of them.
    components : ndarray of int64, shape (n,)
        Component of each exposure: two programs may use one candidate id for different things.
    across_programs : bool
        Whether the whole pool is a scope too, the last one.

    Returns
    -------
    Scopes
        Without the candidates whose id no name can hold.
    """
    named = pool.candidates
    width = max(len(named.table), 1)
    is_asn_id = pool.profile.names.is_asn_id
    usable = np.array([is_asn_id(asn_id) for asn_id, _ in named.table], dtype=np.bool_)
    kept = usable[named.pairs]
    rows = named.rows[kept]
    # One label per (component, candidate), so that equal ids of two programs stay apart.
    labels = components[rows] * width + named.pairs[kept]
    order, starts = spans(labels)
    candidate_scopes = _numbered(starts, len(order))

    whole_order, whole_starts = spans(components)
    whole_scopes = _numbered(whole_starts, len(whole_order)) + len(starts)
    first, wholes = labels[order][starts], components[whole_order][whole_starts]
    # An empty pool has no scopes.
    has_pool = across_programs and len(components) > 0
    count = len(starts) + len(wholes)
    # Components have labels from 0, so that the next one is free.
    more = np.full(int(has_pool), int(components.max(initial=-1)) + 1)
    all_rows = np.arange(len(components) if has_pool else 0, dtype=np.int64)
    return Scopes(
        candidates=named.table,
        components=np.concatenate([first // width, wholes, more]),
        candidate_codes=np.concatenate(
            [first % width, np.full(len(wholes) + len(more), -1, dtype=np.int64)]
        ),
        entry_rows=np.concatenate([rows[order], whole_order, all_rows]),
        entry_scopes=np.concatenate(
            [candidate_scopes, whole_scopes, np.full(len(all_rows), count)]
        ),
        has_pool=has_pool,
    )


def _numbered(starts: NDArray[np.int64], total: int) -> NDArray[np.int64]:
    """Give spans numbers from 0 and repeat each number over its span, shape (total,)."""
    return np.repeat(np.arange(len(starts), dtype=np.int64), sizes_of(starts, total))


def solved_scopes(scopes: Scopes, reach: Reach, wanted: CandidateFilter) -> NDArray[np.bool_]:
    """Tell in which scopes a rule is solved.

    Parameters
    ----------
    scopes : Scopes
        All scopes of the pool.
    reach : Reach
        Reach of the rule.
    wanted : CandidateFilter
        The candidates to solve, and whether to discover.

    Returns
    -------
    ndarray of bool, shape (scopes,)
    """
    allowed = [_allowed(candidate, reach, wanted) for candidate in scopes.candidates]
    whole = wanted.discover and reach.discovered and reach.candidate_types is None
    mask: NDArray[np.bool_] = np.array([*allowed, whole], dtype=np.bool_)[scopes.candidate_codes]
    if reach.across_programs:
        mask[:] = False
    if scopes.has_pool:
        mask[-1] = reach.across_programs
    return mask


def _allowed(candidate: tuple[str, str], reach: Reach, wanted: CandidateFilter) -> bool:
    """Tell whether a rule is solved in the scopes of one candidate."""
    asn_id, candidate_type = candidate
    types = reach.candidate_types
    if candidate_type in reach.barred_types or (types is not None and candidate_type not in types):
        return False
    is_wanted = wanted.ids is None or asn_id in wanted.ids
    # In discovery a rule bound to types of candidates is solved inside all of those.
    return is_wanted or (types is not None and wanted.discover and reach.discovered)
