"""The figure of a rule set."""

from __future__ import annotations

import re

import pytest

from asnsolve import load_rules
from asnsolve.report.rule_figure import figure_mermaid, figure_text
from asnsolve.report.rule_sentences import full_name

RULES = load_rules("level3-2017")


def test_the_tree_has_every_rule_below_its_mixins() -> None:
    assert figure_text(RULES).splitlines()[:7] == [
        "DMS_Level3_Base",
        "|- AsnMixin_Base + AsnMixin_Image + AsnMixin_OpticalPath + AsnMixin_Target",
        "|    Asn_Image",
        "|    Asn_WFSCMB",
        "|- AsnMixin_Base + AsnMixin_Spectrum + AsnMixin_MIRI + AsnMixin_Target",
        "|    Asn_MIRI_LRS_FIXEDSLIT",
        "|    Asn_MIRI_LRS_SLITLESS",
    ]


@pytest.mark.parametrize("name", ["level3-2017", "jwst"])
def test_the_arrows_are_what_each_rule_is_made_of(name: str) -> None:
    rules = load_rules(name)
    lines = figure_mermaid(rules).splitlines()
    nodes: dict[str, str] = {}
    for line in lines:
        if node := re.fullmatch(r'  (\w+)(?:\(\[|\[)"?(.+?)"?(?:\]\)|\])', line):
            nodes[node[1]] = node[2]
    found: dict[str, set[str]] = {}
    for line in lines:
        if arrow := re.fullmatch(r"  (\w+) --> (\w+)", line):
            for rule in nodes[arrow[2]].split("<br>"):
                found.setdefault(rule, set()).add(nodes[arrow[1]])
    assert found == {
        full_name(rule): {rule.base.name, *(mixin.name for mixin in rule.mixins)} for rule in rules
    }
