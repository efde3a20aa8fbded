"""The table of associations knows the scope of each."""

from __future__ import annotations

from dataclasses import replace

from asnsolve import solve
from tests.associations.small import BASE, shape, stepped
from tests.solvers.rows import exposure, pool_of


def test_each_association_has_the_scope_of_its_own_exposures() -> None:
    """What discovery repeats of a candidate gives way, in its own program alone."""
    rule = stepped(base=replace(BASE, laws=("discovered repeats",)))
    rows = [exposure(name, asn_candidate="[('o002', 'observation')]") for name in "ab"]
    rows += [exposure(name, asn_candidate="[]", program="2") for name in "cd"]
    rows += [exposure(name, program="3") for name in "ef"]
    for order in (rows, rows[::-1]):
        found = solve(pool_of(*order), rule)
        assert [(one.program, one.asn_id, shape(one)) for one in found] == [
            ("00001", "o002", "science a b"),
            ("00002", "a3001", "science c d"),
            ("00003", "o001", "science e f"),
        ]
        assert [(one.association.program, one.association.asn_id) for one in found.dropped] == [
            ("00001", "a3001"),
            ("00003", "a3001"),
        ]
        assert [one.gave_way_to for one in found.dropped] == [found[0], found[2]]


def test_an_association_is_degraded_if_a_member_has_an_error() -> None:
    rows = [exposure("a", exposerr="jitter"), exposure("b"), exposure("c", obs_num="2")]
    rule = stepped(base=replace(BASE, degraded="Something is wrong."))
    texts = [one.degraded_status for one in solve(pool_of(*rows), rule, discover=False)]
    assert texts == ["Something is wrong.", "No known degraded exposures in association."]
