from __future__ import annotations

import numpy as np
import pytest

from asnsolve import Pool, Solution
from asnsolve.profiles.jwst import PROFILE
from asnsolve.report.page import page_reasons as module
from asnsolve.report.page.page_exposures import PageExposures
from asnsolve.report.page.page_reasons import reasons_data
from asnsolve.report.page.text_table import TextTable
from asnsolve.report.summary import group_orphans
from asnsolve.solvers.refusals import Orphan
from tests.report.page.facts import DEMO, demo_facts, spelled


def test_reasons_are_those_of_the_summary_with_the_way_out() -> None:
    facts = demo_facts()
    groups = group_orphans(DEMO.orphans)
    told = [(spelled(facts, one["text"]), one["count"]) for one in facts["reasons"]]
    assert told == [(reason, len(orphans)) for reason, orphans in groups]
    (last,) = (one for one in facts["reasons"] if one["id"] == "Asn_Lv2SpecTSO.calibrated_soss")
    way_out = [str(spelled(facts, line)) for line in last["way_out"]]
    assert way_out[3].strip().startswith("If it had FILTER clear, like jw09802008001_04101_00001")
    command = str(spelled(facts, last["command"]))
    assert command.startswith("asnsolve explain --demo jw09802008001_04102")


def test_without_rules_there_is_nothing_to_explain() -> None:
    known = Solution.of("known", "", (), [Orphan("a.fits", None, advice="Give some rules.")])
    exposures = PageExposures(("a.fits",), {}, np.zeros(0, dtype=np.int64), PROFILE)
    texts = TextTable()
    (reason,) = reasons_data(known, exposures, texts)
    assert reason["id"] == "no-rules"
    assert [texts.texts[line] for line in reason["way_out"]] == ["Give some rules."]


def test_reasons_without_a_pool_have_the_advice_of_the_orphan() -> None:
    texts = TextTable()
    known = Solution.of("known", "", (), DEMO.orphans)
    exposures = PageExposures.of_pool(DEMO.exposures or Pool({}), ())
    reasons = reasons_data(known, exposures, texts)
    assert len(reasons) == len(group_orphans(DEMO.orphans))
    assert not any(one["way_out"] for one in reasons)


@pytest.mark.parametrize(("most", "is_tried"), [(38, True), (37, False)])
def test_changes_are_tried_out_in_programs_that_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch, most: int, is_tried: bool
) -> None:
    # Program 9802 has 38 exposures.
    monkeypatch.setattr(module, "MOST_SOLVED", most)
    texts = TextTable()
    assert DEMO.exposures is not None
    reasons = reasons_data(DEMO, PageExposures.of_pool(DEMO.exposures, ()), texts)
    # There is nothing to try for exposures of types that no rule takes.
    assert {one["tried"] for one in reasons[:-1]} == {True}
    assert reasons[-1]["tried"] == is_tried
    way_out = [texts.texts[line] for line in reasons[-1]["way_out"]]
    assert any("If it had FILTER" in line for line in way_out) == is_tried


@pytest.mark.parametrize(
    ("rules", "options"),
    [
        ("jwst", ""),
        ("level3-2017", " -r level3-2017"),
        ("jwst+mine", " -r jwst -r mine.py"),
        ("mine", " -r mine.py --ignore-default"),
    ],
)
def test_the_command_to_copy_names_the_rules_of_the_page(rules: str, options: str) -> None:
    texts = TextTable()
    known = Solution.of("my pool.csv", rules, (), [Orphan("a.fits", None)])
    exposures = PageExposures(("a.fits",), {}, np.zeros(0, dtype=np.int64), PROFILE)
    (reason,) = reasons_data(known, exposures, texts)
    assert texts.texts[reason["command"]] == f"asnsolve explain 'my pool.csv' a.fits{options}"
