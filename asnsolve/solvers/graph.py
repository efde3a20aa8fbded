"""The hierarchy of a pool as a graph: which exposures can meet at all.

An exposure hangs below its activity, sequence, group, visit, observation and program. Exposures
that share none of these nodes, directly or through others, never meet in an association.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from asnsolve.errors import Problem, UsageError
from asnsolve.pool.columns import HIERARCHY
from asnsolve.solvers.arrays import combine

if TYPE_CHECKING:
    import networkx

    from asnsolve.pool.table import Pool

__all__ = ["LEVELS", "array_components", "build_graph", "graph_components"]

LEVELS: tuple[str, ...] = tuple(level for level, _ in HIERARCHY)
"""Levels of the hierarchy, widest first."""

Node = tuple[str, ...]


def build_graph(pool: Pool, levels: Sequence[str] = LEVELS) -> networkx.Graph[Node]:
    """Build the graph of a pool's exposures and the hierarchy above them.

    Parameters
    ----------
    pool : Pool
        The exposures.
    levels : sequence of str
        Levels that link exposures, of `LEVELS`.

    Returns
    -------
    networkx.Graph
        A node is ``("exposure", row, file name)`` or ``(level, value, ...)`` with the values of
        the whole path down to that level (an empty text where one in between is not set); its
        attribute ``kind`` is the level. An edge leads from each node to the next wider level
        that is set. An exposure without program has no links: what is numbered inside a program
        means nothing outside it.

    Raises
    ------
    UsageError
        If a level is unknown.
    """
    import networkx

    chosen = _chosen(levels)
    graph: networkx.Graph[Node] = networkx.Graph()
    for row in range(len(pool)):
        below: Node = ("exposure", str(row), pool.value(row, "filename") or "")
        graph.add_node(below, kind="exposure")
        if pool.value(row, "program") is None:
            continue
        for level, path in reversed(chosen):
            if pool.value(row, path[-1]) is None:
                continue
            node = (level, *(pool.value(row, column) or "" for column in path))
            graph.add_node(node, kind=level)
            graph.add_edge(below, node)
            below = node
    return graph


def graph_components(pool: Pool, levels: Sequence[str] = LEVELS) -> NDArray[np.int64]:
    """Label the connected component of each exposure, by searching the graph.

    Returns
    -------
    ndarray of int64, shape (n,)
        Equal labels for exposures of one component.
    """
    import networkx

    labels = np.zeros(len(pool), dtype=np.int64)
    for label, nodes in enumerate(networkx.connected_components(build_graph(pool, levels))):
        labels[[int(node[1]) for node in nodes if node[0] == "exposure"]] = label
    return labels


def array_components(pool: Pool, levels: Sequence[str] = LEVELS) -> NDArray[np.int64]:
    """Label the connected component of each exposure, without building a graph of objects.

    Returns
    -------
    ndarray of int64, shape (n,)
        The partition that `graph_components` gives; the labels themselves may differ.

    Notes
    -----
    The values of a level's node hold those of every wider level. Exposures that meet in a narrow
    node therefore agree on all that is above it, and the component of an exposure is the widest
    node that it hangs below; without any, it is alone.
    """
    labels = np.arange(len(pool), dtype=np.int64)
    offset = len(pool)
    unlinked = pool.codes("program") >= 0
    for _, path in _chosen(levels):
        linked = unlinked & (pool.codes(path[-1]) >= 0)
        if linked.any():
            node = combine([pool.codes(column)[linked] + 1 for column in path])
            labels[linked] = node + offset
            offset += int(node.max()) + 1
            unlinked &= ~linked
    return labels


def _chosen(levels: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    for level in levels:
        if level not in LEVELS:
            raise UsageError(
                Problem(f"{level!r} is not a level of the hierarchy", expected=", ".join(LEVELS))
            )
    return [(level, path) for level, path in HIERARCHY if level in levels]
