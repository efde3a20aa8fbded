"""What some attributes alone decide."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from asnsolve.expr.build import all_of, any_of, is_set, matches, named, not_, one_of
from asnsolve.expr.fold import attributes as all_attributes
from asnsolve.expr.nodes import Predicate
from asnsolve.expr.possible import possible
from asnsolve.interpret.to_mask import Mask, to_mask
from tests.examples import Table, exposures, predicates

TABLE = Table([{"kind": "a"}, {"kind": "b"}, {"kind": None}])
ASKED = one_of("kind", "a")
OTHER = is_set("filter")
KIND = frozenset({"kind"})


def never(predicate: Predicate, attributes: frozenset[str], table: Table) -> Mask:
    """Tell which exposures cannot satisfy a predicate because of some attributes alone."""
    return ~to_mask(possible(predicate, attributes), table)


def test_a_test_of_the_attribute_decides_and_others_do_not() -> None:
    assert never(ASKED, KIND, TABLE).tolist() == [False, True, True]
    assert never(matches("kind", "[ab]"), KIND, TABLE).tolist() == [False, False, True]
    assert never(OTHER, KIND, TABLE).tolist() == [False, False, False]
    assert never(not_(ASKED), KIND, TABLE).tolist() == [True, False, False]
    assert never(one_of(("kind", "filter"), "a"), KIND, TABLE).tolist() == [False] * 3


def test_one_part_decides_all_and_every_part_any() -> None:
    assert never(all_of(ASKED, OTHER), KIND, TABLE).tolist() == [False, True, True]
    assert never(any_of(ASKED, OTHER), KIND, TABLE).tolist() == [False, False, False]
    assert never(named("an a", ASKED), KIND, TABLE).tolist() == [False, True, True]
    assert never(any_of(), KIND, TABLE).all()
    assert not never(all_of(), KIND, TABLE).any()


@given(predicates(), st.lists(exposures(), max_size=8).map(Table))
def test_what_is_never_so_is_not_so(predicate: Predicate, table: Table) -> None:
    for attributes in ({"filter"}, {"pupil"}, {"filter", "pupil"}):
        known = frozenset(attributes)
        assert not (never(predicate, known, table) & to_mask(predicate, table)).any()
        assert all_attributes(possible(predicate, known)) <= known


def test_attributes_that_are_known_together_decide_together() -> None:
    both = frozenset({"kind", "filter"})
    assert never(all_of(ASKED, OTHER), both, TABLE).all()
    assert never(any_of(ASKED, OTHER), both, TABLE).tolist() == [False, True, True]
    assert never(one_of(("kind", "filter"), "a"), both, TABLE).tolist() == [False, True, True]
