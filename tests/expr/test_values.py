"""Sets of values: what they say of an attribute is what the predicates say that they stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.expr.build import all_of, any_of, is_set, matches, named, not_, one_of
from asnsolve.expr.nodes import AllOf, AnyOf, Predicate
from asnsolve.expr.values import ValueSet, value_set
from asnsolve.interpret.to_mask import to_mask
from tests.examples import VALUES, Exposure, Table, exposures, predicates

SOURCES = ("filter", "it")

value_sets = st.builds(
    ValueSet,
    unset=st.booleans(),
    values=st.frozensets(st.sampled_from(VALUES), max_size=4),
    others=st.booleans(),
)
tables = st.lists(exposures(), max_size=8).map(Table)


def _mask(values: ValueSet, table: Table) -> list[bool]:
    """Tell which exposures have a value that is admitted, by the predicate it stands for."""
    return [bool(held) for held in to_mask(values.predicate(SOURCES), table)]


@given(value_sets, tables)
def test_a_set_admits_what_its_fields_say(values: ValueSet, table: Table) -> None:
    def admits(exposure: Exposure) -> bool:
        value = exposure.get("filter") or exposure.get("it")
        return values.unset if value is None else (value in values.values) != values.others

    assert _mask(values, table) == [admits(exposure) for exposure in table.exposures]


@given(value_sets, value_sets, tables)
def test_joins_and_complements_of_sets_are_those_of_their_masks(
    one: ValueSet, other: ValueSet, table: Table
) -> None:
    left, right = _mask(one, table), _mask(other, table)
    assert _mask(one & other, table) == [a and b for a, b in zip(left, right, strict=True)]
    assert _mask(one | other, table) == [a or b for a, b in zip(left, right, strict=True)]
    assert _mask(one.complement(), table) == [not a for a in left]


@given(value_sets, value_sets)
def test_sets_join_as_sets_do(one: ValueSet, other: ValueSet) -> None:
    assert one.complement().complement() == one
    assert (one & other).complement() == one.complement() | other.complement()
    assert one & one == one | one == one
    assert one & other == other & one
    assert (one & one.complement()).is_empty
    assert (one | one.complement()).predicate(SOURCES) == AllOf(())


@given(value_sets)
def test_only_an_empty_set_admits_nothing(values: ValueSet) -> None:
    every: list[Exposure] = [{"filter": value} for value in (*VALUES, "another", None)]
    assert values.is_empty == (not any(_mask(values, Table(every))))
    assert values.is_empty == (values.predicate(SOURCES) == AnyOf(()))


@given(value_sets)
def test_a_set_is_read_back_from_what_it_says(values: ValueSet) -> None:
    said = values.predicate(SOURCES)
    if said in (AllOf(()), AnyOf(())):
        assert value_set(said) is None
    else:
        assert value_set(said) == (SOURCES, values)


@given(predicates(), tables)
def test_what_is_read_as_a_set_means_the_same(predicate: Predicate, table: Table) -> None:
    found = value_set(predicate)
    if found is not None:
        sources, values = found
        said = to_mask(values.predicate(sources), table)
        assert said.tolist() == to_mask(predicate, table).tolist()


def _set(*values: str, unset: bool = False, others: bool = False) -> ValueSet:
    return ValueSet(unset, frozenset(values), others)


@pytest.mark.parametrize(
    ("predicate", "values"),
    [
        (is_set("filter"), _set(others=True)),
        (not_(is_set("filter")), _set(unset=True)),
        (one_of("filter", "a", "b"), _set("a", "b")),
        (not_(one_of("filter", "a")), _set("a", unset=True, others=True)),
        (all_of(is_set("filter"), not_(one_of("filter", "a"))), _set("a", others=True)),
        (any_of(not_(is_set("filter")), one_of("filter", "a")), _set("a", unset=True)),
        (all_of(one_of("filter", "a", "b"), one_of("filter", "b", "c")), _set("b")),
        (not_(any_of(one_of("filter", "a"), not_(one_of("filter", "a", "b")))), _set("b")),
        (all_of(one_of("filter", "a"), one_of("filter", "b")), _set()),
    ],
    ids=lambda said: None if isinstance(said, ValueSet) else str(said),
)
def test_predicates_of_one_attribute_are_sets(predicate: Predicate, values: ValueSet) -> None:
    assert value_set(predicate) == (("filter",), values)


@pytest.mark.parametrize(
    "predicate",
    [
        matches("filter", "f.*"),
        not_(matches("filter", "f.*")),
        named("a filter", is_set("filter")),
        all_of(is_set("filter"), is_set("pupil")),
        all_of(is_set("filter"), is_set("filter", "pupil")),
        any_of(is_set("filter"), matches("filter", "f.*")),
        all_of(),
        any_of(),
    ],
    ids=str,
)
def test_others_are_none(predicate: Predicate) -> None:
    assert value_set(predicate) is None
