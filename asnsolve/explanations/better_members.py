"""Why a step leaves an exposure out: how good it is, and which members it keeps instead."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from asnsolve.associations.association import Match
from asnsolve.associations.finishing_steps import carry_out_steps
from asnsolve.associations.match_table import MatchTable
from asnsolve.explanations.answers import LeftOut
from asnsolve.rules.model import Rule
from asnsolve.rules.steps import Best, Step
from asnsolve.solvers.groups import Groups
from asnsolve.solvers.scoped_pool import ScopedPool


def left_out(
    rule: Rule, role: str, scoped: ScopedPool, entries: ScopedPool, groups: Groups
) -> LeftOut | None:
    """Compare an exposure with the members that a step keeps as the best ones.

    Parameters
    ----------
    rule : Rule
        The rule.
    role : str
        Role that it gives to the exposure.
    scoped : ScopedPool
        All entries of the program.
    entries : ScopedPool
        The exposure in each of its scopes.
    groups : Groups
        What `asnsolve.explanations.unmet_needs.groups_around` returns.

    Returns
    -------
    LeftOut or None
        None if no step ranks the exposure.
    """
    steps = [step for step in rule.all_steps if isinstance(step, Best) and step.role == role]
    bounds = [*groups.starts.tolist(), len(groups.entries)]
    for start, end in pairwise(bounds if steps else ()):
        part = slice(start, end)
        if np.isin(groups.entries[part], entries.entries).any():
            group = Groups(groups.entries[part], np.zeros(1, dtype=np.int64), groups.roles[part])
            own = _matches(_without_limits(rule, role, end - start), role, scoped, group)
            names = {scoped.pool.exposures[code] for code in entries.codes("filename").tolist()}
            found = next((match for name, match in own if name in names), None)
            if found is not None:
                kept = _matches(rule, role, scoped, group)
                return LeftOut(found, steps[-1].at_most, tuple(kept))
    return None


def _without_limits(rule: Rule, role: str, most: int) -> Rule:
    """Let the steps of a rule rank all members of a role, and leave out none."""

    def changed(step: Step) -> Step:
        if isinstance(step, Best) and step.role == role:
            return replace(step, at_most=most, within=None, otherwise=True)
        return step

    base = replace(rule.base, steps=tuple(map(changed, rule.base.steps)))
    return replace(rule, base=base, steps=tuple(map(changed, rule.steps)))


def _matches(rule: Rule, role: str, scoped: ScopedPool, group: Groups) -> list[tuple[str, Match]]:
    """List the members that the steps of a rule keep of a role, by name, with how good each is."""
    memberships = carry_out_steps(scoped, rule, group)
    table = MatchTable.of([memberships])
    of_role = memberships.entries[memberships.roles == rule.all_roles.index(role)]
    places = np.flatnonzero(np.isin(table.entries, of_role))
    codes = scoped.at(table.entries[places]).codes("filename").tolist()
    names = map(scoped.pool.exposures.__getitem__, codes)
    # Steps may make several associations of one; keep the first match of each exposure.
    best: dict[str, Match] = {}
    for name, match in zip(names, table.objects(rule, scoped, places), strict=True):
        best.setdefault(name, match)
    return sorted(best.items())
