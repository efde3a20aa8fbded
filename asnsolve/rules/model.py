"""The parts of a rule: a rule is a page of data.

A rule lists clauses, and mixins (clauses that several rules share), on top of a base: the roles,
names, needs and steps that all rules of a level have. A clause of the rule replaces a mixin's
clause of the same name, and a later mixin's clause replaces an earlier one's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from asnsolve.displays import public_names
from asnsolve.expr.assume import Facts
from asnsolve.expr.fold import Test, attributes, tests
from asnsolve.expr.nodes import AllOf, AnyOf, Distinct, MeasuredKey, Need, Predicate, Same, Within
from asnsolve.rules.clauses import Cases, Clause, Mixin
from asnsolve.rules.rule_display import rule_html, rule_text
from asnsolve.rules.steps import Step, added_roles, asked_by, compared_in

# Rule files import all parts of a rule from here.
__all__ = ["Base", "Cases", "Clause", "Law", "Mixin", "Reach", "Rule"]

Law = Literal["discovered repeats", "one membership", "whole products", "one product"]
"""How associations of a level that repeat one another give way; see `associations.laws`."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The scopes in which a rule is solved.

    Parameters
    ----------
    candidate_types : tuple of str or None
        Types of the candidates in which it is solved; None for every candidate and the whole
        component.
    barred_types : tuple of str
        Types of candidates in which it is not solved.
    discovered : bool
        Whether discovery solves the rule too: in the whole component or, if `candidate_types` is
        given, in all candidates of these types.
    across_programs : bool
        Whether the rule is solved in the whole pool instead, so that exposures of different
        programs meet. It then has no candidates.
    """

    candidate_types: tuple[str, ...] | None = None
    barred_types: tuple[str, ...] = ()
    discovered: bool = True
    across_programs: bool = False


@dataclass(frozen=True, slots=True)
class Base:
    """What all rules of a level have in common.

    Parameters
    ----------
    name : str
        Official name, such as ``DMS_Level3_Base``.
    roles : Cases
        Role of an exposure.
    suffixes : Cases
        Stage of a member's file, such as ``cal``.
    product : str
        Template of the product name.
    needs : tuple of Need
        Needs of a valid association.
    reach : Reach
        The scopes in which the rules are solved.
    level : int
        Level of the products, 2 or 3; association files of the two levels differ in what they
        write of a member.
    laws : tuple of Law
        Laws of repeats, in the order in which they are applied.
    steps : tuple of Step
        Steps that are taken after those of the rule.
    degraded : str
        The degraded status of an association with a member that has an exposure error.
    lists_candidates : bool
        Whether a member's candidate is written as a list of one pair instead of a pair.
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
    """Which exposures are associated, on what grounds, and under which type and name.

    Parameters
    ----------
    name : str
        Name that starts with ``Asn_``.
    asn_type : str
        Type of association, such as ``image3``.
    title : str
        One line that says what the rule is for.
    base : Base
        What the rule has in common with all rules of its level.
    mixins : tuple of Mixin
        Clauses that it shares with other rules.
    clauses : tuple of Clause
        Its own clauses.
    needs : tuple of Need
        Needs in addition to those of the base.
    reach : Reach or None
        The scopes in which it is solved; None for those of the base.
    product : str or None
        Template of the product name; None for that of the base.
    suffixes : Cases or None
        Stage of a member's file; None for the cases of the base.
    roles : Cases or None
        Role of an exposure; None for the cases of the base.
    steps : tuple of Step
        Steps that are taken before those of the base.
    variant : str
        Tells apart the rules of one name, where the official rule groups exposures in more than
        one way.
    note : str
        What else a reader should know, in sentences, for the page of the rule set.

    Examples
    --------
    >>> from asnsolve import load_rules
    >>> rule = load_rules("jwst")["Asn_Lv3Image"]
    >>> rule.asn_type, rule.base.level
    ('image3', 3)
    >>> rule.title
    'Images of one target through one optical path'
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
    note: str = ""

    def __repr__(self) -> str:
        """Show its name, type, level and title."""
        return rule_text(self)

    def _repr_html_(self) -> str:
        """Show more of it in a notebook."""
        return rule_html(self)

    def __dir__(self) -> list[str]:
        """List the public names, for completion."""
        return public_names(object.__dir__(self))

    @property
    def scope_reach(self) -> Reach:
        """The reach in force: the rule's, or the base's."""
        return self.reach or self.base.reach

    @property
    def member_roles(self) -> Cases:
        """The cases of roles in force: the rule's, or the base's."""
        return self.roles or self.base.roles

    @cached_property
    def all_roles(self) -> tuple[str, ...]:
        """Roles that a member can have in the end: from the cases, and from steps."""
        from_steps = (role for step in self.all_steps for role in added_roles(step))
        return tuple(dict.fromkeys((*self.member_roles.results(), *from_steps)))

    @cached_property
    def all_steps(self) -> tuple[Step, ...]:
        """Steps in force: the rule's, then the base's."""
        return (*self.steps, *self.base.steps)

    @property
    def compared(self) -> frozenset[str]:
        """Attributes that any part of the rule looks at, including its steps and stages."""
        in_predicates = (attributes(predicate) for predicate in self.predicates())
        in_steps = (compared_in(step) for step in self.all_steps)
        return self.attributes.union(*in_predicates, *in_steps)

    @cached_property
    def all_clauses(self) -> tuple[Clause, ...]:
        """Clauses in force: the mixins' and the rule's, one per name."""
        # A replaced clause keeps its place: the order of clauses is that of first mention.
        named: dict[str, Clause] = {}
        for clause in (*(c for mixin in self.mixins for c in mixin.clauses), *self.clauses):
            named[clause.name] = clause
        return tuple(named.values())

    @cached_property
    def all_needs(self) -> tuple[Need, ...]:
        """Needs in force: the base's and the rule's."""
        return tuple(dict.fromkeys((*self.base.needs, *self.needs)))

    @cached_property
    def keys(self) -> tuple[tuple[str, Same], ...]:
        """Name and key of each clause with a key whose value members share."""
        return tuple((c.name, c.shared) for c in self.all_clauses if c.shared is not None)

    @cached_property
    def measured_keys(self) -> tuple[tuple[str, MeasuredKey], ...]:
        """Name and key of each clause with a key that compares numbers."""
        return tuple((c.name, c.measured) for c in self.all_clauses if c.measured is not None)

    @cached_property
    def demands(self) -> tuple[tuple[Clause, Predicate], ...]:
        """Each clause with everything that it asks of a single exposure.

        That is its predicate and, if its key is not optional, that a bound exposure has a value.
        """
        return tuple((clause, clause.demand(self.member_roles)) for clause in self.all_clauses)

    @cached_property
    def tests(self) -> frozenset[Test]:
        """Tests that predicates and demands are made of; the rule makes no other distinction."""
        return frozenset(tests(self.predicates_and_demands()))

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
        for _, measured in self.measured_keys:
            named.update(measured.sources)
            named |= attributes(measured.where) if measured.where is not None else set()
        for need in self.all_needs:
            inner = need.need if isinstance(need, Within) else need
            named.update(inner.sources if isinstance(inner, Distinct) else ())
        return frozenset(named)

    def predicates(self) -> Iterator[Predicate]:
        """List every predicate of the rule.

        Yields
        ------
        Predicate
            Those of clauses, keys, roles, stages and steps.
        """
        yield from (clause.where for clause in self.all_clauses if clause.where is not None)
        yield from (c.key.where for c in self.all_clauses if c.key and c.key.where is not None)
        yield from (key.instead[0] for _, key in self.keys if key.instead is not None)
        yield from (predicate for predicate, _ in self.member_roles.cases)
        yield from (predicate for predicate, _ in self.member_suffixes.cases)
        yield from (predicate for step in self.all_steps for predicate in asked_by(step))

    def predicates_and_demands(self) -> Iterator[Predicate]:
        """List every predicate of the rule, and after them everything that its clauses ask.

        Yields
        ------
        Predicate
            Those of `predicates`, and those of `demands`.
        """
        yield from self.predicates()
        yield from (demand for _, demand in self.demands)

    def as_members_have(self, cases: Cases, role: str | None = None) -> Cases:
        """Simplify cases for the exposures that the clauses admit.

        Parameters
        ----------
        cases : Cases
            Roles or stages.
        role : str, optional
            Simplify them for members of this role alone.

        Returns
        -------
        Cases
            The same results for these exposures, without what the clauses already decide.
        """
        of_role = () if role is None else (self.member_roles.when((role,)),)
        facts = Facts.of((*(demand for _, demand in self.demands), *of_role))
        possible: list[tuple[Predicate, str]] = []
        for predicate, result in cases.cases:
            simpler = facts.simplify(predicate)
            if simpler == AllOf(()):
                # It holds for every member, so no later case is reached.
                return Cases(tuple(possible), result)
            if simpler != AnyOf(()):
                possible.append((simpler, result))
        return Cases(tuple(possible), cases.otherwise)

    @property
    def product_template(self) -> str:
        """The template of product names in force: the rule's, or the base's."""
        return self.base.product if self.product is None else self.product

    @property
    def member_suffixes(self) -> Cases:
        """The cases of stages in force: the rule's, or the base's."""
        return self.suffixes or self.base.suffixes
