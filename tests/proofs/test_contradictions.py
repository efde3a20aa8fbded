"""Needs that contradict each other are found, and no others."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve import RuleSet, check, load_rules
from asnsolve.expr.build import at_least, at_most, distinct, exactly, within
from asnsolve.expr.nodes import AtLeast, AtMost, Distinct, Exactly, Need, PlainNeed
from asnsolve.proofs.contradictions import contradictory

ROLES = ("science", "psf")
COUNTS = range(6)


def is_met(need: PlainNeed, members: dict[str, int]) -> bool:
    """Say whether a need can be met by so many members of each role, whatever their values."""
    count = sum(members.values()) if need.role is None else members.get(need.role, 0)
    match need:
        case AtLeast(least) | Distinct(least):
            return count >= least
        case AtMost(most):
            return count <= most
        case Exactly(exact):
            return count == exact


roles = st.sampled_from([*ROLES, None])
plain_needs = st.one_of(
    st.builds(AtLeast, st.integers(1, 5), roles),
    st.builds(AtMost, st.integers(0, 3), roles),
    st.builds(Exactly, st.integers(1, 3), roles),
    st.builds(Distinct, st.integers(1, 3), st.just(("obs_num",)), roles),
)


@given(needs=st.lists(plain_needs, max_size=5))
def test_needs_contradict_each_other_where_no_members_meet_them(needs: list[PlainNeed]) -> None:
    """Every number of members of each role is tried."""

    def can_be_met(some: list[PlainNeed]) -> bool:
        numbers = product(COUNTS, repeat=len(ROLES))
        return any(
            all(is_met(need, dict(zip(ROLES, counts, strict=True))) for need in some)
            for counts in numbers
        )

    found = contradictory(needs, ROLES)
    assert bool(found) != can_be_met(needs)
    assert {*found} <= {*needs}
    if found:
        assert not can_be_met(found)
        # Each of them is needed for the contradiction.
        for left_out in found:
            assert can_be_met([need for need in found if need is not left_out])


@pytest.mark.parametrize(
    ("needs", "says"),
    [
        (
            (exactly(1, "science"), exactly(2, "science")),
            "need at level 3, Asn_Lv3AMI: no association can meet the needs that there are exactly "
            "two science members and that there is exactly one science member",
        ),
        (
            (within(("group", "mosaic"), distinct(3, "obs_num")), exactly(2)),
            "need at level 3, Asn_Lv3AMI, group: no association in group candidates can meet the "
            "needs that the members take at least three values of obs_num and that there are "
            "exactly two members",
        ),
        ((at_least(2, "psf"), at_most(3)), None),
    ],
)
def test_a_check_finds_them(needs: tuple[Need, ...], says: str | None) -> None:
    rule = load_rules("jwst")["Asn_Lv3AMI"]
    report = check(RuleSet("mine", (replace(rule, needs=needs),)))
    found = [str(finding) for finding in report.findings if finding.kind == "need"]
    if says is None:
        assert not found
    else:
        assert found[0] == says
        assert len(found) == (2 if "group" in says else 1)
