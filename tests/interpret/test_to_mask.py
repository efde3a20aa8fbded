from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.expr.build import at_least, distinct, is_set, same, within
from asnsolve.expr.nodes import Distinct, Need, Predicate, Same
from asnsolve.interpret.to_csp import admits, first_set, meets, offer
from asnsolve.interpret.to_mask import (
    OPEN,
    MemberGroups,
    to_codes,
    to_group_mask,
    to_mask,
    to_offers,
)
from tests.examples import (
    ATTRIBUTES,
    KEYS,
    NEEDS,
    PREDICATES,
    ROLES,
    ConstraintExample,
    Exposure,
    Group,
    Member,
    PredicateExample,
    Table,
    exposures,
    groups,
    keys,
    needs,
    predicates,
)


def _group_mask(need: Need, sets: Sequence[Group]) -> list[bool]:
    """Lay the sets end to end and tell which of them meet the need."""
    members = [member for each, _ in sets for member in each]
    sizes = [0, *(len(each) for each, _ in sets)]
    gathering = MemberGroups(
        np.arange(len(members), dtype=np.int64),
        np.cumsum(sizes, dtype=np.int64)[:-1],
        lambda role: np.array([own == role for _, own in members], dtype=np.bool_),
        lambda types: np.array([own in types for _, own in sets], dtype=np.bool_),
    )
    mask = to_group_mask(need, gathering, Table([exposure for exposure, _ in members]))
    assert mask.dtype == np.bool_
    return [bool(met) for met in mask]


def _offers(key: Same, members: Sequence[Member]) -> tuple[list[str | None], list[str | None]]:
    """Tell which value each member takes and which it offers, None where it has none."""
    table = Table([exposure for exposure, _ in members])
    bound = None
    if key.roles is not None:
        bound = np.array([role in key.roles for _, role in members], dtype=np.bool_)
    taken, offered, values = to_offers(key, table, lambda each: to_mask(each, table), bound)
    assert taken.dtype == offered.dtype == np.int32
    # A value has one code, whatever attribute it was read from: codes are compared.
    assert values == tuple(sorted(set(values)))
    by_code = {OPEN: None, **dict(enumerate(values))}
    return [by_code[c] for c in taken.tolist()], [by_code[c] for c in offered.tolist()]


@pytest.mark.parametrize("example", PREDICATES, ids=lambda example: example.text)
def test_the_mask_of_a_predicate_holds_where_the_corpus_says(example: PredicateExample) -> None:
    mask = to_mask(example.predicate, Table([*example.admits, *example.refuses]))
    assert mask.dtype == np.bool_
    assert mask.tolist() == [True] * len(example.admits) + [False] * len(example.refuses)


@given(predicates(), st.lists(exposures(), max_size=8))
def test_the_mask_says_of_each_exposure_what_the_constraint_problem_says(
    predicate: Predicate, seen: list[Exposure]
) -> None:
    assert to_mask(predicate, Table(seen)).tolist() == [admits(predicate, e) for e in seen]


@given(
    st.lists(st.sampled_from(ATTRIBUTES), max_size=3, unique=True).map(tuple),
    st.lists(exposures(), max_size=8),
)
def test_codes_give_the_first_source_that_is_set(
    sources: tuple[str, ...], seen: list[Exposure]
) -> None:
    codes, values = to_codes(sources, Table(seen))
    assert codes.dtype == np.int32
    assert values == tuple(sorted(set(values)))
    read = [None if code == OPEN else values[code] for code in codes.tolist()]
    assert read == [first_set(sources, exposure) for exposure in seen]


@pytest.mark.parametrize("example", NEEDS, ids=lambda example: example.text)
def test_the_group_mask_of_a_need_holds_where_the_corpus_says(
    example: ConstraintExample[Need],
) -> None:
    sets = [(list(members), example.candidate_type) for members in (*example.met, *example.unmet)]
    expected = [True] * len(example.met) + [False] * len(example.unmet)
    assert _group_mask(example.constraint, sets) == expected


@given(needs(), st.lists(groups(), max_size=5))
def test_the_group_mask_says_of_each_group_what_the_definition_says(
    need: Need, sets: list[Group]
) -> None:
    assert _group_mask(need, sets) == [meets(need, *group) for group in sets]


@pytest.mark.parametrize(
    "need", [at_least(1, "science"), distinct(2, "filter"), within("mosaic", at_least(2))], ids=str
)
def test_without_groups_the_group_mask_is_empty(need: Need) -> None:
    assert _group_mask(need, []) == []


def test_an_exposure_may_be_a_member_of_several_groups() -> None:
    table = Table([{"filter": "f1"}, {"filter": "f2"}, {"filter": None}])
    rows = np.array([0, 1, 0, 2, 1], dtype=np.int64)
    starts = np.array([0, 2, 4], dtype=np.int64)
    everyone, nowhere = np.ones(5, dtype=np.bool_), np.zeros(3, dtype=np.bool_)
    gathering = MemberGroups(rows, starts, lambda _: everyone, lambda _: nowhere)
    mask = to_group_mask(Distinct(2, ("filter",)), gathering, table)
    assert mask.tolist() == [True, False, False]


@pytest.mark.parametrize("example", KEYS, ids=lambda example: example.text)
def test_members_offer_for_a_key_of_the_corpus_what_the_definition_says(
    example: ConstraintExample[Same],
) -> None:
    members = [member for each in (*example.met, *example.unmet) for member in each]
    expected = [offer(example.constraint, *member) for member in members]
    assert _offers(example.constraint, members)[1] == expected


@given(keys(), st.lists(st.tuples(exposures(), st.sampled_from(ROLES)), max_size=8))
def test_members_offer_what_the_definition_says(key: Same, members: list[Member]) -> None:
    assert _offers(key, members)[1] == [offer(key, *member) for member in members]


@given(keys(), st.lists(st.tuples(exposures(), st.sampled_from(ROLES)), max_size=8))
def test_what_a_member_takes_is_what_it_offers_but_for_open_values(
    key: Same, members: list[Member]
) -> None:
    taken, offered = _offers(key, members)
    closed = [None if value in key.open_values else value for value in taken]
    assert offered == closed
    assert taken == _offers(replace(key, open_values=()), members)[1]


def test_a_value_is_one_whichever_attribute_gives_it() -> None:
    """Otherwise exposures that share a value would be kept apart, or named twice for it."""
    key = same("targetid", instead=(is_set("is_psf"), "band"))
    psf: Exposure = {"is_psf": "t", "targetid": "2", "band": "1"}
    members: list[Member] = [({"targetid": "1"}, "science"), (psf, "psf")]
    assert _offers(key, members) == (["1", "1"], ["1", "1"])
