"""Proofs, solving and evaluating agree on random exposures."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from asnsolve import load_rules
from asnsolve.proofs.claims import Claims
from asnsolve.rules.shipped_declarations import DECLARED, DOMAIN
from tests.proofs.random_exposures import CASES, Drawing, contradictions


@pytest.mark.parametrize(("name", "level"), CASES)
def test_nothing_contradicts_the_proofs(name: str, level: int) -> None:
    """A few here; many by ``python -m tests.proofs.random_exposures``."""
    claims = Claims(load_rules(name), level, DOMAIN, DECLARED[name])
    assert list(contradictions(Drawing(claims, random.Random(1)), 50)) == []


def test_a_gap_that_is_not_declared_is_a_contradiction() -> None:
    declared = replace(DECLARED["level3-2017"], gaps=())
    claims = Claims(load_rules("level3-2017"), 3, DOMAIN, declared)
    found = list(contradictions(Drawing(claims, random.Random(1)), 50))
    assert found
    assert all(words.startswith("no rule takes it as science") for words in found)
