"""Rule sets with a fault put in: ``python -m tests.proofs.mutation [RULES] [--every N]``.

A mutant is killed if a check of it finds something that is not declared, or if it is refused as a
rule set. Otherwise it is equivalent if a SAT solver proves that every rule takes the same exposures
in the same roles, and all other parts of every rule read the same; if not, it has survived. The
comparison with declared extents is quick and runs first.
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
from asnsolve.expr.nodes import AllOf, AnyOf, Key, Named, OneOf, Predicate
from asnsolve.interpret.to_text import to_text
from asnsolve.profiles.templates import EXPOSURE_NAME
from asnsolve.proofs.claims import Claims
from asnsolve.proofs.extents import undeclared_extents
from asnsolve.proofs.rule_parts import part_sentences
from asnsolve.report.tables import print_table
from asnsolve.rules.domain import Declared
from asnsolve.rules.model import Clause, Rule
from asnsolve.rules.rule_set import rule_key
from asnsolve.rules.shipped_declarations import DECLARED, DOMAIN
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
        for operator, what, other in (*_clause_faults(rule), *_part_faults(rule)):
            yield _swapped(operator, f"{rule_key(rule)}: {what}", rules, rule, other)


Fault = tuple[str, str, Rule]


def _clause_faults(rule: Rule) -> Iterator[Fault]:
    """Drop each clause, and drop or weaken each key."""
    for clause in rule.all_clauses:
        kept = tuple(one for one in rule.all_clauses if one is not clause)
        yield "clause dropped", f"without {clause.name}", _with(rule, kept)
        key = clause.key
        if key is None:
            continue
        if clause.where is not None:
            yield "key dropped", f"{clause.name} without its key", _keyed(rule, clause, None)
        if not key.optional:
            weaker = replace(key, optional=True)
            yield "key weakened", f"{clause.name} optional", _keyed(rule, clause, weaker)
        fewer = [("science",)] if key.roles is None else [key.roles[:-1]] if key.roles[1:] else []
        for roles in fewer:
            what = f"{clause.name} for {' and '.join(roles)} alone"
            yield "key weakened", what, _keyed(rule, clause, replace(key, roles=roles))


def _keyed(rule: Rule, clause: Clause, key: Key | None) -> Rule:
    clauses = (replace(one, key=key) if one is clause else one for one in rule.all_clauses)
    return _with(rule, tuple(clauses))


def _part_faults(rule: Rule) -> Iterator[Fault]:
    """Change needs, steps, roles, stages and reach."""
    base = rule.base
    for need in rule.needs:
        kept = tuple(one for one in rule.needs if one != need)
        yield "need dropped", to_text(need), replace(rule, needs=kept)
    for need in base.needs:
        kept = tuple(one for one in base.needs if one != need)
        yield "need dropped", to_text(need), replace(rule, base=replace(base, needs=kept))
    for at in range(len(rule.steps)):
        shorter = replace(rule, steps=(*rule.steps[:at], *rule.steps[at + 1 :]))
        yield "step dropped", f"step {at}", shorter
    for at in range(len(base.steps)):
        steps = (*base.steps[:at], *base.steps[at + 1 :])
        yield (
            "step dropped",
            f"step {at} of the base",
            replace(rule, base=replace(base, steps=steps)),
        )
    roles = rule.member_roles
    for at in range(len(roles.cases) - 1):
        first, second = roles.cases[at : at + 2]
        swapped = (*roles.cases[:at], second, first, *roles.cases[at + 2 :])
        what = f"{second[1]} before {first[1]}"
        yield "role cases reordered", what, replace(rule, roles=replace(roles, cases=swapped))
    stages = rule.member_suffixes
    for at, (where, stage) in enumerate(stages.cases):
        other = "rate" if stage != "rate" else "cal"
        cases = (*stages.cases[:at], (where, other), *stages.cases[at + 1 :])
        what = f"{other} instead of {stage}"
        yield "stage changed", what, replace(rule, suffixes=replace(stages, cases=cases))
    last = "cal" if stages.otherwise != "cal" else "rate"
    yield (
        "stage changed",
        f"{last} at last",
        replace(rule, suffixes=replace(stages, otherwise=last)),
    )
    reach = rule.scope_reach
    changed = replace(reach, discovered=not reach.discovered)
    yield "reach changed", "discovery", replace(rule, reach=changed)
    types = reach.candidate_types
    fewer = ("observation",) if types is None else types[:-1] or ("mosaic",)
    narrower = replace(reach, candidate_types=fewer)
    yield "reach changed", f"in {' and '.join(fewer)} candidates", replace(rule, reach=narrower)


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
    declared = DECLARED[rules.name]
    if any(undeclared_extents(Claims(mutant.rules, mutant.level, DOMAIN, declared))):
        return "killed"
    if _same(mutant, rules):
        return "equivalent"
    try:
        found = check(mutant.rules, level=mutant.level).undeclared
    except RuleError:
        return "killed"
    return "killed" if found else "survived"


def _same(mutant: Mutant, rules: RuleSet) -> bool:
    """Tell whether the rules take the same in the same roles, and are the same in all else."""
    if list(map(rule_key, rules)) != list(map(rule_key, mutant.rules)):
        return False
    pairs = zip(rules, mutant.rules, strict=True)
    changed = [(before, after) for before, after in pairs if before is not after]
    if any(part_sentences(before) != part_sentences(after) for before, after in changed):
        return False
    both = replace(rules, rules=tuple(rule for pair in changed for rule in pair))
    joint = Claims(both, mutant.level, DOMAIN, Declared())
    formula = Formula(joint.space)
    formula.clauses.append([formula.all_of(joint.facts)])
    for pair in changed:
        for role in {role for rule in pair for role in rule.member_roles.results()}:
            one, two = (
                formula.all_of(
                    [*(demand for _, demand in rule.demands), rule.member_roles.when((role,))]
                )
                for rule in pair
            )
            if formula.satisfiable(one, -two) or formula.satisfiable(two, -one):
                return False
    return True


def main() -> None:
    """Print the fates of all mutants, and name the survivors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rules", nargs="?", default="jwst")
    parser.add_argument("--every", type=int, default=1, help="take only every n-th mutant")
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
