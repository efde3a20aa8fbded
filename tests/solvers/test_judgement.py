"""Judgements: which clauses refuse, how far an exposure is, and which rule is nearest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from asnsolve import Pool, explain, load_rules, solve
from asnsolve.expr.build import all_of, is_set, one_of
from asnsolve.rules.level3_2017 import Asn_Image
from asnsolve.rules.model import Clause, Reach, Rule
from asnsolve.rules.rule_set import RuleSet
from asnsolve.simulate import MODES, Program, simulate
from asnsolve.solvers.judgement import FIXED, NEEDS, SORT, judge, values_of
from asnsolve.solvers.task import Task
from tests.solvers.rows import exposure, pool_of

CLAUSES = (
    Clause("filter", is_set("filter")),
    Clause("exp_type", one_of("exp_type", "nrc_image")),
    Clause("pupil", is_set("pupil")),
)


def rule_of(*clauses: Clause, reach: Reach | None = None) -> Rule:
    return replace(Asn_Image, mixins=(), clauses=clauses, reach=reach)


def task_of(pool: Pool, *rules: Rule) -> Task:
    return Task.of(pool, RuleSet("test", rules))


def test_refusals_are_counted_with_their_weights() -> None:
    pool = pool_of(
        exposure("a"),
        exposure("b", pupil=""),
        exposure("c", exp_type="nrc_dark", pupil=""),
        exposure("d", filter=""),
    )
    task = task_of(pool, rule_of(*CLAUSES))
    (judgement,) = judge(task)
    # Each exposure is in its candidate and in the pool as a whole.
    entries = task.scoped
    names = [pool.value(row, "filename") for row in entries.rows.tolist()]
    distances = dict(zip(names, judgement.distances(entries).tolist(), strict=True))
    assert list(distances.values()) == [0, 1, 1001, 1]
    assert judgement.leading[entries.profiles.labels[entries.entries]].tolist()[:4] == [3, 2, 1, 0]
    order = np.argsort(judgement.ranks(entries)[:4]).tolist()
    assert [names[place] for place in order] == [f"jw_{name}_uncal.fits" for name in "abdc"]
    passes = [passed for _, _, passed in judgement.clauses(entries, 2)]
    assert passes == [True, False, False]
    assert values_of(entries, 2, ("pupil", "exp_type")) == (
        ("exp_type", "nrc_dark"),
        ("pupil", None),
    )


def test_what_an_exposure_is_weighs_more_than_what_it_was_taken_with() -> None:
    pool = pool_of(exposure("a"), exposure("b", is_imprt="t", pupil=""))
    imprints = Clause("imprint", is_set("is_imprt"))
    task = task_of(pool, rule_of(*CLAUSES), rule_of(*CLAUSES, imprints))
    entries = task.scoped
    first, second = judge(task)
    assert first.distances(entries)[:2].tolist() == [0, 1]
    assert second.distances(entries)[:2].tolist() == [100, 1]
    assert first.of_its_sort(entries)[:2].tolist() == [True, True]
    assert second.of_its_sort(entries)[:2].tolist() == [False, True]


@pytest.mark.parametrize(
    "sort", ["bkgdtarg", "is_imprt", "is_psf", "pntgtype", "tsovisit", "visitype"]
)
def test_exposures_of_another_sort_are_far(sort: str) -> None:
    clause = Clause("sort", one_of(sort, "t"))
    task = task_of(pool_of(exposure("a")), rule_of(*CLAUSES, clause))
    (judgement,) = judge(task)
    assert set(judgement.distances(task.scoped).tolist()) == {100}
    assert not judgement.of_its_sort(task.scoped).any()


def test_a_scope_in_which_a_rule_is_not_solved_refuses_too() -> None:
    mosaics = rule_of(*CLAUSES, reach=Reach(("mosaic",)))
    task = task_of(pool_of(exposure("a")), mosaics)
    (judgement,) = judge(task)
    assert not judgement.solved(task.scoped).any()
    assert set(judgement.distances(task.scoped).tolist()) == {1}
    late, early = judgement.ranks(task.scoped), judgement.ranks(task.scoped, scope_first=True)
    assert (early - late).tolist() == [3] * len(task.scoped)


def test_entries_are_eligible_where_the_rule_is_solved_and_nothing_refuses() -> None:
    candidates = "[('o001', 'observation'), ('c1000', 'mosaic')]"
    pool = pool_of(
        exposure("a", asn_candidate=candidates), exposure("b", pupil="", asn_candidate=candidates)
    )
    task = task_of(pool, rule_of(*CLAUSES, reach=Reach(("mosaic",))))
    (judgement,) = judge(task)
    entries = task.scoped
    found = [
        (pool.value(row, "filename"), entries.scopes[int(scope)].candidate_type)
        for row, scope in zip(
            entries.rows[judgement.eligible(entries)],
            entries.entry_scopes[judgement.eligible(entries)],
            strict=True,
        )
    ]
    assert found == [("jw_a_uncal.fits", "mosaic")]


IMPRINT = Clause("imprint", is_set("is_imprt"))
DARK = Clause("dark", one_of("exp_type", "nrc_dark", "nrc_image"))


@pytest.mark.parametrize(
    ("clauses", "cells", "expected"),
    [
        ((*CLAUSES, IMPRINT), {"is_imprt": "t"}, True),
        # Of another sort, but its type is listed.
        ((*CLAUSES, IMPRINT), {}, True),
        ((*CLAUSES, IMPRINT), {"pupil": ""}, True),
        ((*CLAUSES, IMPRINT), {"exp_type": "nrc_dark", "is_imprt": "t"}, False),
        # One clause lists the type, and another one refuses it.
        ((*CLAUSES, DARK), {"exp_type": "nrc_dark"}, False),
        (
            (Clause("both", all_of(is_set("filter"), one_of("exp_type", "nrc_image"))), IMPRINT),
            {},
            True,
        ),
        # No clause lists a type.
        ((*CLAUSES[::2], IMPRINT), {}, False),
        ((*CLAUSES[::2], IMPRINT), {"is_imprt": "t"}, True),
        ((*CLAUSES, IMPRINT), {"exp_type": ""}, False),
    ],
)
def test_a_rule_is_for_the_types_that_it_lists(
    clauses: tuple[Clause, ...], cells: dict[str, str], expected: bool
) -> None:
    # The last exposure makes all attributes known.
    pool = pool_of(exposure("a", **cells), exposure("b", is_imprt="t"))
    task = task_of(pool, rule_of(*clauses))
    (judgement,) = judge(task)
    assert judgement.for_its_type(task.scoped)[task.scoped.rows == 0].tolist() == [expected] * 2


def test_a_rule_without_clauses_refuses_nothing() -> None:
    task = task_of(pool_of(exposure("a")), rule_of())
    (judgement,) = judge(task)
    assert judgement.passing.shape == (1, 0)
    assert judgement.distances(task.scoped).tolist() == [0] * len(task.scoped)
    assert judgement.ranks(task.scoped).tolist() == [0] * len(task.scoped)


def test_no_rules_are_no_judgements() -> None:
    assert judge(task_of(pool_of(exposure("a")))) == ()


@pytest.mark.parametrize("mode", ["miri_calibration", "nirspec_msa", "miri_lyot"])
def test_orphans_and_explanations_count_the_same_refusals(mode: str) -> None:
    """Both read one judgement: what refuses an orphan is what its explanation says."""
    pool = Pool(simulate([Program(number=1, plans=(MODES[mode].plan(),))]))
    rules = load_rules("level3-2017")
    orphans = [orphan for orphan in solve(pool, rules).orphans if orphan.refusal is not None]
    assert orphans
    for orphan in orphans[:2]:
        refusal = orphan.refusal
        assert refusal is not None
        answers = explain(pool, rules, orphan.filename, refusal.rule).rules
        found = [
            (len(answer.refusals), first.clause, first.values, first.expected)
            for answer in answers
            for first in answer.refusals[:1]
        ]
        if refusal.clause == NEEDS:
            assert not found
        else:
            assert (orphan.refusals, refusal.clause, refusal.values, refusal.expected) in found


def test_neither_the_sort_of_an_exposure_nor_its_candidates_can_change() -> None:
    assert {"asn_candidate"} == FIXED - SORT
    assert {"exp_type", "is_psf"} < SORT < FIXED
