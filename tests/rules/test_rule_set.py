from __future__ import annotations

import pickle
import re
from dataclasses import replace

import pytest

from asnsolve.errors import RuleError
from asnsolve.rules.examples import Example
from asnsolve.rules.load import RULE_SETS
from asnsolve.rules.rule_set import RuleSet
from tests.rules.small import BASE, rule


def test_a_set_gives_its_rules_in_order_and_by_name() -> None:
    first, second = rule(name="Asn_First"), rule(name="Asn_Second")
    both = RuleSet("both", (first, second))
    assert (list(both), len(both)) == ([first, second], 2)
    assert both["Asn_Second"] is second


@pytest.mark.parametrize("rules", RULE_SETS.values(), ids=lambda rules: rules.name)
def test_a_set_that_went_through_pickle_is_equal(rules: RuleSet) -> None:
    assert pickle.loads(pickle.dumps(rules)) == rules


def test_rules_are_found_by_name_and_by_place() -> None:
    rules = RULE_SETS["level3-2017"]
    first, last = rules[0], rules[-1]
    assert (first, last) == (rules.rules[0], rules.rules[-1])
    assert first in rules
    assert first.name in rules
    assert "Asn_Nonsense" not in rules
    assert replace(first, title="another") not in rules


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (999, "rule set level3-2017 has 14 rules, and none at place 999"),
        ("Asn_Imag", "rule set level3-2017 has no rule 'Asn_Imag'. Did you mean Asn_Image"),
    ],
)
def test_a_rule_that_is_not_there_is_said(place: str | int, said: str) -> None:
    with pytest.raises(RuleError, match=re.escape(said)):
        RULE_SETS["level3-2017"][place]


def test_a_set_with_a_changed_rule_keeps_its_order() -> None:
    first, second = rule(name="Asn_A"), rule(name="Asn_B")
    small = RuleSet("small", (first, second))
    changed, new = rule(name="Asn_A", title="Changed"), rule(name="Asn_A", variant="new")
    assert small.with_rules(changed, new).rules == (changed, second, new)
    assert small.with_rules(changed).name == "small"
    assert small.with_rules(new, name="mine").name == "mine"


EXAMPLE = Example("An image", pool="FILENAME | EXP_TYPE\na_cal.fits | MIR_IMAGE", orphans="a")


def test_examples_do_not_go_with_other_rules() -> None:
    small = RuleSet("small", (rule(),), examples=(EXAMPLE,))
    assert small.with_rules(rule(title="Changed")).examples == ()
    assert small.with_rules(rule()).examples == (EXAMPLE,)
    assert small.of_level(3).examples == (EXAMPLE,)
    both = RuleSet("both", (rule(), rule(name="Asn_B", base=replace(BASE, level=2))))
    assert replace(both, examples=(EXAMPLE,)).of_level(3).examples == ()
