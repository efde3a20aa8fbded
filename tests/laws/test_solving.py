"""Laws of solving, on simulated pools under the rules of each set and on abstract ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from asnsolve import Association, Member, Pool, Rule, Solution, demo_pool, load_rules, solve
from asnsolve.errors import NamingError
from asnsolve.profiles.jwst import NAMES, PROFILE
from asnsolve.rules.level3_2017 import LEVEL3_2017
from asnsolve.rules.load import RULE_SETS
from asnsolve.rules.rule_set import RuleSet
from asnsolve.simulate import MODES, Program, simulate
from asnsolve.solvers.exact import compatible, read_entry
from asnsolve.solvers.graph import array_components, graph_components
from asnsolve.solvers.scopes import Scope, scopes_of
from asnsolve.testing import LAWS, pools
from asnsolve.testing.law_trials import Trial
from asnsolve.testing.solution_laws import repeats
from tests.laws.abstract_rules import ABSTRACT, PAIRED, TANGLED
from tests.strategies import small_pools

Row = Mapping[str, str]

ABSTRACT_SET = RuleSet("abstract", ABSTRACT)

ASKED = st.sampled_from([{}, {"candidates": "none"}, {"discover": False}, {"ids": ["o001"]}])

SETS = pytest.mark.parametrize("rules", [name for name in RULE_SETS if name != "jwst-main"])
"""Names of sets: a whole set would drown the pool in the report of a failure.

The set jwst-main differs from jwst in few rules.
"""


@st.composite
def tangled_pools(draw: st.DrawFn, *, files: int = 0) -> list[Row]:
    """Pools whose exposures leave keys open at random.

    Parameters
    ----------
    draw : callable
        Given by hypothesis.
    files : int
        Of how many files the rows speak, so that some contradict others; 0: each of its own.
    """
    cell = st.sampled_from(["NULL", "NULL", "a", "b", "c"])
    columns = {
        "PROGRAM": st.sampled_from(["1", "1", "2"]),
        "OBS_NUM": st.sampled_from(["1", "2", "NULL"]),
        "EXP_TYPE": st.just("MIR_IMAGE"),
        "INSTRUME": st.just("MIRI"),
        "ASN_CANDIDATE": st.sampled_from(
            ["NULL", "[('o001', 'OBSERVATION')]", "[('o001', 'OBSERVATION'), ('c1000', 'GROUP')]"]
        ),
        "IS_PSF": st.sampled_from(["NULL", "T"]),
        "BKGDTARG": st.sampled_from(["F", "F", "T"]),
        "TEMPLATE": st.sampled_from(["yes", "yes", "no"]),
        "BAND": st.sampled_from(["short", "short", "long", "NULL"]),
        **dict.fromkeys(("FILTER", "PUPIL", "TARGETID", "GRATING"), cell),
        **dict.fromkeys(("PATT_NUM", "DITHPTIN", "EXPSPCIN"), st.sampled_from(["NULL", "1", "2"])),
    }
    rows = draw(st.lists(st.fixed_dictionaries(columns), min_size=1, max_size=14))
    numbers = [draw(st.integers(1, files)) if files else at for at in range(len(rows))]
    return [
        row | {"SUBPXPTS": "1", "FILENAME": f"jw_{number:05}_uncal.fits"}
        for number, row in zip(numbers, rows, strict=True)
    ]


def check_laws(pool: Pool, rules: RuleSet, *, but: Sequence[str] = ()) -> None:
    """Judge the laws of the kit, on one solution for all of them."""
    trial = Trial(pool, rules)
    for law in LAWS.values():
        if law.name not in but:
            law.check(trial)


@SETS
@given(rows=small_pools())
@settings(max_examples=25)
def test_every_law_holds_on_simulated_pools(rules: str, rows: list[Row]) -> None:
    """All but partitions, the slowest, which the tests below and those of the archive try."""
    check_laws(Pool(rows), load_rules(rules), but=["partitions"])


@pytest.mark.parametrize("rules", RULE_SETS)
@given(data=st.data())
@settings(max_examples=12)
def test_every_law_holds_on_pools_made_for_the_rules(rules: str, data: st.DataObject) -> None:
    check_laws(data.draw(pools_for(rules)), load_rules(rules))


@cache
def pools_for(rules: str) -> st.SearchStrategy[Pool]:
    """Make the strategy once: it looks for exposures that each rule takes."""
    return pools(rules)


@given(rows=tangled_pools())
@settings(max_examples=25)
def test_every_law_holds_where_there_is_much_to_search(rows: list[Row]) -> None:
    """All but unique names: those of the abstract rules tell few of their keys."""
    check_laws(Pool(rows), ABSTRACT_SET, but=["unique", "partitions"])


@given(rows=tangled_pools(files=4))
@settings(max_examples=25)
def test_row_order_makes_no_difference_where_rows_contradict_one_another(rows: list[Row]) -> None:
    LAWS["row order"](Pool(rows), ABSTRACT_SET)


def test_row_order_makes_no_difference_to_associations_that_differ_in_their_rows_alone() -> None:
    """Two rows about one file make associations of the same members, which show other rows."""
    name = "jw00001001001_02101_00001_det_uncal.fits"
    same = {"BAND": "short", "FILTER": "f070w", "MODULE": "1", "PUPIL": "1", "TARGETID": "other"}
    same |= {
        "EXP_TYPE": "NULL",
        "PROGRAM": "1",
        "VISIT": "1",
        "VISITGRP": "02",
        "SEQ_ID": "1",
        "ACT_ID": "01",
    }
    rows = [
        same
        | {"OBS_NUM": obs_num, "EXPOSURE": exposure, "FILENAME": name}
        | {"ASN_CANDIDATE": f"[('{candidate}', 'observation')]"}
        for candidate, obs_num, exposure in (("o001", "1", "1"), ("o000", "NULL", "3"))
    ]
    LAWS["row order"](Pool(rows), ABSTRACT_SET)


def test_row_order_makes_no_difference_to_orphans_that_are_refused_in_the_same_words() -> None:
    """Three rows about one file, of which one is refused by fewer clauses."""
    names = [f"jw00001001001_02101_0000{number}_nrca4_uncal.fits" for number in (1, 1, 7, 1)]
    pool = Pool(
        {
            "FILENAME": names,
            "EXP_TYPE": [None, "fgs_dark", None, None],
            "PROGRAM": [None] * 4,
            "ASN_CANDIDATE": [None, None, None, "[('o002', 'observation')]"],
        }
    )
    orphans = [solve(pool.take(order)).orphans for order in permutations(range(4))]
    assert orphans == [orphans[0]] * len(orphans)
    assert {orphan.refusals for orphan in orphans[0]} == {2, 3}


def test_solvers_agree_on_which_of_two_equal_products_stays() -> None:
    """Two rows about one file make one product under one rule, of other instruments."""
    rows = [
        {
            "filename": "jw01001001001_02101_00002_nrcb2_uncal.fits",
            "program": "1001",
            "asn_candidate": "[('o001', 'observation')]",
            "exp_type": exp_type,
            "instrume": instrument,
            "detector": detector,
            "filter": filter_,
            "targetid": "1",
        }
        for exp_type, instrument, detector, filter_ in (
            ("nrc_image", "nircam", "nrcb2", "f200w"),
            ("mir_image", "miri", "mirimage", "f770w"),
        )
    ]
    for ordered in (rows, rows[::-1]):
        pool = Pool(ordered)
        assert solve(pool).dropped
        for law in ("exact", "row order"):
            LAWS[law](pool)


@given(pool=pools(ABSTRACT, simulated=False))
@settings(max_examples=20)
def test_every_law_holds_on_pools_made_for_abstract_rules(pool: Pool) -> None:
    """All but unique names, as above."""
    check_laws(pool, ABSTRACT_SET, but=["unique"])


@SETS
@given(rows=small_pools(max_exposures=12), mode=ASKED.filter(bool))
@settings(max_examples=20)
def test_fast_equals_exact_if_only_some_candidates_are_asked_for(
    rules: str, rows: list[Row], mode: dict[str, Any]
) -> None:
    pool = Pool(rows)
    assert solve(pool, rules, **mode) == solve(pool, rules, solver="exact", **mode)


def test_which_of_several_nods_a_repeat_gave_way_to_does_not_depend_on_row_order() -> None:
    common = {
        "EXP_TYPE": "NULL",
        "PROGRAM": "1",
        "ASN_CANDIDATE": "[('o001', 'observation'), ('c1000', 'background')]",
        "BAND": "short",
        "TARGETID": "1",
    }
    rows = [
        common | {"FILENAME": f"jw_00002_{detector}_uncal.fits"}
        for detector in ("mirifulong", "mirifushort")
    ]
    dropped = solve(Pool(rows), ABSTRACT).dropped
    assert {gone.law for gone in dropped} >= {"discovered repeats"}
    assert solve(Pool(rows[::-1]), ABSTRACT).dropped == dropped


Offers = tuple[str | None, ...]


def agreement(offers: list[Offers]) -> Offers:
    """Return what some exposures share, after making sure that they do; None: any value."""
    shared = tuple(
        next((value for value in column if value is not None), None)
        for column in zip(*offers, strict=True)
    )
    assert all(compatible(offer, shared) for offer in offers)
    return shared


def may_join(offers: Offers, shared: Offers) -> bool:
    together = zip(offers, shared, strict=True)
    return all(own is None or has is None or own == has for own, has in together)


@given(tangled_pools())
@settings(max_examples=25)
def test_every_searched_association_is_valid_and_maximal(rows: list[Row]) -> None:
    check_maximal(rows, (TANGLED, PAIRED))


@given(small_pools(max_exposures=14))
@settings(max_examples=20)
def test_every_association_is_valid_and_maximal(rows: list[Row]) -> None:
    check_maximal(rows, tuple(LEVEL3_2017))


def check_maximal(rows: list[Row], rules: tuple[Rule, ...]) -> None:
    """Each association of a rule without steps is a group: it agrees, and nothing can be added."""
    pool = Pool(rows)
    scopes = scopes_of(pool, graph_components(pool))
    scoped: dict[Scope, set[int]] = defaultdict(set)
    for row, scope in zip(scopes.entry_rows.tolist(), scopes.entry_scopes.tolist(), strict=True):
        scoped[scopes[scope]].add(row)
    row_of = {_stem(pool.value(row, "filename")): row for row in range(len(pool))}
    assume(len(row_of) == len(pool))
    for rule in rules:
        for association in solve(pool, rule):
            members = {row_of[_stem(member.expname)] for member in association.members}
            check_association(pool, rule, association, members, scoped)


def _stem(name: str | None) -> str:
    return (name or "").rsplit("_", 1)[0]


def check_association(
    pool: Pool,
    rule: Rule,
    association: Association,
    members: set[int],
    scoped: dict[Scope, set[int]],
) -> None:
    chosen = {row: read_entry(pool, row, rule) for row in members}
    assert all(exposure is not None for exposure in chosen.values())
    shared = agreement([exposure.offers for exposure in chosen.values() if exposure is not None])
    assert any(m.exptype == "science" for m in association.members)
    cell = None if association.asn_id == "a3001" else association.members[0].asn_candidate
    (scope,) = (
        rows
        for where, rows in scoped.items()
        if (where.candidate and str(where.candidate)) == cell and members <= rows
    )
    for outsider in scope - members:
        exposure = read_entry(pool, outsider, rule)
        assert exposure is None or not may_join(exposure.offers, shared)


@SETS
@given(rows=small_pools(), version=st.integers(0, 40))
@settings(max_examples=20)
def test_names_tell_the_version_and_the_target(rules: str, rows: list[Row], version: int) -> None:
    for association in solve(Pool(rows), rules, version_id=f"v{version}"):
        assert NAMES.parse_file_name(association.file_name).version_id == f"v{version}"
        (product,) = association.products
        if association.level == 2:
            assert len([*filter(is_science, product.members)]) == 1
            with pytest.raises(NamingError):
                NAMES.parse_product_name(product.name)
        else:
            name = NAMES.parse_product_name(product.name)
            told = name.target.removesuffix("{source_id}").removesuffix("-")
            assert told in (association.target, *([""] if told != name.target else []))


@given(rows=small_pools())
@settings(max_examples=20)
def test_no_association_repeats_another_or_is_a_part_of_one_of_its_name(rows: list[Row]) -> None:
    held: dict[tuple[str, int], list[tuple[str, frozenset[tuple[str, str]]]]] = defaultdict(list)
    for one in solve(Pool(rows), "jwst"):
        content = frozenset((member.expname, member.exptype) for member in one.members)
        held[one.program, one.level].append((one.products[0].name, content))
    for told in held.values():
        assert len({content for _, content in told}) == len(told)
        assert not any(
            name == other and content < more for name, content in told for other, more in told
        )


@given(rows=small_pools(), asked=ASKED)
@settings(max_examples=15)
def test_a_product_of_level_2_is_made_once(rows: list[Row], asked: dict[str, Any]) -> None:
    """Of a file with integrations and of their average the pipeline makes different files."""
    check_products_of_level_2(rows, asked)


@pytest.mark.parametrize("nods", [1, 2, 3])
@pytest.mark.parametrize("skies", [1, 2, 3])
def test_a_spectrum_with_nods_and_dedicated_skies_is_made_once(nods: int, skies: int) -> None:
    """The larger association stays, that with the skies if they are equally large."""
    solution = check_products_of_level_2(nodded_spectra(nods, skies), {})
    assert solve(Pool(nodded_spectra(nods, skies)), solver="exact") == solution
    (kept,) = (one for one in solution if one.level == 2 and one.products[0].name == "jw_nod1")
    assert kept.asn_id == ("o001" if nods - 1 > skies else "c1000")
    gone = [each for each in solution.dropped if each.gave_way_to == kept]
    assert {each.law for each in gone} == {"one product"}
    alone = solve(Pool(nodded_spectra(nods, skies)), ids=["o001"])
    assert len([one for one in alone if one.level == 2]) == nods


def nodded_spectra(nods: int, skies: int) -> list[Row]:
    """Plan a MIRI low-resolution spectrum along the slit, and skies of their own for it."""
    common = {
        "PROGRAM": "1",
        "EXP_TYPE": "MIR_LRS-FIXEDSLIT",
        "PNTGTYPE": "SCIENCE",
        "INSTRUME": "MIRI",
        "DETECTOR": "MIRIMAGE",
        "FILTER": "P750L",
        "SUBARRAY": "FULL",
        "PATTTYPE": "ALONG-SLIT-NOD",
    }
    return [
        {
            **common,
            "FILENAME": f"jw_{name}{number}_uncal.fits",
            "OBS_NUM": observation,
            "TARGETID": observation,
            "PATT_NUM": str(number),
            "BKGDTARG": flag,
            "ASN_CANDIDATE": f"[('o00{observation}', 'observation'), ('c1000', 'background')]",
        }
        for name, observation, flag, count in (("nod", "1", "F", nods), ("sky", "2", "T", skies))
        for number in range(1, count + 1)
    ]


def check_products_of_level_2(rows: list[Row], asked: dict[str, Any]) -> Solution:
    solution = solve(Pool(rows), "jwst", **asked)
    products = [
        (one.program, one.products[0].name, [m.expname for m in one.members if is_science(m)])
        for one in solution
        if one.level == 2
    ]
    assert len({*map(str, products)}) == len(products)
    assert solve(Pool(rows[::-1]), "jwst", **asked).associations == solution.associations
    return solution


def is_science(member: Member) -> bool:
    return member.exptype == "science"


@SETS
@given(rows=small_pools(), asked=ASKED, merged=st.booleans())
@settings(max_examples=20)
def test_what_is_dropped_gave_way_as_the_law_says_however_it_is_asked_for(
    rules: str, rows: list[Row], asked: dict[str, Any], merged: bool
) -> None:
    repeats(solve(Pool(rows), rules, merge=merged, **asked))


@pytest.mark.parametrize("merge", [False, True])
def test_what_gives_way_to_a_background_that_was_not_asked_for_is_listed(merge: bool) -> None:
    """The demonstration ties observation 4 of program 9801 to the background c1001."""
    pool = Pool.read(demo_pool())
    solution = solve(pool, ids=["o004"], backgrounds_of_ids=True, merge=merge)
    assert {association.asn_id for association in solution} == {"o004"}
    assert {gone.association.asn_id for gone in solution.dropped} == {"o004"}
    assert {gone.gave_way_to.asn_id for gone in solution.dropped} == {"c1001"}


def test_discovery_alone_lists_only_what_no_candidate_names() -> None:
    solution = solve(Pool.read(demo_pool()))
    kept = solution.discovered().dropped
    assert 0 < len(kept) < len(solution.dropped)
    assert {gone.association.asn_id for gone in kept} == {"a3001"}


@pytest.mark.parametrize("mode", ["nircam_wfss", "niriss_wfss_parallel"])
def test_solving_is_idempotent_though_a_direct_image_is_an_orphan(mode: str) -> None:
    unfit = {"FILTER": "NULL", "SUBARRAY": "NULL"}
    rows = simulate([Program(number=1001, plans=(MODES[mode].plan(),))])
    pool = Pool([{**row, **(unfit if row["EXP_TYPE"].endswith("_IMAGE") else {})} for row in rows])
    assert any(member.derived for association in solve(pool) for member in association.members)
    LAWS["idempotent"](pool)


@given(tangled_pools(), st.sets(st.sampled_from(PROFILE.levels)))
@settings(max_examples=50)
def test_components_on_arrays_are_those_of_the_graph(rows: list[Row], levels: set[str]) -> None:
    pool = Pool(rows)
    chosen = sorted(levels)
    assert partition(array_components(pool, chosen)) == partition(graph_components(pool, chosen))


@given(small_pools())
@settings(max_examples=25)
def test_components_of_simulated_pools_are_those_of_the_graph(rows: list[Row]) -> None:
    pool = Pool(rows)
    for levels in (PROFILE.levels, PROFILE.levels[1:], PROFILE.levels[3:], ()):
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
