"""Programs with their rules, each solved and judged once."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from asnsolve.associations.solution import Solution
from asnsolve.explanations.subject import Subject
from asnsolve.pipeline import solve_task
from asnsolve.pool.table import Pool
from asnsolve.rules.rule import RuleSet
from asnsolve.solvers.judgement import Judgement, judge
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.task import Task

__all__ = ["Programs", "SolvedProgram"]


@dataclass(frozen=True, slots=True)
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

    @classmethod
    def of(cls, pool: Pool, rules: RuleSet) -> SolvedProgram:
        """Solve a program and judge it.

        Parameters
        ----------
        pool : Pool
            The exposures of the program.
        rules : RuleSet
            The rules.

        Returns
        -------
        SolvedProgram
        """
        task = Task.of(pool, rules)
        return cls(task, solve_task(task), judge(task))

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
            self._solved[subject.program] = SolvedProgram.of(subject.pool, self.rules)
        return self._solved[subject.program]
