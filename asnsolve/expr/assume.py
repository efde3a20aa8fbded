"""What is left of a predicate once other things are known of an exposure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from asnsolve.expr.fold import conjuncts, fold
from asnsolve.expr.nodes import AllOf, AnyOf, Named, Not, Predicate, Sources
from asnsolve.expr.values import ValueSet, value_set

__all__ = ["Facts"]

_ALWAYS, _NEVER = AllOf(()), AnyOf(())


@dataclass(frozen=True, slots=True)
class Facts:
    """Things known of an exposure.

    Parameters
    ----------
    values : dict of tuple of str to ValueSet
        What the value of attributes may be.
    names : dict of Predicate to bool
        Which named predicates hold or do not.
    """

    values: dict[Sources, ValueSet]
    names: dict[Predicate, bool]

    @classmethod
    def of(cls, predicates: Iterable[Predicate]) -> Self:
        """Collect what predicates say that all hold."""
        values: dict[Sources, ValueSet] = {}
        names: dict[Predicate, bool] = {}
        for part in (part for predicate in predicates for part in conjuncts(predicate)):
            match part:
                case Named():
                    names[part] = True
                case Not(Named() as name):
                    names[name] = False
            found = value_set(part)
            if found is not None:
                sources, known = found
                values[sources] = values[sources] & known if sources in values else known
        return cls(values, names)

    def simplify(self, predicate: Predicate) -> Predicate:
        """Return a predicate that says the same of every exposure of which the facts are true."""
        return self._left(fold(predicate))

    def _left(self, predicate: Predicate) -> Predicate:
        if predicate in self.names:
            return _ALWAYS if self.names[predicate] else _NEVER
        found = value_set(predicate)
        if found is not None and found[0] in self.values:
            known = self.values[found[0]]
            if (known & found[1]).is_empty:
                return _NEVER
            if (known & found[1].complement()).is_empty:
                return _ALWAYS
        match predicate:
            case Named(_, inner):
                left = self._left(fold(inner))
                return left if left in (_ALWAYS, _NEVER) else predicate
            case Not(inner):
                return fold(Not(self._left(inner)))
            case AllOf(parts):
                return fold(AllOf(tuple(map(self._left, parts))))
            case AnyOf(parts):
                return fold(AnyOf(tuple(map(self._left, parts))))
            case _:
                return predicate
