"""Counterexamples: exposures of one type that one claimant claims and no other does.

Whatever claimants tell apart about the exposures of a type is a `TypeSlice`, which
`asnsolve.proofs.slicing` makes. python-constraint looks for an exposure in it, or proves that there
is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from constraint import Problem
from numpy.typing import NDArray

from asnsolve.expr.nodes import Predicate

TYPE: Final = "exp_type"

# Tables that are not of a claimant; no rule, role, promise or gap is called this.
_NOBODY: Final = "nobody"
_ANYTHING: Final = "anything"

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
        if _ANYTHING not in self._tables:
            self._tables[_ANYTHING] = self._joined(self.required)
        return self._tables[_ANYTHING]

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
        if claimant not in self._tables:
            self._tables[claimant] = self.admitted() & self._joined(self.claims[claimant])
        return self._tables[claimant]

    def _joined(self, truths: Iterable[Truth]) -> Table:
        """Tell which combinations all of some truths admit."""
        return joined(dict(zip(self.names, self.shape, strict=True)), truths)

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
        first = np.unravel_index(int(places.argmax()), places.shape)
        return dict(zip(self.names, map(int, first), strict=True))

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
        box: dict[str, frozenset[int]] = {}
        # Invariant: `room` has one axis for each attribute that is not in the box yet. It is true
        # where every combination with the groups that are in the box is allowed. The point is one
        # such place: each axis is widened beside the point, before the next one.
        room = allowed
        names = self.names
        for at, name in enumerate(names, start=1):
            line: tuple[slice | int, ...] = (slice(None), *(point[later] for later in names[at:]))
            inside = np.flatnonzero(room[line])
            room = np.asarray(room[inside].all(axis=0))
            box[name] = frozenset(inside.tolist())
        return box

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
        if claimant not in self.claims or not self.claimed(claimant).any():
            return {}
        places = self.claimed(claimant)
        # Where an attribute makes no difference, every possible class occurs.
        taken = {name: frozenset(classes) for name, classes in self.domains.items()}
        for axis, (name, classes_of) in enumerate(self.groups.items()):
            other_axes = tuple(at for at in range(places.ndim) if at != axis)
            groups = np.flatnonzero(places.any(axis=other_axes)).tolist()
            taken[name] = frozenset(number for group in groups for number in classes_of[group])
        return {**taken, TYPE: frozenset({self.exp_type})}


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
