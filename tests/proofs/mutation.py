"""Rule sets with a fault put in: ``python -m tests.proofs.mutation [RULES] [--every N]``.

A mutant is killed if a check of it finds something that is not declared, or if it is no rule set
any more. One that is not is equivalent if a SAT solver proves that every rule takes the same
exposures in the same roles, or that its names tell the same; otherwise it has survived.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rich.console import Console

from asnsolve import RuleError, RuleSet, check, load_rules
from asnsolve.expr.build import one_of
from asnsolve.expr.nodes import AllOf, AnyOf, Named, OneOf, Predicate
from asnsolve.proofs.claims import Claims, rule_key
from asnsolve.proofs.sets import DECLARED, DOMAIN
from asnsolve.proofs.untold_keys import untold_keys
from asnsolve.report.tables import print_table
from asnsolve.rules.model import Clause, Rule
from asnsolve.templates import EXPOSURE_NAME
from tests.proofs.sat import Formula

__all__ = ["Mutant", "fate", "mutants"]


@dataclass(frozen=True)
class Mutant:
    """A rule set with one fault."""

    operator: str
    what: str
    level: int
    rules: RuleSet


def mutants(rules: RuleSet) -> Iterator[Mutant]:
    """Put every fault into every rule, one at a time."""
    for rule in rules:
        rest = tuple(one for one in rules if one is not rule)
        yield _mutant("rule deleted", rule_key(rule), rule, replace(rules, rules=rest))
        twin = replace(rule, name=f"{rule.name}_Again")
        both = replace(rules, rules=(*rules.rules, twin))
        yield _mutant("rule doubled", rule_key(rule), rule, both)
        never = Clause("never", AllOf((one_of("program", "1"), one_of("program", "2"))))
        yield _swapped(
            "impossible clause",
            rule_key(rule),
            rules,
            rule,
            _with(rule, (*rule.all_clauses, never)),
        )
        for clause in rule.all_clauses:
            for value, left in _dropped(clause.where):
                kept = tuple(
                    replace(one, where=left) if one is clause else one for one in rule.all_clauses
                )
                what = f"{rule_key(rule)}: {clause.name} without {value}"
                yield _swapped("value dropped", what, rules, rule, _with(rule, kept))
        for field in re.findall(r"\[[^\]]*\]|[_-]?\{\w+\}", rule.product_template):
            if rule.product_template != EXPOSURE_NAME:
                shorter = replace(rule, product=rule.product_template.replace(field, ""))
                what = f"{rule_key(rule)}: name without {field}"
                yield _swapped("attribute out of name", what, rules, rule, shorter)


def _mutant(operator: str, what: str, rule: Rule, rules: RuleSet) -> Mutant:
    return Mutant(operator, what, rule.base.level, rules)


def _swapped(operator: str, what: str, rules: RuleSet, rule: Rule, other: Rule) -> Mutant:
    swapped = tuple(other if one is rule else one for one in rules)
    return _mutant(operator, what, rule, replace(rules, rules=swapped))


def _with(rule: Rule, clauses: tuple[Clause, ...]) -> Rule:
    return replace(rule, mixins=(), clauses=clauses)


def _dropped(predicate: Predicate | None) -> Iterator[tuple[str, Predicate]]:
    """Give each listed value with what is left of a predicate without it."""
    match predicate:
        case OneOf(sources, values) if len(values) > 1:
            for value in values:
                yield value, OneOf(sources, tuple(one for one in values if one != value))
        case AllOf(parts) | AnyOf(parts):
            for at, part in enumerate(parts):
                for value, left in _dropped(part):
                    yield value, type(predicate)((*parts[:at], left, *parts[at + 1 :]))
        case Named(name, inner):
            for value, left in _dropped(inner):
                yield value, Named(name, left)


def fate(mutant: Mutant, rules: RuleSet) -> str:
    """Say what becomes of a mutant: killed, equivalent or survived."""
    try:
        if check(mutant.rules, level=mutant.level).undeclared:
            return "killed"
    except RuleError:
        return "killed"
    return "equivalent" if _same(mutant, rules) else "survived"


def _same(mutant: Mutant, rules: RuleSet) -> bool:
    declared = DECLARED[rules.name]
    before, after = (Claims(one, mutant.level, DOMAIN, declared) for one in (rules, mutant.rules))
    if [str(one) for one in untold_keys(before)] != [str(one) for one in untold_keys(after)]:
        return False
    if {rule_key(rule) for rule in before.level_rules} != {
        rule_key(rule) for rule in after.level_rules
    }:
        return False
    joint = Claims(
        replace(rules, rules=(*rules.rules, *mutant.rules.rules)), mutant.level, DOMAIN, declared
    )
    formula = Formula(joint.space)
    formula.clauses.append([formula.all_of(joint.facts)])
    others = {rule_key(rule): rule for rule in after.level_rules}
    for rule in before.level_rules:
        other = others[rule_key(rule)]
        for role in rule.member_roles.results():
            one, two = (
                formula.all_of(
                    [*(demand for _, demand in each.demands), each.member_roles.when((role,))]
                )
                for each in (rule, other)
            )
            if formula.satisfiable(one, -two) or formula.satisfiable(two, -one):
                return False
    return True


def main() -> None:
    """Print the fates of all mutants, and name the survivors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rules", nargs="?", default="jwst")
    parser.add_argument("--every", type=int, default=1, help="take every n-th mutant alone")
    args = parser.parse_args()
    rules = load_rules(args.rules)
    console = Console(width=120)
    fates: Counter[tuple[str, str]] = Counter()
    for mutant in list(mutants(rules))[:: args.every]:
        told = fate(mutant, rules)
        fates[mutant.operator, told] += 1
        if told == "survived":
            console.print(f"survived: {mutant.operator}: {mutant.what}", markup=False)
    operators = dict.fromkeys(operator for operator, _ in fates)
    rows = [
        (one, *(str(fates[one, told]) for told in ("killed", "equivalent", "survived")))
        for one in operators
    ]
    print_table(console, ("", "killed", "equivalent", "survived"), rows, numbers=3)


if __name__ == "__main__":
    main()
