"""Maximal sets of compatible exposures where what they leave open is nested.

Exposures leave keys open by what they are: a science exposure is bound on its file name and its
tile, an imprint on the tile alone, a background on neither. Where the keys of a component can be
put in an order in which who leaves a key open leaves all later ones open too, an exposure is a
path from a root: the values on which it is bound. Two are compatible if one's path is the
beginning of the other's, and the maximal sets are the paths to the leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asnsolve.interpret.to_mask import OPEN
from asnsolve.solvers.arrays import combine, ranges, spans

__all__ = ["KeyPaths", "paths_to_leaves"]

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class KeyPaths:
    """Exposures as paths.

    Parameters
    ----------
    components : ndarray of int64, shape (n,)
        Component of each exposure, dense from 0.
    values : ndarray of int64, shape (keys, n)
        Value on which an exposure is bound; 0 for a key on which its component agrees.
    bound : ndarray of bool, shape (keys, n)
        Whether it is bound.
    nested : ndarray of bool, shape (components,)
        In which components what is left open is nested.
    """

    components: Ints
    values: Ints
    bound: NDArray[np.bool_]
    nested: NDArray[np.bool_]

    @classmethod
    def of(
        cls, components: Ints, offers: NDArray[np.integer], disputed: NDArray[np.bool_]
    ) -> KeyPaths:
        """Order the keys, the one that the fewest leave open first.

        Parameters
        ----------
        components : ndarray of int64, shape (n,)
            Component of each exposure, dense from 0.
        offers : ndarray of int, shape (keys, n)
            Value of each key that an exposure offers; `OPEN` if it may stand beside any.
        disputed : ndarray of bool, shape (keys, components)
            Keys that have several values in a component.
        """
        at_issue = disputed[:, components]
        is_open = (offers == OPEN) & at_issue
        order = np.argsort(is_open.sum(axis=1), kind="stable")
        values = np.where(at_issue, offers, 0)[order].astype(np.int64)
        bound = ~is_open[order]
        at_issue = at_issue[order]
        nested = np.ones(disputed.shape[1], dtype=np.bool_)
        for key in range(1, len(order)):
            # A key that is not at issue opens where the one before it does.
            bound[key] = np.where(at_issue[key], bound[key], bound[key - 1])
            nested[components[bound[key] & ~bound[key - 1]]] = False
        return cls(components, values, bound, nested)


def paths_to_leaves(paths: KeyPaths) -> tuple[Ints, Ints]:
    """Find the maximal sets of compatible exposures of a paths.

    Parameters
    ----------
    paths : KeyPaths
        All of whose components are nested.

    Returns
    -------
    sets : ndarray of int64, shape (m,)
        Number of the set of each member.
    members : ndarray of int64, shape (m,)
        Positions of the exposures.
    """
    nodes: list[Ints] = [paths.components]
    parents: list[Ints] = []
    for value, bound in zip(paths.values, paths.bound, strict=True):
        node = np.full(len(value), -1, dtype=np.int64)
        deeper = np.flatnonzero(bound)
        upper = nodes[-1][deeper]
        node[deeper] = combine([upper, value[deeper]])
        parent = np.zeros(int(node.max(initial=-1)) + 1, dtype=np.int64)
        parent[node[deeper]] = upper
        nodes.append(node)
        parents.append(parent)
    depth = paths.bound.sum(axis=0)
    ending = [_ending(node, depth == level) for level, node in enumerate(nodes)]
    sets: list[Ints] = []
    members: list[Ints] = []
    count = 0
    for level in range(len(nodes)):
        size = int(nodes[level].max(initial=-1)) + 1
        is_leaf = np.ones(size, dtype=np.bool_)
        if level < len(parents):
            is_leaf[parents[level]] = False
        node = np.flatnonzero(is_leaf).astype(np.int64)
        number = np.arange(count, count + len(node), dtype=np.int64)
        count += len(node)
        for above in range(level, -1, -1):
            positions, starts, sizes = ending[above]
            each = sizes[node]
            sets.append(np.repeat(number, each))
            members.append(positions[ranges(starts[node], each)])
            if above:
                node = parents[above - 1][node]
    return np.concatenate(sets), np.concatenate(members)


def _ending(node: Ints, here: NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
    """List the exposures whose path ends at each node: positions, where each begins, how many."""
    positions = np.flatnonzero(here).astype(np.int64)
    total = int(node.max(initial=-1)) + 1
    order, _ = spans(node[positions])
    sizes = np.bincount(node[positions], minlength=total).astype(np.int64)
    return positions[order], np.cumsum(sizes) - sizes, sizes
