"""Exposures of one type that satisfy some predicates and escape others: found, or proved absent.

With the exposure type known, most of what rules ask is settled. What is left is propagated, values
that have become alike are joined, and python-constraint looks for an exposure in what remains.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from typing import Final

import numpy as np
from constraint import Problem
from numpy.typing import NDArray

from asnsolve.expr.nodes import Predicate
from asnsolve.proofs.space import Space

__all__ = ["TYPE", "Box", "Slice", "Truth", "cut", "left_of", "slice_of"]

TYPE: Final = "exp_type"

_NOBODY: Final = "nobody"

Table = NDArray[np.bool_]
Truth = tuple[tuple[str, ...], Table]
Box = Mapping[str, frozenset[int]]
"""For each attribute that matters, the numbers of the groups that are inside."""


@dataclass(frozen=True, slots=True)
class Slice:
    """The exposures of one type, as far as something can tell them apart.

    Parameters
    ----------
    exp_type : int
        Class of the exposure type.
    groups : mapping of str to tuple of tuple of int
        For each attribute that matters, its classes, those that behave alike together.
    domains : mapping of str to tuple of int
        For each attribute, the classes that there can be.
    required : tuple of Truth
        What is true of all of them.
    claims : mapping of str to tuple of Truth
        What each claimant asks; claimants that can take nothing are left out.
    facts_left : tuple of Truth
        The same as `required`, over the classes of `domains` instead of groups.
    left : dict of int to (Predicate, Truth)
        What is left of predicates, as far as it was asked for; see `left_of`.
    """

    exp_type: int
    groups: Mapping[str, tuple[tuple[int, ...], ...]]
    domains: Mapping[str, tuple[int, ...]]
    required: tuple[Truth, ...]
    claims: Mapping[str, tuple[Truth, ...]]
    facts_left: tuple[Truth, ...] = ()
    left: dict[int, tuple[Predicate, Truth]] = field(default_factory=dict)
    _grids: dict[str, Table] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Attributes that matter."""
        return tuple(self.groups)

    @property
    def shape(self) -> tuple[int, ...]:
        """How many groups each of them has."""
        return tuple(len(groups) for groups in self.groups.values())

    def admitted(self) -> Table:
        """Tell which combinations of groups there can be."""
        return self._known("", self.required)

    def claimed(self, claimant: str) -> Table:
        """Tell which combinations that there can be a claimant takes."""
        if claimant not in self.claims:
            if _NOBODY not in self._grids:
                self._grids[_NOBODY] = np.zeros(self.shape, dtype=np.bool_)
            return self._grids[_NOBODY]
        return self._known(claimant, (*self.required, *self.claims[claimant]))

    def _known(self, name: str, truths: Iterable[Truth]) -> Table:
        if name not in self._grids:
            whole = np.ones(self.shape, dtype=np.bool_)
            for names, table in truths:
                axes = [self.names.index(one) for one in names]
                shape = [self.shape[at] if at in axes else 1 for at in range(len(self.shape))]
                whole &= table.transpose(np.argsort(axes)).reshape(shape)
            self._grids[name] = whole
        return self._grids[name]

    def unclaimed(
        self, promised: str, by: Iterable[str], outside: Sequence[Box] = ()
    ) -> dict[str, int] | None:
        """Find an exposure of one claimant that no other claims, and that is in none of some boxes.

        Returns
        -------
        dict of str to int, or None
            The group of each attribute; None if python-constraint proves that there is none.
        """
        if promised not in self.claims:
            return None
        problem = Problem()
        problem.addVariable("", [0])
        for name, groups in self.groups.items():
            problem.addVariable(name, list(range(len(groups))))
        for names, table in (*self.required, *self.claims[promised]):
            problem.addConstraint(_holds(table), names)
        for truths in (self.claims[one] for one in by if one in self.claims):
            names = tuple(sorted({name for own, _ in truths for name in own}))
            if not names:
                return None
            problem.addConstraint(_fails(names, truths), names)
        for box in outside:
            bound = {one: inside for one, inside in box.items() if not self._is_free(one, inside)}
            if not bound:
                return None
            problem.addConstraint(_outside(tuple(bound.values())), tuple(bound))
        found = problem.getSolution()
        return None if found is None else {name: found[name] for name in self.names}

    def point(self, places: Table) -> dict[str, int]:
        """Return one of some combinations."""
        first = np.argwhere(places)[0].tolist()
        return dict(zip(self.names, first, strict=True))

    def _is_free(self, name: str, inside: frozenset[int]) -> bool:
        return len(inside) == len(self.groups[name])

    def widened(self, point: Mapping[str, int], allowed: Table) -> Box:
        """Grow a point to a box inside some combinations that no attribute can make larger."""
        inside = [frozenset({point[name]}) for name in self.names]
        for axis, size in enumerate(self.shape):
            for group in range(size):
                wider = [*inside]
                wider[axis] = inside[axis] | {group}
                if allowed[np.ix_(*map(sorted, wider))].all():
                    inside = wider
        return dict(zip(self.names, inside, strict=True))

    def classes_in(self, box: Box) -> dict[str, frozenset[int]]:
        """Return the classes of a box, of the attributes that it binds."""
        return {
            name: frozenset(number for group in inside for number in self.groups[name][group])
            for name, inside in box.items()
            if not self._is_free(name, inside)
        }

    def taken(self, claimant: str) -> dict[str, frozenset[int]]:
        """Return, for each attribute, the classes of which a claimant takes an exposure."""
        if not self._takes(claimant):
            return {}
        return {name: self.taken_of(claimant, name) for name in (*self.domains, TYPE)}

    def _takes(self, claimant: str) -> bool:
        return claimant in self.claims and bool(self.claimed(claimant).any())

    def taken_of(self, claimant: str, name: str) -> frozenset[int]:
        """Return the classes of an attribute of which a claimant takes an exposure."""
        if not self._takes(claimant):
            return frozenset()
        if name == TYPE:
            return frozenset({self.exp_type})
        if name not in self.groups:
            return frozenset(self.domains.get(name, ()))
        places, axis = self.claimed(claimant), self.names.index(name)
        others = tuple(one for one in range(places.ndim) if one != axis)
        groups = np.flatnonzero(places.any(axis=others)).tolist()
        return frozenset(one for group in groups for one in self.groups[name][group])


def _holds(table: Table) -> object:
    return lambda *place: bool(table[place])


def _fails(names: tuple[str, ...], truths: Sequence[Truth]) -> object:
    places = [(tuple(names.index(name) for name in own), table) for own, table in truths]
    return lambda *point: any(not table[tuple(point[at] for at in own)] for own, table in places)


def _outside(inside: Sequence[frozenset[int]]) -> object:
    return lambda *point: any(one not in own for one, own in zip(point, inside, strict=True))


def cut(space: Space, predicate: Predicate, exp_type: int) -> Truth:
    """Return what is left of a predicate where the exposure type is of some class."""
    names, table = space.table(predicate)
    if TYPE in names:
        table = np.take(table, exp_type, axis=names.index(TYPE))
        names = tuple(name for name in names if name != TYPE)
    return names, table


def slice_of(
    space: Space,
    exp_type: int,
    required: Iterable[Predicate],
    claims: Mapping[str, Iterable[Predicate]],
) -> Slice | None:
    """Cut out the exposures of one type.

    Parameters
    ----------
    space : Space
        All exposures.
    exp_type : int
        Class of the type.
    required : iterable of Predicate
        What exposures satisfy.
    claims : mapping of str to iterable of Predicate
        What each claimant asks.

    Returns
    -------
    Slice or None
        None if there are no such exposures.
    """
    needed = [cut(space, predicate, exp_type) for predicate in required]
    domains = _propagated(space, needed)
    if domains is None:
        return None
    left = [_within(domains, truth) for truth in needed]
    if any(not table.any() for _, table in left):
        return None
    left = [truth for truth in left if not truth[1].all()]
    known: dict[int, Truth] = {}
    asked: dict[str, list[Truth]] = {}
    for name, predicates in claims.items():
        truths: list[Truth] = []
        for one in predicates:
            if id(one) not in known:
                known[id(one)] = _within(domains, cut(space, one, exp_type))
            truth = known[id(one)]
            if not truth[1].any():
                break
            if not truth[1].all():
                truths.append(truth)
        else:
            asked[name] = truths
    every = [*left, *(truth for truths in asked.values() for truth in truths)]
    groups = _groups(domains, every)
    return Slice(
        exp_type=exp_type,
        groups={name: groups[name][0] for name in groups},
        domains={name: tuple(np.flatnonzero(mask).tolist()) for name, mask in domains.items()},
        required=tuple(_grouped(groups, truth) for truth in left),
        claims={
            name: tuple(_grouped(groups, truth) for truth in truths)
            for name, truths in asked.items()
        },
        facts_left=tuple(left),
    )


def left_of(space: Space, predicate: Predicate, piece: Slice) -> Truth:
    """Return what is left of a predicate in a slice, over the classes of its domains."""
    if id(predicate) not in piece.left:
        names, table = cut(space, predicate, piece.exp_type)
        if names:
            table = table[np.ix_(*(piece.domains[name] for name in names))]
        piece.left[id(predicate)] = predicate, _shortened(names, table)
    return piece.left[id(predicate)][1]


def _propagated(space: Space, truths: Sequence[Truth]) -> dict[str, Table] | None:
    """Leave of each attribute the classes that every truth has room for; None if none is left."""
    domains = {
        name: np.ones(len(classes), dtype=np.bool_) for name, classes in space.classes.items()
    }
    changed = True
    while changed:
        changed = False
        for names, table in truths:
            if not names:
                if not table.all():
                    return None
                continue
            room = reduce(
                and_, (_spread(domains[name], at, table.ndim) for at, name in enumerate(names))
            )
            open_places = table & room
            for at, name in enumerate(names):
                others = tuple(axis for axis in range(table.ndim) if axis != at)
                left = domains[name] & open_places.any(axis=others)
                if not left.any():
                    return None
                changed |= bool((left != domains[name]).any())
                domains[name] = left
    return domains


def _spread(mask: Table, axis: int, dimensions: int) -> Table:
    return mask.reshape([-1 if at == axis else 1 for at in range(dimensions)])


def _within(domains: Mapping[str, Table], truth: Truth) -> Truth:
    """Leave of a table what domains leave; the places of classes that are left keep their order."""
    names, table = truth
    if names:
        table = table[np.ix_(*(np.flatnonzero(domains[name]) for name in names))]
    return _shortened(names, table)


def _shortened(names: tuple[str, ...], table: Table) -> Truth:
    """Leave out the attributes that make no difference."""
    for axis in reversed(range(table.ndim)):
        rows = np.moveaxis(table, axis, 0)
        if bool((rows == rows[0]).all()):
            table, names = rows[0], names[:axis] + names[axis + 1 :]
    return names, np.asarray(table)


Groups = Mapping[str, tuple[tuple[tuple[int, ...], ...], list[int]]]


def _groups(domains: Mapping[str, Table], truths: Sequence[Truth]) -> Groups:
    """Join the classes of each attribute that no truth tells apart; with a place of each group."""
    found: dict[str, tuple[tuple[tuple[int, ...], ...], list[int]]] = {}
    for name in sorted({name for names, _ in truths for name in names}):
        alike: dict[bytes, list[int]] = {}
        for place in range(int(domains[name].sum())):
            rows = (
                np.take(table, place, axis=names.index(name)).tobytes()
                for names, table in truths
                if name in names
            )
            alike.setdefault(b"|".join(rows), []).append(place)
        classes = np.flatnonzero(domains[name])
        groups = tuple(tuple(classes[places].tolist()) for places in alike.values())
        found[name] = groups, [places[0] for places in alike.values()]
    return found


def _grouped(groups: Groups, truth: Truth) -> Truth:
    names, table = truth
    return names, table[np.ix_(*(groups[name][1] for name in names))] if names else table
