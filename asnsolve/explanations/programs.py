"""The program of an exposure. Only it is solved, because programs share no association.

A program is solved and judged once for all questions about its exposures.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, takewhile

import numpy as np

from asnsolve.associations.association import Association
from asnsolve.associations.solution import Solution
from asnsolve.errors import Location, PoolError, Problem
from asnsolve.pipeline import solve_task
from asnsolve.pool.table import Pool
from asnsolve.profiles import FileNames
from asnsolve.rules.load import RuleSource, load_rules
from asnsolve.rules.rule_set import RuleSet
from asnsolve.solvers.judgement import Judgement, judge
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.task import Task
from asnsolve.suggest import did_you_mean

_MOST_SUGGESTED_FROM = 2_000


@dataclass(frozen=True, slots=True)
class Subject:
    """An exposure in its program.

    Parameters
    ----------
    filename : str
        File name of the exposure.
    program : str
        Its program, padded to five digits.
    pool : Pool
        The exposures of the program.
    """

    filename: str
    program: str
    pool: Pool

    def without(self) -> Pool:
        """Return the program without the exposure.

        Returns
        -------
        Pool
        """
        code = self.pool.values("filename").index(self.filename)
        return self.pool.take(self.pool.codes("filename") != code)


@dataclass(frozen=True)
class SolvedProgram:
    """A program with its associations and the judgement of each rule.

    Parameters
    ----------
    task : Task
        The entries of the program, and the rules.
    solution : Solution
        The associations.
    judgements : tuple of Judgement
        How close the entries come to each rule.
    """

    task: Task
    solution: Solution
    judgements: tuple[Judgement, ...]

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """The exposure of each distinct file name, as members name theirs, by its code."""
        # Names in a pool may have a directory, which exposures have not.
        pool = self.task.scoped.pool
        return tuple(map(pool.profile.files.exposure_of, pool.values("filename")))

    @cached_property
    def codes_of_exposure(self) -> Mapping[str, list[int]]:
        """Codes of the file names of each exposure, which is named as members name theirs."""
        codes: dict[str, list[int]] = {}
        for code, root in enumerate(self.roots):
            codes.setdefault(root, []).append(code)
        return codes

    @cached_property
    def _entries_by_scope(self) -> tuple[ScopedPool, ...]:
        scoped = self.task.scoped
        order = np.argsort(scoped.entry_scopes, kind="stable")
        bounds = np.searchsorted(scoped.entry_scopes[order], np.arange(len(scoped.scopes) + 1))
        return tuple(scoped.at(order[start:end]) for start, end in pairwise(bounds.tolist()))

    def entries_of_id(self, asn_id: str) -> Iterator[ScopedPool]:
        """Return the entries in which the associations of an id were looked for, scope by scope.

        Parameters
        ----------
        asn_id : str
            Id of a candidate, or of what was discovered.

        Yields
        ------
        ScopedPool
            The entries of a candidate of this id, or of a component as a whole.
        """
        scopes = self.task.scoped.scopes
        for number, entries in enumerate(self._entries_by_scope):
            candidate = scopes[number].candidate
            if candidate[0] == asn_id if candidate else asn_id[0] == "a":
                yield entries

    def entries(self, filename: str) -> ScopedPool:
        """Return the entries of an exposure: one for each scope that it is in.

        Parameters
        ----------
        filename : str
            File name of the exposure; it must be in the program.

        Returns
        -------
        ScopedPool
        """
        scoped = self.task.scoped
        code = scoped.pool.values("filename").index(filename)
        return scoped.at(np.flatnonzero(scoped.codes("filename") == code))

    def named(self, rule: str | None) -> tuple[Judgement, ...]:
        """Return the judgements of the rules of one name, which variants share.

        Parameters
        ----------
        rule : str or None
            Name of the rule; None: every rule.

        Returns
        -------
        tuple of Judgement

        Raises
        ------
        RuleError
            If no rule has that name.
        """
        if rule is None:
            return self.judgements
        # The rule set finds the name, or says which one was probably meant.
        name = self.task.rules[rule].name
        return tuple(judgement for judgement in self.judgements if judgement.rule.name == name)


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of a pool, each solved when it is first asked for.

    Parameters
    ----------
    pool : Pool
        The exposures.
    rules : RuleSet
        The rules.
    """

    pool: Pool
    rules: RuleSet
    _solved: dict[str, SolvedProgram] = field(default_factory=dict)

    @classmethod
    def read(cls, pool: object, rules: RuleSource | Iterable[RuleSource]) -> Programs:
        """Read a pool and rules.

        Parameters
        ----------
        pool : Pool, or anything that `Pool.read` takes
            The exposures.
        rules : str, path, Rule, RuleSet, or iterable of these
            What `load_rules` takes.

        Returns
        -------
        Programs

        Raises
        ------
        PoolError
            If `pool` cannot be read as a pool.
        RuleError
            If the rules are not acceptable.
        """
        rule_set = load_rules(rules)
        return cls(Pool.read(pool, profile=rule_set.profile), rule_set)

    def of(self, subject: Subject) -> SolvedProgram:
        """Return the program of an exposure.

        Parameters
        ----------
        subject : Subject
            An exposure of the pool.

        Returns
        -------
        SolvedProgram
        """
        if subject.program not in self._solved:
            # Where a rule is solved across programs, other programs count too.
            pool = self.pool if self.rules.across_programs else subject.pool
            task = Task.of(pool, self.rules)
            self._solved[subject.program] = SolvedProgram(task, solve_task(task), judge(task))
        return self._solved[subject.program]


def subject_of(pool: Pool, exposure: str) -> Subject:
    """Find an exposure by its file name, or by the name of any file that was made from it.

    Parameters
    ----------
    pool : Pool
        The exposures.
    exposure : str
        Name of the file, with or without directory, in any case.

    Returns
    -------
    Subject

    Raises
    ------
    PoolError
        If no exposure has that name, or if several have.
    """
    names, whole = pool.values("filename"), exposure.strip().lower()
    # The pool may have the name as it is, directory and all.
    is_known = whole in names[bisect_left(names, whole) :][:1]
    name = whole if is_known else _filename(pool, whole.rpartition("/")[2])
    row = int(np.argmax(pool.codes("filename") == bisect_left(names, name)))
    # One text per code; exposures without a program, of code -1, find the last.
    programs = pool.program_texts()
    program = programs[pool.codes("program")[row]]
    # Several codes may be one program, as 1 and 00001.
    in_program = np.array([text == program for text in programs])
    return Subject(name, program, pool.take(in_program[pool.codes("program")]))


def has_exposure(pool: Pool, name: str) -> bool:
    """Tell whether a name is that of an exposure of a pool, or may be one that is misspelt.

    Parameters
    ----------
    pool : Pool
        The exposures.
    name : str
        What `subject_of` takes, or the name of a product or an association, which begins with its
        program, a dash and an id.

    Returns
    -------
    bool
        False for the names of products and of associations.
    """
    try:
        subject_of(pool, name)
    except PoolError:
        word = name.strip().lower().rpartition("/")[2]
        return pool.profile.names.combined_pattern.match(word) is None
    return True


def _filename(pool: Pool, name: str) -> str:
    """Return the file name of the one exposure that has a name or is the source of its file."""
    names = pool.values("filename")
    place = bisect_left(names, name)
    if place < len(names) and names[place] == name:
        return name
    root_of = pool.profile.files.root_of
    root = root_of(name)
    # Names are sorted, so those that begin with the root follow one another.
    near = takewhile(lambda other: other.startswith(root), names[bisect_left(names, root) :])
    matching = [other for other in near if root_of(other) == root]
    if len(matching) == 1:
        return matching[0]
    column = Location(pool.name, column="filename")
    if matching:
        what = f"{name} may be any of {', '.join(matching)}"
        raise PoolError(Problem(what, column, "the whole name of a file"))
    # Similar names usually begin alike, so it is enough to look at the neighbours.
    start = max(place - _MOST_SUGGESTED_FROM // 2, 0)
    advice = did_you_mean(name, names[start : start + _MOST_SUGGESTED_FROM])
    raise PoolError(Problem(f"no exposure is named {name}", column, advice=advice))


def holding(
    associations: Iterable[Association], filename: str, files: FileNames
) -> Iterator[Association]:
    """Find the associations of which an exposure is a member.

    Parameters
    ----------
    associations : iterable of Association
        Associations to look through.
    filename : str
        File name of the exposure.
    files : FileNames
        How the mission names files.

    Yields
    ------
    Association
    """
    # A derived member has no exposure, so an association of products of the exposure is left out.
    exposure = files.exposure_of(filename)
    for association in associations:
        if any(member.exposure == exposure for member in association.members):
            yield association
