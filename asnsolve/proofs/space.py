"""The space of all exposures, as far as predicates can tell them apart.

The values of an attribute fall into classes that no test tells apart. An exposure is then one class
per attribute, and a predicate is a table of truth values over the classes of its attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.fold import Test, attributes, fold, tests
from asnsolve.expr.nodes import AllOf, AnyOf, IsSet, Matches, Not, OneOf, Predicate, Sources
from asnsolve.expr.number_classes import said
from asnsolve.expr.value_tests import ValueClass, measured_classes, open_classes, passes
from asnsolve.expr.values import ValueSet
from asnsolve.interpret.to_mask import evaluate
from asnsolve.pool.measures import Measure

Table = NDArray[np.bool_]

NOT_SET: Final = ValueClass()
"""The class of an attribute that is not set: it has no value."""


@dataclass(frozen=True, slots=True)
class Space:
    """Classes of the values of attributes.

    Parameters
    ----------
    classes : mapping of str to tuple of ValueClass
        The classes of each attribute; the first one is "not set". Attributes are sorted.
    measures : mapping of str to Measure
        What columns measure, by name.
    """

    classes: Mapping[str, tuple[ValueClass, ...]]
    measures: Mapping[str, Measure] = field(default_factory=dict)
    _tables: dict[int, tuple[Predicate, tuple[str, ...], Table]] = field(
        default_factory=dict, init=False
    )

    @classmethod
    def of(
        cls,
        predicates: Iterable[Predicate],
        values: Mapping[str, Sequence[str]],
        measures: Iterable[Measure] = (),
    ) -> Space:
        """Make the space that predicates tell apart.

        Parameters
        ----------
        predicates : iterable of Predicate
            The predicates.
        values : mapping of str to sequence of str
            Listed values of attributes.
        measures : iterable of Measure
            Columns that measure; their values are not listed.

        Returns
        -------
        Space
            With the attributes that the predicates test.
        """
        tests_of: dict[str, set[Test]] = {}
        for test in tests(predicates):
            for name in test.sources:
                tests_of.setdefault(name, set()).add(test)
        measure_of = {measure.column: measure for measure in measures}
        return cls(
            {
                name: (
                    NOT_SET,
                    *(
                        measured_classes(tests_of[name], measure_of[name])
                        if name in measure_of
                        else open_classes(tests_of[name], values.get(name, ()))
                    ),
                )
                for name in sorted(tests_of)
            },
            measure_of,
        )

    def table(self, predicate: Predicate) -> tuple[tuple[str, ...], Table]:
        """Tabulate a predicate.

        Parameters
        ----------
        predicate : Predicate
            The predicate.

        Returns
        -------
        names : tuple of str
            The attributes that it looks at, sorted.
        truth : ndarray of bool, shape (classes of the first attribute, ...)
            Its truth for each combination of their classes.
        """
        # By identity, with the predicate kept alive: hashing one takes longer than tabulating it.
        known = self._tables.get(id(predicate))
        if known is None:
            names = tuple(sorted(attributes(predicate)))
            shape = tuple(len(self.classes[name]) for name in names)
            # Every test varies along the axes of its own sources alone. The other axes have length
            # 1 and are broadcast by `evaluate`, and at the end by what comes after it.
            everyone = np.ones((1,) * len(names), dtype=np.bool_)
            truth = evaluate(predicate, partial(self._outcomes, names), everyone)
            whole = np.ascontiguousarray(np.broadcast_to(truth, shape))
            known = self._tables[id(predicate)] = predicate, names, whole
        return known[1], known[2]

    def _outcomes(self, names: Sequence[str], test: Test) -> Table:
        """Tell which classes pass a test; one axis per name, of length 1 if it is no source."""
        outcomes = np.zeros((1,) * len(names), dtype=np.bool_)
        passing = passes(test)
        for source in reversed(test.sources):
            # Class 0 is "not set": the sources after this one decide.
            samples = [each.sample for each in self.classes[source][1:]]
            own = [False, *(value is not None and passing(value) for value in samples)]
            shape = [-1 if name == source else 1 for name in names]
            is_unset = (np.arange(len(own)) == 0).reshape(shape)
            outcomes = np.where(is_unset, outcomes, np.array(own).reshape(shape))
        return outcomes

    def where(self, name: str, wanted: Iterable[int]) -> Predicate:
        """Say what an attribute is in some of its classes.

        Parameters
        ----------
        name : str
            The attribute.
        wanted : iterable of int
            Numbers of classes.

        Returns
        -------
        Predicate
            Of the exposures whose attribute is in one of these classes, folded.
        """
        chosen = set(wanted)
        inside, outside = (
            [each for at, each in enumerate(self.classes[name]) if (at in chosen) is taken]
            for taken in (True, False)
        )
        sources = (name,)
        if name in self.measures:
            within, beyond = (
                [p for each in classes for p in each.pieces] for classes in (inside, outside)
            )
            unit = self.measures[name].value_unit
            return said(sources, within, beyond, unit, unset=NOT_SET in inside)
        unlisted, others = (
            [each.patterns for each in classes if each.unlisted] for classes in (inside, outside)
        )
        if not unlisted or not others:
            # With unlisted values inside, the set is told by the values that are not in it.
            listing = outside if unlisted else inside
            values = frozenset(value for each in listing for value in each.values)
            return ValueSet(NOT_SET in inside, values, bool(unlisted)).predicate(sources)
        terms = _distinguished(unlisted, others)

        def is_told(each: ValueClass) -> bool:
            return any(_holds(term, each.patterns) for term in terms)

        # Listed values for which the patterns say the wrong thing are said one by one.
        missing = (value for each in outside if is_told(each) for value in each.values)
        extra = (value for each in inside if not is_told(each) for value in each.values)
        told = AnyOf(tuple(_said(sources, term) for term in terms))
        exactly = AllOf((told, Not(OneOf(sources, tuple(sorted(missing))))))
        rest = ValueSet(NOT_SET in inside, frozenset(extra), others=False)
        return fold(AnyOf((exactly, rest.predicate(sources))))


_Term = dict[str, bool]
"""Patterns, each with whether a value matches it."""


def _distinguished(
    inside: Sequence[frozenset[str]], outside: Sequence[frozenset[str]]
) -> list[_Term]:
    """Find terms of which one holds for each set of matched patterns inside, and none outside."""
    patterns = sorted(frozenset().union(*inside, *outside))
    for pattern in patterns:
        for yes in (True, False):
            term = {pattern: yes}
            told = [_holds(term, matched) for matched in inside]
            if all(told) and not any(_holds(term, matched) for matched in outside):
                return [term]
    terms: list[_Term] = []
    for matched in inside:
        term = {pattern: pattern in matched for pattern in patterns}
        for pattern in patterns:
            shorter = {other: yes for other, yes in term.items() if other != pattern}
            if not any(_holds(shorter, each) for each in outside):
                term = shorter
        if term not in terms:
            terms.append(term)
    return terms


def _holds(term: _Term, matched: frozenset[str]) -> bool:
    """Tell whether a term is true of values that match these patterns and no others."""
    return all((pattern in matched) is yes for pattern, yes in term.items())


def _said(sources: Sources, term: _Term) -> Predicate:
    """Write a term as a predicate."""
    parts = [Matches(sources, p) if yes else Not(Matches(sources, p)) for p, yes in term.items()]
    # An attribute that is not set matches nothing, but has no value.
    return AllOf(tuple(parts if any(term.values()) else [IsSet(sources), *parts]))
