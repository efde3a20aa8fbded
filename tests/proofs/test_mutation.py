"""A few rule sets with a fault put in, for each kind of fault: none goes unseen.

All of them are checked by ``python -m tests.proofs.mutation``.
"""

from __future__ import annotations

from itertools import groupby

import pytest

from asnsolve import load_rules
from tests.proofs.mutation import Mutant, fate, mutants

RULES = load_rules("level3-2017")
QUICK = (
    *("clause dropped", "key dropped", "key weakened", "need dropped", "role cases reordered"),
    *("stage changed", "reach changed", "value dropped"),
)


def sample() -> list[Mutant]:
    """Return two mutants of each kind of fault."""
    every = sorted(
        (one for one in mutants(RULES) if one.operator in QUICK), key=lambda one: one.operator
    )
    of_operator = (list(group) for _, group in groupby(every, key=lambda one: one.operator))
    return [group[at] for group in of_operator for at in (0, len(group) // 2)]


@pytest.mark.parametrize("mutant", sample(), ids=lambda one: f"{one.operator}: {one.what}")
def test_no_fault_goes_unseen(mutant: Mutant) -> None:
    assert fate(mutant, RULES) in ("killed", "equivalent")


def test_every_kind_of_fault_is_tried() -> None:
    operators = {
        mutant.operator for name in ("jwst", "level3-2017") for mutant in mutants(load_rules(name))
    }
    assert operators == {
        *QUICK,
        *("rule deleted", "rule doubled", "impossible clause", "attribute out of name"),
        "step dropped",
    }
