"""A pool solved in parts: what is known is taken over, what is new is solved, none is lost."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
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
from asnsolve.errors import AssociationError, Location, Problem
from asnsolve.pipeline import Options, solve
from asnsolve.pool.raw_table import SetAsideRow
from asnsolve.pool.table import Pool
from asnsolve.rules.load import DEFAULT_RULES, RuleSource, load_rules
from asnsolve.rules.rule import RuleSet

__all__ = ["Run", "SolvedPart", "solve_partitions", "solve_parts"]


@dataclass(frozen=True, slots=True)
class SolvedPart:
    """What became of a part.

    Parameters
    ----------
    digests : mapping of str to str
        The digest of each of its programs.
    solved : pyarrow.Table
        The rows of those that were not known, with the columns of `SOLVED_SCHEMA`.
    new : tuple of str
        The programs that were solved.
    problems : tuple of Problem
        What reading found.
    set_aside : tuple of SetAsideRow
        Rows that could not be kept.
    exposures : int
        How many there are.
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
    """What is done with a part.

    Parameters
    ----------
    rules : RuleSet
        The rules.
    name : str
        Name of the pool.
    options : Options
        What `solve` takes besides.
    salt : str or None
        What the associations depend on besides the exposures; without it, nothing is known.
    known : frozenset of str
        Digests of the programs that need not be solved.
    """

    rules: RuleSet
    options: Options
    salt: str | None
    known: frozenset[str]

    def __call__(self, part: Part) -> SolvedPart:
        """Read a part, and solve the programs that are not known."""
        begun = time.perf_counter()
        pool = part.pool()
        read = time.perf_counter()
        digests = self._digests(pool)
        new = tuple(sorted(name for name, digest in digests.items() if digest not in self.known))
        if len(new) < len(digests):
            numbers, programs = named_programs(pool)
            asked = pool.take(np.isin(numbers, [programs.index(name) for name in new]))
        else:
            asked = pool
        digested = time.perf_counter()
        solved = SOLVED_SCHEMA.empty_table()
        if new:
            solved = solved_table(asked, solve(asked, self.rules, **self.options))
        seconds = {
            "read": read - begun,
            "compare": digested - read,
            "solve": time.perf_counter() - digested,
        }
        found = (pool.problems, pool.set_aside, len(pool), seconds)
        return SolvedPart(digests, solved, new, *found)

    def _digests(self, pool: Pool) -> dict[str, str]:
        if self.salt is not None:
            return program_digests(pool, self.salt)
        numbers, programs = named_programs(pool)
        return {programs[number]: programs[number] for number in np.unique(numbers).tolist()}


@dataclass(frozen=True, slots=True)
class Run:
    """What solving a pool in parts gave.

    Parameters
    ----------
    pool, rules : str
        Their names.
    exposures : int
        How many were read.
    orphans : tuple of str
        File names of the exposures in no association, program by program.
    problems : tuple of Problem
        What reading and solving found, and the programs that were lost.
    set_aside : tuple of SetAsideRow
        Rows of the pool that could not be kept.
    solved, known : int
        Programs that were solved, and that were taken over as they were.
    seconds : mapping of str to float
        Time of each stage, of all processes together.
    associations : callable
        Gives the associations, in order, as tables with the columns of `ASSOCIATION_SCHEMA`.
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
    """Solve a pool in parts; end to end they are what one process makes of the whole pool.

    Parameters
    ----------
    parts : sequence of Part
        The pool, each program in one of them.
    rules : str, path, Rule, RuleSet, or tuple of these
        What `load_rules` takes.
    name : str
        Name of the pool.
    engine : callable
        What runs the parts.
    directory : Path, optional
        Where solved programs are kept. Those of an earlier run whose exposures, rules and options
        are as they were are not solved again. Without it they are kept until the block ends.
    on_part : callable, optional
        Called with the number of exposures of each part that is done.
    **options
        What `solve` takes besides.

    Yields
    ------
    Run
        What was found; its associations can be read until the block ends.

    Raises
    ------
    AssociationError
        If solved programs cannot be written.
    PoolError
        If a part cannot be read.
    RuleError, UsageError, SearchLimitError
        As `solve` does.
    """
    rule_set = load_rules(rules)
    with ExitStack() as stack:
        store = Store(
            directory or Path(stack.enter_context(TemporaryDirectory(prefix="asnsolve-")))
        )
        _make(store.directory)
        depends = (rule_set, options, code_version(), name)
        salt = None if directory is None else content_digest(depends)
        known = frozenset(store.places())
        act = Task(rule_set, options, salt, known)
        done, lost = _all_done(engine(act, parts), store, on_part)
        digests = dict(sorted(pair for one in done for pair in one.digests.items()))
        places = store.places()
        found = [places[digest] for digest in digests.values()]
        store.keep(found)
        yield _run((name, rule_set.name), store, found, done, lost)


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
        How many processes. A script that asks for several does so under ``if __name__ ==
        "__main__"``, since each of them imports it.
    **options
        What `solve` takes besides.

    Yields
    ------
    pyarrow.Table
        Associations in order, with the columns of `ASSOCIATION_SCHEMA`.

    Raises
    ------
    AssociationError
        If programs are lost because the process that solved them died, twice.
    PoolError, RuleError, UsageError, SearchLimitError
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


def _all_done(
    results: Iterator[SolvedPart | LostPart], store: Store, on_part: Callable[[int], None] | None
) -> tuple[list[SolvedPart], list[LostPart]]:
    """Keep what is solved as it comes."""
    done: list[SolvedPart] = []
    lost: list[LostPart] = []
    for result in results:
        if isinstance(result, LostPart):
            lost.append(result)
            continue
        if result.new:
            own = {name: result.digests[name] for name in result.new}
            store.add(own, result.solved)
        done.append(replace(result, solved=SOLVED_SCHEMA.empty_table()))
        if on_part is not None:
            on_part(result.exposures)
    return done, lost


def _run(
    names: tuple[str, str],
    store: Store,
    places: list[StoredRows],
    done: list[SolvedPart],
    lost: list[LostPart],
) -> Run:
    orphans: list[str] = []
    problems = [problem for one in done for problem in one.problems]
    problems.sort(key=lambda problem: problem.location.row or 0)
    for table in store.rows(places, ("orphan", "problem")):
        orphans += table["orphan"].drop_null().to_pylist()
        problems += map(problem_from_json, table["problem"].drop_null().to_pylist())
    problems += (_lost(names[0], part) for part in lost)
    aside = [row for one in done for row in one.set_aside]
    seconds = sum((Counter(one.seconds) for one in done), Counter[str]())
    solved = sum(len(one.new) for one in done)
    return Run(
        pool=names[0],
        rules=names[1],
        exposures=sum(one.exposures for one in done),
        orphans=tuple(orphans),
        problems=tuple(problems),
        set_aside=tuple(sorted(aside, key=lambda row: row.row)),
        solved=solved,
        known=sum(len(one.digests) for one in done) - solved,
        seconds=seconds,
        associations=lambda: _associations(store, places),
    )


def _lost(name: str, lost: LostPart) -> Problem:
    programs = ", ".join(lost.part.programs)
    what = f"{_LOST}, because {lost.why}: program {programs}"
    advice = "Solve them by themselves, or with more memory."
    return Problem(what, Location(name), advice=advice)


def _associations(store: Store, places: list[StoredRows]) -> Iterator[pa.Table]:
    for table in store.rows(places, ASSOCIATION_SCHEMA.names):
        found = table.filter(pc.is_valid(table["association"]))
        if len(found):
            yield found
