"""Dead rules, values and clauses, which make no difference, and needs that cannot be met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    Distinct,
    Exactly,
    IsSet,
    Named,
    Need,
    Not,
    OneOf,
    Predicate,
    Sources,
    Within,
)
from asnsolve.interpret.to_text import to_text
from asnsolve.proofs.claims import Claims, as_role
from asnsolve.proofs.counterexamples import Truth, TypeSlice, joined
from asnsolve.proofs.findings import Finding
from asnsolve.proofs.slicing import reduced
from asnsolve.proofs.space import Space
from asnsolve.rules.model import Clause, Rule
from asnsolve.rules.rule_set import rule_key


def dead_rules(claims: Claims) -> Iterator[Finding]:
    """Find the rules that take no exposure that there can be.

    Parameters
    ----------
    claims : Claims
        The rules of a level.

    Yields
    ------
    Finding
        Of kind *dead rule*.
    """
    for rule in claims.level_rules:
        if not claims.takes(rule_key(rule)):
            what = "it takes no exposure that can exist"
            yield Finding("dead rule", claims.level, (rule_key(rule),), "", what, {})


def unmet_needs(claims: Claims) -> Iterator[Finding]:
    """Find the needs for a role that no exposure gets in the rule.

    Parameters
    ----------
    claims : Claims
        The rules of a level.

    Yields
    ------
    Finding
        Of kind *need*.
    """
    for rule in claims.level_rules:
        for need in rule.all_needs:
            role = _role(need)
            if role is None or not claims.takes(rule_key(rule)):
                continue
            if not claims.takes(as_role(rule, role)) and role not in _added(rule):
                what = f"no exposure can meet the need that {to_text(need)}"
                yield Finding("need", claims.level, (rule_key(rule),), role, what, {})


def _role(need: Need) -> str | None:
    """Return the role that a need counts, if it counts one."""
    match need:
        case AtLeast(_, role) | Exactly(_, role) | Distinct(_, _, role):
            return role
        case Within(_, inner):
            return _role(inner)
        case _:
            return None


def _added(rule: Rule) -> frozenset[str]:
    """Return the roles that only steps give."""
    return frozenset(rule.all_roles) - frozenset(rule.member_roles.results())


def dead_values(claims: Claims) -> Iterator[Finding]:
    """Find the values that a clause admits but no exposure taken by its rules can have.

    A clause that several rules share is checked once: a value is not dead if one rule needs it. A
    value that the rest of its clause admits anyway is not dead either, as long as an exposure that
    is taken can have it.

    Parameters
    ----------
    claims : Claims
        The rules of a level.

    Yields
    ------
    Finding
        Of kind *dead value*.
    """
    taken = {rule_key(rule): _taken(claims, rule) for rule in claims.level_rules}
    for clause, sharing in _sharing(claims):
        rules = [rule for rule in sharing if taken[rule_key(rule)]]
        keys = tuple(map(rule_key, rules))
        for sources, value in dict.fromkeys(_admitted(clause.where)) if keys else ():
            if len(sources) == 1:
                numbers = frozenset[int]().union(*(taken[key][sources[0]] for key in keys))
                classes = claims.space.classes[sources[0]]
                is_dead = not any(value in classes[number].values for number in numbers)
            else:
                # Which of several sources gives the value depends on all of them at once.
                having = _having(claims.space, sources, value)
                is_dead = not any(_takes_some(claims, rule, having) for rule in rules)
            if is_dead:
                what = f"no exposure that is taken can have the {', else '.join(sources)} {value}"
                yield Finding("dead value", claims.level, keys, f"{clause.name} {value}", what, {})


def _taken(claims: Claims, rule: Rule) -> dict[str, frozenset[int]]:
    """Return the classes of each attribute that occur in exposures taken by a rule."""
    taken: dict[str, frozenset[int]] = {}
    for piece in claims.slices:
        for name, classes in piece.taken(rule_key(rule)).items():
            taken[name] = taken.get(name, frozenset()) | classes
    return taken


def _having(space: Space, sources: Sources, value: str) -> Predicate:
    """Say that a value, or one that no test tells apart from it, comes from one of its sources."""
    ways: list[Predicate] = []
    for number, name in enumerate(sources):
        alike = next(each.values for each in space.classes[name] if value in each.values)
        unset = (Not(IsSet((before,))) for before in sources[:number])
        ways.append(AllOf((*unset, OneOf((name,), alike))))
    return AnyOf(tuple(ways))


def _takes_some(claims: Claims, rule: Rule, where: Predicate) -> bool:
    """Tell whether a rule takes an exposure that satisfies a predicate."""
    predicates = [*claims.claimants[rule_key(rule)], where]
    for piece in claims.slices:
        truths = [*piece.facts, *(reduced(claims.space, each, piece) for each in predicates)]
        if _joined(truths, ()).any():
            return True
    return False


def _sharing(claims: Claims) -> list[tuple[Clause, list[Rule]]]:
    """List the clauses of the level, each with the rules that have it."""
    rules_of: dict[Clause, list[Rule]] = {}
    for rule in claims.level_rules:
        for clause in rule.all_clauses:
            rules_of.setdefault(clause, []).append(rule)
    return list(rules_of.items())


def _admitted(predicate: Predicate | None) -> Iterator[tuple[Sources, str]]:
    """List the values that a predicate admits, each with its sources."""
    match predicate:
        case OneOf(sources, values):
            yield from ((sources, value) for value in values)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _admitted(part)
        case Named(_, inner):
            yield from _admitted(inner)
        case Not() | _:
            # Values that are refused are not dead: they keep exposures out.
            return


def dead_clauses(claims: Claims) -> Iterator[Finding]:
    """Find the clauses that refuse no exposure that the other clauses of their rules let in.

    A clause that several rules share is dead if it is dead in all of them. A clause that is only a
    key refuses nothing by design, and is not checked.

    Parameters
    ----------
    claims : Claims
        The rules of a level.

    Yields
    ------
    Finding
        Of kind *dead clause*.
    """
    parts_of = {
        rule_key(rule): {clause.name: claims.split([demand]) for clause, demand in rule.demands}
        for rule in claims.level_rules
        if claims.takes(rule_key(rule))
    }
    for clause, sharing in _sharing(claims):
        rules = [rule for rule in sharing if rule_key(rule) in parts_of]
        if clause.where is None or not rules:
            continue
        if not any(_refuses(claims, parts_of[rule_key(rule)], clause.name) for rule in rules):
            what = "it refuses no exposure that the other clauses accept"
            keys = tuple(map(rule_key, rules))
            yield Finding("dead clause", claims.level, keys, clause.name, what, {})


def _refuses(claims: Claims, parts: Mapping[str, Sequence[Predicate]], clause: str) -> bool:
    """Tell whether a clause of a rule refuses an exposure that the other clauses let in.

    `parts` holds what each clause of the rule asks, by name.
    """
    others = [part for name, asked in parts.items() if name != clause for part in asked]
    return any(_refuses_in(claims.space, piece, parts[clause], others) for piece in claims.slices)


def _refuses_in(
    space: Space, piece: TypeSlice, tested: Sequence[Predicate], others: Sequence[Predicate]
) -> bool:
    """Tell whether an exposure of a slice satisfies all of `others` but not all of `tested`."""
    refusing = [reduced(space, predicate, piece) for predicate in tested]
    # Reduced tables have no idle axes, so one without attributes is a single truth value.
    if all(not names and table for names, table in refusing):
        return False
    admitting: list[Truth] = list(piece.facts)
    for predicate in others:
        names, table = reduced(space, predicate, piece)
        if names:
            admitting.append((names, table))
        elif not table:
            return False
    # Both tables are over the attributes of all truths, so they have the same shape.
    return bool((_joined(admitting, refusing) & ~_joined(refusing, admitting)).any())


def _joined(truths: Sequence[Truth], beside: Sequence[Truth]) -> NDArray[np.bool_]:
    """Tell where all of some truths hold, over their attributes and those of other truths.

    The table has one axis per attribute of `truths` and `beside`, in alphabetical order.
    """
    sizes = {
        name: size
        for names, table in (*truths, *beside)
        for name, size in zip(names, table.shape, strict=True)
    }
    return joined(dict(sorted(sizes.items())), truths)
