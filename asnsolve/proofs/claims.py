"""Claims: what rules take in which role, as conditions on a single exposure.

A *claimant* is anything that claims exposures: a rule, a rule in one role, a promise, or a declared
gap. Each is a name and the predicates that an exposure must satisfy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from asnsolve.expr.fold import attributes, conjuncts, names
from asnsolve.expr.nodes import Named, Not, Predicate
from asnsolve.proofs.counterexamples import TYPE, TypeSlice
from asnsolve.proofs.slicing import slice_of
from asnsolve.proofs.space import Space
from asnsolve.rules.domain import Declared, Domain
from asnsolve.rules.model import Rule
from asnsolve.rules.rule_set import RuleSet, rule_key

SCIENCE: Final = "science"
"""The role of the exposures that products are made of."""

_OBSERVATION: Final = "observation"


def as_role(rule: Rule, role: str) -> str:
    """Name the claimant of the exposures that a rule takes in a role.

    Parameters
    ----------
    rule : Rule
        The rule.
    role : str
        The role.

    Returns
    -------
    str
        A key of `Claims.claimants`.
    """
    return f"{rule_key(rule)} as {role}"


def serves_observations(rule: Rule) -> bool:
    """Tell whether a rule is solved for exposures that name no candidate but their observation.

    Parameters
    ----------
    rule : Rule
        The rule.

    Returns
    -------
    bool
        Whether its reach includes candidates of type ``observation``, or discovery in the whole
        component.
    """
    reach = rule.scope_reach
    if reach.across_programs:
        return True
    if reach.candidate_types is None:
        return _OBSERVATION not in reach.barred_types or reach.discovered
    return _OBSERVATION in reach.candidate_types and _OBSERVATION not in reach.barred_types


@dataclass(frozen=True)
class Claims:
    """What everything that is declared of the rules of one level claims.

    Parameters
    ----------
    rules : RuleSet
        The rule set.
    level : int
        The level.
    domain : Domain
        The exposures that there can be.
    declared : Declared
        Promises and known findings.
    others : mapping of str to Predicate
        Further claimants by name.
    """

    rules: RuleSet
    level: int
    domain: Domain
    declared: Declared
    others: Mapping[str, Predicate] = field(default_factory=dict)
    _parts: dict[Predicate, Predicate] = field(default_factory=dict, init=False)

    @cached_property
    def level_rules(self) -> tuple[Rule, ...]:
        """The rules of the level."""
        return tuple(rule for rule in self.rules if rule.base.level == self.level)

    @cached_property
    def facts(self) -> tuple[Predicate, ...]:
        """What is true of every exposure, as parts that must all hold."""
        return self.split(fact.predicate for fact in self.domain.facts)

    @cached_property
    def claimants(self) -> Mapping[str, tuple[Predicate, ...]]:
        """What each claimant asks: rules, rules by role, promises and declared gaps."""
        asked: dict[str, tuple[Predicate, ...]] = {}
        # Most rules of a level have the same cases of roles, as one object.
        parts_of: dict[tuple[int, str], tuple[Predicate, ...]] = {}
        for rule in self.level_rules:
            demands = self.split(demand for _, demand in rule.demands)
            asked[rule_key(rule)] = demands
            cases = rule.member_roles
            for role in cases.results():
                if (id(cases), role) not in parts_of:
                    parts_of[id(cases), role] = self.split([cases.when((role,))])
                asked[as_role(rule, role)] = (*demands, *parts_of[id(cases), role])
        for number, promise in enumerate(self.declared.promises):
            asked[f"promise {number}"] = self.split([promise.where])
        for number, gap in enumerate(self.declared.gaps):
            asked[f"gap {number}"] = self.split([gap.where])
        for name, where in self.others.items():
            asked[name] = self.split([where])
        return asked

    @cached_property
    def space(self) -> Space:
        """The values that facts and claimants tell apart, or that clauses name."""
        claimed = (part for parts in self.claimants.values() for part in parts)
        # Claims are folded, so a value that makes no difference may be missing from them.
        written = (clause.where for rule in self.level_rules for clause in rule.all_clauses)
        named = (where for where in written if where is not None)
        return Space.of([*self.facts, *claimed, *named], self.domain.values, self.rules.measures)

    @cached_property
    def named_values(self) -> Mapping[tuple[str, frozenset[int]], Predicate]:
        """Names for values: by attribute and classes, a named predicate or its negation."""
        named: dict[tuple[str, frozenset[int]], Predicate] = {}
        parts = {
            id(part): part for parts in (self.facts, *self.claimants.values()) for part in parts
        }
        meanings: dict[str, Predicate] = {}
        for part in parts.values():
            meanings |= names(part)
        for name, meaning in sorted(meanings.items()):
            tested, truth = self.space.table(meaning)
            if len(tested) == 1:
                whole = Named(name, meaning)
                for predicate, places in ((whole, truth), (Not(whole), ~truth)):
                    classes = frozenset(np.flatnonzero(places).tolist())
                    named.setdefault((tested[0], classes), predicate)
        return named

    @cached_property
    def slices(self) -> Sequence[TypeSlice]:
        """The exposures of each class of exposure types, without classes that there cannot be."""
        count = len(self.space.classes[TYPE]) if TYPE in self.space.classes else 1
        slices = (slice_of(self.space, at, self.facts, self.claimants) for at in range(count))
        return [piece for piece in slices if piece is not None]

    def takes(self, claimant: str) -> bool:
        """Tell whether any exposure satisfies a claimant.

        Parameters
        ----------
        claimant : str
            A key of `claimants`.

        Returns
        -------
        bool
        """
        return any(piece.claimed(claimant).any() for piece in self.slices)

    def split(self, predicates: Iterable[Predicate]) -> tuple[Predicate, ...]:
        """Split predicates into parts that must all hold.

        Parameters
        ----------
        predicates : iterable of Predicate
            The predicates.

        Returns
        -------
        tuple of Predicate
            Equal parts are one object, whatever they were split from. Parts on the exposure type
            come first, because they rule out most slices.
        """
        parts = dict.fromkeys(self._split(predicates))
        return tuple(sorted(parts, key=lambda part: attributes(part) != {TYPE}))

    def _split(self, predicates: Iterable[Predicate]) -> Iterator[Predicate]:
        # Tables are cached by identity, so equal parts must be one object.
        for predicate in predicates:
            for part in conjuncts(predicate):
                yield self._parts.setdefault(part, part)
