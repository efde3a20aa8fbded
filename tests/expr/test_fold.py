from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.expr.build import all_of, any_of, is_set, matches, not_, one_of
from asnsolve.expr.fold import attributes, conjuncts, fold
from asnsolve.expr.nodes import AllOf, AnyOf, IsSet, Matches, Not, OneOf, Predicate
from asnsolve.interpret.to_mask import to_mask
from tests.examples import ATTRIBUTES, Exposure, Table, exposures, predicates

A, B, C = is_set("filter"), is_set("pupil"), one_of("band", "long")
ALWAYS, NEVER = AllOf(()), AnyOf(())


@given(predicates(), st.lists(exposures(), max_size=8))
def test_folding_keeps_the_meaning(predicate: Predicate, seen: list[Exposure]) -> None:
    table = Table(seen)
    assert to_mask(fold(predicate), table).tolist() == to_mask(predicate, table).tolist()


@given(predicates())
def test_folding_twice_is_folding_once(predicate: Predicate) -> None:
    assert fold(fold(predicate)) == fold(predicate)


def _is_flat(predicate: Predicate) -> bool:
    """Tell whether joins alternate, hold two parts or none, and only leaves are negated."""
    match predicate:
        case Not(inner):
            return isinstance(inner, IsSet | OneOf | Matches)
        case AllOf(parts) | AnyOf(parts):
            return (
                len(parts) != 1
                and len(set(parts)) == len(parts)
                and all(_is_flat(part) for part in parts)
                and not any(isinstance(part, type(predicate)) for part in parts)
                and ALWAYS not in parts
                and NEVER not in parts
            )
        case _:
            return True


@given(predicates())
def test_a_folded_predicate_is_flat(predicate: Predicate) -> None:
    assert _is_flat(fold(predicate))


@given(predicates(), st.lists(exposures(), max_size=8))
def test_the_conjuncts_together_are_the_predicate(
    predicate: Predicate, seen: list[Exposure]
) -> None:
    table = Table(seen)
    joined = AllOf(conjuncts(predicate))
    assert to_mask(joined, table).tolist() == to_mask(predicate, table).tolist()
    assert not any(isinstance(part, AllOf) for part in conjuncts(predicate))


@given(predicates(), exposures(), exposures())
def test_a_predicate_looks_at_nothing_but_its_attributes(
    predicate: Predicate, exposure: Exposure, other: Exposure
) -> None:
    named = attributes(predicate)
    changed = {
        name: (exposure if name in named else other).get(name) for name in (*ATTRIBUTES, "band")
    }
    assert named <= set(ATTRIBUTES)
    before, after = to_mask(predicate, Table([exposure])), to_mask(predicate, Table([changed]))
    assert before.tolist() == after.tolist()


@given(predicates())
def test_folding_brings_in_no_attribute(predicate: Predicate) -> None:
    assert attributes(fold(predicate)) <= attributes(predicate)


@pytest.mark.parametrize(
    ("predicate", "folded"),
    [
        (AllOf((A, AllOf((B, C)))), AllOf((A, B, C))),
        (AnyOf((A, AnyOf((B, C)))), AnyOf((A, B, C))),
        (AllOf((A, B, A)), AllOf((A, B))),
        (AllOf((A, AnyOf((B,)))), AllOf((A, B))),
        (AllOf((A, A)), A),
        (Not(Not(A)), A),
        (Not(AllOf((A, Not(B)))), AnyOf((Not(A), B))),
        (Not(AnyOf((A, Not(B)))), AllOf((Not(A), B))),
        (AllOf((A, NEVER)), NEVER),
        (AnyOf((A, ALWAYS)), ALWAYS),
        (AllOf((A, ALWAYS)), A),
        (AnyOf((A, NEVER)), A),
        (Not(ALWAYS), NEVER),
        (Not(NEVER), ALWAYS),
    ],
    ids=str,
)
def test_folding_by_example(predicate: Predicate, folded: Predicate) -> None:
    assert fold(predicate) == folded


def test_conjuncts_of_what_is_no_conjunction() -> None:
    assert conjuncts(A) == (A,)
    assert conjuncts(any_of(A, B)) == (any_of(A, B),)
    assert conjuncts(ALWAYS) == ()
    assert conjuncts(NEVER) == (NEVER,)
    assert conjuncts(not_(any_of(A, all_of(B, C)))) == (not_(A), any_of(not_(B), not_(C)))


def test_attributes_of_every_node() -> None:
    leaves = (is_set("filter", "pupil"), one_of("band", "long"), matches("visitype", ".*"))
    assert [attributes(leaf) for leaf in leaves] == [
        {"filter", "pupil"},
        {"band"},
        {"visitype"},
    ]
    assert attributes(any_of(leaves[0], not_(all_of(*leaves[1:])))) == {
        *("filter", "pupil", "band", "visitype")
    }
    assert attributes(ALWAYS) == frozenset()
