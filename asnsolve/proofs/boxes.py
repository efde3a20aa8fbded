"""Boxes: sets of exposures in which the values of each attribute do not depend on the others.

A box is what a person can read: "any filter, not a time series".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np

from asnsolve.interpret.to_text import to_text
from asnsolve.proofs.claims import Claims
from asnsolve.proofs.counterexamples import TYPE, Box, Table, TypeSlice
from asnsolve.proofs.findings import Exposure
from asnsolve.proofs.space import Space

_MUCH: Final = 8
"""How many characters must be saved to say something in the less direct way."""


@dataclass(frozen=True, slots=True)
class WitnessedBox:
    """A box with an exposure in it that there can be.

    Parameters
    ----------
    piece : TypeSlice
        The exposures of one type.
    box : Box
        Some of them; it may hold combinations that there cannot be.
    point : mapping of str to int
        The group of each attribute in an exposure of the box that there can be.
    """

    piece: TypeSlice
    box: Box
    point: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Region:
    """Boxes of several exposure types that are equal in everything else.

    Parameters
    ----------
    says : str
        Which exposures are inside, in English.
    witness : mapping of str to str or None
        One of these exposures.
    matters : tuple of str
        The attributes that say whether an exposure is inside; others may have any value.
    """

    says: str
    witness: Exposure
    matters: tuple[str, ...] = ()


def cover(piece: TypeSlice, wanted: Table) -> Iterator[WitnessedBox]:
    """Cover some combinations of a slice by maximal boxes.

    Boxes may hold combinations that there cannot be, because they are shorter to say then.

    Parameters
    ----------
    piece : TypeSlice
        The exposures of one type.
    wanted : ndarray of bool, shape ``piece.shape``
        Combinations to cover.

    Yields
    ------
    WitnessedBox
        Until every wanted combination is in one.
    """
    # A slice without attributes has shape (): `wanted` is then a single truth value, which the
    # only box, an empty mapping, covers. The copy keeps the caller's array as it is.
    uncovered, allowed = np.array(wanted), wanted | ~piece.admitted()
    while uncovered.any():
        point = piece.point(uncovered)
        box = piece.widened(point, allowed)
        uncovered[np.ix_(*(sorted(inside) for inside in box.values()))] = False
        yield WitnessedBox(piece, box, point)


def regions(claims: Claims, boxes: Iterable[WitnessedBox]) -> list[Region]:
    """Describe boxes in English, with boxes that differ only in the exposure type as one.

    Parameters
    ----------
    claims : Claims
        The rules, and the exposures that there can be.
    boxes : iterable of WitnessedBox
        The boxes.

    Returns
    -------
    list of Region
        In the order of their first boxes.
    """
    boxes_of: dict[str, list[WitnessedBox]] = {}
    for box in boxes:
        boxes_of.setdefault(_bounds(claims, box.piece, box.box), []).append(box)
    described: list[Region] = []
    for bounds, equal in boxes_of.items():
        types = {box.piece.exp_type for box in equal}
        has_type = TYPE in claims.space.classes
        parts = [_values(claims, TYPE, types)] if has_type else []
        parts += [bounds] if bounds else []
        first = equal[0]
        described.append(
            Region(
                says="; ".join(parts),
                witness=sample(claims.space, first.piece, first.point),
                matters=(*([TYPE] if has_type else []), *first.piece.classes_in(first.box)),
            )
        )
    return described


def difference(claims: Claims, more: Sequence[str], less: Sequence[str]) -> list[Region]:
    """Find the exposures that all of some claimants take, and not all of others.

    Parameters
    ----------
    claims : Claims
        The claimants.
    more, less : sequence of str
        Their names.

    Returns
    -------
    list of Region
        Empty if there are none.
    """
    return regions(
        claims,
        (
            box
            for piece in claims.slices
            for box in cover(piece, _all_of(piece, more) & ~_all_of(piece, less))
        ),
    )


def taken(claims: Claims, claimant: str) -> list[Region]:
    """Describe the exposures that a claimant takes.

    Parameters
    ----------
    claims : Claims
        The claimants.
    claimant : str
        Name of the claimant.

    Returns
    -------
    list of Region
        Empty if it takes nothing.
    """
    covered = (cover(piece, piece.claimed(claimant)) for piece in claims.slices)
    return regions(claims, chain.from_iterable(covered))


def _all_of(piece: TypeSlice, claimants: Sequence[str]) -> Table:
    """Tell which combinations all of some claimants take; shape ``piece.shape``."""
    whole = np.ones(piece.shape, dtype=np.bool_)
    for name in claimants:
        whole &= piece.claimed(name)
    return whole


def _bounds(claims: Claims, piece: TypeSlice, box: Box) -> str:
    """Say which values a box admits, attribute by attribute."""
    texts: list[str] = []
    for name, inside in sorted(piece.classes_in(box).items()):
        impossible = set(range(len(claims.space.classes[name]))) - set(piece.domains[name])
        text = _values(claims, name, inside)
        # Values that the exposures cannot have are included if that is much shorter to say.
        if impossible and len(text) > _MUCH:
            wider = _values(claims, name, inside | impossible)
            text = wider if len(wider) + _MUCH < len(text) else text
        texts.append(text)
    return "; ".join(texts)


def _values(claims: Claims, name: str, classes: Iterable[int]) -> str:
    """Say that an attribute has a value in some classes, by a name for them if there is one."""
    named = claims.named_values.get((name, frozenset(classes)))
    return to_text(claims.space.where(name, classes) if named is None else named)


def sample(space: Space, piece: TypeSlice, point: Mapping[str, int]) -> Exposure:
    """Return an exposure of a combination.

    Parameters
    ----------
    space : Space
        All exposures.
    piece : TypeSlice
        The exposures of one type.
    point : mapping of str to int
        The group of each attribute that matters.

    Returns
    -------
    mapping of str to str or None
        The exposure. Attributes that do not matter are not set, if that is possible.
    """
    exposure: dict[str, str | None] = {}
    for name, classes in space.classes.items():
        if name == TYPE:
            number = piece.exp_type
        elif name in point:
            number = piece.groups[name][point[name]][0]
        else:
            # Class 0 is "not set", and domains are sorted.
            number = piece.domains[name][0]
        exposure[name] = classes[number].sample
    return exposure
