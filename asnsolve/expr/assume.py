"""Simplify a predicate with facts that are known of an exposure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from asnsolve.expr.fold import conjuncts, fold
from asnsolve.expr.nodes import AllOf, AnyOf, Named, Not, Predicate, Sources
from asnsolve.expr.values import ValueSet, value_set

_ALWAYS, _NEVER = AllOf(()), AnyOf(())


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts that are known of an exposure.

    Parameters
    ----------
    values : dict of tuple of str to ValueSet
        The values that sources may have.
    names : dict of Predicate to bool
        Named predicates that are known to hold, or known not to.
    """

    values: dict[Sources, ValueSet]
    names: dict[Predicate, bool]

    @classmethod
    def of(cls, predicates: Iterable[Predicate]) -> Self:
        """Collect the facts that follow when all of some predicates hold.

        Parameters
        ----------
        predicates : iterable of Predicate
            Predicates that hold.

        Returns
        -------
        Facts
            What they say of single attributes and of named predicates.
        """
        values: dict[Sources, ValueSet] = {}
        names: dict[Predicate, bool] = {}
        for part in (part for predicate in predicates for part in conjuncts(predicate)):
            match part:
                case Named():
                    names[part] = True
                case Not(Named() as name):
                    names[name] = False
            admitted = value_set(part)
            if admitted is not None:
                sources, known = admitted
                values[sources] = values[sources] & known if sources in values else known
        return cls(values, names)

    def simplify(self, predicate: Predicate) -> Predicate:
        """Simplify a predicate.

        Parameters
        ----------
        predicate : Predicate
            The predicate.

        Returns
        -------
        Predicate
            One that is equivalent for every exposure for which the facts are true.
        """
        return self._simplified(fold(predicate))

    def _simplified(self, predicate: Predicate) -> Predicate:
        if predicate in self.names:
            return _ALWAYS if self.names[predicate] else _NEVER
        admitted = value_set(predicate)
        if admitted is not None and admitted[0] in self.values:
            # Never if no known value passes, always if no known value fails.
            known = self.values[admitted[0]]
            if (known & admitted[1]).is_empty:
                return _NEVER
            if (known & admitted[1].complement()).is_empty:
                return _ALWAYS
        match predicate:
            case Named(_, inner):
                # A name is kept unless the facts decide the whole predicate that it names: the
                # rest, spelled out, would be harder to read.
                rest = self._simplified(fold(inner))
                return rest if rest in (_ALWAYS, _NEVER) else predicate
            case Not(inner):
                return fold(Not(self._simplified(inner)))
            case AllOf(parts):
                return fold(AllOf(tuple(map(self._simplified, parts))))
            case AnyOf(parts):
                return fold(AnyOf(tuple(map(self._simplified, parts))))
            case _:
                return predicate
