"""Components that are left unsolved because they have too many maximal sets, and why they have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from asnsolve.errors import Location, Problem
from asnsolve.expr.nodes import Same, Spread
from asnsolve.interpret.to_mask import OPEN
from asnsolve.rules.model import Rule
from asnsolve.rules.rule_set import rule_key
from asnsolve.solvers.arrays import Ints
from asnsolve.solvers.key_numbers import KeyNumbers
from asnsolve.solvers.maximal_sets import bounds_of
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.scopes import Scope
from asnsolve.solvers.task import Task

_MOST_NAMES = 2


@dataclass(frozen=True, slots=True)
class OpenKey:
    """A key that some exposures of a component leave open, or whose windows overlap.

    Parameters
    ----------
    attributes : str
        Its attributes, such as ``FILTER`` or ``PUPIL or FILTER``.
    filenames : tuple of str
        The exposures that leave it open, sorted; none if its windows overlap.
    """

    attributes: str
    filenames: tuple[str, ...]

    def __str__(self) -> str:
        """Name the key, a few exposures, and how many there are."""
        count = len(self.filenames)
        if not count:
            return f"windows of {self.attributes} overlap"
        named = ", ".join(self.filenames[:_MOST_NAMES])
        more = f" and {count - _MOST_NAMES} more" if count > _MOST_NAMES else ""
        leave = "leaves" if count == 1 else "leave"
        return f"{count} {leave} {self.attributes} open ({named}{more})"


def open_keys(scoped: ScopedPool, rule: Rule, component: Ints) -> tuple[OpenKey, ...]:
    """Find the keys that make the sets of a component many.

    Parameters
    ----------
    scoped : ScopedPool
        All entries.
    rule : Rule
        The rule.
    component : ndarray of int64, shape (n,)
        Entries of a component.

    Returns
    -------
    tuple of OpenKey
        The keys that have several values and that some entries leave open, and those whose windows
        overlap, in the order of the rule.
    """
    entries = scoped.at(component)
    names = entries.values("filename")
    codes = entries.codes("filename")
    found = []
    for _, key in rule.keys:
        offered = entries.offers(rule, key).offered
        is_open = offered == OPEN
        if is_open.any() and len(np.unique(offered[~is_open])) > 1:
            filenames = sorted({names[code] for code in codes[is_open].tolist()})
            found.append(OpenKey(_attributes(key), tuple(filenames)))
    everyone = np.zeros(len(component), dtype=np.int64)
    for _, measured in rule.measured_keys:
        numbers = KeyNumbers.of(measured, entries.numbers_for(rule, measured))
        is_open = numbers.is_open
        if (is_open.any() or isinstance(measured, Spread)) and not numbers.fits(everyone)[0]:
            filenames = sorted({names[code] for code in codes[is_open].tolist()})
            columns = " and ".join(map(str.upper, measured.sources))
            found.append(OpenKey(columns, tuple(filenames)))
    return tuple(found)


def _attributes(key: Same) -> str:
    return " or ".join(map(str.upper, key.sources))


def unsolved_problems(task: Task, unsolved: Sequence[Sequence[Ints]]) -> tuple[Problem, ...]:
    """Report the components that are left unsolved.

    Parameters
    ----------
    task : Task
        The exposures and the rules.
    unsolved : sequence of sequences of ndarray of int64
        For each rule, the entries of each component that it leaves unsolved.

    Returns
    -------
    tuple of Problem
        One for the same exposures under the same rule, in whatever scopes; sorted.
    """
    scopes, found = task.scoped.scopes, []
    for rule, components in zip(task.rules, unsolved, strict=True):
        # Components of the same exposures: often a candidate and the program that has no other.
        alike: dict[tuple[int, ...], list[Ints]] = defaultdict(list)
        for component in components:
            alike[tuple(sorted(scopes.entry_rows[component].tolist()))].append(component)
        for same in alike.values():
            within = [scopes[int(scopes.entry_scopes[component[0]])] for component in same]
            found.append(_problem(task.scoped, rule, same[0], within))
    return tuple(sorted(found, key=str))


def _problem(scoped: ScopedPool, rule: Rule, component: Ints, within: Sequence[Scope]) -> Problem:
    entries = scoped.at(component)
    keys = open_keys(scoped, rule, component)
    opened = ", ".join(map(str, keys))
    what = (
        f"the {len(component)} exposures {_scopes_text(within)} are not associated, because they "
        f"fit together in too many ways: {opened}"
    )
    where = Location(
        scoped.pool.name,
        rule=rule_key(rule),
        program=scoped.pool.profile.names.program_text(entries.value(0, "program") or "0"),
    )
    return Problem(what, where, bounds_text(scoped, component), advice(keys))


def bounds_text(scoped: ScopedPool, component: Ints) -> str:
    """Say what a component may have at most.

    Parameters
    ----------
    scoped : ScopedPool
        All entries.
    component : ndarray of int64, shape (n,)
        Entries of a component.

    Returns
    -------
    str
        As "at most 1,000 maximal sets with 50,000 members in all", and how many candidates share
        these numbers, if several do.
    """
    shared_by = int(scoped.scopes.candidate_counts()[component].max())
    most_sets, most_members = bounds_of(len(component), shared_by)
    share = f", since its exposures are in up to {shared_by} candidates" if shared_by > 1 else ""
    return f"at most {most_sets:,} maximal sets with {most_members:,} members in all{share}"


def advice(keys: Sequence[OpenKey]) -> str:
    """Say what can be done about a component that is left unsolved.

    Parameters
    ----------
    keys : sequence of OpenKey
        The keys that its exposures leave open.

    Returns
    -------
    str
        A sentence.
    """
    named = ", ".join(key.attributes for key in keys if key.filenames)
    if not named:
        return "Leave out exposures that do not belong together, or use a rule of wider windows."
    return (
        f"Give the exposures the values of {named} that they lack, leave out exposures that do not "
        "belong together, or use a rule that does not leave these keys open."
    )


def _scopes_text(within: Sequence[Scope]) -> str:
    """Say in which scopes a component is: candidates by id, and the program as a whole."""
    ids = sorted(scope.candidate[0] for scope in within if scope.candidate is not None)
    parts = list(_cut(ids))
    if any(scope.is_pool for scope in within):
        parts.append("of the whole pool")
    elif len(ids) < len(within):
        parts.append("of the whole program")
    return " and ".join(parts)


def _cut(ids: Sequence[str]) -> Iterator[str]:
    """Name a few candidates, and say how many there are."""
    if len(ids) == 1:
        yield f"of candidate {ids[0]}"
    elif ids:
        more = f" and {len(ids) - _MOST_NAMES} more" if len(ids) > _MOST_NAMES else ""
        yield f"of candidates {', '.join(ids[:_MOST_NAMES])}{more}"
