"""A second opinion: the same questions put to a SAT solver, unsliced and on values themselves.

An attribute is one of its classes; a predicate is a literal that is defined by clauses. Nothing is
shared with the first engine but the predicates and the classes of values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from pysat.solvers import Cadical153

from asnsolve.expr.nodes import (
    AllOf,
    AnyOf,
    InRange,
    IsSet,
    Matches,
    Named,
    Not,
    OneOf,
    Predicate,
    Sources,
)
from asnsolve.proofs.space import Space
from tests.proofs.evaluator import inside

__all__ = ["Formula"]


@dataclass
class Formula:
    """Exposures of a space, as a formula."""

    space: Space
    clauses: list[list[int]] = field(default_factory=list)
    _solver: Cadical153 = field(default_factory=Cadical153)
    _given: int = 0
    _count: int = 0
    _values: dict[tuple[str, int], int] = field(default_factory=dict)
    _known: dict[Predicate, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Say that every attribute is of exactly one class."""
        for name, classes in self.space.classes.items():
            own = [self._values.setdefault((name, at), self._new()) for at in range(len(classes))]
            self.clauses.append(own)
            self.clauses += [[-a, -b] for at, a in enumerate(own) for b in own[:at]]

    def satisfiable(self, *literals: int) -> bool:
        """Tell whether there is an exposure of which all literals are true."""
        # One solver for all questions, which is given what has been defined since the last one.
        self._solver.append_formula(self.clauses[self._given :])
        self._given = len(self.clauses)
        return bool(self._solver.solve(assumptions=list(literals)))

    def all_of(self, predicates: Iterable[Predicate]) -> int:
        """Return the literal that all predicates hold."""
        return self.both([self.literal(predicate) for predicate in predicates])

    def both(self, literals: Sequence[int]) -> int:
        """Return the literal that all of some literals are true."""
        made = self._new()
        self.clauses += [[-made, one] for one in literals]
        self.clauses.append([made, *(-one for one in literals)])
        return made

    def either(self, literals: Sequence[int]) -> int:
        """Return the literal that one of some literals is true."""
        return -self.both([-one for one in literals])

    def literal(self, predicate: Predicate) -> int:
        """Return the literal that a predicate holds."""
        if predicate not in self._known:
            self._known[predicate] = self._made(predicate)
        return self._known[predicate]

    def _made(self, predicate: Predicate) -> int:
        match predicate:
            case IsSet(sources):
                return self._test(sources, lambda value: True)
            case OneOf(sources, values):
                return self._test(sources, values.__contains__)
            case Matches(sources, pattern):
                whole = re.compile(pattern, re.IGNORECASE | re.DOTALL)
                return self._test(sources, lambda value: whole.fullmatch(value) is not None)
            case InRange(sources, low, high):
                return self._test(sources, lambda value: inside(value, low, high))
            case Not(inner):
                return -self.literal(inner)
            case Named(_, inner):
                return self.literal(inner)
            case AllOf(parts):
                return self.both([self.literal(part) for part in parts])
            case AnyOf(parts):
                return self.either([self.literal(part) for part in parts])
            case _:
                assert_never(predicate)

    def _test(self, sources: Sources, wanted: Callable[[str], bool]) -> int:
        ways: list[int] = []
        for place, name in enumerate(sources):
            unset = [self._values[before, 0] for before in sources[:place]]
            passing = [
                self._values[name, at]
                for at, one in enumerate(self.space.classes[name])
                if one.sample is not None and wanted(one.sample)
            ]
            ways.append(self.both([*unset, self.either(passing)]))
        return self.either(ways)

    def _new(self) -> int:
        self._count += 1
        return self._count
