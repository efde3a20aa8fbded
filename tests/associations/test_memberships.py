"""Members of the associations of one rule as arrays."""

from __future__ import annotations

import numpy as np

from asnsolve.associations.memberships import Memberships, role_code
from asnsolve.expr.build import is_set
from asnsolve.rules.model import Cases
from asnsolve.solvers.groups import Groups
from tests.associations.arrays import matches, memberships
from tests.associations.small import stepped

RULE = stepped(roles=Cases(((is_set("is_psf"), "psf"),), "science"))
PSF, SCIENCE = 0, 1


def numbered(groups: list[int], first_entry: int) -> Memberships:
    """Make members of three associations; their entries are numbered."""
    return memberships(groups, range(first_entry, first_entry + len(groups)), 3)


def test_groups_of_a_solver_are_associations_without_further_members() -> None:
    found = Memberships.of(Groups.of([(1, 4), (0, 2, 3)], np.array([0, 1, 0, 0, 1], dtype=np.int8)))
    assert found.count == 2
    assert found.groups.tolist() == [0, 0, 1, 1, 1]
    assert found.entries.tolist() == [1, 4, 0, 2, 3]
    assert found.roles.tolist() == [1, 1, 0, 0, 0]
    assert found.shares_keys.tolist() == [True] * 5
    assert (found.direct_images < 0).tolist() == [True, True]
    assert found.spectra_as_background.tolist() == [False, False]
    assert found.matches is None


def test_further_members_come_last_in_their_associations() -> None:
    # Many of them: sorting that is not stable leaves few members in order.
    first = numbered([0] * 40 + [1] * 40 + [2] * 40, 0)
    more = numbered([2] * 30 + [0] * 30, 1000)
    both = first.plus(more)
    assert both.groups.tolist() == [0] * 70 + [1] * 40 + [2] * 70
    expected = [*range(40), *range(1030, 1060), *range(40, 120), *range(1000, 1030)]
    assert both.entries.tolist() == expected
    assert len(both.roles) == len(both.shares_keys) == len(expected)


def test_members_keep_what_they_have_beside_further_ones() -> None:
    first = memberships([0, 1], [5, 6], 2, roles=[1, 2], shares_keys=[True, False])
    more = memberships([0, 1], [7, 8], 2, roles=[3, 4], shares_keys=[False, True])
    both = first.plus(more)
    assert both.entries.tolist() == [5, 7, 6, 8]
    assert both.roles.tolist() == [1, 3, 2, 4]
    assert both.shares_keys.tolist() == [True, False, False, True]
    assert both.matches is None


def test_matches_of_members_stay_beside_those_of_further_ones() -> None:
    plain, ranked = matches([3, 4], [0.5, 1.5], [8, 9]), matches([1, 2], [2.5, 3.5], [6, 7])
    for own, further, kinds, science in (
        (plain, ranked, [3, 1, 4, 2], [8, 6, 9, 7]),
        (plain, None, [3, -1, 4, -1], [8, -1, 9, -1]),
        (None, ranked, [-1, 1, -1, 2], [-1, 6, -1, 7]),
    ):
        first = memberships([0, 1], [5, 6], 2, found=own)
        both = first.plus(memberships([0, 1], [7, 8], 2, found=further))
        assert both.matches is not None
        assert both.matches.kinds.tolist() == kinds
        assert both.matches.science.tolist() == science


def test_no_further_members_change_nothing() -> None:
    first = memberships([0, 1], [5, 6], 2, found=matches([3, 4]))
    assert first.plus(first.take(np.zeros(0, dtype=np.int64))) is first


def test_members_are_counted_by_association() -> None:
    some = numbered([0, 0, 1], 5)
    chosen = np.array([True, False, False])
    assert some.any_member(chosen).tolist() == [True, False, False]
    assert some.count_members(chosen).tolist() == [1, 0, 0]
    assert some.count_members(some.groups >= 0).tolist() == [2, 1, 0]


def test_some_of_the_members_are_taken() -> None:
    some = memberships([0, 0, 2], [5, 6, 7], 3, roles=[0, 1, 2], shares_keys=[False, True, True])
    taken = some.take(np.array([2, 0]))
    assert (taken.count, taken.matches) == (3, None)
    assert taken.groups.tolist() == [2, 0]
    assert taken.entries.tolist() == [7, 5]
    assert taken.roles.tolist() == [2, 0]
    assert taken.shares_keys.tolist() == [True, False]
    ranked = memberships([0, 0, 2], [5, 6, 7], 3, found=matches([3, 4, 5]))
    masked = ranked.take(np.array([True, False, True]))
    assert masked.entries.tolist() == [5, 7]
    assert masked.matches is not None
    assert masked.matches.kinds.tolist() == [3, 5]


def test_members_with_a_role_are_those_that_share_keys() -> None:
    some = memberships(
        [0] * 4,
        [5, 6, 7, 8],
        1,
        roles=[PSF, SCIENCE, PSF, SCIENCE],
        shares_keys=[True, True, False, False],
    )
    assert some.with_role(RULE, "psf").tolist() == [True, False, False, False]
    assert some.with_role(RULE, "science").tolist() == [False, True, False, False]
    assert some.with_role(RULE, "background").tolist() == [False] * 4


def test_roles_have_their_places_in_the_rule() -> None:
    codes = [role_code(RULE, role) for role in ("psf", "science", "background")]
    assert codes == [PSF, SCIENCE, -1]
