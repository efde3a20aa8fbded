"""Nods: each science exposure of a pattern has the others as its background.

Two exposures of a pattern *overlap* where the light of the source falls on one place of the
detector in both; then one is not used as a background of the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.build import one_of
from asnsolve.rules.model import Rule
from asnsolve.rules.steps import NodOverlap
from asnsolve.solvers.arrays import Ints, Mask, ranges, starts_of
from asnsolve.solvers.scoped_pool import ScopedPool

Roles = NDArray[np.int8]

_WIDE_POINTS = 5
_IN_SLIT = one_of("exp_type", "nrs_fixedslit")
_WIDE = one_of("fxd_slit", "s1600a1")

_MOST_PAIRS = 2_000_000
"""Pairs that are compared at a time, which bounds the memory."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Positions of exposures in their dither patterns; each array has shape (n,).

    Parameters
    ----------
    number : ndarray of int64
        Number in the pattern, -1 if it is not known.
    points : ndarray of int64
        Points of the pattern, -1 if they are not known.
    subpixel : ndarray of int64
        Sub-pixel points of each primary point, not above 0 if they are not known.
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
    def of(cls, entries: ScopedPool) -> Pattern:
        """Read the patterns of some entries.

        Parameters
        ----------
        entries : ScopedPool
            The entries, n of them.

        Returns
        -------
        Pattern
        """
        subpixel = entries.numbers("subpxpts")
        return cls(
            number=entries.numbers("patt_num"),
            points=entries.numbers("numdthpt"),
            subpixel=np.where(subpixel < 0, entries.numbers("subpxpns"), subpixel),
            target=entries.codes("targetid"),
            in_slit=entries.mask(_IN_SLIT),
            wide=entries.mask(_WIDE),
        )

    def other_target(self, firsts: Ints, seconds: Ints) -> Mask:
        """Find the pairs of exposures that have different targets.

        Parameters
        ----------
        firsts, seconds : ndarray of int64, shape (p,)
            Positions of the exposures of each pair.

        Returns
        -------
        ndarray of bool, shape (p,)
        """
        differs: Mask = self.target[seconds] != self.target[firsts]
        return differs

    def same_number(self, firsts: Ints, seconds: Ints) -> Mask:
        """Find the pairs of exposures that have the same number in the pattern.

        Parameters
        ----------
        firsts, seconds : ndarray of int64, shape (p,)
            Positions of the exposures of each pair.

        Returns
        -------
        ndarray of bool, shape (p,)
        """
        same: Mask = self.number[seconds] == self.number[firsts]
        return same

    def overlaps(self, firsts: Ints, seconds: Ints) -> Mask:
        """Find the pairs of exposures that have the source in the same place.

        Parameters
        ----------
        firsts, seconds : ndarray of int64, shape (p,)
            Positions of the exposures of each pair.

        Returns
        -------
        ndarray of bool, shape (p,)

        Notes
        -----
        Source: what the operational generator takes as background of NIRSpec nods. Another target
        may have a source anywhere. If the pattern is not known, exposures through a slit may
        overlap, and those through shutters are assumed not to. The widest slit is so wide that
        neighbours overlap in patterns of five primary points.
        """
        known = (self.number >= 0) & (self.subpixel > 0)
        both_known = known[seconds] & known[firsts] & (self.points[firsts] >= 0)
        # Numbers count sub-pixel points; exposures at one primary point differ in these alone.
        per_point = np.maximum(self.subpixel, 1)
        primary = (self.number - 1) // per_point
        distance = np.abs(primary[seconds] - (self.number[firsts] - 1) // per_point[firsts])
        in_slit = self.in_slit[firsts]
        five_points = self.points[firsts] // per_point[firsts] == _WIDE_POINTS
        reach = in_slit & self.wide[firsts] & five_points
        overlapping: Mask = np.where(both_known, distance <= reach, in_slit)
        return overlapping | self.other_target(firsts, seconds)


def nod_backgrounds(
    entries: ScopedPool, rule: Rule, overlap: NodOverlap, groups: Ints, roles: Roles
) -> tuple[Ints, Ints, Roles]:
    """Make one association per science member, with the others as its background.

    Parameters
    ----------
    entries : ScopedPool
        The members, m of them.
    rule : Rule
        The rule that made the associations.
    overlap : "other target", "pattern number" or "primary point"
        Which members overlap.
    groups : ndarray of int64, shape (m,)
        Association of each member, ascending.
    roles : ndarray of int8, shape (m,)
        Role of each member, as an index into ``rule.all_roles``.

    Returns
    -------
    members : ndarray of int64, shape (k,)
        Members of the new associations, as positions among the m.
    groups : ndarray of int64, shape (k,)
        New association of each, ascending.
    roles : ndarray of int8, shape (k,)
        Role of each in it.

    Notes
    -----
    Members of other roles stay in every new association, but overlap by pattern number leaves out
    backgrounds too.
    """
    science, background = rule.all_roles.index("science"), rule.all_roles.index("background")
    pattern = Pattern.of(entries)
    is_science = roles == science
    roles_beside = np.where(is_science, background, roles).astype(np.int8)
    # subjects, shape (s,): the science members, each of which gets an association. Members lie
    # association by association, so that the company of a subject is a range of positions.
    subjects = np.flatnonzero(is_science)
    starts = starts_of(groups)
    sizes = np.diff(starts, append=len(groups))
    range_of = np.cumsum(np.isin(np.arange(len(groups)), starts)) - 1
    company = sizes[range_of[subjects]]
    parts: list[tuple[Ints, Ints]] = []
    for part in _chunks(company):
        # Pair each subject of the part with every member of its association; each of shape (p,).
        firsts = np.repeat(subjects[part], company[part])
        numbers = np.repeat(np.arange(part.start, part.stop, dtype=np.int64), company[part])
        seconds = ranges(starts[range_of[subjects[part]]], company[part])
        match overlap:
            case "other target":
                kept = ~is_science[seconds] | ~pattern.other_target(firsts, seconds)
            case "pattern number":
                is_other = roles_beside[seconds] != background
                kept = is_other | ~pattern.same_number(firsts, seconds)
            case "primary point":
                kept = ~is_science[seconds] | ~pattern.overlaps(firsts, seconds)
            case _:
                assert_never(overlap)
        kept |= firsts == seconds
        parts.append((seconds[kept], numbers[kept]))
    members = np.concatenate([part for part, _ in parts] or [subjects])
    numbers = np.concatenate([part for _, part in parts] or [subjects])
    is_subject = members == subjects[numbers]
    return members, numbers, np.where(is_subject, science, roles_beside[members]).astype(np.int8)


def _chunks(sizes: Ints) -> list[slice]:
    """Cut a list into parts whose sizes add up to a bounded number of pairs."""
    cuts = [*starts_of(np.cumsum(sizes) // _MOST_PAIRS).tolist(), len(sizes)]
    return [slice(start, end) for start, end in pairwise(cuts)]
