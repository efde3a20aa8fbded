"""What one attribute alone decides."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from asnsolve.expr.build import all_of, any_of, is_set, matches, named, not_, one_of
from asnsolve.expr.nodes import Predicate
from asnsolve.interpret.to_certain import never
from asnsolve.interpret.to_mask import to_mask
from tests.examples import Table, exposures, predicates

TABLE = Table([{"kind": "a"}, {"kind": "b"}, {"kind": None}])
ASKED = one_of("kind", "a")
OTHER = is_set("filter")


def test_a_test_of_the_attribute_decides_and_others_do_not() -> None:
    assert never(ASKED, "kind", TABLE).tolist() == [False, True, True]
    assert never(matches("kind", "[ab]"), "kind", TABLE).tolist() == [False, False, True]
    assert never(OTHER, "kind", TABLE).tolist() == [False, False, False]
    assert never(not_(ASKED), "kind", TABLE).tolist() == [True, False, False]
    assert never(one_of(("kind", "filter"), "a"), "kind", TABLE).tolist() == [False] * 3


def test_one_part_decides_all_and_every_part_any() -> None:
    assert never(all_of(ASKED, OTHER), "kind", TABLE).tolist() == [False, True, True]
    assert never(any_of(ASKED, OTHER), "kind", TABLE).tolist() == [False, False, False]
    assert never(named("an a", ASKED), "kind", TABLE).tolist() == [False, True, True]
    assert never(any_of(), "kind", TABLE).all()
    assert not never(all_of(), "kind", TABLE).any()


@given(predicates(), st.lists(exposures(), max_size=8).map(Table))
def test_what_is_never_so_is_not_so(predicate: Predicate, table: Table) -> None:
    for attribute in ("filter", "pupil"):
        assert not (never(predicate, attribute, table) & to_mask(predicate, table)).any()
