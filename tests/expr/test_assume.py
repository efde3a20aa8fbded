"""What is left of a predicate once other things are known."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from asnsolve.expr.assume import Facts
from asnsolve.expr.build import all_of, any_of, is_set, matches, named, not_, one_of
from asnsolve.expr.fold import conjuncts, fold
from asnsolve.expr.nodes import AllOf, AnyOf, Predicate
from asnsolve.expr.values import ValueSet, value_set
from asnsolve.interpret.to_csp import admits
from asnsolve.interpret.to_mask import to_mask
from tests.examples import Exposure, Table, exposures, predicates

facts = st.lists(predicates(), min_size=1, max_size=3)


@given(facts, predicates(), st.lists(exposures(), min_size=1, max_size=12))
def test_what_is_left_says_the_same_of_exposures_of_which_the_facts_are_true(
    known: list[Predicate], predicate: Predicate, seen: list[Exposure]
) -> None:
    true = [exposure for exposure in seen if all(admits(fact, exposure) for fact in known)]
    assume(true)
    left = Facts.of(known).simplify(predicate)
    assert to_mask(left, Table(true)).tolist() == to_mask(predicate, Table(true)).tolist()


@given(predicates(), st.lists(exposures(), max_size=12))
def test_without_facts_nothing_changes_but_words(
    predicate: Predicate, seen: list[Exposure]
) -> None:
    left = Facts.of([]).simplify(predicate)
    assert to_mask(left, Table(seen)).tolist() == to_mask(predicate, Table(seen)).tolist()


@given(facts, predicates())
def test_what_is_left_is_folded(known: list[Predicate], predicate: Predicate) -> None:
    left = Facts.of(known).simplify(predicate)
    assert fold(left) == left


@given(facts)
def test_what_is_known_of_an_attribute_or_by_name_is_not_asked_again(
    predicates_known: list[Predicate],
) -> None:
    known = Facts.of(predicates_known)
    for part in (part for each in predicates_known for part in conjuncts(each)):
        found = value_set(part)
        if found is not None and not known.values[found[0]].is_empty:
            assert known.simplify(part) == ALWAYS
    for name, holds in known.names.items():
        assert known.simplify(name) == (ALWAYS if holds else NEVER)


TYPE = one_of("exp_type", "mir_image", "nrc_image")
SERIES = named("a time series", one_of("tsovisit", "t"))
NEVER, ALWAYS = AnyOf(()), AllOf(())


@pytest.mark.parametrize(
    ("known", "asked", "left"),
    [
        (TYPE, TYPE, ALWAYS),
        (TYPE, is_set("exp_type"), ALWAYS),
        (TYPE, one_of("exp_type", "mir_image"), one_of("exp_type", "mir_image")),
        (TYPE, one_of("exp_type", "nis_image"), NEVER),
        (TYPE, not_(one_of("exp_type", "nis_image")), ALWAYS),
        (TYPE, one_of("exp_type", "mir_image", "nis_image", "nrc_image"), ALWAYS),
        (TYPE, matches("exp_type", "mir_.*"), matches("exp_type", "mir_.*")),
        (TYPE, any_of(is_set("exp_type"), is_set("filter")), ALWAYS),
        (TYPE, any_of(one_of("exp_type", "nis_image"), is_set("filter")), is_set("filter")),
        (TYPE, all_of(is_set("exp_type"), is_set("filter")), is_set("filter")),
        (TYPE, all_of(one_of("exp_type", "nis_image"), is_set("filter")), NEVER),
        (not_(is_set("filter")), is_set("filter"), NEVER),
        (not_(is_set("filter")), one_of("filter", "f1"), NEVER),
        (all_of(is_set("filter"), not_(one_of("filter", "f1"))), one_of("filter", "f1"), NEVER),
        (all_of(is_set("filter"), is_set("pupil")), is_set("pupil"), ALWAYS),
        (is_set("filter", "pupil"), is_set("filter"), is_set("filter")),
        (any_of(is_set("filter"), is_set("pupil")), is_set("filter"), is_set("filter")),
        (SERIES, SERIES, ALWAYS),
        (SERIES, not_(SERIES), NEVER),
        (not_(SERIES), SERIES, NEVER),
        (not_(SERIES), any_of(SERIES, is_set("filter")), is_set("filter")),
        (one_of("tsovisit", "t"), SERIES, ALWAYS),
        (not_(is_set("tsovisit")), SERIES, NEVER),
        (not_(is_set("tsovisit")), not_(SERIES), ALWAYS),
        (is_set("tsovisit"), SERIES, SERIES),
        (TYPE, named("mixed", all_of(TYPE, SERIES)), named("mixed", all_of(TYPE, SERIES))),
    ],
    ids=str,
)
def test_what_is_left_by_example(known: Predicate, asked: Predicate, left: Predicate) -> None:
    assert Facts.of([known]).simplify(asked) == left


def test_facts_about_one_attribute_are_taken_together() -> None:
    known = Facts.of([one_of("filter", "f1", "f2"), not_(one_of("filter", "f2")), is_set("pupil")])
    assert known.values == {
        ("filter",): ValueSet(unset=False, values=frozenset({"f1"}), others=False),
        ("pupil",): ValueSet(unset=False, values=frozenset(), others=True),
    }
    assert known.names == {}
    assert known.simplify(one_of("filter", "f1")) == ALWAYS
