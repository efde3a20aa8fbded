"""Keys that product names do not tell.

Two associations of a rule that differ in such a key alone have products of one name.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from asnsolve.expr.fold import attributes
from asnsolve.expr.nodes import Same
from asnsolve.profiles import Names
from asnsolve.profiles.templates import EXPOSURE_NAME, placeholders_in
from asnsolve.proofs.claims import SCIENCE, Claims, as_role
from asnsolve.proofs.counterexamples import TYPE, TypeSlice
from asnsolve.proofs.findings import Finding
from asnsolve.rules.model import Rule
from asnsolve.rules.rule_set import rule_key


def untold_keys(claims: Claims) -> Iterator[Finding]:
    """Find the keys of which two values can have the same product name.

    A name tells a value through its placeholder, or because the values that it tells leave no
    choice. Products that are named after their science exposure tell everything.

    Parameters
    ----------
    claims : Claims
        The rules of a level.

    Yields
    ------
    Finding
        Of kind *name*.
    """
    for rule in claims.level_rules:
        if rule.product_template == EXPOSURE_NAME:
            continue
        told = _told(rule, claims.rules.profile.names)
        for name, key in rule.keys:
            if told.isdisjoint(key.sources):
                untold = [source for source in key.sources if _varies(claims, rule, source, told)]
                if untold:
                    what = f"product names do not tell {' or '.join(untold)}, which members share"
                    yield Finding("name", claims.level, (rule_key(rule),), name, what, {})
        for name, measured in rule.measured_keys:
            # Parts of equal words may have any numbers.
            what = f"product names do not tell the parts by {' and '.join(measured.sources)}"
            yield Finding("name", claims.level, (rule_key(rule),), name, what, {})


def _told(rule: Rule, names: Names) -> frozenset[str]:
    """Return the attributes that the product names of a rule tell."""
    told: set[str] = set()
    for name in placeholders_in(rule.product_template, names):
        placeholder = names.placeholders[name]
        if placeholder.clauses:
            for clause in rule.all_clauses:
                told.update(clause.sources if clause.name.startswith(placeholder.clauses) else ())
        elif name == "target":
            keys = [key for _, key in rule.keys if placeholder.attribute in key.sources]
            told.update(source for key in keys for source in _all_sources(key))
        elif placeholder.attribute:
            told.add(placeholder.attribute)
    return frozenset(told)


def _all_sources(key: Same) -> frozenset[str]:
    """Return the attributes that decide the value of a key."""
    if key.instead is None:
        return frozenset(key.sources)
    where, sources = key.instead
    return frozenset({*key.sources, *sources, *attributes(where)})


def _varies(claims: Claims, rule: Rule, attribute: str, told: frozenset[str]) -> bool:
    """Tell whether an attribute can differ between exposures that agree in all that is told."""
    claimant = as_role(rule, SCIENCE)
    pieces = [piece for piece in claims.slices if piece.claimed(claimant).any()]
    if attribute == TYPE:
        # Types differ inside a class of types, or between two slices that can agree elsewhere.
        several = any(len(_members(claims, TYPE, {piece.exp_type})) > 1 for piece in pieces)
        return several or any(_may_agree(pair, claimant, told) for pair in combinations(pieces, 2))
    return any(_varies_in(claims, piece, claimant, attribute, told) for piece in pieces)


def _varies_in(
    claims: Claims, piece: TypeSlice, claimant: str, attribute: str, told: frozenset[str]
) -> bool:
    """Tell whether an attribute other than the type can differ inside a slice."""
    if attribute not in claims.space.classes:
        # Nothing tests it, so it may have any value.
        return True
    taken = piece.taken(claimant)[attribute]
    if any(len(_members(claims, attribute, {number})) > 1 for number in taken):
        return True
    if attribute not in piece.names:
        return len(taken) > 1
    # Project what is taken on the attribute and those that are told: axes that remain are sorted as
    # in `piece.names`. The attribute varies if two of its groups occur with the same told values.
    places = piece.claimed(claimant)
    kept = [at for at, name in enumerate(piece.names) if name == attribute or name in told]
    spread = places.any(axis=tuple(at for at in range(places.ndim) if at not in kept))
    axis = [piece.names[at] for at in kept].index(attribute)
    return bool((spread.sum(axis=axis) > 1).any())


def _members(claims: Claims, attribute: str, classes: set[int]) -> list[str]:
    """List values of classes: of those that are not listed, two if there are so many."""
    members = [claims.space.classes[attribute][number] for number in classes]
    return [value for each in members for value in (*each.values, *each.unlisted)]


def _may_agree(pieces: tuple[TypeSlice, TypeSlice], claimant: str, told: frozenset[str]) -> bool:
    """Tell whether exposures of two types can agree in everything that is told."""
    first, second = (piece.taken(claimant) for piece in pieces)
    return all(first[name] & second[name] for name in told if name in first)
