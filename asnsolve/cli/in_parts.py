"""``asnsolve generate`` with -j, --dask or --resume: solve a pool in parts of whole programs."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from asnsolve.archive import FORMATS
from asnsolve.cli.command import refuse_input
from asnsolve.cli.pools import STDIN, read_pool, version_id
from asnsolve.cli.streams import MessageLog, StageTimer, console, print_json, progress
from asnsolve.errors import AssociationError, Location, PoolError, Problem, UsageError
from asnsolve.file_systems import Url, path_or_url
from asnsolve.input_files import is_directory, is_text, name_as_text

if TYPE_CHECKING:
    from asnsolve.archive.engines import Engine
    from asnsolve.archive.parts import Part
    from asnsolve.archive.runs import Run
    from asnsolve.pool.raw_table import SetAsideRow
    from asnsolve.rules.rule_set import RuleSet

_WHOLE_ONLY = {
    "ids": "-i",
    "discover": "--discover",
    "dry_run": "--dry-run",
    "save_orphans": "--save-orphans",
}
"""Options that need the pool as a whole, by the names of their arguments."""


def is_in_parts(args: argparse.Namespace) -> bool:
    """Tell whether to solve a pool in parts: if an option asks for it, for directories and URLs.

    Parameters
    ----------
    args : argparse.Namespace
        The arguments of ``asnsolve generate``.

    Returns
    -------
    bool
        Whether `generate_in_parts` is to be called.
    """
    is_url = isinstance(args.path, Url)
    if args.pool is not None:
        is_url = is_url or isinstance(path_or_url(args.pool), Url) or is_directory(args.pool)
    return is_url or args.jobs is not None or args.dask is not None or args.resume


def generate_in_parts(args: argparse.Namespace, rules: RuleSet, log: MessageLog) -> int:
    """Solve a pool in parts and write the associations.

    Parameters
    ----------
    args : argparse.Namespace
        The arguments of ``asnsolve generate``.
    rules : RuleSet
        The rules.
    log : MessageLog
        Where messages go.

    Returns
    -------
    int
        Exit status: 1 if there are problems, else 0.

    Raises
    ------
    AssociationError
        If a file cannot have its name, under ``--strict``.
    PoolError
        If there are problems of the pool, under ``--strict``.
    UsageError
        If an option needs the pool as a whole.
    """
    _refuse_misuse(args)
    from asnsolve.archive.runs import solve_parts

    # The parts may be files that exist only until the block ends: all work is done inside.
    timer = StageTimer()
    # -j has no default, so that its mere presence asks for parts.
    jobs = 1 if args.jobs is None else args.jobs
    engine = _engine(args.dask, jobs, log)
    with timer.stage("in all"), _parts(args, jobs, log, timer) as (name, parts, read):
        parts_directory = args.path / f"{name}.parts" if args.resume else None
        exposures = sum(part.exposures for part in parts)
        log.note(f"solving {exposures} exposures in {len(parts)} parts by {rules.name}")
        with (
            progress(exposures, "exposures", quiet=args.quiet) as advance,
            solve_parts(
                parts,
                rules,
                name=name,
                engine=engine,
                directory=parts_directory,
                on_part=lambda count: advance("solving", count),
                discover=not args.all_candidates,
                version_id=version_id(args),
                distinct_names=args.distinct_names,
                merge=args.merge,
                apart=tuple(args.apart),
                solver=args.solver,
            ) as run,
        ):
            # Each part is read where it is solved, so its problems are known only now.
            if args.strict and run.problems:
                raise PoolError(run.problems)
            if args.strict and args.format not in FORMATS:
                _refuse_unnamed(run)
            with timer.stage("write"):
                path, count, unnamed = _write(args, run)
            # These times add up over processes and may exceed the time that has passed.
            for stage, seconds in run.seconds.items():
                timer.add(f"{stage}, all processes", seconds)
    # Rows of a pool that was read as a whole were set aside before it was cut.
    run = replace(run, set_aside=(*read.set_aside, *run.set_aside))
    problems = (*read.problems, *run.problems, *unnamed)
    _report(args, log, run, problems, (path, count))
    if args.timings:
        timer.print_rates(run.exposures)
    return 1 if problems else 0


def _report(
    args: argparse.Namespace,
    log: MessageLog,
    run: Run,
    problems: Sequence[Problem],
    written: tuple[Path | Url, int],
) -> None:
    """Print the report and the problems; `written` is where associations are, and how many."""
    from asnsolve.report.archive import print_run, run_data

    path, count = written
    for damage in run.damaged:
        log.warn(str(damage))
    log.problems(problems)
    if args.json:
        print_json(run_data(run, problems, count, path))
    elif not args.quiet:
        with console() as screen:
            print_run(screen, run, problems, count, path, everything=args.verbose)


def _refuse_misuse(args: argparse.Namespace) -> None:
    if args.resume and not is_text(args.path):
        what = "--resume keeps files in -p, whose name is not UTF-8"
        raise UsageError(Problem(what, Location(str(args.path)), "another name"))
    # An option that was not given is None or False.
    for name, option in _WHOLE_ONLY.items():
        if getattr(args, name) not in (None, False):
            what = f"{option} goes with none of -j, --dask, --resume and a directory as POOL"
            raise UsageError(Problem(what, advice="Solve the pool as a whole."))


@dataclass(frozen=True, slots=True)
class _Read:
    """Problems of a pool that was read as a whole; empty if each part of it is read on its own."""

    problems: tuple[Problem, ...] = ()
    set_aside: tuple[SetAsideRow, ...] = ()


@contextmanager
def _parts(
    args: argparse.Namespace, jobs: int, log: MessageLog, timer: StageTimer
) -> Iterator[tuple[str, list[Part], _Read]]:
    """Cut the pool into parts; yield its name, the parts and the problems of reading it."""
    from asnsolve.archive.parts import part_size, parts_of_parquet, parts_of_pool
    from asnsolve.pool.files import is_parquet, stem
    from asnsolve.pool.parquet import row_groups

    path = None if args.demo or args.pool == STDIN else path_or_url(args.pool)
    if path is not None and is_parquet(path, args.pool_format):
        # Each process reads the row groups that it solves, so the pool need not fit into memory.
        most = part_size(sum(group.length for group in row_groups(path)), jobs)
        is_whole = isinstance(path, Path) and is_directory(path)
        name = name_as_text(Path(path.name)) if is_whole else stem(path)
        with ExitStack() as stack:
            # Time the cut alone, though its files are kept until the parts are solved.
            with timer.stage("cut"):
                parts = stack.enter_context(parts_of_parquet(path, name, most))
            yield name, parts, _Read()
        return
    with timer.stage("read"):
        pool = read_pool(args, log)
    with timer.stage("cut"):
        parts = parts_of_pool(pool, part_size(len(pool), jobs))
    yield pool.name, parts, _Read(pool.problems, pool.set_aside)


def _engine(address: str | None, jobs: int, log: MessageLog) -> Engine:
    from asnsolve.archive.engines import in_processes, in_turn, on_dask

    if address is not None:
        return on_dask(address, jobs)
    # One process needs no pool of workers, and shows errors where they happen.
    return in_turn if jobs == 1 else in_processes(jobs, log.warn)


def _refuse_unnamed(run: Run) -> None:
    """Raise an error if a file cannot have its name, before anything is written."""
    from asnsolve.archive.write_containers import name_problems

    problems = [*name_problems(run.associations())]
    if problems:
        raise AssociationError(problems)


def _write(args: argparse.Namespace, run: Run) -> tuple[Path | Url, int, list[Problem]]:
    """Write the associations.

    Returns the container or directory, how many associations there are, and problems of their
    file names.
    """
    from asnsolve.archive.write_containers import write_container, write_files
    from asnsolve.archive.write_datasets import write_dataset

    if args.format not in FORMATS:
        return args.path, *write_files(run.associations, args.path, replace=args.replace)
    container = args.path / f"{run.pool}.{args.format}"
    if isinstance(container, Url):
        count = write_dataset(run.associations, container, args.format, replace=args.replace)
        return container, count, []
    if args.pool is not None:
        refuse_input(container, [Path(args.pool)])
    count = write_container(run.associations(), container, args.format, replace=args.replace)
    return container, count, []
