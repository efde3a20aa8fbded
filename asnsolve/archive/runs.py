"""Solve pools in parts, without solving again what an earlier run solved."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Unpack

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from asnsolve.archive.digests import content_digest, program_digests
from asnsolve.archive.engines import Engine, LostPart, in_processes, in_turn
from asnsolve.archive.partition import (
    ASSOCIATION_SCHEMA,
    SOLVED_SCHEMA,
    problem_from_json,
    solved_table,
)
from asnsolve.archive.parts import Part, named_programs, part_size, parts_of_pool
from asnsolve.archive.store import Store, StoredRows
from asnsolve.associations.association import code_version
from asnsolve.errors import AssociationError, Location, Problem, doing, write_errors
from asnsolve.pipeline import Options, solve
from asnsolve.pool.raw_table import SetAsideRow
from asnsolve.pool.table import Pool
from asnsolve.rules.load import DEFAULT_RULES, RuleSource, load_rules
from asnsolve.rules.rule_set import RuleSet
from asnsolve.temporary import remove_left_over, temporary_folder


@dataclass(frozen=True, slots=True)
class SolvedPart:
    """A part whose programs have been solved or were known.

    Parameters
    ----------
    digests : mapping of str to str
        By program, its digest.
    solved : pyarrow.Table
        Rows of the programs that were solved, with the columns of `SOLVED_SCHEMA`.
    new : tuple of str
        The programs that were solved.
    problems : tuple of Problem
        Problems of reading the part.
    set_aside : tuple of SetAsideRow
        Rows that could not be kept.
    exposures : int
        Number of exposures.
    seconds : mapping of str to float
        Time of each stage.
    """

    digests: Mapping[str, str]
    solved: pa.Table
    new: tuple[str, ...]
    problems: tuple[Problem, ...]
    set_aside: tuple[SetAsideRow, ...]
    exposures: int
    seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Task:
    """The function that is applied to every part.

    Parameters
    ----------
    rules : RuleSet
        The rules.
    options : Options
        Further arguments of `solve`.
    salt : str or None
        Digest of what the associations depend on besides the exposures. If None, programs have
        their numbers for digests, and none is known.
    known : frozenset of str
        Digests of the programs that need not be solved.
    """

    rules: RuleSet
    options: Options
    salt: str | None
    known: frozenset[str]

    def __call__(self, part: Part) -> SolvedPart:
        """Read a part and solve the programs that are not known."""
        with doing(f"solving {_programs(part.programs)}"):
            return self._solved(part)

    def _solved(self, part: Part) -> SolvedPart:
        begun = time.perf_counter()
        pool = part.pool()
        read = time.perf_counter()
        digests = self._digests(pool)
        new = tuple(sorted(name for name, digest in digests.items() if digest not in self.known))
        if len(new) < len(digests):
            numbers, programs = named_programs(pool)
            unsolved = pool.take(np.isin(numbers, [programs.index(name) for name in new]))
        else:
            unsolved = pool
        digested = time.perf_counter()
        solved = SOLVED_SCHEMA.empty_table()
        if new:
            solved = solved_table(unsolved, solve(unsolved, self.rules, **self.options))
        seconds = {
            "read": read - begun,
            "compare": digested - read,
            "solve": time.perf_counter() - digested,
        }
        return SolvedPart(digests, solved, new, pool.problems, pool.set_aside, len(pool), seconds)

    def _digests(self, pool: Pool) -> dict[str, str]:
        if self.salt is not None:
            return program_digests(pool, f"{self.salt}\n{pool.file_name}")
        numbers, programs = named_programs(pool)
        return {programs[number]: programs[number] for number in np.unique(numbers).tolist()}


@dataclass(frozen=True, slots=True)
class Run:
    """The solution of a pool that was solved in parts.

    Parameters
    ----------
    pool, rules : str
        Names of the pool and of the rule set.
    exposures : int
        Number of exposures read.
    orphans : tuple of str
        File names of the exposures in no association, program by program.
    problems : tuple of Problem
        Problems of reading and solving, and the programs that were lost.
    set_aside : tuple of SetAsideRow
        Rows of the pool that could not be kept.
    solved, known : int
        Number of programs solved, and of programs taken from an earlier run.
    seconds : mapping of str to float
        Time of each stage, summed over processes.
    associations : callable
        Returns an iterator over the associations, in order, as tables with the columns of
        `ASSOCIATION_SCHEMA`.
    damaged : tuple of Problem
        Files of earlier runs that were damaged. The programs in them were solved again.
    """

    pool: str
    rules: str
    exposures: int
    orphans: tuple[str, ...]
    problems: tuple[Problem, ...]
    set_aside: tuple[SetAsideRow, ...]
    solved: int
    known: int
    seconds: Mapping[str, float]
    associations: Callable[[], Iterator[pa.Table]]
    damaged: tuple[Problem, ...] = ()


@contextmanager
def solve_parts(
    parts: Sequence[Part],
    rules: RuleSource | tuple[RuleSource, ...] = DEFAULT_RULES,
    *,
    name: str = "pool",
    engine: Engine = in_turn,
    directory: Path | None = None,
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
    directory : Path, optional
        Where solved programs are kept for later runs. Programs of an earlier run with the same
        exposures, rules and options are not solved again. By default, they are kept until the block
        ends.
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
    with ExitStack() as stack:
        store = Store(directory or stack.enter_context(temporary_folder()) / "parts")
        _make(store.directory)
        remove_left_over(store.directory.absolute())
        # Whatever changes an association, its exposures aside, must be part of the salt.
        depends = (rule_set, options, code_version(), name)
        salt = None if directory is None else content_digest(depends)
        with write_errors(AssociationError, Location(str(store.directory))):
            use = stack.enter_context(store.in_use())
        before = store.listing()
        act = Task(rule_set, options, salt, frozenset(before.places))
        solved, lost, added = _stored(engine(act, parts), store, on_part)
        place_of = {**before.places, **added}
        digests = dict(sorted(pair for part in solved for pair in part.digests.items()))
        places = [place_of[digest] for digest in digests.values()]
        store.keep(places, before.files, use)
        run = _run((name, rule_set.name), store, places, solved, lost)
        yield replace(run, damaged=tuple(map(_damaged, before.damaged)))


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
    parts = parts_of_pool(pool, part_size(len(pool), jobs))
    with solve_parts(parts, rules, name=pool.name, engine=in_processes(jobs), **options) as run:
        lost = [problem for problem in run.problems if problem.what.startswith(_LOST)]
        if lost:
            raise AssociationError(lost)
        yield from run.associations()


_LOST = "without associations"


def _make(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"the directory cannot be made: {error.strerror}"
        raise AssociationError(Problem(what, Location(str(directory)))) from error


def _damaged(file: Path) -> Problem:
    what = "the file was damaged and has not been used; the programs in it were solved again"
    return Problem(what, Location(str(file)))


def _stored(
    results: Iterator[SolvedPart | LostPart], store: Store, on_part: Callable[[int], None] | None
) -> tuple[list[SolvedPart], list[LostPart], dict[str, StoredRows]]:
    """Put the rows of solved parts into the store as they come.

    Returns the parts without rows, the lost ones and, by digest, where the store has the rows.
    """
    solved: list[SolvedPart] = []
    lost: list[LostPart] = []
    added: dict[str, StoredRows] = {}
    for result in results:
        if isinstance(result, LostPart):
            lost.append(result)
            continue
        if result.new:
            digests = {name: result.digests[name] for name in result.new}
            added |= store.add(digests, result.solved)
        # From here on the store has the rows; in memory they would add up to the whole archive.
        solved.append(replace(result, solved=SOLVED_SCHEMA.empty_table()))
        if on_part is not None:
            on_part(result.exposures)
    return solved, lost, added


def _run(
    names: tuple[str, str],
    store: Store,
    places: list[StoredRows],
    parts: list[SolvedPart],
    lost: list[LostPart],
) -> Run:
    """Sum up a run; `names` are those of the pool and the rule set."""
    orphans: list[str] = []
    problems = [problem for part in parts for problem in part.problems]
    # Row numbers count over the whole pool, and problems of no row come first.
    problems.sort(key=lambda problem: problem.location.row or 0)
    for table in store.rows(places, ("orphan", "problem")):
        orphans += table["orphan"].drop_null().to_pylist()
        problems += map(problem_from_json, table["problem"].drop_null().to_pylist())
    problems += (_lost(names[0], part) for part in lost)
    aside = [row for part in parts for row in part.set_aside]
    seconds = sum((Counter(part.seconds) for part in parts), Counter[str]())
    solved = sum(len(part.new) for part in parts)
    return Run(
        pool=names[0],
        rules=names[1],
        exposures=sum(part.exposures for part in parts),
        orphans=tuple(orphans),
        problems=tuple(problems),
        set_aside=tuple(sorted(aside, key=lambda row: row.row)),
        solved=solved,
        known=sum(len(part.digests) for part in parts) - solved,
        seconds=seconds,
        associations=lambda: _associations(store, places),
    )


def _programs(names: Sequence[str]) -> str:
    """Name programs by the first and the last one: there may be thousands."""
    return f"program {names[0]}" if len(names) == 1 else f"programs {names[0]} to {names[-1]}"


def _lost(name: str, lost: LostPart) -> Problem:
    what = f"{_LOST}, because {lost.why}: program {', '.join(lost.part.programs)}"
    advice = "Solve them by themselves, or with more memory."
    return Problem(what, Location(name), advice=advice)


def _associations(store: Store, places: list[StoredRows]) -> Iterator[pa.Table]:
    for table in store.rows(places, ASSOCIATION_SCHEMA.names):
        associations = table.filter(pc.is_valid(table["association"]))
        if len(associations):
            yield associations
