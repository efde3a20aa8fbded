"""Sets of values: predicates about one attribute, which join into one predicate again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from asnsolve.expr.nodes import AllOf, AnyOf, IsSet, Not, OneOf, Predicate, Sources


@dataclass(frozen=True, slots=True)
class ValueSet:
    """The values that an attribute may have.

    Parameters
    ----------
    unset : bool
        Whether the attribute may be unset.
    values : frozenset of str
        Admitted values or, if `others`, the values that are not admitted.
    others : bool
        Whether every value is admitted that is not in `values`.
    """

    unset: bool
    values: frozenset[str]
    others: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing is admitted, not even being unset."""
        return not (self.unset or self.others or self.values)

    def complement(self) -> ValueSet:
        """Return the set of everything that is not admitted.

        Returns
        -------
        ValueSet
            The complement, with respect to being unset too.
        """
        return ValueSet(not self.unset, self.values, not self.others)

    def __and__(self, other: ValueSet) -> ValueSet:
        """Intersect two sets."""
        # Values that are listed as not admitted add up; listed as admitted, they must be in both.
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
        """Join two sets."""
        # De Morgan: a value is admitted unless both sets refuse it.
        return (self.complement() & other.complement()).complement()

    def predicate(self, sources: Sources) -> Predicate:
        """Write the set as the shortest predicate.

        Parameters
        ----------
        sources : tuple of str
            Attributes of which the first that is set gives the value.

        Returns
        -------
        Predicate
            Of the exposures whose value is in the set.
        """
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
            # From here on, an attribute that is not set is admitted as well.
            case True, False, False:
                return Not(IsSet(sources))
            case True, False, True:
                return AnyOf((Not(IsSet(sources)), listed))
            case True, True, False:
                return AllOf(())
            case _:
                return Not(listed)


def value_set(predicate: Predicate) -> tuple[Sources, ValueSet] | None:
    """Read a predicate as a set of values.

    Parameters
    ----------
    predicate : Predicate
        The predicate.

    Returns
    -------
    tuple of (tuple of str, ValueSet), or None
        The sources it tests and the values it admits; None if it is not about the value of one
        attribute, or matches a pattern.
    """
    match predicate:
        case IsSet(sources):
            return sources, ValueSet(unset=False, values=frozenset(), others=True)
        case OneOf(sources, values):
            return sources, ValueSet(unset=False, values=frozenset(values), others=False)
        case Not(inner):
            refused = value_set(inner)
            return None if refused is None else (refused[0], refused[1].complement())
        case AllOf(parts) | AnyOf(parts):
            return _joined(parts, meet=isinstance(predicate, AllOf))
        case _:
            return None


def _joined(parts: tuple[Predicate, ...], *, meet: bool) -> tuple[Sources, ValueSet] | None:
    """Intersect or join the sets of parts, if all of them test the same sources."""
    sets: list[ValueSet] = []
    tested: set[Sources] = set()
    for part in parts:
        admitted = value_set(part)
        if admitted is None:
            return None
        tested.add(admitted[0])
        sets.append(admitted[1])
    return (tested.pop(), reduce(and_ if meet else or_, sets)) if len(tested) == 1 else None
