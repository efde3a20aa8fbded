"""The exposure that is to be let in, the rule, and the values that may be tried for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

import numpy as np

from asnsolve.explanations.answers import Change
from asnsolve.explanations.programs import SolvedProgram
from asnsolve.explanations.trials import Trials
from asnsolve.expr.fold import attributes, tests
from asnsolve.expr.nodes import OneOf, Predicate
from asnsolve.interpret.to_csp import Test, as_function
from asnsolve.rules.domain import Domain
from asnsolve.rules.model import Rule
from asnsolve.rules.shipped_declarations import domain_of
from asnsolve.solvers.judgement import Judgement
from asnsolve.solvers.scoped_pool import ScopedPool

_MOST_VALUES: Final = 40

Assignment = Mapping[str, str | None]
"""Attributes with the values that an exposure would have."""

_Asked = tuple[frozenset[str], Test]
"""The attributes that a predicate looks at, and the predicate as a function."""


def _asked(predicate: Predicate) -> _Asked:
    # Made once, because thousands of assignments are tried.
    return frozenset(attributes(predicate)), as_function(predicate)


@dataclass(frozen=True)
class Search:
    """A search for what would let an exposure into an association of a rule.

    Parameters
    ----------
    program : SolvedProgram
        The program of the exposure.
    trials : Trials
        Tries out what is proposed.
    judgement : Judgement
        The judgement of the rule.
    entries : ScopedPool
        The exposure in each of its scopes.
    inside : bool
        Whether the exposure is in an association of the level already, of another rule.
    """

    program: SolvedProgram
    trials: Trials
    judgement: Judgement
    entries: ScopedPool
    inside: bool = False

    @cached_property
    def place(self) -> int:
        """The scope in which the exposure comes nearest."""
        return int(self.judgement.ranks(self.entries).argmin())

    @property
    def rule(self) -> Rule:
        """The rule."""
        return self.judgement.rule

    @cached_property
    def exposure(self) -> dict[str, str | None]:
        """What the exposure has, in the scope where it comes nearest."""
        names = {*self.rule.attributes, *self.entries.pool.columns}
        return {name: self.entries.value(self.place, name) for name in names}

    @cached_property
    def own_cell(self) -> str:
        """The candidates of the exposure, as the pool has them."""
        pool = self.entries.pool
        return pool.value(int(self.entries.rows[self.place]), "asn_candidate") or ""

    @cached_property
    def _domain(self) -> Domain:
        return domain_of(self.program.task.rules)

    @cached_property
    def taken(self) -> ScopedPool:
        """Entries that satisfy the clauses of the rule: what they have is a good example."""
        scoped = self.program.task.scoped
        return scoped.at(scoped.eligible(self.rule, self.judgement.solved_in))

    def satisfies(self, assignment: Assignment) -> bool:
        """Tell whether the exposure would satisfy all clauses, and be one that can be.

        Parameters
        ----------
        assignment : mapping of str to str or None
            Other values of some attributes.

        Returns
        -------
        bool
        """
        if any(names.isdisjoint(assignment) for names, _ in self._refusing):
            return False
        changed = {**self.exposure, **assignment}
        return all(
            test(changed)
            for names, test in (*self._refusing, *self._satisfied)
            # The answer of a predicate changes only with the attributes that it looks at.
            if not names.isdisjoint(assignment)
        )

    @cached_property
    def _refusing(self) -> tuple[_Asked, ...]:
        clauses = self.judgement.clauses(self.entries, self.place)
        return tuple(_asked(demand) for _, demand, passes in clauses if not passes)

    @cached_property
    def _satisfied(self) -> tuple[_Asked, ...]:
        """The clauses that let the exposure in, and the facts, which hold for all exposures."""
        clauses = self.judgement.clauses(self.entries, self.place)
        demands = (demand for _, demand, passes in clauses if passes)
        facts = (fact.predicate for fact in self._domain.facts)
        return tuple(map(_asked, (*demands, *facts)))

    def change(self, attribute: str, value: str | None) -> Change:
        """Propose a value, with an exposure that has it.

        Parameters
        ----------
        attribute : str
            The attribute.
        value : str or None
            The value; None: not set.

        Returns
        -------
        Change
        """
        return Change(attribute, value, "" if value is None else self._like(attribute, value))

    def _like(self, attribute: str, value: str) -> str:
        """Find an exposure with a value: one that the rule takes, or else any."""
        for entries in (self.taken, self.program.task.scoped):
            if attribute in entries.pool.columns and value in entries.values(attribute):
                code = list(entries.values(attribute)).index(value)
                places = np.flatnonzero(entries.codes(attribute) == code)
                if len(places):
                    names = (entries.value(int(place), "filename") for place in places[:20])
                    return min(name or "" for name in names)
        return ""

    def values(self, attribute: str, predicates: Iterable[Predicate]) -> list[str | None]:
        """List the values to try for an attribute, the most natural first.

        Parameters
        ----------
        attribute : str
            The attribute.
        predicates : iterable of Predicate
            What has to be satisfied.

        Returns
        -------
        list of str or None
            Those of exposures that the rule takes, none, those of other exposures, and those that
            tests and the domain list.
        """
        pool = self.entries.pool
        codes, names = self.taken.codes(attribute), self.taken.values(attribute)
        natural = [names[code] for code in np.unique(codes[codes >= 0]).tolist()]
        present = pool.values(attribute) if attribute in pool.columns else ()
        tested = [
            value
            for predicate in predicates
            for test in _tests_of(predicate)
            if attribute in test.sources
            for value in test.values
        ]
        # Attributes without a list, such as the number of a target, may have any value.
        listed = self._domain.values.get(attribute, ("1",))
        found = dict.fromkeys((*natural, None, *present, *tested, *listed))
        found.pop(self.exposure.get(attribute), None)
        return [*islice(found, _MOST_VALUES)]


def _tests_of(predicate: Predicate) -> Iterator[OneOf]:
    """Find the tests against listed values, in a fixed order."""
    yield from sorted((test for test in tests((predicate,)) if isinstance(test, OneOf)), key=repr)
