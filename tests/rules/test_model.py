from __future__ import annotations

import pickle
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.expr.build import (
    all_of,
    at_least,
    distinct,
    is_set,
    named,
    one_of,
    same,
    within,
)
from asnsolve.expr.nodes import Predicate
from asnsolve.interpret.to_csp import admits
from asnsolve.rules.load import RULE_SETS
from asnsolve.rules.model import Cases, Clause, Mixin, Reach, Rule
from asnsolve.rules.steps import Attach, BestImprints, DirectImage, Nods, SpectraAsBackground
from asnsolve.solvers.exact import decide
from tests.examples import (
    Exposure,
    exposures,
    predicates,
)
from tests.rules.small import BASE, IMAGES, cases, rule

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
    "whole",
    [rule for rules in RULE_SETS.values() for rule in rules],
    ids=lambda each: each.name,
)
def test_a_rule_that_went_through_pickle_is_equal(whole: Rule) -> None:
    back = pickle.loads(pickle.dumps(whole))
    assert back == whole
    assert hash(back) == hash(whole)
    assert back.all_clauses == whole.all_clauses
