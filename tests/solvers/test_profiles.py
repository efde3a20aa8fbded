"""Profiles answer for exposures as the exposures would answer themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve import Pool
from asnsolve.expr import fold
from asnsolve.expr.build import all_of, any_of, is_set, matches, not_, one_of
from asnsolve.expr.nodes import Predicate
from asnsolve.interpret.to_csp import admits
from asnsolve.rules.model import Cases
from asnsolve.solvers.exact import decide
from asnsolve.solvers.profiles import Profiles, profiles_of
from tests.associations.small import stepped
from tests.solvers.rows import exposure, pool_of

TESTS: tuple[Predicate, ...] = (
    is_set("a"),
    is_set("a", "b"),
    one_of("a", "x", "y"),
    one_of(("b", "a"), "x", "z"),
    matches("a", "[xy]"),
    matches(("a", "b"), "z.*"),
)
predicates = st.recursive(
    st.sampled_from(TESTS),
    lambda inner: (
        st.builds(not_, inner) | st.builds(all_of, inner, inner) | st.builds(any_of, inner, inner)
    ),
    max_leaves=4,
)
cells = st.sampled_from(["", "x", "y", "z", "zz"])
pools = st.lists(st.tuples(cells, cells), min_size=1, max_size=12).map(
    lambda rows: pool_of(*(exposure(str(n), a=a, b=b) for n, (a, b) in enumerate(rows)))
)


def profiles(pool: Pool, *asked: Predicate) -> Profiles:
    """Sort the exposures of a pool by what some predicates tell apart."""
    return profiles_of(
        frozenset(fold.tests(asked)), len(pool), lambda name: (pool.codes(name), pool.values(name))
    )


def exposures(pool: Pool) -> list[dict[str, str | None]]:
    return [{name: pool.value(row, name) for name in ("a", "b")} for row in range(len(pool))]


@given(pools, predicates)
def test_a_predicate_holds_for_a_profile_as_for_its_exposures(
    pool: Pool, predicate: Predicate
) -> None:
    of_pool = profiles(pool, predicate)
    holds = of_pool.mask(predicate)[of_pool.labels].tolist()
    assert holds == [admits(predicate, exposure) for exposure in exposures(pool)]
    assert of_pool.tell(predicate)
    assert len(of_pool) == len(set(of_pool.labels.tolist())) == of_pool.size


def test_a_pool_of_nothing_has_no_profiles() -> None:
    of_pool = profiles(pool_of(exposure("1", a="x")).take([]), is_set("a"))
    assert (len(of_pool), of_pool.labels.tolist()) == (0, [])
    assert of_pool.mask(is_set("a")).tolist() == []


@pytest.mark.parametrize("count", [*range(1, 20), 63, 64, 65, 200])
def test_there_may_be_any_number_of_profiles(count: int) -> None:
    numbers = [str(number) for number in range(count)]
    pool = pool_of(*(exposure(number, a=number) for number in numbers))
    asked = [one_of("a", number) for number in numbers]
    of_pool = profiles(pool, is_set("a"), *asked)
    assert len(of_pool) == count
    assert of_pool.mask(is_set("a")).tolist() == [True] * count
    assert of_pool.mask(not_(is_set("a"))).tolist() == [False] * count
    (last,) = np.flatnonzero(of_pool.mask(asked[-1])[of_pool.labels])
    assert pool.value(int(last), "a") == numbers[-1]


@given(pools, st.lists(predicates, max_size=3))
def test_the_first_case_that_holds_decides(pool: Pool, asked: list[Predicate]) -> None:
    cases = Cases(tuple((case, f"r{n % 2}") for n, case in enumerate(asked)), otherwise="none")
    of_pool = profiles(pool, *asked)
    words = cases.results()
    decided = [words[code] for code in of_pool.decide(cases)[of_pool.labels].tolist()]
    assert decided == [decide(cases, exposure) for exposure in exposures(pool)]


def test_exposures_that_no_test_tells_apart_have_one_profile() -> None:
    rows = [exposure("1", a="x"), exposure("2", a="y"), exposure("3", a="z"), exposure("4", a="")]
    pool = pool_of(*rows)
    assert profiles(pool, one_of("a", "x", "y")).labels.tolist() == [1, 1, 2, 0]
    assert profiles(pool, is_set("a")).labels.tolist() == [1, 1, 1, 0]
    assert profiles(pool, is_set("filter")).labels.tolist() == [0, 0, 0, 0]
    assert profiles(pool, is_set("nowhere")).labels.tolist() == [0, 0, 0, 0]
    assert profiles(pool).labels.tolist() == [0, 0, 0, 0]


def test_a_profile_has_one_value_that_stands_for_its_exposures() -> None:
    pool = pool_of(*(exposure(value, a=value) for value in ("x", "y", "z")), exposure("w"))
    of_pool = profiles(pool, one_of("a", "y", "z"))
    values = [(*of_pool.values("a"), None)[code] for code in of_pool.codes("a").tolist()]
    assert values == [None, "x", "y"]


def test_predicates_of_other_tests_are_not_told() -> None:
    of_pool = profiles(pool_of(exposure("1", a="x")), TESTS[0], TESTS[2])
    assert of_pool.tell(all_of(TESTS[0], not_(TESTS[2])))
    assert not of_pool.tell(TESTS[1])
    assert not of_pool.tell(any_of(TESTS[0], TESTS[4]))


def test_profiles_that_every_clause_lets_in_are_eligible() -> None:
    pool = pool_of(*(exposure(str(n), obs_num=value) for n, value in enumerate(["1", "", "2"])))
    rule = stepped()
    of_pool = profiles_of(
        frozenset(rule.tests), len(pool), lambda name: (pool.codes(name), pool.values(name))
    )
    eligible = of_pool.eligible(rule)
    assert [label in eligible for label in of_pool.labels.tolist()] == [True, False, True]
    nowhere = pool_of(exposure("1", obs_num=""))
    none = profiles_of(
        frozenset(rule.tests), 1, lambda name: (nowhere.codes(name), nowhere.values(name))
    )
    assert none.eligible(rule).tolist() == []
