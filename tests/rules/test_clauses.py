from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.expr.build import (
    all_of,
    any_of,
    is_set,
    matches,
    not_,
    one_of,
    same,
)
from asnsolve.expr.nodes import AllOf, Predicate, Same
from asnsolve.interpret.to_csp import admits, first_set, offer
from asnsolve.interpret.to_mask import to_mask
from asnsolve.rules.model import Cases, Clause
from asnsolve.solvers.exact import decide
from tests.examples import (
    KEYS,
    ConstraintExample,
    Exposure,
    Member,
    Table,
    exposures,
    keys,
    predicates,
)
from tests.rules.small import WORDS, cases, rule


@given(cases(), exposures())
def test_exactly_one_word_comes_out_and_it_is_the_one_the_exact_solver_decides_on(
    listed: Cases, exposure: Exposure
) -> None:
    words = listed.results()
    out = [word for word in words if admits(listed.when((word,)), exposure)]
    assert out == [decide(listed, exposure)]
    assert len(set(words)) == len(words)


@given(cases(), st.lists(exposures(), max_size=8))
def test_some_word_comes_out_for_every_exposure(listed: Cases, seen: list[Exposure]) -> None:
    assert to_mask(listed.when(listed.results()), Table(seen)).all()
    assert not to_mask(listed.when(()), Table(seen)).any()


@given(cases(), st.sets(st.sampled_from(WORDS)), st.lists(exposures(), max_size=8))
def test_when_of_several_words_is_when_of_any_of_them(
    listed: Cases, words: set[str], seen: list[Exposure]
) -> None:
    together = listed.when(tuple(sorted(words)))
    apart = any_of(*(listed.when((word,)) for word in sorted(words)))
    assert to_mask(together, Table(seen)).tolist() == to_mask(apart, Table(seen)).tolist()


def test_words_are_listed_in_order_of_first_mention() -> None:
    listed = Cases(
        ((is_set("is_psf"), "psf"), (is_set("band"), "science"), (is_set("lamp"), "psf")), "lamp"
    )
    assert listed.results() == ("psf", "science", "lamp")
    assert Cases((), "cal").results() == ("cal",)
    assert Cases((), "cal").when(("cal",)) == AllOf(())


@pytest.mark.parametrize(
    ("clause", "sources"),
    [
        (
            Clause("opt_elem2", one_of("grating", "gr150r"), same("pupil", "band")),
            ("pupil", "band"),
        ),
        (Clause("opt_elem", one_of("filter", "p750l")), ("filter",)),
        (Clause("opt_elem", matches(("pupil", "grating"), "g.*")), ("pupil", "grating")),
        (Clause("opt_elem", is_set("filter")), ()),
        (Clause("opt_elem", not_(one_of("filter", "p750l"))), ()),
        (Clause("opt_elem"), ()),
    ],
    ids=str,
)
def test_a_clause_takes_its_value_from_its_key_or_its_only_test(
    clause: Clause, sources: tuple[str, ...]
) -> None:
    assert clause.sources == sources


def test_a_clause_demands_its_test_and_a_value_for_its_key() -> None:
    where = one_of("exp_type", "mir_image")
    clauses = (
        Clause("both", where, same("filter")),
        Clause("tested", where, same("exp_type")),
        Clause("test", where),
        Clause("key", key=same("pupil", "grating")),
        Clause("optional", key=same("band", optional=True)),
    )
    assert list(rule(clauses=clauses).demands) == [
        (clauses[0], all_of(where, is_set("filter"))),
        (clauses[1], where),
        (clauses[2], where),
        (clauses[3], is_set("pupil", "grating")),
        (clauses[4], AllOf(())),
    ]


@given(predicates(), exposures(), st.booleans())
def test_a_demand_is_the_test_and_unless_optional_a_value(
    where: Predicate, exposure: Exposure, optional: bool
) -> None:
    clause = Clause("any", where, same("filter", "it", optional=optional))
    ((_, demand),) = rule(clauses=(clause,)).demands
    valued = optional or first_set(("filter", "it"), exposure) is not None
    assert admits(demand, exposure) == (admits(where, exposure) and valued)


def test_a_key_demands_a_value_of_the_roles_it_binds_alone() -> None:
    clause = Clause("target", key=same("targetid", roles="science"))
    ((_, demand),) = rule(clauses=(clause,)).demands
    assert not admits(demand, {})
    assert admits(demand, {"targetid": "1"})
    assert admits(demand, {"is_psf": "t"})
    assert admits(demand, {"bkgdtarg": "t"})


def test_a_key_demands_a_value_of_the_exposures_it_binds_alone() -> None:
    key = same("targetid", roles="science", where=is_set("pupil"))
    ((_, demand),) = rule(clauses=(Clause("target", key=key),)).demands
    assert admits(demand, {})
    assert not admits(demand, {"pupil": "clear"})
    assert admits(demand, {"pupil": "clear", "is_psf": "t"})
    assert admits(demand, {"pupil": "clear", "targetid": "1"})


def test_a_key_demands_the_value_that_it_takes_instead() -> None:
    key = same("targetid", instead=(is_set("pupil"), ("band", "lamp")))
    ((_, demand),) = rule(clauses=(Clause("target", key=key),)).demands
    assert admits(demand, {"targetid": "1"})
    assert not admits(demand, {"targetid": "1", "pupil": "clear"})
    assert admits(demand, {"pupil": "clear", "lamp": "line1"})
    assert not admits(demand, {"band": "1"})


def test_a_test_of_a_value_asks_for_none_that_is_taken_instead() -> None:
    """The value that is tested is not the one that is shared."""
    key = same("targetid", instead=(is_set("pupil"), "band"))
    ((_, demand),) = rule(clauses=(Clause("target", one_of("targetid", "1"), key),)).demands
    assert admits(demand, {"targetid": "1"})
    assert not admits(demand, {"targetid": "1", "pupil": "clear"})
    assert admits(demand, {"targetid": "1", "pupil": "clear", "band": "1"})


@given(keys(), st.none() | predicates(), exposures(), st.sampled_from(WORDS))
def test_an_exposure_that_is_let_in_offers_a_value_unless_it_may_have_none(
    key: Same, where: Predicate | None, exposure: Exposure, role: str
) -> None:
    """It stands beside any value only if it is not bound, or optional, or its value is open."""
    keyed = rule(clauses=(Clause("key", where, key),), roles=Cases((), role))
    ((_, demand),) = keyed.demands
    valued = offer(replace(key, open_values=()), exposure, role) is not None
    bound = (key.roles is None or role in key.roles) and (
        key.where is None or admits(key.where, exposure)
    )
    let_in = (where is None or admits(where, exposure)) and (key.optional or valued or not bound)
    assert admits(demand, exposure) == let_in


_MARKS: dict[str, Exposure] = {
    "science": {},
    "psf": {"is_psf": "t"},
    "background": {"bkgdtarg": "t"},
}


def _may_stand_together(key: Same, members: tuple[Member, ...]) -> bool:
    """Tell it by the rule's own words: the demands admit each, and the values agree by pairs."""
    keyed = rule(clauses=(Clause("key", key=key),))
    seen = [{**exposure, **_MARKS[role]} for exposure, role in members]
    ((_, demand),) = keyed.demands
    offers = [offer(key, e, decide(keyed.member_roles, e)) for e in seen]
    values = [value for value in offers if value is not None]
    return all(admits(demand, e) for e in seen) and all(a == b for a, b in combinations(values, 2))


@pytest.mark.parametrize("example", KEYS, ids=lambda example: example.text)
def test_a_key_lets_stand_together_the_sets_that_the_corpus_says(
    example: ConstraintExample[Same],
) -> None:
    for members in example.met:
        assert _may_stand_together(example.constraint, members)
    for members in example.unmet:
        assert not _may_stand_together(example.constraint, members)
