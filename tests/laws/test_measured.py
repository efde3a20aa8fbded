"""Laws of solving under rules with keys that compare numbers."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from asnsolve import Pool, RuleSet, load_rules, solve
from asnsolve.profiles.jwst import NAMES
from asnsolve.rules.grouping import regrouped
from asnsolve.solvers.fast import fast_groups
from asnsolve.solvers.task import Task
from asnsolve.testing import pools
from tests.laws.abstract_rules import PAIRED, TANGLED
from tests.laws.measured_rules import MEASURED_SET
from tests.laws.test_solving import check_laws, tangled_pools

RULES = load_rules(MEASURED_SET)


@st.composite
def measured_pools(draw: st.DrawFn) -> Pool:
    """Pools whose exposures are near one another, or not, or measure nothing."""
    columns = {
        "EXPSTART": st.sampled_from(["59812", "59812.5", "59813", "59814.0", "59814.5", "NULL"]),
        "TARG_RA": st.sampled_from(["0", "359.5", "0.5", "1.5", "20", "NULL"]),
        "TARG_DEC": st.sampled_from(["0", "0.5", "-0.9", "89.9", "NULL", "soon"]),
        "PA_V3": st.sampled_from(["0", "5", "9", "12", "355", "358.5", "180", "NULL"]),
        "EFFEXPTM": st.sampled_from(["10", "100", "150", "250", "NULL"]),
    }
    rows = draw(tangled_pools())
    return Pool([{**row, **draw(st.fixed_dictionaries(columns))} for row in rows])


@given(pool=measured_pools())
@settings(max_examples=20)
def test_every_law_holds_where_numbers_are_near_one_another(pool: Pool) -> None:
    """All but unique names: names tell no parts by numbers."""
    check_laws(pool, RULES, but=["unique", "partitions"])


@given(pool=pools(MEASURED_SET, simulated=False))
@settings(max_examples=12)
def test_every_law_holds_on_pools_made_for_the_rules(pool: Pool) -> None:
    """All but unique names, as above."""
    check_laws(pool, RULES, but=["unique"])


@given(pool=measured_pools(), order=st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_any_order_of_rows_gives_the_same(pool: Pool, order: Random) -> None:
    rows = list(range(len(pool)))
    order.shuffle(rows)
    assert solve(pool.take(rows), RULES).associations == solve(pool, RULES).associations


@given(pool=measured_pools())
@settings(max_examples=20)
def test_a_rule_of_closed_chains_makes_a_partition(pool: Pool) -> None:
    """Each exposure that no clause refuses is in one group of a scope."""
    task = Task.of(pool, RULES)
    rule = RULES["Asn_Both"]
    rule = replace(rule, base=replace(rule.base, needs=()), needs=())
    solved_in = task.solved_in[0]
    groups = fast_groups(task.scoped, rule, solved_in)
    eligible = task.scoped.eligible(rule, solved_in)
    assert np.array_equal(np.sort(groups.entries), eligible)


NEAR = regrouped(
    load_rules(RuleSet("near", (TANGLED, PAIRED))), ("sky=60arcmin", "time=24h", "pa=10deg"), ()
)


@given(pool=measured_pools())
@settings(max_examples=20)
def test_every_law_holds_where_users_ask_what_is_near(pool: Pool) -> None:
    """All but unique names: the names that tell parts apart are given when all is solved."""
    check_laws(pool, NEAR, but=["unique", "partitions"])


ACROSS = regrouped(load_rules(RuleSet("across", (TANGLED, PAIRED))), ("program", "sky=1deg"), ())


@given(pool=measured_pools())
@settings(max_examples=20)
def test_every_law_holds_across_programs(pool: Pool) -> None:
    """All but unique names, as above; that programs stay apart is no law here."""
    assert ACROSS.across_programs
    check_laws(pool, ACROSS, but=["unique"])


@given(pool=measured_pools())
@settings(max_examples=20)
def test_products_of_what_is_near_have_names_of_their_own(pool: Pool) -> None:
    asked = ("program", "sky=60arcmin", "time=24h", "pa=10deg")
    found = solve(pool, RuleSet("plain", (TANGLED, PAIRED)), together=asked)
    assert not found.same_names
    for one in found.associations:
        NAMES.parse_product_name(one.products[0].name)
