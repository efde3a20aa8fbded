"""The report of `asnsolve pool`: lines of text, and data for programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from asnsolve.phrases import count_text
from asnsolve.pool.header_cells import Provenance
from asnsolve.pool.table import Pool


def provenance_lines(pool: Pool, output: Path, *, verbose: bool) -> Iterator[str]:
    """Say which files were left out, and where a pool got its values.

    Parameters
    ----------
    pool : Pool
        A pool made of headers.
    output : Path
        The file that the pool was written to.
    verbose : bool
        Whether to say for each exposure which values come from elsewhere than its header.

    Yields
    ------
    str
        Lines.
    """
    yield from map(str, pool.problems)
    yield from (f"note: {note}" for note in pool.notes)
    # Most values come from headers, so they are listed only on request.
    yield from map(_exposure_line, pool.provenance if verbose else ())
    yield f"Wrote {count_text(len(pool), 'exposure')} to {output}"


def _exposure_line(provenance: Provenance) -> str:
    origins = [
        f"{', '.join(names)} {how}"
        for names, how in (
            (provenance.derived, "derived"),
            (provenance.defaulted, "set by default"),
            (provenance.supplied, "from the table"),
            (provenance.missing, "unknown"),
            (provenance.others, "of the same exposure"),
        )
        if names
    ]
    return f"{provenance.filename} of {provenance.path}: {'; '.join(origins)}"


def provenance_data(pool: Pool, output: Path) -> dict[str, Any]:
    """Lay out the report for programs.

    Parameters
    ----------
    pool : Pool
        A pool made of headers.
    output : Path
        The file that the pool was written to.

    Returns
    -------
    dict
        With the keys ``counts``, ``provenance``, ``problems``, ``notes``, ``written``.
    """
    return {
        "counts": {"exposures": len(pool), "problems": len(pool.problems)},
        "provenance": pool.provenance,
        "problems": pool.problems,
        "notes": pool.notes,
        "written": [output],
    }
