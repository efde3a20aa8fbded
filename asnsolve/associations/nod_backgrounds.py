"""Nods: each science exposure of a pattern has the others as its background.

Two exposures of a pattern *overlap* where the light of the source falls on one place of the
detector in both; the one is then no background of the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.constructors import one_of
from asnsolve.rules.rule import Rule
from asnsolve.rules.steps import NodOverlap
from asnsolve.solvers.arrays import ranges, starts_of
from asnsolve.solvers.scoped_pool import ScopedPool

__all__ = ["Pattern", "nod_backgrounds"]

Ints = NDArray[np.int64]
Roles = NDArray[np.int8]
Mask = NDArray[np.bool_]

_WIDE_POINTS = 5
_IN_SLIT = one_of("exp_type", "nrs_fixedslit")
_WIDE = one_of("fxd_slit", "s1600a1")

_MOST_PAIRS = 2_000_000
"""Pairs that are looked at in one go: what is in memory besides the result."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Where exposures stand in their dither patterns; each array has shape (n,).

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
    def of(cls, seen: ScopedPool) -> Pattern:
        """Read the patterns of some entries."""
        subpixel = seen.numbers("subpxpts")
        return cls(
            number=seen.numbers("patt_num"),
            points=seen.numbers("numdthpt"),
            subpixel=np.where(subpixel < 0, seen.numbers("subpxpns"), subpixel),
            target=seen.codes("targetid"),
            in_slit=seen.mask(_IN_SLIT),
            wide=seen.mask(_WIDE),
        )

    def _known(self, places: Ints) -> Mask:
        known: Mask = (self.number[places] >= 0) & (self.subpixel[places] > 0)
        return known

    def other_target(self, ones: Ints, others: Ints) -> Mask:
        """Tell of pairs of exposures which are of two targets."""
        other: Mask = self.target[others] != self.target[ones]
        return other

    def same_number(self, ones: Ints, others: Ints) -> Mask:
        """Tell of pairs of exposures which have one number."""
        same: Mask = self.number[others] == self.number[ones]
        return same

    def overlaps(self, ones: Ints, others: Ints) -> Mask:
        """Tell of pairs of exposures which have the source in one place.

        Source: what the operational generator takes as background of NIRSpec nods. Another target
        may have a source anywhere. Where the pattern is not known, exposures through a slit may
        overlap, and those through shutters are taken not to. The widest slit is so wide that in
        patterns of five primary points neighbours overlap.
        """
        sure = self._known(others) & self._known(ones) & (self.points[ones] >= 0)
        each = np.maximum(self.subpixel[ones], 1)
        primary = (self.number[others] - 1) // np.maximum(self.subpixel[others], 1)
        distance = np.abs(primary - (self.number[ones] - 1) // each)
        in_slit = self.in_slit[ones]
        reach = in_slit & self.wide[ones] & (self.points[ones] // each == _WIDE_POINTS)
        overlapping: Mask = np.where(sure, distance <= reach, in_slit)
        return overlapping | self.other_target(ones, others)


def nod_backgrounds(
    seen: ScopedPool, rule: Rule, overlap: NodOverlap, groups: Ints, roles: Roles
) -> tuple[Ints, Ints, Roles]:
    """Give each science member an association of its own.

    Parameters
    ----------
    seen : ScopedPool
        The members, m of them.
    rule : Rule
        The rule that took them together.
    overlap : "other target", "pattern number" or "primary point"
        Which of them overlap.
    groups : ndarray of int64, shape (m,)
        Association of each member, ascending.
    roles : ndarray of int8, shape (m,)
        Role of each member, as an index into the words of the rule.

    Returns
    -------
    members : ndarray of int64, shape (k,)
        Members of the new associations, as positions among the m.
    groups : ndarray of int64, shape (k,)
        The new association of each, ascending.
    roles : ndarray of int8, shape (k,)
        The role of each in it.

    Notes
    -----
    Members that were no science stay; only overlap by pattern number hides backgrounds too.
    """
    science, background = rule.all_roles.index("science"), rule.all_roles.index("background")
    pattern = Pattern.of(seen)
    is_science = roles == science
    turned = np.where(is_science, background, roles).astype(np.int8)
    subjects = np.flatnonzero(is_science)
    starts = starts_of(groups)
    sizes = np.diff(starts, append=len(groups))
    group = np.cumsum(np.isin(np.arange(len(groups)), starts)) - 1
    found: list[tuple[Ints, Ints]] = []
    each = sizes[group[subjects]]
    for part in _chunks(each):
        ones = np.repeat(subjects[part], each[part])
        numbers = np.repeat(np.arange(part.start, part.stop, dtype=np.int64), each[part])
        others = ranges(starts[group[subjects[part]]], each[part])
        match overlap:
            case "other target":
                kept = ~is_science[others] | ~pattern.other_target(ones, others)
            case "pattern number":
                kept = (turned[others] != background) | ~pattern.same_number(ones, others)
            case "primary point":
                kept = ~is_science[others] | ~pattern.overlaps(ones, others)
            case _:
                assert_never(overlap)
        kept |= ones == others
        found.append((others[kept], numbers[kept]))
    members = np.concatenate([part for part, _ in found] or [subjects])
    numbers = np.concatenate([part for _, part in found] or [subjects])
    own = np.where(members == subjects[numbers], science, turned[members]).astype(np.int8)
    return members, numbers, own


def _chunks(sizes: Ints) -> list[slice]:
    """Cut a list into parts whose sizes add up to no more than can be looked at in one go."""
    if not len(sizes):
        return []
    part = np.cumsum(sizes) // _MOST_PAIRS
    cuts = [*starts_of(part).tolist(), len(sizes)]
    return [slice(cuts[at], cuts[at + 1]) for at in range(len(cuts) - 1)]
