"""Each deviation of the rule set jwst on docs/deviations.md: both sides answer as the page says."""

from __future__ import annotations

import pytest

from tests.conformance.declared import DEVIATIONS, UNSTABLE_MEANINGS
from tests.conformance.reference import NEEDS_REFERENCE
from tests.docs.deviations_page import (
    Entry,
    asnsolve_answers,
    read_entries,
    reference_answers,
    table,
)

ENTRIES = read_entries()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: str(entry.name))
def test_asnsolve_answers_so_in_every_order(entry: Entry) -> None:
    (own,) = asnsolve_answers(entry)
    said = {line[1:] for line in entry.lines if line[0] == "asnsolve"} - {("-", "", "", "")}
    assert said <= own
    others = {line[1:] for line in entry.lines if line[0] != "asnsolve"} - said
    assert not others & own


@NEEDS_REFERENCE
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: str(entry.name))
def test_the_table_tells_all_that_differs(entry: Entry) -> None:
    (own,) = asnsolve_answers(entry)
    assert {*table(own, reference_answers(entry))} == entry.lines


def test_entries_are_numbered_and_laid_out_alike() -> None:
    assert [entry.number for entry in ENTRIES] == [f"J{n}" for n in range(1, len(ENTRIES) + 1)]
    assert {entry.labels for entry in ENTRIES} == {("Reference", "asnsolve", "Why")}


def test_every_declared_deviation_has_an_entry() -> None:
    declared = {deviation.name for deviation in DEVIATIONS}
    assert {entry.name for entry in ENTRIES} == declared | UNSTABLE_MEANINGS
