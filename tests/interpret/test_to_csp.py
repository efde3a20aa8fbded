from __future__ import annotations

from itertools import product

import pytest
from constraint import Problem
from hypothesis import given, settings

from asnsolve.expr.build import at_least, is_set, one_of, same, within
from asnsolve.expr.nodes import AllOf, AnyOf, Need, Predicate, Same
from asnsolve.interpret.to_csp import add_predicate, admits, first_set, meets, offer
from asnsolve.interpret.to_text import to_text
from tests.examples import (
    ATTRIBUTES,
    NEEDS,
    PREDICATES,
    ConstraintExample,
    Exposure,
    Member,
    PredicateExample,
    predicates,
)

DOMAIN = (None, "f115w", "or", "x, y")


def _problem() -> Problem:
    """Return a problem over the domains of all attributes."""
    problem = Problem()
    for attribute in ATTRIBUTES:
        problem.addVariable(attribute, list(DOMAIN))
    return problem


def _every_exposure() -> list[Exposure]:
    cells = product(DOMAIN, repeat=len(ATTRIBUTES))
    return [dict(zip(ATTRIBUTES, values, strict=True)) for values in cells]


def _solutions(problem: Problem) -> set[frozenset[tuple[str, str | None]]]:
    return {frozenset(solution.items()) for solution in problem.getSolutions()}


@pytest.mark.parametrize("example", PREDICATES, ids=lambda example: example.text)
def test_a_predicate_admits_the_exposures_that_the_corpus_says(example: PredicateExample) -> None:
    for exposure in example.admits:
        assert admits(example.predicate, exposure)
    for exposure in example.refuses:
        assert not admits(example.predicate, exposure)


@settings(max_examples=25)
@given(predicates())
def test_the_solutions_over_whole_domains_are_the_exposures_admitted(predicate: Predicate) -> None:
    problem = _problem()
    add_predicate(problem, predicate)
    admitted = {frozenset(e.items()) for e in _every_exposure() if admits(predicate, e)}
    assert _solutions(problem) == admitted


def test_predicates_put_into_one_problem_hold_together() -> None:
    problem = _problem()
    add_predicate(problem, one_of("filter", "or", "f115w"))
    add_predicate(problem, one_of("filter", "or"))
    add_predicate(problem, AllOf(()))
    found = problem.getSolutions()
    assert {solution["filter"] for solution in found} == {"or"}
    assert len(found) == len(DOMAIN) ** (len(ATTRIBUTES) - 1)


def test_never_may_be_put_into_a_problem_twice_and_brings_no_variable() -> None:
    problem = _problem()
    add_predicate(problem, AnyOf(()))
    add_predicate(problem, AnyOf(()))
    assert problem.getSolutions() == []
    assert set(problem._variables) == set(ATTRIBUTES)


@pytest.mark.parametrize("attribute", ["exposure", "never"])
def test_an_attribute_may_have_any_name(attribute: str) -> None:
    assert admits(is_set(attribute), {attribute: "1"})
    assert not admits(is_set(attribute), {attribute: None})


def test_the_first_source_that_is_set_gives_the_value() -> None:
    exposure = {"pupil": None, "grating": "g140h", "filter": "clear"}
    assert first_set(("pupil", "grating", "filter"), exposure) == "g140h"
    assert first_set(("filter", "grating"), exposure) == "clear"
    assert first_set(("pupil", "band"), exposure) is None
    assert first_set((), exposure) is None


@pytest.mark.parametrize("example", NEEDS, ids=lambda example: example.text)
def test_a_need_is_met_by_the_sets_that_the_corpus_says(example: ConstraintExample[Need]) -> None:
    for members in example.met:
        assert meets(example.constraint, members, example.candidate_type)
    for members in example.unmet:
        assert not meets(example.constraint, members, example.candidate_type)


def test_a_need_of_some_candidates_asks_nothing_elsewhere() -> None:
    need = within(("mosaic", "group"), at_least(2))
    alone: list[Member] = [({}, "science")]
    assert not meets(need, alone, "mosaic")
    assert not meets(need, alone, "group")
    assert meets(need, alone, "observation")
    assert meets(need, alone)


@pytest.mark.parametrize(
    ("key", "offered"),
    [
        (same("targetid"), "1"),
        (same("pupil", "targetid"), "1"),
        (same("pupil"), None),
        (same("targetid", roles=("science", "psf")), "1"),
        (same("targetid", roles="psf"), None),
        (same("targetid", where=one_of("filter", "clear")), "1"),
        (same("targetid", where=is_set("pupil")), None),
        (same("targetid", open_values=("1", "2")), None),
        (same("targetid", open_values="2"), "1"),
        (same("targetid", instead=(is_set("filter"), "filter")), "clear"),
        (same("targetid", instead=(is_set("pupil"), "filter")), "1"),
        (same("targetid", instead=(is_set("filter"), ("pupil", "filter"))), "clear"),
        (same("targetid", instead=(is_set("filter"), "pupil")), None),
        (same("targetid", instead=(is_set("filter"), "filter"), open_values="clear"), None),
        (same("targetid", instead=(is_set("filter"), "filter"), open_values="1"), "clear"),
        (same("targetid", instead=(is_set("filter"), "filter"), roles="psf"), None),
    ],
    ids=lambda given: to_text(given) if isinstance(given, Same) else str(given),
)
def test_a_key_binds_an_exposure_to_the_value_it_offers(key: Same, offered: str | None) -> None:
    assert offer(key, {"targetid": "1", "filter": "clear", "pupil": None}, "science") == offered
