"""Sets of compatible exposures: several components at once, and what needs no search."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve import RuleSet, solve
from asnsolve.expr.build import at_least, is_set, linked, one_of, same, within
from asnsolve.interpret.to_mask import OPEN
from asnsolve.pool import measures
from asnsolve.rules.level3_2017 import Asn_Image
from asnsolve.rules.model import Clause, Reach
from asnsolve.solvers import fast
from asnsolve.solvers.graph import array_components
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.scopes import scopes_of
from tests.associations.small import BASE, found, shape, stepped, told
from tests.rules.small import IMAGES
from tests.rules.small import rule as small_rule
from tests.solvers.rows import exposure, pool_of

Offer = tuple[int, ...]
Components = Sequence[Sequence[Offer]]

KEYS = (
    Clause("observation", key=same("obs_num")),
    Clause("band", key=same("band", optional=True)),
    Clause("detector", key=same("detector", optional=True)),
)
components = st.lists(
    st.lists(st.tuples(*[st.sampled_from([OPEN, 0, 1])] * 3), min_size=1, max_size=5),
    min_size=1,
    max_size=4,
)


def sets_in(drawn: Components) -> list[list[Offer]]:
    """Return the sets that are found among the offers of several components."""
    labels = np.repeat(np.arange(len(drawn), dtype=np.int64), [len(part) for part in drawn])
    offers = [offer for part in drawn for offer in part]
    sets, members, unsolved = fast._open_sets(
        labels,
        np.array(offers, dtype=np.int32).T,
        Asn_Image,
        lambda: np.ones(len(labels), np.int64),
    )
    assert not unsolved
    assert (np.diff(sets) >= 0).all()
    numbers = np.unique(sets)
    for number in numbers:
        # No set crosses components, and members are ascending.
        own = members[sets == number]
        assert len(set(labels[own].tolist())) == 1
        assert (np.diff(own) > 0).all()
    return [[offers[at] for at in members[sets == number].tolist()] for number in numbers]


@given(components)
def test_components_have_the_sets_that_each_has_alone(drawn: Components) -> None:
    alone = [found_set for part in drawn for found_set in sets_in([part])]
    assert sorted(sets_in(drawn)) == sorted(alone)


def test_plain_nested_and_tangled_components_lie_side_by_side() -> None:
    plain: list[Offer] = [(0, 0), (0, 0)]
    nested: list[Offer] = [(0, 0), (0, 1), (0, OPEN)]
    tangled: list[Offer] = [(0, OPEN), (1, OPEN), (OPEN, 0), (OPEN, 1)]
    expected = [
        [(0, 0), (0, 0)],
        [(0, 0), (0, OPEN)],
        [(0, 1), (0, OPEN)],
        *([(value, OPEN), (OPEN, other)] for value in (0, 1) for other in (0, 1)),
    ]
    assert sorted(sets_in([plain, nested, tangled])) == sorted(expected)
    assert sorted(sets_in([tangled, nested, plain, tangled])) == sorted(expected + expected[3:])


def test_what_falls_apart_by_one_key_after_another_needs_no_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each half leaves open a key that binds all of the other half."""

    def refuse(*offers: object) -> None:
        pytest.fail("this is no search")

    monkeypatch.setattr(fast, "maximal_sets", refuse)
    left: list[Offer] = [(0, OPEN, 0), (0, 0, 0), (0, 1, 1), (0, OPEN, 1)]
    right: list[Offer] = [(1, 0, OPEN), (1, 0, 0), (1, 1, 1), (1, 1, OPEN)]
    assert sorted(sets_in([left + right])) == sorted([left[:2], left[2:], right[:2], right[2:]])


def test_the_solvers_agree_about_observations_that_leave_different_keys_open() -> None:
    rows = [exposure("a", band="1", detector="x"), exposure("b", band="1", detector="x")]
    rows += [exposure(name, obs_num="2", band="1") for name in "cd"]
    rows += [exposure("e", obs_num="2", band="2"), exposure("f", obs_num="2")]
    rows += [exposure("g", obs_num="3", band="1"), exposure("h", obs_num="3", detector="x")]
    rows += [exposure("i", obs_num="3", band="2"), exposure("j", obs_num="3", detector="y")]
    assert sorted(told(rows, clauses=KEYS)) == [
        "science a b",
        "science c d f",
        "science e f",
        "science g h",
        "science g j",
        "science h i",
        "science i j",
    ]


def test_a_key_parts_exposures_that_take_its_value_from_another_attribute() -> None:
    """No value of the attribute itself differs, but those that stand instead of it do."""
    key = same("targetid", instead=(one_of("visitype", "parallel_pure"), ("visit",)))
    rows = [exposure(name, visitype="parallel_pure", visit=name) for name in "12"]
    apart = told(rows, clauses=(Clause("target", key=key),))
    assert sorted(apart) == ["science 1", "science 2"]


def test_needs_are_asked_of_each_set() -> None:
    keys = (Clause("observation", key=same("obs_num")), Clause("lamp", is_set("exp_type")))
    rows = [exposure("a", is_psf="t"), exposure("b", obs_num="2")]
    rows += [exposure("c", obs_num="3", bkgdtarg="t"), exposure("d", obs_num="4")]
    rows += [exposure("e", obs_num="4", is_imprt="t")]
    assert told(rows, clauses=keys) == ["science b", "science d; imprint e"]


def test_a_need_within_candidates_of_some_types_is_asked_there_alone() -> None:
    cell = "[('c1000', 'mosaic'), ('o001', 'observation')]"
    rows = [exposure("a", asn_candidate=cell), exposure("b", asn_candidate="")]
    rule = stepped(needs=(within("mosaic", at_least(2)),))
    assert [one.asn_id for one in found(rows, rule)] == ["o001"]
    rows[1]["asn_candidate"] = "[('c1000', 'mosaic')]"
    assert [one.asn_id for one in found(rows, rule)] == ["c1000", "o001"]


@pytest.mark.parametrize("solver", ["fast", "exact"])
def test_a_rule_about_the_candidate_sees_that_of_the_scope_or_all_if_discovered(
    solver: str,
) -> None:
    cells = ["[('c1000', 'mosaic'), ('o001', 'observation')]", "[('c1000', 'mosaic')]"]
    rows = [
        exposure(name, asn_candidate=cell) for name, cell in zip("abc", (*cells, ""), strict=True)
    ]
    key = Clause("candidate", key=same("asn_candidate", optional=True))
    rule = stepped(clauses=(key,), base=replace(BASE, reach=Reach()))
    made = [(one.asn_id, shape(one)) for one in solve(pool_of(*rows), rule, solver=solver)]
    assert sorted(made) == [
        ("a3001", "science a c"),
        ("a3001", "science b c"),
        ("c1000", "science a b"),
        ("o001", "science a"),
    ]
    assert found(rows, rule)


def test_keys_that_compare_numbers_divide_what_the_other_keys_leave() -> None:
    chain = Clause("start", key=linked("gap", within=5))
    rule = replace(Asn_Image, name="Asn_Chain", clauses=(*Asn_Image.clauses, chain))
    rows = [exposure(name, gap=start) for name, start in zip("abc", ("1", "4", "99"), strict=True)]
    rules = RuleSet("chains", (rule,), measures=(measures.number("gap"),))
    for solver in ("fast", "exact"):
        solution = solve(pool_of(*rows), rules, solver=solver)
        assert sorted(len(one.members) for one in solution) == [1, 2]


def test_the_best_set_of_an_exposure_lacks_the_fewest_needs() -> None:
    """Exposure x, without a band, could join three sets; of equals, the last needs decide."""
    needs = (at_least(2, "psf"), at_least(2, "science"), at_least(1, "background"))
    rule = small_rule(clauses=(IMAGES, KEYS[1]), needs=needs)
    roles: dict[str, dict[str, str]] = {"s": {}, "p": {"is_psf": "t"}, "b": {"bkgdtarg": "t"}}

    def lacking(*sets: str) -> list[bool]:
        rows = [
            exposure(f"{number}{at}", exp_type="mir_image", band=str(number), **roles[role])
            for number, members in enumerate(sets)
            for at, role in enumerate(members)
        ]
        pool = pool_of(exposure("x", exp_type="mir_image", band=""), *rows)
        scoped = ScopedPool.of(pool, scopes_of(pool, array_components(pool)), (rule,))
        whole = scoped.scopes.candidate_codes < 0
        entries, unmet = fast.least_unmet(scoped, rule, whole)
        (place,) = np.flatnonzero(scoped.scopes.entry_rows[entries] == 0)
        found: list[bool] = unmet[place][-len(needs) :].tolist()
        return found

    for order in itertools.permutations(("p", "ppb", "sp")):
        # With x these lack three, one and two of the needs.
        assert lacking(*order) == [False, True, False]
    for order in itertools.permutations(("ppb", "sbp", "pps")):
        # Each lacks one: of the science, of the PSF references and of the background.
        assert lacking(*order) == [True, False, False]
    for order in itertools.permutations(("spp", "b")):
        assert lacking(*order) == [False, False, True]
    for order in itertools.permutations(("sb", "ppb")):
        assert lacking(*order) == [True, False, False]
