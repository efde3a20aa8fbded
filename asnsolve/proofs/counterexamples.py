"""Counterexamples: exposures of one type that one claimant claims and no other does.

Once the exposure type is fixed, most of what rules ask is decided. What remains is propagated,
values that have become alike are joined into groups, and python-constraint looks for an exposure
or proves that there is none::

    predicates over classes of values       Space.table
        | fix the type                      cut
    tables over the other attributes
        | leave out impossible classes      _propagated, _within
        | leave out attributes that         _without_idle_axes
        |   make no difference
    truths over domains
        | join classes that are alike       _groups, _grouped
    truths over groups                      TypeSlice
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

TYPE: Final = "exp_type"

_NOBODY: Final = "nobody"

Table = NDArray[np.bool_]
Truth = tuple[tuple[str, ...], Table]
"""Attributes, and the truth of a predicate for each combination: one axis per attribute."""

Box = Mapping[str, frozenset[int]]
"""For each attribute that matters, the numbers of the groups that are inside."""


@dataclass(frozen=True, slots=True)
class TypeSlice:
    """The exposures of one type, as far as claimants can tell them apart.

    A *combination* is one group per attribute that matters. Arrays over combinations have the shape
    `shape`: one axis per attribute, in the order of `names`.

    Parameters
    ----------
    exp_type : int
        Class of the exposure type.
    groups : mapping of str to tuple of tuple of int
        For each attribute that matters, groups of its classes that no claimant tells apart.
    domains : mapping of str to tuple of int
        For each attribute, the possible classes, sorted.
    required : tuple of Truth
        What is true of all the exposures, over groups.
    claims : mapping of str to tuple of Truth
        What each claimant asks, over groups; without claimants that can take nothing.
    facts : tuple of Truth
        The same as `required`, over the classes in `domains`.
    """

    exp_type: int
    groups: Mapping[str, tuple[tuple[int, ...], ...]]
    domains: Mapping[str, tuple[int, ...]]
    required: tuple[Truth, ...]
    claims: Mapping[str, tuple[Truth, ...]]
    facts: tuple[Truth, ...] = ()
    _reduced: dict[int, tuple[Predicate, Truth]] = field(default_factory=dict, init=False)
    _tables: dict[str, Table] = field(default_factory=dict, init=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Attributes that matter."""
        return tuple(self.groups)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of groups of each attribute that matters."""
        return tuple(len(groups) for groups in self.groups.values())

    def admitted(self) -> Table:
        """Tell which combinations there can be.

        Returns
        -------
        ndarray of bool, shape ``self.shape``
        """
        return self._known("", self.required)

    def claimed(self, claimant: str) -> Table:
        """Tell which combinations a claimant takes, among those that there can be.

        Parameters
        ----------
        claimant : str
            Name of the claimant.

        Returns
        -------
        ndarray of bool, shape ``self.shape``
            Where it is true, the claimant takes the exposures.
        """
        if claimant not in self.claims:
            if _NOBODY not in self._tables:
                self._tables[_NOBODY] = np.zeros(self.shape, dtype=np.bool_)
            return self._tables[_NOBODY]
        return self._known(claimant, (*self.required, *self.claims[claimant]))

    def _known(self, name: str, truths: Iterable[Truth]) -> Table:
        """Return the table of a claimant, which is made when it is first asked for."""
        if name not in self._tables:
            self._tables[name] = joined(dict(zip(self.names, self.shape, strict=True)), truths)
        return self._tables[name]

    def unclaimed(
        self, promised: str, by: Iterable[str], outside: Sequence[Box] = ()
    ) -> dict[str, int] | None:
        """Find an exposure of one claimant that others do not claim.

        Parameters
        ----------
        promised : str
            The claimant.
        by : iterable of str
            The others.
        outside : sequence of Box
            Boxes in which the exposure must not be.

        Returns
        -------
        dict of str to int, or None
            The group of each attribute; None if python-constraint proves that there is none.
        """
        if promised not in self.claims:
            return None
        problem = Problem()
        # A problem without variables has no solution, so there is always one that is not used.
        problem.addVariable("", [0])
        for name, groups in self.groups.items():
            problem.addVariable(name, list(range(len(groups))))
        for names, table in (*self.required, *self.claims[promised]):
            problem.addConstraint(_holds(table), names)
        for truths in (self.claims[claimant] for claimant in by if claimant in self.claims):
            names = tuple(sorted({name for tested, _ in truths for name in tested}))
            if not names:
                # The claimant asks nothing more of this type: it takes all of it.
                return None
            problem.addConstraint(_fails(names, truths), names)
        for box in outside:
            bounds = {
                name: inside for name, inside in box.items() if not self._is_all(name, inside)
            }
            if not bounds:
                return None
            problem.addConstraint(_outside(tuple(bounds.values())), tuple(bounds))
        solution = problem.getSolution()
        return None if solution is None else {name: solution[name] for name in self.names}

    def point(self, places: Table) -> dict[str, int]:
        """Return the first of some combinations.

        Parameters
        ----------
        places : ndarray of bool, shape ``self.shape``
            The combinations; at least one.

        Returns
        -------
        dict of str to int
            The group of each attribute.
        """
        first = np.argwhere(places)[0].tolist()
        return dict(zip(self.names, first, strict=True))

    def _is_all(self, name: str, inside: frozenset[int]) -> bool:
        return len(inside) == len(self.groups[name])

    def widened(self, point: Mapping[str, int], allowed: Table) -> Box:
        """Grow a point to a box that no attribute can make larger.

        Parameters
        ----------
        point : mapping of str to int
            The group of each attribute.
        allowed : ndarray of bool, shape ``self.shape``
            Combinations that the box may hold; the point is one.

        Returns
        -------
        Box
            A box of allowed combinations, with the point inside.
        """
        inside = [frozenset({point[name]}) for name in self.names]
        # Invariant: every combination in the product of `inside` is allowed.
        for axis, size in enumerate(self.shape):
            for group in range(size):
                wider = [*inside]
                wider[axis] = inside[axis] | {group}
                if allowed[np.ix_(*map(sorted, wider))].all():
                    inside = wider
        return dict(zip(self.names, inside, strict=True))

    def classes_in(self, box: Box) -> dict[str, frozenset[int]]:
        """Return the classes in a box.

        Parameters
        ----------
        box : Box
            The box.

        Returns
        -------
        dict of str to frozenset of int
            For each attribute that it limits.
        """
        return {
            name: frozenset(number for group in inside for number in self.groups[name][group])
            for name, inside in box.items()
            if not self._is_all(name, inside)
        }

    def taken(self, claimant: str) -> dict[str, frozenset[int]]:
        """Return the classes of all attributes that occur in exposures of a claimant.

        Parameters
        ----------
        claimant : str
            Name of the claimant.

        Returns
        -------
        dict of str to frozenset of int
            For each attribute; empty if the claimant takes nothing.
        """
        if not self._takes(claimant):
            return {}
        return {name: self.taken_of(claimant, name) for name in (*self.domains, TYPE)}

    def _takes(self, claimant: str) -> bool:
        return claimant in self.claims and bool(self.claimed(claimant).any())

    def taken_of(self, claimant: str, name: str) -> frozenset[int]:
        """Return the classes of an attribute that occur in exposures of a claimant.

        Parameters
        ----------
        claimant : str
            Name of the claimant.
        name : str
            The attribute.

        Returns
        -------
        frozenset of int
            Empty if the claimant takes nothing.
        """
        if not self._takes(claimant):
            return frozenset()
        if name == TYPE:
            return frozenset({self.exp_type})
        if name not in self.groups:
            # It makes no difference here, so every possible class occurs.
            return frozenset(self.domains.get(name, ()))
        places, axis = self.claimed(claimant), self.names.index(name)
        other_axes = tuple(at for at in range(places.ndim) if at != axis)
        groups = np.flatnonzero(places.any(axis=other_axes)).tolist()
        return frozenset(number for group in groups for number in self.groups[name][group])


def joined(sizes: Mapping[str, int], truths: Iterable[Truth]) -> Table:
    """Tell where all of some truths hold.

    Parameters
    ----------
    sizes : mapping of str to int
        For each attribute, how many places its axis has.
    truths : iterable of Truth
        Tables over some of these attributes.

    Returns
    -------
    ndarray of bool, shape ``tuple(sizes.values())``
        One axis per attribute, in the order of `sizes`.
    """
    order = list(sizes)
    whole = np.ones(tuple(sizes.values()), dtype=np.bool_)
    for names, table in truths:
        # Put the axes of the table in order, then give it an axis of length 1 for each attribute
        # that it does not have: numpy broadcasts along these.
        axes = [order.index(name) for name in names]
        shape = [size if name in names else 1 for name, size in sizes.items()]
        whole &= table.transpose(np.argsort(axes)).reshape(shape)
    return whole


def _holds(table: Table) -> object:
    return lambda *place: bool(table[place])


def _fails(names: tuple[str, ...], truths: Sequence[Truth]) -> object:
    """Return the constraint that not all of some truths hold, over the attributes `names`."""
    places = [(tuple(names.index(name) for name in tested), table) for tested, table in truths]
    return lambda *point: any(not table[tuple(point[at] for at in axes)] for axes, table in places)


def _outside(bounds: Sequence[frozenset[int]]) -> object:
    return lambda *point: any(at not in inside for at, inside in zip(point, bounds, strict=True))


def cut(space: Space, predicate: Predicate, exp_type: int) -> Truth:
    """Tabulate a predicate for exposures of one type.

    Parameters
    ----------
    space : Space
        All exposures.
    predicate : Predicate
        The predicate.
    exp_type : int
        Class of the exposure type.

    Returns
    -------
    Truth
        Over the classes of the other attributes.
    """
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
) -> TypeSlice | None:
    """Cut out the exposures of one type.

    Parameters
    ----------
    space : Space
        All exposures.
    exp_type : int
        Class of the exposure type.
    required : iterable of Predicate
        What is true of every exposure.
    claims : mapping of str to iterable of Predicate
        What each claimant asks.

    Returns
    -------
    TypeSlice or None
        None if there can be no such exposure.
    """
    needed = [cut(space, predicate, exp_type) for predicate in required]
    domains = _propagated(space, needed)
    if domains is None:
        return None
    facts = [_within(domains, truth) for truth in needed]
    if any(not table.any() for _, table in facts):
        return None
    facts = [truth for truth in facts if not truth[1].all()]
    # Claimants share predicates, so each is tabulated once; by identity, as in `Space.table`.
    truth_of: dict[int, Truth] = {}
    asked: dict[str, list[Truth]] = {}
    for claimant, predicates in claims.items():
        truths: list[Truth] = []
        for predicate in predicates:
            if id(predicate) not in truth_of:
                truth_of[id(predicate)] = _within(domains, cut(space, predicate, exp_type))
            truth = truth_of[id(predicate)]
            if not truth[1].any():
                # The claimant takes nothing of this type: it is left out.
                break
            if not truth[1].all():
                truths.append(truth)
        else:
            asked[claimant] = truths
    groups = _groups(domains, [*facts, *(truth for truths in asked.values() for truth in truths)])
    return TypeSlice(
        exp_type=exp_type,
        groups={name: groups[name][0] for name in groups},
        domains={name: tuple(np.flatnonzero(mask).tolist()) for name, mask in domains.items()},
        required=tuple(_grouped(groups, truth) for truth in facts),
        claims={
            claimant: tuple(_grouped(groups, truth) for truth in truths)
            for claimant, truths in asked.items()
        },
        facts=tuple(facts),
    )


def reduced(space: Space, predicate: Predicate, piece: TypeSlice) -> Truth:
    """Tabulate a predicate for a slice.

    Parameters
    ----------
    space : Space
        All exposures.
    predicate : Predicate
        The predicate.
    piece : TypeSlice
        The slice, which keeps the result.

    Returns
    -------
    Truth
        Over the classes in the domains of the slice, without attributes that make no difference.
    """
    if id(predicate) not in piece._reduced:
        names, table = cut(space, predicate, piece.exp_type)
        if names:
            table = table[np.ix_(*(piece.domains[name] for name in names))]
        piece._reduced[id(predicate)] = predicate, _without_idle_axes(names, table)
    return piece._reduced[id(predicate)][1]


def _propagated(space: Space, truths: Sequence[Truth]) -> dict[str, Table] | None:
    """Remove classes that no exposure can have, until none is left to remove.

    Returns a mask over the classes of each attribute; None if there can be no exposure.
    """
    domains = {
        name: np.ones(len(classes), dtype=np.bool_) for name, classes in space.classes.items()
    }
    changed = True
    while changed:
        changed = False
        for names, table in truths:
            if not names:
                # Without attributes, the table is a single truth value.
                if not table.all():
                    return None
                continue
            # `room` is true for the combinations of classes that are all possible still.
            room = reduce(
                and_, (_spread(domains[name], at, table.ndim) for at, name in enumerate(names))
            )
            possible = table & room
            for at, name in enumerate(names):
                others = tuple(axis for axis in range(table.ndim) if axis != at)
                remaining = domains[name] & possible.any(axis=others)
                if not remaining.any():
                    return None
                changed |= bool((remaining != domains[name]).any())
                domains[name] = remaining
    return domains


def _spread(mask: Table, axis: int, dimensions: int) -> Table:
    """Turn a mask of shape (k,) into one axis of an array with axes of length 1 otherwise."""
    return mask.reshape([-1 if at == axis else 1 for at in range(dimensions)])


def _within(domains: Mapping[str, Table], truth: Truth) -> Truth:
    """Restrict a table to the possible classes, which keep their order."""
    names, table = truth
    if names:
        table = table[np.ix_(*(np.flatnonzero(domains[name]) for name in names))]
    return _without_idle_axes(names, table)


def _without_idle_axes(names: tuple[str, ...], table: Table) -> Truth:
    """Remove the axes along which a table is constant."""
    # From the last axis on, so that the numbers of the axes that are still to come stay right.
    for axis in reversed(range(table.ndim)):
        rows = np.moveaxis(table, axis, 0)
        if bool((rows == rows[0]).all()):
            table, names = rows[0], names[:axis] + names[axis + 1 :]
    return names, np.asarray(table)


Groups = Mapping[str, tuple[tuple[tuple[int, ...], ...], list[int]]]


def _groups(domains: Mapping[str, Table], truths: Sequence[Truth]) -> Groups:
    """Join the classes of each attribute that no truth tells apart.

    The value of an attribute holds its groups of classes, and for each group the place of one of
    its classes along the axis of the attribute.
    """
    groups_of: dict[str, tuple[tuple[tuple[int, ...], ...], list[int]]] = {}
    for name in sorted({name for names, _ in truths for name in names}):
        # Two classes are alike if the rows of every table are equal, compared as bytes.
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
        groups_of[name] = groups, [places[0] for places in alike.values()]
    return groups_of


def _grouped(groups: Groups, truth: Truth) -> Truth:
    """Turn a table over classes into one over groups: one place per group stands for all."""
    names, table = truth
    return names, table[np.ix_(*(groups[name][1] for name in names))] if names else table
