"""``asnsolve generate``: the associations of a pool, under the options of ``asn_generate``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from asnsolve.archive import FORMATS
from asnsolve.cli.command import Command, Example, refuse_input
from asnsolve.cli.generate_options import WITHOUT_EFFECT, add_generate_options
from asnsolve.cli.in_parts import generate_in_parts, is_in_parts
from asnsolve.cli.pools import (
    check_pool,
    read_pool,
    rule_sources,
    version_id,
    write_orphans,
)
from asnsolve.cli.streams import MessageLog, StageTimer, console, print_json, progress
from asnsolve.errors import AssociationError, Problem, SearchLimitError, UsageError
from asnsolve.file_systems import Url, files_below, url_errors
from asnsolve.own_processes import start_arrow

if TYPE_CHECKING:
    from asnsolve.associations.solution import Solution
    from asnsolve.pool.table import Pool
    from asnsolve.rules.rule_set import RuleSet

_DESCRIPTION = """\
Find the associations of a pool, and write a file for each.

By default these are the associations of every candidate, and discovered ones that no candidate
names. Use -i, --discover or --all-candidates for a part of them."""

_EXAMPLES = (
    Example("Try it on the demonstration pool", "asnsolve generate --demo --dry-run"),
    Example(
        "Write all associations of a pool into the directory asn",
        "asnsolve generate pool.csv -p asn",
    ),
    Example(
        "Write the associations of two candidates",
        "asnsolve generate pool.csv -i o001 c1000 -p candidates",
    ),
    Example(
        "Use rules of your own beside the default rules",
        "asnsolve generate pool.csv -r my_rules.py -p with_mine",
    ),
    Example(
        "Solve a large pool in two processes, and write one container",
        "asnsolve generate pool.csv -j 2 --format jsonl -p out",
    ),
)


def _run(args: argparse.Namespace, log: MessageLog) -> int:
    """Run the command; return 1 if the pool has problems."""
    args.format = args.format or ("parquet" if isinstance(args.path, Url) else "files")
    _refuse_misuse(args)
    # Operators look for these names in the lines of the log.
    log = log.with_context(asn_candidate_ids=",".join(args.ids or ()) or "all")
    _note_options(args, log)
    if is_in_parts(args):
        return generate_in_parts(args, _rules, log)
    return _generate_at_once(args, _rules(args), log)


def _rules(args: argparse.Namespace) -> RuleSet:
    # Rule files and Dask may use pandas with Arrow.
    if args.is_program and not args.rules and args.dask is None:
        start_arrow()
    from asnsolve.archive.whole_programs import refuse_across_programs
    from asnsolve.rules.grouping import pool_groupings, regrouped
    from asnsolve.rules.load import load_rules

    rules = load_rules(rule_sources(args))
    if args.level is not None:
        rules = rules.of_level(args.level)
    # Tell now if a grouping is wrong, because reading the pool may take long. The columns that it
    # compares are read as numbers with those of the rules.
    grouped = regrouped(rules, pool_groupings(args.together), args.apart)
    if is_in_parts(args):
        refuse_across_programs(grouped, args.together)
    return replace(rules, measures=grouped.measures)


def _generate_at_once(args: argparse.Namespace, rules: RuleSet, log: MessageLog) -> int:
    from asnsolve.associations.solution_problems import without_candidates
    from asnsolve.phrases import count_text

    timer = StageTimer()
    # A step for reading, one for each rule, one for writing.
    with progress(len(rules) + 2, quiet=args.quiet) as advance:
        with timer.stage("read"):
            pool = read_pool(args, log, rules.profile)
        log = log.with_context(program=",".join(pool.values("program")))
        advance(f"read {pool.name}")
        for problem in without_candidates(pool, rules):
            # This is no problem of the pool: level 3 may be all that is wanted.
            log.warn(str(problem))
        log.note(f"solving {count_text(len(pool), 'exposure')} with rule set {rules.name}")
        with timer.stage("solve"):
            solution = _solve(args, pool, rules, advance)
        with timer.stage("write"):
            written = _Written(problems=_unnamed(args, solution))
            if args.dry_run:
                _check(args, solution)
            else:
                written = _write(args, pool, solution)
        if written.problems:
            solution = replace(solution, problems=(*solution.problems, *written.problems))
        advance("wrote the files")
    # `outside` counts the orphans without looking for the reasons, which nobody may ask for.
    orphans = count_text(len(solution.outside), "orphan")
    log.note(f"found {count_text(len(solution), 'association')}, {orphans}")
    _report(args, log, pool, solution, written)
    if args.timings:
        timer.print_rates(len(pool))
    return 1 if solution.problems else 0


@dataclass(frozen=True, slots=True)
class _Written:
    """The files, how many of them were there before, and associations that cannot be written."""

    paths: tuple[Path, ...] = ()
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()


def _report(
    args: argparse.Namespace, log: MessageLog, pool: Pool, solution: Solution, written: _Written
) -> None:
    """Report the problems, and print what was found."""
    from asnsolve.report.data import solution_data
    from asnsolve.report.summary import print_summary

    in_container = args.format in FORMATS
    log.problems(solution.problems)
    for renamed in solution.renamed:
        log.note(str(renamed))
    if log.dms and not in_container:
        log.problems(solution.same_names)
    if args.json:
        report = solution_data(
            solution, len(pool), pool.set_aside, written.paths, in_container=in_container
        )
        print_json(report)
    elif not args.quiet:
        with console() as screen:
            print_summary(
                screen,
                solution,
                len(pool),
                written.paths,
                unchanged=written.unchanged,
                in_container=in_container,
                everything=args.verbose,
            )


def _refuse_misuse(args: argparse.Namespace) -> None:
    several = "options that take several values, such as -i and --together, take what follows them"
    check_pool(args, f"Put POOL first: {several}.")
    if args.format in FORMATS and (args.dry_run or args.save_orphans is not None):
        other = "--dry-run" if args.dry_run else "--save-orphans"
        what = f"--format {args.format} cannot be combined with {other}"
        raise UsageError(Problem(what, advice="Leave one of them out."))
    if isinstance(args.path, Url):
        _check_url(args)
    if args.save_orphans is not None:
        _check_orphans(args)


def _check_url(args: argparse.Namespace) -> None:
    """Refuse what is not written to object stores, and a store that cannot be used."""
    if args.format not in FORMATS:
        what = f"--format {args.format} cannot be combined with -p {args.path}, which is a URL"
        raise UsageError(Problem(what, expected=f"--format {' or '.join(FORMATS)}"))
    if args.resume:
        what = f"--resume keeps files in the directory of -p, and {args.path} is a URL"
        advice = "Leave --resume out: objects that exist are not written again."
        raise UsageError(Problem(what, advice=advice))
    # The pool may take hours to solve: tell now if the place for its associations is wrong.
    with url_errors(UsageError, args.path, "cannot be written to"):
        files_below(args.path)


def _check_orphans(args: argparse.Namespace) -> None:
    """Refuse a file for the orphans that is outside the directory, or is the pool."""
    directory = Path(os.path.normpath(args.path.absolute()))
    path = Path(os.path.normpath(directory / args.save_orphans))
    if directory not in path.parents:
        what = f"--save-orphans {args.save_orphans} is not a file in {args.path}"
        expected = "the name of a file inside the directory that -p names"
        raise UsageError(Problem(what, expected=expected))
    if args.pool is not None:
        refuse_input(path, [Path(args.pool)])


def _note_options(args: argparse.Namespace, log: MessageLog) -> None:
    """Say which options change nothing, and which combine more than users may expect."""
    if args.quiet:
        return
    for option in dict.fromkeys(args.without_effect or ()):
        log.warn(f"{option} changes nothing: {WITHOUT_EFFECT[option]}")
    if not args.together:
        return
    from asnsolve.rules.grouping import notes_of_groupings

    for note in notes_of_groupings(args.together, are_files=False):
        log.warn(f"note: {note}")


def _solve(
    args: argparse.Namespace, pool: Pool, rules: RuleSet, advance: Callable[[str], None]
) -> Solution:
    from asnsolve.pipeline import solve

    solution = solve(
        pool.with_measures(rules.measures, compared=rules.compared, strict=args.strict),
        rules,
        ids=args.ids,
        discover=not args.all_candidates,
        version_id=version_id(args),
        # In operations a candidate is solved together with the backgrounds that it may take.
        backgrounds_of_ids=args.dms,
        distinct_names=args.distinct_names,
        merge=args.merge,
        together=tuple(args.together),
        apart=tuple(args.apart),
        solver=args.solver,
        on_rule=advance,
    )
    if args.strict and solution.unsolved:
        raise SearchLimitError(solution.unsolved)
    # Discovery must know the associations of candidates to leave out those that repeat them.
    return solution.discovered() if args.discover else solution


def _unnamed(args: argparse.Namespace, solution: Solution) -> tuple[Problem, ...]:
    """Return the problems of file names that no file can have; a container holds any name."""
    from asnsolve.associations.writable_names import name_problem

    if args.format in FORMATS:
        return ()
    problems = (name_problem(one.file_name, one.rule) for one in solution.associations)
    found = tuple(problem for problem in problems if problem is not None)
    if found and args.strict:
        raise AssociationError(found)
    return found


def _check(args: argparse.Namespace, solution: Solution) -> None:
    """Refuse what cannot be written, and write nothing."""
    from asnsolve.associations.asn_files import write_each
    from asnsolve.associations.present_files import present_names

    # A directory without files leaves nothing to compare with.
    if present_names(args.path):
        associations = solution.associations
        places = [args.path] * len(associations)
        write_each(associations, places, replace=args.replace, dry_run=True)


def _write(args: argparse.Namespace, pool: Pool, solution: Solution) -> _Written:
    """Write the associations, and the orphans if asked to."""
    import numpy as np

    from asnsolve.associations.asn_files import write_each

    if args.format in FORMATS:
        # Lines of JSON go from columns into the container, with no object for each association.
        from asnsolve.archive.write_containers import write_solution
        from asnsolve.archive.written_files import is_unchanged, status_of

        container: Path = args.path / f"{pool.name}.{args.format}"
        if args.pool is not None:
            refuse_input(container, [Path(args.pool)])
        before = status_of(container)
        write_solution(solution, container, args.format, replace=args.replace)
        return _Written((container,), int(is_unchanged(container, before)))
    places = [args.path] * len(solution)
    files = write_each(solution.associations, places, replace=args.replace)
    there = {*files.written, *files.unchanged}
    paths = (args.path / one.file_name for one in solution.associations)
    written = [path for path in paths if path in there]
    if args.save_orphans is not None:
        # The pool keeps one text per distinct file name: mark the texts first, then the rows. The
        # last place is that of code -1, a row without a file name.
        orphans = set(solution.outside)
        is_orphan = np.array([*(name in orphans for name in pool.values("filename")), False])
        rows = np.flatnonzero(is_orphan[pool.codes("filename")])
        written.append(write_orphans(args, pool.take(rows)))
    return _Written(tuple(written), len(files.unchanged), files.problems)


COMMAND = Command(
    name="generate",
    help="find the associations of a pool",
    description=_DESCRIPTION,
    examples=_EXAMPLES,
    statuses={
        0: "done",
        1: "done, but the pool has problems: a row is set aside, an id is unknown, ...",
        2: "the arguments or the files that they name cannot be used",
    },
    add_arguments=add_generate_options,
    run=_run,
)
