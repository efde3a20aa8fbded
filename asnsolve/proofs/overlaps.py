"""Overlaps: exposures that two rules of a level take, as science or in other roles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations, product

from asnsolve.expr.build import any_of
from asnsolve.expr.nodes import Predicate
from asnsolve.interpret.from_text import read_predicate, read_words
from asnsolve.proofs.boxes import WitnessedBox, cover, difference, regions
from asnsolve.proofs.claims import SCIENCE, Claims, as_role
from asnsolve.proofs.findings import Finding
from asnsolve.rules.domain import Declared, Kind, Overlap
from asnsolve.rules.model import Rule
from asnsolve.rules.rule_set import rule_key

Roles = tuple[str, str]
"""The role that each of two rules gives to an exposure."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two rules that take the same exposures.

    Parameters
    ----------
    rules : tuple of (str, str)
        The rules, in the order of their set.
    boxes : dict of (str, str) to list of WitnessedBox
        The exposures that both take, by the roles that they have in the two rules.
    """

    rules: tuple[str, str]
    boxes: dict[Roles, list[WitnessedBox]] = field(default_factory=dict)


def overlaps(claims: Claims) -> Iterator[Finding]:
    """Find the overlaps of rules, and declared overlaps that are not found.

    Parameters
    ----------
    claims : Claims
        The rules of a level, with their declarations.

    Yields
    ------
    Finding
        For each pair of rules, one of kind *overlap* if both take exposures as science, and one of
        kind *role overlap* if both take exposures and one of them does so in another role; with
        the reason if it is declared. One of kind *declaration* per declared overlap that is not
        found, and for each pair of roles in which it holds more or less than is declared.
    """
    undetected = {_place(overlap): overlap for overlap in claims.declared.overlaps}
    for pair in _pairs(claims):
        for science in (True, False):
            boxes_of = {
                roles: boxes
                for roles, boxes in pair.boxes.items()
                if (roles == (SCIENCE, SCIENCE)) == science
            }
            if boxes_of:
                declared = undetected.pop((frozenset(pair.rules), science), None)
                finding = _finding(claims, pair, boxes_of, declared, science=science)
                yield finding
                if declared is not None and declared.exposures not in ((), finding.exposures):
                    yield from _shared_otherwise(claims, finding, declared)
    keys = {rule_key(rule) for rule in claims.level_rules}
    for overlap in undetected.values():
        if not keys.isdisjoint(overlap.rules):
            kind = "overlap" if overlap.science else "role overlap"
            what = f"a declared {kind} does not exist"
            yield Finding("declaration", claims.level, overlap.rules, "", what, {})


def _place(overlap: Overlap) -> tuple[frozenset[str], bool]:
    return frozenset(overlap.rules), overlap.science


def _pairs(claims: Claims) -> list[_Pair]:
    """List the pairs of rules that take the same exposures, each with these exposures."""
    pair_of: dict[tuple[str, str], _Pair] = {}
    for piece in claims.slices:
        # Most rules take nothing of a type, so pairs are made of those that do.
        present = [rule for rule in claims.level_rules if piece.claimed(rule_key(rule)).any()]
        for first, second in combinations(present, 2):
            rules = (rule_key(first), rule_key(second))
            if not (piece.claimed(rules[0]) & piece.claimed(rules[1])).any():
                continue
            for roles in _roles(first, second):
                names = (as_role(first, roles[0]), as_role(second, roles[1]))
                both = piece.claimed(names[0]) & piece.claimed(names[1])
                if both.any():
                    pair = pair_of.setdefault(rules, _Pair(rules))
                    pair.boxes.setdefault(roles, []).extend(cover(piece, both))
    return list(pair_of.values())


def _roles(first: Rule, second: Rule) -> Iterator[Roles]:
    yield from product(first.member_roles.results(), second.member_roles.results())


def _finding(
    claims: Claims,
    pair: _Pair,
    boxes_of: dict[Roles, list[WitnessedBox]],
    declared: Overlap | None,
    *,
    science: bool,
) -> Finding:
    """Word what two rules share, as science or in other roles."""
    shared = [
        (roles, region) for roles in sorted(boxes_of) for region in regions(claims, boxes_of[roles])
    ]
    kind: Kind = "overlap" if science else "role overlap"
    return Finding(
        kind=kind,
        level=claims.level,
        rules=pair.rules,
        subject=", ".join(map(roles_text, sorted(boxes_of))),
        says="both take exposures",
        witness=shared[0][1].witness,
        reason=None if declared is None else declared.reason,
        exposures=tuple(
            region.says if science else f"as {roles_text(roles)}: {region.says}"
            for roles, region in shared
        ),
        matters=shared[0][1].matters,
    )


def _shared_otherwise(claims: Claims, finding: Finding, declared: Overlap) -> Iterator[Finding]:
    """Find what two rules share too much or too little, for each pair of roles."""
    words = read_words(claims.declared.words)
    rules = tuple(rule for rule in claims.level_rules if rule_key(rule) in finding.rules)
    known: dict[str, list[Predicate]] = {}
    for roles, where in map(_split, declared.exposures):
        known.setdefault(roles, []).append(read_predicate(where, words))
    every_role = sorted({*known, *(roles for roles, _ in map(_split, finding.exposures))})
    shared: dict[str, Predicate] = {roles: any_of(*known.get(roles, ())) for roles in every_role}
    of_pair = replace(claims.rules, rules=rules)
    both = Claims(of_pair, claims.level, claims.domain, Declared(), shared)
    for roles in shared:
        first, _, second = roles.partition(" and ")
        # If both rules give the same role, it is written once.
        names = [as_role(rules[0], first), as_role(rules[1], second or first)]
        for more, less, says in (
            (names, [roles], "both take exposures that are not declared,"),
            ([roles], names, "they no longer both take declared exposures,"),
        ):
            found = difference(both, more, less)
            if found:
                yield replace(
                    finding,
                    kind="declaration",
                    subject=roles,
                    says=says,
                    witness=found[0].witness,
                    reason=None,
                    exposures=tuple(region.says for region in found),
                    matters=found[0].matters,
                )


def _split(exposures: str) -> tuple[str, str]:
    """Split a sentence on shared exposures into the roles and the exposures."""
    if not exposures.startswith("as "):
        return SCIENCE, exposures
    roles, _, where = exposures.removeprefix("as ").partition(": ")
    return roles, where


def roles_text(roles: Roles) -> str:
    """Name the roles that two rules give to an exposure.

    Parameters
    ----------
    roles : tuple of (str, str)
        The role in each rule.

    Returns
    -------
    str
        One word if both give the same role: ``psf``, else ``science and psf``.
    """
    return roles[0] if roles[0] == roles[1] else " and ".join(roles)


def implied_rules(claims: Claims) -> Iterator[Finding]:
    """Find the rules of which another rule takes every exposure, in whatever role.

    Parameters
    ----------
    claims : Claims
        The rules of a level.

    Yields
    ------
    Finding
        Of kind *implied rule*; the subject is the other rule.
    """
    # The slices in which each rule takes something: a rule can be implied only by one that is
    # in all of its slices.
    inside: dict[str, set[int]] = {}
    for rule in claims.level_rules:
        key = rule_key(rule)
        inside[key] = {at for at, piece in enumerate(claims.slices) if piece.claimed(key).any()}
    for key, other in product(inside, inside):
        if key == other or not inside[key] or not inside[key] <= inside[other]:
            continue
        pieces = [claims.slices[at] for at in sorted(inside[key])]
        if not any((piece.claimed(key) & ~piece.claimed(other)).any() for piece in pieces):
            what = f"{other} takes every exposure that it takes"
            yield Finding("implied rule", claims.level, (key,), other, what, {})
