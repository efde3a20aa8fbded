"""Memberships and entries written by hand, for tests of single modules."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from asnsolve.associations.matches import Matches
from asnsolve.associations.memberships import Memberships
from asnsolve.profiles import Profile
from asnsolve.rules.model import Rule
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.scopes import Scopes
from tests.solvers.rows import pool_of

__all__ = ["matches", "memberships", "scoped_of"]


def scoped_of(
    rows: Sequence[dict[str, str]],
    *rules: Rule,
    ids: Sequence[str] = ("",),
    profile: Profile | None = None,
) -> ScopedPool:
    """Put rows, sorted by file name, into scopes: entries have the numbers of the rows.

    There is a scope per id of a candidate, which is empty for discovered associations; rows take
    the ids in turn.
    """
    count = len(rows)
    known = sorted({*ids} - {""})
    codes = [known.index(asn_id) if asn_id else -1 for asn_id in ids]
    scopes = Scopes(
        candidates=tuple((asn_id, "observation") for asn_id in known),
        components=np.zeros(len(ids), dtype=np.int64),
        candidate_codes=np.array(codes, dtype=np.int64),
        entry_rows=np.arange(count, dtype=np.int64),
        entry_scopes=np.arange(count, dtype=np.int64) % len(ids),
    )
    return ScopedPool.of(pool_of(*rows, profile=profile), scopes, rules)


def matches(
    kinds: Sequence[int], distances: Sequence[float] = (), science: Sequence[int] = ()
) -> Matches:
    """Make matches of members; by default, distances and science members are numbered."""
    count = len(kinds)
    return Matches(
        np.array(kinds, dtype=np.int64),
        np.array(distances or range(count), dtype=np.float64),
        np.array(science or range(count), dtype=np.int64),
    )


def memberships(
    groups: Sequence[int],
    entries: Sequence[int],
    count: int,
    *,
    roles: Sequence[int] = (),
    shares_keys: Sequence[bool] = (),
    found: Matches | None = None,
    direct_images: Sequence[int] = (),
) -> Memberships:
    """Make science members of associations, which share keys."""
    members = len(groups)
    return Memberships(
        count=count,
        groups=np.array(groups, dtype=np.int64),
        entries=np.array(entries, dtype=np.int64),
        roles=np.array(roles or [0] * members, dtype=np.int8),
        shares_keys=np.array(shares_keys or [True] * members, dtype=np.bool_),
        direct_images=np.array(direct_images or [-1] * count, dtype=np.int64),
        spectra_as_background=np.zeros(count, dtype=np.bool_),
        matches=found,
    )
