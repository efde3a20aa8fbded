"""Search one component for its inclusion-maximal sets of compatible entries.

Entries with the same offers are one block. Two entries are compatible if on every key they offer
the same value or one of them leaves the key open. A set of entries that are compatible in pairs is
compatible as a whole, because on each key an entry offers one value or leaves it open.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import and_, or_

import numpy as np
from numpy.typing import NDArray

from asnsolve.errors import Problem, SearchLimitError
from asnsolve.interpret.to_mask import OPEN, Codes
from asnsolve.solvers.arrays import Ints

_MOST_COMBINATIONS = 2_000
_MOST_BLOCKS = 5_000


def maximal_sets(offers: Codes, name: str) -> Iterator[Ints]:
    """Find the maximal sets of compatible entries.

    Parameters
    ----------
    offers : ndarray of int32, shape (n, keys)
        Value that each entry offers for each key; `OPEN` if it leaves the key open.
    name : str
        Name of the component, for errors.

    Yields
    ------
    ndarray of int64
        Positions in `offers`, ascending.

    Raises
    ------
    SearchLimitError
        If there are more than 5,000 blocks to search among.
    """
    # blocks: shape (b, keys), b <= n; block_of: block of each entry, shape (n,).
    blocks, block_of = np.unique(offers, axis=0, return_inverse=True)
    block_of = block_of.reshape(-1)
    values = [sorted(set(column[column != OPEN].tolist())) for column in blocks.T]
    disputed = [key for key, key_values in enumerate(values) if len(key_values) > 1]
    if not disputed:
        sets: Iterable[Ints] = [np.arange(len(blocks), dtype=np.int64)]
    elif len(disputed) == 1:
        sets = _by_one_key(blocks[:, disputed[0]], values[disputed[0]])
    elif math.prod(len(values[key]) for key in disputed) <= _MOST_COMBINATIONS:
        sets = _by_signatures(blocks, {key: values[key] for key in disputed})
    else:
        sets = _by_cliques(blocks, name)
    for block_set in sets:
        in_set = np.zeros(len(blocks), dtype=np.bool_)
        in_set[block_set] = True
        yield np.flatnonzero(in_set[block_of])


def _by_one_key(offered: Codes, values: Sequence[int]) -> Iterator[Ints]:
    """Make one set per value: the blocks that offer it and those that leave the key open."""
    open_blocks = np.flatnonzero(offered == OPEN)
    for value in values:
        yield np.concatenate([np.flatnonzero(offered == value), open_blocks])


def _by_signatures(blocks: Codes, values: dict[int, list[int]]) -> Iterator[Ints]:
    """Enumerate the signatures that some block supports, and keep the maximal sets of blocks."""
    from constraint import Problem as Search

    search = Search()
    # admitting[key][value]: the blocks that offer the value or leave the key open, as bits.
    admitting: dict[int, dict[int, int]] = {}
    for key, key_values in values.items():
        search.addVariable(key, key_values)
        is_open = blocks[:, key] == OPEN
        admitting[key] = {value: _bits((blocks[:, key] == value) | is_open) for value in key_values}
    keys = list(values)

    def compatible(signature: Sequence[int]) -> int:
        bits = (admitting[key][value] for key, value in zip(keys, signature, strict=True))
        return reduce(and_, bits)

    search.addConstraint(lambda *signature: compatible(signature) != 0, keys)
    block_sets = {compatible([solution[key] for key in keys]) for solution in search.getSolutions()}
    for bits in maximal(block_sets):
        yield np.array([at for at in range(len(blocks)) if bits >> at & 1], dtype=np.int64)


def _by_cliques(blocks: Codes, name: str) -> Iterator[Ints]:
    """Enumerate the maximal cliques of the blocks' compatibility graph: equally exact."""
    import networkx

    if len(blocks) > _MOST_BLOCKS:
        raise SearchLimitError(
            Problem(
                f"{name}: a component holds {len(blocks)} exposures that differ in what they "
                "leave open",
                expected=f"at most {_MOST_BLOCKS}",
                advice="Give the exposures the attributes they lack, or make a key required.",
            )
        )
    graph: networkx.Graph[int] = networkx.Graph()
    graph.add_nodes_from(range(len(blocks)))
    for at, block in enumerate(blocks):
        # Every pair once: each block with those after it, shape (b - at - 1, keys).
        later = blocks[at + 1 :]
        agreed = ((later == block) | (later == OPEN) | (block == OPEN)).all(axis=1)
        graph.add_edges_from((at, at + 1 + int(other)) for other in np.flatnonzero(agreed))
    for clique in sorted(sorted(clique) for clique in networkx.find_cliques(graph)):
        yield np.array(clique, dtype=np.int64)


def maximal(sets: Iterable[int]) -> list[int]:
    """Keep the sets that no other set contains.

    Parameters
    ----------
    sets : iterable of int
        Sets, written as bits.

    Returns
    -------
    list of int
        Largest first.
    """
    kept: list[int] = []
    # From large to small: what contains a set is kept before the set is looked at.
    for bits in sorted(set(sets), key=lambda bits: (-bits.bit_count(), bits)):
        if not any(bits & other == bits for other in kept):
            kept.append(bits)
    return kept


def _bits(flags: NDArray[np.bool_]) -> int:
    """Write flags as the bits of an integer."""
    return reduce(or_, (1 << int(at) for at in np.flatnonzero(flags)), 0)
