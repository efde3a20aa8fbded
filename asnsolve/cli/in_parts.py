"""``asnsolve generate`` with -j or the like: solve a pool in parts of whole programs."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from asnsolve.archive import FORMATS
from asnsolve.cli.command import refuse_input
from asnsolve.cli.cut_pools import cut_pool, is_large
from asnsolve.cli.pools import version_id, write_orphans
from asnsolve.cli.streams import MessageLog, StageTimer, console, print_json, progress
from asnsolve.errors import Location, PoolError, Problem, UsageError
from asnsolve.file_systems import Url, path_or_url
from asnsolve.input_files import is_directory, is_text

if TYPE_CHECKING:
    from asnsolve.archive.drafts import Drafts
    from asnsolve.archive.engines import Engine
    from asnsolve.archive.parts import Part
    from asnsolve.archive.runs import Run
    from asnsolve.archive.store import Kept
    from asnsolve.archive.write_datasets import Target
    from asnsolve.report.change_lines import WrittenChanges
    from asnsolve.rules.rule_set import RuleSet

_GIGABYTE = 10**9


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
    given = (args.jobs, args.part_size, args.dask, args.cache, args.changes)
    return is_url or args.resume or args.shards or any(value is not None for value in given)


def generate_in_parts(
    args: argparse.Namespace, load: Callable[[argparse.Namespace], RuleSet], log: MessageLog
) -> int:
    """Solve a pool in parts and write the associations.

    Parameters
    ----------
    args : argparse.Namespace
        The arguments of ``asnsolve generate``.
    load : callable
        Loads the rules; called after the other processes have started.
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
    timer = StageTimer()
    # -j has no default, so that its mere presence asks for parts.
    jobs = 1 if args.jobs is None else args.jobs
    with timer.stage("total"), ExitStack() as stack:
        # Other processes import what they need while this one loads the rules.
        engine, local_engine = stack.enter_context(_engine(args, jobs, log))
        from asnsolve.archive.runs import solve_parts
        from asnsolve.archive.solved_programs import Wanted
        from asnsolve.phrases import count_text

        rules = load(args)
        _refuse_other_missions(rules)
        wanted = Wanted(
            reasons=args.json or not args.quiet,
            same_names=args.format not in FORMATS,
            discovered=args.discover,
        )
        # The files of parts may exist only until the block ends, so all work is done inside it.
        cut = cut_pool(args, local_engine, jobs, log, timer)
        name, parts, read = stack.enter_context(cut)
        _refuse_other_outputs(args, name)
        target = _target(args, name, jobs)
        drafts = stack.enter_context(_drafts(args, name))
        exposures = sum(part.exposures for part in parts)
        size = f"{count_text(exposures, 'exposure')} in {count_text(len(parts), 'part')}"
        log.note(f"solving {size} with rule set {rules.name}")
        with (
            progress(exposures, "exposures", quiet=args.quiet) as advance,
            solve_parts(
                parts,
                rules,
                name=name,
                engine=engine,
                kept=_kept(args, name),
                wanted=wanted,
                target=target,
                drafts=drafts,
                set_aside=read.set_aside,
                on_part=lambda count: advance("solving", count),
                ids=None if args.ids is None else tuple(args.ids),
                # In operations a candidate is solved with the backgrounds that it may take.
                backgrounds_of_ids=args.dms,
                discover=not args.all_candidates,
                version_id=version_id(args),
                distinct_names=args.distinct_names,
                merge=args.merge,
                together=tuple(args.together),
                apart=tuple(args.apart),
                solver=args.solver,
            ) as run,
        ):
            # Each part is read where it is solved, so its problems are known only now.
            if args.strict and run.problems:
                raise PoolError(run.problems)
            with timer.stage("write"):
                written = _write(args, run, local_engine, target)
                if args.save_orphans is not None and not args.dry_run:
                    _write_orphans(args, run, parts, local_engine)
            with timer.stage("changes") if args.changes is not None else nullcontext():
                changes = _write_changes(args, run, local_engine)
            # These times add up over processes and may exceed the time that has passed.
            for stage, seconds in run.seconds.items():
                timer.add(f"{stage}, all processes", seconds)
    unknown = () if changes is None else changes.problems
    problems = (*read.problems, *run.problems, *written.problems, *unknown)
    _report(args, log, run, problems, replace(written, changes=changes))
    if args.timings:
        timer.print_rates(run.exposures)
    return 1 if problems else 0


@dataclass(frozen=True, slots=True)
class _Written:
    """Where associations were written, how many, how many were unchanged; what has changed."""

    place: Path | Url
    count: int
    unchanged: int = 0
    problems: Sequence[Problem] = ()
    changes: WrittenChanges | None = None


def _report(
    args: argparse.Namespace,
    log: MessageLog,
    run: Run,
    problems: Sequence[Problem],
    written: _Written,
) -> None:
    """Print the report and the problems."""
    from asnsolve.report.archive import print_run, run_data

    for damage in run.damaged:
        log.warn(str(damage))
    log.problems(problems)
    for renamed in run.findings.renamed:
        log.note(str(renamed))
    if log.dms:
        log.problems(run.findings.same_names)
    if args.json:
        print_json(
            run_data(
                run,
                problems,
                written.count,
                written.place,
                changes=written.changes,
                dry_run=args.dry_run,
            )
        )
    elif not args.quiet:
        with console() as screen:
            print_run(
                screen,
                run,
                problems,
                written.count,
                written.place,
                unchanged=written.unchanged,
                keeps=args.resume or args.cache is not None,
                changes=written.changes,
                dry_run=args.dry_run,
                everything=args.verbose,
            )


def _refuse_other_missions(rules: RuleSet) -> None:
    """Raise `UsageError` for rules of another mission: parts are cut by the programs of JWST."""
    from asnsolve.profiles import default_profile

    if rules.profile != default_profile():
        what = f"rules of {rules.profile.name} cannot be solved in parts"
        advice = "Leave -j, --part-size, --cache and --resume out."
        raise UsageError(Problem(what, expected="a pool that is solved as a whole", advice=advice))


def _refuse_misuse(args: argparse.Namespace) -> None:
    if args.resume and not is_text(args.path):
        what = "--resume keeps files in -p, whose name is not UTF-8"
        raise UsageError(Problem(what, Location(str(args.path)), "another name"))
    if args.resume and args.cache is not None:
        what = "--resume and --cache both say where solved programs are kept"
        raise UsageError(Problem(what, expected="one of them"))
    if args.changes is not None:
        _refuse_misuse_of_changes(args)
    if args.part_size is not None and args.part_size < 1:
        what = f"the size of parts is {args.part_size} exposures"
        raise UsageError(Problem(what, expected="1 or more"))
    # In this form, the comparison also refuses NaN.
    if not 0 < args.cache_size < inf:
        what = f"the size of the cache is {args.cache_size:g} GB"
        raise UsageError(Problem(what, expected="a number above 0"))
    if args.shards and isinstance(args.path, Url):
        what = f"--shards cannot be combined with -p {args.path}, which is a URL"
        advice = "A container on an object store has an object for each program anyway."
        raise UsageError(Problem(what, advice=advice))
    if args.shards and args.format not in FORMATS:
        what = f"--shards needs --format {' or '.join(FORMATS)}"
        raise UsageError(Problem(what, advice="Association files are separate anyway."))


def _refuse_misuse_of_changes(args: argparse.Namespace) -> None:
    if not args.resume and args.cache is None:
        what = "--changes compares with what an earlier run found, which is not kept"
        raise UsageError(Problem(what, advice="Add --cache DIR or --resume."))
    if args.dry_run:
        what = "--changes goes with what is written, and --dry-run writes nothing"
        raise UsageError(Problem(what, expected="one of them"))
    if is_directory(args.changes):
        raise UsageError(Problem(f"--changes {args.changes} is a directory", expected="a file"))
    if args.pool is not None:
        refuse_input(args.changes, [Path(args.pool)])


def _refuse_other_outputs(args: argparse.Namespace, name: str) -> None:
    """Refuse a file for the changes that the run writes for another purpose, or keeps."""
    if args.changes is None:
        return
    file = args.changes.resolve()
    taken: list[Path] = [] if args.cache is None else [args.cache]
    if not isinstance(args.path, Url):
        kinds = ("parts", "shards", *FORMATS)
        taken += [args.path / f"{name}.{kind}" for kind in kinds]
        if args.save_orphans is not None:
            taken.append(args.path / args.save_orphans)
    if any(place == file or place in file.parents for place in map(Path.resolve, taken)) or (
        file.name.endswith("_asn.json")
    ):
        what = f"--changes {args.changes} is a file that the run itself writes or keeps"
        raise UsageError(Problem(what, expected="another file"))


def _kept(args: argparse.Namespace, name: str) -> Kept | None:
    """Say where solved programs are kept for later runs."""
    from asnsolve.archive.store import Kept

    kind = "shards" if args.shards else args.format
    written = f"{name}.{kind}"
    if args.resume:
        # It is in the directory that is written to, which may be moved.
        place = None if args.changes is None else written
        return Kept(args.path / f"{name}.parts", place=place)
    if args.cache is None:
        return None
    # However it is named: by a link, or with '..' in it.
    directory = args.path if isinstance(args.path, Url) else args.path.resolve()
    place = None if args.changes is None else str(directory / written)
    return Kept(args.cache, int(args.cache_size * _GIGABYTE), place)


@contextmanager
def _engine(
    args: argparse.Namespace, jobs: int, log: MessageLog
) -> Iterator[tuple[Engine, Engine]]:
    """Open an engine for solving, and one for what needs the files of this machine."""
    from asnsolve.archive.dask_engine import on_dask
    from asnsolve.archive.engines import in_processes, in_turn

    # For a small pool there may be fewer parts than processes.
    is_early = args.dask is None and is_large(args.pool)
    module = "asnsolve.archive.solve_part" if is_early else None
    # One process needs no pool of workers, and shows errors where they happen.
    local = nullcontext(in_turn) if jobs == 1 else in_processes(jobs, log.warn, module)
    with local as engine:
        yield engine if args.dask is None else on_dask(args.dask, jobs), engine


def _target(args: argparse.Namespace, name: str, jobs: int) -> Target | None:
    """Return the container on an object store that other processes write, if they may."""
    from asnsolve.archive.write_datasets import Target, begin_dataset

    # This machine keeps solved programs, and --strict writes nothing if there are problems.
    is_kept = args.resume or args.cache is not None
    is_alone = args.dask is None and jobs == 1
    if is_alone or not isinstance(args.path, Url) or is_kept or args.strict:
        return None
    container = args.path / f"{name}.{args.format}"
    return Target(container, args.format) if begin_dataset(container) else None


def _drafts(args: argparse.Namespace, name: str) -> AbstractContextManager[Drafts | None]:
    """Make a folder for shards that processes write as soon as they have solved their parts."""
    from asnsolve.archive.drafts import drafts_of

    # A cache already keeps the lines, and workers of a cluster may have other file systems.
    is_kept = args.resume or args.cache is not None
    if not args.shards or is_kept or args.dask is not None:
        return nullcontext()
    return drafts_of(_shards(args, name), args.format)


def _shards(args: argparse.Namespace, name: str) -> Path:
    directory: Path = args.path / f"{name}.shards"
    return directory


def _write(args: argparse.Namespace, run: Run, engine: Engine, target: Target | None) -> _Written:
    """Write the associations."""
    from asnsolve.archive.part_containers import write_shards, write_whole
    from asnsolve.archive.write_datasets import write_dataset
    from asnsolve.archive.write_parts import write_association_files

    if args.format not in FORMATS:
        files = write_association_files(
            run,
            args.path,
            engine,
            replace=args.replace,
            strict=args.strict,
            dry_run=args.dry_run,
        )
        return _Written(args.path, files.count, files.unchanged, files.problems)
    if args.shards:
        folder = _shards(args, run.pool)
        unchanged = write_shards(run, folder, args.format, engine, replace=args.replace)
        return _Written(folder, len(run), unchanged)
    container = args.path / f"{run.pool}.{args.format}"
    if target is not None:
        return _Written(target.url, target.end(run.associations(), run.objects))
    if isinstance(container, Url):
        count = write_dataset(run.associations, container, args.format, replace=args.replace)
        return _Written(container, count)
    if args.pool is not None:
        refuse_input(container, [Path(args.pool)])
    unchanged = write_whole(run, container, args.format, engine, replace=args.replace)
    return _Written(container, len(run), unchanged)


def _write_changes(args: argparse.Namespace, run: Run, engine: Engine) -> WrittenChanges | None:
    """Write what has changed since the previous run, if asked to; everything else is written."""
    from asnsolve.report.change_lines import write_changes

    if args.changes is None:
        return None
    changes = write_changes(run, args.changes, engine, replace=args.replace)
    run.remember()
    return changes


def _write_orphans(
    args: argparse.Namespace, run: Run, parts: Sequence[Part], engine: Engine
) -> None:
    from asnsolve.archive.shared_names import find_rows
    from asnsolve.pool.table import Pool

    found = find_rows(engine, parts, "filename", run.findings.outside)
    write_orphans(args, Pool.of(found.raw(run.pool), run.pool))
