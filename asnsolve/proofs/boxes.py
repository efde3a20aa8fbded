"""Sets of exposures in words: boxes, in which every attribute is free of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asnsolve.interpret.to_text import to_text
from asnsolve.proofs.counterexamples import TYPE, Box, Slice
from asnsolve.proofs.findings import Exposure
from asnsolve.proofs.space import OTHER, Space

__all__ = ["Found", "Region", "cover", "regions", "sample"]

Table = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Found:
    """A box, and an exposure in it.

    Parameters
    ----------
    piece : Slice
        The exposures of a type.
    box : Box
        Some of them; it may hold combinations that there cannot be.
    point : mapping of str to int
        Groups of one that there can be.
    """

    piece: Slice
    box: Box
    point: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Region:
    """Boxes of several exposure types that are alike in everything else.

    Parameters
    ----------
    says : str
        Which exposures are inside, in English.
    witness : mapping of str to str or None
        One of them.
    """

    says: str
    witness: Exposure


def cover(piece: Slice, wanted: Table, allowed: Table) -> Iterator[Found]:
    """Cover some combinations by maximal boxes that stay inside others."""
    # Where no attribute makes a difference, what is wanted is a single truth.
    left = np.array(wanted)
    while left.any():
        point = piece.point(left)
        box = piece.widened(point, allowed)
        left[np.ix_(*(sorted(inside) for inside in box.values()))] = False
        yield Found(piece, box, point)


def regions(space: Space, boxes: Iterable[Found]) -> list[Region]:
    """Say boxes in words; those that differ in the exposure type alone are said once."""
    alike: dict[str, list[Found]] = {}
    for one in boxes:
        alike.setdefault(_bounds(space, one.piece, one.box), []).append(one)
    found: list[Region] = []
    for bounds, together in alike.items():
        types = {one.piece.exp_type for one in together}
        parts = [_values(space, TYPE, types)] if TYPE in space.classes else []
        parts += [bounds] if bounds else []
        first = together[0]
        found.append(Region("; ".join(parts), sample(space, first.piece, first.point)))
    return found


def _bounds(space: Space, piece: Slice, box: Box) -> str:
    inside = piece.classes_in(box)
    return "; ".join(_values(space, name, inside[name]) for name in sorted(inside))


def _values(space: Space, name: str, classes: Iterable[int]) -> str:
    return to_text(space.values(name, classes).predicate((name,)))


def sample(space: Space, piece: Slice, point: Mapping[str, int]) -> Exposure:
    """Return an exposure of a combination; what makes no difference is not set where it may be."""
    found: dict[str, str | None] = {}
    for name, classes in space.classes.items():
        if name == TYPE:
            number = piece.exp_type
        elif name in point:
            number = piece.groups[name][point[name]][0]
        else:
            number = piece.domains[name][0]
        chosen = classes[number].sample
        found[name] = f"{OTHER}-{name}" if chosen == OTHER else chosen
    return found
