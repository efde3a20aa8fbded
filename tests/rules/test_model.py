from __future__ import annotations

import pickle
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.expr.build import (
    all_of,
    any_of,
    at_least,
    distinct,
    is_set,
    matches,
    named,
    not_,
    one_of,
    same,
    within,
)
from asnsolve.expr.nodes import AllOf, Predicate, Same
from asnsolve.interpret.to_csp import admits, first_set, offer
from asnsolve.interpret.to_mask import to_mask
from asnsolve.rules.load import RULE_SETS
from asnsolve.rules.model import Cases, Clause, Mixin, Reach, Rule
from asnsolve.rules.steps import Attach, BestImprints, DirectImage, Nods, SpectraAsBackground
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
from tests.rules.small import BASE, IMAGES, rule

WORDS = ("science", "psf", "background")


def cases() -> st.SearchStrategy[Cases]:
    """Return case lists that may decide on one word more than once."""
    pairs = st.tuples(predicates(), st.sampled_from(WORDS))
    return st.builds(
        lambda listed, otherwise: Cases(tuple(listed), otherwise),
        st.lists(pairs, max_size=4),
        st.sampled_from(WORDS),
    )


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


OLD = Clause("opt_elem", key=same("filter"))
NEW = Clause("opt_elem", one_of("filter", "p750l"))
OWN = Clause("opt_elem", one_of("pupil", "gr700xd"))
TARGET = Clause("target", key=same("targetid"))


def test_an_own_clause_replaces_that_of_a_mixin_and_a_later_mixin_an_earlier_one() -> None:
    first, second = Mixin("First", (OLD, TARGET)), Mixin("Second", (NEW,))
    assert rule(mixins=(first,), clauses=()).all_clauses == (OLD, TARGET)
    assert rule(mixins=(first, second), clauses=()).all_clauses == (NEW, TARGET)
    assert rule(mixins=(second, first), clauses=()).all_clauses == (OLD, TARGET)
    assert rule(mixins=(first, second), clauses=(OWN,)).all_clauses == (OWN, TARGET)
    assert rule(mixins=(first,), clauses=(IMAGES,)).all_clauses == (OLD, TARGET, IMAGES)


def test_a_replaced_key_is_gone() -> None:
    replaced = rule(mixins=(Mixin("First", (OLD, TARGET)),), clauses=(OWN,))
    assert replaced.keys == (("target", same("targetid")),)


def test_the_needs_are_those_of_the_base_and_its_own_once_each() -> None:
    needs = (at_least(1, "psf"), at_least(1, "science"), distinct(2, "obs_num"))
    assert rule(needs=needs).all_needs == (
        at_least(1, "science"),
        at_least(1, "psf"),
        distinct(2, "obs_num"),
    )


def test_names_and_suffixes_are_those_of_the_base_unless_given() -> None:
    ints = Cases((), "calints")
    assert (rule().product_template, rule().member_suffixes) == (BASE.product, BASE.suffixes)
    own = rule(product="{target}", suffixes=ints)
    assert (own.product_template, own.member_suffixes) == ("{target}", ints)
    assert rule().member_roles is BASE.roles
    assert rule().scope_reach is BASE.reach
    alone, inside = Cases((), "science"), Reach(("mosaic",))
    own = rule(roles=alone, reach=inside)
    assert (own.member_roles, own.scope_reach) == (alone, inside)


def test_the_steps_are_its_own_and_then_those_of_the_base() -> None:
    attach = Attach(is_set("is_psf"), "target_acquisition", ("program",))
    base = replace(BASE, steps=(attach,))
    assert rule(base=base, steps=(Nods("other target"),)).all_steps == (
        Nods("other target"),
        attach,
    )
    assert rule().all_steps == ()


def test_a_member_has_in_the_end_a_role_of_the_rule_or_one_that_a_step_gives() -> None:
    assert rule().all_roles == rule().member_roles.results() == ("psf", "background", "science")
    attach = Attach(is_set("is_psf"), "target_acquisition", ("program",))
    steps = (DirectImage(), BestImprints(), Nods("other target"), SpectraAsBackground())
    whole = rule(base=replace(BASE, steps=(attach,)), steps=steps)
    assert whole.all_roles == (
        *("psf", "background", "science"),
        *("direct_image", "sourcecat", "segmap", "target_acquisition"),
    )


def test_a_rule_gives_all_that_it_looks_at() -> None:
    whole = rule(
        clauses=(
            Clause("exp_type", one_of("exp_type", "mir_image")),
            Clause("named", named("a star", is_set("targtype"))),
            Clause("key", key=same("filter", where=is_set("pupil"))),
            Clause("instead", key=same("band", instead=(is_set("lamp"), "opmode"))),
        ),
        roles=Cases(((is_set("template"), "psf"),), "science"),
        needs=(
            distinct(2, "obs_num"),
            within("mosaic", distinct(2, "visit", "act_id")),
            at_least(2),
        ),
    )
    assert whole.attributes == {
        *("exp_type", "targtype", "filter", "pupil", "band", "lamp", "opmode"),
        *("template", "obs_num", "visit", "act_id"),
    }


def test_a_rule_gives_every_predicate_wherever_it_stands() -> None:
    marks = {name: is_set(name) for name in ("filter", "pupil", "lamp", "band", "opmode", "visit")}
    whole = rule(
        base=replace(BASE, steps=(Attach(marks["visit"], "psf", ("program",)),)),
        clauses=(
            Clause("where", marks["filter"]),
            Clause("key", key=same("detector", where=marks["pupil"])),
            Clause("instead", key=same("detector", instead=(marks["lamp"], "obs_num"))),
        ),
        roles=Cases(((marks["band"], "psf"),), "science"),
        suffixes=Cases(((marks["opmode"], "cal"),), "rate"),
    )
    assert list(whole.predicates()) == list(marks.values())


@given(cases(), predicates(), st.lists(exposures(), min_size=1, max_size=8))
def test_what_is_left_of_cases_decides_the_same_for_exposures_that_the_clauses_admit(
    listed: Cases, where: Predicate, seen: list[Exposure]
) -> None:
    clauses = (Clause("where", where), Clause("key", key=same("filter", "it")))
    strict = rule(clauses=clauses)
    left = strict.as_members_have(listed)
    for exposure in seen:
        if all(admits(demand, exposure) for _, demand in strict.demands):
            assert decide(left, exposure) == decide(listed, exposure)


def test_cases_that_the_clauses_rule_out_are_left_out() -> None:
    listed = Cases(
        (
            (one_of("exp_type", "nrs_dark"), "dark"),
            (all_of(is_set("exp_type"), is_set("is_psf")), "psf"),
            (one_of("exp_type", "mir_image", "nrc_image"), "science"),
            (is_set("bkgdtarg"), "background"),
        ),
        "other",
    )
    assert rule().as_members_have(listed) == Cases(((is_set("is_psf"), "psf"),), "science")
    assert rule(clauses=(Clause("lamp", is_set("lamp")),)).as_members_have(listed) == listed


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


@pytest.mark.parametrize(
    "whole",
    [rule for rules in RULE_SETS.values() for rule in rules],
    ids=lambda each: each.name,
)
def test_a_rule_that_went_through_pickle_is_equal(whole: Rule) -> None:
    back = pickle.loads(pickle.dumps(whole))
    assert back == whole
    assert hash(back) == hash(whole)
    assert back.all_clauses == whole.all_clauses
