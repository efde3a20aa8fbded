"""Another engine agrees: no gap but those declared, and each of those is one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations

import pytest

from asnsolve import load_rules
from asnsolve.proofs.claims import Claims, as_role, serves_observations
from asnsolve.proofs.overlaps import implied_rules, overlaps, roles_text
from asnsolve.rules.rule_set import rule_key
from asnsolve.rules.shipped_declarations import DECLARED, DOMAIN
from tests.proofs.sat import Formula

CASES = (("jwst", 2), ("jwst", 3), ("level3-2017", 3))


@pytest.fixture(params=CASES, ids=[f"{name}-{level}" for name, level in CASES])
def asked(request: pytest.FixtureRequest) -> Iterator[tuple[Claims, Formula]]:
    name, level = request.param
    claims = Claims(load_rules(name), level, DOMAIN, DECLARED[name])
    formula = Formula(claims.space)
    formula.clauses.append([formula.all_of(claims.facts)])
    yield claims, formula


def test_promises_are_kept_but_for_declared_gaps(asked: tuple[Claims, Formula]) -> None:
    claims, formula = asked
    for number, promise in enumerate(claims.declared.promises):
        if promise.level != claims.level:
            continue
        promised = formula.all_of(claims.claimants[f"promise {number}"])
        takers = [
            formula.all_of(claims.claimants[as_role(rule, promise.role)])
            for rule in claims.level_rules
            if as_role(rule, promise.role) in claims.claimants and serves_observations(rule)
        ]
        known = [
            formula.all_of(claims.claimants[f"gap {at}"])
            for at, gap in enumerate(claims.declared.gaps)
            if (gap.level, gap.role) == (promise.level, promise.role)
        ]
        free = [-one for one in takers]
        assert not formula.satisfiable(promised, *free, *(-one for one in known))
        # What is declared is neither too little nor too much.
        for gap in known:
            assert not formula.satisfiable(promised, gap, formula.either(takers))


def test_overlaps_are_those_found(asked: tuple[Claims, Formula]) -> None:
    claims, formula = asked
    literals = {
        (rule_key(rule), role): formula.all_of(claims.claimants[as_role(rule, role)])
        for rule in claims.level_rules
        for role in rule.member_roles.results()
    }
    found = {
        (*finding.rules, roles)
        for finding in overlaps(claims)
        if finding.kind in ("overlap", "role overlap")
        for roles in finding.subject.split(", ")
    }
    for ((first, role), one), ((second, other), two) in combinations(literals.items(), 2):
        if first != second:
            both = formula.satisfiable(one, two)
            assert both == ((first, second, roles_text((role, other))) in found), (first, second)


def test_implied_rules_are_those_found(asked: tuple[Claims, Formula]) -> None:
    claims, formula = asked
    literals = {
        rule_key(rule): formula.all_of(claims.claimants[rule_key(rule)])
        for rule in claims.level_rules
    }
    found = {(*finding.rules, finding.subject) for finding in implied_rules(claims)}
    for (first, one), (second, two) in permutations(literals.items(), 2):
        assert formula.satisfiable(one, -two) == ((first, second) not in found), (first, second)
