"""``asnsolve generate`` with -j, --dask or --resume: a pool solved in parts of whole programs."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from asnsolve.cli.pools import read_pool, version_id
from asnsolve.cli.streams import MessageLog, StageTimer, console, print_json, progress
from asnsolve.errors import Location, PoolError, Problem, UsageError

if TYPE_CHECKING:
    from asnsolve.archive.engines import Engine
    from asnsolve.archive.parts import Part
    from asnsolve.archive.runs import Run
    from asnsolve.rules.rule import RuleSet

__all__ = ["generate_in_parts", "is_in_parts"]

_WHOLE_ONLY = {
    "ids": "-i",
    "discover": "--discover",
    "dry_run": "--dry-run",
    "save_orphans": "--save-orphans",
}
"""Options that take a pool as a whole."""


def is_in_parts(args: argparse.Namespace) -> bool:
    """Tell whether a pool is to be solved in parts: if so is asked, or it is a directory."""
    is_directory = args.pool is not None and Path(args.pool).is_dir()
    return is_directory or args.jobs is not None or args.dask is not None or args.resume


def generate_in_parts(args: argparse.Namespace, rules: RuleSet, log: MessageLog) -> int:
    """Solve a pool in parts and write the associations; return 1 if there are problems."""
    _refuse_misuse(args)
    from asnsolve.archive.runs import solve_parts
    from asnsolve.report.archive import print_run, run_data

    timer, engine = StageTimer(), _engine(args)
    with timer.stage("in all"), _parts(args, log, timer) as (name, parts, known):
        kept = args.path / f"{name}.parts" if args.resume else None
        exposures = sum(part.exposures for part in parts)
        log.note(f"solving {exposures} exposures in {len(parts)} parts by {rules.name}")
        with (
            progress(exposures, "exposures") as done,
            solve_parts(
                parts,
                rules,
                name=name,
                engine=engine,
                directory=kept,
                on_part=lambda count: done("solving", count),
                discover=not args.all_candidates,
                version_id=version_id(args),
                merge=args.merge,
                solver=args.solver,
            ) as run,
        ):
            if args.strict and run.problems:
                raise PoolError(run.problems)
            with timer.stage("write"):
                where, count = _write(args, run)
            for stage, seconds in run.seconds.items():
                timer.add(f"{stage}, all processes", seconds)
    problems = (*known, *run.problems)
    if log.dms:
        for problem in problems:
            log.warn(str(problem))
    if args.json:
        print_json(run_data(run, problems, count, where))
    else:
        with console() as screen:
            print_run(screen, run, problems, count, where, everything=args.verbose)
    if args.timings:
        timer.print_rates(run.exposures)
    return 1 if problems else 0


def _refuse_misuse(args: argparse.Namespace) -> None:
    for name, option in _WHOLE_ONLY.items():
        if getattr(args, name) not in (None, False):
            what = f"{option} goes with none of -j, --dask, --resume and a directory as POOL"
            raise UsageError(Problem(what, advice="Solve the pool as a whole."))


@contextmanager
def _parts(
    args: argparse.Namespace, log: MessageLog, timer: StageTimer
) -> Iterator[tuple[str, list[Part], tuple[Problem, ...]]]:
    """Cut the pool; with its name, its parts, and the problems that are known before."""
    from asnsolve.archive.parts import part_size, parts_of_parquet, parts_of_pool
    from asnsolve.pool.parquet import row_groups

    jobs = _jobs(args)
    path = None if args.demo else Path(args.pool)
    if path is not None and _is_parquet(path, args.pool_format):
        most = part_size(sum(group.length for group in row_groups(path)), jobs)
        name = path.name if path.is_dir() else path.stem
        with ExitStack() as stack:
            with timer.stage("cut"):
                parts = stack.enter_context(parts_of_parquet(path, name, most))
            yield name, parts, ()
        return
    with timer.stage("read"):
        pool = read_pool(args, log)
    with timer.stage("cut"):
        held = parts_of_pool(pool, part_size(len(pool), jobs))
    yield pool.name, held, pool.problems


def _is_parquet(path: Path, kind: str | None) -> bool:
    if path.is_dir():
        return True
    if kind is not None:
        return kind == "parquet"
    try:
        with path.open("rb") as stream:
            return stream.read(4) == b"PAR1"
    except OSError as error:
        what = f"the file cannot be read: {error.strerror}"
        raise PoolError(Problem(what, Location(str(path)))) from error


def _jobs(args: argparse.Namespace) -> int:
    jobs: int = 1 if args.jobs is None else args.jobs
    return jobs


def _engine(args: argparse.Namespace) -> Engine:
    from asnsolve.archive.engines import in_processes, in_turn, on_dask

    if args.dask is not None:
        return on_dask(args.dask, _jobs(args))
    return in_turn if _jobs(args) == 1 else in_processes(_jobs(args))


def _write(args: argparse.Namespace, run: Run) -> tuple[Path, int]:
    """Write the associations; return where they are, and how many."""
    from asnsolve.archive.containers import write_container, write_files

    if args.format == "files":
        return args.path, write_files(run.associations(), args.path)
    container = args.path / f"{run.pool}.{args.format}"
    return container, write_container(run.associations(), container, args.format)
