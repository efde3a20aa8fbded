"""Texts of many associations as codes into the few, or many, texts that there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asnsolve.pool.texts import Texts
from asnsolve.solvers.arrays import combine

__all__ = ["Coded", "Taken", "derived", "taken"]

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Taken:
    """The values that the members of associations have for an attribute.

    Parameters
    ----------
    codes : ndarray of int64, shape (g,)
        The one value of each association, as an index into `values`; -1: none; beyond them: an
        index into `several`.
    values : sequence of str
        The values.
    several : tuple of tuple of str
        Values, sorted, of associations that have more than one.
    """

    codes: Ints
    values: Sequence[str]
    several: tuple[tuple[str, ...], ...] = ()

    def at(self, code: int) -> tuple[str, ...]:
        """Return the values that a code stands for."""
        if code < 0:
            return ()
        if code < len(self.values):
            return (self.values[code],)
        return self.several[code - len(self.values)]


@dataclass(frozen=True, slots=True)
class Coded:
    """A text of each association.

    Parameters
    ----------
    codes : ndarray of int64, shape (g,)
        Index into `table`.
    table : Texts
        The texts.
    """

    codes: Ints
    table: Texts

    @classmethod
    def one(cls, text: str, count: int) -> Coded:
        """Say the same of some associations."""
        return cls(np.zeros(count, dtype=np.int64), Texts.of([text]))

    def texts(self, places: Ints) -> Texts:
        """Return the texts of some associations."""
        return self.table.take(self.codes[places])


def taken(codes: NDArray[np.int32], values: Sequence[str], groups: Ints, count: int) -> Taken:
    """Find the values that the members of associations have.

    Parameters
    ----------
    codes : ndarray of int32, shape (m,)
        Value of each member, as an index into `values`; -1: none.
    values : sequence of str
        The values, sorted.
    groups : ndarray of int64, shape (m,)
        Association of each member.
    count : int
        Number of associations.
    """
    known = codes >= 0
    given, groups = codes[known].astype(np.int64), groups[known]
    found = np.full(count, -1, dtype=np.int64)
    found[groups] = given
    mixed = np.unique(groups[found[groups] != given])
    if not len(mixed):
        return Taken(found, values)
    place = np.full(count, -1, dtype=np.int64)
    place[mixed] = np.arange(len(mixed))
    inside = place[groups] >= 0
    width = len(values)
    pairs = np.unique(place[groups[inside]] * width + given[inside])
    cuts = np.flatnonzero(np.diff(pairs // width)) + 1
    lists: dict[tuple[int, ...], int] = {}
    for at, part in zip(mixed.tolist(), np.split(pairs % width, cuts), strict=True):
        found[at] = width + lists.setdefault(tuple(part.tolist()), len(lists))
    return Taken(found, values, tuple(tuple(values[code] for code in part) for part in lists))


def derived(parts: Sequence[Taken], count: int, text: Callable[..., str]) -> Coded:
    """Make a text of the values of each association, once for each combination of them.

    Parameters
    ----------
    parts : sequence of Taken
        What the text is made of.
    count : int
        Number of associations.
    text : callable
        Takes a tuple of values for each of the parts.
    """
    if not parts or not count:
        return Coded.one(text(*(() for _ in parts)), count)
    combined = combine([part.codes + 1 for part in parts])
    sample = np.zeros(int(combined.max()) + 1, dtype=np.int64)
    sample[combined] = np.arange(count)
    chosen = [part.codes[sample].tolist() for part in parts]
    said = [
        text(*(part.at(code) for part, code in zip(parts, codes, strict=True)))
        for codes in zip(*chosen, strict=True)
    ]
    return Coded(combined, Texts.of(said))
