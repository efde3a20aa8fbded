"""Overlaps: exposures that two rules of a level take as science."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from asnsolve.proofs.boxes import WitnessedBox, cover, regions
from asnsolve.proofs.claims import SCIENCE, Claims, as_role, rule_key
from asnsolve.proofs.findings import Finding


def overlaps(claims: Claims) -> Iterator[Finding]:
    """Find the overlaps of rules, and declared overlaps that are none.

    Parameters
    ----------
    claims : Claims
        The rules of a level, with their declarations.

    Yields
    ------
    Finding
        One of kind *overlap* per pair of rules, with the reason if it is declared, and one of kind
        *declaration* per declared pair that shares nothing.
    """
    undetected = {frozenset(overlap.rules): overlap for overlap in claims.declared.overlaps}
    claimants = {rule_key(rule): as_role(rule, SCIENCE) for rule in claims.level_rules}
    boxes_of: dict[tuple[str, str], list[WitnessedBox]] = {}
    for piece in claims.slices:
        # Most rules take nothing of a type, so pairs are made of those that do.
        present = [key for key, name in claimants.items() if piece.claimed(name).any()]
        for pair in combinations(present, 2):
            first, second = (piece.claimed(claimants[key]) for key in pair)
            both = first & second
            if both.any():
                # Boxes may hold combinations that there cannot be: they read shorter.
                covered = cover(piece, both, both | ~piece.admitted())
                boxes_of.setdefault(pair, []).extend(covered)
    for pair, boxes in boxes_of.items():
        declared = undetected.pop(frozenset(pair), None)
        inside = [key for key, other in (pair, pair[::-1]) if _is_inside(claims, key, other)]
        shared = regions(claims.space, boxes)
        says = "both take exposures with " + ", or ".join(region.says for region in shared)
        if inside:
            says = f"{' and '.join(inside)} takes nothing that the other does not; {says}"
        yield Finding(
            kind="overlap",
            level=claims.level,
            rules=pair,
            subject=SCIENCE,
            says=says,
            witness=shared[0].witness,
            reason=None if declared is None else declared.reason,
        )
    for overlap in undetected.values():
        if not claimants.keys().isdisjoint(overlap.rules):
            what = "a declared overlap is none"
            yield Finding("declaration", claims.level, overlap.rules, SCIENCE, what, {})


def _is_inside(claims: Claims, key: str, other: str) -> bool:
    """Tell whether a rule takes nothing as science that another does not."""
    names = {rule_key(rule): as_role(rule, SCIENCE) for rule in claims.level_rules}
    return not any(
        (piece.claimed(names[key]) & ~piece.claimed(names[other])).any() for piece in claims.slices
    )
