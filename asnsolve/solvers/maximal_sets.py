"""Search one component for its inclusion-maximal sets of compatible exposures.

Exposures that offer the same are one block. Two exposures are compatible if on every key they
offer one value or one of them may stand beside any; a set of pairwise compatible exposures
agrees as a whole, because an exposure is bound to one value or to none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray

from asnsolve.errors import Problem, SearchLimitError
from asnsolve.interpret.to_mask import OPEN

__all__ = ["maximal", "maximal_sets"]

Codes = NDArray[np.int32]
Ints = NDArray[np.int64]

_MOST_COMBINATIONS = 2_000
_MOST_BLOCKS = 5_000


def maximal_sets(offers: Codes, name: str) -> Iterator[Ints]:
    """Find the maximal sets of compatible exposures.

    Parameters
    ----------
    offers : ndarray of int32, shape (n, keys)
        Value that each exposure offers for each key; `OPEN` if it may stand beside any.
    name : str
        Name of the component, for errors.

    Yields
    ------
    ndarray of int64
        Positions in `offers`, ascending.

    Raises
    ------
    SearchLimitError
        If there are too many different exposures to search among.
    """
    blocks, block_of = np.unique(offers, axis=0, return_inverse=True)
    block_of = block_of.reshape(-1)
    values = [sorted(set(column[column != OPEN].tolist())) for column in blocks.T]
    disputed = [key for key, found in enumerate(values) if len(found) > 1]
    if not disputed:
        sets: Iterable[Ints] = [np.arange(len(blocks), dtype=np.int64)]
    elif len(disputed) == 1:
        sets = _by_one_key(blocks[:, disputed[0]], values[disputed[0]])
    elif math.prod(len(values[key]) for key in disputed) <= _MOST_COMBINATIONS:
        sets = _by_signatures(blocks, {key: values[key] for key in disputed})
    else:
        sets = _by_cliques(blocks, name)
    for chosen in sets:
        inside = np.zeros(len(blocks), dtype=np.bool_)
        inside[chosen] = True
        yield np.flatnonzero(inside[block_of])


def _by_one_key(offered: Codes, values: Sequence[int]) -> Iterator[Ints]:
    """One set a value: the blocks bound to it, and those that may stand beside any."""
    is_open = np.flatnonzero(offered == OPEN)
    for value in values:
        yield np.concatenate([np.flatnonzero(offered == value), is_open])


def _by_signatures(blocks: Codes, values: dict[int, list[int]]) -> Iterator[Ints]:
    """Enumerate the signatures that some block supports, and keep the maximal sets of blocks."""
    from constraint import Problem as Search

    search = Search()
    admitted: dict[int, dict[int, int]] = {}
    for key, found in values.items():
        search.addVariable(key, found)
        admitted[key] = {
            value: _bits((blocks[:, key] == value) | (blocks[:, key] == OPEN)) for value in found
        }
    keys = list(values)

    def compatible(signature: Sequence[int]) -> int:
        bits = (admitted[key][value] for key, value in zip(keys, signature, strict=True))
        return reduce(lambda left, right: left & right, bits)

    search.addConstraint(lambda *signature: compatible(signature) != 0, keys)
    found_sets = {compatible([solution[key] for key in keys]) for solution in search.getSolutions()}
    for chosen in maximal(found_sets):
        yield np.array([at for at in range(len(blocks)) if chosen >> at & 1], dtype=np.int64)


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
        later = blocks[at + 1 :]
        agreed = ((later == block) | (later == OPEN) | (block == OPEN)).all(axis=1)
        graph.add_edges_from((at, at + 1 + int(other)) for other in np.flatnonzero(agreed))
    for clique in sorted(sorted(clique) for clique in networkx.find_cliques(graph)):
        yield np.array(clique, dtype=np.int64)


def maximal(sets: Iterable[int]) -> list[int]:
    """Keep the sets, written as bits, that no other set contains; largest first."""
    kept: list[int] = []
    for candidate in sorted(set(sets), key=lambda bits: (-bits.bit_count(), bits)):
        if not any(candidate & other == candidate for other in kept):
            kept.append(candidate)
    return kept


def _bits(flags: NDArray[np.bool_]) -> int:
    return reduce(or_, (1 << int(at) for at in np.flatnonzero(flags)), 0)
