"""Exposures that two rules of a level take as science."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from asnsolve.proofs.boxes import Found, cover, regions
from asnsolve.proofs.claims import SCIENCE, Claims, as_role, rule_key
from asnsolve.proofs.findings import Finding

__all__ = ["overlaps"]


def overlaps(claims: Claims) -> Iterator[Finding]:
    """Find what two rules take, and declarations of pairs that have nothing in common."""
    known = {frozenset(one.rules): one for one in claims.declared.overlaps}
    names = {rule_key(rule): as_role(rule, SCIENCE) for rule in claims.own}
    found: dict[tuple[str, str], list[Found]] = {}
    for piece in claims.slices:
        present = [key for key, name in names.items() if piece.claimed(name).any()]
        for pair in combinations(present, 2):
            first, second = (piece.claimed(names[key]) for key in pair)
            both = first & second
            if both.any():
                covered = cover(piece, both, both | ~piece.admitted())
                found.setdefault(pair, []).extend(covered)
    for pair, boxes in found.items():
        declared = known.pop(frozenset(pair), None)
        inside = [key for key, other in (pair, pair[::-1]) if _is_inside(claims, key, other)]
        said = regions(claims.space, boxes)
        says = "both take exposures with " + ", or ".join(region.says for region in said)
        if inside:
            says = f"{' and '.join(inside)} takes nothing that the other does not; {says}"
        yield Finding(
            kind="overlap",
            level=claims.level,
            rules=pair,
            subject=SCIENCE,
            says=says,
            witness=said[0].witness,
            reason=None if declared is None else declared.reason,
        )
    own = {rule_key(rule) for rule in claims.own}
    for left in known.values():
        if own.intersection(left.rules):
            what = "a declared overlap is none"
            yield Finding("declaration", claims.level, left.rules, SCIENCE, what, {})


def _is_inside(claims: Claims, key: str, other: str) -> bool:
    names = {rule_key(rule): as_role(rule, SCIENCE) for rule in claims.own}
    return not any(
        (piece.claimed(names[key]) & ~piece.claimed(names[other])).any() for piece in claims.slices
    )
