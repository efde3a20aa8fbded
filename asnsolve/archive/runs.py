"""Solve pools in parts, without solving again what an earlier run solved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Unpack

import pyarrow as pa

from asnsolve.archive.digests import content_digest
from asnsolve.archive.drafts import Drafts
from asnsolve.archive.engines import Engine, LostPart, in_processes, in_turn
from asnsolve.archive.last_runs import LastRun, last_run, last_run_file, remember
from asnsolve.archive.manifests import StoredObject
from asnsolve.archive.partition import ASSOCIATION_SCHEMA
from asnsolve.archive.parts import Part, part_size, parts_of_pool
from asnsolve.archive.shared_names import (
    Entangled,
    FoundRows,
    entangled_programs,
    holding,
    joined_rows,
)
from asnsolve.archive.solve_part import SolvedPart, SolvePart, stored
from asnsolve.archive.solved_programs import (
    NOTHING_ELSE,
    Findings,
    Wanted,
    associations_of_lines,
    solved_programs,
)
from asnsolve.archive.store import Kept, Store, StoredProgram, StoredRows
from asnsolve.archive.whole_programs import refuse_across_programs
from asnsolve.archive.write_datasets import Target
from asnsolve.archive.written_files import discard_damaged_records
from asnsolve.associations.association import code_version
from asnsolve.associations.solution_problems import unknown_candidates
from asnsolve.errors import AssociationError, Location, Problem, doing, write_errors
from asnsolve.pipeline import Options, candidate_filter, solve
from asnsolve.pool.raw_table import SetAsideRow
from asnsolve.pool.row_checks import is_rival, no_exposures
from asnsolve.pool.table import Pool
from asnsolve.rules.load import DEFAULT_RULES, RuleSource, load_rules
from asnsolve.temporary import remove_left_over, temporary_folder


@dataclass(frozen=True, slots=True)
class Run:
    """The solution of a pool that was solved in parts.

    Parameters
    ----------
    pool, rules : str
        Names of the pool and of the rule set.
    exposures : int
        Number of exposures read.
    findings : Findings
        Orphans, problems and notes of all programs, program by program; the problems begin with
        those of reading and end with the programs that were lost.
    set_aside : tuple of SetAsideRow
        Rows of the pool that could not be kept.
    solved, known : int
        Number of programs solved, and of programs taken from an earlier run.
    seconds : mapping of str to float
        Time of each stage, summed over processes.
    parts : tuple of tuple of StoredRows
        Where the lines of the associations of each part are, in order.
    store : Store
        The store that has them until the block ends.
    programs : mapping of str to StoredProgram
        The programs by number.
    lost : frozenset of str
        Numbers of the programs that were lost.
    damaged : tuple of Problem
        Files of earlier runs that were damaged. The programs in them were solved again, and what
        was written is compared again.
    kept : Kept, optional
        Where solved programs are kept for later runs.
    last : LastRun, optional
        What the previous run to the same place found, if it is kept.
    objects : mapping of str to StoredObject
        By program, the objects that workers have written. The store does not have their lines.
    drafts : Drafts, optional
        Where processes have written shards. The store does not have their lines.
    """

    pool: str
    rules: str
    exposures: int
    findings: Findings
    set_aside: tuple[SetAsideRow, ...]
    solved: int
    known: int
    seconds: Mapping[str, float]
    parts: tuple[tuple[StoredRows, ...], ...]
    store: Store
    programs: Mapping[str, StoredProgram]
    lost: frozenset[str]
    damaged: tuple[Problem, ...] = ()
    kept: Kept | None = None
    last: LastRun | None = None
    objects: Mapping[str, StoredObject] = field(default_factory=dict)
    drafts: Drafts | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Problems of reading and solving, and the programs that were lost."""
        return self.findings.problems

    def __len__(self) -> int:
        """Return the number of associations that the store or the drafts have."""
        return sum(rows.stop - rows.start for part in self.parts for rows in part)

    def associations(self) -> Iterator[pa.Table]:
        """Read the associations, in order.

        Yields
        ------
        pyarrow.Table
            With the columns of `ASSOCIATION_SCHEMA`.

        Raises
        ------
        AssociationError
            If a file of the store has been damaged or removed.
        """
        for part in self.parts:
            for table in associations_of(self.store, part):
                yield table.select(ASSOCIATION_SCHEMA.names)

    def remember(self) -> None:
        """Keep what was found, so that the next run to the same place can tell what has changed.

        Call it when everything has been written. Programs that were lost are taken to be as they
        were before.

        Raises
        ------
        AssociationError
            If it cannot be written.
        """
        if self.kept is None or self.last is None:
            return
        before = self.last.programs
        lost = {program: before[program] for program in self.lost & before.keys()}
        remember(self.kept, {**lost, **self.programs})


def associations_of(store: Store, places: Sequence[StoredRows]) -> Iterator[pa.Table]:
    """Read associations from a store.

    Parameters
    ----------
    store : Store
        The store.
    places : sequence of StoredRows
        Where it has their lines.

    Yields
    ------
    pyarrow.Table
        With the columns of `ASSOCIATION_SCHEMA` and their checksums.

    Raises
    ------
    AssociationError
        If a file of the store has been damaged or removed.
    """
    for lines in store.lines(places):
        yield from associations_of_lines(lines)


@contextmanager
def solve_parts(
    parts: Sequence[Part],
    rules: RuleSource | tuple[RuleSource, ...] = DEFAULT_RULES,
    *,
    name: str = "pool",
    engine: Engine = in_turn,
    kept: Kept | None = None,
    wanted: Wanted = NOTHING_ELSE,
    target: Target | None = None,
    drafts: Drafts | None = None,
    set_aside: Sequence[SetAsideRow] = (),
    on_part: Callable[[int], None] | None = None,
    **options: Unpack[Options],
) -> Iterator[Run]:
    """Solve a pool in parts, with the same result as solving the whole pool at once.

    Parameters
    ----------
    parts : sequence of Part
        The pool, with each program in one part.
    rules : str, path, Rule, RuleSet, or tuple of these
        What `load_rules` takes.
    name : str
        Name of the pool.
    engine : Engine
        What runs the parts.
    kept : Kept, optional
        Where solved programs are kept for later runs. Programs of an earlier run with the same
        exposures, rules and options are not solved again. By default, they are kept until the block
        ends.
    wanted : Wanted
        What is wanted besides the associations.
    target : Target, optional
        Where the processes write the associations that they find; see `Run.objects`. Those that
        cannot write there return what they found. Nothing may be kept for later runs then.
    drafts : Drafts, optional
        Where the processes write the shards; see `Run.drafts`. Nothing may be kept for later runs
        then.
    set_aside : sequence of SetAsideRow
        Lines that no part has, because they are no rows.
    on_part : callable, optional
        Called with the number of exposures of each part when it has been solved.
    **options
        Further arguments of `solve`.

    Yields
    ------
    Run
        The solution. Its associations can be read until the block ends.

    Raises
    ------
    AssociationError
        If solved programs cannot be written or read again.
    PoolError
        If a part cannot be read.
    RuleError, UsageError
        As `solve` does.
    """
    rule_set = load_rules(rules)
    refuse_across_programs(rule_set, options.get("together", ()))
    with ExitStack() as stack:
        store = _store(kept, stack)
        # Whatever changes an association, its exposures aside, must be part of the salt.
        depends = (rule_set, options, wanted, code_version(), name)
        salt = None if kept is None else content_digest(depends)
        with write_errors(AssociationError, Location(str(store.directory))):
            use = stack.enter_context(store.in_use())
        before = store.listing()
        records = discard_damaged_records(store.directory)
        known = frozenset(before.programs)
        few = _FEW // len(parts) if known and parts else 0
        act = SolvePart(rule_set, options, wanted, salt, known, drafts or store, few, target)
        solved, lost = _all_parts(engine(act, parts), store, on_part)
        entangled = _entangled(engine, parts, solved, name)
        if entangled is not None and drafts is not None:
            touched = holding(parts, [entangled.programs])
            again = engine(replace(act, store=store), touched)
            solved, lost = _without_drafts(touched, (solved, lost), _all_parts(again, store, None))
        postponed = _solved_few(act, solved, store)
        programs = before.programs | postponed
        for part in solved:
            programs |= part.new
        digests = sorted(pair for part in solved for pair in part.digests.items())
        found = {program: programs[digest] for program, digest in digests}
        if entangled is not None:
            found |= _solved_together(act, entangled, dict(digests), programs, store)
        last = None if kept is None else last_run(kept)
        _tidy(kept, store, before.files, use, [found, {} if last is None else last.programs])
        reading = _reading_problems(parts, solved, set_aside, entangled)
        problems = (*reading, *_unknown_candidates(options, solved, name))
        count = len(postponed) + sum(len(part.new) for part in solved)
        aside = chain(set_aside, *(part.set_aside for part in solved))
        yield Run(
            pool=name,
            rules=rule_set.name,
            exposures=sum(part.exposures for part in solved),
            findings=_joined(found, problems, [_lost(name, part) for part in lost]),
            set_aside=tuple(sorted(aside, key=lambda row: row.row)),
            solved=count,
            known=len(found) - count,
            seconds=sum((Counter(part.seconds) for part in solved), Counter[str]()),
            parts=tuple(
                tuple(found[program].rows for program in part.programs if program in found)
                for part in parts
            ),
            store=store,
            programs=found,
            lost=frozenset(program for part in lost for program in part.part.programs),
            damaged=(*map(_damaged, before.damaged), *records),
            kept=kept,
            last=last,
            objects=_objects(solved, entangled),
            drafts=drafts,
        )


def solve_partitions(
    pool: Pool,
    rules: RuleSource | tuple[RuleSource, ...] = DEFAULT_RULES,
    *,
    jobs: int,
    **options: Unpack[Options],
) -> Iterator[pa.Table]:
    """Solve a pool in several processes.

    Parameters
    ----------
    pool : Pool
        The exposures.
    rules : str, path, Rule, RuleSet, or tuple of these
        What `load_rules` takes.
    jobs : int
        Number of processes. A script that uses several has to call this under ``if __name__ ==
        "__main__"``, since each process imports the script.
    **options
        Further arguments of `solve`.

    Yields
    ------
    pyarrow.Table
        Associations in order, with the columns of `ASSOCIATION_SCHEMA`.

    Raises
    ------
    AssociationError
        If programs are lost because the process that solved them died twice.
    PoolError, RuleError, UsageError
        As `solve` does.
    """
    parts = parts_of_pool(pool, part_size(len(pool)))
    with (
        in_processes(jobs) as engine,
        solve_parts(parts, rules, name=pool.name, engine=engine, **options) as run,
    ):
        lost = [problem for problem in run.problems if problem.what.startswith(_LOST)]
        if lost:
            raise AssociationError(lost)
        yield from run.associations()


_LOST = "without associations"

_FEW = 10_000
"""Exposures that this process solves by itself, if all others are known."""


def _store(kept: Kept | None, stack: ExitStack) -> Store:
    """Open the store for solved programs, by default one that is removed in the end."""
    directory = (
        stack.enter_context(temporary_folder()) / "parts" if kept is None else kept.directory
    )
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"the directory cannot be made: {error.strerror}"
        raise AssociationError(Problem(what, Location(str(directory)))) from error
    remove_left_over(directory.absolute())
    # Workers on other machines may have another working directory.
    return Store(directory.absolute())


def _tidy(
    kept: Kept | None,
    store: Store,
    files: Iterable[Path],
    use: int,
    programs: Sequence[Mapping[str, StoredProgram]],
) -> None:
    """Delete what neither this run nor the one before uses, as far as it may be deleted."""
    used = {program.rows.file for some in programs for program in some.values()}
    if kept is not None and kept.most is not None:
        record = last_run_file(kept)
        store.limit(used if record is None else used | {record}, kept.most, use)
    else:
        store.keep(used, files, use)


def _damaged(file: Path) -> Problem:
    what = "the file was damaged and has not been used; the programs in it were solved again"
    return Problem(what, Location(str(file)))


def _all_parts(
    results: Iterator[SolvedPart | LostPart[Part]],
    store: Store,
    on_part: Callable[[int], None] | None,
) -> tuple[list[SolvedPart], list[LostPart[Part]]]:
    """Collect solved and lost parts; put into the store what their processes could not."""
    solved: list[SolvedPart] = []
    lost: list[LostPart[Part]] = []
    for result in results:
        if isinstance(result, LostPart):
            lost.append(result)
            continue
        solved.append(stored(result, store))
        if on_part is not None:
            on_part(result.exposures)
    return solved, lost


_Solved = tuple[list[SolvedPart], list[LostPart[Part]]]


def _without_drafts(touched: Sequence[Part], before: _Solved, again: _Solved) -> _Solved:
    """Replace the results of parts that have been solved again, because of entangled programs.

    Their drafts have associations that the programs do not have when they are solved together.
    """
    programs = {program for part in touched for program in part.programs}
    solved, lost = before
    others = [one for one in solved if programs.isdisjoint(one.digests)]
    still = [one for one in lost if programs.isdisjoint(one.part.programs)]
    return others + again[0], still + again[1]


def _solved_few(
    act: SolvePart, solved: Sequence[SolvedPart], store: Store
) -> dict[str, StoredProgram]:
    """Solve the programs that were postponed, since they are few in all parts."""
    parts = [(part.postponed, part.digests) for part in solved if part.postponed is not None]
    if not parts:
        return {}
    pools = [pool for pool, _ in parts]
    raw = joined_rows([FoundRows(pool.to_arrow(), pool.rows) for pool in pools]).raw(pools[0].name)
    pool = Pool.of(raw, pools[0].name, file_name=pools[0].file_name)
    with doing("solving the programs that have changed"):
        found = solved_programs(pool, solve(pool, act.rules, **act.options), act.wanted)
    digests = {name: digest for _, of_part in parts for name, digest in of_part.items()}
    return store.add({name: digests[name] for name in found.findings}, found)


def _entangled(
    engine: Engine, parts: Sequence[Part], solved: Sequence[SolvedPart], name: str
) -> Entangled | None:
    strays = [stray for part in solved for stray in part.strays]
    source = next((part.source for part in parts if part.source is not None), name)
    file_name = next((part.file_name for part in parts), name)
    return entangled_programs(engine, parts, strays, (name, file_name), source)


def _solved_together(
    act: SolvePart,
    entangled: Entangled,
    digests: Mapping[str, str],
    known: Mapping[str, StoredProgram],
    store: Store,
) -> dict[str, StoredProgram]:
    """Solve entangled programs together, or take them from an earlier run."""
    all_digests = [digests[program] for program in sorted(entangled.programs)]
    own = {program: content_digest((program, all_digests)) for program in entangled.programs}
    if not all(digest in known for digest in own.values()):
        solution = solve(entangled.pool, act.rules, **act.options)
        known = store.add(own, solved_programs(entangled.pool, solution, act.wanted))
    return {program: known[digest] for program, digest in own.items()}


def _objects(solved: Sequence[SolvedPart], entangled: Entangled | None) -> dict[str, StoredObject]:
    """Return what processes have written, but for the programs that were solved again, together."""
    again = frozenset[str]() if entangled is None else entangled.programs
    return {
        program: one
        for part in solved
        for program, one in part.objects.items()
        if program not in again
    }


def _reading_problems(
    parts: Sequence[Part],
    solved: Sequence[SolvedPart],
    set_aside: Sequence[SetAsideRow],
    entangled: Entangled | None,
) -> list[Problem]:
    """Return the problems of the whole pool, each once; problems of no row come first."""
    # What is wrong with a column, every part reports. A part may have no exposure where all have.
    problems = dict.fromkeys(problem for part in solved for problem in part.problems)
    source = next((part.source for part in parts if part.source is not None), None)
    if source is None:
        # The whole pool has been read before, without the columns that only the rules measure.
        return sorted(problems, key=lambda problem: problem.location.row or 0)
    if any(part.exposures for part in solved):
        problems.pop(no_exposures(source), None)
    if entangled is not None:
        # Each part compares its own rows of one file name only.
        rows = set(entangled.pool.rows.tolist())
        outdated = [one for one in problems if is_rival(one) and one.location.row in rows]
        problems = dict.fromkeys(one for one in problems if one not in outdated)
        problems |= dict.fromkeys(entangled.rivals)
    problems |= dict.fromkeys(row.problem for row in set_aside)
    return sorted(problems, key=lambda problem: problem.location.row or 0)


def _unknown_candidates(
    options: Options, solved: Iterable[SolvedPart], name: str
) -> Iterable[Problem]:
    """Report the candidates that were asked for and that no exposure names."""
    asked = candidate_filter(
        options.get("candidates", "all"), ids=options.get("ids"), discover=False
    )
    ids = frozenset[str]().union(*(part.candidates for part in solved))
    return unknown_candidates(name, ids, asked)


def _joined(
    programs: Mapping[str, StoredProgram], before: Sequence[Problem], after: Sequence[Problem]
) -> Findings:
    """Put the findings of programs end to end, with problems of none of them around theirs."""
    found = [program.findings for program in programs.values()]
    own = (problem for one in found for problem in one.problems)
    return Findings(
        tuple(name for one in found for name in one.outside),
        tuple(orphan for one in found for orphan in one.orphans),
        (*before, *own, *after),
        tuple(problem for one in found for problem in one.same_names),
        tuple(note for one in found for note in one.renamed),
    )


def _lost(name: str, lost: LostPart[Part]) -> Problem:
    what = f"{_LOST}, because {lost.why}: program {', '.join(lost.part.programs)}"
    advice = "Solve them by themselves, or with more memory."
    return Problem(what, Location(name), advice=advice)
