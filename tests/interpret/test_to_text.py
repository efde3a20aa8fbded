from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.expr.build import all_of, any_of, is_set, not_, one_of
from asnsolve.expr.fold import fold, names
from asnsolve.expr.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Constraint,
    Distinct,
    Exactly,
    InRange,
    IsSet,
    Linked,
    LinkedSky,
    Matches,
    Named,
    Not,
    OneOf,
    Predicate,
    Same,
    Spread,
    Within,
)
from asnsolve.interpret.from_text import readings
from asnsolve.interpret.to_mask import to_mask
from asnsolve.interpret.to_text import to_text
from asnsolve.rules.load import RULE_SETS
from asnsolve.rules.model import Rule
from asnsolve.rules.rule_set import RuleSet
from tests.examples import (
    CONSTRAINTS,
    NAMES,
    PREDICATES,
    ConstraintExample,
    Exposure,
    PredicateExample,
    Table,
    constraints,
    exposures,
    predicates,
)

RULES = [rule for rules in RULE_SETS.values() for rule in rules]
PREDICATE_NODES = (IsSet, OneOf, Matches, InRange, Not, AllOf, AnyOf, Named)


def _read(predicate: Predicate) -> Predicate:
    """Say a predicate in English and read that back; there must be one way to read it."""
    (node,) = readings(to_text(predicate), names(predicate))
    assert isinstance(node, PREDICATE_NODES)
    return node


def _read_constraint(constraint: Constraint) -> Constraint:
    """Say a constraint in English and read that back; there must be one way to read it."""
    (node,) = readings(to_text(constraint), _names(constraint))
    assert not isinstance(node, PREDICATE_NODES)
    return node


def _names(constraint: Constraint) -> dict[str, Predicate]:
    return {name: held for inner in _inner(constraint) for name, held in names(inner).items()}


def _inner(constraint: Constraint) -> tuple[Predicate, ...]:
    if isinstance(constraint, Linked | LinkedSky | Spread):
        return () if constraint.where is None else (constraint.where,)
    if not isinstance(constraint, Same):
        return ()
    instead = () if constraint.instead is None else (constraint.instead[0],)
    return (*instead, *(() if constraint.where is None else (constraint.where,)))


def _folded(constraint: Constraint) -> Constraint:
    """Fold the predicates in a constraint: a join of one reads as its part."""
    if isinstance(constraint, Linked | LinkedSky | Spread):
        return replace(constraint, where=constraint.where and fold(constraint.where))
    if not isinstance(constraint, Same):
        return constraint
    where, instead = constraint.where, constraint.instead
    return replace(
        constraint,
        where=where and fold(where),
        instead=instead and (fold(instead[0]), instead[1]),
    )


@pytest.mark.parametrize("example", PREDICATES, ids=lambda example: example.text)
def test_a_predicate_of_the_corpus_reads_as_its_english(example: PredicateExample) -> None:
    assert to_text(example.predicate) == example.text


@pytest.mark.parametrize("example", CONSTRAINTS, ids=lambda example: example.text)
def test_a_constraint_of_the_corpus_reads_as_its_english(
    example: ConstraintExample[Constraint],
) -> None:
    assert to_text(example.constraint) == example.text


def test_the_corpus_has_every_node_of_the_language() -> None:
    shapes = {type(example.predicate) for example in PREDICATES}
    constraints = {type(example.constraint) for example in CONSTRAINTS}
    assert shapes == set(PREDICATE_NODES)
    assert constraints == {
        Same,
        Linked,
        LinkedSky,
        Spread,
        AtLeast,
        AtMost,
        Exactly,
        Distinct,
        Within,
    }


@given(predicates(), st.lists(exposures(), max_size=8))
def test_english_read_back_means_the_same(predicate: Predicate, seen: list[Exposure]) -> None:
    table = Table(seen)
    read = fold(_read(predicate))
    assert to_mask(read, table).tolist() == to_mask(predicate, table).tolist()


@given(predicates())
def test_english_read_back_is_the_same_predicate_but_for_joins_of_one(predicate: Predicate) -> None:
    assert fold(_read(predicate)) == fold(predicate)


@given(constraints())
def test_a_constraint_read_back_is_the_same_node(constraint: Constraint) -> None:
    assert _folded(_read_constraint(constraint)) == _folded(constraint)


@pytest.mark.parametrize("example", CONSTRAINTS, ids=lambda example: example.text)
def test_a_constraint_of_the_corpus_read_back_is_the_same_node(
    example: ConstraintExample[Constraint],
) -> None:
    assert readings(example.text, _names(example.constraint)) == [example.constraint]


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_value_of_any_text_can_be_read_back(value: str) -> None:
    predicate = OneOf(("targprop",), (value,))
    assert _read(predicate) == predicate


@pytest.mark.parametrize("word", ["always", "never"])
def test_a_value_that_reads_as_a_predicate_is_told_from_it(word: str) -> None:
    value = one_of("band", "aa", word)
    predicate = any_of(one_of("band", "aa"), AllOf(()) if word == "always" else AnyOf(()))
    assert to_text(value) != to_text(predicate)
    assert _read(value) == value
    assert _read(predicate) == predicate


def test_and_and_or_never_meet_without_brackets() -> None:
    none_of = not_(one_of("filter", "mirror", "opaque"))
    both = any_of(none_of, all_of(is_set("pupil"), is_set("grating")))
    assert to_text(both) == (
        "(filter is none of mirror and opaque) or (pupil is set and grating is set)"
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_clause_of_the_rules_can_be_read_back(rule: Rule) -> None:
    for predicate in (*(demand for _, demand in rule.demands), *rule.predicates()):
        assert fold(_read(predicate)) == fold(predicate)
    for said in (*(key for _, key in rule.keys), *rule.all_needs):
        assert _folded(_read_constraint(said)) == _folded(said)


@pytest.mark.parametrize("rules", RULE_SETS.values(), ids=lambda rules: rules.name)
def test_a_name_stands_for_one_predicate_in_all_rules_of_a_set(rules: RuleSet) -> None:
    meanings: dict[str, set[Predicate]] = {}
    for predicate in (predicate for rule in rules for predicate in rule.predicates()):
        for name, meaning in names(predicate).items():
            meanings.setdefault(name, set()).add(meaning)
    assert {name for name, held in meanings.items() if len(held) > 1} == set()


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_told_from_what_it_reads_as(name: str) -> None:
    value = Named(name, NAMES[name])
    assert _read(value) == value
    assert _read(Not(value)) == Not(value)
    assert to_text(value) != to_text(NAMES[name])


@given(predicates())
def test_english_is_one_line_of_ascii(predicate: Predicate) -> None:
    assert re.fullmatch(r"[ -~]+", to_text(predicate))
