"""Graphs as texts: DOT, Mermaid, GraphML and JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
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
    """Return the colour of a kind of node, which is light, for dark text.

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


def to_dot(graph: networkx.DiGraph[str]) -> str:
    """Write a graph for Graphviz.

    Parameters
    ----------
    graph : networkx.DiGraph
        The graph.

    Returns
    -------
    str
        DOT, from left to right.
    """
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


def to_mermaid(graph: networkx.DiGraph[str]) -> str:
    """Write a graph for Mermaid, as the pages of GitHub and GitLab show it.

    Parameters
    ----------
    graph : networkx.DiGraph
        The graph.

    Returns
    -------
    str
        A flowchart, from left to right.
    """
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
    """Write a text so that nothing in it is markup: other characters are numbers."""
    return "<br/>".join("".join(_mermaid_characters(line)) for line in text.split("\n"))


def _mermaid_characters(line: str) -> Iterator[str]:
    for char in escaped(line):
        plain = char.isalnum() or char in " _-.,:+=()/"
        yield char if plain else f"#{ord(char)};"


def to_graphml(graph: networkx.DiGraph[str]) -> str:
    """Write a graph as GraphML, which networkx, Gephi and yEd read.

    Parameters
    ----------
    graph : networkx.DiGraph
        The graph.

    Returns
    -------
    str
        XML.
    """
    import networkx

    stream = io.BytesIO()
    networkx.write_graphml(graph, stream)
    return stream.getvalue().decode() + "\n"


def to_node_link(graph: networkx.DiGraph[str]) -> str:
    """Write a graph as JSON, which ``networkx.node_link_graph`` and D3 read.

    Parameters
    ----------
    graph : networkx.DiGraph
        The graph.

    Returns
    -------
    str
        JSON with the keys ``nodes`` and ``edges``.
    """
    import networkx

    return json.dumps(networkx.node_link_data(graph, edges="edges"), indent=2) + "\n"
