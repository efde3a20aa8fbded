"""Problems of a solution: candidates that names cannot hold, and files without a stage."""

from __future__ import annotations

import pytest

from asnsolve import RuleSet, solve
from asnsolve.associations.solution_problems import likely_candidate, without_candidates
from asnsolve.rules.model import Reach
from tests.associations.small import stepped
from tests.solvers.rows import exposure, pool_of


def problems(*rows: dict[str, str], ids: str | None = None) -> list[str]:
    """Return what is reported of some exposures."""
    return [str(problem) for problem in solve(pool_of(*rows), stepped(), ids=ids).problems]


def test_a_candidate_that_names_cannot_hold_is_reported_once_per_program() -> None:
    cell = "[('obs1', 'observation')]"
    rows = [exposure(name, asn_candidate=cell) for name in "ab"]
    rows += [exposure("c", asn_candidate=cell, program="2"), exposure("d", program="3")]
    said = (
        "the candidate ('obs1', 'observation') is skipped: names cannot hold it; "
        "expected an id of one letter and digits, such as o001"
    )
    assert problems(*rows) == [
        f"pool, program 00001, column asn_candidate: {said}",
        f"pool, program 00002, column asn_candidate: {said}",
    ]


def test_an_exposure_without_program_is_reported_of_program_0() -> None:
    (problem,) = problems(exposure("a", asn_candidate="[('obs1', 'x')]", program=""))
    assert problem.startswith("pool, program 00000, ")


def test_a_candidate_that_no_exposure_names_is_reported_with_the_nearest() -> None:
    assert problems(exposure("a"), ids="o002") == [
        "pool, column asn_candidate: no exposure names the candidate 'o002'. Did you mean o001?"
    ]
    bad = exposure("a", asn_candidate="[('obs1', 'x')]")
    assert problems(bad, ids="obs1")[-1].endswith("no exposure names the candidate 'obs1'")


@pytest.mark.parametrize(
    ("asn_id", "said"),
    [
        ("o001,c1000", "Give each id by itself: o001 c1000."),
        ("o001; c1000 ", "Give each id by itself: o001 c1000."),
        ("1", "Did you mean o001?"),
        ("1000", "Did you mean c1000?"),
        ("7", ""),
        ("c100", "Did you mean c1000?"),
    ],
)
def test_what_was_probably_meant_by_an_id(asn_id: str, said: str) -> None:
    assert likely_candidate(asn_id, {"o001", "c1000", "o010"}) == said


def test_rules_that_need_a_candidate_are_counted() -> None:
    tied, free = exposure("a"), exposure("b", asn_candidate="")
    needy = stepped(name="Asn_Needy", reach=Reach(candidate_types=("observation",)))
    rules = RuleSet("small", (stepped(), needy))
    (told,) = without_candidates(pool_of(free), rules)
    assert str(told) == (
        "pool, column asn_candidate: no exposure names a candidate, so 1 of 2 rules of level "
        f"{needy.base.level} make nothing. Name at least the candidate of the observation: "
        "[('o001', 'observation')]."
    )
    assert not list(without_candidates(pool_of(free, tied), rules))
    assert not list(without_candidates(pool_of(free), RuleSet("small", (stepped(),))))


def test_members_whose_name_has_no_stage_are_reported_once_per_file() -> None:
    """A file that two programs describe is reported for the last of them."""
    rows = [
        exposure("a", filename="x.fits", program="2"),
        exposure("a", filename="x.fits", program="3", filter="f1"),
        exposure("b", filename="y.fits", program="3"),
        exposure("c", program="4"),
        exposure("d", filename="z.fits", exp_type=""),
    ]
    said = "is kept as it is: its stage cannot be told; expected a name that ends in _uncal"
    assert [problem for problem in problems(*rows) if "stage" in problem] == [
        f"pool, program 00003, column filename: x.fits {said} and an extension",
        f"pool, program 00003, column filename: y.fits {said} and an extension",
    ]
    assert problems(exposure("a")) == []
