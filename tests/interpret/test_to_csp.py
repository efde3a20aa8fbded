from __future__ import annotations

from itertools import product

import pytest
from constraint import Problem
from hypothesis import given, settings

from asnsolve.expr.build import is_set, one_of
from asnsolve.expr.nodes import AllOf, AnyOf, Need, Predicate
from asnsolve.interpret.to_csp import add_predicate, admits, first_set, meets
from tests.examples import (
    ATTRIBUTES,
    NEEDS,
    PREDICATES,
    ConstraintExample,
    Exposure,
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
        assert meets(example.constraint, members)
    for members in example.unmet:
        assert not meets(example.constraint, members)
