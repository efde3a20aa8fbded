"""Profiles: what exposures share that no test of the rules tells apart.

A million exposures have a few thousand profiles. Predicates are evaluated once per profile, on the
bits of an integer: bit p of a predicate's integer says whether profile p satisfies it, so that
"and", "or" and "not" of all profiles take one machine operation per 64 of them.

::

    column     exp_type            filter               profile   bits of
    value      nrc_image  mir_dark f200w  (not set)               exp_type is nrc_image
    profile 0  x                   x                    0         1
    profile 1  x                          x             1         1    -> 0b011
    profile 2             x               x             2         0
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.fold import Test, tests
from asnsolve.expr.nodes import IsSet, OneOf, Predicate
from asnsolve.expr.value_tests import passes, value_classes
from asnsolve.interpret.to_mask import Codes, evaluate
from asnsolve.rules.model import Cases, Rule
from asnsolve.solvers.arrays import Ints, Mask, combine


@dataclass(frozen=True)
class Profiles:
    """The profiles of n exposures, in columns like a pool with one exposure per profile.

    Parameters
    ----------
    labels : ndarray of int64, shape (n,)
        Profile of each exposure.
    size : int
        Number of profiles, p.
    tests : frozenset of Test
        The tests by which profiles differ.
    columns : dict of str to (ndarray of int32 of shape (p,), tuple of str)
        For each attribute that is tested, a code of each profile and the values that the codes
        index; -1 where the attribute is not set. One value stands for all that pass the same tests.
    """

    labels: Ints
    size: int
    tests: frozenset[Test]
    columns: dict[str, tuple[Codes, tuple[str, ...]]]
    # By the identity of the predicate: hashing a predicate takes longer than evaluating it.
    _bits: dict[int, tuple[Predicate, int]] = field(default_factory=dict)
    _decisions: dict[int, tuple[Cases, NDArray[np.int8]]] = field(default_factory=dict)
    _column_bits: dict[str, tuple[int, dict[str, int]]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count the profiles."""
        return self.size

    def codes(self, column: str) -> Codes:
        """Return the code of each profile in one column.

        Parameters
        ----------
        column : str
            An attribute that is tested.

        Returns
        -------
        ndarray of int32, shape (p,)
            -1 where the attribute is not set.
        """
        return self.columns[column][0]

    def values(self, column: str) -> tuple[str, ...]:
        """Return the values that the codes of a column index.

        Parameters
        ----------
        column : str
            An attribute that is tested.

        Returns
        -------
        tuple of str
            Each stands for all values that pass the same tests.
        """
        return self.columns[column][1]

    def tell(self, predicate: Predicate) -> bool:
        """Tell whether exposures of one profile agree about a predicate.

        Parameters
        ----------
        predicate : Predicate
            Any predicate.

        Returns
        -------
        bool
        """
        # A predicate that has been evaluated was told before: looking it up saves hashing it.
        return id(predicate) in self._bits or self.tests.issuperset(tests([predicate]))

    def mask(self, predicate: Predicate) -> Mask:
        """Tell which profiles satisfy a predicate.

        Parameters
        ----------
        predicate : Predicate
            A predicate about which exposures of one profile agree; see `tell`.

        Returns
        -------
        ndarray of bool, shape (p,)
        """
        return self._to_mask(self.bits(predicate))

    def bits(self, predicate: Predicate) -> int:
        """Tell which profiles satisfy a predicate, as the bits of an integer.

        Parameters
        ----------
        predicate : Predicate
            A predicate about which exposures of one profile agree; see `tell`.

        Returns
        -------
        int
            Bit i is set if profile i satisfies the predicate.
        """
        known = self._bits.get(id(predicate))
        if known is None:
            bits = evaluate(predicate, self._test_bits, self._everyone, self.bits)
            known = self._bits[id(predicate)] = predicate, bits
        return known[1]

    def decide(self, cases: Cases) -> NDArray[np.int8]:
        """Decide a list of cases for each profile.

        Parameters
        ----------
        cases : Cases
            The cases; the first whose predicate holds decides.

        Returns
        -------
        ndarray of int8, shape (p,)
            Index into ``cases.results()``.
        """
        known = self._decisions.get(id(cases))
        if known is None:
            words = cases.results()
            decided = np.full(self.size, words.index(cases.otherwise), dtype=np.int8)
            # Backwards, so that earlier cases overwrite later ones.
            for predicate, word in reversed(cases.cases):
                if bits := self.bits(predicate):
                    decided[self._to_mask(bits)] = words.index(word)
            known = self._decisions[id(cases)] = cases, decided
        return known[1]

    def eligible(self, rule: Rule) -> Ints:
        """Find the profiles that satisfy every clause of a rule.

        Parameters
        ----------
        rule : Rule
            The rule.

        Returns
        -------
        ndarray of int64, shape (k,)
            Profiles, ascending; empty, at next to no cost, if no exposure can enter the rule.
        """
        bits = self._everyone
        for _, demand in rule.demands:
            bits &= self.bits(demand)
            if not bits:
                return _NO_PROFILES
        return np.flatnonzero(self._to_mask(bits)).astype(np.int64)

    @cached_property
    def _everyone(self) -> int:
        everyone: int = 2**self.size - 1
        return everyone

    def _to_mask(self, bits: int) -> Mask:
        """Spread the bits of an integer over an array of bool, shape (p,)."""
        packed = np.frombuffer(bits.to_bytes(self.size // 8 + 1, "little"), dtype=np.uint8)
        return np.unpackbits(packed, count=self.size, bitorder="little").view(np.bool_)

    def _test_bits(self, test: Test) -> int:
        """Tell which profiles pass a test, as bits: the first source that is set decides."""
        passing = 0
        for source in reversed(test.sources):
            unset, by_value = self._bits_of_column(source)
            match test:
                case IsSet():
                    passing_here = self._everyone ^ unset
                case OneOf(_, values):
                    passing_here = 0
                    for value in values:
                        passing_here |= by_value.get(value, 0)
                case _:
                    is_passing, passing_here = passes(test), 0
                    for value, bits in by_value.items():
                        passing_here |= bits if is_passing(value) else 0
            passing = passing & unset | passing_here
        return passing

    def _bits_of_column(self, column: str) -> tuple[int, dict[str, int]]:
        """Return the bits of the profiles where a column is not set, and those of each value."""
        known = self._column_bits.get(column)
        if known is None:
            codes, values = self.columns[column]
            # Value by value, not all at once: there may be many profiles of many values.
            unset, *by_code = (
                int.from_bytes(np.packbits(codes == code, bitorder="little").tobytes(), "little")
                for code in range(-1, len(values))
            )
            known = self._column_bits[column] = unset, dict(zip(values, by_code, strict=True))
        return known


_NO_PROFILES = np.zeros(0, dtype=np.int64)


def profiles_of(
    all_tests: frozenset[Test], length: int, column: Callable[[str], tuple[Codes, Sequence[str]]]
) -> Profiles:
    """Sort exposures by what tests tell apart.

    Parameters
    ----------
    all_tests : frozenset of Test
        The tests.
    length : int
        Number of exposures, n.
    column : callable
        Returns for an attribute its codes, shape (n,), and the values that they index.

    Returns
    -------
    Profiles
    """
    tests_of: dict[str, list[Test]] = {}
    for test in all_tests:
        for name in test.sources:
            tests_of.setdefault(name, []).append(test)
    names = sorted(tests_of)
    classes: list[tuple[Codes, tuple[str, ...]]] = []
    parts: list[NDArray[np.integer]] = [np.zeros(length, dtype=np.int64)]
    for name in names:
        codes, values = column(name)
        if not values:
            # Nowhere set, as most columns are in most pools: it tells no exposures apart.
            classes.append((codes, ()))
            continue
        class_of, samples = _classes(tests_of[name], values)
        # From values to classes of values; code -1, not set, picks the last class, again -1.
        classes.append((class_of[codes], samples))
        if len(samples) > 1 or (samples and length and codes.min() < 0):
            parts.append(classes[-1][0] + 1)
    labels = combine(parts)
    size = int(labels.max(initial=-1)) + 1
    # Any exposure of a profile stands for all of it.
    sample = np.zeros(size, dtype=np.int64)
    sample[labels] = np.arange(length)
    columns = {
        name: (codes[sample], samples)
        for name, (codes, samples) in zip(names, classes, strict=True)
    }
    return Profiles(labels, size, all_tests, columns)


def _classes(column_tests: Sequence[Test], values: Sequence[str]) -> tuple[Codes, tuple[str, ...]]:
    """Sort the values of a column into classes that pass the same tests.

    Returns
    -------
    class_of : ndarray of int32, shape (values + 1,)
        Class of each value; the last is -1, for what is not set.
    samples : tuple of str
        One value of each class.
    """
    if all(isinstance(test, IsSet) for test in column_tests):
        # All values are one class, and there may be as many of them as exposures.
        return np.append(np.zeros(len(values), dtype=np.int32), np.int32(-1)), (values[0],)
    numbers = value_classes(column_tests, values)
    # Classes are numbered in the order of their first value, so that value is the sample.
    # Backwards the first value is the last to be put in, and stays.
    samples = dict(zip(reversed(numbers), reversed(values), strict=True))
    first_values = tuple(samples[number] for number in range(len(samples)))
    return np.array([*numbers, -1], dtype=np.int32), first_values
