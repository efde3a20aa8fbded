from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.expr.nodes import AtLeast, Distinct, Need, Predicate
from asnsolve.interpret.to_csp import admits, first_set, meets
from asnsolve.interpret.to_mask import ANYTHING, to_codes, to_group_mask, to_mask
from tests.examples import (
    ATTRIBUTES,
    NEEDS,
    PREDICATES,
    ConstraintExample,
    Exposure,
    Member,
    PredicateExample,
    Table,
    exposures,
    groups,
    needs,
    predicates,
)


def _group_mask(need: Need, sets: list[list[Member]]) -> list[bool]:
    """Lay the sets end to end and tell which of them meet the need."""
    members = [member for each in sets for member in each]
    sizes = [0, *(len(each) for each in sets)]
    mask = to_group_mask(
        need,
        np.arange(len(members), dtype=np.int64),
        np.cumsum(sizes, dtype=np.int64)[:-1],
        lambda role: np.array([own == role for _, own in members], dtype=np.bool_),
        Table([exposure for exposure, _ in members]),
    )
    assert mask.dtype == np.bool_
    return [bool(met) for met in mask]


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
    read = [None if code == ANYTHING else values[code] for code in codes.tolist()]
    assert read == [first_set(sources, exposure) for exposure in seen]


@pytest.mark.parametrize("example", NEEDS, ids=lambda example: example.text)
def test_the_group_mask_of_a_need_holds_where_the_corpus_says(
    example: ConstraintExample[Need],
) -> None:
    sets = [list(members) for members in (*example.met, *example.unmet)]
    expected = [True] * len(example.met) + [False] * len(example.unmet)
    assert _group_mask(example.constraint, sets) == expected


@given(needs(), st.lists(groups(), max_size=5))
def test_the_group_mask_says_of_each_group_what_the_definition_says(
    need: Need, sets: list[list[Member]]
) -> None:
    assert _group_mask(need, sets) == [meets(need, members) for members in sets]


@pytest.mark.parametrize("need", [AtLeast(1, "science"), Distinct(2, ("filter",))], ids=str)
def test_without_groups_the_group_mask_is_empty(need: Need) -> None:
    assert _group_mask(need, []) == []


def test_an_exposure_may_be_a_member_of_several_groups() -> None:
    table = Table([{"filter": "f1"}, {"filter": "f2"}, {"filter": None}])
    rows = np.array([0, 1, 0, 2, 1], dtype=np.int64)
    starts = np.array([0, 2, 4], dtype=np.int64)
    mask = to_group_mask(
        Distinct(2, ("filter",)), rows, starts, lambda _: np.ones(5, dtype=np.bool_), table
    )
    assert mask.tolist() == [True, False, False]
