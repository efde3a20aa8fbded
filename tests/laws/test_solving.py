"""Laws of solving, on simulated pools under the documented rules and on abstract ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from asnsolve import Association, Pool, Rule, Solution, load_rules, solve
from asnsolve.associations.write import to_bytes
from asnsolve.expr.build import at_least, distinct, is_set, not_, one_of, same
from asnsolve.naming import parse_file_name, parse_product_name
from asnsolve.rules.level3_2017 import LEVEL3_2017, DMS_Level3_Base
from asnsolve.rules.model import Cases, Clause
from asnsolve.solvers.exact import compatible, read_exposure
from asnsolve.solvers.graph import LEVELS, array_components, graph_components
from asnsolve.solvers.model import Scope
from asnsolve.solvers.scopes import scopes_of
from tests.strategies import small_pools

Row = Mapping[str, str]

MODES = st.sampled_from([{}, {"candidates": "none"}, {"discover": False}, {"ids": ["o001"]}])

TANGLED = Rule(
    name="Asn_Tangled",
    asn_type="tangled3",
    title="Four keys, three of which some exposures leave open",
    base=replace(
        DMS_Level3_Base,
        roles=Cases(((is_set("is_psf"), "psf"), (is_set("bkgdtarg"), "background")), "science"),
        needs=(at_least(1, "science"),),
    ),
    clauses=(
        Clause("template", not_(one_of("template", "no"))),
        Clause("band", key=same("band")),
        Clause("opt_elem", key=same("filter", "pupil", optional=True)),
        Clause("target", key=same("targetid", roles=("science",))),
        Clause("opt_elem2", key=same("grating", optional=True)),
    ),
)
PAIRED = replace(TANGLED, name="Asn_Paired", needs=(distinct(2, "obs_num"), at_least(1, "psf")))
FREE = replace(TANGLED, name="Asn_Free", clauses=TANGLED.clauses[:1])


@st.composite
def tangled_pools(draw: st.DrawFn) -> list[Row]:
    """Pools whose exposures leave keys open at random."""
    cell = st.sampled_from(["NULL", "NULL", "a", "b", "c"])
    columns = {
        "PROGRAM": st.sampled_from(["1", "1", "2"]),
        "OBS_NUM": st.sampled_from(["1", "2", "NULL"]),
        "EXP_TYPE": st.just("MIR_IMAGE"),
        "INSTRUME": st.just("MIRI"),
        "ASN_CANDIDATE": st.sampled_from(
            ["NULL", "[('o001', 'OBSERVATION')]", "[('o001', 'OBSERVATION'), ('c1000', 'GROUP')]"]
        ),
        "IS_PSF": st.sampled_from(["NULL", "NULL", "T"]),
        "BKGDTARG": st.sampled_from(["F", "F", "T"]),
        "TEMPLATE": st.sampled_from(["yes", "yes", "no"]),
        "BAND": st.sampled_from(["short", "short", "long", "NULL"]),
        **dict.fromkeys(("FILTER", "PUPIL", "TARGETID", "GRATING"), cell),
    }
    rows = draw(st.lists(st.fixed_dictionaries(columns), min_size=1, max_size=14))
    return [row | {"FILENAME": f"jw_{at:05}_uncal.fits"} for at, row in enumerate(rows)]


def contents(solution: Solution) -> list[bytes]:
    return sorted(to_bytes(association) for association in solution)


@given(small_pools(), MODES)
@settings(max_examples=120)
def test_fast_equals_exact_on_simulated_pools(rows: list[Row], mode: dict[str, Any]) -> None:
    pool = Pool(rows)
    assert solve(pool, **mode) == solve(pool, solver="exact", **mode)


@given(tangled_pools(), st.sampled_from([TANGLED, PAIRED, FREE]))
@settings(max_examples=250)
def test_fast_equals_exact_where_there_is_much_to_search(rows: list[Row], rule: Rule) -> None:
    pool = Pool(rows)
    assert solve(pool, rule) == solve(pool, rule, solver="exact")


@given(tangled_pools(), st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_row_order_changes_no_byte_of_searched_pools(rows: list[Row], random: Random) -> None:
    check_row_order(rows, random, (TANGLED, PAIRED))


@given(small_pools(), st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_row_order_changes_no_byte_of_simulated_pools(rows: list[Row], random: Random) -> None:
    check_row_order(rows, random, tuple(LEVEL3_2017))


def check_row_order(rows: list[Row], random: Random, rules: tuple[Rule, ...]) -> None:
    shuffled = sorted(rows, key=lambda _: random.random())
    first, second = solve(Pool(rows), rules), solve(Pool(shuffled), rules)
    assert [to_bytes(a) for a in first] == [to_bytes(a) for a in second]
    assert first.orphans == second.orphans
    assert first.same_names == second.same_names


@given(tangled_pools())
@settings(max_examples=100)
def test_every_searched_association_is_valid_and_maximal(rows: list[Row]) -> None:
    check_maximal(rows, (TANGLED, PAIRED))


@given(small_pools(max_exposures=14))
@settings(max_examples=60)
def test_every_association_is_valid_and_maximal(rows: list[Row]) -> None:
    check_maximal(rows, tuple(LEVEL3_2017))


def check_maximal(rows: list[Row], rules: tuple[Rule, ...]) -> None:
    """Each association agrees on every key and meets the needs; no exposure can be added."""
    pool = Pool(rows)
    scopes = scopes_of(pool, graph_components(pool))
    within: dict[Scope, set[int]] = defaultdict(set)
    for row, scope in zip(scopes.rows.tolist(), scopes.scopes.tolist(), strict=True):
        within[scopes.table[scope]].add(row)
    row_of = {_stem(pool.value(row, "filename")): row for row in range(len(pool))}
    assume(len(row_of) == len(pool))
    for rule in rules:
        for association in solve(pool, rule):
            members = {row_of[_stem(member.expname)] for member in association.members}
            check_association(pool, rule, association, members, within)


def _stem(name: str | None) -> str:
    return (name or "").rsplit("_", 1)[0]


def check_association(
    pool: Pool,
    rule: Rule,
    association: Association,
    members: set[int],
    within: dict[Scope, set[int]],
) -> None:
    chosen = {row: read_exposure(pool, row, rule) for row in members}
    assert all(exposure is not None for exposure in chosen.values())
    offers = [exposure.offers for exposure in chosen.values() if exposure is not None]
    shared = tuple(
        next((value for value in column if value is not None), None)
        for column in zip(*offers, strict=True)
    )
    assert all(compatible(offer, shared) for offer in offers)
    assert any(m.exptype == "science" for m in association.members)
    named = None if association.asn_id == "a3001" else association.members[0].asn_candidate
    (scope,) = (
        rows
        for where, rows in within.items()
        if (where.candidate and str(where.candidate)) == named and members <= rows
    )
    for outsider in scope - members:
        exposure = read_exposure(pool, outsider, rule)
        if exposure is not None:
            together = zip(exposure.offers, shared, strict=True)
            assert any(own is not None and has is not None and own != has for own, has in together)


@given(small_pools(), st.integers(0, 40))
@settings(max_examples=80)
def test_names_match_the_convention_and_parse_back(rows: list[Row], version: int) -> None:
    for association in solve(Pool(rows), "level3-2017", version_id=f"v{version}"):
        product = parse_product_name(association.products[0].name)
        file = parse_file_name(association.file_name)
        for parsed in (product, file):
            assert (parsed.program, parsed.asn_id) == (association.program, association.asn_id)
        assert product.target == association.target
        assert (file.asn_type, file.version_id) == (association.asn_type, f"v{version}")


@given(small_pools(), small_pools())
@settings(max_examples=60)
def test_programs_do_not_meet(first: list[Row], second: list[Row]) -> None:
    """Solving the union of two programs gives the union of solving each."""
    one, two = _of_program("1", first), _of_program("2", second)
    together, alone = solve(Pool(one + two)), [solve(Pool(one)), solve(Pool(two))]
    assert contents(together) == sorted(contents(alone[0]) + contents(alone[1]))
    assert {*together.orphans} == {*alone[0].orphans, *alone[1].orphans}


def _one_row_a_file(pool: Pool) -> bool:
    """Tell whether no two rows say different things of one file: names then tell rows apart."""
    return len(pool.values("filename")) == len(pool)


def _of_program(program: str, rows: list[Row]) -> list[Row]:
    return [
        {**row, "PROGRAM": program, "FILENAME": f"{program}_{at}_uncal.fits"}
        for at, row in enumerate(rows)
    ]


@given(small_pools())
@settings(max_examples=60)
def test_solving_is_idempotent(rows: list[Row]) -> None:
    """A pool of the exposures that were associated gives the associations again, no orphan."""
    pool = Pool(rows)
    assume(_one_row_a_file(pool))
    first = solve(pool)
    lost = {orphan.filename for orphan in first.orphans}
    kept = [row for row in range(len(pool)) if pool.value(row, "filename") not in lost]
    again = solve(pool.take(np.array(kept, dtype=np.int64)))
    assert [to_bytes(a) for a in again] == [to_bytes(a) for a in first]
    assert again.orphans == ()


@given(small_pools())
@settings(max_examples=60)
def test_every_exposure_is_associated_or_an_orphan(rows: list[Row]) -> None:
    pool = Pool(rows)
    assume(_one_row_a_file(pool))
    solution = solve(pool)
    inside = {_stem(member.expname) for a in solution for member in a.members}
    outside = {_stem(orphan.filename) for orphan in solution.orphans}
    everything = {_stem(pool.value(row, "filename")) for row in range(len(pool))}
    assert inside | outside == everything
    assert not inside & outside


@given(small_pools())
@settings(max_examples=60)
def test_two_files_never_have_one_name(rows: list[Row]) -> None:
    names = [association.file_name for association in solve(Pool(rows))]
    assert len(set(names)) == len(names)


@given(tangled_pools(), st.sets(st.sampled_from(LEVELS)))
@settings(max_examples=150)
def test_components_on_arrays_are_those_of_the_graph(rows: list[Row], levels: set[str]) -> None:
    pool = Pool(rows)
    chosen = sorted(levels)
    assert partition(array_components(pool, chosen)) == partition(graph_components(pool, chosen))


@given(small_pools())
@settings(max_examples=60)
def test_components_of_simulated_pools_are_those_of_the_graph(rows: list[Row]) -> None:
    pool = Pool(rows)
    for levels in (LEVELS, LEVELS[1:], LEVELS[3:], ()):
        one, other = array_components(pool, levels), graph_components(pool, levels)
        assert partition(one) == partition(other)


def partition(labels: np.ndarray[tuple[int], np.dtype[np.int64]]) -> set[frozenset[int]]:
    parts: dict[int, set[int]] = defaultdict(set)
    for row, label in enumerate(labels.tolist()):
        parts[label].add(row)
    return {frozenset(rows) for rows in parts.values()}


def test_each_documented_rule_can_be_solved_alone() -> None:
    def names() -> Iterator[str]:
        for rule in load_rules("level3-2017"):
            yield load_rules(rule).name

    assert list(names()) == [rule.name for rule in LEVEL3_2017]
