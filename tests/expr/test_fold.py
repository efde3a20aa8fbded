from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.expr.build import all_of, any_of, is_set, matches, named, not_, one_of
from asnsolve.expr.fold import attributes, conjuncts, fold, names
from asnsolve.expr.nodes import AllOf, AnyOf, InRange, IsSet, Matches, Named, Not, OneOf, Predicate
from asnsolve.expr.values import value_set
from asnsolve.interpret.to_mask import to_mask
from tests.examples import ATTRIBUTES, NAMES, Exposure, Table, exposures, predicates

A, B, C = is_set("filter"), is_set("pupil"), one_of("band", "long")
X, Y, XY = one_of("filter", "x"), one_of("filter", "y"), one_of("filter", "x", "y")
STAR = named("a star", X)
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
            return isinstance(inner, IsSet | OneOf | Matches | InRange | Named)
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


def _leaves(predicate: Predicate) -> int:
    match predicate:
        case Not(inner):
            return _leaves(inner)
        case AllOf(parts) | AnyOf(parts):
            return sum(map(_leaves, parts))
        case _:
            return 1


@given(predicates())
def test_a_folded_predicate_is_no_longer_than_before(predicate: Predicate) -> None:
    assert _leaves(fold(predicate)) <= _leaves(predicate)


def _says_once(predicate: Predicate) -> bool:
    """Tell whether no join could say in fewer words what it says of one attribute."""
    match predicate:
        case AllOf(parts) | AnyOf(parts):
            family = type(predicate)
            together: dict[tuple[str, ...], list[Predicate]] = {}
            for part in parts:
                found = value_set(part)
                if found is not None:
                    together.setdefault(found[0], []).append(part)
            joins = [family(tuple(said)) for said in together.values() if len(said) > 1]
            return all(map(_says_once, parts)) and all(map(_is_in_fewest_words, joins))
        case _:
            return True


def _is_in_fewest_words(join: AllOf | AnyOf) -> bool:
    """Tell whether a join about one attribute is what its set of values is said as."""
    found = value_set(join)
    assert found is not None
    sources, values = found
    return values.predicate(sources) == join


@given(predicates())
def test_a_folded_predicate_says_what_it_says_of_an_attribute_once(predicate: Predicate) -> None:
    assert _says_once(fold(predicate))


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
        (AnyOf((X, Y)), XY),
        (AnyOf((X, B, Y)), AnyOf((XY, B))),
        (AllOf((X, Y)), NEVER),
        (AllOf((B, X, AnyOf((C, Y)), Y)), NEVER),
        (AllOf((XY, Not(Y))), X),
        (AllOf((XY, A)), XY),
        (AnyOf((XY, A)), A),
        (AnyOf((A, Not(A))), ALWAYS),
        (AllOf((A, Not(A))), NEVER),
        (AnyOf((B, A, Not(A))), ALWAYS),
        (AllOf((Not(X), Not(Y))), Not(XY)),
        (AnyOf((Not(X), Not(Y))), ALWAYS),
        (AllOf((Not(X), B, A)), AllOf((A, Not(X), B))),
        (AnyOf((X, B, Not(A))), AnyOf((Not(A), X, B))),
        (AnyOf((AllOf((A, Not(X))), Not(A))), Not(X)),
        (AllOf((AnyOf((Not(A), XY)), A)), XY),
        (AnyOf((AllOf((A, Not(XY))), X)), AllOf((A, Not(Y)))),
        (
            AnyOf((X, one_of(("filter", "pupil"), "y"))),
            AnyOf((X, one_of(("filter", "pupil"), "y"))),
        ),
        (AnyOf((X, matches("filter", "y"))), AnyOf((X, matches("filter", "y")))),
        (STAR, STAR),
        (Not(STAR), Not(STAR)),
        (Not(Not(STAR)), STAR),
        (AnyOf((STAR, Y)), AnyOf((STAR, Y))),
        (AllOf((STAR, STAR, Y)), AllOf((STAR, Y))),
        (Not(AllOf((STAR, A))), AnyOf((Not(STAR), Not(A)))),
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
    assert attributes(named("a star", any_of(leaves[0], C))) == {"filter", "pupil", "band"}
    assert attributes(ALWAYS) == frozenset()


def test_names_are_those_in_a_predicate_and_in_what_they_stand_for() -> None:
    inner = any_of(STAR, B)
    outer = named("a field", not_(inner))
    assert names(C) == names(not_(C)) == names(ALWAYS) == {}
    assert names(STAR) == names(not_(STAR)) == {"a star": X}
    assert names(outer) == {"a field": not_(inner), "a star": X}
    assert names(all_of(A, any_of(C, not_(outer)))) == names(outer)
    assert list(names(all_of(STAR, named("a dark", C)))) == ["a star", "a dark"]


@given(predicates())
def test_folding_keeps_names_as_they_are(predicate: Predicate) -> None:
    assert names(fold(predicate)).items() <= names(predicate).items()
    assert names(predicate).items() <= NAMES.items()
