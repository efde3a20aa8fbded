"""Profiles of exposures: exposures that no test of the rules tells apart share one profile.

A million exposures have a few thousand profiles; predicates are evaluated once per profile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.fold import Test, tests
from asnsolve.expr.nodes import Predicate
from asnsolve.expr.value_tests import value_classes
from asnsolve.interpret.to_mask import Codes, to_mask
from asnsolve.rules.rule import Cases, Rule
from asnsolve.solvers.arrays import combine

__all__ = ["Profiles", "profiles_of"]

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profiles of some exposures, read like a pool with one exposure per profile.

    Parameters
    ----------
    labels : ndarray of int64, shape (n,)
        Profile of each exposure.
    size : int
        How many profiles there are.
    tests : frozenset of Test
        The tests by which profiles differ.
    columns : dict of str to (ndarray of int32 of shape (size,), tuple of str)
        For each attribute that is tested, the code of each kind, and a value for each code.
    """

    labels: NDArray[np.int64]
    size: int
    tests: frozenset[Test]
    columns: dict[str, tuple[Codes, tuple[str, ...]]]
    _masks: dict[int, tuple[Predicate, Mask]] = field(default_factory=dict)
    _decisions: dict[int, tuple[Cases, NDArray[np.int8]]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count the profiles."""
        return self.size

    def codes(self, column: str) -> Codes:
        """Return the code of each kind, shape (size,); -1 where the attribute is not set."""
        return self.columns[column][0]

    def values(self, column: str) -> tuple[str, ...]:
        """Return a value for each code: it stands for all that pass the same tests."""
        return self.columns[column][1]

    def tell(self, predicate: Predicate) -> bool:
        """Tell whether exposures of a kind agree about a predicate."""
        return self.tests.issuperset(tests([predicate]))

    def mask(self, predicate: Predicate) -> Mask:
        """Tell which profiles satisfy a predicate, shape (size,)."""
        # By identity: to hash what a rule says would take longer than to ask it.
        known = self._masks.get(id(predicate))
        if known is None:
            known = self._masks[id(predicate)] = predicate, to_mask(predicate, self, self.mask)
        return known[1]

    def decide(self, cases: Cases) -> NDArray[np.int8]:
        """Give each kind the word of its case, as an index into ``cases.words()``."""
        known = self._decisions.get(id(cases))
        if known is None:
            words = cases.words()
            decided = np.full(self.size, words.index(cases.otherwise), dtype=np.int8)
            for predicate, word in reversed(cases.cases):
                decided[self.mask(predicate)] = words.index(word)
            known = self._decisions[id(cases)] = cases, decided
        return known[1]

    def eligible(self, rule: Rule) -> Mask:
        """Tell which profiles satisfy every clause of a rule, shape (size,)."""
        kept = np.ones(self.size, dtype=np.bool_)
        for _, demand in rule.demands:
            kept &= self.mask(demand)
        return kept


def profiles_of(
    asked_tests: frozenset[Test], length: int, column: Callable[[str], tuple[Codes, Sequence[str]]]
) -> Profiles:
    """Sort exposures by what tests tell apart.

    Parameters
    ----------
    asked_tests : frozenset of Test
        The tests.
    length : int
        Number of exposures, n.
    column : callable
        Gives the codes of an attribute, shape (n,), and the values that they stand for.
    """
    tests_of: dict[str, list[Test]] = {}
    for test in asked_tests:
        for name in test.sources:
            tests_of.setdefault(name, []).append(test)
    names = sorted(tests_of)
    classes: list[tuple[NDArray[np.int32], tuple[str, ...]]] = []
    parts: list[NDArray[np.integer]] = [np.zeros(length, dtype=np.int64)]
    for name in names:
        codes, values = column(name)
        table, samples = _classes(tests_of[name], values)
        classes.append((table[codes], samples))
        parts.append(classes[-1][0] + 1)
    of = combine(parts)
    size = int(of.max(initial=-1)) + 1
    sample = np.zeros(size, dtype=np.int64)
    sample[of] = np.arange(length)
    columns = {
        name: (codes[sample], samples)
        for name, (codes, samples) in zip(names, classes, strict=True)
    }
    return Profiles(of, size, asked_tests, columns)


def _classes(
    attribute_tests: Sequence[Test], values: Sequence[str]
) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Return the class of each code of an attribute, and a sample value of each class.

    The classes have shape (len(values) + 1,): the last is -1, which the code -1 (not set) gathers.
    """
    numbers = value_classes(attribute_tests, values)
    # Classes are numbered in the order of their first value, so that value is the sample.
    samples: dict[int, str] = {}
    for number, value in zip(numbers, values, strict=True):
        samples.setdefault(number, value)
    return np.array([*numbers, -1], dtype=np.int32), tuple(samples.values())
