"""Slices: the exposures of one type, cut down to what claimants can tell apart.

Once the exposure type is fixed, most of what rules ask is decided. What remains is propagated, and
values that have become alike are joined into groups::

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
from functools import reduce
from operator import and_

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.nodes import Predicate
from asnsolve.proofs.counterexamples import TYPE, Table, Truth, TypeSlice
from asnsolve.proofs.space import Space


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
        table = np.asarray(table.take(exp_type, axis=names.index(TYPE)))
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
    places = {name: np.flatnonzero(mask) for name, mask in domains.items()}
    facts = [_within(places, truth) for truth in needed]
    # Tables have no idle axes, so one without attributes is a single truth value, and one with
    # attributes is true somewhere and false somewhere.
    if any(not names and not table for names, table in facts):
        return None
    facts = [truth for truth in facts if truth[0]]
    # Claimants share predicates, so each is tabulated once; by identity, as in `Space.table`.
    known: dict[int, tuple[Predicate, Truth]] = {}
    asked: dict[str, list[Predicate]] = {}
    for claimant, predicates in claims.items():
        undecided: list[Predicate] = []
        for predicate in predicates:
            if id(predicate) not in known:
                known[id(predicate)] = predicate, _within(places, cut(space, predicate, exp_type))
            names, table = known[id(predicate)][1]
            if names:
                undecided.append(predicate)
            elif not table:
                # The claimant takes nothing of this type: it is left out.
                break
        else:
            asked[claimant] = undecided
    truth_of = {id(each): known[id(each)][1] for parts in asked.values() for each in parts}
    groups = _groups(domains, [*facts, *truth_of.values()])
    grouped = {place: _grouped(groups, truth) for place, truth in truth_of.items()}
    piece = TypeSlice(
        exp_type=exp_type,
        groups={name: groups[name][0] for name in groups},
        domains={name: tuple(inside.tolist()) for name, inside in places.items()},
        required=tuple(_grouped(groups, truth) for truth in facts),
        claims={
            claimant: tuple(grouped[id(each)] for each in parts)
            for claimant, parts in asked.items()
        },
        facts=tuple(facts),
    )
    piece._reduced.update(known)
    return piece


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
        truth = cut(space, predicate, piece.exp_type)
        places = {name: np.array(piece.domains[name], dtype=np.intp) for name in truth[0]}
        piece._reduced[id(predicate)] = predicate, _within(places, truth)
    return piece._reduced[id(predicate)][1]


def _propagated(space: Space, truths: Sequence[Truth]) -> dict[str, Table] | None:
    """Remove classes that no exposure can have, until none is left to remove.

    Returns a mask over the classes of each attribute; None if there can be no exposure.
    """
    domains = {
        name: np.ones(len(classes), dtype=np.bool_) for name, classes in space.classes.items()
    }
    # Without attributes, the table is a single truth value.
    if any(not names and not table for names, table in truths):
        return None
    # A truth removes something only after a domain that it looks at has changed.
    waiting = [truth for truth in truths if truth[0]]
    while waiting:
        changed: set[str] = set()
        for names, table in waiting:
            # `room` is true for the combinations of classes that are all possible still.
            room = reduce(
                and_, (_spread(domains[name], at, table.ndim) for at, name in enumerate(names))
            )
            possible = table & room
            for at, name in enumerate(names):
                others = tuple(axis for axis in range(table.ndim) if axis != at)
                remaining = np.asarray(possible.any(axis=others))
                if not remaining.any():
                    return None
                if (remaining != domains[name]).any():
                    changed.add(name)
                    domains[name] = remaining
        waiting = [truth for truth in truths if not changed.isdisjoint(truth[0])]
    return domains


def _spread(mask: Table, axis: int, dimensions: int) -> Table:
    """Turn a mask of shape (k,) into one axis of an array with axes of length 1 otherwise."""
    return mask.reshape([-1 if at == axis else 1 for at in range(dimensions)])


def _within(places: Mapping[str, NDArray[np.intp]], truth: Truth) -> Truth:
    """Restrict a table to the possible classes of each attribute, which keep their order."""
    names, table = truth
    for axis, name in enumerate(names):
        if len(places[name]) < table.shape[axis]:
            table = table.take(places[name], axis=axis)
    return _without_idle_axes(names, table)


def _without_idle_axes(names: tuple[str, ...], table: Table) -> Truth:
    """Remove the axes along which a table is constant."""
    # From the last axis on, so that the numbers of the axes that are still to come stay right.
    for axis in reversed(range(table.ndim)):
        first = table[(*[slice(None)] * axis, slice(0, 1))]
        if bool((table == first).all()):
            table, names = np.asarray(table.take(0, axis=axis)), names[:axis] + names[axis + 1 :]
    return names, table


Groups = Mapping[str, tuple[tuple[tuple[int, ...], ...], list[int]]]


def _groups(domains: Mapping[str, Table], truths: Sequence[Truth]) -> Groups:
    """Join the classes of each attribute that no truth tells apart.

    The value of an attribute holds its groups of classes, and for each group the place of one of
    its classes along the axis of the attribute.
    """
    groups_of: dict[str, tuple[tuple[tuple[int, ...], ...], list[int]]] = {}
    for name in sorted({name for names, _ in truths for name in names}):
        classes = np.flatnonzero(domains[name])
        # Two classes are alike if their rows of every table, laid end to end, have equal bytes.
        rows = np.hstack(
            [
                np.moveaxis(table, names.index(name), 0).reshape(len(classes), -1)
                for names, table in truths
                if name in names
            ]
        )
        alike: dict[bytes, list[int]] = {}
        for place, row in enumerate(rows):
            alike.setdefault(row.tobytes(), []).append(place)
        groups = tuple(tuple(classes[places].tolist()) for places in alike.values())
        groups_of[name] = groups, [places[0] for places in alike.values()]
    return groups_of


def _grouped(groups: Groups, truth: Truth) -> Truth:
    """Turn a table over classes into one over groups, with one place per group."""
    names, table = truth
    return names, table[np.ix_(*(groups[name][1] for name in names))] if names else table
