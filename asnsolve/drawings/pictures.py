"""Graphs as pictures: layers from left to right, drawn by matplotlib."""

from __future__ import annotations

import io
from importlib.util import find_spec
from statistics import fmean
from typing import TYPE_CHECKING, Any, Final

from asnsolve.drawings.graph_texts import colour_of
from asnsolve.errors import Problem, UsageError
from asnsolve.shown_values import escaped

if TYPE_CHECKING:
    import networkx
    from matplotlib.axes import Axes

_ROW: Final = 0.5
"""Height of a node with its margin, in inches."""

_CHARACTER: Final = 0.055
"""Width of a character, in inches."""

_GAP: Final = 1.0
"""Width between two layers, in inches."""

_ROLE_COLOURS: Final = (
    *("#495057", "#1971c2", "#e03131", "#2f9e44", "#9c36b5", "#e8590c", "#0c8599", "#c2255c"),
    *("#6741d9", "#846358", "#5c940d"),
)
"""Colours of roles, in the order of their names; the first is that of edges without role."""

_SWEEPS: Final = 4


def positions(graph: networkx.DiGraph[str]) -> dict[str, tuple[float, float]]:
    """Place the nodes of a graph: layers from left to right, neighbours at about one height.

    Parameters
    ----------
    graph : networkx.DiGraph
        A graph whose nodes have the attributes ``layer`` and ``label``.

    Returns
    -------
    dict of str to (float, float)
        Left edge and height of each node, in inches, from the lower left corner.
    """
    layers: dict[int, list[str]] = {}
    for node, data in graph.nodes(data=True):
        layers.setdefault(data["layer"], []).append(node)
    tallest = max(map(len, layers.values()), default=0)
    height: dict[str, float] = {}

    def spread(nodes: list[str]) -> None:
        step = tallest / max(len(nodes), 1)
        height.update({node: (place + 0.5) * step for place, node in enumerate(nodes)})

    for nodes in layers.values():
        spread(nodes)
    # Each sweep orders every layer by the mean height of its neighbours: so fewer edges cross.
    for _ in range(_SWEEPS):
        for _, nodes in sorted(layers.items()):
            near = {
                node: [height[one] for one in (*graph.pred[node], *graph.succ[node])]
                for node in nodes
            }
            nodes.sort(key=lambda node: (fmean(near[node] or [height[node]]), height[node]))
            spread(nodes)
    left = 0.0
    placed: dict[str, tuple[float, float]] = {}
    for _, nodes in sorted(layers.items()):
        placed |= {node: (left, (tallest - height[node]) * _ROW) for node in nodes}
        left += max(_width(graph.nodes[node]["label"]) for node in nodes) + _GAP
    return placed


def _width(label: str) -> float:
    return max(map(len, label.split("\n"))) * _CHARACTER + 0.2


def draw(graph: networkx.DiGraph[str], kind: str) -> bytes:
    """Draw a graph.

    Parameters
    ----------
    graph : networkx.DiGraph
        The graph.
    kind : str
        ``svg``, ``png`` or ``pdf``.

    Returns
    -------
    bytes
        The file: the same for the same graph.

    Raises
    ------
    UsageError
        If matplotlib is not installed.
    """
    if find_spec("matplotlib") is None:
        advice = "Install it: pip install 'asnsolve[plot]'"
        raise UsageError(Problem("matplotlib is not installed", advice=advice))
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    placed = positions(graph)
    right = max(
        (x + _width(graph.nodes[node]["label"]) for node, (x, _) in placed.items()), default=1
    )
    top = max((y for _, y in placed.values()), default=0) + _ROW
    settings: Any = {"svg.hashsalt": "asnsolve", "svg.fonttype": "none", "font.size": 7}
    with rc_context(settings):
        figure = Figure(figsize=(right + 0.2, top + 0.4), facecolor="white")
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(-0.1, right + 0.1)
        axes.set_ylim(-0.4, top)
        axes.set_axis_off()
        _draw_edges(axes, graph, placed)
        for node, (x, y) in placed.items():
            data = graph.nodes[node]
            box = {
                "boxstyle": "round",
                "facecolor": colour_of(data["kind"]),
                "edgecolor": "#868e96",
            }
            label = "\n".join(escaped(line) for line in data["label"].split("\n"))
            # A dollar sign would begin a formula.
            axes.text(x, y, label.replace("$", r"\$"), va="center", bbox=box)
        stream = io.BytesIO()
        dates = {"svg": "Date", "pdf": "CreationDate", "png": "Software"}
        figure.savefig(stream, format=kind, dpi=100, metadata={dates[kind]: None})
    return stream.getvalue()


def _draw_edges(
    axes: Axes,
    graph: networkx.DiGraph[str],
    placed: dict[str, tuple[float, float]],
) -> None:
    """Draw the edges, each in the colour of its role, and say which colour is which."""
    roles = sorted({data["role"] for _, _, data in graph.edges(data=True)} - {""})
    colour = {"": _ROLE_COLOURS[0]} | {
        role: _ROLE_COLOURS[1 + place % (len(_ROLE_COLOURS) - 1)]
        for place, role in enumerate(roles)
    }
    for start, end, data in graph.edges(data=True):
        x, y = placed[start]
        x += _width(graph.nodes[start]["label"])
        to_x, to_y = placed[end]
        style = {"color": colour[data["role"]], "linewidth": 0.7, "zorder": 0}
        axes.plot([x, to_x - 0.08], [y, to_y], **style)
    for place, role in enumerate(roles):
        axes.text(place * 1.6, -0.25, role, color=colour[role], weight="bold")
