"""The operational rules beside the reference, live, where it is installed."""

from __future__ import annotations

from collections import Counter
from functools import cache
from io import StringIO
from random import Random

import pytest
from rich.console import Console

from asnsolve.simulate import MODES as OBSERVING
from asnsolve.simulate import Program, Row, simulate
from tests.conformance import live
from tests.conformance.compare import MODES
from tests.conformance.declared import Difference, deviation_of
from tests.conformance.fuzz import Case, examine, minimise, pool_of
from tests.conformance.live import Source, compare_pool, print_comparisons, set_beside
from tests.conformance.mutate import MOST_CHANGES, mutated, related, small_pool
from tests.conformance.reference import (
    NEEDS_REFERENCE,
    Answer,
    Crash,
    Facts,
    Found,
    Outcome,
    Rows,
    bundled_names,
    bundled_rows,
    plain_reference,
    reference,
    rule_names,
)

pytestmark = NEEDS_REFERENCE

SMALL = ("jw00632_dups", "pool_008_exposerr", "pool_duplicate", "pool_023_nirspec_msa_3nod")


def rows_of(mode: str, seed: int = 0) -> list[Row]:
    plan = OBSERVING[mode].draw(Random(seed))
    return simulate([Program(number=1001, plans=(plan,))], seed=seed)


def answer(outcome: Outcome) -> Answer:
    assert isinstance(outcome, Answer)
    return outcome


@cache
def mrs() -> tuple[list[Row], dict[str, Outcome]]:
    rows = rows_of("miri_mrs_background")
    return rows, reference(rows)


def edited(found: Found, **changes: object) -> Found:
    cells = {name: getattr(found.facts, name) for name in Facts.__slots__}
    return Found(Facts(**{**cells, **changes}), found.program, found.degraded, found.target)


def planted(kind: str) -> dict[str, Outcome]:
    """Return the reference's own answer with one thing wrong."""
    outcomes = dict(mrs()[1])
    found = list(answer(outcomes["all"]).found)
    first = found[0]
    if kind == "missing":
        found.pop(0)
    elif kind == "extra":
        found.append(edited(first, product="jw01001-o009_t001_miri"))
    elif kind == "repeated":
        found.append(first)
    elif kind == "role":
        (name, _), *rest = sorted(first.facts.members)
        found[0] = edited(first, members=frozenset([(name, "dark"), *rest]))
    elif kind == "words":
        found[0] = Found(first.facts, "99999", first.degraded, first.target)
    return {**outcomes, "all": Answer(tuple(found))}


def test_there_are_29_bundled_pools_and_44_rules() -> None:
    assert len(bundled_names()) == 29
    assert len(rule_names()) == 44


def test_bundled_pools_are_given_with_their_templates_filled_in() -> None:
    for name in SMALL:
        for row in bundled_rows(name):
            assert not any(cell.startswith("@!") for cell in row.values())
            assert all(isinstance(cell, str) and cell for cell in row.values())


@pytest.mark.parametrize(
    "mode", ["miri_mrs_background", "nirspec_fixed_slit", "nircam_wfss", "niriss_ami"]
)
def test_shared_and_plain_runs_say_the_same(mode: str) -> None:
    names = [name for name in OBSERVING if name.startswith(mode)] or list(OBSERVING)[:1]
    rows = related(Random(3), rows_of(names[0]), 6)
    shared = reference(rows)
    for kind in MODES:
        assert Counter(answer(shared[kind]).found) == Counter(
            answer(plain_reference(rows, kind)).found
        )


def test_a_crash_of_the_reference_is_an_answer() -> None:
    rows = [
        {name: cell for name, cell in row.items() if name != "ASN_CANDIDATE"} for row in mrs()[0]
    ]
    assert reference(rows) == dict.fromkeys(MODES, Crash("KeyError: 'asn_candidate'"))
    (crash, *_) = live.ours(rows).values()
    assert isinstance(crash, Crash)
    assert crash.words.startswith("PoolError")


@pytest.mark.parametrize("name", SMALL)
def test_bundled_pools_agree(name: str) -> None:
    for comparison in compare_pool(Source(name, "bundled", lambda: bundled_rows(name))):
        assert comparison.undeclared == ()
        assert comparison.crash == ""
        assert comparison.other_words == ()


@pytest.mark.parametrize(
    ("kind", "kinds"),
    [
        ("nothing", []),
        ("missing", ["missing"]),
        ("extra", ["extra"]),
        ("repeated", ["extra"]),
        ("role", ["missing", "extra"]),
    ],
)
def test_planted_differences_are_found(kind: str, kinds: list[str]) -> None:
    rows, outcomes = mrs()
    mine = planted(kind)
    comparison = set_beside(rows, "all", outcomes["all"], mine["all"])
    assert [difference.kind for difference in comparison.undeclared] == kinds
    verdict = next(v for v in examine(0, rows, lambda _rows: mine) if v.mode == "all")
    assert verdict.kind == ("unexplained" if kinds else "equal")
    assert {label[0] for label in verdict.labels} == set(kinds)


def test_planted_words_are_found_apart() -> None:
    rows, outcomes = mrs()
    comparison = set_beside(rows, "all", outcomes["all"], planted("words")["all"])
    assert comparison.undeclared == ()
    assert len(comparison.other_words) == 1
    assert not comparison.agrees


def test_one_side_that_gives_up_is_no_agreement() -> None:
    rows, outcomes = mrs()
    assert set_beside(rows, "all", outcomes["all"], Crash("E: no")).crash == "we give up: E: no"
    assert not set_beside(rows, "all", Crash("E: no"), outcomes["all"]).agrees
    assert set_beside(rows, "all", Crash("E: no"), Crash("F: no")).agrees


def test_an_association_dropped_for_a_larger_one_of_its_name_is_declared_at_level_3() -> None:
    def fact(asn_type: str, *members: tuple[str, str]) -> Facts:
        return Facts("Asn_A", asn_type, "o001", "jw1", frozenset(members))

    for asn_type in ("spec2", "spec3"):
        small = fact(asn_type, ("a", "science"))
        large = fact(asn_type, ("b", "science"), ("c", "science"))
        held = fact(asn_type, ("a", "science"), ("c", "science"))
        same_name = "same-name" if asn_type == "spec3" else None
        for other, name in ((large, same_name), (held, None), (small, None)):
            difference = Difference("extra", small, [], "all", Counter([other]), Counter([small]))
            assert deviation_of(difference) == name


def test_an_association_of_level_2_that_gave_way_to_one_of_its_product_is_declared() -> None:
    def fact(asn_type: str, **members: str) -> Facts:
        return Facts("Asn_A", asn_type, "o001", "jw1", frozenset(members.items()))

    def judged(ours: Facts, theirs: Facts) -> str | None:
        both = Counter([ours, theirs])
        return deviation_of(Difference("missing", theirs, [], "all", both, Counter([ours])))

    nods, dedicated = (
        fact("spec2", a="science", b="background"),
        fact("spec2", a="science", c="background"),
    )
    assert judged(dedicated, nods) == "one-product"
    # The larger one stays on both sides, unless a file of both has two roles.
    larger = fact("spec2", a="science", c="background", d="background")
    assert judged(larger, nods) is None
    assert judged(nods, larger) is None
    assert judged(fact("spec2", a="science", b="imprint", c="imprint"), nods) == "one-product"
    assert judged(fact("spec2", b="science", a="background"), nods) is None
    level3 = (fact("spec3", a="science", b="psf"), fact("spec3", a="science", c="psf"))
    assert judged(*level3) is None


def test_a_planted_difference_is_made_small() -> None:
    def solver(rows: Rows) -> dict[str, Outcome]:
        """Return the reference's answers without those of one rule."""
        return {
            mode: Answer(tuple(f for f in answer(o).found if f.facts.rule != "Asn_Lv3MIRMRS"))
            for mode, o in reference(rows).items()
        }

    rows = related(Random(1), mrs()[0], 6)
    labels = frozenset({("missing", "Asn_Lv3MIRMRS")})
    case = minimise(7, "candidates", rows, labels, solver)
    assert isinstance(case, Case)
    assert len(case.rows) == 1
    assert "missing: Asn_Lv3MIRMRS" in str(case)
    assert minimise(7, "candidates", rows, frozenset({("extra", "Asn_Lv3Image")}), solver) is None


def test_pools_are_the_same_for_a_seed_and_small() -> None:
    pools = [pool_of(0, number) for number in range(50)]
    assert pools == [pool_of(0, number) for number in range(50)]
    assert pools != [pool_of(1, number) for number in range(50)]
    assert all(1 <= len(rows) <= 8 + MOST_CHANGES for rows in pools)


def test_changes_leave_the_given_rows_alone() -> None:
    rows = small_pool(Random(5))
    before = [dict(row) for row in rows]
    rng = Random(6)
    for _ in range(200):
        assert mutated(rng, rows)
    assert rows == before


def test_random_pools_have_no_unexplained_difference() -> None:
    verdicts = [v for n in range(40) for v in examine(n, pool_of(2, n))]
    assert len(verdicts) == 40 * len(MODES)
    assert [v for v in verdicts if v.kind == "unexplained" or v.kind.startswith("we")] == []


def test_the_tables_add_up() -> None:
    rows, outcomes = mrs()
    mine = planted("missing")
    comparisons = compare_pool(Source("mrs", "simulated", lambda: rows), lambda _rows: mine)
    console = Console(width=120, record=True, file=StringIO())
    print_comparisons(console, comparisons)
    text = console.export_text()
    total = sum(answer(outcome).facts.total() for outcome in outcomes.values())
    line = next(line for line in text.splitlines() if line.startswith("total"))
    assert line.split() == ["total", str(total), str(total - 1), "1", "0", "0", "0"]
    assert "1 undeclared difference" in text
