"""What a pool was made of: prose, and data for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from asnsolve.pool.from_headers import Provenance
from asnsolve.pool.table import Pool
from asnsolve.report.data import problem_data
from asnsolve.report.tables import count_text

__all__ = ["observed_data", "observed_lines"]


def observed_lines(pool: Pool, output: Path, *, verbose: bool) -> Iterator[str]:
    """Say what was left out; of each exposure, if asked, where what is said of it comes from."""
    yield from map(str, pool.problems)
    yield from map(_line, pool.provenance if verbose else ())
    yield f"Wrote {count_text(len(pool), 'exposure')} to {output}"


def _line(one: Provenance) -> str:
    told = [
        f"{', '.join(names)} {how}"
        for names, how in (
            (one.derived, "derived"),
            (one.defaulted, "as in the plain case"),
            (one.supplied, "from the table"),
            (one.missing, "not told"),
            (one.others, "of the same exposure"),
        )
        if names
    ]
    return f"{one.filename} of {one.path}: {'; '.join(told)}"


def observed_data(pool: Pool, output: Path) -> dict[str, Any]:
    """Lay out the same for programs."""
    return {
        "counts": {"exposures": len(pool), "problems": len(pool.problems)},
        "provenance": list(map(asdict, pool.provenance)),
        "problems": list(map(problem_data, pool.problems)),
        "written": [str(output)],
    }
