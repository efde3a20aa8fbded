"""Where rules are solved: candidates by program, components, and what is asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from asnsolve import Pool, PoolError, UsageError, solve
from asnsolve.rules.level3_2017 import Asn_Image
from asnsolve.rules.model import Reach
from asnsolve.solvers.graph import array_components
from asnsolve.solvers.scopes import CandidateFilter, Scope, scopes_of, solved_scopes
from tests.solvers.rows import exposure, pool_of

BOTH = "[('o001', 'observation'), ('c1000', 'group')]"


def ids(pool: object, **options: Any) -> list[str]:
    return [a.asn_id for a in solve(pool, "level3-2017", **options)]


def pool() -> Pool:
    return pool_of(
        exposure("a", asn_candidate=BOTH),
        exposure("b", obs_num="2", asn_candidate="[('o002', 'observation'), ('c1000', 'group')]"),
        exposure("c", obs_num="3", asn_candidate=""),
    )


def test_default_is_every_candidate_and_what_none_names() -> None:
    assert ids(pool()) == ["a3001", "c1000", "o001", "o002"]


def test_discovery_alone() -> None:
    assert ids(pool(), candidates="none") == ["a3001"]


def test_candidates_alone() -> None:
    assert ids(pool(), discover=False) == ["c1000", "o001", "o002"]


def test_some_candidates_with_discovery() -> None:
    assert ids(pool(), candidates=["O001"]) == ["a3001", "o001"]


def test_ids_mean_these_candidates_and_nothing_else() -> None:
    assert ids(pool(), ids=["c1000", "o002"]) == ["c1000", "o002"]
    assert ids(pool(), ids="c1000") == ["c1000"]


def test_a_discovered_association_that_repeats_a_candidates_is_dropped() -> None:
    assert ids(pool_of(exposure("a"), exposure("b"))) == ["o001"]


def test_an_id_that_no_exposure_names_is_reported() -> None:
    solution = solve(pool(), ids=["c1001", "o001"])
    assert [str(problem) for problem in solution.problems] == [
        "pool, column asn_candidate: no exposure names the candidate 'c1001'. "
        "Did you mean c1000 or o001?"
    ]


def test_candidates_and_ids_do_not_go_together() -> None:
    with pytest.raises(UsageError, match="both candidates and ids"):
        solve(pool(), candidates=["o001"], ids=["o002"])


def test_an_unknown_solver_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no solver 'fats'; expected fast or exact"):
        solve(pool(), solver="fats")


def test_programs_that_use_one_candidate_id_are_not_mixed() -> None:
    """Failure class 21."""
    solution = solve(
        pool_of(
            exposure("a", asn_candidate="[('c1000', 'mosaic')]"),
            exposure("b", program="2", asn_candidate="[('c1000', 'group')]"),
        ),
        "level3-2017",
    )
    assert [(a.program, len(a.members)) for a in solution] == [("00001", 1), ("00002", 1)]


def test_a_rule_bound_to_candidates_is_solved_in_them_even_in_discovery() -> None:
    wavefront = {"visitype": "prime_wfsc_sensing_control", "act_id": "1"}
    candidates = "[('o001', 'observation'), ('c1000', 'mosaic')]"
    images = pool_of(*(exposure(n, asn_candidate=candidates, **wavefront) for n in "ab"))
    modes: tuple[dict[str, Any], ...] = ({"candidates": "none"}, {}, {"discover": False})
    for options in modes:
        (association,) = solve(images, "level3-2017", **options)
        assert (association.rule, association.asn_id) == ("Asn_WFSCMB", "c1000")
        assert {m.asn_candidate for m in association.members} == {"('c1000', 'mosaic')"}


@pytest.mark.parametrize(
    ("reach", "everything", "discovered", "of_candidates", "of_one"),
    [
        (Reach(), ["a3001", "c1000", "o001", "o002"], ["a3001"], ["c1000", "o001", "o002"], 1),
        (Reach(discovered=False), ["c1000", "o001", "o002"], [], ["c1000", "o001", "o002"], 1),
        (Reach(barred_types=("group",)), ["a3001", "o001", "o002"], ["a3001"], ["o001", "o002"], 1),
        (Reach(("group",)), ["c1000"], ["c1000"], ["c1000"], 0),
        (Reach(("group",), discovered=False), ["c1000"], [], ["c1000"], 0),
        (Reach(("group", "observation"), ("group",)), ["o001", "o002"], ["o001", "o002"], None, 1),
        (Reach(("mosaic",)), [], [], [], 0),
    ],
    ids=str,
)
def test_a_rule_is_solved_where_its_reach_says(
    reach: Reach,
    everything: list[str],
    discovered: list[str],
    of_candidates: list[str] | None,
    of_one: int,
) -> None:
    rule = replace(Asn_Image, reach=reach)
    for solver in ("fast", "exact"):
        asked: list[tuple[dict[str, Any], list[str]]] = [
            ({}, everything),
            ({"candidates": "none"}, discovered),
            ({"discover": False}, everything if of_candidates is None else of_candidates),
            ({"ids": "o001"}, ["o001"] * of_one),
        ]
        for options, expected in asked:
            found = solve(pool(), rule, solver=solver, **options)
            assert [association.asn_id for association in found] == expected


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"candidates": "non"}, "there are no candidates 'non'; .* Did you mean none?"),
        ({"candidates": [1]}, "candidates holds 1, which is not text; expected ids"),
        ({"ids": [1]}, "ids holds 1, which is not text; expected ids of candidates, such as"),
        ({"ids": 1}, "ids holds 1, which is not text"),
    ],
)
def test_what_names_no_candidates_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        solve(pool(), **options)


def test_a_single_candidate_may_be_given_as_a_text() -> None:
    assert ids(pool(), candidates="C1000", discover=False) == ["c1000"]


def test_the_path_of_a_pool_and_a_table_are_solved(tmp_path: Path) -> None:
    path = tmp_path / "pool.csv"
    pool().write(path)
    for source in (path, str(path), pool().to_arrow()):
        assert ids(source) == ids(pool())
    with pytest.raises(PoolError, match="the file cannot be read"):
        solve(tmp_path / "no_such.csv")


def test_the_whole_pool_is_the_last_scope() -> None:
    pool = pool_of(exposure("a"), exposure("b", program="2"))
    components = array_components(pool)
    scopes = scopes_of(pool, components, across_programs=True)
    every = [scopes[number] for number in range(len(scopes))]
    assert [scope.is_pool for scope in every] == [False] * 4 + [True]
    of_pool = int(components.max()) + 1
    assert [scope.component for scope in every] == [*components, *components, of_pool]
    assert scopes.entry_rows[scopes.entry_scopes == 4].tolist() == [0, 1]
    nothing = pool.take([])
    assert len(scopes_of(nothing, array_components(nothing), across_programs=True)) == 0
    one = pool.take([0])
    scopes = scopes_of(one, array_components(one), across_programs=True)
    assert [scopes[number].is_pool for number in range(len(scopes))] == [False, False, True]


def test_a_rule_across_programs_is_solved_in_the_whole_pool_alone() -> None:
    pool = pool_of(exposure("a"), exposure("b", program="2"))
    scopes = scopes_of(pool, array_components(pool), across_programs=True)
    everything = CandidateFilter(None, True)
    across = solved_scopes(scopes, Reach(across_programs=True), everything)
    assert across.tolist() == [False] * 4 + [True]
    assert solved_scopes(scopes, Reach(), everything).tolist() == [True] * 4 + [False]


def test_a_scope_has_the_type_and_the_cell_of_its_candidate() -> None:
    of_candidate, whole = Scope(0, ("c1000", "mosaic")), Scope(0, None)
    assert (of_candidate.candidate_type, of_candidate.cell) == ("mosaic", "[('c1000', 'mosaic')]")
    assert (whole.candidate_type, whole.cell) == (None, None)
    assert not whole.is_pool


def test_the_candidates_of_each_exposure_are_counted() -> None:
    scopes = scopes_of(pool(), array_components(pool()))
    counts = zip(scopes.entry_rows.tolist(), scopes.candidate_counts().tolist(), strict=True)
    assert set(counts) == {(0, 2), (1, 2), (2, 1)}
    nothing = pool().take([])
    assert scopes_of(nothing, array_components(nothing)).candidate_counts().tolist() == []
