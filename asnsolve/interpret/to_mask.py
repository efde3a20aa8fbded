"""Read the language over columns: which exposures satisfy a predicate, which groups meet a need.

A test is evaluated once per distinct value of a column and gathered through the column's codes, so
that the work on n exposures is n look-ups per test, whatever the test costs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Final, Protocol, TypeVar, assert_never

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.fold import Test
from asnsolve.expr.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Distinct,
    Exactly,
    InRange,
    IsSet,
    Matches,
    MeasuredKey,
    Named,
    Need,
    Not,
    OneOf,
    Predicate,
    Same,
    Sources,
    Within,
)
from asnsolve.expr.value_tests import passes

Mask = NDArray[np.bool_]
Codes = NDArray[np.int32]
Truth = TypeVar("Truth", int, Mask)

OPEN: Final = -1
"""Code of an exposure that leaves a key open: it goes with any value of the key.

It is also the code of a value that is not set, and such an exposure does leave the key open.
"""


class Columns(Protocol):
    """Dictionary-encoded columns, as a pool has them."""

    def __len__(self) -> int:
        """Count the exposures."""

    def codes(self, column: str) -> Codes:
        """Return a column as codes.

        Parameters
        ----------
        column : str
            Any attribute.

        Returns
        -------
        ndarray of int32, shape (n,)
            Index into ``values(column)``; -1 where the attribute is not set.
        """

    def values(self, column: str) -> Sequence[str]:
        """Return the distinct values of a column.

        Parameters
        ----------
        column : str
            Any attribute.

        Returns
        -------
        sequence of str
        """


class MeasuredColumns(Columns, Protocol):
    """Columns that may hold numbers."""

    def value_numbers(self, column: str) -> NDArray[np.float64]:
        """Return the distinct values of a column as numbers.

        Parameters
        ----------
        column : str
            Any attribute.

        Returns
        -------
        ndarray of float64, shape (number of values,)
            NaN where a value is no finite number.
        """


def evaluate(
    predicate: Predicate,
    test: Callable[[Test], Truth],
    everyone: Truth,
    part: Callable[[Predicate], Truth] | None = None,
) -> Truth:
    """Evaluate a predicate for many exposures at once, given the outcome of its tests.

    Parameters
    ----------
    predicate : Predicate
        The predicate.
    test : callable
        Returns the exposures that pass a test: an array of bool, or the bits of an integer.
    everyone : int or ndarray of bool
        All exposures, in the same form.
    part : callable, optional
        Evaluates the parts of the predicate, for example from a cache; `evaluate` by default.

    Returns
    -------
    int or ndarray of bool
        The exposures that satisfy the predicate.
    """

    def of_part(inner: Predicate) -> Truth:
        return evaluate(inner, test, everyone) if part is None else part(inner)

    match predicate:
        case IsSet() | OneOf() | Matches() | InRange():
            return test(predicate)
        case Not(inner):
            # Works for both forms: `~` of an integer would set bits beyond the last exposure.
            return everyone ^ of_part(inner)
        case Named(_, inner):
            return of_part(inner)
        case AllOf(parts):
            return reduce(and_, map(of_part, parts), everyone)
        case AnyOf(parts):
            return reduce(or_, map(of_part, parts), everyone ^ everyone)
        case _:
            assert_never(predicate)


def to_mask(predicate: Predicate, columns: Columns) -> Mask:
    """Tell which exposures satisfy a predicate.

    Parameters
    ----------
    predicate : Predicate
        The predicate.
    columns : Columns
        The exposures, n of them.

    Returns
    -------
    ndarray of bool, shape (n,)
    """

    def test_mask(test: Test) -> Mask:
        """Test every distinct value, then gather: the first source that is set decides."""
        mask = np.zeros(len(columns), dtype=np.bool_)
        for source in reversed(test.sources):
            # The last outcome, False, is the one that code -1 (not set) picks.
            outcomes = np.array([*map(passes(test), columns.values(source)), False], dtype=np.bool_)
            codes = columns.codes(source)
            mask = np.where(codes < 0, mask, outcomes[codes])
        return mask

    return evaluate(predicate, test_mask, np.ones(len(columns), dtype=np.bool_))


def to_codes(sources: Sources, columns: Columns) -> tuple[Codes, Sequence[str]]:
    """Give each exposure the value of the first source that is set, as a code.

    Parameters
    ----------
    sources : tuple of str
        Attributes, the most important first.
    columns : Columns
        The exposures, n of them.

    Returns
    -------
    codes : ndarray of int32, shape (n,)
        Index into `values`; -1 where no source is set.
    values : sequence of str
        Distinct values of all sources, sorted.
    """
    if not sources:
        return np.full(len(columns), -1, dtype=np.int32), ()
    if len(sources) == 1:
        return columns.codes(sources[0]), columns.values(sources[0])
    values = tuple(sorted({value for source in sources for value in columns.values(source)}))
    merged = np.full(len(columns), -1, dtype=np.int32)
    # From the last source to the first, so that the most important one that is set remains.
    for source in reversed(sources):
        codes = _recoded(columns.codes(source), columns.values(source), values)
        merged = np.where(codes < 0, merged, codes)
    return merged, values


def _recoded(codes: Codes, values: Sequence[str], more_values: Sequence[str]) -> Codes:
    """Turn codes of some values into codes of `more_values`, which hold them all; -1 stays -1."""
    place = {value: code for code, value in enumerate(more_values)}
    recoded: Codes = np.array([*(place[value] for value in values), -1], dtype=np.int32)[codes]
    return recoded


def to_offers(
    key: Same, columns: Columns, mask: Callable[[Predicate], Mask], is_bound: Mask | None
) -> tuple[Codes, Codes, Sequence[str]]:
    """Give the value that each exposure has for a key, and the one that it offers.

    Parameters
    ----------
    key : Same
        The key.
    columns : Columns
        The exposures, n of them.
    mask : callable
        Tells which exposures satisfy a predicate, shape (n,).
    is_bound : ndarray of bool, shape (n,), or None
        Exposures of a role that the key binds; None for all.

    Returns
    -------
    taken : ndarray of int32, shape (n,)
        Value of each exposure as an index into `values`; `OPEN` where it has none, or where the
        key does not bind it.
    offered : ndarray of int32, shape (n,)
        The same, but `OPEN` also where the value is one of the key's open values.
    values : sequence of str
        Distinct values.
    """
    codes, values = to_codes(key.sources, columns)
    if key.instead is not None:
        where, sources = key.instead
        replaced = mask(where)
        if replaced.any():
            # Both sets of codes have to index the same values before they can be mixed.
            other, other_values = to_codes(sources, columns)
            both = tuple(sorted({*values, *other_values}))
            codes, other = _recoded(codes, values, both), _recoded(other, other_values, both)
            codes, values = np.where(replaced, other, codes), both
    if key.where is not None:
        satisfied = mask(key.where)
        is_bound = satisfied if is_bound is None else is_bound & satisfied
    taken = codes
    # Exposures that the key does not bind are open whatever their value; often there are none.
    if is_bound is not None and not is_bound.all():
        taken = np.where(is_bound, codes, np.int32(OPEN))
    open_codes = [values.index(value) for value in key.open_values if value in values]
    if not open_codes:
        return taken, taken, values
    return taken, np.where(np.isin(taken, open_codes), np.int32(OPEN), taken), values


def to_numbers(
    key: MeasuredKey,
    columns: MeasuredColumns,
    mask: Callable[[Predicate], Mask],
    is_bound: Mask | None,
) -> NDArray[np.float64]:
    """Give the numbers that each exposure has for a key that compares numbers.

    Parameters
    ----------
    key : Linked, LinkedSky or Spread
        The key.
    columns : MeasuredColumns
        The exposures, n of them.
    mask : callable
        Tells which exposures satisfy a predicate, shape (n,).
    is_bound : ndarray of bool, shape (n,), or None
        Exposures of a role that the key binds; None for all.

    Returns
    -------
    ndarray of float64, shape (columns of the key, n)
        NaN throughout where an exposure leaves the key open.
    """
    found = numbers_in(key.sources, columns)
    if key.where is not None:
        satisfied = mask(key.where)
        is_bound = satisfied if is_bound is None else is_bound & satisfied
    if is_bound is not None:
        found[:, ~is_bound] = np.nan
    return found


def numbers_in(names: Sources, columns: MeasuredColumns) -> NDArray[np.float64]:
    """Give the numbers that each exposure has in columns that measure.

    Parameters
    ----------
    names : tuple of str
        The columns.
    columns : MeasuredColumns
        The exposures, n of them.

    Returns
    -------
    ndarray of float64, shape (columns, n)
        NaN throughout where an exposure lacks one of them.
    """
    found = np.empty((len(names), len(columns)))
    for place, name in enumerate(names):
        # The last number is the one that code -1 (not set) picks.
        of_values = np.append(columns.value_numbers(name), np.nan)
        found[place] = of_values[columns.codes(name)]
    found[:, np.isnan(found).any(axis=0)] = np.nan
    return found


@dataclass(frozen=True, slots=True)
class MemberGroups:
    """Groups of members, as needs look at them: g groups with m members in all.

    Parameters
    ----------
    rows : ndarray of int64, shape (m,)
        Exposure of each member, group by group.
    starts : ndarray of int64, shape (g,)
        Where each group begins in `rows`; no group is empty.
    is_role : callable
        Tells for a role which members have it, shape (m,).
    is_type : callable
        Tells for types of candidates which groups were made in one of them, shape (g,).
    """

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    is_role: Callable[[str], Mask]
    is_type: Callable[[tuple[str, ...]], Mask]


def to_group_mask(need: Need, groups: MemberGroups, columns: Columns) -> Mask:
    """Tell which groups meet a need.

    Parameters
    ----------
    need : Need
        The need.
    groups : MemberGroups
        The groups, g of them.
    columns : Columns
        The exposures.

    Returns
    -------
    ndarray of bool, shape (g,)
    """
    rows, starts = groups.rows, groups.starts
    counts: NDArray[np.integer]
    match need:
        case AtLeast(count, role) | AtMost(count, role) | Exactly(count, role):
            # `reduceat` sums over the members of each group because no group is empty.
            having = np.ones(len(rows), np.bool_) if role is None else groups.is_role(role)
            counts = np.add.reduceat(having, starts, dtype=np.int64)
        case Distinct(count, sources, role):
            codes, values = to_codes(sources, columns)
            codes, width = codes[rows], max(len(values), 1)
            is_first = np.zeros(len(rows), dtype=np.int64)
            is_first[starts] = 1
            group_of = np.cumsum(is_first) - 1
            # One number per (group, value); the different ones are counted per group.
            is_set = codes >= 0 if role is None else (codes >= 0) & groups.is_role(role)
            # Sorting takes less time than the hash table that numpy.unique makes.
            pairs = np.sort(group_of[is_set] * width + codes[is_set])
            is_new = np.diff(pairs, prepend=-1) != 0
            counts = np.bincount(pairs[is_new] // width, minlength=len(starts))
        case Within(types, inner):
            return ~groups.is_type(types) | to_group_mask(inner, groups, columns)
        case _:
            assert_never(need)
    met: Mask
    match need:
        case AtMost():
            met = counts <= count
        case Exactly():
            met = counts == count
        case _:
            met = counts >= count
    return met
