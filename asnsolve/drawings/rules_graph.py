"""The graph of a rule set: bases, mixins and rules, and which rules feed which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asnsolve.pipeline import solve
from asnsolve.pool.table import Pool
from asnsolve.profiles import default_profile
from asnsolve.rules.rule_set import RuleSet, rule_key
from asnsolve.simulate import every_mode, simulate

if TYPE_CHECKING:
    import networkx


def rules_graph(rules: RuleSet) -> networkx.DiGraph[str]:
    """Build the graph of a rule set.

    Parameters
    ----------
    rules : RuleSet
        The rules.

    Returns
    -------
    networkx.DiGraph
        Edges with the role ``base`` and ``mixin`` lead from the bases and mixins to the rules that
        have them. Edges whose role is a stage, such as ``cal``, lead from a rule of level 2 to a
        rule of level 3 that takes products of it: in the simulated pool of every mode, an exposure
        that is science of the one is a member of the other. Rules of other missions have no such
        edges, because only JWST is simulated. The attributes of nodes are those of
        `asnsolve.drawings.solution_graph.solution_graph`.
    """
    import networkx

    graph: networkx.DiGraph[str] = networkx.DiGraph()
    for rule in rules:
        node, base = rule_key(rule), rule.base
        label = f"{node}\n{rule.asn_type}"
        graph.add_node(node, kind="rule", label=label, count=1, layer=base.level)
        graph.add_node(base.name, kind="base", label=base.name, count=1, layer=0)
        graph.add_edge(base.name, node, role="base", count=1)
        for mixin in rule.mixins:
            graph.add_node(mixin.name, kind="mixin", label=mixin.name, count=1, layer=1)
            graph.add_edge(mixin.name, node, role="mixin", count=1)
    for made, taken, stages in _feeds(rules):
        graph.add_edge(made, taken, role=", ".join(stages), count=1)
    return graph


def _feeds(rules: RuleSet) -> list[tuple[str, str, list[str]]]:
    """List which rule of level 2 makes what a rule of level 3 takes, at which stages."""
    if rules.profile != default_profile():
        return []
    solution = solve(Pool(simulate(every_mode())), rules)
    names = {rule.name: rule_key(rule) for rule in reversed(rules.rules)}
    makers: dict[str, set[str]] = {}
    for one in solution.select(level=2):
        for member in one.members:
            if member.exptype == "science":
                makers.setdefault(member.exposure, set()).add(names[one.rule])
    feeds: dict[tuple[str, str], set[str]] = {}
    for one in solution.select(level=3):
        for member in one.members:
            for maker in makers.get(member.exposure, ()) if not member.derived else ():
                feeds.setdefault((maker, names[one.rule]), set()).add(member.stage)
    return [(*pair, sorted(stages)) for pair, stages in sorted(feeds.items())]
