"""Random rule sets, checked and enumerated: ``python -m tests.proofs.random_rule_sets --count N``.

Each set has rules with patterns, open values and nested predicates, over a small domain with facts,
promises and declared gaps. What `check` finds is compared with what an evaluator of its own says of
every exposure of a finite universe: all short texts over a small alphabet, and the values that
`check` takes as witnesses. One exposure shows that there is one; trying all of them shows that
there is none.
"""

from __future__ import annotations

import argparse
import random
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, permutations, product

from rich.console import Console

from asnsolve import Rule, RuleSet, check, load_rules
from asnsolve.errors import AsnsolveError, ExpressionError
from asnsolve.expr.build import (
    all_of,
    any_of,
    at_least,
    is_set,
    matches,
    named,
    not_,
    one_of,
    same,
)
from asnsolve.expr.build_measured import in_range
from asnsolve.expr.nodes import AtLeast, InRange, IsSet, Matches, OneOf, Predicate, Same
from asnsolve.pool import measures
from asnsolve.proofs.claims import Claims
from asnsolve.proofs.findings import Report
from asnsolve.rules.domain import Declared, Domain, Fact, Gap, Promise
from asnsolve.rules.model import Base, Cases, Clause
from tests.proofs.evaluator import (
    Exposure,
    admits,
    holds,
    leaves,
    listed,
    role_in,
    takes,
    value_of,
)

__all__ = ["RandomSet", "contradictions", "main", "random_set"]

TYPES = ("mir_image", "nis_image", "nrc_image")
OPEN = ("filter", "targprop", "mostilno")
MEASURED = ("duration", "delay")
LIMITS = (-1.0, 0.0, 0.5, 3.0)
NUMBERS = ("-2", "-1", "-0.5", "0", "0.25", "0.5", "1", "3", "4")
"""The limits, and a number on each side of each."""

ROLES = ("background", "psf", "science")
ALPHABET = "ab1-"
TEXTS = tuple("".join(chars) for size in range(1, 5) for chars in product(ALPHABET, repeat=size))
# Values that patterns match, and values like those that `check` makes up for unlisted ones.
WORDS = ("a", "b", "ab", "a1", "b-", "other", "other-filter", "x")
NULL = frozenset({"--"})


@dataclass(frozen=True)
class RandomSet:
    """A rule set with its domain and declarations."""

    rules: RuleSet
    domain: Domain
    declared: Declared

    @cached_property
    def predicates(self) -> tuple[Predicate, ...]:
        """Everything that is asked of single exposures."""
        asked: list[Predicate] = [fact.predicate for fact in self.domain.facts]
        asked += [promise.where for promise in self.declared.promises]
        asked += [gap.where for gap in self.declared.gaps]
        for rule in self.rules:
            asked += [predicate for predicate, _ in rule.member_roles.cases]
            for clause in rule.all_clauses:
                asked += [clause.where] if clause.where is not None else []
                if clause.key is not None:
                    asked.append(is_set(*clause.key.sources))
        return tuple(asked)

    def exposures(self) -> Iterator[Exposure]:
        """Yield an exposure for each combination of values that some test tells apart."""
        tests: dict[str, set[IsSet | OneOf | Matches | InRange]] = {}
        for predicate in self.predicates:
            for test in leaves(predicate):
                for name in test.sources:
                    tests.setdefault(name, set()).add(test)
        witnesses = Claims(self.rules, 3, self.domain, self.declared).space.classes
        values: dict[str, list[str | None]] = {}
        for name, asked in tests.items():
            named_values = (v for test in asked if isinstance(test, OneOf) for v in test.values)
            built = (v for each in witnesses.get(name, ()) for v in (*each.values, *each.unlisted))
            every = (
                [*built, *NUMBERS] if name in MEASURED else [*TYPES, *named_values, *built, *TEXTS]
            )
            alike: dict[tuple[bool, ...], str] = {}
            for value in every:
                if value not in NULL and value == value.lower().strip():
                    # A test of several sources is asked of this one alone.
                    outcome = tuple(
                        holds(test, dict.fromkeys(test.sources, value)) for test in asked
                    )
                    alike.setdefault(outcome, value)
            values[name] = [None, *alike.values()]
        for combination in product(*values.values()):
            exposure = dict(zip(values, combination, strict=True))
            if all(holds(fact.predicate, exposure) for fact in self.domain.facts):
                yield exposure


def random_set(rng: random.Random) -> RandomSet:
    """Make a rule set about one, two or three open attributes."""
    made = _Maker(rng, rng.sample(OPEN, rng.choice([1, 2, 2, 2, 2, 3])))
    types = one_of("exp_type", *rng.sample(TYPES, rng.randint(1, 3)))
    shared = Clause("shared", made.predicate(2))
    rules = tuple(made.rule(number, types, shared) for number in range(rng.randint(1, 3)))
    values = {"exp_type": TYPES, "filter": ("a", "b", "ab")}
    facts = [Fact("a fact", made.predicate(1), "none") for _ in range(rng.choice([0, 0, 1, 2]))]
    promise = rng.choice([types, made.predicate(2), all_of(types, made.predicate(1))])
    promises = (Promise(3, promise, "science", "everything is taken"),)
    gaps = tuple(
        Gap(3, "science", all_of(promise, made.predicate(2)), "because")
        for _ in range(rng.choice([0, 0, 1]))
    )
    domain = Domain(values=values, facts=tuple(facts))
    rule_set = RuleSet(
        "random", rules, measures=tuple(measures.number(name, "s") for name in MEASURED)
    )
    return RandomSet(rule_set, domain, Declared(promises=promises, gaps=gaps))


@dataclass(frozen=True)
class _Maker:
    """Makes rules and predicates about some open attributes."""

    rng: random.Random
    attributes: Sequence[str]

    def rule(self, number: int, types: Predicate, shared: Clause) -> Rule:
        rng = self.rng
        clauses = [Clause("exp_type", types)] if rng.random() < 0.8 else []
        clauses += [shared] if rng.random() < 0.5 else []
        clauses += [
            Clause(f"clause_{at}", self.predicate(3), self._key())
            for at in range(rng.randint(1, 2))
        ]
        cases = tuple(
            (self.predicate(1), role) for role in ("background", "psf") if rng.random() < 0.6
        )
        needs = tuple(at_least(1, role) for _, role in cases if rng.random() < 0.4)
        base = Base(
            name="Random_Base",
            roles=Cases(cases, otherwise="science"),
            suffixes=Cases((), otherwise="cal"),
            product=load_rules("level3-2017")["Asn_Image"].base.product,
            needs=(),
        )
        return Rule(
            name=f"Asn_{number}",
            asn_type="image3",
            title="a random rule",
            base=base,
            clauses=tuple(clauses),
            needs=needs,
        )

    def _key(self) -> Same | None:
        rng = self.rng
        if rng.random() < 0.6:
            return None
        roles = rng.choice([None, None, "science"])
        return same(*self._sources(), roles=roles, optional=rng.random() < 0.5)

    def _sources(self) -> list[str]:
        return self.rng.sample(
            self.attributes, min(len(self.attributes), self.rng.choice([1, 1, 1, 2]))
        )

    def predicate(self, depth: int) -> Predicate:
        rng = self.rng
        if depth and rng.random() < 0.6:
            parts = [self.predicate(depth - 1) for _ in range(rng.randint(1, 3))]
            made = rng.choice([all_of, any_of])(*parts)
            return not_(made) if rng.random() < 0.2 else made
        leaf = self._leaf()
        if rng.random() < 0.1:
            leaf = named("a name", leaf)
        return not_(leaf) if rng.random() < 0.3 else leaf

    def _leaf(self) -> Predicate:
        rng = self.rng
        sources = self._sources()
        if rng.random() < 0.2:
            return self._range()
        match rng.randrange(8):
            case 0:
                return is_set(*sources)
            case 1:
                return one_of("exp_type", *rng.sample(TYPES, rng.randint(1, 2)))
            case 2:
                return matches("exp_type", rng.choice(["n.*", ".*_image", "m.+", "[^n].*", ".{9}"]))
            case 3 | 4:
                return one_of(sources, *rng.sample(WORDS, rng.randint(1, 3)))
            case _:
                while True:
                    try:
                        return matches(sources, self._pattern())
                    except ExpressionError:
                        # A set such as [b-a], which Python refuses.
                        continue

    def _range(self) -> Predicate:
        rng = self.rng
        low, high = sorted(rng.choices(LIMITS, k=2))
        least, most = rng.choice([(low, None), (None, high), (low, high)])
        return in_range(rng.sample(MEASURED, rng.choice([1, 1, 2])), least, most, "s")

    def _pattern(self) -> str:
        rng = self.rng
        pieces = ["a", "b", "1", "-", "B", ".", r"\d", r"\w", "[ab]", "[^a]", r"\D", "(a|b1)"]
        counts = ("", "", "*", "+", "?", "{2}", "{1,2}")
        parts = [rng.choice(pieces) + rng.choice(counts) for _ in range(rng.randint(1, 3))]
        return "|".join(["".join(parts), *(["a-"] if rng.random() < 0.1 else [])])


def contradictions(case: RandomSet, report: Report) -> list[str]:
    """Compare what `check` reports with what enumeration shows.

    Parameters
    ----------
    case : RandomSet
        The rule set.
    report : Report
        What `check` says of it.

    Returns
    -------
    list of str
        What differs, in words; empty if nothing does.
    """
    seen = [_Seen.of(case, exposure) for exposure in case.exposures()]
    expected = {
        *_gaps(case, seen),
        *_overlaps(case, seen),
        *_dead(case, seen),
        *_unmet(case, seen),
    }
    found = {
        (finding.kind, finding.rules, finding.subject, finding.reason or "")
        for finding in report.findings
        if finding.kind != "name"
    }
    wrong = [f"not found: {each}" for each in sorted(expected - found)]
    wrong += [f"found, and not so: {each}" for each in sorted(found - expected)]
    return wrong + list(_wrong_witnesses(case, report))


_Found = tuple[str, tuple[str, ...], str, str]


@dataclass(frozen=True)
class _Seen:
    """An exposure, with all that the evaluator says of it.

    Parameters
    ----------
    exposure : mapping of str to str or None
        The exposure.
    promised : bool
        Whether it is promised that a rule takes it.
    known : tuple of bool
        Whether it is in each declared gap.
    refusing : mapping of str to frozenset of str
        For each rule, the clauses that keep it out.
    roles : mapping of str to str
        For each rule that takes it, the role.
    """

    exposure: Exposure
    promised: bool
    known: tuple[bool, ...]
    refusing: dict[str, frozenset[str]]
    roles: dict[str, str]

    @classmethod
    def of(cls, case: RandomSet, exposure: Exposure) -> _Seen:
        refusing = {
            rule.name: frozenset(
                clause.name for clause in rule.all_clauses if not admits(clause, rule, exposure)
            )
            for rule in case.rules
        }
        return cls(
            exposure,
            any(holds(promise.where, exposure) for promise in case.declared.promises),
            tuple(holds(gap.where, exposure) for gap in case.declared.gaps),
            refusing,
            {
                rule.name: role_in(rule.member_roles, exposure)
                for rule in case.rules
                if not refusing[rule.name]
            },
        )

    @property
    def is_taken(self) -> bool:
        """Whether a rule takes it as science."""
        return "science" in self.roles.values()


def _gaps(case: RandomSet, seen: Sequence[_Seen]) -> Iterator[_Found]:
    promised = [each for each in seen if each.promised]
    if any(not each.is_taken and not any(each.known) for each in promised):
        yield "gap", (), "science", ""
    for number, gap in enumerate(case.declared.gaps):
        inside = [each for each in promised if each.known[number]]
        if any(not each.is_taken for each in inside):
            yield "gap", (), "science", gap.reason
        else:
            yield "declaration", (), "science", ""
        for exp_type in {each.exposure.get("exp_type") for each in inside}:
            roles = [each.roles for each in inside if each.exposure.get("exp_type") == exp_type]
            takers = tuple(
                rule.name
                for rule in case.rules
                if any(of_rules.get(rule.name) == "science" for of_rules in roles)
            )
            if takers:
                yield "declaration", takers, "science", ""


def _overlaps(case: RandomSet, seen: Sequence[_Seen]) -> Iterator[_Found]:
    for first, second in combinations((rule.name for rule in case.rules), 2):
        shared = {
            (each.roles[first], each.roles[second])
            for each in seen
            if first in each.roles and second in each.roles
        }
        as_science = {("science", "science")}
        if shared & as_science:
            yield "overlap", (first, second), "science", ""
        if shared - as_science:
            texts = (
                one if one == other else f"{one} and {other}"
                for one, other in sorted(shared - as_science)
            )
            yield "role overlap", (first, second), ", ".join(texts), ""
    for first, second in permutations((rule.name for rule in case.rules), 2):
        taken = [each for each in seen if first in each.roles]
        if taken and all(second in each.roles for each in taken):
            yield "implied rule", (first,), second, ""


def _dead(case: RandomSet, seen: Sequence[_Seen]) -> Iterator[_Found]:
    taken = {
        rule.name: [each.exposure for each in seen if rule.name in each.roles]
        for rule in case.rules
    }
    rules_of: dict[Clause, list[Rule]] = {}
    for rule in case.rules:
        if not taken[rule.name]:
            yield "dead rule", (rule.name,), "", ""
            continue
        for clause in rule.all_clauses:
            rules_of.setdefault(clause, []).append(rule)
    for clause, rules in rules_of.items():
        if clause.where is None:
            continue
        names = tuple(rule.name for rule in rules)
        for sources, value in listed(clause.where):
            if not any(
                value_of(sources, each) == value or _can_have(case, rule, each, sources, value)
                for rule in rules
                for each in taken[rule.name]
            ):
                yield "dead value", names, f"{clause.name} {value}", ""
        if not any(each.refusing[name] == {clause.name} for name in names for each in seen):
            yield "dead clause", names, clause.name, ""


def _can_have(
    case: RandomSet, rule: Rule, exposure: Exposure, sources: tuple[str, ...], value: str
) -> bool:
    """Tell whether a rule takes an exposure with another value too.

    Values that no test tells apart are enumerated once, so this one may stand behind another.
    """
    for number, name in enumerate(sources):
        other = {**exposure, **dict.fromkeys(sources[:number]), name: value}
        facts = (fact.predicate for fact in case.domain.facts)
        if all(holds(fact, other) for fact in facts) and takes(rule, other) is not None:
            return True
    return False


def _unmet(case: RandomSet, seen: Sequence[_Seen]) -> Iterator[_Found]:
    for rule in case.rules:
        roles = {each.roles[rule.name] for each in seen if rule.name in each.roles}
        for need in rule.all_needs:
            if isinstance(need, AtLeast) and need.role and roles and need.role not in roles:
                yield "need", (rule.name,), need.role, ""


def _wrong_witnesses(case: RandomSet, report: Report) -> Iterator[str]:
    """Tell which witnesses are no exposures, or show nothing."""
    facts = [fact.predicate for fact in case.domain.facts]
    for finding in report.findings:
        if not finding.witness:
            continue
        seen = _Seen.of(case, finding.witness)
        shown = f"{finding} {dict(seen.exposure)}"
        if not all(holds(fact, seen.exposure) for fact in facts):
            yield f"no exposure that there can be: {shown}"
        elif finding.kind == "gap" and (
            seen.is_taken or not seen.promised or any(seen.known) is (finding.reason is None)
        ):
            yield f"no gap: {shown}"
        elif (
            finding.kind == "overlap"
            and any(seen.roles.get(name) != "science" for name in finding.rules)
        ) or (finding.kind == "role overlap" and not seen.roles.keys() >= {*finding.rules}):
            yield f"no overlap: {shown}"


def compared(seeds: Iterable[int]) -> Iterator[tuple[int, Report | None, list[str]]]:
    """Check and enumerate the rule sets of some seeds.

    Parameters
    ----------
    seeds : iterable of int
        One for each rule set.

    Yields
    ------
    seed : int
    report : Report or None
        What `check` says; None if it failed.
    wrong : list of str
        What contradicts enumeration, or why `check` failed.
    """
    for seed in seeds:
        case = random_set(random.Random(seed))
        try:
            report = check(case.rules, domain=case.domain, declared=case.declared)
        except (AsnsolveError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            yield seed, None, [traceback.format_exc()]
            continue
        yield seed, report, contradictions(case, report)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare many rule sets, and print what differs."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--count", type=int, default=3000, help="how many rule sets")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    chosen = parser.parse_args(arguments)
    console = Console()
    wrong = errors = findings = 0
    for seed, report, words in compared(range(chosen.seed, chosen.seed + chosen.count)):
        findings += len(report.findings) if report else 0
        errors += report is None
        wrong += report is not None and bool(words)
        for line in words:
            console.print(f"seed {seed}: {line}", markup=False, soft_wrap=True)
    console.print(f"{chosen.count} rule sets, {findings} findings: {wrong} wrong, {errors} errors")
    return int(bool(wrong or errors))


if __name__ == "__main__":
    raise SystemExit(main())
