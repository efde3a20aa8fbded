"""The members of all associations in one array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.member_files import MemberFiles
from asnsolve.associations.memberships import Memberships
from asnsolve.rules.model import Rule
from asnsolve.solvers.arrays import Ints, combine, spans, stable_order
from asnsolve.solvers.scoped_pool import ScopedPool

Roles = NDArray[np.int8]
_Columns = tuple[Ints, Ints, Roles, Ints]
"""Owner, file, role and entry of members, each of shape (k,)."""


@dataclass(frozen=True, slots=True)
class Members:
    """Members of associations, association by association, in the order in which they are written.

    Parameters
    ----------
    starts : ndarray of int64, shape (a + 1,)
        Association ``i`` has the members from ``starts[i]`` up to ``starts[i + 1]``.
    files : ndarray of int64, shape (m,)
        File of each member, exposure and stage in one number; see `MemberFiles`.
    ranks : ndarray of int64, shape (m,)
        Rank of its name among all member files; equal names have equal ranks.
    roles : ndarray of int8, shape (m,)
        Its role, as an index into the roles of the table.
    entries : ndarray of int64, shape (m,)
        The exposure, as an entry of the scoped pool; -1 for a derived member.
    repeats : ndarray of int64, shape (2, r)
        Associations and entries of further rows of the pool about a file that is a member already.
    """

    starts: Ints
    files: Ints
    ranks: Ints
    roles: Roles
    entries: Ints
    repeats: Ints

    @property
    def owners(self) -> Ints:
        """Association of each member, shape (m,)."""
        sizes = np.diff(self.starts)
        return np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)

    def of(self, association: int) -> slice:
        """Return the positions of the members of one association.

        Parameters
        ----------
        association : int
            Row of the association table.

        Returns
        -------
        slice
        """
        return slice(int(self.starts[association]), int(self.starts[association + 1]))


def members_of(
    scoped: ScopedPool,
    files: MemberFiles,
    roles: Sequence[str],
    made: Sequence[tuple[Rule, Memberships]],
) -> Members:
    """Lay the members of all associations end to end, each file once.

    Parameters
    ----------
    scoped : ScopedPool
        All entries.
    files : MemberFiles
        Files that members can be. Associations with direct images have them in the order of
        ``files.images``.
    roles : sequence of str
        Roles that members can have, in the order in which members are written.
    made : sequence of (Rule, Memberships)
        The associations of each rule, rule by rule.

    Returns
    -------
    Members
        Those of an association are sorted by role, then by file name.
    """
    parts: list[_Columns] = []
    association_count, image_count = 0, 0
    for rule, memberships in made:
        columns = _exposures(scoped, files, roles, rule, memberships)
        if (memberships.direct_images >= 0).any():
            derived = _derived(files, roles, memberships.count, image_count)
            columns = _end_to_end([columns, derived])
            image_count += memberships.count
        owners, numbers, role_codes, entries = columns
        parts.append((owners + association_count, numbers, role_codes, entries))
        association_count += memberships.count
    owners, numbers, role_codes, entries = _end_to_end(parts)
    del parts
    ranks = files.ranks(numbers)
    order, repeats = _sorted(owners, role_codes, ranks), np.zeros((2, 0), dtype=np.int64)
    if not (files.plain and len(files.names) == len(scoped.pool)):
        at_level2 = np.repeat(
            np.array([rule.base.level == 2 for rule, _ in made], dtype=np.bool_),
            [memberships.count for _, memberships in made],
        )
        kept = _first_rows(scoped, at_level2, (owners, ranks, role_codes, entries))[order]
        repeats = np.stack([owners[order[~kept]], entries[order[~kept]]])
        order = order[kept]
    sizes = np.bincount(owners[order])
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    files_in_order = numbers[order]
    # Numbers are often ranks themselves; then one array is kept for both.
    ranks_in_order = files_in_order if ranks is numbers else ranks[order]
    return Members(
        starts, files_in_order, ranks_in_order, role_codes[order], entries[order], repeats
    )


def _exposures(
    scoped: ScopedPool,
    files: MemberFiles,
    roles: Sequence[str],
    rule: Rule,
    memberships: Memberships,
) -> _Columns:
    """List the exposures of a rule's associations."""
    members = scoped.at(memberships.entries)
    stages = np.array([files.stages.index(stage) for stage in rule.member_suffixes.results()])
    first_numbers = members.codes("filename").astype(np.int64) * len(files.stages)
    numbers = first_numbers + stages[members.decide(rule.member_suffixes)]
    role_codes = np.array([roles.index(role) for role in rule.all_roles], dtype=np.int8)
    codes = role_codes[memberships.roles]
    owners, entries = memberships.groups, memberships.entries
    if not memberships.spectra_as_background.any():
        return owners, numbers, codes, entries
    # The spectrum of a science member is a second file of the same exposure.
    is_science = codes == roles.index("science")
    again = np.flatnonzero(is_science & memberships.spectra_as_background[owners])
    background = np.full(len(again), roles.index("background"), dtype=np.int8)
    spectra = (owners[again], first_numbers[again] + files.spectrum, background, entries[again])
    return _end_to_end([(owners, numbers, codes, entries), spectra])


def _derived(files: MemberFiles, roles: Sequence[str], count: int, first_image: int) -> _Columns:
    """List the products of one direct image per association."""
    products = files.pool.profile.files.image_products
    width = len(products)
    first = files.first_derived + first_image * width
    role_codes = [roles.index(role) for role, _ in products]
    return (
        np.repeat(np.arange(count, dtype=np.int64), width),
        np.arange(first, first + count * width, dtype=np.int64),
        np.tile(np.array(role_codes, dtype=np.int8), count),
        np.full(count * width, -1, dtype=np.int64),
    )


def _end_to_end(parts: Sequence[_Columns]) -> _Columns:
    nothing = np.zeros(0, dtype=np.int64)
    owners, numbers, roles, entries = zip(
        (nothing, nothing, nothing.astype(np.int8), nothing), *parts, strict=True
    )
    return (
        np.concatenate(owners),
        np.concatenate(numbers),
        np.concatenate(roles),
        np.concatenate(entries),
    )


def _first_rows(
    scoped: ScopedPool, at_level2: NDArray[np.bool_], columns: tuple[Ints, Ints, Roles, Ints]
) -> NDArray[np.bool_]:
    """Find the members that repeat no other, given as owners, ranks, roles and entries, each (m,).

    Rows of the pool that contradict one another about a file make one member of it per role. At
    level 2 they make one member in all, since no exposure is its own background.
    """
    owners, ranks, roles, entries = columns
    rows = scoped.at(np.maximum(entries, 0))
    # Of several rows about one file, a row with an exposure error comes before one without.
    error = rows.codes("exposerr").astype(np.int64)
    error = np.where(error < 0, len(scoped.values("exposerr")), error)
    order = stable_order(owners, roles, ranks, error, rows.codes("asn_candidate"))
    once_per_role = _first_of_each(order, combine([owners, ranks, roles.astype(np.int64)]))
    once = _first_of_each(order, combine([owners, ranks]))
    return np.where(at_level2[owners], once, once_per_role)


def _first_of_each(order: Ints, labels: Ints) -> NDArray[np.bool_]:
    """Find the positions, shape (m,), that come first of their label in an order."""
    is_first = np.zeros(len(labels), dtype=np.bool_)
    by_label, starts = spans(labels[order])
    is_first[order[by_label[starts]]] = True
    return is_first


def _sorted(owners: Ints, roles: Roles, ranks: Ints) -> Ints:
    """Sort members by association, role and name; returns positions, shape (m,)."""
    widths = (int(roles.max(initial=0)) + 1, int(ranks.max(initial=0)) + 1)
    if (int(owners.max(initial=0)) + 1) * widths[0] * widths[1] < 2**62:
        # Often the members are in order already.
        keys = owners * widths[0]
        keys += roles
        keys *= widths[1]
        keys += ranks
        if (keys[1:] >= keys[:-1]).all():
            return np.arange(len(keys), dtype=np.int64)
        return stable_order(keys)
    return stable_order(owners, roles, ranks)
