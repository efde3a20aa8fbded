"""Rules of level 3 have a key less where users widen them, and a key more where they split."""

from __future__ import annotations

from dataclasses import replace

import pytest

from asnsolve.errors import UsageError
from asnsolve.expr.build import one_of, same
from asnsolve.expr.nodes import AllOf, Same
from asnsolve.rules.grouping import APART, TOGETHER, regrouped, with_skies_of_any_pattern
from asnsolve.rules.load import load_rules
from asnsolve.rules.model import Clause, Reach, Rule
from asnsolve.rules.rule_set import RuleSet


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_rules("jwst")


def sources(rule: Rule) -> set[str]:
    """Return the attributes that the keys of a rule look at."""
    return {source for _, key in rule.keys for source in key.sources}


def predicates(rule: Rule) -> dict[str, object]:
    return {clause.name: clause.where for clause in rule.all_clauses if clause.where is not None}


def test_rules_stay_where_nothing_is_asked(rules: RuleSet) -> None:
    assert [rule.all_clauses for rule in regrouped(rules, (), ())] == [
        rule.all_clauses for rule in rules
    ]


@pytest.mark.parametrize(
    ("grouping", "attributes"),
    [
        ("observation", set()),
        ("visit", {"visit", "visit_id", "obs_id"}),
        ("target", {"targetid"}),
    ],
)
def test_no_key_keeps_apart_what_is_taken_together(
    grouping: str, attributes: set[str], rules: RuleSet
) -> None:
    assert {*TOGETHER[grouping]} == attributes
    widened = 0
    for rule, plain in zip(regrouped(rules, (grouping,), ()), rules, strict=True):
        if rule.base.level == 2:
            assert rule is plain
            continue
        assert not attributes & sources(rule)
        kept = {name for name, key in plain.keys if not attributes & {*key.sources}}
        assert {name for name, _ in rule.keys} == kept
        assert predicates(plain).items() <= predicates(rule).items()
        widened += kept != {name for name, _ in plain.keys}
    assert bool(widened) == (grouping != "observation")


@pytest.mark.parametrize(
    ("grouping", "keys"),
    [
        ("observation", {"observation": same("obs_num", roles=("science",))}),
        (
            "visit",
            {
                "observation": same("obs_num", roles=("science",)),
                "visit": same("visit", roles=("science",)),
            },
        ),
        ("dither", {"dither": same("patt_num", "exposure", roles=("science",))}),
        ("detector", {"detector": same("detector")}),
    ],
)
def test_keys_keep_apart_what_is_split(
    grouping: str, keys: dict[str, Same], rules: RuleSet
) -> None:
    assert APART[grouping] == keys
    for rule, plain in zip(regrouped(rules, (), (grouping,)), rules, strict=True):
        if rule.base.level == 2:
            assert rule is plain
            continue
        assert dict(rule.keys) == {**dict(plain.keys), **keys}
        assert predicates(rule) == predicates(plain)


def test_a_clause_that_loses_its_key_keeps_its_predicate(rules: RuleSet) -> None:
    where = one_of("exp_type", "mir_image")
    level3 = next(rule for rule in rules if rule.base.level == 3)
    clauses = (Clause("asks", where, same("visit")), Clause("plain", None, same("obs_id")))
    given = replace(rules, rules=(replace(level3, clauses=clauses),))
    (rule,) = regrouped(given, ("visit",), ())
    assert rule.clauses[:2] == (Clause("asks", where), Clause("plain", AllOf(())))


def test_groupings_are_combined(rules: RuleSet) -> None:
    for rule in regrouped(rules, iter(("visit", "target")), iter(("dither", "detector"))):
        if rule.base.level == 3:
            assert not {"visit", "visit_id", "obs_id", "targetid"} & sources(rule)
            keys = dict(rule.keys)
            assert keys["dither"] == same("patt_num", "exposure", roles=("science",))
            assert keys["detector"] == same("detector")


@pytest.mark.parametrize(
    ("together", "apart", "message"),
    [
        (("Visit",), (), "--together does not take 'Visit'; expected one of observation, visit, "),
        (("detector",), (), "--together does not take 'detector'; expected one of observation"),
        ((), ("target",), "--apart does not take 'target'; expected one of observation, visit, d"),
        ((), ("dithers",), "--apart does not take 'dithers'; .* Did you mean dither"),
        (
            (),
            ("expstart",),
            "--apart does not take 'expstart'.*gaps, use --together time=30d",
        ),
        ((), ("time",), "--apart does not take 'time'.* at large gaps, use --together time=30d"),
        (
            (),
            ("EXPSTART",),
            "--apart does not take 'EXPSTART'.*gaps, use --together time=30d",
        ),
        ((), ("FILTER",), "--apart does not take 'FILTER'; .* Did you mean filter"),
        (
            (),
            ("targ_dec",),
            "--apart does not take 'targ_dec'.*gaps, use --together sky=2arcmin",
        ),
        (
            ("visit",),
            ("visit",),
            "--together visit and --apart visit contradict each other; expected one of the two$",
        ),
        (
            ("target",),
            ("targetid",),
            "--together target and --apart targetid contradict each other",
        ),
        (
            ("program", "target"),
            ("observation",),
            "--together program and --apart observation contradict each other",
        ),
        (("program", "target"), ("program",), "--together program and --apart program contra"),
        (("program", "sky=1deg"), ("targetid",), "--together program and --apart targetid"),
        (
            ("program", "time=30d"),
            (),
            "--together program is not enough, because each program numbers its own targets. "
            "Add sky=2arcmin or target.",
        ),
        # Visits that are kept apart keep observations apart too.
        (
            ("observation",),
            ("visit",),
            "--together observation and --apart visit contradict each other",
        ),
    ],
)
def test_groupings_that_make_no_sense(
    together: tuple[str, ...], apart: tuple[str, ...], message: str, rules: RuleSet
) -> None:
    with pytest.raises(UsageError, match=f"^{message}"):
        regrouped(rules, together, apart)


def test_rules_that_need_no_candidate_are_solved_across_programs(rules: RuleSet) -> None:
    """Those that compare what each program numbers by itself stay as they are."""
    across = regrouped(rules, ("program", "target"), ("detector",))
    assert across.across_programs
    assert not rules.across_programs
    stay = set()
    for rule, plain in zip(across, rules, strict=True):
        if rule.base.level == 2:
            assert rule is plain
        elif rule.scope_reach.across_programs:
            assert rule.scope_reach == Reach(across_programs=True)
            assert "program" not in sources(rule)
            assert plain.scope_reach.candidate_types is None
            assert plain.scope_reach.discovered
        else:
            assert rule.scope_reach == plain.scope_reach
            assert "program" in sources(rule)
            stay.add(rule.name)
    assert {"Asn_Lv3TSO", "Asn_Lv3ImageMosaic", "Asn_Lv3WFSCMB"} == stay


def test_visits_may_be_merged_where_observations_are_split(rules: RuleSet) -> None:
    regrouped(rules, ("visit",), ("observation",))


def test_keys_that_are_split_keep_what_they_ask() -> None:
    """The interferometry of 2017 takes one detector, and goes on to where detectors are split."""
    rules = load_rules("level3-2017")
    for rule, plain in zip(regrouped(rules, (), ("detector",)), rules, strict=True):
        asked = {clause.name: clause.where for clause in plain.all_clauses}
        split = {clause.name: clause.where for clause in rule.all_clauses}
        assert {name: split[name] for name in asked} == asked
        assert dict(rule.keys)["detector"].sources == ("detector",)


@pytest.mark.parametrize(
    ("attribute", "key"),
    [
        ("band", same("band", optional=True)),
        ("patt_num", same("patt_num", optional=True, roles=("science",))),
    ],
)
def test_any_attribute_keeps_apart(attribute: str, key: Same, rules: RuleSet) -> None:
    """Sky and star agree in the optics; where and when they were observed differs."""
    for rule, plain in zip(regrouped(rules, (), (attribute,)), rules, strict=True):
        added = {attribute: key} if rule.base.level == 3 else {}
        assert dict(rule.keys) == {**dict(plain.keys), **added}


def test_a_key_of_the_rule_holds_beside_that_of_the_attribute(rules: RuleSet) -> None:
    added = same("exp_type", optional=True)
    for rule, plain in zip(regrouped(rules, (), ("exp_type",)), rules, strict=True):
        own = dict(plain.keys)
        if rule.base.level == 3:
            name = "exp_type_apart" if "exp_type" in own else "exp_type"
            assert dict(rule.keys) == {**own, name: added}


def test_skies_of_any_pattern_leave_all_else(rules: RuleSet) -> None:
    changed = set()
    for rule, plain in zip(with_skies_of_any_pattern(rules), rules, strict=True):
        for (name, key), (_, before) in zip(rule.keys, plain.keys, strict=True):
            if key != before:
                assert key == replace(before, roles=("science",))
                changed.add((rule.name, name))
        assert predicates(rule) == predicates(plain)
    assert ("Asn_Lv3NRSIFU", "patttype") in changed
    assert {name for _, name in changed} == {"patttype"}


def test_a_wrong_word_is_corrected_once_and_others_are_left_to_the_caller(rules: RuleSet) -> None:
    with pytest.raises(UsageError, match=r"Did you mean detector\?"):
        regrouped(rules, (), ("detecter",))
    with pytest.raises(UsageError, match="--apart does not take 'pair'"):
        regrouped(rules, (), ("pair",))
    same_rules = regrouped(rules, (), ("pair",), others=("pair",))
    assert [rule.all_clauses for rule in same_rules] == [rule.all_clauses for rule in rules]


def test_columns_that_rules_declare_can_be_kept_apart(rules: RuleSet) -> None:
    own = replace(rules, columns=rules.columns | {"my_box"})
    for rule in regrouped(own, (), ("my_box",)):
        assert ("my_box" in sources(rule)) == (rule.base.level == 3)
    with pytest.raises(UsageError, match=r"--apart does not take 'my_bok'.*Did you mean my_box"):
        regrouped(own, (), ("my_bok",))
