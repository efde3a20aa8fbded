"""Entries answer for their exposures: cells as whole numbers."""

from __future__ import annotations

import astropy.units as u
import numpy as np
import pytest

from asnsolve.expr.build import one_of, same, spread
from asnsolve.interpret.to_mask import OPEN
from asnsolve.rules.model import Clause
from asnsolve.solvers.graph import array_components
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.scopes import scopes_of
from tests.associations.small import stepped
from tests.rules.small import rule
from tests.solvers.rows import exposure, pool_of


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("7", 7),
        ("007", 7),
        ("0", 0),
        ("999", 999),
        ("1000", 1000),
        ("123456789", 123_456_789),
        ("999999999", 999_999_999),
        ("1234567890", -1),
        ("0000000001", -1),
        ("", -1),
        ("-1", -1),
        ("1.5", -1),
        ("a1", -1),
        ("²", -1),
    ],
)
def test_whole_numbers_of_up_to_nine_digits_are_read(cell: str, number: int) -> None:
    pool = pool_of(exposure("a", patt_num=cell), exposure("b", patt_num="3"))
    scoped = ScopedPool.of(pool, scopes_of(pool, array_components(pool)), ())
    numbers = dict(zip(scoped.codes("filename").tolist(), scoped.numbers("patt_num"), strict=True))
    assert numbers == {0: number, 1: 3}
    assert scoped.numbers("patt_num").dtype == "int64"
    assert set(scoped.numbers("numdthpt").tolist()) == {-1}


@pytest.mark.parametrize(
    "cell",
    [
        "[('c1000', 'mosaic'), ('o001', 'observation')]",
        "[('o001', 'observation'), ('c1000', 'mosaic')]",
    ],
)
def test_the_candidate_cell_of_an_entry_is_that_of_its_scope(cell: str) -> None:
    pool = pool_of(exposure("a", asn_candidate=cell))
    scoped = ScopedPool.of(pool, scopes_of(pool, array_components(pool)), ())
    cells = [scoped.value(place, "asn_candidate") for place in range(len(scoped))]
    alone = ["[('c1000', 'mosaic')]", "[('o001', 'observation')]"]
    assert sorted(map(str, cells)) == sorted([cell, *alone])
    # A predicate of no rule is answered too: one about this cell per entry, others per exposure.
    of_candidate = scoped.mask(one_of("asn_candidate", "[('o001', 'observation')]"))
    assert of_candidate.tolist() == [value == "[('o001', 'observation')]" for value in cells]
    assert scoped.mask(one_of("filter", "f200w")).all()


def test_a_test_of_the_candidate_and_another_attribute_takes_the_first_that_is_set() -> None:
    observation = "[('o001', 'observation')]"
    test = one_of(("asn_candidate", "filter"), observation, "f200w")
    either = stepped(clauses=(Clause("either", test),))
    pool = pool_of(
        exposure("a", asn_candidate="[('c1000', 'mosaic'), ('o001', 'observation')]"),
        exposure("b", asn_candidate="", filter="f200w"),
        exposure("c", asn_candidate="", filter="f090w"),
        exposure("d", asn_candidate=observation, filter="f090w"),
    )
    scoped = ScopedPool.of(pool, scopes_of(pool, array_components(pool)), (either,))
    passing = {
        (scoped.value(place, "filename"), scoped.value(place, "asn_candidate"))
        for place in np.flatnonzero(scoped.mask(test)).tolist()
    }
    assert passing == {
        ("jw_a_uncal.fits", observation),
        ("jw_b_uncal.fits", None),
        ("jw_d_uncal.fits", observation),
    }


def test_a_key_binds_the_roles_that_it_names() -> None:
    pool = pool_of(
        exposure("a", exp_type="mir_image", pa_v3="10"),
        exposure("b", exp_type="mir_image", is_psf="t", pa_v3="20", filter="f090w"),
    )
    scoped = ScopedPool.of(pool, scopes_of(pool, array_components(pool)), (small := rule(),))
    is_science = scoped.rows == 0

    def bound(roles: str | None) -> tuple[list[bool], list[float]]:
        offered = scoped.offers(small, same("filter", roles=roles)).offered
        (numbers,) = scoped.numbers_for(small, spread("pa_v3", at_most=1 * u.deg, roles=roles))
        assert (np.isnan(numbers) == (offered == OPEN)).all()
        return (offered != OPEN).tolist(), numbers[~np.isnan(numbers)].tolist()

    assert bound("science") == (is_science.tolist(), [10.0] * 2)
    assert bound("psf") == ((~is_science).tolist(), [20.0] * 2)
    assert bound(None) == ([True] * 4, np.where(is_science, 10.0, 20.0).tolist())


def test_candidates_are_no_numbers() -> None:
    cell = "[('c1000', 'mosaic'), ('o001', 'observation')]"
    pool = pool_of(exposure("a", asn_candidate=cell, pa_v3="10"))
    scoped = ScopedPool.of(pool, scopes_of(pool, array_components(pool)), ())
    assert len(scoped.values("asn_candidate")) == 3
    assert np.isnan(scoped.value_numbers("asn_candidate")).tolist() == [True] * 3
    assert scoped.value_numbers("pa_v3").tolist() == [10.0]
