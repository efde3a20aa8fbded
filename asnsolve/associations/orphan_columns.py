"""Exposures in no association as columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from asnsolve.pool.column_tables import Cells, coded
from asnsolve.solvers.refusals import Orphan, Refusal, values_text


def orphan_columns(orphans: Sequence[Orphan]) -> Mapping[str, Cells]:
    """Lay out orphans, one row each.

    Parameters
    ----------
    orphans : sequence of Orphan
        The orphans, k of them.

    Returns
    -------
    mapping of str to cells, each of length k
        ``reason`` is the whole sentence; ``rule``, ``clause``, ``values`` and ``expected`` are of
        the refusal by the nearest rule, and missing if there are no rules.
    """
    refusals = [orphan.refusal for orphan in orphans]

    def of_refusal(word: Callable[[Refusal], str]) -> Cells:
        return coded([None if refusal is None else word(refusal) for refusal in refusals])

    return {
        "filename": coded([orphan.filename for orphan in orphans]),
        "rule": of_refusal(lambda refusal: refusal.rule),
        "clause": of_refusal(lambda refusal: refusal.clause),
        "values": of_refusal(lambda refusal: values_text(refusal.values)),
        "expected": of_refusal(lambda refusal: refusal.expected),
        "refusals": np.array([orphan.refusals for orphan in orphans], dtype=np.int64),
        "reason": coded([orphan.reason for orphan in orphans]),
    }
