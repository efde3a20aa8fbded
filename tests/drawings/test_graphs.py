"""Graphs hold what the solution holds, and read back as they were written."""

from __future__ import annotations

import io
import json
import re
import warnings
from collections import Counter
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx
import pytest

from asnsolve import Pool, Solution, UsageError, demo_pool, load_rules, solve
from asnsolve.cli.main import main
from asnsolve.drawings.graph_texts import graph_text
from asnsolve.drawings.pictures import draw, positions
from asnsolve.drawings.rules_graph import rules_graph
from asnsolve.simulate import every_mode, simulate

if TYPE_CHECKING:
    Graph = networkx.Graph[str]
    Directed = networkx.DiGraph[str]


@pytest.fixture(scope="module")
def found() -> Solution:
    return solve(demo_pool())


def hostile() -> Directed:
    """Return a graph whose names and labels hold what formats have to escape."""
    graph: Directed = networkx.DiGraph()
    odd = 'a "b" <c> & d\\e; {f} $g$ | h # [i] ](j) %%k'
    graph.add_node(odd, kind="exposure", label=f"{odd}\nnext", count=1, layer=0)
    graph.add_node("end", kind="association", label="end", count=2, layer=1)
    graph.add_edge(odd, "end", role='science "x"', count=1)
    return graph


def kinds_of(graph: Graph) -> dict[str, str]:
    return {node: data["kind"] for node, data in graph.nodes(data=True)}


def nodes_of(graph: Graph) -> dict[str, object]:
    return {node: dict(data) for node, data in graph.nodes(data=True)}


def content(graph: Graph) -> tuple[object, object]:
    return nodes_of(graph), sorted(graph.edges(data=True), key=str)


def graphs(found: Solution) -> list[Directed]:
    return [found.graph(), found.graph(fold=False), hostile(), networkx.DiGraph()]


def test_without_folding_each_membership_is_an_edge(found: Solution) -> None:
    graph = found.graph(fold=False)
    expected = {
        (member.expname if member.derived else member.exposure, one.file_name)
        for one in found
        for member in one.members
    }
    kinds = kinds_of(graph)
    assert {edge for edge in graph.edges if kinds[edge[1]] == "association"} == expected
    assert sum(kind == "exposure" for kind in kinds.values()) == len(Pool.read(demo_pool()))
    roles = {
        role for _, _, data in graph.edges(data=True) for role in data["role"].split(", ") if role
    }
    assert roles == {member.exptype for one in found for member in one.members}


def test_folding_loses_no_exposure_and_no_association(found: Solution) -> None:
    graph = found.graph()
    counts: dict[str, int] = {}
    for _, data in graph.nodes(data=True):
        counts[data["kind"]] = counts.get(data["kind"], 0) + data["count"]
    assert counts["exposure"] == len(Pool.read(demo_pool()))
    assert counts["association"] == len(found)
    assert len(graph) < len(found.graph(fold=False)) / 2
    labels = {data["label"] for _, data in graph.nodes(data=True)}
    assert "2 dithers x 4 detectors\nnrc_image" in labels


def test_the_hierarchy_leads_to_every_exposure(found: Solution) -> None:
    graph = found.graph(fold=False)
    programs = [node for node, kind in kinds_of(graph).items() if kind == "program"]
    below = set(programs).union(*(networkx.descendants(graph, node) for node in programs))
    assert {node for node, kind in kinds_of(graph).items() if kind == "exposure"} <= below
    assert networkx.is_directed_acyclic_graph(graph)


def test_the_order_of_rows_makes_no_difference() -> None:
    rows = simulate(every_mode())[:60]
    forth, back = (solve(Pool(part)).graph() for part in (rows, rows[::-1]))
    assert graph_text(forth, "dot") == graph_text(back, "dot")


def test_a_solution_without_pool_takes_the_hierarchy_from_names(found: Solution) -> None:
    graph = Solution.of("pool", "rules", found.associations).graph()
    assert {"program", "observation"} <= {kind for _, kind in kinds_of(graph).items()}


def test_graphml_and_json_read_back_as_the_same_graph(found: Solution) -> None:
    for graph in graphs(found):
        read = networkx.read_graphml(io.BytesIO(graph_text(graph, "graphml").encode()))
        assert content(read) == content(graph)
        again = networkx.node_link_graph(json.loads(graph_text(graph, "json")), edges="edges")
        assert content(again) == content(graph)


def test_dot_reads_back_as_the_same_graph(found: Solution) -> None:
    # Imported untyped: by its types, every value that it returns may be None.
    pydot: Any = import_module("pydot")

    def plain(text: str) -> str:
        inner = text[1:-1] if text.startswith('"') else text
        return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], inner)

    for graph in graphs(found):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            (read,) = pydot.graph_from_dot_data(graph_text(graph, "dot"))
        nodes = {
            plain(node.get_name()): {
                "kind": plain(node.get("kind")),
                "label": plain(node.get("label")),
                "count": int(plain(node.get("count"))),
                "layer": int(plain(node.get("layer"))),
            }
            for node in read.get_nodes()
            if node.get_name() not in {"node", '"\\n"'}
        }
        assert nodes == nodes_of(graph)
        edges = {
            (plain(edge.get_source()), plain(edge.get_destination())): plain(edge.get("role"))
            for edge in read.get_edges()
        }
        assert edges == {(start, end): data["role"] for start, end, data in graph.edges(data=True)}


def test_mermaid_has_no_markup_of_a_label(found: Solution) -> None:
    lines = graph_text(hostile(), "mermaid").splitlines()
    assert lines[0] == "flowchart LR"
    assert lines[1].startswith('  n0["a #34;b#34; #60;c#62; #38; d#92;e#59; ')
    assert lines[3] == '  n0 -->|"science #34;x#34;"| n1'
    text = graph_text(found.graph(), "mermaid")
    assert len(re.findall(r"^  n\d+\[", text, re.MULTILINE)) == len(found.graph())


@pytest.mark.parametrize(
    ("kind", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")]
)
def test_a_picture_is_the_same_every_time(kind: str, start: bytes, found: Solution) -> None:
    graph = found.select(candidate="c1000").graph()
    first = draw(graph, kind)
    assert first.startswith(start)
    assert draw(graph, kind) == first


def test_labels_in_a_picture_are_text() -> None:
    assert b"a &quot;b&quot; &lt;c&gt;" in draw(hostile(), "svg").replace(b'"b"', b"&quot;b&quot;")


def test_nodes_of_a_picture_do_not_overlap(found: Solution) -> None:
    graph = found.graph()
    layers: dict[float, list[float]] = {}
    for left, height in positions(graph).values():
        layers.setdefault(left, []).append(height)
    assert len(layers) == len({data["layer"] for _, data in graph.nodes(data=True)})
    for heights in layers.values():
        ordered = sorted(heights)
        # A line of text and its margin take half an inch.
        assert all(above - below > 0.499 for below, above in pairwise(ordered))
    assert positions(networkx.DiGraph()) == {}


def test_without_matplotlib_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asnsolve.drawings.pictures.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"pip install 'asnsolve\[plot\]'"):
        draw(hostile(), "svg")


def test_rules_have_bases_and_mixins_and_are_fed_by_level_2() -> None:
    rules = load_rules("jwst")
    graph = rules_graph(rules)
    rule = rules["Asn_Lv3Image"]
    assert graph.edges[rule.base.name, rule.name]["role"] == "base"
    assert graph.edges[rule.mixins[0].name, rule.name]["role"] == "mixin"
    assert graph.edges["Asn_Lv2Image", "Asn_Lv3Image"]["role"] == "cal"
    assert sum(kind == "rule" for _, kind in kinds_of(graph).items()) == len(rules)


def test_the_command_writes_what_the_graph_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["graph", "--demo", "-i", "c1000", "--program", "9801"]
    assert main(argv) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("digraph {")
    assert main([*argv, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["directed"] is True
    file = tmp_path / "a.graphml"
    assert main([*argv, "-o", str(file), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["counts"]["nodes"] == len(networkx.read_graphml(file))
    assert main([*argv, "-o", str(file), "--format", "json"]) == 2
    assert "already exists with other content" in capsys.readouterr().err
    assert main([*argv, "-o", str(file), "--format", "json", "--replace"]) == 0
    assert json.loads(file.read_text("utf-8"))["directed"] is True


def test_one_association_of_a_pool_is_drawn_with_its_members(
    capsys: pytest.CaptureFixture[str],
) -> None:
    argv = ["graph", "--demo", "--every-exposure", "--json", "--product"]
    assert main([*argv, "jw09801-c1000_t000_miri_f770w"]) == 0
    drawn = capsys.readouterr().out
    kinds = Counter(node["kind"] for node in json.loads(drawn)["nodes"])
    assert (kinds["association"], kinds["exposure"], kinds["observation"]) == (1, 6, 2)
    # The name of its file is as good.
    assert main([*argv, "jw09801-c1000_image3_00001_asn.json"]) == 0
    assert capsys.readouterr().out == drawn


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["graph", "--demo", "--format", "png"], "--format png needs a file"),
        (
            ["graph", "--demo", "-i", "c1000", "-o", "x.gif"],
            "-o x.gif: there is no format of graphs with the suffix .gif; expected one of .dot, "
            ".graphml, .gv, .json, .mermaid, .mmd, .pdf, .png, .svg. Or name the format with "
            "--format.",
        ),
        (
            ["graph", "--demo", "--format", "dot", "--json"],
            "--format dot cannot both go to standard output",
        ),
        (["graph"], "SOURCE is missing"),
        (["graph", "--demo", "--product", "jw09801-c1000_t000_miri"], "Did you mean"),
        (["rules", "graph", "jwst", "level3-2017"], "draws one rule set, and 2 are given"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    argv: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(argv) == 2
    assert message in capsys.readouterr().err
