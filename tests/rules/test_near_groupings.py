"""Exposures are combined only where they are near, by keys that compare numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from asnsolve.errors import PoolError, UsageError
from asnsolve.expr.nodes import AllOf, Linked, LinkedSky, Spread
from asnsolve.pool.measures import number, right_ascension, time
from asnsolve.rules.grouping import pool_groupings, regrouped
from asnsolve.rules.load import load_rules
from asnsolve.rules.near_groupings import NEARNESS, check_columns, near, widths_of
from asnsolve.rules.rule_set import RuleSet


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_rules("jwst")


def test_widths_have_units() -> None:
    assert widths_of(["sky=2arcmin", "time = 12 h", "pa=0.5deg"]) == {
        "sky": (2.0, "arcmin"),
        "time": (12.0, "h"),
        "pa": (0.5, "deg"),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "sky=2",
            "sky=2: '2' has no unit; expected an angle in arcsec, arcmin, deg or rad, such as sky",
        ),
        (
            "time=30",
            "time=30: '30' has no unit; expected a duration in s, min, h, d, wk or yr, such as",
        ),
        ("time=50%", "time=50%: '50%' is not a duration"),
        ("sky=30d", "sky=30d: '30d' is not an angle; expected an angle in arcsec, arcmin, deg or"),
        ("time=1deg", "time=1deg: '1deg' is not a duration"),
        ("pa=", "pa=: '' is not a number with a unit; expected an angle in arcsec, arcmin,"),
        (
            "time=30days",
            "time=30days: '30days' is not a number with a unit; expected a duration in s, min,",
        ),
        ("pa=one deg", "pa=one deg: 'one deg' is not a number with a unit"),
        ("pa=nan deg", "pa=nan deg: 'nan deg' is not a number with a unit"),
        ("pa=-1deg", "pa=-1deg: '-1deg' is below 0"),
        (
            "foo=1deg",
            "foo=1deg: 'foo' is not a kind of distance; expected sky=2arcmin or ti",
        ),
        ("tme=3d", r"tme=3d: 'tme' is not a kind of distance; .*Did you mean time\?"),
    ],
)
def test_a_width_that_makes_no_sense(text: str, message: str, rules: RuleSet) -> None:
    with pytest.raises(UsageError, match=f"^--together {message}"):
        regrouped(rules, (text,), ())


def test_one_width_of_a_kind(rules: RuleSet) -> None:
    with pytest.raises(UsageError, match="time=2d: time is given twice; expected one"):
        regrouped(rules, ("time=1d", "time=2d"), ())


def test_a_word_without_a_width_is_answered_by_examples(rules: RuleSet) -> None:
    with pytest.raises(UsageError, match=r"--together does not take 'sky'.* as sky=2arcmin, time"):
        regrouped(rules, ("sky",), ())


def test_rules_get_a_key_for_each_width(rules: RuleSet) -> None:
    near_rules = regrouped(rules, ("time=12h", "pa=60arcmin"), ())
    assert {one.column for one in near_rules.measures} == {"expstart", "pa_v3"}
    for rule, plain in zip(near_rules, rules, strict=True):
        if rule.base.level == 2:
            assert rule is plain
            continue
        assert rule.keys == plain.keys
        # Widths are in the units of the columns, as the solvers need them.
        assert dict(rule.measured_keys) == {
            "time": Linked(("expstart",), 0.5, "d", ("science",)),
            "pa": Spread(("pa_v3",), 1.0, "deg", ("science",)),
        }


def test_the_position_takes_the_place_of_the_target(rules: RuleSet) -> None:
    """It binds what the target bound, and science alone where nothing was bound by a target."""
    near_rules = regrouped(rules, ("sky=2arcmin",), ())
    bound_as_before = 0
    for rule, plain in zip(near_rules, rules, strict=True):
        if rule.base.level == 2:
            continue
        assert not any("targetid" in key.sources for _, key in rule.keys)
        of_target = [key for _, key in plain.keys if "targetid" in key.sources]
        roles, where = next(((key.roles, key.where) for key in of_target), (("science",), None))
        assert dict(rule.measured_keys) == {
            "sky": LinkedSky(("targ_ra", "targ_dec"), 2.0, "arcmin", roles, where=where)
        }
        bound_as_before += len(of_target)
    assert bound_as_before > 5


def test_the_position_and_the_number_of_the_target_can_both_be_asked_for(rules: RuleSet) -> None:
    image = regrouped(rules, ("sky=2arcmin",), ("targetid",))["Asn_Lv3Image"]
    assert {"targetid", "sky"} <= {clause.name for clause in image.all_clauses if clause.key}
    together = regrouped(rules, ("target", "sky=2arcmin"), ())
    assert together == regrouped(rules, ("sky=2arcmin",), ())


def test_a_clause_of_the_name_stays(rules: RuleSet) -> None:
    image = regrouped(rules, ("time=1d",), ())["Asn_Lv3Image"]
    given = replace(rules, rules=(image,), measures=(time("expstart"),))
    (rule,) = regrouped(given, ("time=2d",), ())
    assert {name: key.width for name, key in rule.measured_keys} == {
        "time": 1.0,
        "time_together": 2.0,
    }


def test_the_clause_of_the_target_keeps_its_predicate(rules: RuleSet) -> None:
    for rule, plain in zip(regrouped(rules, ("sky=1arcsec",), ()), rules, strict=True):
        asked = {clause.name: clause.where for clause in plain.all_clauses}
        for clause in rule.all_clauses:
            assert clause.where in (asked.get(clause.name), AllOf(()))


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"measures": (right_ascension("pa_v3"),)}, "a right ascension from 0 to 360 deg"),
        ({"measures": (number("pa_v3", "rad"),)}, "a number in rad"),
        ({"columns": frozenset({"pa_v3"})}, "a column of words"),
    ],
)
def test_rules_that_declare_a_column_as_something_else(
    declared: dict[str, object], said: str, rules: RuleSet
) -> None:
    with pytest.raises(UsageError, match=f"compares PA_V3, which the rules declare as {said}"):
        regrouped(replace(rules, **declared), ("pa=1deg",), ())  # type: ignore[arg-type]


def test_observations_of_a_pool_are_tied_by_candidates() -> None:
    assert pool_groupings(iter(("visit", "time=1d"))) == ("visit", "time=1d")
    with pytest.raises(UsageError, match="--together observation is only for FITS files"):
        pool_groupings(("observation",))


def test_a_pool_without_the_columns() -> None:
    asked = near(("visit", "sky=2arcmin", "time=1d"))
    assert asked == ("sky", "time")
    check_columns(asked, {"targ_ra", "targ_dec", "expstart"}, "pool", "")
    with pytest.raises(PoolError) as caught:
        check_columns(asked, {"targ_ra"}, "my_pool", "Add {columns}.")
    assert [str(problem) for problem in caught.value.problems] == [
        "my_pool, column TARG_DEC: --together sky compares TARG_DEC, and no exposure has it. "
        "Add TARG_DEC EXPSTART.",
        "my_pool, column EXPSTART: --together time compares EXPSTART, and no exposure has it. "
        "Add TARG_DEC EXPSTART.",
    ]


def test_examples_are_widths() -> None:
    assert [*widths_of(nearness.example for nearness in NEARNESS.values())] == [*NEARNESS]
