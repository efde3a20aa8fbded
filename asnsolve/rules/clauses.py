"""What rules are made of: cases, clauses, and the mixins that share clauses between rules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from asnsolve.expr.build import all_of, is_set, not_
from asnsolve.expr.fold import fold
from asnsolve.expr.nodes import (
    AllOf,
    AnyOf,
    InRange,
    Key,
    LinkedSky,
    Matches,
    MeasuredKey,
    OneOf,
    Predicate,
    Same,
    Sources,
)


@dataclass(frozen=True, slots=True)
class Cases:
    """An ordered list of cases: the first predicate that holds decides.

    Parameters
    ----------
    cases : tuple of (Predicate, str)
        Predicates in order, each with its result: a role, or a stage.
    otherwise : str
        The result if none of them holds.
    """

    cases: tuple[tuple[Predicate, str], ...]
    otherwise: str

    def results(self) -> tuple[str, ...]:
        """List the possible results, in the order in which they are first mentioned.

        Returns
        -------
        tuple of str
            Distinct results.
        """
        return tuple(dict.fromkeys((*(result for _, result in self.cases), self.otherwise)))

    def when(self, results: tuple[str, ...]) -> Predicate:
        """Return the predicate of the exposures that get one of some results.

        Parameters
        ----------
        results : tuple of str
            The results.

        Returns
        -------
        Predicate
            Folded.
        """
        alternatives: list[Predicate] = []
        # A case decides only where no case before it holds.
        before: list[Predicate] = []
        for predicate, result in (*self.cases, (AllOf(()), self.otherwise)):
            if result in results:
                alternatives.append(AllOf((*before, predicate)))
            before.append(not_(predicate))
        return fold(AnyOf(tuple(alternatives)))


@dataclass(frozen=True)
class Clause:
    """A named part of a rule: what each member satisfies, and what all members share.

    Parameters
    ----------
    name : str
        Name, unique in a rule; names of clauses on optical elements begin with ``opt_elem``.
    where : Predicate or None
        What each exposure must satisfy.
    key : Same, Linked, LinkedSky, Spread, or None
        What the members share, or how close they are to one another.
    """

    name: str
    where: Predicate | None = None
    key: Key | None = None

    @property
    def shared(self) -> Same | None:
        """The key, if members share its value."""
        return self.key if isinstance(self.key, Same) else None

    @property
    def measured(self) -> MeasuredKey | None:
        """The key, if it compares numbers."""
        return None if isinstance(self.key, Same) else self.key

    @property
    def sources(self) -> Sources:
        """Attributes whose value the clause is about: its key's, or those of its only test."""
        if self.shared is not None:
            return self.shared.sources
        match self.where:
            case OneOf(sources) | Matches(sources) | InRange(sources):
                return sources
            case _:
                return ()

    def demand(self, roles: Cases) -> Predicate:
        """Return everything that the clause asks of a single exposure.

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
        tested = isinstance(self.where, OneOf | Matches | InRange) and self.where.sources
        instead = key.instead if isinstance(key, Same) else None
        if key is not None and not key.optional and (tested != key.sources or instead):
            has_value: Predicate = is_set(*key.sources)
            if isinstance(key, LinkedSky):
                # A position needs both of its halves.
                has_value = all_of(*map(is_set, key.sources))
            if instead is not None:
                where, sources = instead
                other = AllOf((where, is_set(*sources)))
                has_value = AnyOf((other, AllOf((not_(where), has_value))))
            if key.where is not None:
                is_open = (*is_open, not_(key.where))
            demands.append(AnyOf((*is_open, has_value)))
        return fold(all_of(*demands))


@dataclass(frozen=True, slots=True)
class Mixin:
    """Clauses that several rules share, under one name.

    Parameters
    ----------
    name : str
        The official name, such as ``Constraint_Target``.
    clauses : tuple of Clause
        The clauses.
    """

    name: str
    clauses: tuple[Clause, ...]
