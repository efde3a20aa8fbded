"""The facts of a page are those of the solution."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from asnsolve import Pool, Solution, UsageError, solve
from asnsolve.report.data import solution_data
from asnsolve.report.page import page_facts as module
from asnsolve.report.page.page_facts import check_size, page_facts
from asnsolve.simulate import every_mode, simulate
from tests.report.page.facts import DEMO, demo_facts, spelled
from tests.report.page.page_numbers import check_numbers

POOL = Pool(simulate(every_mode())[:60], name="some")


def test_counts_are_those_of_the_report_for_programs() -> None:
    facts = demo_facts()
    assert DEMO.exposures is not None
    assert facts["counts"] == solution_data(DEMO, len(DEMO.exposures))["counts"]
    assert len(facts["associations"]["file_name"]) == len(DEMO)
    assert facts["exposures"]["count"] == len(DEMO.exposures)
    assert len(facts["dropped"]) == len(DEMO.dropped)
    assert sum(reason["count"] for reason in facts["reasons"]) == len(DEMO.orphans)


def test_overview_adds_up() -> None:
    overview = demo_facts()["overview"]
    counts = demo_facts()["counts"]
    programs = overview["programs"]
    assert sum(row["exposures"] for row in programs) == counts["exposures"]
    assert sum(row["outside"] for row in programs) == counts["orphans"]
    assert sum(row["level2"] + row["level3"] for row in programs) == counts["associations"]
    assert sum(count for _, _, count, _ in overview["modes"]) == counts["exposures"]
    assert sum(count for *_, count, _ in overview["rules"]) == counts["associations"]
    assert sum(count for _, count in overview["dropped"]) == counts["dropped"]


def test_every_member_is_on_the_page() -> None:
    facts = demo_facts()
    names = facts["files"]["name"]
    for products, association in zip(facts["associations"]["products"], DEMO, strict=True):
        shown = Counter(
            (spelled(facts, names[file]), spelled(facts, role))
            for _, _, _, roles in products
            for role, files in roles
            for file in files
        )
        assert shown == Counter((one.expname, one.exptype) for one in association.members)


def test_exposures_of_members_are_no_orphans() -> None:
    facts = demo_facts()
    inside = {
        place
        for places in facts["files"]["exposures"]
        for place in ([places] if isinstance(places, int) else places)
    }
    outside = {place for reason in facts["reasons"] for place in reason["exposures"]}
    assert inside.isdisjoint(outside)
    assert inside | outside == set(range(facts["exposures"]["count"]))


@pytest.mark.parametrize("options", [{"merge": True}, {"distinct_names": True}, {"ids": ("o001",)}])
def test_facts_of_any_solution_are_plain_data(options: dict[str, Any]) -> None:
    solution = solve(POOL, **options)
    facts = page_facts(solution)
    assert json.loads(json.dumps(facts))["counts"]["associations"] == len(solution)


def test_a_solution_that_knows_no_pool_shows_its_members() -> None:
    known = Solution.of("known", "", DEMO.associations)
    facts = page_facts(known)
    assert facts["counts"]["associations"] == len(DEMO)
    assert facts["exposures"]["count"] > 80
    assert facts["candidates"] == []
    assert page_facts(Solution.of("nothing", ""))["exposures"]["count"] == 0
    # As after it was sent to another process: the reasons of orphans are known, but no pool.
    orphans = page_facts(Solution.of("sent", "", (), DEMO.orphans))["reasons"]
    assert sum(one["count"] for one in orphans) == len(DEMO.orphans)
    assert {*map(len, (one["exposures"] for one in orphans))} == {0}


def test_the_page_does_not_depend_on_the_order_of_rows() -> None:
    turned = POOL.take(range(len(POOL) - 1, -1, -1))
    assert page_facts(solve(turned)) == page_facts(solve(POOL))


def test_differences_name_what_changed() -> None:
    facts = page_facts(solve(POOL), before=solve(POOL.take(range(50))))
    differences = facts["differences"]
    assert differences["first"] == "some"
    assert {item["kind"] for item in differences["items"]} >= {"only in the second"}
    assert page_facts(DEMO, before=DEMO)["differences"]["items"] == []


def test_a_pool_that_is_too_large_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_EXPOSURES", 20)
    with pytest.raises(UsageError, match=r"some has 60 exposures, too many .* at most 20.*--progr"):
        check_size(POOL)
    one_program = POOL.take(POOL.codes("program") == POOL.codes("program")[0])
    monkeypatch.setattr(module, "MOST_EXPOSURES", 1)
    with pytest.raises(UsageError, match="with -i, as -i o001"):
        check_size(one_program)
    monkeypatch.setattr(module, "MOST_ASSOCIATIONS", 3)
    with pytest.raises(UsageError, match="115 associations, too many for one page"):
        page_facts(replace(DEMO, exposures=None))


@pytest.mark.parametrize("mode", ["miri_mrs_background", "nircam_calibration"])
def test_numbers_of_a_page_are_those_of_the_report_for_programs(mode: str) -> None:
    # All modes: python -m tests.report.page.page_numbers
    check_numbers(mode)
