from __future__ import annotations

import pickle
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.errors import RuleError
from asnsolve.expr.build import (
    all_of,
    any_of,
    at_least,
    distinct,
    is_set,
    matches,
    not_,
    one_of,
    same,
)
from asnsolve.expr.nodes import AllOf, Predicate, Same
from asnsolve.interpret.to_csp import admits, first_set
from asnsolve.interpret.to_mask import to_mask
from asnsolve.rules.level3_2017 import LEVEL3_2017
from asnsolve.rules.model import Cases, Clause, Mixin, Rule, RuleSet
from asnsolve.solvers.exact import decide
from tests.examples import (
    KEYS,
    ConstraintExample,
    Exposure,
    Member,
    Table,
    exposures,
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
    words = listed.words()
    out = [word for word in words if admits(listed.when((word,)), exposure)]
    assert out == [decide(listed, exposure)]
    assert len(set(words)) == len(words)


@given(cases(), st.lists(exposures(), max_size=8))
def test_some_word_comes_out_for_every_exposure(listed: Cases, seen: list[Exposure]) -> None:
    assert to_mask(listed.when(listed.words()), Table(seen)).all()
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
    assert listed.words() == ("psf", "science", "lamp")
    assert Cases((), "cal").words() == ("cal",)
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
    assert rule().roles is BASE.roles


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


_MARKS: dict[str, Exposure] = {"science": {}, "psf": {"is_psf": "t"}}


def _may_stand_together(key: Same, members: tuple[Member, ...]) -> bool:
    """Tell it by the rule's own words: the demands admit each, and the values agree by pairs."""
    keyed = rule(clauses=(Clause("key", key=key),))
    seen = [{**exposure, **_MARKS[role]} for exposure, role in members]
    ((_, demand),) = keyed.demands
    bound = [e for e in seen if key.roles is None or decide(keyed.roles, e) in key.roles]
    values = [value for e in bound if (value := first_set(key.sources, e)) is not None]
    return all(admits(demand, e) for e in seen) and all(a == b for a, b in combinations(values, 2))


@pytest.mark.parametrize("example", KEYS, ids=lambda example: example.text)
def test_a_key_lets_stand_together_the_sets_that_the_corpus_says(
    example: ConstraintExample[Same],
) -> None:
    for members in example.met:
        assert _may_stand_together(example.constraint, members)
    for members in example.unmet:
        assert not _may_stand_together(example.constraint, members)


def test_a_set_gives_its_rules_in_order_and_by_name() -> None:
    first, second = rule(name="Asn_First"), rule(name="Asn_Second")
    both = RuleSet("both", (first, second))
    assert (list(both), len(both)) == ([first, second], 2)
    assert both["Asn_Second"] is second


def test_a_set_asks_which_rule_was_meant() -> None:
    with pytest.raises(RuleError) as caught:
        LEVEL3_2017["Asn_Imag"]
    assert str(caught.value).startswith(
        "rule set level3-2017 has no rule 'Asn_Imag'. Did you mean Asn_Image"
    )


@pytest.mark.parametrize("whole", LEVEL3_2017.rules, ids=lambda each: each.name)
def test_a_rule_that_went_through_pickle_is_equal(whole: Rule) -> None:
    back = pickle.loads(pickle.dumps(whole))
    assert back == whole
    assert hash(back) == hash(whole)
    assert back.all_clauses == whole.all_clauses


def test_a_set_that_went_through_pickle_is_equal() -> None:
    assert pickle.loads(pickle.dumps(LEVEL3_2017)) == LEVEL3_2017
