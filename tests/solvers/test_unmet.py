"""Of a predicate that refuses an exposure, only what it does not meet is said."""

from __future__ import annotations

import pytest
from hypothesis import assume, given

from asnsolve.expr.build import all_of, any_of, is_set, not_, one_of
from asnsolve.expr.nodes import Predicate
from asnsolve.interpret.to_csp import admits
from asnsolve.interpret.to_text import to_text
from asnsolve.solvers.unmet import unmet
from tests.examples import exposures, predicates

SPECTRUM = {"exp_type": "nrs_fixedslit", "filter": "f290lp", "grating": None, "lamp": None}


@pytest.mark.parametrize(
    ("predicate", "said"),
    [
        (all_of(is_set("filter"), is_set("grating")), "grating is set"),
        (any_of(one_of("exp_type", "mir_mrs"), is_set("grating")), "grating is set"),
        (any_of(is_set("lamp"), is_set("grating")), "lamp is set or grating is set"),
        (
            any_of(all_of(is_set("filter"), is_set("lamp")), is_set("grating")),
            "lamp is set or grating is set",
        ),
        (
            any_of(all_of(one_of("exp_type", "mir_mrs"), is_set("lamp")), is_set("grating")),
            "grating is set",
        ),
        (
            any_of(
                all_of(is_set("lamp"), any_of(one_of("exp_type", "mir_mrs"), is_set("grating"))),
                one_of("exp_type", "mir_image"),
            ),
            "lamp is set and grating is set",
        ),
        # Where the type alone decides, it is said.
        (one_of("exp_type", "mir_mrs", "mir_image"), "exp_type is mir_image or mir_mrs"),
        (all_of(not_(is_set("filter")), is_set("exp_type")), "filter is not set"),
    ],
)
def test_what_is_met_is_left_out(predicate: Predicate, said: str) -> None:
    found = unmet(predicate, lambda part: admits(part, SPECTRUM), {"exp_type"})
    assert to_text(found) == said


@given(predicates(), exposures())
def test_what_is_left_refuses_too(predicate: Predicate, exposure: dict[str, str | None]) -> None:
    assume(not admits(predicate, exposure))
    found = unmet(predicate, lambda part: admits(part, exposure), {"exp_type"})
    assert not admits(found, exposure)
