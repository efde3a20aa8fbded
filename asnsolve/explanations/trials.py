"""Try out changes of a pool, to see whether an exposure is in an association then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from asnsolve.explanations.answers import Remedy
from asnsolve.explanations.programs import Subject, holding
from asnsolve.pipeline import solve
from asnsolve.pool.table import Pool
from asnsolve.profiles import FileNames
from asnsolve.rules.model import Rule
from asnsolve.rules.rule_set import RuleSet

ADDED = "added"
"""Goes into the name of an exposure that is added, to set it apart."""


@dataclass(frozen=True)
class Trials:
    """The program of an exposure, ready to be solved with changes.

    Parameters
    ----------
    subject : Subject
        The exposure in its program.
    rules : RuleSet
        All rules.
    """

    subject: Subject
    rules: RuleSet

    @cached_property
    def _columns(self) -> Mapping[str, list[str]]:
        """The cells of the program, column by column."""
        pool = self.subject.pool
        return {
            # The last text is for cells that are not set, whose code is -1.
            name: np.array([*pool.values(name), ""], dtype=object)[pool.codes(name)].tolist()
            for name in pool.columns
        }

    def pool(self, remedy: Remedy) -> Pool:
        """Return the program with a change.

        Parameters
        ----------
        remedy : Remedy
            The change.

        Returns
        -------
        Pool
        """
        filename = self.subject.filename
        rows = [n for n, name in enumerate(self._columns["filename"]) if name == filename]
        changes = {change.attribute: change.value or "" for change in remedy.changes}
        columns = {name: list(cells) for name, cells in self._columns.items()}
        count = len(columns["filename"])
        for name in changes:
            columns.setdefault(name, [""] * count)
        if remedy.added_role is not None:
            changes["filename"] = added_name(filename, self.subject.pool.profile.files)
            for name, cells in columns.items():
                cells.append(changes.get(name, cells[rows[0]]))
        else:
            for name, value in changes.items():
                for row in rows:
                    columns[name][row] = value
        pool = self.subject.pool
        return Pool(columns, name=pool.name, profile=pool.profile)

    def works(
        self, remedy: Remedy, level: int, rule: Rule | None = None, *, by_rule: bool = False
    ) -> bool:
        """Tell whether a change lets the exposure into an association.

        Parameters
        ----------
        remedy : Remedy
            The change.
        level : int
            Level of the association.
        rule : Rule, optional
            The rule that is expected to take it, which is solved first to save time.
        by_rule : bool
            Whether the association has to be one of this rule, and not just of the level.

        Returns
        -------
        bool
        """
        changed, filename = self.pool(remedy), self.subject.filename
        files = changed.profile.files
        if rule is not None:
            # The set of this rule alone keeps the columns that the rules may name.
            alone = replace(self.rules, rules=(rule,))
            if not any(holding(solve(changed, alone), filename, files)):
                return False
        # Another rule of the level may drop what the rule makes.
        solution = solve(changed, self.rules.of_level(level))
        found = {association.rule for association in holding(solution, filename, files)}
        return rule.name in found if by_rule and rule is not None else bool(found)


def added_name(filename: str, files: FileNames) -> str:
    """Name an exposure that is a copy of another one.

    Parameters
    ----------
    filename : str
        File name of the other one.
    files : FileNames
        How the mission names files.

    Returns
    -------
    str
        A name that differs in the part that names the exposure.
    """
    root = files.root_of(filename)
    return f"{root}{ADDED}{filename[len(root) :]}"
