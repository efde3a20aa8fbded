"""Hypothesis strategies: small pools in which rules do fire, and cells that go wrong."""

from __future__ import annotations

from hypothesis import strategies as st

from asnsolve.testing.simulated_pools import (
    RULE_COLUMNS,
    Rows,
    candidate_cells,
    plans,
    pool_rows,
    vocabulary,
)
from asnsolve.testing.simulated_pools import simulated_rows as small_pools

__all__ = [
    "RULE_COLUMNS",
    "VOCABULARY",
    "Rows",
    "bad_cells",
    "candidate_cells",
    "plans",
    "pool_rows",
    "small_pools",
]

VOCABULARY = dict(vocabulary())
"""What the modes write into the columns of rules, `NULL` first."""


def bad_cells() -> st.SearchStrategy[str]:
    """Return cells that readers trip over: words for nothing, broken lists, odd text."""
    nothing = ["", " ", "null", "NULL", "--", "n", "F", "None", "nan", "N/A", "0", "t", "unknown"]
    broken = [
        "[",
        "[]",
        "[()]",
        "[('o001',)]",
        "[('o001', 'OBSERVATION')",
        "[('o001', 'OBSERVATION', 'MOSAIC')]",
        "[(1, 2)]",
        "('o001', 'OBSERVATION')",
        "{'o001': 'OBSERVATION'}",
        "[['o001', 'OBSERVATION']]",
        "[('o001', 'OBSERVATION')] * 9",
        "__import__('os')",
        "o001",
    ]
    odd = [
        "a|b",
        '"',
        "'",
        'a "quoted" word',
        "a\nb",
        "#",
        "=1+1",
        "É",
        "ﬀ",
        "x" * 300,
        "\\d+",
        ".*",
    ]
    text = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=12)
    return st.sampled_from(nothing + broken + odd) | text
