"""All exposures that there can be, as far as predicates can tell them apart.

The values of an attribute fall into classes: those that every test answers alike are of one class.
An exposure is then one class for each attribute, and a predicate is a table of truth values over
the classes of the attributes that it looks at.
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

__all__ = ["OTHER", "Space", "ValueClass"]

OTHER: Final = "other"
"""Stands for every value that no rule and no vocabulary names."""

Table = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ValueClass:
    """Values of an attribute that no test tells apart.

    Parameters
    ----------
    sample : str or None
        One of them; None: the attribute is not set.
    values : frozenset of str
        Those that are listed.
    others : bool
        Whether values that nobody lists are among them.
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
        For each attribute, in alphabetical order of attributes.
    """

    classes: Mapping[str, tuple[ValueClass, ...]]
    _tables: dict[int, tuple[Predicate, tuple[str, ...], Table]] = field(default_factory=dict)

    @classmethod
    def of(cls, predicates: Iterable[Predicate], values: Mapping[str, Sequence[str]]) -> Space:
        """Tell values apart as far as predicates do; those listed in `values` are among them."""
        asked: dict[str, set[Test]] = {}
        for test in tests(predicates):
            for name in test.sources:
                asked.setdefault(name, set()).add(test)
        return cls({name: _classes(asked[name], values.get(name, ())) for name in sorted(asked)})

    def table(self, predicate: Predicate) -> tuple[tuple[str, ...], Table]:
        """Return the attributes that a predicate looks at, and its truth over their classes."""
        known = self._tables.get(id(predicate))
        if known is None:
            names = tuple(sorted(attributes(predicate)))
            shape = tuple(len(self.classes[name]) for name in names)
            grid = _Grid(self, names, shape)
            truth = to_mask(predicate, grid).reshape(shape)
            known = self._tables[id(predicate)] = predicate, names, truth
        return known[1], known[2]

    def values(self, name: str, wanted: Iterable[int]) -> ValueSet:
        """Return what is in some classes of an attribute."""
        chosen = set(wanted)
        own = self.classes[name]
        inside = [own[number] for number in sorted(chosen)]
        others = any(one.others for one in inside)
        among = inside if not others else [own[n] for n in range(len(own)) if n not in chosen]
        return ValueSet(
            unset=any(one.sample is None for one in inside),
            values=frozenset(value for one in among for value in one.values),
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
    """Every combination of the classes of some attributes, read like a pool."""

    space: Space
    names: tuple[str, ...]
    shape: tuple[int, ...]

    def __len__(self) -> int:
        """Count the combinations."""
        return int(np.prod(self.shape, dtype=np.int64))

    def codes(self, column: str) -> NDArray[np.int32]:
        """Return the class of each combination, less one: the class of no value is -1."""
        place = self.names.index(column)
        view = np.arange(self.shape[place], dtype=np.int32) - 1
        spread = view.reshape([-1 if at == place else 1 for at in range(len(self.shape))])
        return np.broadcast_to(spread, self.shape).reshape(-1)

    def values(self, column: str) -> tuple[str, ...]:
        """Return a value of each class."""
        return tuple(one.sample or "" for one in self.space.classes[column][1:])
