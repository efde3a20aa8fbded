"""Every operational rule makes something of what the simulator observes."""

from __future__ import annotations

import pytest

from asnsolve import Pool, load_rules, solve
from asnsolve.rules.jwst import JWST
from asnsolve.simulate import MODES, Program, simulate


@pytest.fixture(scope="module")
def pool() -> Pool:
    """Return a pool of one program of every mode."""
    return Pool(simulate(seed=1))


def test_every_rule_fires_on_one_program_of_every_mode(pool: Pool) -> None:
    fired = {association.rule for association in solve(pool)}
    assert fired == {rule.name for rule in JWST}
    assert len(fired) == 43


def test_both_variants_of_a_rule_fire(pool: Pool) -> None:
    variants = [rule for rule in JWST if rule.name == "Asn_Lv2SpecSpecial"]
    assert {rule.variant for rule in variants} == {"", "imprint"}
    for rule in variants:
        assert solve(pool, load_rules(rule)).associations


def test_what_the_simulator_observes_is_told_apart_by_name(pool: Pool) -> None:
    """No product of an undisturbed program has the name of another one."""
    assert solve(pool).same_names == ()


LEVELS = {
    "miri_lrs_slitless_single": {2},
    "nirspec_lamps": {2},
    **dict.fromkeys(
        ("miri_calibration", "nircam_calibration", "niriss_calibration", "nirspec_calibration"), ()
    ),
}
"""Levels of the products of a mode, where they are not both: darks and flats have none."""


@pytest.mark.parametrize("name", sorted(MODES))
def test_every_mode_has_products_of_its_levels(name: str) -> None:
    program = Program(number=1001, plans=(MODES[name].plan(),))
    levels = {association.level for association in solve(Pool(simulate([program])))}
    assert levels == {*LEVELS.get(name, (2, 3))}
