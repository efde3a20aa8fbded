"""Members of the associations of one rule as arrays."""

from __future__ import annotations

import numpy as np

from asnsolve.associations.memberships import Memberships


def memberships(groups: list[int], first_entry: int) -> Memberships:
    """Make science members of three associations; their entries are numbered."""
    count = len(groups)
    return Memberships(
        count=3,
        groups=np.array(groups, dtype=np.int64),
        entries=np.arange(first_entry, first_entry + count, dtype=np.int64),
        roles=np.zeros(count, dtype=np.int8),
        shares_keys=np.ones(count, dtype=np.bool_),
        direct_images=np.full(3, -1, dtype=np.int64),
        spectra_as_background=np.zeros(3, dtype=np.bool_),
    )


def test_further_members_come_last_in_their_associations() -> None:
    # Many of them: sorting that is not stable leaves few members in order.
    first = memberships([0] * 40 + [1] * 40 + [2] * 40, 0)
    more = memberships([2] * 30 + [0] * 30, 1000)
    both = first.plus(more)
    assert both.groups.tolist() == [0] * 70 + [1] * 40 + [2] * 70
    expected = [*range(40), *range(1030, 1060), *range(40, 120), *range(1000, 1030)]
    assert both.entries.tolist() == expected
    assert len(both.roles) == len(both.shares_keys) == len(expected)


def test_members_are_counted_by_association() -> None:
    some = memberships([0, 0, 2], 5)
    chosen = np.array([True, False, False])
    assert some.any_member(chosen).tolist() == [True, False, False]
    assert some.count_members(chosen).tolist() == [1, 0, 0]
    assert some.count_members(some.groups >= 0).tolist() == [2, 0, 1]
    taken = some.take(np.array([2, 0]))
    assert (taken.entries.tolist(), taken.count) == ([7, 5], 3)
