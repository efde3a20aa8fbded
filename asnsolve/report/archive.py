"""The report of a pool that was solved in parts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from asnsolve.archive.runs import Run
from asnsolve.errors import Problem
from asnsolve.file_systems import Url
from asnsolve.phrases import count_text
from asnsolve.report.printer import Printer

if TYPE_CHECKING:
    from rich.console import Console

_SHOWN_ORPHANS: Final = 2


def print_run(
    console: Console,
    run: Run,
    problems: Sequence[Problem],
    associations: int,
    path: Path | Url,
    *,
    everything: bool = False,
) -> None:
    """Print what was found and where it was written.

    Parameters
    ----------
    console : rich.console.Console
        Where to print.
    run : Run
        What was found.
    problems : sequence of Problem
        All problems, those of cutting the pool included.
    associations : int
        How many associations were written.
    path : Path or Url
        The container, or the directory of the files.
    everything : bool
        Whether to name all orphans and problems.
    """
    printer = Printer(console, everything)
    printer.header(run.pool, run.exposures, run.rules)
    printer.line(f"{count_text(run.solved, 'program')} solved, {run.known} as before")
    # Parts keep the names of orphans, not the refusals: unlike in a summary there is no grouping.
    if run.orphans:
        printer.title(f"In no association: {count_text(len(run.orphans), 'exposure')}")
        printer.first(run.orphans, _SHOWN_ORPHANS, "  ")
    printer.count("Problems", problems)
    printer.closing(f"Wrote {count_text(associations, 'association')} to {path}")


def run_data(
    run: Run, problems: Sequence[Problem], associations: int, path: Path | Url
) -> dict[str, Any]:
    """Lay out the report for programs.

    Parameters
    ----------
    run : Run
        What was found.
    problems : sequence of Problem
        All problems, those of cutting the pool included.
    associations : int
        How many associations were written.
    path : Path or Url
        The container, or the directory of the files.

    Returns
    -------
    dict
        With the keys ``pool``, ``rules``, ``counts``, ``orphans``, ``problems``, ``set_aside``,
        ``damaged``, ``written``.
    """
    return {
        "pool": run.pool,
        "rules": run.rules,
        "counts": {
            "exposures": run.exposures,
            "associations": associations,
            "orphans": len(run.orphans),
            "problems": len(problems),
            "set_aside": len(run.set_aside),
            # With --resume, programs that have not changed are taken from an earlier run.
            "programs_solved": run.solved,
            "programs_as_before": run.known,
        },
        "orphans": run.orphans,
        "problems": problems,
        "set_aside": run.set_aside,
        # Files of earlier runs whose programs were solved again.
        "damaged": run.damaged,
        "written": [path if isinstance(path, Path) else str(path)],
    }
