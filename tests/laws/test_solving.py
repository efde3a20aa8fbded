"""Laws of solving, on simulated pools under the rules of each set and on abstract ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from asnsolve import Association, Member, Pool, Rule, Solution, demo_pool, load_rules, solve
from asnsolve.associations.asn_files import to_bytes
from asnsolve.associations.json_fields import to_dict
from asnsolve.associations.merge import merge
from asnsolve.associations.validation import validate_data
from asnsolve.errors import NamingError
from asnsolve.interpret.to_csp import meets
from asnsolve.naming import parse_file_name, parse_product_name
from asnsolve.rules.level3_2017 import LEVEL3_2017
from asnsolve.rules.load import RULE_SETS
from asnsolve.simulate import MODES, Program, simulate
from asnsolve.solvers.exact import compatible, read_entry
from asnsolve.solvers.fast import fast_groups
from asnsolve.solvers.graph import LEVELS, array_components, graph_components
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.scopes import CandidateFilter, Scope, scopes_of, solved_scopes
from asnsolve.stages import exposure_root
from asnsolve.testing import LAWS, SolvingLaw, pools
from tests.laws.abstract_rules import ABSTRACT, PAIRED, TANGLED
from tests.strategies import small_pools

Row = Mapping[str, str]

ASKED = st.sampled_from([{}, {"candidates": "none"}, {"discover": False}, {"ids": ["o001"]}])

SETS = pytest.mark.parametrize("rules", [name for name in RULE_SETS if name != "jwst-main"])
"""Names of sets: a whole set would drown the pool in the report of a failure.

The set jwst-main differs from jwst in few rules, and has a test of its own.
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


def contents(solution: Solution) -> list[bytes]:
    return sorted(to_bytes(association) for association in solution)


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
@given(pool=pools("jwst-main"))
@settings(max_examples=3)
def test_every_law_holds_of_the_development_version(law: SolvingLaw, pool: Pool) -> None:
    law(pool, "jwst-main")


@pytest.mark.parametrize("law", [law for law in LAWS.values() if law.name != "unique"])
@given(pool=pools(ABSTRACT, simulated=False))
@settings(max_examples=10)
def test_every_law_holds_of_abstract_rules(law: SolvingLaw, pool: Pool) -> None:
    """All but unique names: those of the abstract rules tell few of their keys."""
    law(pool, ABSTRACT)


@SETS
@given(rows=small_pools(max_exposures=12), mode=ASKED)
@settings(max_examples=60)
def test_fast_equals_exact_on_simulated_pools(
    rules: str, rows: list[Row], mode: dict[str, Any]
) -> None:
    pool = Pool(rows)
    assert solve(pool, rules, **mode) == solve(pool, rules, solver="exact", **mode)


@given(tangled_pools(), st.sampled_from(ABSTRACT))
@settings(max_examples=250)
def test_fast_equals_exact_where_there_is_much_to_search(rows: list[Row], rule: Rule) -> None:
    pool = Pool(rows)
    assert solve(pool, rule) == solve(pool, rule, solver="exact")


@given(tangled_pools(), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_row_order_changes_no_byte_of_searched_pools(rows: list[Row], random: Random) -> None:
    check_row_order(rows, random, ABSTRACT)


@given(tangled_pools(files=4), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_row_order_changes_no_byte_where_rows_contradict_one_another(
    rows: list[Row], random: Random
) -> None:
    check_row_order(rows, random, ABSTRACT)


@SETS
@given(rows=small_pools(), random=st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_row_order_changes_no_byte_of_simulated_pools(
    rules: str, rows: list[Row], random: Random
) -> None:
    check_row_order(rows, random, tuple(RULE_SETS[rules]))


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


def check_row_order(rows: list[Row], random: Random, rules: tuple[Rule, ...]) -> None:
    shuffled = sorted(rows, key=lambda _: random.random())
    first, second = solve(Pool(rows), rules), solve(Pool(shuffled), rules)
    assert [to_bytes(a) for a in first] == [to_bytes(a) for a in second]
    assert first.orphans == second.orphans
    assert first.same_names == second.same_names
    assert first.dropped == second.dropped


@given(tangled_pools())
@settings(max_examples=60)
def test_every_searched_group_is_valid_and_maximal(rows: list[Row]) -> None:
    check_groups(rows, ABSTRACT)


@SETS
@given(rows=small_pools(max_exposures=10))
@settings(max_examples=40)
def test_every_group_is_valid_and_maximal(rules: str, rows: list[Row]) -> None:
    check_groups(rows, tuple(RULE_SETS[rules]))


def check_groups(rows: list[Row], rules: tuple[Rule, ...]) -> None:
    """Each group agrees on every key and meets the needs; no exposure of its scope can be added.

    Steps make associations of the groups: what holds of a group need not hold of those.
    """
    pool = Pool(rows)
    scopes = scopes_of(pool, graph_components(pool))
    scoped = ScopedPool.of(pool, scopes, rules)
    for rule in rules:
        chosen = solved_scopes(scopes, rule.scope_reach, CandidateFilter(None, discover=True))
        seen = {
            entry: read_entry(
                pool,
                int(scopes.entry_rows[entry]),
                rule,
                index=entry,
                scope=scopes[int(scopes.entry_scopes[entry])],
            )
            for entry in np.flatnonzero(chosen[scopes.entry_scopes]).tolist()
        }
        groups = fast_groups(scoped, rule, chosen)
        ends = groups.starts + groups.sizes
        for start, end in zip(groups.starts, ends, strict=True):
            inside = groups.entries[start:end].tolist()
            (at,) = np.unique(scopes.entry_scopes[inside]).tolist()
            members = [exposure for entry in inside if (exposure := seen[entry]) is not None]
            assert len(members) == len(inside)
            shared = agreement([member.offers for member in members])
            pairs = [(member.attributes, member.role) for member in members]
            assert all(meets(n, pairs, scopes[at].candidate_type) for n in rule.all_needs)
            for entry in np.flatnonzero(scopes.entry_scopes == at).tolist():
                outsider = seen.get(entry)
                if outsider is not None and entry not in inside:
                    assert not may_join(outsider.offers, shared)


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
@settings(max_examples=60)
def test_every_searched_association_is_valid_and_maximal(rows: list[Row]) -> None:
    check_maximal(rows, (TANGLED, PAIRED))


@given(small_pools(max_exposures=14))
@settings(max_examples=40)
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
@settings(max_examples=40)
def test_names_match_the_convention_and_parse_back(
    rules: str, rows: list[Row], version: int
) -> None:
    for association in solve(Pool(rows), rules, version_id=f"v{version}"):
        file = parse_file_name(association.file_name)
        assert (file.program, file.asn_id) == (association.program, association.asn_id)
        assert (file.asn_type, file.version_id) == (association.asn_type, f"v{version}")
        (product,) = association.products
        if association.level == 2:
            (science,) = (m for m in association.members if m.exptype == "science")
            assert product.name == exposure_root(science.expname)
            with pytest.raises(NamingError):
                parse_product_name(product.name)
        else:
            name = parse_product_name(product.name)
            assert (name.program, name.asn_id) == (association.program, association.asn_id)
            told = name.target.removesuffix("{source_id}").removesuffix("-")
            assert told in (association.target, *([""] if told != name.target else []))


@SETS
@given(rows=small_pools())
@settings(max_examples=40)
def test_what_is_written_is_valid_and_no_two_files_have_one_name(
    rules: str, rows: list[Row]
) -> None:
    associations = solve(Pool(rows), rules).associations
    for written in (associations, merge(associations)):
        for association in written:
            assert validate_data(to_dict(association), association.file_name) == ()
        names = [association.file_name for association in written]
        assert len(set(names)) == len(names)


@given(rows=small_pools())
@settings(max_examples=40)
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
@settings(max_examples=30)
def test_a_product_of_level_2_is_made_once(rows: list[Row], asked: dict[str, Any]) -> None:
    """Of a file with integrations and of their average the pipeline makes different files."""
    check_products_of_level_2(rows, asked)


@pytest.mark.parametrize("nods", [1, 2, 3])
@pytest.mark.parametrize("skies", [1, 2, 3])
def test_a_spectrum_with_nods_and_dedicated_skies_is_made_once(nods: int, skies: int) -> None:
    """The larger association stays, that with the skies if they are equally large."""
    solution = check_products_of_level_2(nodded_spectra(nods, skies), {})
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
    assert solve(Pool(rows), "jwst", solver="exact", **asked) == solution
    assert solve(Pool(rows[::-1]), "jwst", **asked).associations == solution.associations
    for dropped in solution.dropped:
        assert dropped.gave_way_to in solution.associations
    return solution


def is_science(member: Member) -> bool:
    return member.exptype == "science"


@SETS
@given(rows=small_pools(), asked=ASKED, merged=st.booleans())
@settings(max_examples=40)
def test_what_is_dropped_gave_way_to_an_association_that_has_what_the_law_says(
    rules: str, rows: list[Row], asked: dict[str, Any], merged: bool
) -> None:
    solution = solve(Pool(rows), rules, merge=merged, **asked)
    for dropped in solution.dropped:
        winner, members = dropped.gave_way_to, membership(dropped.association)
        assert winner in solution.associations
        assert winner.level == dropped.association.level
        assert dropped.association.file_name == ""
        if dropped.law == "one membership":
            assert members <= membership(winner)
        elif dropped.law == "whole products":
            assert members < membership(winner)
            names = [product.name for product in winner.products]
            assert dropped.association.products[0].name in names
        elif dropped.law == "one product":
            (product,) = dropped.association.products
            (other,) = (other for other in winner.products if other.name == product.name)
            assert {*filter(is_science, product.members)} <= {*other.members}
            assert len(product.members) <= len(other.members)
        else:
            assert {name for name, _ in members} <= {name for name, _ in membership(winner)}
            assert winner.asn_type == dropped.association.asn_type


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


def membership(association: Association) -> frozenset[tuple[str, str]]:
    """Return the files of an association with their roles."""
    return frozenset((member.expname, member.exptype) for member in association.members)


@SETS
@given(first=small_pools(max_exposures=12), second=small_pools(max_exposures=12))
@settings(max_examples=40)
def test_programs_do_not_meet(rules: str, first: list[Row], second: list[Row]) -> None:
    """Solving the union of two programs gives the union of solving each."""
    one, two = _of_program("1", first), _of_program("2", second)
    together = solve(Pool(one + two), rules)
    alone = [solve(Pool(one), rules), solve(Pool(two), rules)]
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


@SETS
@given(rows=small_pools())
@settings(max_examples=40)
def test_solving_is_idempotent(rules: str, rows: list[Row]) -> None:
    """A pool of the exposures that were associated gives the associations again, no orphan."""
    pool = Pool(rows)
    assume(_one_row_a_file(pool))
    check_idempotent(pool, rules)


@pytest.mark.parametrize("mode", ["nircam_wfss", "niriss_wfss_parallel"])
def test_solving_is_idempotent_though_a_direct_image_is_an_orphan(mode: str) -> None:
    unfit = {"FILTER": "NULL", "SUBARRAY": "NULL"}
    rows = simulate([Program(number=1001, plans=(MODES[mode].plan(),))])
    pool = Pool([{**row, **(unfit if row["EXP_TYPE"].endswith("_IMAGE") else {})} for row in rows])
    assert any(member.derived for association in solve(pool) for member in association.members)
    check_idempotent(pool, "jwst")


def check_idempotent(pool: Pool, rules: str) -> None:
    first = solve(pool, rules)
    lost = {orphan.filename for orphan in first.orphans}
    # An association may have the products of an image that is itself in none.
    imaged = any(member.derived for association in first for member in association.members)
    images = {row for row in range(len(pool)) if _ends(pool.value(row, "exp_type"), "_image")}
    spare = {pool.value(row, "filename") for row in images} if imaged else set()
    kept = [row for row in range(len(pool)) if pool.value(row, "filename") not in lost - spare]
    again = solve(pool.take(np.array(kept, dtype=np.int64)), rules)
    assert [to_bytes(a) for a in again] == [to_bytes(a) for a in first]
    assert {orphan.filename for orphan in again.orphans} == lost & spare


def _ends(value: str | None, ending: str) -> bool:
    return value is not None and value.endswith(ending)


@SETS
@given(rows=small_pools())
@settings(max_examples=40)
def test_every_exposure_is_associated_or_an_orphan(rules: str, rows: list[Row]) -> None:
    pool = Pool(rows)
    assume(_one_row_a_file(pool))
    solution = solve(pool, rules)
    # A derived member is no exposure, but a product of some.
    inside = {_stem(m.expname) for a in solution for m in a.members if not m.derived}
    outside = {_stem(orphan.filename) for orphan in solution.orphans}
    everything = {_stem(pool.value(row, "filename")) for row in range(len(pool))}
    assert inside | outside == everything
    assert not inside & outside


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
