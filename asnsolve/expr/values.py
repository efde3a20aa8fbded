"""Predicates about one attribute as sets of values: they join to one predicate again."""

from __future__ import annotations

from dataclasses import dataclass

from asnsolve.expr.nodes import AllOf, AnyOf, IsSet, Not, OneOf, Predicate, Sources

__all__ = ["ValueSet", "value_set"]


@dataclass(frozen=True, slots=True)
class ValueSet:
    """What the value of an attribute may be.

    Parameters
    ----------
    unset : bool
        Whether it may be not set.
    values : frozenset of str
        Values that are admitted, or, if `others`, those that are not.
    others : bool
        Whether every value is admitted that is not in `values`.
    """

    unset: bool
    values: frozenset[str]
    others: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing is admitted."""
        return not (self.unset or self.others or self.values)

    def complement(self) -> ValueSet:
        """Return all that is not admitted."""
        return ValueSet(not self.unset, self.values, not self.others)

    def __and__(self, other: ValueSet) -> ValueSet:
        """Return what both admit."""
        unset = self.unset and other.unset
        match self.others, other.others:
            case True, True:
                return ValueSet(unset, self.values | other.values, others=True)
            case True, False:
                return ValueSet(unset, other.values - self.values, others=False)
            case False, True:
                return ValueSet(unset, self.values - other.values, others=False)
            case _:
                return ValueSet(unset, self.values & other.values, others=False)

    def __or__(self, other: ValueSet) -> ValueSet:
        """Return what either admits."""
        return (self.complement() & other.complement()).complement()

    def predicate(self, sources: Sources) -> Predicate:
        """Say it of an attribute, in the fewest words."""
        listed = OneOf(sources, tuple(sorted(self.values)))
        match self.unset, self.others, bool(self.values):
            case False, False, False:
                return AnyOf(())
            case False, False, True:
                return listed
            case False, True, False:
                return IsSet(sources)
            case False, True, True:
                return AllOf((IsSet(sources), Not(listed)))
            case True, False, False:
                return Not(IsSet(sources))
            case True, False, True:
                return AnyOf((Not(IsSet(sources)), listed))
            case True, True, False:
                return AllOf(())
            case _:
                return Not(listed)


def value_set(predicate: Predicate) -> tuple[Sources, ValueSet] | None:
    """Read a predicate as a set of values of one attribute; None if it is no such thing."""
    match predicate:
        case IsSet(sources):
            return sources, ValueSet(unset=False, values=frozenset(), others=True)
        case OneOf(sources, values):
            return sources, ValueSet(unset=False, values=frozenset(values), others=False)
        case Not(inner):
            found = value_set(inner)
            return None if found is None else (found[0], found[1].complement())
        case AllOf(parts) | AnyOf(parts):
            return _joined(parts, meet=isinstance(predicate, AllOf))
        case _:
            return None


def _joined(parts: tuple[Predicate, ...], *, meet: bool) -> tuple[Sources, ValueSet] | None:
    found = [value_set(part) for part in parts]
    sources = {each[0] for each in found if each is not None}
    if len(sources) != 1 or None in found:
        return None
    sets = [each[1] for each in found if each is not None]
    whole = sets[0]
    for each in sets[1:]:
        whole = whole & each if meet else whole | each
    return sources.pop(), whole
