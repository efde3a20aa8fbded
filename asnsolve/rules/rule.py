"""What a rule is: a page of data.

A rule lists mixins (named tuples of clauses) and clauses of its own, over a base that says which
data structure, roles, names and needs all rules of a level have. A clause of the rule replaces a
mixin's clause of the same name, and a later mixin's that of an earlier one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from asnsolve.errors import Problem, RuleError
from asnsolve.expr.assume import Facts
from asnsolve.expr.constructors import all_of, is_set, not_
from asnsolve.expr.fold import Test, attributes, fold, tests
from asnsolve.expr.nodes import (
    AllOf,
    AnyOf,
    Distinct,
    Matches,
    Need,
    OneOf,
    Predicate,
    Same,
    Sources,
    Within,
)
from asnsolve.rules.steps import Attach, Step, added_words
from asnsolve.suggest import did_you_mean

__all__ = ["Base", "Cases", "Clause", "Law", "Mixin", "Reach", "Rule", "RuleSet"]

Law = Literal["discovered repeats", "one membership", "whole products"]
"""What happens to associations of a level that repeat one another, see `associations.select`."""


@dataclass(frozen=True, slots=True)
class Cases:
    """A list of cases: the first predicate that holds decides.

    Parameters
    ----------
    cases : tuple of (Predicate, str)
        Predicates in order, each with the word it decides on.
    otherwise : str
        The word where none holds.
    """

    cases: tuple[tuple[Predicate, str], ...]
    otherwise: str

    def words(self) -> tuple[str, ...]:
        """Return the words that can come out, in order of first mention."""
        return tuple(dict.fromkeys((*(word for _, word in self.cases), self.otherwise)))

    def when(self, words: tuple[str, ...]) -> Predicate:
        """Return the predicate of the exposures for which one of `words` comes out."""
        chosen: list[Predicate] = []
        before: list[Predicate] = []
        for predicate, word in (*self.cases, (AllOf(()), self.otherwise)):
            if word in words:
                chosen.append(AllOf((*before, predicate)))
            before.append(not_(predicate))
        return fold(AnyOf(tuple(chosen)))


@dataclass(frozen=True)
class Clause:
    """A named part of a rule: what each member satisfies, and what members share.

    Parameters
    ----------
    name : str
        Name, unique in a rule; names of optical elements begin with ``opt_elem``.
    where : Predicate or None
        What is asked of each exposure.
    key : Same or None
        What the members have in common.
    """

    name: str
    where: Predicate | None = None
    key: Same | None = None

    @property
    def sources(self) -> Sources:
        """Attributes whose value the clause takes: its key's, or those of its only test."""
        if self.key is not None:
            return self.key.sources
        match self.where:
            case OneOf(sources, _) | Matches(sources, _):
                return sources
            case _:
                return ()

    def demand(self, roles: Cases) -> Predicate:
        """Return all that the clause asks of a single exposure.

        A key that is not optional asks the exposures that it binds to have a value.

        Parameters
        ----------
        roles : Cases
            Roles of the rule's exposures: a key may bind some roles only.

        Returns
        -------
        Predicate
            For most clauses the same object in every rule, which is then evaluated once for all.
        """
        if self.key is None or self.key.roles is None:
            return self._demand_of_any_role
        return self._demand(not_(roles.when(self.key.roles)))

    @cached_property
    def _demand_of_any_role(self) -> Predicate:
        return self._demand()

    def _demand(self, *is_open: Predicate) -> Predicate:
        """Return the demand, with predicates of exposures for which the key is open."""
        demands = [] if self.where is None else [self.where]
        key = self.key
        # A test of the value that is shared already asks for one.
        tested = isinstance(self.where, OneOf | Matches) and self.where.sources
        if key is not None and not key.optional and (tested != key.sources or key.instead):
            has_value: Predicate = is_set(*key.sources)
            if key.instead is not None:
                where, sources = key.instead
                other = AllOf((where, is_set(*sources)))
                has_value = AnyOf((other, AllOf((not_(where), has_value))))
            if key.where is not None:
                is_open = (*is_open, not_(key.where))
            demands.append(AnyOf((*is_open, has_value)))
        return fold(all_of(*demands))


@dataclass(frozen=True, slots=True)
class Mixin:
    """Clauses that several rules have in common, under one name."""

    name: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """In which scopes a rule is solved.

    Parameters
    ----------
    candidate_types : tuple of str or None
        Only inside candidates of these types; None: inside every candidate and in the whole pool.
    barred_types : tuple of str
        Not inside candidates of these types.
    discovered : bool
        Whether discovery asks the rule too: in the whole pool, or inside all candidates of
        `candidate_types` if given.
    """

    candidate_types: tuple[str, ...] | None = None
    barred_types: tuple[str, ...] = ()
    discovered: bool = True


@dataclass(frozen=True, slots=True)
class Base:
    """What all rules of a level have in common.

    Parameters
    ----------
    name : str
        Official name, as ``DMS_Level3_Base``.
    roles : Cases
        Role of an exposure.
    suffixes : Cases
        Stage suffix of a member's file, as ``cal``.
    product : str
        Template of the product name.
    needs : tuple of Need
        What a valid association meets.
    reach : Reach
        In which scopes they are solved.
    level : int
        Level of its products, 2 or 3: files of the two differ in what they say of a member.
    laws : tuple of Law
        What happens to associations that repeat one another, in this order.
    steps : tuple of Step
        What is done to each association that was found, after the steps of its rule.
    degraded : str
        What a file says if a member has an exposure error.
    lists_candidates : bool
        Whether a member's candidate is written as a list of one pair, and not as a pair.
    """

    name: str
    roles: Cases
    suffixes: Cases
    product: str
    needs: tuple[Need, ...]
    reach: Reach = Reach()
    level: int = 3
    laws: tuple[Law, ...] = ("one membership", "whole products")
    steps: tuple[Step, ...] = ()
    degraded: str = (
        "One or more members have an error associated with them.\n"
        "Details can be found in the member.exposerr attribute."
    )
    lists_candidates: bool = True


@dataclass(frozen=True)
class Rule:
    """Which exposures are associated, on what grounds, under which type and name.

    Parameters
    ----------
    name : str
        Begins with ``Asn_``.
    asn_type : str
        Type of association, as ``image3``.
    title : str
        One line that says what the rule is for.
    base : Base
        What it has in common with all rules of its level.
    mixins : tuple of Mixin
        Clauses it has in common with some.
    clauses : tuple of Clause
        Its own clauses.
    needs : tuple of Need
        What its associations meet, besides what the base asks.
    reach : Reach or None
        In which scopes it is solved, if not where the base says.
    roles : Cases or None
        Role of an exposure, if not the base's.
    steps : tuple of Step
        What is done to each association that was found.
    variant : str
        Tells apart the rules that share a name, because the official rule takes exposures together
        on either of several grounds.
    product : str or None
        Template of the product name, if not the base's.
    suffixes : Cases or None
        Stage suffix of a member's file, if not the base's.
    """

    name: str
    asn_type: str
    title: str
    base: Base
    mixins: tuple[Mixin, ...] = ()
    clauses: tuple[Clause, ...] = ()
    needs: tuple[Need, ...] = ()
    reach: Reach | None = None
    product: str | None = None
    suffixes: Cases | None = None
    roles: Cases | None = None
    steps: tuple[Step, ...] = ()
    variant: str = ""

    @property
    def scope_reach(self) -> Reach:
        """Reach in force."""
        return self.reach or self.base.reach

    @property
    def member_roles(self) -> Cases:
        """Roles in force."""
        return self.roles or self.base.roles

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Roles that a member can have in the end."""
        steps = (word for step in self.all_steps for word in added_words(step))
        return tuple(dict.fromkeys((*self.member_roles.words(), *steps)))

    @cached_property
    def all_steps(self) -> tuple[Step, ...]:
        """Steps in force: its own, then the base's."""
        return (*self.steps, *self.base.steps)

    @cached_property
    def all_clauses(self) -> tuple[Clause, ...]:
        """Clauses in force: the mixins' and its own, one a name."""
        named: dict[str, Clause] = {}
        for clause in (*(c for mixin in self.mixins for c in mixin.clauses), *self.clauses):
            named[clause.name] = clause
        return tuple(named.values())

    @cached_property
    def all_needs(self) -> tuple[Need, ...]:
        """Needs in force: the base's and its own."""
        return tuple(dict.fromkeys((*self.base.needs, *self.needs)))

    @cached_property
    def keys(self) -> tuple[tuple[str, Same], ...]:
        """Names and keys of the clauses that have one."""
        return tuple((c.name, c.key) for c in self.all_clauses if c.key is not None)

    @cached_property
    def demands(self) -> tuple[tuple[Clause, Predicate], ...]:
        """Each clause with all that it asks of a single exposure.

        A key that is not optional asks a bound exposure to have a value.
        """
        return tuple((clause, clause.demand(self.member_roles)) for clause in self.all_clauses)

    @cached_property
    def tests(self) -> frozenset[Test]:
        """Tests that predicates and demands are made of: what they tell apart, the rule does."""
        return frozenset(tests((*self.predicates(), *(demand for _, demand in self.demands))))

    @cached_property
    def attributes(self) -> frozenset[str]:
        """Attributes that clauses, roles and needs look at."""
        named: set[str] = set()
        for _, demand in self.demands:
            named |= attributes(demand)
        for predicate, _ in self.member_roles.cases:
            named |= attributes(predicate)
        for _, key in self.keys:
            named.update(key.sources)
            named |= attributes(key.where) if key.where is not None else set()
            if key.instead is not None:
                named |= {*attributes(key.instead[0]), *key.instead[1]}
        for need in self.all_needs:
            plain = need.need if isinstance(need, Within) else need
            named.update(plain.sources if isinstance(plain, Distinct) else ())
        return frozenset(named)

    def predicates(self) -> Iterator[Predicate]:
        """Give every predicate of the rule: of clauses, keys, roles, suffixes and steps."""
        yield from (clause.where for clause in self.all_clauses if clause.where is not None)
        yield from (key.where for _, key in self.keys if key.where is not None)
        yield from (key.instead[0] for _, key in self.keys if key.instead is not None)
        yield from (predicate for predicate, _ in self.member_roles.cases)
        yield from (predicate for predicate, _ in self.member_suffixes.cases)
        yield from (step.where for step in self.all_steps if isinstance(step, Attach))

    def as_members_have(self, cases: Cases) -> Cases:
        """Return what is left of a list of cases for exposures that the clauses admit."""
        facts = Facts.of(demand for _, demand in self.demands)
        left: list[tuple[Predicate, str]] = []
        for predicate, word in cases.cases:
            simpler = facts.simplify(predicate)
            if simpler == AllOf(()):
                return Cases(tuple(left), word)
            if simpler != AnyOf(()):
                left.append((simpler, word))
        return Cases(tuple(left), cases.otherwise)

    @property
    def product_template(self) -> str:
        """Template of the product name in force."""
        return self.product or self.base.product

    @property
    def member_suffixes(self) -> Cases:
        """Stage suffixes in force."""
        return self.suffixes or self.base.suffixes


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules that are solved together.

    Parameters
    ----------
    name : str
        Name of the set, as ``level3-2017``.
    rules : tuple of Rule
        No two of one name and variant.
    digits : int
        How many digits the number in a file name has.
    columns : frozenset of str
        Attributes that the rules may name besides those that every pool is known to have.
    """

    name: str
    rules: tuple[Rule, ...]
    digits: int = 5
    columns: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[Rule]:
        """Iterate over the rules in order."""
        return iter(self.rules)

    def __len__(self) -> int:
        """Count the rules."""
        return len(self.rules)

    def __getitem__(self, name: str) -> Rule:
        """Return the rule of that name; raise `RuleError` if there is none."""
        for rule in self.rules:
            if rule.name == name:
                return rule
        advice = did_you_mean(name, (rule.name for rule in self.rules))
        raise RuleError(Problem(f"rule set {self.name} has no rule {name!r}", advice=advice))
