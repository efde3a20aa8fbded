"""The hierarchy of a pool as a graph: which exposures can be in one association at all.

An exposure is below its activity, sequence, group, visit, observation and program. Exposures that
no path through these nodes connects are never in one association.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from asnsolve.errors import Problem, UsageError
from asnsolve.solvers.arrays import combine

if TYPE_CHECKING:
    import networkx

    from asnsolve.pool.table import Pool

Node = tuple[str, ...]


def build_graph(pool: Pool, levels: Sequence[str] | None = None) -> networkx.Graph[Node]:
    """Build the graph of the exposures of a pool and the hierarchy above them.

    Parameters
    ----------
    pool : Pool
        The exposures.
    levels : sequence of str, optional
        Levels that link exposures; by default all levels of the hierarchy.

    Returns
    -------
    networkx.Graph
        The nodes are ``("exposure", row, file name)`` and ``(level, value, ...)`` with the values
        of the whole path down to that level, an empty text for a level in between that is not set;
        the attribute ``kind`` of a node is its level. An edge leads from each node to the next
        wider level that is set. An exposure without program has no edges: numbers inside a program
        mean nothing outside it.

    Raises
    ------
    UsageError
        If a level is unknown.

    Examples
    --------
    Two exposures of one observation are connected through it:

    >>> from asnsolve import Pool, build_graph
    >>> pool = Pool(
    ...     {
    ...         "filename": ["a_uncal.fits", "b_uncal.fits"],
    ...         "exp_type": ["nrc_image", "nrc_image"],
    ...         "program": ["1", "1"],
    ...         "obs_num": ["7", "7"],
    ...         "asn_candidate": ["", ""],
    ...     }
    ... )
    >>> graph = build_graph(pool, ["program", "observation"])
    >>> for node in sorted(graph):
    ...     print(node, graph.nodes[node]["kind"])
    ('exposure', '0', 'a_uncal.fits') exposure
    ('exposure', '1', 'b_uncal.fits') exposure
    ('observation', '1', '7') observation
    ('program', '1') program
    >>> sorted(graph["observation", "1", "7"])
    [('exposure', '0', 'a_uncal.fits'), ('exposure', '1', 'b_uncal.fits'), ('program', '1')]
    """
    import networkx

    paths = _paths(pool, levels)
    graph: networkx.Graph[Node] = networkx.Graph()
    for row in range(len(pool)):
        below: Node = ("exposure", str(row), pool.value(row, "filename") or "")
        graph.add_node(below, kind="exposure")
        if pool.value(row, "program") is None:
            continue
        for level, path in reversed(paths):
            if pool.value(row, path[-1]) is None:
                continue
            node = (level, *(pool.value(row, column) or "" for column in path))
            graph.add_node(node, kind=level)
            graph.add_edge(below, node)
            below = node
    return graph


def graph_components(pool: Pool, levels: Sequence[str] | None = None) -> NDArray[np.int64]:
    """Label the connected component of each exposure by searching the graph.

    Parameters
    ----------
    pool : Pool
        The exposures, n of them.
    levels : sequence of str, optional
        Levels that link exposures; by default all levels of the hierarchy.

    Returns
    -------
    ndarray of int64, shape (n,)
        Equal labels for the exposures of one component.

    Raises
    ------
    UsageError
        If a level is unknown.
    """
    import networkx

    labels = np.zeros(len(pool), dtype=np.int64)
    for label, nodes in enumerate(networkx.connected_components(build_graph(pool, levels))):
        labels[[int(node[1]) for node in nodes if node[0] == "exposure"]] = label
    return labels


def array_components(pool: Pool, levels: Sequence[str] | None = None) -> NDArray[np.int64]:
    """Label the connected component of each exposure without building a graph.

    Parameters
    ----------
    pool : Pool
        The exposures, n of them.
    levels : sequence of str, optional
        Levels that link exposures; by default all levels of the hierarchy.

    Returns
    -------
    ndarray of int64, shape (n,)
        The partition that `graph_components` gives; the labels may differ.

    Raises
    ------
    UsageError
        If a level is unknown.

    Notes
    -----
    A node holds the values of its level and of every wider one. Exposures that share a narrow node
    therefore agree on everything above it, so the component of an exposure is the widest node above
    it. An exposure with no node above it is alone.
    """
    # An exposure keeps its own row as label until a node takes it; nodes are numbered after rows.
    labels = np.arange(len(pool), dtype=np.int64)
    offset = len(pool)
    unlinked = pool.codes("program") >= 0
    for _, path in _paths(pool, levels):
        linked = unlinked & (pool.codes(path[-1]) >= 0)
        node = combine([pool.codes(column)[linked] + 1 for column in path])
        labels[linked] = node + offset
        offset += len(node)
        unlinked &= ~linked
    return labels


def _paths(pool: Pool, levels: Sequence[str] | None) -> list[tuple[str, tuple[str, ...]]]:
    """Return each level with the columns of the path down to it, widest first."""
    hierarchy, known = pool.profile.hierarchy, pool.profile.levels
    levels = known if levels is None else levels
    for level in levels:
        if level not in known:
            # The repr of a rule would fill the screen.
            named = repr(level) if isinstance(level, str) else f"a {type(level).__name__}"
            what = f"{named} is not a level of the hierarchy"
            raise UsageError(Problem(what, expected=", ".join(known)))
    return [(level, path) for level, path in hierarchy if level in levels]
