"""What a process does with a part of a pool: it reads it, and solves the programs not known."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from asnsolve.archive.digests import program_digests
from asnsolve.archive.drafts import Drafts
from asnsolve.archive.manifests import StoredObject
from asnsolve.archive.partition import ASSOCIATION_SCHEMA
from asnsolve.archive.parts import Part, named_programs
from asnsolve.archive.solved_programs import (
    LINE_SCHEMA,
    SolvedPrograms,
    Wanted,
    associations_of_lines,
    end_to_end,
    solved_programs,
)
from asnsolve.archive.store import Store, StoredProgram
from asnsolve.archive.write_datasets import Target
from asnsolve.associations.solution_problems import known_candidates
from asnsolve.errors import AssociationError, Problem, doing
from asnsolve.pipeline import Options, check_groupings, solve
from asnsolve.pool.raw_table import SetAsideRow
from asnsolve.pool.table import Pool
from asnsolve.rules.rule_set import RuleSet


@dataclass(frozen=True, slots=True)
class SolvedPart:
    """A part whose programs have been solved or were known.

    Parameters
    ----------
    digests : mapping of str to str
        By program, its digest.
    new : mapping of str to StoredProgram
        The programs that were solved, by digest.
    problems : tuple of Problem
        Problems of reading the part.
    set_aside : tuple of SetAsideRow
        Rows that could not be kept.
    strays : tuple of (str, str)
        File names with a program, where the name does not begin with the number of the program.
    candidates : frozenset of str
        Ids of candidates that exposures name.
    exposures : int
        Number of exposures.
    seconds : mapping of str to float
        Time of each stage.
    unstored : SolvedPrograms or None
        The programs that were solved, if the process could not put them into the store.
    postponed : Pool or None
        The programs that were not solved, because they are few.
    objects : mapping of str to StoredObject
        By program, the objects that the process has written. Their lines are nowhere else.
    """

    digests: Mapping[str, str]
    new: Mapping[str, StoredProgram]
    problems: tuple[Problem, ...]
    set_aside: tuple[SetAsideRow, ...]
    strays: tuple[tuple[str, str], ...]
    candidates: frozenset[str]
    exposures: int
    seconds: Mapping[str, float]
    unstored: SolvedPrograms | None = None
    postponed: Pool | None = None
    objects: Mapping[str, StoredObject] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SolvePart:
    """The function that is applied to every part.

    Parameters
    ----------
    rules : RuleSet
        The rules.
    options : Options
        Further arguments of `solve`.
    wanted : Wanted
        What is wanted besides associations.
    salt : str or None
        Digest of what the associations depend on besides the exposures. If None, programs have
        their numbers for digests, and none is known.
    known : frozenset of str
        Digests of the programs that need not be solved.
    store : Store, Drafts or None
        Where solved programs go; None if the process may not have that file system.
    few : int
        So many exposures in programs that are not known are returned instead of being solved: those
        of all parts take little more time together than those of one.
    target : Target or None
        Where associations are written by the process that finds them, if it can.
    """

    rules: RuleSet
    options: Options
    wanted: Wanted
    salt: str | None
    known: frozenset[str]
    store: Store | Drafts | None
    few: int = 0
    target: Target | None = None

    def __call__(self, part: Part) -> SolvedPart:
        """Read a part and solve the programs that are not known."""
        with doing(f"solving {_programs(part.programs)}"):
            solved = self._solved(part)
            if self.target is not None:
                solved = put(solved, self.target)
            return solved if self.store is None else stored(solved, self.store)

    def places(self) -> tuple[Path, ...]:
        """Return the directory that is written to.

        Returns
        -------
        tuple of Path
        """
        return () if self.store is None else (self.store.directory,)

    def without_files(self) -> SolvePart:
        """Return the function that returns what it finds instead of writing it.

        Returns
        -------
        SolvePart
        """
        return replace(self, store=None)

    def _solved(self, part: Part) -> SolvedPart:
        begun = time.perf_counter()
        pool = part.pool().with_measures(self.rules.measures, compared=self.rules.compared)
        read = time.perf_counter()
        numbers, programs = named_programs(pool)
        digests = self._digests(pool, numbers, programs)
        new = [name for name, digest in digests.items() if digest not in self.known]
        # Each distinct pair of a file name and a program, shape (2, pairs), as codes.
        pairs = np.unique(np.stack([pool.codes("filename").astype(np.int64), numbers]), axis=1)
        digested = time.perf_counter()
        pools = [*_pools(pool, numbers, pairs, [programs.index(name) for name in new])]
        # Programs that share file names are solved one by one.
        is_few = len(pools) == 1 and len(pools[0]) <= self.few
        solved = end_to_end(
            [
                solved_programs(some, solve(some, self.rules, **self.options), self.wanted)
                for some in pools[is_few:]
            ]
        )
        seconds = {
            "read": read - begun,
            "compare": digested - read,
            "solve": time.perf_counter() - digested,
        }
        return SolvedPart(
            digests=digests,
            new={},
            problems=(*pool.problems, *self._unsplit(pool)),
            set_aside=pool.set_aside,
            strays=_strays(pool, pairs, programs),
            candidates=known_candidates(pool),
            exposures=len(pool),
            seconds=seconds,
            unstored=solved,
            postponed=pools[0] if is_few else None,
        )

    def _unsplit(self, pool: Pool) -> tuple[Problem, ...]:
        """Say what splits nothing; what `solve` says of it is of no program."""
        return check_groupings(
            pool, self.options.get("together", ()), self.options.get("apart", ())
        )

    def _digests(
        self, pool: Pool, numbers: NDArray[np.int64], programs: Sequence[str]
    ) -> dict[str, str]:
        if self.salt is not None:
            return program_digests(pool, f"{self.salt}\n{pool.file_name}")
        return {programs[number]: programs[number] for number in np.unique(numbers).tolist()}


def stored(solved: SolvedPart, store: Store | Drafts) -> SolvedPart:
    """Put the programs that were solved into a store, or into the draft of a shard.

    Parameters
    ----------
    solved : SolvedPart
        A part with programs that are not in the store.
    store : Store or Drafts
        Where they go.

    Returns
    -------
    SolvedPart
        The same, with the places of the lines instead of the lines.

    Raises
    ------
    AssociationError
        If they cannot be written.
    """
    begun = time.perf_counter()
    programs = solved.unstored
    if programs is None or not programs.findings:
        return replace(solved, unstored=None)
    digests = {name: solved.digests[name] for name in programs.findings}
    new = store.add(digests, programs)
    seconds = {**solved.seconds, "store": time.perf_counter() - begun}
    return replace(solved, new=new, seconds=seconds, unstored=None)


def put(solved: SolvedPart, target: Target) -> SolvedPart:
    """Write the associations that were found to their place.

    Parameters
    ----------
    solved : SolvedPart
        A part with programs that are nowhere yet.
    target : Target
        The place.

    Returns
    -------
    SolvedPart
        The same, with objects instead of lines; with lines, if this machine cannot write there.
    """
    begun = time.perf_counter()
    programs = solved.unstored
    if programs is None:
        return solved
    try:
        objects = target.write(
            table.select(ASSOCIATION_SCHEMA.names)
            for table in associations_of_lines(programs.lines)
        )
    except AssociationError:
        return solved
    seconds = {**solved.seconds, "write objects": time.perf_counter() - begun}
    found = SolvedPrograms(LINE_SCHEMA.empty_table(), {}, programs.findings)
    return replace(solved, objects=objects, seconds=seconds, unstored=found)


def _pools(
    pool: Pool, numbers: NDArray[np.int64], pairs: NDArray[np.int64], new: Sequence[int]
) -> Iterator[Pool]:
    """Yield the programs that are to be solved: together, but for those that share file names.

    What is found in a program must not depend on which other programs are in the part. `numbers`
    is the program of each exposure, and `pairs` has the distinct pairs of file name and program.
    """
    is_shared = np.bincount(pairs[0], minlength=1)[pairs[0]] > 1
    sharing = np.unique(pairs[1][is_shared])
    apart = [[number] for number in new if number in sharing]
    for chosen in (np.setdiff1d(new, sharing).tolist(), *apart):
        wanted = np.isin(numbers, chosen)
        if len(wanted) and wanted.all():
            yield pool
        elif wanted.any():
            yield pool.take(wanted)


def _strays(
    pool: Pool, pairs: NDArray[np.int64], programs: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """Find the file names that do not begin with their program: another program may have them."""
    mission = pool.profile.names
    starts = pa.array([f"{mission.prefix}{name}" for name in programs], pa.string())
    names = pool.texts("filename").array
    own = starts.take(pa.array(pairs[1]))
    first = pc.utf8_slice_codeunits(names, 0, mission.program_length).take(pa.array(pairs[0]))
    strange = np.flatnonzero(pc.not_equal(own, first).to_numpy(zero_copy_only=False))
    found = names.take(pa.array(pairs[0][strange])).to_pylist()
    numbered = (programs[number] for number in pairs[1][strange].tolist())
    return tuple(zip(found, numbered, strict=True))


def _programs(names: Sequence[str]) -> str:
    """Name programs by the first and the last one: there may be thousands."""
    return f"program {names[0]}" if len(names) == 1 else f"programs {names[0]} to {names[-1]}"
