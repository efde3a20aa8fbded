from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample

from asnsolve import Domain, Pool, Rule, load_rules, solve
from asnsolve.expr.build import is_set, matches, same
from asnsolve.rules.jwst.level3.base import AsnMixin_Science, DMS_Level3_Base
from asnsolve.rules.model import Clause, Reach
from asnsolve.rules.rule_set import RuleSet
from asnsolve.testing import pools
from tests.laws.abstract_rules import ABSTRACT

TILES = Rule(
    name="Asn_Tiles",
    asn_type="tiles3",
    title="Tiles named t1, t2, ..., and boxes of one's own",
    base=DMS_Level3_Base,
    mixins=(AsnMixin_Science,),
    clauses=(
        Clause("opt_elem", matches("mostilno", r"t\d+"), same("mostilno")),
        Clause("box", is_set("my_box"), same("my_box")),
    ),
    reach=Reach(("group",)),
)
OWN = RuleSet("own", (TILES,), columns=frozenset({"my_box"}))


def drawn(rules: RuleSet, count: int, *, simulated: bool = False) -> list[Pool]:
    """Draw some pools, the same in every run."""
    seen: list[Pool] = []
    options = settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )

    def look(pool: Pool) -> bool:
        seen.append(pool)
        return False

    with pytest.raises(NoSuchExample):
        find(pools(rules, simulated=simulated), look, settings=options, random=Random(1))
    return seen


def fired(rules: RuleSet, seen: list[Pool]) -> Counter[str]:
    """Count in how many pools each rule has an association."""
    return Counter(name for pool in seen for name in {one.rule for one in solve(pool, rules)})


def test_a_rule_of_ones_own_with_a_pattern_a_column_and_a_reach_fires() -> None:
    seen = drawn(OWN, 60)
    assert fired(OWN, seen)["Asn_Tiles"] > 20
    assert {value for pool in seen for value in pool.values("my_box")}
    assert any(len(pool.values("mostilno")) > 1 for pool in seen)
    assert any((pool.codes("mostilno") < 0).any() for pool in seen)


def test_pools_have_values_of_the_domain_of_the_rules() -> None:
    domain = Domain({"my_box": ("red", "blue"), "mostilno": ("t12",)})
    seen = drawn(replace(OWN, domain=domain), 20)
    assert {"red", "blue"} <= {value for pool in seen for value in pool.values("my_box")}
    assert "t12" in {value for pool in seen for value in pool.values("mostilno")}


def test_every_rule_of_2017_fires() -> None:
    rules = load_rules("level3-2017")
    counts = fired(rules, drawn(rules, 150))
    assert len(counts) >= len({rule.name for rule in rules}) - 2


def test_every_abstract_rule_fires() -> None:
    rules = RuleSet("abstract", ABSTRACT)
    assert len(fired(rules, drawn(rules, 60))) >= 5


def test_pools_are_small_and_varied() -> None:
    seen = drawn(OWN, 60)
    sizes = {len(pool) for pool in seen}
    assert len(sizes) > 4
    assert max(sizes) <= 12
    assert any(len(pool.values("program")) == 2 for pool in seen)
    assert any(len(pool.values("filename")) < len(pool) for pool in seen)
    assert any((pool.codes("asn_candidate") < 0).any() for pool in seen)


def test_simulated_programs_are_drawn_for_rules_of_jwst_alone() -> None:
    rules = load_rules("level3-2017")
    assert any(pool.values("targname") for pool in drawn(rules, 20, simulated=True))
    assert not any(pool.values("targname") for pool in drawn(OWN, 20, simulated=True))
