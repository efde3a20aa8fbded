"""Boxes: sets of exposures in which the values of each attribute do not depend on the others.

A box is what a person can read: "any filter, not a time series".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asnsolve.interpret.to_text import to_text
from asnsolve.proofs.counterexamples import TYPE, Box, TypeSlice
from asnsolve.proofs.findings import Exposure
from asnsolve.proofs.space import Space

Table = NDArray[np.bool_]


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
    """

    says: str
    witness: Exposure


def cover(piece: TypeSlice, wanted: Table, allowed: Table) -> Iterator[WitnessedBox]:
    """Cover some combinations of a slice by maximal boxes.

    Parameters
    ----------
    piece : TypeSlice
        The exposures of one type.
    wanted : ndarray of bool, shape ``piece.shape``
        Combinations to cover.
    allowed : ndarray of bool, shape ``piece.shape``
        Combinations that boxes may hold; all that are wanted are among them.

    Yields
    ------
    WitnessedBox
        Until every wanted combination is in one.
    """
    # A slice without attributes has shape (): `wanted` is then a single truth value, which the
    # only box, an empty mapping, covers. The copy keeps the caller's array as it is.
    uncovered = np.array(wanted)
    while uncovered.any():
        point = piece.point(uncovered)
        box = piece.widened(point, allowed)
        uncovered[np.ix_(*(sorted(inside) for inside in box.values()))] = False
        yield WitnessedBox(piece, box, point)


def regions(space: Space, boxes: Iterable[WitnessedBox]) -> list[Region]:
    """Describe boxes in English, with boxes that differ only in the exposure type as one.

    Parameters
    ----------
    space : Space
        All exposures.
    boxes : iterable of WitnessedBox
        The boxes.

    Returns
    -------
    list of Region
        In the order of their first boxes.
    """
    boxes_of: dict[str, list[WitnessedBox]] = {}
    for box in boxes:
        boxes_of.setdefault(_bounds(space, box.piece, box.box), []).append(box)
    described: list[Region] = []
    for bounds, equal in boxes_of.items():
        types = {box.piece.exp_type for box in equal}
        parts = [_values(space, TYPE, types)] if TYPE in space.classes else []
        parts += [bounds] if bounds else []
        witness = sample(space, equal[0].piece, equal[0].point)
        described.append(Region("; ".join(parts), witness))
    return described


def _bounds(space: Space, piece: TypeSlice, box: Box) -> str:
    inside = piece.classes_in(box)
    return "; ".join(_values(space, name, inside[name]) for name in sorted(inside))


def _values(space: Space, name: str, classes: Iterable[int]) -> str:
    return to_text(space.where(name, classes))


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
