"""Nods: each science exposure of a pattern has the others as its background.

Two exposures of a pattern *overlap* where the light of the source falls on one place of the
detector in both; the one is then no background of the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.build import one_of
from asnsolve.rules.model import Rule
from asnsolve.rules.steps import Overlap
from asnsolve.solvers.reading import Reading

__all__ = ["Pattern", "nod_backgrounds"]

Ints = NDArray[np.int64]
Roles = NDArray[np.int8]
Mask = NDArray[np.bool_]

_WIDE_POINTS = 5


@dataclass(frozen=True, slots=True)
class Pattern:
    """Where exposures stand in their dither patterns; each array has shape (entries,).

    Parameters
    ----------
    number : ndarray of int64
        Number in the pattern, -1 where it is not known.
    points : ndarray of int64
        Points of the pattern, -1 where they are not known.
    subpixel : ndarray of int64
        Sub-pixel points of each primary point, not above 0 where they are not known.
    target : ndarray of int32
        Code of the target.
    in_slit, wide : ndarray of bool
        Whether it is a fixed-slit exposure, and through the widest slit.
    """

    number: Ints
    points: Ints
    subpixel: Ints
    target: NDArray[np.int32]
    in_slit: Mask
    wide: Mask

    @classmethod
    def of(cls, reading: Reading) -> Pattern:
        """Read the patterns of all entries."""
        subpixel = reading.numbers("subpxpts")
        return cls(
            number=reading.numbers("patt_num"),
            points=reading.numbers("numdthpt"),
            subpixel=np.where(subpixel < 0, reading.numbers("subpxpns"), subpixel),
            target=reading.codes("targetid"),
            in_slit=reading.mask(one_of("exp_type", "nrs_fixedslit")),
            wide=reading.mask(one_of("fxd_slit", "s1600a1")),
        )

    def _known(self, entries: Ints | int) -> Mask:
        known: Mask = (self.number[entries] >= 0) & (self.subpixel[entries] > 0)
        return known

    def other_target(self, entry: int, others: Ints) -> Mask:
        """Tell which exposures are of another target than one of them."""
        other: Mask = self.target[others] != self.target[entry]
        return other

    def same_number(self, entry: int, others: Ints) -> Mask:
        """Tell which exposures have the number of one of them."""
        same: Mask = self.number[others] == self.number[entry]
        return same

    def overlaps(self, entry: int, others: Ints) -> Mask:
        """Tell which exposures have the source where one of them has it.

        Source: what the operational generator takes as background of NIRSpec nods. Another target
        may have a source anywhere. Where the pattern is not known, exposures through a slit may
        overlap, and those through shutters are taken not to. The widest slit is so wide that in
        patterns of five primary points neighbours overlap.
        """
        sure = self._known(others) & self._known(entry) & (self.points[entry] >= 0)
        each = max(int(self.subpixel[entry]), 1)
        primary = (self.number[others] - 1) // np.maximum(self.subpixel[others], 1)
        distance = np.abs(primary - (self.number[entry] - 1) // each)
        reach = 0
        if self.in_slit[entry] and self.wide[entry] and self.points[entry] // each == _WIDE_POINTS:
            reach = 1
        overlapping: Mask = np.where(sure, distance <= reach, self.in_slit[entry])
        return overlapping | self.other_target(entry, others)


def nod_backgrounds(
    pattern: Pattern, rule: Rule, overlap: Overlap, entries: Ints, roles: Roles
) -> Iterator[tuple[Ints, Roles]]:
    """Give for each science member the members of its own association, with their roles.

    Parameters
    ----------
    pattern : Pattern
        Where exposures stand in their dither patterns.
    rule : Rule
        The rule that took them together.
    overlap : "other target", "pattern number" or "primary point"
        Which of them overlap.
    entries, roles : ndarray, shape (m,)
        The members, and their roles as indices into the words of the rule.

    Notes
    -----
    Members that were no science stay; only overlap by pattern number hides backgrounds too.
    """
    science, background = rule.words.index("science"), rule.words.index("background")
    is_science = roles == science
    turned = np.where(is_science, background, roles).astype(np.int8)
    for place in np.flatnonzero(is_science).tolist():
        entry = int(entries[place])
        match overlap:
            case "other target":
                kept = ~is_science | ~pattern.other_target(entry, entries)
            case "pattern number":
                kept = (turned != background) | ~pattern.same_number(entry, entries)
            case "primary point":
                kept = ~is_science | ~pattern.overlaps(entry, entries)
            case _:
                assert_never(overlap)
        kept[place] = True
        own = turned.copy()
        own[place] = science
        yield entries[kept], own[kept]
