"""Keys that product names do not tell: associations that differ in nothing else share a name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from asnsolve.expr.fold import attributes
from asnsolve.expr.nodes import Same
from asnsolve.proofs.claims import SCIENCE, Claims, as_role, rule_key
from asnsolve.proofs.counterexamples import TYPE, Slice
from asnsolve.proofs.findings import Finding
from asnsolve.rules.rule import Rule
from asnsolve.templates import EXPOSURE_NAME, PLACEHOLDERS, placeholders_in

__all__ = ["untold_keys"]

_TARGET: Final = "targetid"


def untold_keys(claims: Claims) -> Iterator[Finding]:
    """Find the keys of which two values can stand under one product name.

    A value is told by its own placeholder, or because those that stand in the name leave it no
    choice. Products that are named after their science exposure tell everything.
    """
    for rule in claims.own:
        if rule.product_template == EXPOSURE_NAME:
            continue
        told = _told(rule)
        for name, key in rule.keys:
            if told.isdisjoint(key.sources):
                lost = [one for one in key.sources if _varies(claims, rule, one, told)]
                if lost:
                    what = f"product names do not tell {' or '.join(lost)}, which members share"
                    yield Finding("name", claims.level, (rule_key(rule),), name, what, {})


def _told(rule: Rule) -> frozenset[str]:
    """Return the attributes that the product names of a rule tell."""
    told: set[str] = set()
    for placeholder in (PLACEHOLDERS[name] for name in placeholders_in(rule.product_template)):
        if placeholder.clauses:
            for clause in rule.all_clauses:
                told.update(clause.sources if clause.name.startswith(placeholder.clauses) else ())
        elif placeholder.attribute == _TARGET:
            keys = [key for _, key in rule.keys if _TARGET in key.sources]
            told.update(source for key in keys for source in _all_sources(key))
        elif placeholder.attribute:
            told.add(placeholder.attribute)
    return frozenset(told)


def _all_sources(key: Same) -> frozenset[str]:
    replaced = key.instead
    if replaced is None:
        return frozenset(key.sources)
    return frozenset({*key.sources, *replaced[1], *attributes(replaced[0])})


def _varies(claims: Claims, rule: Rule, attribute: str, told: frozenset[str]) -> bool:
    """Tell whether an attribute can differ among science exposures of which all told is equal."""
    claimant = as_role(rule, SCIENCE)
    pieces = [piece for piece in claims.slices if piece.claimed(claimant).any()]
    if attribute == TYPE:
        several = any(len(_members(claims, TYPE, {piece.exp_type})) > 1 for piece in pieces)
        return several or any(
            _may_agree(one, two, claimant, told) for one, two in combinations(pieces, 2)
        )
    return any(_varies_in(claims, piece, claimant, attribute, told) for piece in pieces)


def _varies_in(
    claims: Claims, piece: Slice, claimant: str, attribute: str, told: frozenset[str]
) -> bool:
    if attribute not in claims.space.classes:
        return True
    taken = piece.taken(claimant)[attribute]
    if any(len(_members(claims, attribute, {number})) > 1 for number in taken):
        return True
    if attribute not in piece.names:
        return len(taken) > 1
    places = piece.claimed(claimant)
    kept = [at for at, name in enumerate(piece.names) if name == attribute or name in told]
    spread = places.any(axis=tuple(at for at in range(places.ndim) if at not in kept))
    axis = [piece.names[at] for at in kept].index(attribute)
    return bool((spread.sum(axis=axis) > 1).any())


def _members(claims: Claims, attribute: str, classes: set[int]) -> list[str]:
    """Return values of classes; a class of values that nobody lists has at least two."""
    own = [claims.space.classes[attribute][number] for number in classes]
    return [value for one in own for value in (*one.values, *(("", "") if one.others else ()))]


def _may_agree(one: Slice, two: Slice, claimant: str, told: frozenset[str]) -> bool:
    """Tell whether exposures of two types can have everything that is told in common."""
    first, second = one.taken(claimant), two.taken(claimant)
    return all(first[name] & second[name] for name in told if name in first)
