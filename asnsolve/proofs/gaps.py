"""Promises that are not kept: exposures that no rule of a level takes in the role promised."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from asnsolve.interpret.to_text import to_text
from asnsolve.proofs.boxes import Found, regions, sample
from asnsolve.proofs.claims import Claims, as_role, serves_observations
from asnsolve.proofs.counterexamples import Box, Slice
from asnsolve.proofs.findings import Finding

__all__ = ["declared_gaps", "gaps"]

Table = NDArray[np.bool_]


def gaps(claims: Claims) -> Iterator[Finding]:
    """Find the exposures of every promise that no rule takes and no declaration names.

    python-constraint finds one, or proves that there is none left; it is widened to the largest
    box of such exposures around it, and the search goes on outside that box.
    """
    for number, promise in enumerate(claims.declared.promises):
        if promise.level != claims.level:
            continue
        takers = _takers(claims, promise.role)
        known = _known(claims, promise.role)
        found: list[Found] = []
        for piece in claims.slices:
            promised = piece.claimed(f"promise {number}")
            if promised.any():
                open_places = promised & ~_union(piece, [*takers, *known])
                allowed = open_places | ~promised
                boxes: list[Box] = []
                others = [*takers, *known]
                while (point := piece.unclaimed(f"promise {number}", others, boxes)) is not None:
                    boxes.append(piece.widened(point, allowed))
                    found.append(Found(piece, boxes[-1], point))
        for region in regions(claims.space, found):
            yield Finding("gap", claims.level, (), promise.role, region.says, region.witness)


def _takers(claims: Claims, role: str) -> list[str]:
    """Name what takes exposures in a role though they name no candidate but their observation."""
    return [
        as_role(rule, role)
        for rule in claims.own
        if role in rule.member_roles.results() and serves_observations(rule)
    ]


def _known(claims: Claims, role: str) -> list[str]:
    return [
        f"gap {number}"
        for number, gap in enumerate(claims.declared.gaps)
        if (gap.level, gap.role) == (claims.level, role)
    ]


def _union(piece: Slice, names: list[str]) -> Table:
    whole = np.zeros(piece.shape, dtype=np.bool_)
    for name in names:
        whole |= piece.claimed(name)
    return whole


def declared_gaps(claims: Claims) -> Iterator[Finding]:
    """Look at what is declared: that it is a gap, and that no rule takes any of it."""
    for number, gap in enumerate(claims.declared.gaps):
        if gap.level != claims.level:
            continue
        takers = _takers(claims, gap.role)
        promises = [
            f"promise {at}"
            for at, promise in enumerate(claims.declared.promises)
            if (promise.level, promise.role) == (gap.level, gap.role)
        ]
        says, shown = to_text(gap.where), False
        for piece in claims.slices:
            inside = piece.claimed(f"gap {number}") & _union(piece, promises)
            taken = inside & _union(piece, takers)
            if taken.any():
                witness = sample(claims.space, piece, piece.point(taken))
                what = f"a declared gap ({says}) holds exposures that a rule takes"
                yield Finding("declaration", claims.level, (), gap.role, what, witness)
            left = inside & ~taken
            if left.any() and not shown:
                shown = True
                witness = sample(claims.space, piece, piece.point(left))
                yield Finding("gap", claims.level, (), gap.role, says, witness, gap.reason)
        if not shown:
            what = f"a declared gap ({says}) is none"
            yield Finding("declaration", claims.level, (), gap.role, what, {})
