"""Read the language over columns: which exposures satisfy a predicate, which groups a constraint.

A test is evaluated once per distinct value of a column and gathered through its codes, so the
work on n exposures is n look-ups a leaf, whatever the test costs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, assert_never

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    Distinct,
    IsSet,
    Matches,
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

__all__ = [
    "OPEN",
    "Codes",
    "Columns",
    "MemberGroups",
    "to_codes",
    "to_group_mask",
    "to_mask",
    "to_offers",
]

Mask = NDArray[np.bool_]
Codes = NDArray[np.int32]

OPEN = -1
"""Code of an exposure that has no value, or may stand beside any."""


class Columns(Protocol):
    """Dictionary-encoded columns, as a pool has them."""

    def __len__(self) -> int:
        """Count the exposures."""

    def codes(self, column: str) -> Codes:
        """Return the code of each exposure's value, shape (n,); -1 where it is not set."""

    def values(self, column: str) -> tuple[str, ...]:
        """Return the distinct values; a code is an index into them."""


def to_mask(
    predicate: Predicate, columns: Columns, part_of: Callable[[Predicate], Mask] | None = None
) -> Mask:
    """Tell which exposures satisfy `predicate`.

    Parameters
    ----------
    predicate : Predicate
        What is asked of each exposure.
    columns : Columns
        The exposures, n of them.
    part_of : callable, optional
        Gives the mask of a part of `predicate`, which may be known; `to_mask` itself by default.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    inner_mask = part_of or partial(to_mask, columns=columns)
    match predicate:
        case IsSet(sources) | OneOf(sources, _) | Matches(sources, _):
            return _gather(sources, columns, passes(predicate))
        case Not(inner):
            return ~inner_mask(inner)
        case Named(_, inner):
            return inner_mask(inner)
        case AllOf(parts):
            kept = np.ones(len(columns), dtype=np.bool_)
            for part in parts:
                kept &= inner_mask(part)
            return kept
        case AnyOf(parts):
            found = np.zeros(len(columns), dtype=np.bool_)
            for part in parts:
                found |= inner_mask(part)
            return found
        case _:
            assert_never(predicate)


def to_codes(sources: Sources, columns: Columns) -> tuple[Codes, tuple[str, ...]]:
    """Give each exposure the value of the first source that is set, as a code.

    Returns
    -------
    codes : ndarray of int32, shape (n,)
        Index into `values`; `OPEN` where no source is set.
    values : tuple of str
        Distinct values of all sources, sorted.
    """
    if not sources:
        return np.full(len(columns), OPEN, dtype=np.int32), ()
    if len(sources) == 1:
        return columns.codes(sources[0]), columns.values(sources[0])
    values = tuple(sorted({value for source in sources for value in columns.values(source)}))
    merged = np.full(len(columns), OPEN, dtype=np.int32)
    for source in reversed(sources):
        own = _recoded(columns.codes(source), columns.values(source), values)
        merged = np.where(own == OPEN, merged, own)
    return merged, values


def _recoded(codes: Codes, values: Sequence[str], among: Sequence[str]) -> Codes:
    """Give codes of values the places that the values have among more values."""
    place = {value: code for code, value in enumerate(among)}
    table = np.array([*(place[value] for value in values), OPEN], dtype=np.int32)
    recoded: Codes = table[codes]
    return recoded


def to_offers(
    key: Same, columns: Columns, mask: Callable[[Predicate], Mask], bound: Mask | None
) -> tuple[Codes, Codes, tuple[str, ...]]:
    """Give the value that each exposure takes for a key, and the one it is bound to.

    Parameters
    ----------
    key : Same
        The key.
    columns : Columns
        The exposures, n of them.
    mask : callable
        Tells which exposures satisfy a predicate, shape (n,).
    bound : ndarray of bool, shape (n,), or None
        Exposures of a role that the key binds; None: all.

    Returns
    -------
    taken : ndarray of int32, shape (n,)
        Index into `values`; `OPEN` where there is none, or where the key does not bind.
    offered : ndarray of int32, shape (n,)
        The same, and `OPEN` too where the value is open.
    values : tuple of str
        Distinct values.
    """
    codes, values = to_codes(key.sources, columns)
    if key.instead is not None:
        where, sources = key.instead
        replaced = mask(where)
        if replaced.any():
            other, more = to_codes(sources, columns)
            both = tuple(sorted({*values, *more}))
            codes, other = _recoded(codes, values, both), _recoded(other, more, both)
            codes, values = np.where(replaced, other, codes), both
    is_open = np.zeros(len(columns), dtype=np.bool_)
    if bound is not None:
        is_open |= ~bound
    if key.where is not None:
        is_open |= ~mask(key.where)
    taken = np.where(is_open, np.int32(OPEN), codes).astype(np.int32) if is_open.any() else codes
    opened = [values.index(value) for value in key.open_values if value in values]
    if not opened:
        return taken, taken, values
    return taken, np.where(np.isin(taken, opened), np.int32(OPEN), taken), values


@dataclass(frozen=True, slots=True)
class MemberGroups:
    """Groups of exposures, as needs look at them.

    Parameters
    ----------
    rows : ndarray of int64, shape (m,)
        Exposure of each member, the groups laid end to end.
    starts : ndarray of int64, shape (g,)
        Where each group begins in `rows`; no group is empty.
    is_role : callable
        Tells for a role name which members have it, shape (m,).
    is_type : callable
        Tells which groups were made in a candidate of one of some types, shape (g,).
    """

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    is_role: Callable[[str], Mask]
    is_type: Callable[[tuple[str, ...]], Mask]


def to_group_mask(need: Need, groups: MemberGroups, columns: Columns) -> Mask:
    """Tell which groups of exposures meet a need.

    Parameters
    ----------
    need : Need
        What is asked of each group.
    groups : MemberGroups
        The groups, g of them.
    columns : Columns
        The exposures.

    Returns
    -------
    ndarray of bool, shape (g,)
    """
    rows, starts = groups.rows, groups.starts
    sizes = np.diff(starts, append=len(rows))
    match need:
        case AtLeast(count, role):
            having = np.ones(len(rows), np.bool_) if role is None else groups.is_role(role)
            found = np.add.reduceat(having.astype(np.int64), starts)
        case Distinct(count, sources):
            codes, values = to_codes(sources, columns)
            group_of = np.repeat(np.arange(len(starts), dtype=np.int64), sizes)
            known = codes[rows] != OPEN
            pairs = np.unique(group_of[known] * max(len(values), 1) + codes[rows][known])
            found = np.bincount(pairs // max(len(values), 1), minlength=len(starts))
        case Within(types, inner):
            return ~groups.is_type(types) | to_group_mask(inner, groups, columns)
        case _:
            assert_never(need)
    met: Mask = found >= count
    return met


def _gather(sources: Sources, columns: Columns, test: Callable[[str], bool]) -> Mask:
    found = np.zeros(len(columns), dtype=np.bool_)
    for source in reversed(sources):
        table = np.array([*map(test, columns.values(source)), False], dtype=np.bool_)
        codes = columns.codes(source)
        found = np.where(codes == OPEN, found, table[codes])
    return found
