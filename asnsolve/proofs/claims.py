"""What rules take in which role, as conditions on a single exposure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from asnsolve.expr.fold import attributes, conjuncts
from asnsolve.expr.nodes import Predicate
from asnsolve.proofs.counterexamples import TYPE, Slice, slice_of
from asnsolve.proofs.space import Space
from asnsolve.rules.declarations import Declared, Domain
from asnsolve.rules.rule import Rule, RuleSet

__all__ = ["SCIENCE", "Claims", "as_role", "rule_key", "serves_observations"]

SCIENCE: Final = "science"
"""The role that products are made of."""

_OBSERVATION: Final = "observation"


def rule_key(rule: Rule) -> str:
    """Name a rule and its variant."""
    return f"{rule.name}:{rule.variant}" if rule.variant else rule.name


def as_role(rule: Rule, role: str) -> str:
    """Name the exposures that a rule takes in a role."""
    return f"{rule_key(rule)} as {role}"


def serves_observations(rule: Rule) -> bool:
    """Tell whether a rule is solved where exposures name their observation alone."""
    types = rule.scope_reach.candidate_types
    return types is None or _OBSERVATION in types


@dataclass(frozen=True)
class Claims:
    """The rules of one level, what is promised of them, and the exposures that there can be.

    Parameters
    ----------
    rules : RuleSet
        The rule set.
    level : int
        The level.
    domain : Domain
        The exposures that there can be.
    declared : Declared
        What is promised and known.
    """

    rules: RuleSet
    level: int
    domain: Domain
    declared: Declared
    _parts: dict[Predicate, Predicate] = field(default_factory=dict)

    @cached_property
    def own(self) -> tuple[Rule, ...]:
        """The rules of the level."""
        return tuple(rule for rule in self.rules if rule.base.level == self.level)

    @cached_property
    def facts(self) -> tuple[Predicate, ...]:
        """What is true of every exposure."""
        return self.split(fact.predicate for fact in self.domain.facts)

    @cached_property
    def all(self) -> Mapping[str, tuple[Predicate, ...]]:
        """Every claimant: rules, rules by role, promises and declared gaps."""
        found: dict[str, tuple[Predicate, ...]] = {}
        for rule in self.own:
            demands = self.split(demand for _, demand in rule.demands)
            found[rule_key(rule)] = demands
            for role in rule.member_roles.results():
                found[as_role(rule, role)] = (
                    *demands,
                    *self.split([rule.member_roles.when((role,))]),
                )
        for number, promise in enumerate(self.declared.promises):
            found[f"promise {number}"] = self.split([promise.where])
        for number, gap in enumerate(self.declared.gaps):
            found[f"gap {number}"] = self.split([gap.where])
        return found

    @cached_property
    def space(self) -> Space:
        """The values that something of all this tells apart."""
        every = [*self.facts, *(one for parts in self.all.values() for one in parts)]
        return Space.of(every, self.domain.values)

    @cached_property
    def slices(self) -> Sequence[Slice]:
        """The exposures of each class of exposure types that there can be."""
        count = len(self.space.classes[TYPE]) if TYPE in self.space.classes else 1
        found = (slice_of(self.space, at, self.facts, self.all) for at in range(count))
        return [one for one in found if one is not None]

    def split(self, predicates: Iterable[Predicate]) -> tuple[Predicate, ...]:
        """Return what must hold for predicates to hold; equal parts are one object.

        What the type of an exposure decides stands first: it rules out most exposures.
        """
        parts = dict.fromkeys(self._split(predicates))
        return tuple(sorted(parts, key=lambda part: attributes(part) != {TYPE}))

    def _split(self, predicates: Iterable[Predicate]) -> Iterator[Predicate]:
        for predicate in predicates:
            for part in conjuncts(predicate):
                yield self._parts.setdefault(part, part)
