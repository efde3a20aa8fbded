"""What is found in random rule sets, against enumeration."""

from __future__ import annotations

import random

import pytest

from asnsolve import check
from tests.proofs.random_rule_sets import compared, contradictions, main, random_set


def test_check_finds_what_enumeration_shows() -> None:
    """A few here; many by ``python -m tests.proofs.random_rule_sets``."""
    assert [(seed, words) for seed, _, words in compared(range(12)) if words] == []


def test_enumeration_contradicts_a_report_that_is_wrong() -> None:
    """Findings left out, and those of another rule set, do not go unseen."""
    case = random_set(random.Random(1))
    report = check(case.rules, domain=case.domain, declared=case.declared)
    assert report.findings
    assert contradictions(case, report) == []
    nothing = type(report)(report.rules, (), report.promises)
    assert len(contradictions(case, nothing)) > 0
    other = random_set(random.Random(2))
    assert contradictions(other, report) != []


def test_the_command_reports_how_many_are_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--count", "2"]) == 0
    assert capsys.readouterr().out.endswith(": 0 wrong, 0 errors\n")
