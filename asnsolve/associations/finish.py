"""What is done to associations once their members are found: the steps that a rule names.

Each step is a pure function from one association to none, one or several; nothing in it depends on
the order of the pool's rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.nods import Pattern, nod_backgrounds
from asnsolve.expr.build import is_set
from asnsolve.rules.model import Rule
from asnsolve.rules.steps import (
    Attach,
    BestImprints,
    DirectImage,
    Nods,
    SpectraAsBackground,
    Step,
)
from asnsolve.solvers.arrays import combine
from asnsolve.solvers.model import Groups
from asnsolve.solvers.reading import Reading

__all__ = ["Gathered", "finish"]

Ints = NDArray[np.int64]
Action = Callable[["Gathered"], list["Gathered"]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Exposures that were found to belong together, with their roles.

    Parameters
    ----------
    entries : ndarray of int64, shape (m,)
        Exposures that share the rule's keys, as entries of a reading.
    roles : ndarray of int8, shape (m,)
        Their roles, as indices into the words of the rule.
    attached : ndarray of int64, shape (k,)
        Exposures that joined them without binding a key.
    attached_roles : ndarray of int8, shape (k,)
        Their roles.
    direct : int or None
        Entry whose image, catalog and segmentation map are members too.
    spectra : bool
        Whether the spectra of the science members are members too, as background.
    """

    entries: Ints
    roles: NDArray[np.int8]
    attached: Ints
    attached_roles: NDArray[np.int8]
    direct: int | None = None
    spectra: bool = False

    def without(self, gone: NDArray[np.bool_]) -> Gathered:
        """Leave out some of the members, a mask of shape (m,)."""
        return replace(self, entries=self.entries[~gone], roles=self.roles[~gone])


def finish(reading: Reading, rule: Rule, groups: Groups) -> Iterator[Gathered]:
    """Carry out the steps of a rule on the groups that it found."""
    actions = [_action(step, reading, rule) for step in rule.all_steps]
    nobody = np.array([], dtype=np.int64)
    for group in range(len(groups)):
        place = groups.members(group)
        entries, roles = groups.entries[place], groups.roles[place]
        found = [Gathered(entries, roles, nobody, nobody.astype(np.int8))]
        for act in actions:
            found = [changed for one in found for changed in act(one)]
        yield from found


def _action(step: Step, reading: Reading, rule: Rule) -> Action:
    """Make the function that carries out a step; what it asks of the columns is asked here."""
    match step:
        case Attach():
            return _attach(step, reading, rule)
        case BestImprints():
            return _best_imprints(reading, rule)
        case Nods(overlap):
            pattern = Pattern.of(reading)
            return lambda one: [
                replace(one, entries=entries, roles=roles)
                for entries, roles in nod_backgrounds(
                    pattern, rule, overlap, one.entries, one.roles
                )
            ]
        case DirectImage(prefer_long):
            return _direct_image(reading, rule, prefer_long=prefer_long)
        case SpectraAsBackground():
            science = _role(rule, "science")
            return lambda one: [replace(one, spectra=int((one.roles == science).sum()) > 1)]
        case _:
            assert_never(step)


def _role(rule: Rule, word: str) -> int:
    """Return the index of a role, or one that no member has."""
    return rule.words.index(word) if word in rule.words else -1


def _attach(step: Attach, reading: Reading, rule: Rule) -> Action:
    codes = [reading.codes(name) for name in step.shared]
    known = np.logical_and.reduce([code >= 0 for code in codes])
    label = combine([reading.scopes.scopes, *(code + 1 for code in codes)])
    waiting: dict[int, list[int]] = defaultdict(list)
    for entry in np.flatnonzero(reading.mask(step.where) & known).tolist():
        waiting[int(label[entry])].append(entry)
    role = _role(rule, step.role)

    def act(one: Gathered) -> list[Gathered]:
        labels = np.unique(label[one.entries[known[one.entries]]]).tolist()
        members = {*one.entries.tolist(), *one.attached.tolist()}
        joining = [e for at in labels for e in waiting.get(at, ()) if e not in members]
        if not joining:
            return [one]
        return [
            replace(
                one,
                attached=np.append(one.attached, joining),
                attached_roles=np.append(one.attached_roles, np.full(len(joining), role, np.int8)),
            )
        ]

    return act


def _best_imprints(reading: Reading, rule: Rule) -> Action:
    science, imprint = _role(rule, "science"), _role(rule, "imprint")
    in_background = reading.mask(is_set("bkgdtarg"))
    target, point = reading.codes("targetid"), reading.codes("dithptin")

    def act(one: Gathered) -> list[Gathered]:
        subjects = one.entries[one.roles == science]
        fitting = (one.roles == imprint) & (
            in_background[one.entries] == in_background[subjects].any()
        )
        gone = np.zeros(len(one.entries), dtype=np.bool_)
        on_target = fitting & np.isin(target[one.entries], target[subjects])
        if on_target.any():
            gone |= fitting & ~on_target
            fitting = on_target
        at_point = fitting & np.isin(point[one.entries], point[subjects])
        if at_point.any() and fitting.sum() > len(subjects) > 0:
            gone |= fitting & ~at_point
        return [one.without(gone)]

    return act


def _direct_image(reading: Reading, rule: Rule, *, prefer_long: bool) -> Action:
    science, direct = _role(rule, "science"), _role(rule, "direct_image")
    names = reading.values("filename")
    file, number = reading.codes("filename"), reading.numbers("expspcin")

    def merit(entry: int, after: int) -> tuple[bool, int, str]:
        """Say how good a direct image is for a science exposure; the least is the best."""
        name = names[file[entry]]
        if prefer_long:
            return "long" not in name, 0, name
        later = 0 <= after < int(number[entry])
        return not later, int(number[entry]) if later else 0, name

    def content(entry: int) -> tuple[str, ...]:
        """Return all that is said of an image: rows that contradict one another differ in it."""
        return tuple(reading.value(entry, column) or "" for column in reading.pool.columns)

    def act(one: Gathered) -> list[Gathered]:
        images = one.entries[one.roles == direct].tolist()
        subjects = one.entries[one.roles == science]
        if not images or not len(subjects):
            return []
        after = int(number[subjects].max())
        merits = {entry: merit(entry, after) for entry in images}
        least = min(merits.values())
        best = [entry for entry in images if merits[entry] == least]
        return [replace(one.without(one.roles == direct), direct=min(best, key=content))]

    return act
