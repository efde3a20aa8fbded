"""What makes no difference: rules, values and clauses of no exposure, needs that none can meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.nodes import AllOf, AnyOf, AtLeast, Named, Need, Not, OneOf, Predicate, Within
from asnsolve.interpret.to_text import to_text
from asnsolve.proofs.claims import Claims, as_role, rule_key
from asnsolve.proofs.counterexamples import Slice, Truth, left_of
from asnsolve.proofs.findings import Finding
from asnsolve.proofs.space import Space
from asnsolve.rules.rule import Clause, Rule

__all__ = ["dead_clauses", "dead_rules", "dead_values", "unmet_needs"]


def dead_rules(claims: Claims) -> Iterator[Finding]:
    """Find the rules that take no exposure that there can be."""
    for rule in claims.own:
        if not _takes(claims, rule_key(rule)):
            what = "it takes no exposure that there can be"
            yield Finding("dead rule", claims.level, (rule_key(rule),), "", what, {})


def _takes(claims: Claims, claimant: str) -> bool:
    return any(piece.claimed(claimant).any() for piece in claims.slices)


def unmet_needs(claims: Claims) -> Iterator[Finding]:
    """Find the needs for a role that no exposure has in the rule."""
    for rule in claims.own:
        for need in rule.all_needs:
            role = _role(need)
            if role is None or not _takes(claims, rule_key(rule)):
                continue
            if not _takes(claims, as_role(rule, role)) and role not in _added(rule):
                what = f"no exposure can meet the need that {to_text(need)}"
                yield Finding("need", claims.level, (rule_key(rule),), role, what, {})


def _role(need: Need) -> str | None:
    match need:
        case AtLeast(_, role):
            return role
        case Within(_, inner):
            return _role(inner)
        case _:
            return None


def _added(rule: Rule) -> frozenset[str]:
    """Return the roles that steps give."""
    return frozenset(rule.all_roles) - frozenset(rule.member_roles.results())


def dead_values(claims: Claims) -> Iterator[Finding]:
    """Find the values that a clause admits, but no exposure that its rules take can have.

    A clause that several rules share is looked at once: what serves one of them is not dead.
    """
    taken = {rule_key(rule): _taken(claims, rule) for rule in claims.own}
    for clause, rules in _sharing(claims):
        keys = tuple(rule_key(rule) for rule in rules if taken[rule_key(rule)])
        for name, value in _admitted(clause.where) if keys else ():
            classes = claims.space.classes[name]
            inside = frozenset[int]().union(*(taken[key][name] for key in keys))
            if not any(value in classes[number].values for number in inside):
                what = f"no exposure that is taken can have the {name} {value}"
                yield Finding("dead value", claims.level, keys, f"{clause.name} {value}", what, {})


def _taken(claims: Claims, rule: Rule) -> dict[str, frozenset[int]]:
    """Return the classes of each attribute of which a rule takes an exposure."""
    found: dict[str, frozenset[int]] = {}
    for piece in claims.slices:
        for name, classes in piece.taken(rule_key(rule)).items():
            found[name] = found.get(name, frozenset()) | classes
    return found


def _sharing(claims: Claims) -> list[tuple[Clause, list[Rule]]]:
    """Return the clauses of the level, each with the rules that have it."""
    found: dict[Clause, list[Rule]] = {}
    for rule in claims.own:
        for clause in rule.all_clauses:
            found.setdefault(clause, []).append(rule)
    return list(found.items())


def _admitted(predicate: Predicate | None) -> Iterator[tuple[str, str]]:
    """Give the values of one attribute that a clause lists as admitted."""
    match predicate:
        case OneOf((name,), values):
            yield from ((name, value) for value in values)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _admitted(part)
        case Named(_, inner):
            yield from _admitted(inner)
        case Not() | _:
            return


def dead_clauses(claims: Claims) -> Iterator[Finding]:
    """Find the clauses that refuse no exposure that all other clauses of their rules let in.

    A clause that several rules share is dead if it is so in all of them. One that only has
    members share a value refuses nobody, and is no dead clause for that.
    """
    for clause, sharing in _sharing(claims):
        rules = [rule for rule in sharing if _takes(claims, rule_key(rule))]
        if clause.where is None or not rules:
            continue
        if not any(_refuses(claims, rule, clause) for rule in rules):
            what = "it refuses no exposure that the other clauses let in"
            keys = tuple(map(rule_key, rules))
            yield Finding("dead clause", claims.level, keys, clause.name, what, {})


def _refuses(claims: Claims, rule: Rule, clause: Clause) -> bool:
    parts = {one.name: claims.split([demand]) for one, demand in rule.demands}
    own = parts.pop(clause.name)
    others = [predicate for predicates in parts.values() for predicate in predicates]
    return any(_refuses_in(claims.space, piece, own, others) for piece in claims.slices)


def _refuses_in(
    space: Space, piece: Slice, own: Sequence[Predicate], others: Sequence[Predicate]
) -> bool:
    """Tell whether some exposure satisfies what others ask, but not what is asked itself."""
    asked = [left_of(space, predicate, piece) for predicate in own]
    if all(table.all() for _, table in asked):
        return False
    beside: list[Truth] = list(piece.facts_left)
    for predicate in others:
        truth = left_of(space, predicate, piece)
        if not truth[1].any():
            return False
        if not truth[1].all():
            beside.append(truth)
    return bool((_product(beside, asked) & ~_product(asked, beside)).any())


def _product(truths: Sequence[Truth], beside: Sequence[Truth]) -> NDArray[np.bool_]:
    """Join truths over the attributes of all, those of others too."""
    sizes = {
        name: size
        for names, table in (*truths, *beside)
        for name, size in zip(names, table.shape, strict=True)
    }
    order = sorted(sizes)
    whole = np.ones([sizes[name] for name in order], dtype=np.bool_)
    for names, table in truths:
        axes = [order.index(name) for name in names]
        shape = [sizes[name] if name in names else 1 for name in order]
        whole &= table.transpose(np.argsort(axes)).reshape(shape)
    return whole
