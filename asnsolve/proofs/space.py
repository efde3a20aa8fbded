"""The space of all exposures, as far as predicates can tell them apart.

The values of an attribute fall into classes that no test tells apart. An exposure is then one class
per attribute, and a predicate is a table of truth values over the classes of its attributes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.fold import Test, attributes, tests
from asnsolve.expr.nodes import OneOf, Predicate
from asnsolve.expr.value_tests import value_classes
from asnsolve.expr.values import ValueSet
from asnsolve.interpret.to_mask import to_mask

OTHER: Final = "other"
"""Stands for every unlisted value: one that no rule and no vocabulary names."""

Table = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ValueClass:
    """Values of an attribute that no test tells apart.

    Parameters
    ----------
    sample : str or None
        One of the values; None for the class of an attribute that is not set.
    values : frozenset of str
        The listed values.
    others : bool
        Whether unlisted values belong to the class.
    """

    sample: str | None
    values: frozenset[str]
    others: bool = False


@dataclass(frozen=True, slots=True)
class Space:
    """Classes of the values of attributes.

    Parameters
    ----------
    classes : mapping of str to tuple of ValueClass
        The classes of each attribute; the first one is "not set". Attributes are sorted.
    """

    classes: Mapping[str, tuple[ValueClass, ...]]
    _tables: dict[int, tuple[Predicate, tuple[str, ...], Table]] = field(
        default_factory=dict, init=False
    )

    @classmethod
    def of(cls, predicates: Iterable[Predicate], values: Mapping[str, Sequence[str]]) -> Space:
        """Make the space that predicates tell apart.

        Parameters
        ----------
        predicates : iterable of Predicate
            The predicates.
        values : mapping of str to sequence of str
            Listed values of attributes.

        Returns
        -------
        Space
            With the attributes that the predicates test.
        """
        tests_of: dict[str, set[Test]] = {}
        for test in tests(predicates):
            for name in test.sources:
                tests_of.setdefault(name, set()).add(test)
        return cls(
            {name: _classes(tests_of[name], values.get(name, ())) for name in sorted(tests_of)}
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
            grid = _Grid(self, names, shape)
            truth = to_mask(predicate, grid).reshape(shape)
            known = self._tables[id(predicate)] = predicate, names, truth
        return known[1], known[2]

    def values(self, name: str, wanted: Iterable[int]) -> ValueSet:
        """Return the values in some classes of an attribute.

        Parameters
        ----------
        name : str
            The attribute.
        wanted : iterable of int
            Numbers of classes.

        Returns
        -------
        ValueSet
            All that is in these classes.
        """
        classes, chosen = self.classes[name], set(wanted)
        inside = [classes[number] for number in sorted(chosen)]
        others = any(member.others for member in inside)
        # With unlisted values inside, the set is told by the values that are not in it.
        listing = (
            [each for number, each in enumerate(classes) if number not in chosen]
            if others
            else inside
        )
        return ValueSet(
            unset=any(member.sample is None for member in inside),
            values=frozenset(value for member in listing for value in member.values),
            others=others,
        )


def _classes(tests_of_name: Collection[Test], listed: Sequence[str]) -> tuple[ValueClass, ...]:
    """Return the classes of an attribute: not set, then those that its tests tell apart."""
    named = {value for test in tests_of_name if isinstance(test, OneOf) for value in test.values}
    values = (*sorted({*named, *listed}), OTHER)
    together: dict[int, list[str]] = {}
    for number, value in zip(value_classes(tests_of_name, values), values, strict=True):
        together.setdefault(number, []).append(value)
    classes = [ValueClass(None, frozenset())]
    for members in together.values():
        known = frozenset(members) - {OTHER}
        # A value of the vocabulary makes a better witness than one that only a rule names.
        sample = next((value for value in listed if value in known), min(known, default=OTHER))
        classes.append(ValueClass(sample, known, others=OTHER in members))
    return tuple(classes)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Every combination of the classes of some attributes, one row each, read like a pool."""

    space: Space
    names: tuple[str, ...]
    shape: tuple[int, ...]

    def __len__(self) -> int:
        """Count the combinations."""
        return int(np.prod(self.shape, dtype=np.int64))

    def codes(self, column: str) -> NDArray[np.int32]:
        """Return the class of each combination, less one; shape (number of combinations,)."""
        # The class varies along the axis of its attribute alone; the other axes have length 1 until
        # they are broadcast. Class 0, "not set", becomes the code -1.
        axis = self.names.index(column)
        codes = np.arange(self.shape[axis], dtype=np.int32) - 1
        spread = codes.reshape([-1 if at == axis else 1 for at in range(len(self.shape))])
        return np.broadcast_to(spread, self.shape).reshape(-1)

    def values(self, column: str) -> tuple[str, ...]:
        """Return a value of each class but the first, which has none."""
        return tuple(each.sample or "" for each in self.space.classes[column][1:])
