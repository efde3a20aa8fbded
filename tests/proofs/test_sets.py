"""Checks of changed rule sets against the declarations of the sets in the package."""

from __future__ import annotations

from dataclasses import replace

import pytest

from asnsolve import check, load_rules
from asnsolve.proofs.changes import rule_changes
from asnsolve.proofs.sets import DECLARED


@pytest.mark.parametrize(
    ("name", "dropped"),
    [("Asn_Lv3NRCCoronImage", "channel"), ("Asn_Lv3NRSIFU", "dark")],
)
def test_a_dropped_clause_is_not_declared(name: str, dropped: str) -> None:
    rules = load_rules("jwst")
    rule = rules[name]
    kept = tuple(clause for clause in rule.all_clauses if clause.name != dropped)
    less = replace(rule, mixins=(), clauses=kept)
    changed = replace(rules, rules=tuple(less if one is rule else one for one in rules))
    assert not check(rules, declared=DECLARED["jwst"]).undeclared
    assert check(changed, declared=DECLARED["jwst"]).undeclared
    assert str(rule_changes(rules, changed).taken[0]).startswith(f"{name} as ")
