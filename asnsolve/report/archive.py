"""The report of a pool that was solved in parts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asnsolve.archive.runs import Run
from asnsolve.errors import Problem
from asnsolve.file_systems import Url
from asnsolve.phrases import count_text
from asnsolve.report.change_lines import WrittenChanges
from asnsolve.report.data import orphan_data
from asnsolve.report.printer import Printer
from asnsolve.report.summary import print_orphans, wrote_text

if TYPE_CHECKING:
    from rich.console import Console


def print_run(
    console: Console,
    run: Run,
    problems: Sequence[Problem],
    associations: int,
    path: Path | Url,
    *,
    unchanged: int = 0,
    keeps: bool = True,
    changes: WrittenChanges | None = None,
    dry_run: bool = False,
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
        How many associations are in the files.
    path : Path or Url
        The container, or the directory of the files.
    unchanged : int
        How many of the associations are in files that had the same content before.
    keeps : bool
        Whether solved programs are kept, so that a run can reuse those of an earlier one.
    changes : WrittenChanges, optional
        What has changed since the previous run, if it was asked for.
    dry_run : bool
        Whether nothing was written.
    everything : bool
        Whether to name all orphans and problems.
    """
    printer = Printer(console, everything)
    printer.header(run.pool, run.exposures, run.rules)
    solved = f"{count_text(run.solved, 'program')} solved"
    printer.line(f"{solved}, {run.known} reused" if keeps or run.known else solved)
    if changes is not None:
        printer.line(str(changes))
    orphans = sorted(run.findings.orphans, key=lambda orphan: (orphan.filename, str(orphan)))
    print_orphans(printer, orphans)
    printer.count("Problems", problems)
    printer.problems("Products with the same name", run.findings.same_names)
    printer.problems("Renamed products", run.findings.renamed)
    if dry_run:
        printer.closing("No file was written.")
    else:
        printer.closing(wrote_text(associations, "association", unchanged, path))


def run_data(
    run: Run,
    problems: Sequence[Problem],
    associations: int,
    path: Path | Url,
    *,
    changes: WrittenChanges | None = None,
    dry_run: bool = False,
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
    changes : WrittenChanges, optional
        What has changed since the previous run, if it was asked for.
    dry_run : bool
        Whether nothing was written.

    Returns
    -------
    dict
        With the keys ``pool``, ``rules``, ``counts``, ``orphans``, ``problems``, ``same_names``,
        ``renamed``, ``set_aside``, ``damaged``, ``changes``, ``written``.
    """
    return {
        "pool": run.pool,
        "rules": run.rules,
        "counts": {
            "exposures": run.exposures,
            "associations": associations,
            "orphans": len(run.findings.outside),
            "problems": len(problems),
            "set_aside": len(run.set_aside),
            # With --resume, programs that have not changed are taken from an earlier run.
            "programs_solved": run.solved,
            "programs_as_before": run.known,
        },
        "orphans": list(map(orphan_data, run.findings.orphans)),
        "problems": problems,
        "same_names": run.findings.same_names,
        "renamed": run.findings.renamed,
        "set_aside": run.set_aside,
        # Files of earlier runs whose programs were solved again.
        "damaged": run.damaged,
        "changes": None if changes is None else changes.counts,
        "written": [] if dry_run else [path if isinstance(path, Path) else str(path)],
    }
