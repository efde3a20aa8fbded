r"""Maximal sets of compatible entries where the keys that they leave open are nested.

What an entry is decides which keys it leaves open: a science exposure is bound by its tile and its
file, an imprint by its tile alone, a background by neither. Where the keys of a component can be
ordered so that every entry that leaves one key open leaves all later ones open too, an entry is a
path down from the root of a tree: the values to which it is bound::

    component            root ......................... background B
                        /    \
    tile              T1      T2 ...................... imprints I1 (at T1), I2 (at T2)
                     /  \       \
    file           F1    F2      F3 ................... science S1, S2, S3

Two entries are compatible if the path of one begins the path of the other. A maximal set is
therefore all entries on the way from the root to one leaf; here they are::

    F1: B I1 S1        F2: B I1 S2        F3: B I2 S3

The trees of all components are walked at once, one level of all trees at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from asnsolve.interpret.to_mask import OPEN, Codes
from asnsolve.solvers.arrays import Ints, Mask, combine, dense, ranges, spans


@dataclass(frozen=True, slots=True)
class KeyPaths:
    """Entries as paths, n of them: the values to which they are bound, key by key.

    Parameters
    ----------
    components : ndarray of int64, shape (n,)
        Component of each entry, dense from 0.
    values : ndarray of int64, shape (keys, n)
        Value of each entry, in the order of keys of its component; 0 for a key on which the
        component agrees.
    bound : ndarray of bool, shape (keys, n)
        Whether the entry is bound by the key, in the same order. In a nested component an entry
        that is bound by a key is bound by all keys before it.
    nested : ndarray of bool, shape (components,)
        Which components are nested.
    """

    components: Ints
    values: Ints
    bound: Mask
    nested: Mask

    @classmethod
    def of(cls, components: Ints, offers: Codes, disputed: Mask) -> KeyPaths:
        """Put the keys of each component in order, from the one that the fewest leave open.

        Parameters
        ----------
        components : ndarray of int64, shape (n,)
            Component of each entry, dense from 0.
        offers : ndarray of int32, shape (keys, n)
            Value that each entry offers for each key; `OPEN` if it leaves the key open.
        disputed : ndarray of bool, shape (keys, components)
            Keys that have several values in a component.

        Returns
        -------
        KeyPaths
        """
        # A key on which a component agrees is no step of its paths: nobody leaves it open there.
        at_issue = disputed[:, components]
        is_open = (offers == OPEN) & at_issue
        counts = np.stack(
            [np.bincount(components[flags], minlength=disputed.shape[1]) for flags in is_open]
        )
        # If any order nests a component it is this one: along it, ever more entries are open. Keys
        # that equally many leave open are left open by the same entries: their order is free.
        order = np.argsort(counts, axis=0)[:, components]
        values = np.take_along_axis(np.where(at_issue, offers, 0), order, axis=0).astype(np.int64)
        bound = np.take_along_axis(~is_open, order, axis=0)
        nested = np.ones(disputed.shape[1], dtype=np.bool_)
        for key in range(1, len(order)):
            nested[components[bound[key] & ~bound[key - 1]]] = False
        return cls(components, values, bound, nested)

    def in_nested(self) -> Mask:
        """Tell which entries are in nested components.

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        return self.nested[self.components]

    def of_nested(self) -> KeyPaths:
        """Return the paths of the nested components alone.

        Returns
        -------
        KeyPaths
        """
        if self.nested.all():
            return self
        kept = self.in_nested()
        components = dense(self.components[kept])
        nested = np.ones(int(components.max(initial=-1)) + 1, dtype=np.bool_)
        return KeyPaths(components, self.values[:, kept], self.bound[:, kept], nested)


def paths_to_leaves(paths: KeyPaths) -> tuple[Ints, Ints]:
    """Find the maximal sets of compatible entries: those on the way to each leaf.

    Parameters
    ----------
    paths : KeyPaths
        Paths of n entries, all of whose components are nested.

    Returns
    -------
    sets : ndarray of int64, shape (m,)
        Number of the set of each member, dense from 0.
    members : ndarray of int64, shape (m,)
        Position of each member among the entries; an entry is in every set below its end.
    """
    # nodes[level][i]: node of entry i at that level, dense from 0 per level; -1 below its end.
    # parents[level][node]: the node one level up, of each node at level + 1.
    nodes: list[Ints] = [paths.components]
    parents: list[Ints] = []
    for values, bound in zip(paths.values, paths.bound, strict=True):
        node = np.full(len(values), -1, dtype=np.int64)
        deeper = np.flatnonzero(bound)
        upper = nodes[-1][deeper]
        # A node is its parent and a value, so that equal values under two parents stay apart.
        node[deeper] = combine([upper, values[deeper]])
        parent = np.zeros(int(node.max(initial=-1)) + 1, dtype=np.int64)
        parent[node[deeper]] = upper
        nodes.append(node)
        parents.append(parent)
    # The path of an entry ends at the level that is the number of keys by which it is bound.
    depth = paths.bound.sum(axis=0)
    ending = [_ending(node, depth == level) for level, node in enumerate(nodes)]
    sets: list[Ints] = []
    members: list[Ints] = []
    count = 0
    for level in range(len(nodes)):
        # A node that is no parent is a leaf, at whatever level: where every entry of a tile leaves
        # the file open, the tile itself is one.
        is_leaf = np.ones(int(nodes[level].max(initial=-1)) + 1, dtype=np.bool_)
        if level < len(parents):
            is_leaf[parents[level]] = False
        node = np.flatnonzero(is_leaf).astype(np.int64)
        number = np.arange(count, count + len(node), dtype=np.int64)
        count += len(node)
        # From the leaves up to the roots, collecting the entries that end at each node passed.
        # Invariant: node[k] is the ancestor, at the level above, of the leaf of set number[k].
        for above in range(level, -1, -1):
            positions, starts, sizes = ending[above]
            sizes_at = sizes[node]
            sets.append(np.repeat(number, sizes_at))
            members.append(positions[ranges(starts[node], sizes_at)])
            if above:
                node = parents[above - 1][node]
    return np.concatenate(sets), np.concatenate(members)


def _ending(node: Ints, is_here: Mask) -> tuple[Ints, Ints, Ints]:
    """List the entries whose path ends at each node of one level.

    Returns
    -------
    positions : ndarray of int64, shape (entries that end here,)
        The entries, node by node.
    starts, sizes : ndarray of int64, shape (nodes,)
        Where each node begins in `positions`, and how many entries end there: none, perhaps.
    """
    positions = np.flatnonzero(is_here).astype(np.int64)
    total = int(node.max(initial=-1)) + 1
    order, _ = spans(node[positions])
    sizes = np.bincount(node[positions], minlength=total).astype(np.int64)
    return positions[order], np.cumsum(sizes) - sizes, sizes
