"""The groups that an exposure could join, and what they lack, counted."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Literal

import numpy as np

from asnsolve.explanations.answers import UnmetNeed
from asnsolve.expr.nodes import AtMost, Distinct, Exactly, Need, PlainNeed, Within
from asnsolve.interpret.to_text import to_text
from asnsolve.rules.model import Rule
from asnsolve.solvers.fast import fast_groups
from asnsolve.solvers.groups import Groups
from asnsolve.solvers.judgement import Judgement
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.unsolved import OpenKey, open_keys


def groups_around(judgement: Judgement, scoped: ScopedPool, entries: ScopedPool) -> Groups:
    """Find the groups of a rule in the scopes of an exposure, whether they meet its needs or not.

    Parameters
    ----------
    judgement : Judgement
        The judgement of the rule.
    scoped : ScopedPool
        All entries of the program.
    entries : ScopedPool
        The exposure in each of its scopes.

    Returns
    -------
    Groups
        None if a clause refuses the exposure everywhere.
    """
    rule = judgement.rule
    if not judgement.eligible(entries).any():
        return Groups.none()
    without_needs = replace(rule, needs=(), base=replace(rule.base, needs=()))
    scopes = np.zeros_like(judgement.solved_in)
    scopes[entries.entry_scopes] = True
    return fast_groups(scoped, without_needs, judgement.solved_in & scopes)


def keys_left_open(
    rule: Rule, scoped: ScopedPool, entries: ScopedPool, groups: Groups
) -> tuple[OpenKey, ...]:
    """Find the keys for which there are too many groups that an exposure could join.

    Parameters
    ----------
    rule : Rule
        The rule.
    scoped : ScopedPool
        All entries of the program.
    entries : ScopedPool
        The exposure in each of its scopes.
    groups : Groups
        What `groups_around` returns.

    Returns
    -------
    tuple of OpenKey
        Of the first component with the exposure that is left unsolved; empty if all are solved.
    """
    own = (part for part in groups.unsolved if np.isin(part, entries.entries).any())
    return next((open_keys(scoped, rule, part) for part in own), ())


def needs_lacking(
    rule: Rule, scoped: ScopedPool, entries: ScopedPool, groups: Groups
) -> tuple[tuple[Need, UnmetNeed], ...]:
    """Find the needs that are not met in the best group that an exposure could join.

    Parameters
    ----------
    rule : Rule
        The rule.
    scoped : ScopedPool
        All entries of the program.
    entries : ScopedPool
        The exposure in each of its scopes.
    groups : Groups
        What `groups_around` returns.

    Returns
    -------
    tuple of (Need, UnmetNeed)
        Each need with what was found; empty if there is no group with the exposure, or if all
        needs are met.
    """
    roles = rule.member_roles.results()
    found = []
    bounds = [*groups.starts.tolist(), len(groups.entries)]
    for start, end in pairwise(bounds):
        members = groups.entries[start:end]
        if np.isin(members, entries.entries).any():
            own_roles = [roles[role] for role in groups.roles[start:end].tolist()]
            found.append(_lacking(rule, scoped.at(members), own_roles))
    return min(found, key=lambda lacking: (len(lacking), str(lacking)), default=())


def _lacking(
    rule: Rule, members: ScopedPool, roles: list[str]
) -> tuple[tuple[Need, UnmetNeed], ...]:
    """Count what one group lacks."""
    candidate_type = members.scopes[int(members.entry_scopes[0])].candidate_type
    lacking: list[tuple[Need, UnmetNeed]] = []
    for need in rule.all_needs:
        inner = need.need if isinstance(need, Within) else need
        if isinstance(need, Within) and candidate_type not in need.candidate_types:
            continue
        found, counted = _count(inner, members, roles)
        bound = _bound(inner)
        is_met = {
            "at least": found >= inner.count,
            "at most": found <= inner.count,
            "exactly": found == inner.count,
        }
        if not is_met[bound]:
            lacking.append((inner, UnmetNeed(to_text(need), found, inner.count, counted, bound)))
    return tuple(lacking)


def _bound(need: PlainNeed) -> Literal["at least", "at most", "exactly"]:
    match need:
        case AtMost():
            return "at most"
        case Exactly():
            return "exactly"
        case _:
            return "at least"


def _count(need: PlainNeed, members: ScopedPool, roles: list[str]) -> tuple[int, str]:
    """Count what a need asks for; return what it counts, too."""
    if isinstance(need, Distinct):
        values = {
            next(filter(None, (members.value(place, name) for name in need.sources)), None)
            for place in range(len(members))
            if need.role in (None, roles[place])
        }
        of_role = "" if need.role is None else f" of {need.role} members"
        told = f"values of {', else '.join(need.sources).upper()}{of_role}"
        return len(values - {None}), told
    if need.role is None:
        return len(members), "members"
    return roles.count(need.role), f"{need.role} members"
