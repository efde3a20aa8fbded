"""Matches of members as arrays, and the conditions of a rule in order."""

from __future__ import annotations

import numpy as np

from asnsolve.associations.matches import Matches, first_kind, match_kinds
from asnsolve.expr.build import one_of, same
from asnsolve.rules.preferences import best
from asnsolve.rules.steps import BestImprints
from tests.associations.arrays import matches
from tests.associations.small import stepped

FIRST = best("background", prefer=[same("detector"), same("band")])
SECOND = best("psf")
THIRD = best("imprint", prefer=one_of("template", "deep"))
RULE = stepped(BestImprints(), FIRST, SECOND, THIRD)


def lists(found: Matches) -> tuple[list[int], list[float], list[int]]:
    return found.kinds.tolist(), found.distances.tolist(), found.science.tolist()


def test_members_that_no_step_ranks_have_no_kind_distance_or_science_member() -> None:
    none = Matches.none(2)
    assert len(none) == 2
    assert (none.kinds.tolist(), none.science.tolist()) == ([-1, -1], [-1, -1])
    assert np.isnan(none.distances).tolist() == [True, True]


def test_some_of_the_members_are_taken_by_place_or_by_mask() -> None:
    found = matches([5, 6, 7], [0.5, 1.5, 2.5], [10, 11, 12])
    assert lists(found.take(np.array([2, 0]))) == ([7, 5], [2.5, 0.5], [12, 10])
    assert lists(found.take(np.array([False, True, False]))) == ([6], [1.5], [11])


def test_further_members_come_last() -> None:
    found = matches([5], [0.5], [10]).plus(matches([6, 7], [1.5, 2.5], [11, 12]))
    assert lists(found) == ([5, 6, 7], [0.5, 1.5, 2.5], [10, 11, 12])


def test_what_some_members_have_is_replaced_in_a_copy() -> None:
    found = matches([5, 6, 7], [0.5, 1.5, 2.5], [10, 11, 12])
    other = found.but(np.array([2, 0]), matches([8, 9], [3.5, 4.5], [13, 14]))
    assert lists(other) == ([9, 6, 8], [4.5, 1.5, 3.5], [14, 11, 13])
    assert lists(found) == ([5, 6, 7], [0.5, 1.5, 2.5], [10, 11, 12])


def test_the_conditions_of_each_step_are_followed_by_none_at_all() -> None:
    kinds = [(kind.step, kind.condition) for kind in match_kinds(RULE)]
    assert kinds == [
        (FIRST, "the same detector"),
        (FIRST, "the same band"),
        (FIRST, ""),
        (SECOND, ""),
        (THIRD, "(template is deep)"),
        (THIRD, ""),
    ]


def test_a_step_knows_where_its_conditions_begin() -> None:
    assert [first_kind(RULE, step) for step in (FIRST, SECOND, THIRD)] == [0, 3, 4]
