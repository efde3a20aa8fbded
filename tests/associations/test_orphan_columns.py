"""Exposures in no association, as a table."""

from __future__ import annotations

import numpy as np

from asnsolve import solve
from tests.associations.small import stepped
from tests.solvers.rows import exposure, pool_of


def test_a_row_says_which_clause_refuses_an_exposure() -> None:
    solution = solve(pool_of(exposure("a"), exposure("b", exp_type="")), stepped())
    (orphan,) = solution.orphans
    (row,) = solution.to_arrow("orphans").to_pylist()
    assert row == {
        "filename": orphan.filename,
        "rule": "Asn_Small",
        "clause": "lamp",
        "values": "exp_type is not set",
        "expected": "exp_type is set",
        "refusals": 1,
        "reason": orphan.reason,
    }
    assert solution.to_arrow("orphans")["refusals"].to_numpy().dtype == np.int64
