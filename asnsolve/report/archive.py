"""What a pool solved in parts gave: how much, where, and what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from asnsolve.archive.runs import Run
from asnsolve.errors import Problem
from asnsolve.report.data import problem_data, set_aside_data
from asnsolve.report.summary import Teller, print_problems
from asnsolve.report.tables import count_text

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["print_run", "run_data"]

_SHOWN_ORPHANS: Final = 2


def print_run(
    console: Console,
    run: Run,
    problems: Sequence[Problem],
    associations: int,
    where: Path,
    *,
    everything: bool = False,
) -> None:
    """Print what was found and where it went.

    Parameters
    ----------
    console : rich.console.Console
        Where to print.
    run : Run
        What was found.
    problems : sequence of Problem
        All that went wrong.
    associations : int
        How many were written.
    where : Path
        The file, or the directory of the files.
    everything : bool
        Whether all orphans and problems are named.
    """
    say = Teller(console, everything)
    say.line(f"Pool {run.pool}: {count_text(run.exposures, 'exposure')}, rules {run.rules}")
    say.line(f"{count_text(run.solved, 'program')} solved, {run.known} as before")
    if run.orphans:
        say.line()
        say.line(f"In no association: {count_text(len(run.orphans), 'exposure')}", "bold")
        say.listed(run.orphans, _SHOWN_ORPHANS, "  ")
    print_problems(say, "Problems", problems)
    say.line()
    say.line(f"Wrote {count_text(associations, 'association')} to {where}")


def run_data(
    run: Run, problems: Sequence[Problem], associations: int, where: Path
) -> dict[str, Any]:
    """Lay out the same for programs; see `print_run`."""
    return {
        "pool": run.pool,
        "rules": run.rules,
        "counts": {
            "exposures": run.exposures,
            "associations": associations,
            "orphans": len(run.orphans),
            "problems": len(problems),
            "set_aside": len(run.set_aside),
            "programs_solved": run.solved,
            "programs_as_before": run.known,
        },
        "orphans": list(run.orphans),
        "problems": list(map(problem_data, problems)),
        "set_aside": set_aside_data(run.set_aside),
        "written": [str(where)],
    }
