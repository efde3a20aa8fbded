"""Search one component for its inclusion-maximal sets of compatible entries, within bounds.

Entries with the same offers are one block. Two entries are compatible if on every key they offer
the same value or one of them leaves the key open. A set of entries that are compatible in pairs is
compatible as a whole, because on each key an entry offers one value or leaves it open.

The sets grow block by block: those of the first blocks become those of one block more. No step can
make sets fewer or smaller, because each set is part of a set of all blocks, and no two are part of
the same one. A component that is beyond the bounds is therefore known as soon as a step exceeds
them, and in whatever order the blocks come.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

import numpy as np
from numpy.typing import NDArray

from asnsolve.interpret.to_mask import OPEN, Codes
from asnsolve.rules.model import Rule
from asnsolve.rules.steps import Nods
from asnsolve.solvers.arrays import Ints

MOST_SETS = 1_000
"""Maximal sets of a component that has fewer entries than this; others have one for each entry."""

MOST_MEMBERS = 50_000
"""Members of all sets of a component; or, if that is more, `MOST_MEMBERS_EACH` for each entry."""

MOST_MEMBERS_EACH = 100

MOST_STEPS = 25_000_000
"""Maximal sets times blocks of a component, which bounds the time of the search."""

_EVERY = -1
"""The bits of every block."""


@dataclass(frozen=True, slots=True)
class _Blocks:
    """The blocks of a component, b of them, as bits of integers.

    Parameters
    ----------
    counts : ndarray of int64, shape (b,)
        Number of entries of each block.
    block_of : ndarray of int64, shape (n,)
        Block of each entry.
    fitting : list of int
        The blocks that are compatible with each block, itself among them.
    bound : list of int
        The blocks that each key binds.
    sharing : list of list of int
        For each key and block, the blocks that offer its value or leave the key open; every block
        if the block leaves it open.
    """

    counts: Ints
    block_of: Ints
    fitting: list[int]
    bound: list[int]
    sharing: list[list[int]]

    @classmethod
    def of(cls, offers: Codes) -> _Blocks:
        # blocks: shape (b, keys), b <= n, in the order of their values.
        blocks, block_of, counts = np.unique(
            offers, axis=0, return_inverse=True, return_counts=True
        )
        bound: list[int] = []
        sharing: list[list[int]] = []
        for column in blocks.T:
            open_blocks = _bits(column == OPEN)
            admitting = {
                value: _bits(column == value) | open_blocks for value in np.unique(column).tolist()
            }
            admitting[OPEN] = _EVERY
            bound.append(~open_blocks)
            sharing.append([admitting[value] for value in column.tolist()])
        fitting = [reduce(and_, own) for own in zip(*sharing, strict=True)]
        return cls(counts.astype(np.int64), block_of.reshape(-1), fitting, bound, sharing)

    def fitting_all(self, members: int) -> int:
        """Return the blocks that are compatible with all of some compatible blocks."""
        fitting = _EVERY
        for bound, sharing in zip(self.bound, self.sharing, strict=True):
            # Compatible blocks that a key binds offer the same value: take that of the last block.
            if bound_members := members & bound:
                fitting &= sharing[bound_members.bit_length() - 1]
        return fitting


def maximal_sets(offers: Codes, rule: Rule, shared_by: int = 1) -> list[Ints] | None:
    """Find the maximal sets of compatible entries.

    Parameters
    ----------
    offers : ndarray of int32, shape (n, keys)
        Value that each entry offers for each key; `OPEN` if it leaves the key open.
    rule : Rule
        The rule, whose steps may multiply the members.
    shared_by : int
        The most candidates that an entry's exposure is in.

    Returns
    -------
    list of ndarray of int64, or None
        Positions in `offers`, ascending, in the order of the values that the sets offer. None if
        the component has more sets or members than its size allows; see `within_bounds`.
    """
    disputed = _disputed(offers)
    if not disputed.any():
        return [np.arange(len(offers), dtype=np.int64)]
    blocks = _Blocks.of(offers[:, disputed])
    most_sets, most_members = bounds_of(len(offers), shared_by)
    most_steps = MOST_STEPS // shared_by
    sets = _grown(blocks, min(most_sets, most_steps // len(blocks.counts)))
    if sets is None:
        return None
    flags = [_flags(members, len(blocks.counts)) for members in sets]
    power = member_power(rule)
    member_count = sum(int(blocks.counts[in_set].sum()) ** power for in_set in flags)
    if member_count > most_members:
        return None
    flags.sort(key=lambda in_set: np.flatnonzero(in_set).tolist())
    return [np.flatnonzero(in_set[blocks.block_of]) for in_set in flags]


def member_power(rule: Rule) -> int:
    """Return the power to which the number of members of a set counts.

    Parameters
    ----------
    rule : Rule
        The rule.

    Returns
    -------
    int
        2 where a step makes an association of each science member, with all others in it; else 1.
    """
    return 2 if any(isinstance(step, Nods) for step in rule.all_steps) else 1


def bounds_of(size: int, shared_by: int = 1) -> tuple[int, int]:
    """Return how much a component may have that is not nested.

    The same exposures may be in many candidates, each of which has as many sets. The candidates
    therefore share the bounds, and no exposure is in more sets because more candidates name it.

    Parameters
    ----------
    size : int
        Number of its entries.
    shared_by : int
        The most candidates that an entry's exposure is in.

    Returns
    -------
    sets, members : int
        Number of maximal sets, and of the members of all of them.
    """
    most_sets, most_members = max(MOST_SETS, size), max(MOST_MEMBERS, MOST_MEMBERS_EACH * size)
    return most_sets // shared_by, most_members // shared_by


def within_bounds(offers: Codes, rule: Rule, shared_by: int = 1) -> bool:
    """Tell whether a component is solved.

    Where the keys that the entries leave open are nested, there are never more sets than entries,
    so that it is solved at any size. Others are if they have at most 1,000 maximal sets, or one for
    each entry, if that is more; at most 50,000 members in all sets, or 100 for each entry; and at
    most 25,000,000 as the product of the sets and of the entries that differ. If the rule makes an
    association of each science member of a set, the members of a set count as often as they are.
    Candidates share these numbers: where an exposure is in ten candidates, a tenth is the most.

    Parameters
    ----------
    offers : ndarray of int32, shape (n, keys)
        Value that each entry offers for each key; `OPEN` if it leaves the key open.
    rule : Rule
        The rule.
    shared_by : int
        The most candidates that an entry's exposure is in.

    Returns
    -------
    bool
        The same in any order of the entries.
    """
    return is_nested(offers) or maximal_sets(offers, rule, shared_by) is not None


def is_nested(offers: Codes) -> bool:
    """Tell whether each entry leaves open what every entry does that leaves fewer keys open.

    Parameters
    ----------
    offers : ndarray of int32, shape (n, keys)
        Value that each entry offers for each key; `OPEN` if it leaves the key open. A key with one
        value makes no difference.

    Returns
    -------
    bool
    """
    is_open = offers[:, _disputed(offers)] == OPEN
    ascending = is_open[np.argsort(is_open.sum(axis=1), kind="stable")]
    return bool((ascending[:-1] <= ascending[1:]).all())


def _disputed(offers: Codes) -> NDArray[np.bool_]:
    """Tell which keys have several values, shape (keys,)."""
    values = (np.unique(column[column != OPEN]) for column in offers.T)
    return np.array([len(distinct) > 1 for distinct in values], dtype=np.bool_)


def _grown(blocks: _Blocks, most: int) -> Collection[int] | None:
    """Grow the maximal sets block by block; return None if there are more than `most`."""
    sets: list[int] = [0]
    for at, fitting in enumerate(blocks.fitting):
        new, excluded = 1 << at, ~fitting
        # What is left of each set beside the new block; only a set that loses something stays.
        beside = {members & fitting for members in sets}
        sets = [members for members in sets if members & excluded]
        known = fitting & (new - 1)
        # A set with the new block is maximal if no earlier block fits all of it and is left out.
        sets += [rest | new for rest in beside if blocks.fitting_all(rest) & known == rest]
        if len(sets) > most:
            return None
    return sets


def _bits(flags: NDArray[np.bool_]) -> int:
    """Write flags as the bits of an integer."""
    return reduce(or_, (1 << int(at) for at in np.flatnonzero(flags)), 0)


def _flags(bits: int, count: int) -> NDArray[np.bool_]:
    """Read the lowest bits of an integer as flags, shape (count,)."""
    octets = np.frombuffer(bits.to_bytes(count // 8 + 1, "little"), dtype=np.uint8)
    return np.unpackbits(octets, bitorder="little")[:count].astype(np.bool_)
