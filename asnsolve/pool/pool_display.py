"""What a pool shows of itself in a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from asnsolve.displays import MOST_ROWS, brief, first_few, html_table, text_lines

if TYPE_CHECKING:
    from asnsolve.pool.table import Pool

_TOLD: Final = (
    ("program", "programs"),
    ("instrume", "instruments"),
    ("exp_type", "exposure types"),
)
"""Columns whose values are listed, with what they are."""

_SHOWN: Final = (
    *("filename", "program", "obs_num", "visit", "instrume", "detector", "exp_type"),
    *("filter", "pupil", "grating", "targetid", "asn_candidate"),
)
"""Columns of the table in a notebook, if the pool has them."""

_MOST_VALUES: Final = 4


def pool_text(pool: Pool) -> str:
    """Show the size of a pool and its most common values.

    Parameters
    ----------
    pool : Pool
        The pool.

    Returns
    -------
    str
        A few lines.
    """
    return text_lines(_title(pool), _notes(pool))


def pool_html(pool: Pool) -> str:
    """Show the first exposures of a pool.

    Parameters
    ----------
    pool : Pool
        The pool.

    Returns
    -------
    str
        HTML.
    """
    columns = [name for name in _SHOWN if name in pool.columns]
    rows = [[pool.value(row, name) for name in columns] for row in range(min(len(pool), MOST_ROWS))]
    return html_table(_title(pool), columns, rows, _notes(pool), total=len(pool))


def _title(pool: Pool) -> str:
    return f"Pool {brief(pool.name)}: {len(pool):,} exposures, {len(pool.columns):,} columns"


def _notes(pool: Pool) -> Iterator[str]:
    for column, what in _TOLD:
        counts = _counts(pool, column)
        if counts:
            yield f"{what}: {first_few(counts, _MOST_VALUES)}"
    if pool.set_aside:
        yield f"rows set aside: {len(pool.set_aside):,}"
    if pool.problems:
        yield f"problems: {len(pool.problems):,}"


def _counts(pool: Pool, column: str) -> list[str]:
    """List the values of a column, the most common first, each with its count."""
    codes, texts = pool.codes(column), pool.texts(column)
    counts = np.bincount(codes[codes >= 0])
    # Only the values that are shown are made into text; a pool may have a thousand programs.
    order = np.argsort(-counts, kind="stable")
    shown = [
        f"{brief(texts[code], 40)} ({counts[code]:,})" for code in order[:_MOST_VALUES].tolist()
    ]
    return shown + [""] * (len(order) - len(shown))
