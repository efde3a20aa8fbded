"""Matches of the best members of all associations: found by member, as objects, and in files."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from asnsolve.associations.association import Match
from asnsolve.associations.match_table import MatchTable
from asnsolve.expr.build import same
from asnsolve.rules.preferences import best, sky
from tests.associations.arrays import matches, memberships, scoped_of
from tests.associations.small import stepped
from tests.solvers.rows import exposure

NEAR = replace(best("background", prefer=same("detector"), nearest="expstart"), unit="d")
ON_SKY = replace(best("psf", nearest=sky("targ_ra", "targ_dec")), unit="deg")
PREFERRED = replace(best("imprint", prefer=same("band")), unit="unused")
# Kinds 0 and 1 belong to the first step, 2 to the second, 3 and 4 to the third.
RULE = stepped(NEAR, ON_SKY, PREFERRED)
SCOPED = scoped_of([exposure(name) for name in "abc"], RULE)


def table() -> MatchTable:
    """Collect the matches of three rules, the second of which ranks nothing."""
    return MatchTable.of(
        [
            memberships([0, 0, 1, 1], [3, 1, 0, 2], 2, found=matches([0, 1, -1, 4])),
            memberships([0, 0], [0, 1], 1),
            memberships([0, 1], [3, 0], 2, found=matches([2, 3], [5.5, 6.5], [8, 9])),
        ]
    )


def test_what_the_steps_of_all_rules_found_is_sorted_by_association_and_entry() -> None:
    found = table()
    assert len(found) == 5
    assert found.owners.tolist() == [0, 0, 1, 3, 4]
    assert found.entries.tolist() == [1, 3, 2, 3, 0]
    assert found.found.kinds.tolist() == [1, 0, 4, 2, 3]
    assert found.found.distances.tolist() == [1.0, 0.0, 3.0, 5.5, 6.5]
    assert found.found.science.tolist() == [1, 0, 3, 8, 9]


def test_without_ranked_members_the_table_is_empty() -> None:
    unranked = memberships([0, 0], [0, 1], 1, found=matches([-1, -1]))
    for made in ([], [memberships([0], [0], 1)], [unranked]):
        found = MatchTable.of(made)
        assert len(found) == len(found.entries) == len(found.found) == 0


def places(owners: list[int], entries: list[int]) -> list[int]:
    wanted = np.array(owners, dtype=np.int64), np.array(entries, dtype=np.int64)
    found: list[int] = table().places(*wanted).tolist()
    return found


def test_members_are_found_by_their_association_and_entry() -> None:
    assert places([0, 0, 1, 3, 4], [1, 3, 2, 3, 0]) == [0, 1, 2, 3, 4]
    assert places([4, 0], [0, 1]) == [4, 0]
    assert places([], []) == []


def test_members_that_no_step_ranks_are_not_found() -> None:
    every = [(owner, entry) for owner in range(7) for entry in range(-2, 9)]
    known = {(0, 1): 0, (0, 3): 1, (1, 2): 2, (3, 3): 3, (4, 0): 4}
    owners, entries = map(list, zip(*every, strict=True))
    assert places(owners, entries) == [known.get(member, -1) for member in every]
    # Look up each alone; no entry is greater than those of the table.
    for owner, entry in every:
        assert places([owner], [entry]) == [known.get((owner, entry), -1)]


def test_rows_are_made_into_objects() -> None:
    nan = math.nan
    ranked = matches([0, 1, 1, 2, 3, 4], [0.5, 2.5, nan, 0.1, nan, nan], [0, 1, 2, 2, 1, 0])
    found = MatchTable.of([memberships([0] * 6, range(6), 1, found=ranked)])
    assert list(found.objects(RULE, SCOPED, np.arange(6))) == [
        Match("jw_a", "the same detector", ("expstart",), 0.5, "d"),
        Match("jw_b", "no preference met", ("expstart",), 2.5, "d"),
        Match("jw_c", "no preference met", ("expstart",), None, "d"),
        Match("jw_c", "", ("targ_ra", "targ_dec"), 0.1, "deg"),
        Match("jw_b", "the same band", (), None, ""),
        Match("jw_a", "no preference met", (), None, ""),
    ]
    chosen = found.objects(RULE, SCOPED, np.array([3, 0]))
    assert [match.distance for match in chosen] == [0.1, 0.5]


def test_files_say_the_rows_of_each_note_under_its_key() -> None:
    noting = replace(NEAR, note="near"), ON_SKY, replace(PREFERRED, note="alike")
    ranked = matches([0, 4, 2, 1], [0.5, 1, 2, 3], [0, 1, 2, 1])
    found = MatchTable.of([memberships([0] * 4, range(4), 1, found=ranked)])
    wanted = np.array([3, -1, 2, 1, 0, 3])
    noted = dict(found.noted(stepped(*noting), SCOPED, wanted))
    assert {key: texts.list() for key, texts in noted.items()} == {
        "alike": [None, None, None, "no preference met, 1 from jw_b", None, None],
        "near": [
            "no preference met, 3 d from jw_b",
            None,
            None,
            None,
            "the same detector, 0.5 d from jw_a",
            "no preference met, 3 d from jw_b",
        ],
    }
    assert list(noted) == ["alike", "near"]


def test_files_say_nothing_of_rows_whose_steps_have_no_note() -> None:
    assert list(table().noted(RULE, SCOPED, np.arange(5))) == []
