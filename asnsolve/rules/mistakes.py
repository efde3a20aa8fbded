"""Find mistakes in rules before anything is solved with them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from types import NoneType, UnionType
from typing import assert_never

from asnsolve.errors import Location, Problem, RuleError
from asnsolve.expr.fold import attributes
from asnsolve.expr.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    Distinct,
    IsSet,
    Matches,
    Named,
    Not,
    OneOf,
    Predicate,
    Same,
    Within,
)
from asnsolve.pool.vocabulary import ATTRIBUTES, VALUES
from asnsolve.rules.model import Base, Cases, Clause, Mixin, Reach, Rule
from asnsolve.rules.steps import Attach, BestImprints, DirectImage, Nods, SpectraAsBackground
from asnsolve.suggest import did_you_mean
from asnsolve.templates import check_template

_RULE_NAME = re.compile(r"Asn_\w+")
_STEP = Attach | BestImprints | DirectImage | Nods | SpectraAsBackground
_ASN_TYPE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def check_rules(source: str, rules: Iterable[Rule], columns: frozenset[str]) -> list[Problem]:
    """Find the mistakes in the rules of a set.

    Parameters
    ----------
    source : str
        Where the rules come from, for messages.
    rules : iterable of Rule
        The rules of one set.
    columns : frozenset of str
        Attributes that the rules may name in addition to the known ones.

    Returns
    -------
    list of Problem
        Empty if the rules are acceptable.
    """
    rules = tuple(rules)
    known = ATTRIBUTES | columns
    problems = [
        Problem(what, Location(source, rule=rule.name), expected, advice)
        for rule in rules
        for what, expected, advice in _mistakes(rule, known)
    ]
    problems += [
        Problem(f"{count} rules have this name", Location(source, rule=name), "one of each variant")
        for (name, _), count in Counter((rule.name, rule.variant) for rule in rules).items()
        if count > 1
    ]
    return problems


Mistake = tuple[str, str, str]
"""What is wrong, what was expected, and advice; the last may be empty."""


def _mistakes(rule: Rule, known: frozenset[str]) -> list[Mistake]:
    """Find the mistakes of one rule; its parts are read only if they have the right types."""
    return [*_shape(rule)] or [*_names(rule), *_attributes(rule, known), *_roles(rule)]


def _shape(rule: Rule) -> Iterator[Mistake]:
    """Find parts of the wrong type: a lone value for a tuple, a key in the place of a predicate."""
    # Rule files are not type-checked, so everything that a type checker would find is found here.
    yield from _parts("base", (rule.base,), Base)
    yield from _parts("mixins", rule.mixins, Mixin)
    yield from _parts("clauses", rule.clauses, Clause)
    yield from _parts("needs", rule.needs, AtLeast | Distinct | Within)
    yield from _parts("reach", (rule.reach,), Reach | None)
    if isinstance(rule.reach, Reach):
        yield from _parts("candidate_types", rule.reach.candidate_types or (), str)
        yield from _parts("barred_types", rule.reach.barred_types, str)
    yield from _parts("steps", rule.steps, _STEP)
    yield from _parts("roles", (rule.roles,), Cases | None)
    yield from _parts("suffixes", (rule.suffixes,), Cases | None)


def _parts(name: str, parts: object, kind: type | UnionType) -> Iterator[Mistake]:
    if not isinstance(parts, tuple):
        advice = "A tuple of one ends in a comma: (value,)."
        yield f"the value of {name} is of type {type(parts).__name__}", "a tuple", advice
        return
    for part in parts:
        match part:
            case _ if not isinstance(part, kind):
                yield f"{name} holds a value of type {type(part).__name__}", _kind(kind), ""
            case Mixin(mixin, clauses):
                yield from _parts(f"clauses of mixin {mixin!r}", clauses, Clause)
            case Clause():
                yield from _clause_shape(part)


def _clause_shape(clause: Clause) -> Iterator[Mistake]:
    if not isinstance(clause.where, Predicate | None):
        kind = type(clause.where).__name__
        what = f"what clause {clause.name!r} asks of each exposure is of type {kind}"
        yield what, "a predicate", "What members share is given as key=same(...)."
    if not isinstance(clause.key, Same | None):
        what = f"the key of clause {clause.name!r} is of type {type(clause.key).__name__}"
        yield what, "same(...)", ""


def _kind(kind: type | UnionType) -> str:
    kinds = kind.__args__ if isinstance(kind, UnionType) else (kind,)
    return "only " + " or ".join(each.__name__ for each in kinds if each is not NoneType)


def _names(rule: Rule) -> Iterator[Mistake]:
    if not _RULE_NAME.fullmatch(rule.name):
        yield f"{rule.name!r} is not a name of a rule", "a name that starts with Asn_", ""
    if not _ASN_TYPE.fullmatch(rule.asn_type):
        yield f"{rule.asn_type!r} is not an association type", "lower-case letters and digits", ""
    try:
        check_template(rule.product_template, rule.name)
    except RuleError as error:
        yield from ((problem.what, problem.expected, problem.advice) for problem in error.problems)
    for clauses in (rule.clauses, *(mixin.clauses for mixin in rule.mixins)):
        for name, count in Counter(clause.name for clause in clauses).items():
            if count > 1:
                yield f"{count} clauses are named {name!r}", "one", "Join them with all_of(...)."
    for clause in rule.all_clauses:
        if clause.where is None and clause.key is None:
            yield f"clause {clause.name!r} says nothing", "a predicate or a key", ""


def _attributes(rule: Rule, known: frozenset[str]) -> Iterator[Mistake]:
    named: dict[str, None] = {}
    for predicate in rule.predicates():
        named |= dict.fromkeys(sorted(attributes(predicate)))
        yield from _impossible(predicate)
    for name in _shared(rule):
        named[name] = None
    for name in named:
        if name not in known:
            advice = did_you_mean(name, known) or "Declare a column of your own in COLUMNS."
            yield f"no pool has an attribute {name!r}", "a column of a pool", advice


def _shared(rule: Rule) -> Iterator[str]:
    """List the attributes that keys, needs and steps compare between members."""
    for _, key in rule.keys:
        yield from key.sources
        yield from () if key.instead is None else key.instead[1]
    for need in _plain_needs(rule):
        yield from need.sources if isinstance(need, Distinct) else ()
    for step in rule.all_steps:
        yield from step.shared if isinstance(step, Attach) else ()


def _plain_needs(rule: Rule) -> Iterator[AtLeast | Distinct]:
    """List the needs of a rule, without the candidate types that they are limited to."""
    for need in rule.all_needs:
        match need:
            case Within(_, inner):
                yield inner
            case AtLeast() | Distinct():
                yield need
            case _:
                assert_never(need)


def _impossible(predicate: Predicate) -> Iterator[Mistake]:
    """Find the values that an attribute with a closed vocabulary never has."""
    match predicate:
        case OneOf(sources, values):
            # A source without a closed vocabulary may have any value, so it admits all of them.
            domain = frozenset().union(*(VALUES.get(name, frozenset(values)) for name in sources))
            for value in values:
                if value not in domain:
                    advice = did_you_mean(value, domain)
                    yield f"{sources[0]} is never {value!r}", f"a value of {sources[0]}", advice
        case Not(inner) | Named(_, inner):
            yield from _impossible(inner)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _impossible(part)
        case IsSet() | Matches():
            pass
        case _:
            assert_never(predicate)


def _roles(rule: Rule) -> Iterator[Mistake]:
    """Find keys and needs for a role that no exposure gets from the cases of the rule."""
    roles = rule.member_roles.results()
    for clause, key in rule.keys:
        for role in key.roles or ():
            if role not in roles:
                what = f"clause {clause!r} binds the role {role!r}, which no exposure has"
                yield what, f"one of {', '.join(roles)}", did_you_mean(role, roles)
    for need in _plain_needs(rule):
        if isinstance(need, AtLeast) and need.role is not None and need.role not in roles:
            what = f"a need counts the role {need.role!r}, which no exposure has"
            yield what, f"one of {', '.join(roles)}", did_you_mean(need.role, roles)
