"""The hierarchy as a graph."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from asnsolve import Pool, UsageError, build_graph, load_rules
from asnsolve.profiles.jwst import PROFILE
from asnsolve.solvers.graph import array_components, graph_components
from tests.solvers.rows import exposure, pool_of


def pool() -> Pool:
    return pool_of(
        exposure("a", visitgrp="2", seq_id="1", act_id="01"),
        exposure("b", visitgrp="2", seq_id="1", act_id="02"),
        exposure("c", obs_num="2", visitgrp="2"),
        exposure("d", program="2"),
        exposure("e", program=""),
    )


def test_an_exposure_hangs_below_its_activity() -> None:
    graph = build_graph(pool())
    names = ["activity", "sequence", "group", "visit", "observation", "program"]
    values = ("1", "1", "1", "2", "1", "01")
    path = [(name, *values[: 6 - at]) for at, name in enumerate(names)]
    below: tuple[str, ...] = ("exposure", "0", "jw_a_uncal.fits")
    for node in path:
        assert graph.has_edge(below, node)
        assert graph.nodes[node]["kind"] == node[0]
        below = node
    assert graph.degree[("exposure", "0", "jw_a_uncal.fits")] == 1


def test_the_graph_has_the_levels_that_are_set_and_no_others() -> None:
    graph = build_graph(
        pool_of(
            exposure("a", program=""),
            exposure("b", visit="", visitgrp="2"),
            exposure("c", obs_num="", visit=""),
        )
    )
    exposures = [("exposure", str(row), f"jw_{name}_uncal.fits") for row, name in enumerate("abc")]
    group, observation, program = (
        ("group", "1", "1", "", "2"),
        ("observation", "1", "1"),
        ("program", "1"),
    )
    assert list(graph) == [*exposures[:2], group, observation, program, exposures[2]]
    assert list(graph.edges) == [
        (exposures[1], group),
        (group, observation),
        (observation, program),
        (program, exposures[2]),
    ]


def test_programs_are_the_components() -> None:
    assert len(set(graph_components(pool()).tolist())) == 3
    labels = array_components(pool()).tolist()
    assert labels[0] == labels[1] == labels[2]
    assert len(set(labels)) == 3


def test_narrower_levels_split_further() -> None:
    labels = graph_components(pool(), ["observation"]).tolist()
    assert labels[0] == labels[1]
    assert len(set(labels)) == 4
    assert len(set(array_components(pool(), ["activity"]).tolist())) == 5


def test_nodes_of_two_levels_are_two_components() -> None:
    """The second exposure has no observation: its widest node is the visit."""
    of_two_levels = pool_of(
        *(exposure(name, obs_num=number) for name, number in (("a", "1"), ("b", ""))),
        *(exposure(name, obs_num=number) for name, number in (("c", "1"), ("d", ""), ("e", "2"))),
    )
    for find in (array_components, graph_components):
        labels = find(of_two_levels, ["observation", "visit"]).tolist()
        assert (labels[0], labels[1]) == (labels[2], labels[3])
        assert len({labels[0], labels[1], labels[4]}) == 3


def test_widest_nodes_of_different_levels_stay_apart() -> None:
    """One exposure is alone in its observation; two have no observation, and different visits."""
    rows = (exposure("a"), *(exposure(name, obs_num="", visit=name) for name in "bcd"))
    for order in itertools.permutations(rows):
        labels = array_components(pool_of(*order), ["observation", "visit"]).tolist()
        assert len(set(labels)) == 4


def test_nodes_of_exposures_say_so() -> None:
    graph = build_graph(pool(), [])
    assert [graph.nodes[node]["kind"] for node in graph] == ["exposure"] * 5


def test_without_levels_every_exposure_is_alone() -> None:
    assert len(set(array_components(pool(), []).tolist())) == 5


def test_an_unknown_level_is_refused() -> None:
    expected = ", ".join(PROFILE.levels)
    with pytest.raises(UsageError, match=f"'night' is not a level of the hierarchy; .* {expected}"):
        build_graph(pool(), ["night"])


def test_rules_are_no_levels() -> None:
    rules: Any = load_rules()
    with pytest.raises(UsageError, match=r"^a Rule is not a level of the hierarchy; expected prog"):
        build_graph(pool(), rules)
