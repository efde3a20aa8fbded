"""Graphs as texts: DOT, Mermaid, GraphML and JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from asnsolve.shown_values import escaped

if TYPE_CHECKING:
    import networkx

_COLOURS: Final = {
    "program": "#dbe4ff",
    "observation": "#dbe4ff",
    "exposure": "#d3f9d8",
    "file": "#fff3bf",
    "association": "#ffe8cc",
    "rule": "#ffe8cc",
    "base": "#dbe4ff",
    "mixin": "#d3f9d8",
}
_OTHER: Final = "#f1f3f5"


def colour_of(kind: str) -> str:
    """Return the colour of a kind of node: a light one, on which dark text can be read.

    Parameters
    ----------
    kind : str
        The kind.

    Returns
    -------
    str
        As ``#ffe8cc``.
    """
    return _COLOURS.get(kind, _OTHER)


def _dot(graph: networkx.DiGraph[str]) -> str:
    """Write a graph from left to right."""
    lines = ["digraph {", '  rankdir="LR";', '  node [shape="box", style="filled"];']
    for node, data in graph.nodes(data=True):
        shown = {**data, "fillcolor": colour_of(data["kind"])}
        lines.append(f"  {_quoted(node)} [{_attributes(shown)}];")
    for start, end, data in graph.edges(data=True):
        shown = {**data, "label": data["role"]}
        lines.append(f"  {_quoted(start)} -> {_quoted(end)} [{_attributes(shown)}];")
    return "\n".join([*lines, "}", ""])


def _attributes(data: dict[str, object]) -> str:
    return ", ".join(f"{name}={_quoted(str(value))}" for name, value in data.items())


def _quoted(text: str) -> str:
    lines = (escaped(line) for line in text.split("\n"))
    kept = (line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join(kept) + '"'


def _mermaid(graph: networkx.DiGraph[str]) -> str:
    """Write a flowchart from left to right."""
    number = {node: f"n{place}" for place, node in enumerate(graph)}
    lines = ["flowchart LR"]
    for node, data in graph.nodes(data=True):
        lines.append(f'  {number[node]}["{_mermaid_text(data["label"])}"]:::{data["kind"]}')
    for start, end, data in graph.edges(data=True):
        role = f'|"{_mermaid_text(data["role"])}"|' if data["role"] else ""
        lines.append(f"  {number[start]} -->{role} {number[end]}")
    for kind in sorted({data["kind"] for _, data in graph.nodes(data=True)}):
        lines.append(f"  classDef {kind} fill:{colour_of(kind)},stroke:#868e96,color:#212529")
    return "\n".join([*lines, ""])


def _mermaid_text(text: str) -> str:
    """Write a text in which no character is markup: special characters are written as numbers."""
    return "<br/>".join("".join(_mermaid_characters(line)) for line in text.split("\n"))


def _mermaid_characters(line: str) -> Iterator[str]:
    for char in escaped(line):
        plain = char.isalnum() or char in " _-.,:+=()/"
        yield char if plain else f"#{ord(char)};"


def _graphml(graph: networkx.DiGraph[str]) -> str:
    """Write XML."""
    import networkx

    stream = io.BytesIO()
    networkx.write_graphml(graph, stream)
    return stream.getvalue().decode() + "\n"


def _node_link(graph: networkx.DiGraph[str]) -> str:
    """Write JSON with the keys ``nodes`` and ``edges``."""
    import networkx

    return json.dumps(networkx.node_link_data(graph, edges="edges"), indent=2) + "\n"


_WRITERS: Final[Mapping[str, Callable[[networkx.DiGraph[str]], str]]] = MappingProxyType(
    {"dot": _dot, "mermaid": _mermaid, "graphml": _graphml, "json": _node_link}
)

TEXT_FORMATS: Final = tuple(_WRITERS)
"""The formats of `graph_text`."""


def graph_text(graph: networkx.DiGraph[str], kind: str) -> str:
    """Write a graph as a text.

    Parameters
    ----------
    graph : networkx.DiGraph
        The graph.
    kind : str
        ``dot`` (for Graphviz), ``mermaid`` (for pages of GitHub and GitLab), ``graphml`` (for
        networkx, Gephi and yEd) or ``json`` (for ``networkx.node_link_graph`` and D3).

    Returns
    -------
    str
        The text, which ends with a line break.
    """
    return _WRITERS[kind](graph)
